# SPDX-License-Identifier: Apache-2.0
"""The six nodes of the demo: names, facts, classes and nrpe.cfg files as a real fleet has them."""

import pathlib

CHECKS = pathlib.Path(__file__).resolve().parents[2] / "checks"
DISK = "/usr/lib/nagios/plugins/check_disk"

# Free space in MB. No disk has 95 TB free, and every disk that can hold the demo has 2 MB free, so the states are the
# same on every machine.
HUGE, TINY = 99_999_999, 1
GOOD = f"{DISK} -w {TINY + 1} -c {TINY} -p /"
WARNING = f"{DISK} -w {HUGE} -c {TINY} -p /"
CRITICAL = f"{DISK} -w {HUGE} -c {HUGE} -p /"
MISSING = "/usr/lib/nagios/plugins/check_disk_smart -d /dev/sda"

FRAGMENTS = ("load.cfg", "memory.cfg", "process.cfg", "user.cfg")


def nrpe_cfg(disks, more=""):
    """An nrpe.cfg over the ready checks of this repository. The demo's load thresholds are wide, so that a machine that
    is busy building does not look ill."""
    includes = "".join(f"include={CHECKS / name}\n" for name in FRAGMENTS)
    return (
        "# nrpe.cfg of one node of the demo\n"
        "command_timeout=20\n"
        f"{includes}"
        "command[check_load]=/usr/lib/nagios/plugins/check_load -r -w 100,100,100 -c 200,200,200\n"
        f"command[check_disks]={disks}\n{more}"
    )


# Those that the fleet's pages are filtered by; facts that a node does not announce it evaluates itself, when it is asked.
ANNOUNCED = ["kernel", "location", "tier"]


def node(disks, facts, classes, more=""):
    return {"nrpe_cfg": nrpe_cfg(disks, more), "facts": facts, "classes": classes, "settings": {"announce": ANNOUNCED}}


GREETING = "dont_blame_nrpe=1\ncommand[check_greeting]=/usr/lib/nagios/plugins/check_dummy 0 $ARG1$\n"
FLEET = {
    "web1.example.net": node(CRITICAL, {"location": "uk", "tier": "front"}, ["web_server", "production"]),
    "web2.example.net": node(GOOD, {"location": "de", "tier": "front"}, ["web_server", "production"]),
    "db1.example.net": node(WARNING, {"location": "uk", "tier": "back"}, ["db_server", "production"]),
    "mail1.example.net": node(MISSING, {"location": "de", "tier": "back"}, ["mail_server", "production"]),
    "dev1.example.net": node(GOOD, {"location": "uk", "tier": "dev"}, ["dev_server", "web_server"], GREETING),
    "dev2.example.net": node(GOOD, {"location": "de", "tier": "dev"}, ["dev_server", "db_server"]),
}
DEV_NODES = [name for name, parts in FLEET.items() if "dev_server" in parts["classes"]]
