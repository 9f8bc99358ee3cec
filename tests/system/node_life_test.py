# SPDX-License-Identifier: Apache-2.0
"""A node in its life: files that change, keys that go, leaving, being forgotten, a stock Debian setup."""

import grp
import os
import pathlib
import pwd
import re
import subprocess

import pytest
import wire
from asking import OK, RawCaller, mco_in_background, told, validated
from processes import wait_until

CHECKS = f"command[ok]={OK}\n"
STOCK = pathlib.Path("/etc/nagios/nrpe.cfg")


def test_nrpe_cfg_is_read_again_without_dropping_a_running_check(rig):
    began = rig.folder / "began"
    slow = f"command[slow]=touch {began}; sleep 8; echo from before\n"
    node = rig.start_node("web1", slow)
    with mco_in_background(rig, "nrpe", "slow", "-t", "40", "-v") as mco:
        wait_until(began.exists, "the check runs")
        node.write_nrpe_cfg("command[fresh]=/bin/echo new\n")
        wait_until(lambda: told(rig, "nrpe", "fresh").status == 0, "the new check is there")
        assert told(rig, "nrpe", "slow").status == 3
        result = mco.finish()
    assert result.returncode == 0
    assert "from before" in result.stdout


def test_a_fault_in_nrpe_cfg_is_told_as_health_and_the_last_good_version_stays(rig):
    node = rig.start_node("web1", CHECKS)
    node.write_nrpe_cfg("command[ok]=/bin/false\nthis is no directive\n")
    wait_until(lambda: any("nrpe.cfg" in line for line in rig.presence("web1")["health"]), "health tells")
    assert told(rig, "nrpe", "ok").status == 0
    node.write_nrpe_cfg("command[ok]=/bin/echo mended\n")
    wait_until(lambda: rig.presence("web1")["health"] == [], lambda: f"health is good again: {rig.presence('web1')}")
    assert told(rig, "nrpe", "ok").run("web1")["summary"] == "mended"


@pytest.mark.skipif(os.getuid() != 0, reason="only root could become root by a fault")
def test_a_fault_that_may_hide_the_plugins_user_does_not_make_them_root(rig):
    before = f"nrpe_user=nobody\ncommand[who]=/usr/bin/id -un\n{CHECKS}"
    node = rig.start_node("web1", before)
    assert told(rig, "nrpe", "who").run("web1")["summary"] == "nobody"
    node.write_nrpe_cfg("command[who]=/usr/bin/id -un\ninclude=/nowhere/user.cfg\n")
    wait_until(lambda: any("root" in line for line in rig.presence("web1")["health"]), "health tells")
    assert told(rig, "nrpe", "who").run("web1")["summary"] == "nobody"
    assert node.stop() == 0
    node.start()
    wait_until(lambda: not node.running(), "it does not start")
    assert node.process.popen.returncode == 78
    assert "plugins would run as root: correct " in node.log


def test_a_fact_that_changes_is_seen(rig):
    node = rig.start_node("web1", CHECKS, facts={"place": "here"})
    assert told(rig, "find", "-F", "place=here").status == 0
    node.write_facts({"place": "there"})
    wait_until(lambda: told(rig, "find", "-F", "place=there").status == 0, "the new fact counts")


HELD_UP_FACTER = """#!/bin/sh
place=$(cat place)
touch facter-began
while [ -e hold ]; do sleep 0.1; done
echo "{\\"place\\": \\"$place\\"}"
"""


def test_a_reload_while_facts_are_gathered_gathers_them_once_more(rig):
    folder = rig.folder / "facter"
    folder.mkdir()
    (folder / "place").write_text("here")
    facter = folder / "facter"
    facter.write_text(HELD_UP_FACTER.replace("#!/bin/sh", f"#!/bin/sh\ncd {folder}"))
    facter.chmod(0o755)
    node = rig.start_node("web1", CHECKS, settings={"facter": str(facter)})
    assert told(rig, "find", "-F", "place=here").status == 0
    (folder / "facter-began").unlink()
    (folder / "hold").touch()
    node.reload()
    wait_until((folder / "facter-began").exists, "facter has read what it tells")
    (folder / "place").write_text("there")
    node.reload()
    wait_until(lambda: node.log.count("SIGHUP") == 2, "the second reload has come")
    (folder / "hold").unlink()
    wait_until(lambda: told(rig, "find", "-F", "place=there").status == 0, "the new fact counts")


def test_a_node_that_cannot_read_its_classes_gives_no_firm_no(rig):
    node = rig.start_node("web1", CHECKS, classes=["no\x01class"])
    assert rig.presence("web1")["all_classes"] is False
    answer = told(rig, "nrpe", "ok", "-C", "apache")
    assert answer.status == 3
    assert answer.node("web1")["fate"] == "refused"
    assert "the classes of this node cannot be read" in rig.mco("nrpe", "ok", "-C", "apache").stdout
    node.classes_file.write_text("apache\n")
    wait_until(lambda: told(rig, "nrpe", "ok", "-C", "apache").status == 0, "the classes count")
    node.classes_file.write_text("no\x01class\n")
    wait_until(lambda: any("classes from before" in line for line in rig.presence("web1")["health"]), "health tells")
    assert told(rig, "nrpe", "ok", "-C", "apache").status == 0


def test_a_key_that_is_revoked_is_refused(rig):
    node = rig.start_node("web1", CHECKS)
    assert told(rig, "nrpe", "ok").status == 0
    (key,) = (path for path in (node.folder / "callers.d").glob("*.pub") if "alice@ops1" in path.read_text())
    key.unlink()
    wait_until(lambda: told(rig, "nrpe", "ok").node("web1").get("reason") == "unknown_key", "the key is refused")


def test_a_node_that_is_stopped_in_order_is_gone_at_once(rig):
    node = rig.start_node("web1", CHECKS)
    rig.start_node("web2", CHECKS)
    assert node.stop() == 0
    rig.wait_for_presence("web1", "stopped")
    answer = told(rig, "nrpe", "ok")
    assert (answer.status, answer.fates()) == (0, {"web1": "gone", "web2": "done"})
    assert told(rig, "nrpe", "ok", "--strict").status == 3
    text = rig.mco("nrpe", "ok").stdout
    assert re.search(r"web1 \(stopped", text), text


def test_a_node_that_is_stopped_while_checks_wait_in_its_queue_ends_in_order(rig):
    began = rig.folder / "began"
    node = rig.start_node("web1", f"command[slow]=touch {began}; sleep 60\n{CHECKS}",
                          settings={"limits": {"concurrent_checks": 1, "queue": 4}})
    raw = RawCaller(rig)
    raw.publish(raw.seal(wire.body("nrpe", "runcommand", data={"command": "slow"}))[2])
    wait_until(began.exists, "the check runs")
    for _ in range(4):
        raw.publish(raw.seal(wire.body("nrpe", "runcommand", data={"command": "ok"}))[2])
    assert raw.ask(wire.body("nrpe", "runcommand", data={"command": "ok"}))["reason"] == "busy"
    assert node.stop() == 0, node.log
    rig.wait_for_presence("web1", "stopped")
    assert "Sanitizer" not in node.log, node.log


def test_a_node_that_will_not_come_back_is_forgotten(rig):
    node = rig.start_node("web1", CHECKS)
    rig.start_node("web2", CHECKS)
    result = rig.mco("node", "forget", "web1")
    assert result.returncode == 2
    assert "is up" in result.stderr
    node.stop()
    rig.wait_for_presence("web1", "stopped")
    result = rig.mco("node", "forget", "web1")
    assert result.returncode == 0, result.stderr
    assert told(rig, "nrpe", "ok", "--strict").fates() == {"web2": "done"}
    result = rig.mco("node", "forget", "web1")
    assert result.returncode == 2
    assert "no such node" in result.stderr


def test_nodes_are_forgotten_by_a_pattern_that_spares_those_that_are_up(rig):
    rig.start_node("web3", CHECKS)
    for name in ("old1", "old2"):
        rig.start_node(name, CHECKS).stop()
        rig.wait_for_presence(name, "stopped")
    result = rig.mco("node", "forget", "-I", "/[0-9]$/", "--json")
    document = validated("forget", result.stdout)
    assert (result.returncode, document["forgotten"], document["kept"]) == (0, ["old1", "old2"], [])
    assert rig.mco("find").stdout.split() == ["web3"]
    assert rig.mco("node", "forget", "-I", "/^old/").returncode == 1


@pytest.mark.parametrize("arguments", [[], ["-F", "kernel=linux"], ["-C", "web"]])
def test_nobody_is_forgotten_by_what_only_a_node_itself_can_tell(rig, arguments):
    result = rig.mco("node", "forget", *arguments, "--json")
    assert result.returncode == 64
    assert validated("failure", result.stdout)["exit_status"] == 64
    assert "name the nodes" in result.stderr


def test_the_recorder_pages_through_every_result(rig):
    node = rig.start_node("web1", CHECKS)
    for _ in range(3):
        assert told(rig, "nrpe", "ok").status == 0
    raw = RawCaller(rig)
    first = raw.ask(wire.body("recorder", "head"))["data"]
    assert first["results"] == 3
    page = raw.ask(wire.body("recorder", "since", data={"epoch": 0, "seq": 0}))["data"]
    assert [one["check"] for one in page["results"]] == ["ok"] * 3
    assert page["more"] is False
    assert [one["seq"] for one in page["results"]] == sorted(one["seq"] for one in page["results"])
    second = page["results"][1]
    rest = raw.ask(wire.body("recorder", "since", data={"epoch": second["epoch"], "seq": second["seq"]}))["data"]
    assert rest["results"] == page["results"][2:]
    assert rest["gap"] is False
    node.stop()
    node.start()
    rig.wait_until_answered("web1", node)
    assert told(rig, "nrpe", "ok").status == 0
    after = raw.ask(wire.body("recorder", "since", data={"epoch": first["epoch"], "seq": first["seq"]}))["data"]
    assert len(after["results"]) == 1
    assert after["results"][0]["epoch"] > first["epoch"]


def test_a_run_with_arguments_is_no_check_result(rig):
    rig.start_node("web1", f"dont_blame_nrpe=1\n{CHECKS}command[arg]=/bin/echo $ARG1$\n")
    raw = RawCaller(rig)
    assert told(rig, "nrpe", "arg", "x").status == 0
    assert told(rig, "nrpe", "no_such_check").status == 3
    assert told(rig, "nrpe", "ok").status == 0
    page = raw.ask(wire.body("recorder", "since", data={"epoch": 0, "seq": 0}))["data"]
    assert [one["check"] for one in page["results"]] == ["ok"]


def stock_configuration(folder):
    """Debian's /etc/nagios/nrpe.cfg as it comes, from this machine or out of its package."""
    if not STOCK.exists():
        subprocess.run(["/usr/bin/apt-get", "-qq", "download", "nagios-nrpe-server"], cwd=folder, check=True,
                       capture_output=True)
        (package,) = folder.glob("nagios-nrpe-server_*.deb")
        subprocess.run(["/usr/bin/dpkg", "-x", package, folder], check=True)
        text = (folder / "etc" / "nagios" / "nrpe.cfg").read_text()
    else:
        text = STOCK.read_text()
    if os.getuid() != 0 or not exists(pwd.getpwnam, "nagios"):
        # Only where this machine cannot run anything as that user.
        text = text.replace("nrpe_user=nagios", f"nrpe_user={pwd.getpwuid(os.getuid()).pw_name}")
        text = text.replace("nrpe_group=nagios", f"nrpe_group={grp.getgrgid(os.getgid()).gr_name}")
    return text


def exists(look_up, name):
    try:
        return bool(look_up(name))
    except KeyError:
        return False


def test_the_stock_configuration_of_debian_answers(rig):
    folder = rig.folder / "stock"
    folder.mkdir()
    node = rig.start_node("web1", stock_configuration(folder))
    for check in ("check_load", "check_users", "check_total_procs"):
        run = told(rig, "nrpe", check).run("web1")
        assert run["state"] in ("OK", "WARNING", "CRITICAL"), (run, node.log)
        assert run["perfdata"], run
    for check in ("check_load", "check_users", "check_total_procs"):
        assert "Finished processing 1 / 1 hosts" in rig.mco("nrpe", check).stdout
    assert node.log.count("ignored: ") == 1
