# SPDX-License-Identifier: Apache-2.0
"""nagios-bridge export: what it writes of a live fleet is what a real Nagios and a real Icinga take."""

import getpass
import grp
import json
import os
import pathlib
import re
import subprocess

import pytest
from bridge import Bridge
from collector import Collector
from muster_rig import Rig
from processes import wait_until

TIDY = "web1.example.net"
EVIL = "evil.example.net"
DUMMY = "/usr/lib/nagios/plugins/check_dummy 0 fine"
# Each is the name of a check, a fact's value and a class.
HOSTILE = ["a;b", "a b", "$USER1$", "a!b", "{ }", "}", "\\", "back\\slash", 'quote"d', "#hash", "null", "é ü", "`id`", "a/*b", "//x",
           "{{{", "}}}", "x\\n}\\nobject Host \\\"injected\\\" {", "object Host injected {"]
TIDY_CFG = f"command[check_disk]={DUMMY}\ncommand[check_load]={DUMMY}\n"
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}

NAGIOS = """cfg_dir={export}
cfg_file={folder}/site.cfg
log_file={folder}/nagios.log
object_cache_file={folder}/objects.cache
precached_object_file={folder}/objects.precache
status_file={folder}/status.dat
nagios_user={user}
nagios_group={group}
check_external_commands=0
query_socket={folder}/nagios.qh
lock_file={folder}/nagios.pid
temp_file={folder}/nagios.tmp
temp_path={folder}
check_result_path={folder}
log_archive_path={folder}
use_syslog=0
illegal_object_name_chars=`~!$%^&*|'"<>?,()=
illegal_macro_output_chars=`~$&|'"<>
"""
SITE = """define command {
  command_name none
  command_line /bin/true
}
define contact {
  contact_name nobody
  host_notification_period muster-always
  service_notification_period muster-always
  host_notification_commands none
  service_notification_commands none
}
"""
ICINGA = """const NodeName = "export"
const ZoneName = NodeName
include <itl>
object Endpoint NodeName { }
object Zone ZoneName { endpoints = [ NodeName ] }
include_recursive "%s"
"""


class Exporting(Bridge):
    def export(self, *words, status=0):
        result = self.command("export", *words)
        assert result.returncode == status, result.stdout + result.stderr
        return result


@pytest.fixture(scope="module", name="rig")
def fixture_rig():
    with Rig() as rig:
        rig.start_broker()
        yield rig


@pytest.fixture(scope="module", name="collector")
def fixture_collector(rig):
    """Not started; but its key is there."""
    collector = Collector(rig, settings={"schedules": [{"name": "load", "checks": ["check_load"], "every": "60s", "splay": "1s"}]})
    yield collector
    collector.end()


@pytest.fixture(scope="module", name="bridge")
def fixture_bridge(rig, collector):
    bridge = Exporting(rig, settings={"mapping": {"services": {"lifetimes": {"check_disk": "11m"}}}})
    collector.trust()
    rig.broker.restart()  # it reads the rights of both when it starts
    announce = {"announce": ["country", *(f"fact{i}" for i in range(6))]}  # the classes, too, as long as there is room
    rig.start_node(TIDY, TIDY_CFG, facts={"country": "uk"}, classes=["web_server", "role::web"], settings=announce)
    rig.start_node(EVIL, "".join(f"command[{name}]={DUMMY}\n" for name in HOSTILE), classes=HOSTILE, settings=announce,
                   facts={f"fact{i}": f"{value}\n{value}" for i, value in enumerate(HOSTILE[:6])})
    return bridge


def checked_by_nagios(export, folder):
    """Objects of a kind that Nagios has found, by kind; and what it would run with."""
    main = folder / "nagios.cfg"
    main.write_text(NAGIOS.format(export=export, folder=folder, user=getpass.getuser(), group=grp.getgrgid(os.getgid()).gr_name))
    (folder / "site.cfg").write_text(SITE)
    result = subprocess.run(["/usr/sbin/nagios4", "-vp", main], env=ENVIRONMENT, text=True, capture_output=True, timeout=60,
                            check=False, encoding="utf-8", errors="surrogateescape")
    assert result.returncode == 0 and "Total Errors:   0" in result.stdout, result.stdout
    counts = {kind: int(count) for count, kind in re.findall(r"Checked (\d+) (services|hosts|host groups|commands)\.", result.stdout)}
    return counts, (folder / "objects.precache").read_text(errors="surrogateescape")


def checked_by_icinga(export, folder):
    """Objects of a type that Icinga has found, by type; and the names of all."""
    main = folder / "icinga2.conf"
    main.write_text(ICINGA % export)
    places = {"ConfigDir": folder, "DataDir": folder / "data", "LogDir": folder / "log", "CacheDir": folder / "cache",
              "SpoolDir": folder / "spool", "InitRunDir": folder / "run", "RunAsUser": getpass.getuser(),
              "RunAsGroup": grp.getgrgid(os.getgid()).gr_name}
    for place in ("data", "log", "cache", "spool", "run"):
        (folder / place).mkdir(exist_ok=True)
    defines = [word for key, value in places.items() for word in ("-D", f"{key}={value}")]
    result = subprocess.run(["/usr/sbin/icinga2", "daemon", "-C", "-c", main, *defines], env=ENVIRONMENT,
                            text=True, capture_output=True, timeout=60, check=False, encoding="utf-8")
    assert result.returncode == 0, result.stdout + result.stderr
    counts = {kind: int(count) for count, kind in re.findall(r"Instantiated (\d+) (\w+?)s?\.", result.stdout)}
    listed = subprocess.run(["/usr/sbin/icinga2", "object", "list", *defines], env=ENVIRONMENT, text=True, capture_output=True,
                            timeout=60, check=False, encoding="utf-8")
    return counts, listed.stdout


def times(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def written_checks(folder, ending):
    return {node: json.loads((folder / "nodes" / f"{node}{ending}").read_text().splitlines()[1][len("# node "):])["checks"]
            for node in (TIDY, EVIL)}


def test_nagios_takes_what_is_written_of_a_fleet_with_a_hostile_node(bridge, tmp_path):
    result = bridge.export("nagios", "-o", str(tmp_path / "muster"))
    counts, objects = checked_by_nagios(tmp_path / "muster", tmp_path)
    checks = written_checks(tmp_path / "muster", ".cfg")
    assert checks[TIDY] == ["check_disk", "check_load"]
    assert sorted(HOSTILE) == checks[EVIL]
    refused = result.stderr.count("is no name for nagios")
    assert counts["hosts"] == 2
    assert counts["services"] == 2 + len(HOSTILE) - refused
    assert 0 < refused < len(HOSTILE)
    assert counts["commands"] == 2
    assert "freshness_threshold\t660" in objects
    assert re.search(r"hostgroup_name\tmuster-country-uk\n\talias\tcountry: uk\n\tmembers\tweb1.example.net\n", objects)
    assert re.search(r"hostgroup_name\tmuster-class-role::web\n.*\n\tmembers\tweb1.example.net\n", objects)
    assert counts["host groups"] == len(re.findall("hostgroup_name", objects))
    assert "$USER1$" not in objects.replace("_USER1_", "")


def test_icinga_takes_what_is_written_of_a_fleet_with_a_hostile_node(bridge, tmp_path):
    result = bridge.export("icinga2", "-o", str(tmp_path / "muster"))
    counts, objects = checked_by_icinga(tmp_path / "muster", tmp_path)
    refused = result.stderr.count("is no name for icinga")
    assert counts["Host"] == 2
    assert counts["Service"] == 2 + len(HOSTILE) - refused
    assert refused == 1  # "a!b"
    assert "injected' of type 'Host'" not in objects
    names = [re.escape(name) for name in HOSTILE if "!" not in name]
    for name in names:
        assert re.search(f"'{EVIL}!{name}' of type 'Service'", objects), name


def test_the_same_fleet_is_the_same_files(bridge, tmp_path):
    folder = tmp_path / "muster"
    bridge.export("nagios", "-o", str(folder))
    before = times(folder)
    assert bridge.export("nagios", "-o", str(folder), "--diff").stdout == ""
    assert " 0 of them changed" in bridge.export("nagios", "-o", str(folder)).stdout
    assert times(folder) == before


def test_a_diff_shows_what_changes_and_changes_nothing(rig, bridge, tmp_path):
    folder = tmp_path / "muster"
    bridge.export("nagios", "-o", str(folder))
    before = times(folder)
    node = next(node for node in rig.nodes if node.name == TIDY)
    node.write_nrpe_cfg(f"command[check_disk]={DUMMY}\ncommand[check_new]={DUMMY}\n")
    node.reload()
    try:
        wait_until(lambda: rig.mco("nrpe", "check_new", "-I", TIDY).returncode == 0, "check_new is defined")
        diff = bridge.export("nagios", "-o", str(folder), "--diff", status=1).stdout
        assert f"--- {folder}/nodes/{TIDY}.cfg\n+++ {folder}/nodes/{TIDY}.cfg\n@@ " in diff
        assert "\n-  service_description  check_load\n+  service_description  check_new\n" in diff
        assert times(folder) == before
    finally:
        node.write_nrpe_cfg(TIDY_CFG)
        node.reload()


def test_what_an_operator_wrote_is_left_alone(bridge, tmp_path):
    folder = tmp_path / "muster"
    bridge.export("icinga2", "-o", str(folder))
    own = folder / "nodes" / "own.conf"
    own.write_text('object Host "own" { check_command = "passive" }\n')
    (folder / "muster.conf").write_text("// mine\n")
    assert "muster.conf was not written by an export" in bridge.export("icinga2", "-o", str(folder), status=74).stderr
    (folder / "muster.conf").unlink()
    bridge.export("icinga2", "-o", str(folder))
    assert own.exists()
    assert checked_by_icinga(folder, tmp_path)[0]["Host"] == 3


def test_a_node_that_is_silent_keeps_its_files_until_it_is_forgotten(rig, bridge, tmp_path):
    folder = tmp_path / "muster"
    extra = rig.start_node("db1.example.net", TIDY_CFG)
    bridge.export("nagios", "-o", str(folder))
    file = pathlib.Path(folder / "nodes" / "db1.example.net.cfg")
    text = file.read_text()
    extra.stop()
    rig.wait_for_presence("db1.example.net", "stopped")
    assert "db1.example.net: is gone" in bridge.export("nagios", "-o", str(folder)).stderr
    assert file.read_text() == text
    rig.mco("node", "forget", "db1.example.net")
    bridge.export("nagios", "-o", str(folder))
    assert not file.exists()


def test_freshness_follows_a_collectors_schedules_and_stays_while_it_is_away(bridge, collector, tmp_path):
    folder = tmp_path / "muster"
    file = folder / "nodes" / f"{TIDY}.cfg"
    collector.start()
    collector.wait_for(lambda: True, "it is there")

    def told():
        bridge.export("nagios", "-o", str(folder))
        return "freshness_threshold  180" in file.read_text()

    wait_until(told, lambda: f"the collector tells its schedules: {file.read_text()}\n{collector.log}")
    collector.stop()
    before = times(folder)
    bridge.export("nagios", "-o", str(folder))
    assert times(folder) == before
