# SPDX-License-Identifier: Apache-2.0
"""What docs/check_mco.md shows, in a real Nagios and a real Icinga 2: read without a complaint, and run."""

import getpass
import grp
import os
import pathlib
import re
import subprocess

import pytest
from asking import OK
from muster_rig import Rig
from processes import Process, wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "examples" / "check_mco"
DOCUMENT = (ROOT / "docs" / "check_mco.md").read_text(encoding="utf-8")
SHIPPED_CONFIG = "/etc/muster/nagios/client.yaml"
NODES = ["mon1.example.net", "web1.example.net"]
CHECKS = f"""dont_blame_nrpe=1
command[check_load]=printf 'load 3|load1=3\\nsecond line\\n'; exit 1
command[check_disk]=/usr/lib/nagios/plugins/check_dummy 2 $ARG1$-$ARG2$
command[ok]={OK}
"""
NAGIOS = """log_file={folder}/nagios.log
cfg_file={folder}/objects.cfg
resource_file={folder}/resource.cfg
object_cache_file={folder}/objects.cache
status_file={folder}/status.dat
status_update_interval=1
nagios_user={user}
nagios_group={group}
check_external_commands=0
command_file={folder}/nagios.cmd
query_socket={folder}/nagios.qh
lock_file={folder}/nagios.pid
temp_file={folder}/nagios.tmp
temp_path={folder}
log_archive_path={folder}
check_result_path={folder}/spool
use_syslog=0
check_for_updates=0
enable_notifications=0
execute_host_checks=0
retain_state_information=0
check_result_reaper_frequency=1
service_inter_check_delay_method=n
check_workers=1
illegal_macro_output_chars=`~$&|'"<>
"""
TEMPLATES = """define timeperiod {
  timeperiod_name always
  alias always
  %s
}
define command {
  command_name none
  command_line /bin/true
}
define contact {
  contact_name nobody
  host_notification_period always
  service_notification_period always
  host_notification_commands none
  service_notification_commands none
}
define service {
  name generic-service
  register 0
  max_check_attempts 1
  check_interval 1
  check_period always
  notification_period always
  contacts nobody
}
""" % "\n  ".join(f"{day}day 00:00-24:00" for day in ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun"))
HOST = """define host {
  host_name %s
  max_check_attempts 1
  check_period always
  notification_period always
  check_command none
  contacts nobody
}
"""
WITH_ARGUMENTS = """define service {
  use generic-service
  host_name web1.example.net
  service_description disk
  check_command check_mco_args!check_disk!-w 10%
}
"""
ICINGA = """const PluginDir = "{bin}"
const NodeName = "mon1"
include <itl>
object IcingaApplication "app" {{ }}
object CheckerComponent "checker" {{ }}
object FileLogger "log" {{
  severity = "debug"
  path = "{folder}/icinga2.log"
}}
template Service "generic-service" {{
  max_check_attempts = 1
  check_interval = 1s
}}
object Host "mon1.example.net" {{ check_command = "dummy" }}
object Host "web1.example.net" {{
  check_command = "dummy"
  vars.muster = true
}}
object Service "disk" {{
  import "generic-service"
  host_name = "web1.example.net"
  check_command = "mco"
  vars.mco_check = "check_disk"
  vars.mco_node = host_name
  vars.mco_arguments = [ "-w", "10%" ]
}}
"""


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        for name in NODES:
            rig.start_node(name, CHECKS, classes=["web"] if name.startswith("web") else [], wait=False)
        for node in rig.nodes:
            rig.wait_for_presence(node.name, "up", node)
        yield rig


def shown(language):
    return "\n".join(re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL))


def shipped(rig, name):
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    assert SHIPPED_CONFIG in text
    return text.replace(SHIPPED_CONFIG, str(rig.client_config()))


def user():
    return getpass.getuser(), grp.getgrgid(os.getgid()).gr_name


def must_be_accepted(command):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_nagios_takes_the_commands_and_runs_them(fleet):
    folder = fleet.folder / "nagios"
    (folder / "spool").mkdir(parents=True)
    me, group = user()
    (folder / "nagios.cfg").write_text(NAGIOS.format(folder=folder, user=me, group=group))
    (folder / "resource.cfg").write_text(f"$USER1$={fleet.bin}\n")
    hosts = "".join(HOST % name for name in NODES)
    (folder / "objects.cfg").write_text(TEMPLATES + hosts + shipped(fleet, "nagios.cfg") + shown("nagios") + WITH_ARGUMENTS)
    assert "Total Errors:   0" in must_be_accepted(["/usr/sbin/nagios4", "-v", folder / "nagios.cfg"])
    nagios = Process("nagios4", ["/usr/sbin/nagios4", folder / "nagios.cfg"], folder / "out.log", fleet.environment())
    try:
        services = wait_until(lambda: all_checked(folder / "status.dat"), lambda: f"3 services are checked\n{nagios.log}", 60)
    finally:
        nagios.end()
    load = services["load"]
    assert (load["current_state"], load["plugin_output"], load["performance_data"]) == ("1", "load 3", "load1=3")
    assert load["long_plugin_output"].startswith("second line")
    assert (services["disk"]["current_state"], services["disk"]["plugin_output"]) == ("2", "CRITICAL: -w-10%")
    servers = services["load of the web servers"]
    assert servers["current_state"] == "2", "1 of 1 is more than 10 %"
    assert servers["plugin_output"] == "MCO CRITICAL - check_load: 1 of 1 node has a problem (1 WARNING)"
    assert servers["performance_data"].startswith("problems=1;;;0;1 problems_share=100%;5;10;0;100 ok=0 warning=1 ")
    assert servers["long_plugin_output"].startswith("web1.example.net: WARNING - load 3")


def all_checked(status):
    """The services of status.dat by name, once all three have been checked."""
    if not status.exists():
        return None
    services = {}
    for block in re.findall(r"servicestatus \{\n(.*?)\n\t\}", status.read_text(errors="replace"), re.DOTALL):
        values = dict(line.strip().split("=", 1) for line in block.splitlines())
        if values["has_been_checked"] == "1":
            services[values["service_description"]] = values
    return services if len(services) == 3 else None


def test_icinga_takes_the_command_and_runs_it(fleet):
    folder = fleet.folder / "icinga2"
    folder.mkdir()
    me, group = user()
    config = folder / "icinga2.conf"
    config.write_text(ICINGA.format(bin=fleet.bin, folder=folder) + shipped(fleet, "icinga2.conf") + shown("icinga2"))
    places = [f"-D{name}={folder}" for name in ("ConfigDir", "DataDir", "LogDir", "CacheDir", "SpoolDir", "InitRunDir")]
    daemon = ["/usr/sbin/icinga2", "daemon", "-c", config, *places, f"-DPidPath={folder}/pid", f"-DRunAsUser={me}",
              f"-DRunAsGroup={group}"]
    assert "Finished validating the configuration file(s)" in must_be_accepted([*daemon, "-C"])
    icinga = Process("icinga2", daemon, folder / "out.log", fleet.environment())
    log = folder / "icinga2.log"
    try:
        runs = wait_until(lambda: finished(log, 3), lambda: f"3 services are checked\n{icinga.log[-2000:]}", 60)
    finally:
        icinga.end()
    assert sorted(runs.values()) == [1, 2, 2], runs
    assert [line for line in runs if "'-a' '-w' '10%'" in line and line.endswith("'-a' '-w' '10%'")]
    assert [line for line in runs if "'-C' 'web'" in line and "'-w' '5%'" in line and "'-H'" not in line]


def finished(log, wanted):
    """The command lines of check_mco that have ended, with their exit statuses, once there are so many."""
    if not log.exists():
        return None
    text = log.read_text(errors="replace")
    ended = re.findall(r"PID \d+ \(([^\n]*?check_mco[^\n]*)\) terminated with exit code (\d+)", text)
    return {line: int(status) for line, status in ended} if len(dict(ended)) == wanted else None
