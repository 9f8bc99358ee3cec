# SPDX-License-Identifier: Apache-2.0
"""What operators ask of the collector and say to it: mco status, history, graph, ack, downtime, schedule."""

import json
import re
import subprocess
import urllib.request

import pytest
from asking import validated
from collector import Collector
from muster_rig import Rig
from processes import wait_until

DUMMY = "/usr/lib/nagios/plugins/check_dummy"
CHECKS = (f"command[ok]={DUMMY} 0 fine\n"
          "command[state]=cat STATE; exit `cat STATE`\n"
          "command[load]=/bin/echo 'LOAD OK | load1=1.5;2;4 load5=0.7 used=30%;20:80'\n")
# Fast, so that nobody waits long for a state that is confirmed; the last is never due by itself.
SCHEDULES = [
    {"name": "often", "check": "ok", "every": "2s", "splay": "100ms", "timeout": "1s", "freshness": "6s"},
    {"name": "state", "check": "state", "every": "2s", "splay": "0s", "timeout": "1s", "max_attempts": 2},
    {"name": "load", "check": "load", "every": "1h", "splay": "0s", "timeout": "1s"},
]


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        state = {"node_patience": "1s", "start_grace": "1s"}  # a lost node is told of when the broker knows
        rig.collector = Collector(rig, settings={"schedules": SCHEDULES, "state": state})
        rig.broker.restart()  # it reads the rights of the collector when it starts
        for name in ("db1", "web1", "web2"):
            checks = CHECKS.replace("STATE", str(rig.folder / "nodes" / name / "STATE"))
            settings = {"announce": ["location"]}
            set_state(rig.start_node(name, checks, facts={"location": "de" if name == "db1" else "uk"}, settings=settings), 0)
        rig.collector.start()
        wait_until(lambda: mco(rig, "status").returncode == 0, lambda: rig.collector.log)
        yield rig
        rig.collector.end()


def set_state(node, state):
    (node.folder / "STATE").write_text(f"{state}\n")


def node_named(rig, name):
    return next(node for node in rig.nodes if node.name == name)


def mco(rig, *words):
    return rig.mco(*words, timeout=30)


SCHEMAS = {"status": "status", "history": "history", "graph": "graph", "downtime add": "downtime_add",
           "downtime list": "downtime_list", "schedule list": "schedule_list"}


def told(rig, *words):
    """What it says as JSON, which must be as docs/json has it."""
    text = mco(rig, *words, "--json").stdout
    return validated(SCHEMAS.get(json.loads(text)["command"], "collector_done"), text)


def names_not_up(rig):
    return [node["name"] for node in told(rig, "status")["nodes"]]


def page(rig, path):
    with urllib.request.urlopen(rig.collector.address + path, timeout=10) as answer:
        return answer.read().decode()


def services(rig, *words):
    return {(one["node"], one["check"]): one for one in told(rig, "status", "--all", *words)["services"]}


def run(rig, schedule):
    """Asks out of turn, and waits until everybody's result is there."""
    before = {key: one["last_result"] for key, one in services(rig).items()}
    wait_until(lambda: mco(rig, "schedule", "run", schedule).returncode == 0, lambda: "it can be asked", timeout=20)

    def new_results():
        now = services(rig)
        return all(now.get((node.name, schedule), {}).get("last_result", 0) > before.get((node.name, schedule), 0)
                   for node in rig.nodes)

    wait_until(new_results, lambda: f"results of {schedule}: {services(rig)}", timeout=20)


WORDS = ("OK", "WARNING", "CRITICAL")


def make(rig, name, state):
    """A state that is confirmed."""
    set_state(node_named(rig, name), state)

    def confirmed():
        known = services(rig).get((name, "state"))  # its first result may be on its way
        return known and known["state"] == WORDS[state] and known["hard"]

    wait_until(confirmed, lambda: str(services(rig)), timeout=20)


def test_scheduled_checks_are_asked_for_and_known(fleet):
    def all_known():
        return {key for key in services(fleet) if key[1] == "ok"} == {(node.name, "ok") for node in fleet.nodes}

    wait_until(all_known, lambda: f"{services(fleet)}\n{fleet.collector.log}", timeout=20)
    fleet.collector.wait_for(
        lambda: fleet.collector.rows("SELECT DISTINCT origin FROM service WHERE name = 'ok'") == [("collector@mon1",)],
        "its results are stored as those of a schedule")
    listed = mco(fleet, "schedule", "list").stdout
    assert re.search(r"^often +ok +2 s ", listed, re.MULTILINE), listed
    assert told(fleet, "status")["exit_status"] == 0


def test_a_schedule_that_is_not_there_is_named(fleet):
    result = mco(fleet, "schedule", "run", "nightly")
    assert result.returncode == 1
    assert "no schedule 'nightly'" in result.stderr


def test_a_problem_is_soft_first_then_confirmed_and_its_recovery_is_told(fleet):
    make(fleet, "web1", 2)
    shown = mco(fleet, "status")
    assert shown.returncode == 2
    assert re.search(r"CRITICAL +\d+ s +state +web1 +2$", shown.stdout, re.MULTILINE), shown.stdout
    make(fleet, "web1", 0)
    assert mco(fleet, "status").returncode == 0

    def history():
        return mco(fleet, "history", "web1", "state").stdout

    def words():
        return re.findall(r"^\d{4}-\S+ .* state +(OK|CRITICAL(?: \(not confirmed\))?)  ", history(), re.MULTILINE)

    # Events are stored in batches, so a state is known a moment before its event is.
    wait_until(lambda: words()[:3] == ["OK", "CRITICAL", "CRITICAL (not confirmed)"], history)
    assert "█" in history()
    of_the_node = mco(fleet, "history", "web1").stdout
    assert re.search(r"^·*▁+$", of_the_node, re.MULTILINE), of_the_node
    assert len(told(fleet, "history", "web1", "--last", "1w")["events"]) == len(told(fleet, "history", "web1")["events"]) > 2


def test_an_acknowledged_problem_needs_nobody_until_it_changes(fleet):
    make(fleet, "web2", 1)
    assert mco(fleet, "status").returncode == 1
    done = mco(fleet, "ack", "web2", "state", "-m", "disk is ordered")
    assert (done.returncode, done.stdout) == (0, "Acknowledged: state of web2\n")
    shown = mco(fleet, "status")
    assert shown.returncode == 0, shown.stdout
    assert "[acknowledged by alice@ops1: disk is ordered]" in shown.stdout
    make(fleet, "web2", 2)
    assert mco(fleet, "status").returncode == 2, "it is another problem now"
    make(fleet, "web2", 0)
    refused = mco(fleet, "ack", "web2", "state", "-m", "again")
    assert refused.returncode == 64
    assert "nothing to acknowledge" in refused.stderr
    assert mco(fleet, "ack", "web2", "nosuch", "-m", "again").returncode != 0


def test_a_downtime_by_filter_covers_the_nodes_that_match(fleet):
    make(fleet, "web2", 2)
    make(fleet, "db1", 2)
    made = mco(fleet, "downtime", "add", "-F", "location=uk", "--for", "10m", "-m", "new kernel")
    name = re.search(r"Downtime (\w+) is set for 2 nodes\.", made.stdout).group(1)
    covered = {key: "downtime" in one for key, one in services(fleet).items() if key[1] == "state" and one["state"] != "OK"}
    assert covered == {("db1", "state"): False, ("web2", "state"): True}
    assert name in mco(fleet, "downtime", "list").stdout
    assert mco(fleet, "downtime", "remove", name).returncode == 0
    assert mco(fleet, "downtime", "remove", name).returncode != 0
    assert mco(fleet, "downtime", "list").stdout.startswith("No problems are expected")
    make(fleet, "web2", 0)
    make(fleet, "db1", 0)


def set_downtime(rig, *options):
    """Sets one for `options`: its line in the list, how many nodes, and what the API would tell; it is taken back."""
    made = told(rig, "downtime", "add", *options, "-m", "x")
    try:
        line = next(one for one in mco(rig, "downtime", "list").stdout.splitlines() if one.startswith(made["downtime"]))
        return made["nodes"], line
    finally:
        mco(rig, "downtime", "remove", made["downtime"])


@pytest.mark.parametrize(("options", "nodes", "shown"), [
    (("-I", "db1", "-F", "location=uk"), 0, "db1 and -F location=uk"),
    (("-I", "web1", "-F", "location=uk"), 1, "web1 and -F location=uk"),
    (("-F", "location=uk", "-S", "not location=uk"), 0, "-F location=uk -S 'not location=uk'"),
    (("-S", "not location=uk"), 1, "-S 'not location=uk'"),
    (("-A", "nosuch", "-I", "/web/"), 0, "-I /web/ -A nosuch"),
    (("-I", "/web/",), 2, "-I /web/"),
    (("-F", "location=uk or de",), 0, "-F 'location=uk or de'"),
])
def test_a_downtime_is_about_the_nodes_for_which_all_options_hold(fleet, options, nodes, shown):
    found, line = set_downtime(fleet, *options)
    assert (found, shown in line) == (nodes, True), line


def test_a_downtime_of_what_only_the_node_knows_is_refused(fleet):
    refused = mco(fleet, "downtime", "add", "-S", "nrpe('state').exitcode=2", "-m", "x")
    assert refused.returncode == 64
    assert "cannot ask data functions" in refused.stderr
    assert mco(fleet, "downtime", "add", "-S", "location=uk and", "-m", "x").returncode == 64
    assert mco(fleet, "downtime", "list").stdout.startswith("No problems are expected")


def test_a_downtime_needs_somebody_to_be_about(fleet):
    result = mco(fleet, "downtime", "add", "-m", "what for?")
    assert result.returncode == 64
    assert "a downtime of what?" in result.stderr
    unknown = mco(fleet, "downtime", "add", "-I", "nosuch", "-m", "x")
    assert "no node that is known is meant" in unknown.stdout
    assert mco(fleet, "downtime", "remove", unknown.stdout.split()[1]).returncode == 0
    assert mco(fleet, "downtime", "add", "-I", "web1", "-m", "x", "--for", "soon").returncode == 64


def test_a_filter_shows_a_part_of_the_fleet(fleet):
    assert {node for node, _ in services(fleet, "-F", "location=de")} == {"db1"}
    assert {node for node, _ in services(fleet, "-I", "/^web/")} == {"web1", "web2"}
    make(fleet, "web1", 2)
    assert mco(fleet, "status", "-F", "location=de").returncode == 0, "what is wrong elsewhere is no alarm here"
    assert mco(fleet, "status", "state", "-F", "location=uk").returncode == 2
    assert mco(fleet, "status", "-I", "nosuch").returncode == 3
    assert "no result of nosuch" in mco(fleet, "status", "nosuch").stdout
    make(fleet, "web1", 0)
    nobody = mco(fleet, "status", "-S", "nrpe('ok').exitcode=0")
    assert nobody.returncode == 64
    assert "data functions" in nobody.stderr


def test_numbers_of_a_check_are_kept_as_a_plain_rrd_and_drawn(fleet, tmp_path):
    run(fleet, "load")
    wait_until(lambda: mco(fleet, "graph", "web1", "load").returncode == 0, lambda: fleet.collector.log)  # it is written in batches
    for name in ("load.svg", "load.png"):
        picture = tmp_path / name
        done = mco(fleet, "graph", "web1", "load", "--last", "1h", "-o", picture)
        assert done.returncode == 0, done.stderr
        content = picture.read_bytes()
        assert content.startswith(b"\x89PNG" if name.endswith("png") else b"<?xml"), content[:20]
        assert len(content) > 5000
        assert "(%): --label 'used'" in done.stdout
    other = mco(fleet, "graph", "web1", "load", "--label", "used", "-o", tmp_path / "used.svg")
    assert (other.returncode, "--label 'load5'" in other.stdout) == (0, True), other
    assert mco(fleet, "graph", "web1", "load", "--label", "nosuch", "-o", tmp_path / "x.svg").returncode == 1
    assert mco(fleet, "graph", "web1", "load", "--label", "nosuch").returncode == 1
    rrd = fleet.collector.folder / "state" / "history" / "web1" / "load.rrd"
    assert rrd.read_bytes().startswith(b"RRD\0")
    missing = mco(fleet, "graph", "web1", "nosuch", "-o", tmp_path / "x.svg")
    assert missing.returncode == 1
    assert "there is no history of nosuch of web1 yet" in missing.stderr
    assert mco(fleet, "graph", "web1", "load", "-o", tmp_path / "x.gif").returncode == 64
    assert mco(fleet, "graph", "web1").returncode == 64
    assert mco(fleet, "graph", "--fleet", "web1", "load").returncode == 64
    assert mco(fleet, "graph", "--states", "load", "--label", "load1").returncode == 64
    unknown = mco(fleet, "graph", "--fleet", "nosuch", "--label", "load1")
    assert unknown.returncode == 1
    assert "there is no history of nosuch of the fleet yet" in unknown.stderr


def test_what_is_told_as_json_is_as_the_documents_say(fleet):
    make(fleet, "web2", 2)
    assert told(fleet, "ack", "web2", "state", "-m", "seen", "--expires", "1h") == {"command": "ack", "exit_status": 0}
    downtime = told(fleet, "downtime", "add", "-I", "web2", "--for", "5m", "--flexible", "2m", "-m", "x")["downtime"]
    assert [one["id"] for one in told(fleet, "downtime", "list")["downtimes"]] == [downtime]
    assert services(fleet)[("web2", "state")]["acknowledgement"]["comment"] == "seen"
    assert {one["name"] for one in told(fleet, "schedule", "list")["schedules"]} == {"often", "state", "load"}
    assert told(fleet, "history", "web2", "state")["strip"][-1]["state"] == "CRITICAL"
    assert told(fleet, "history", "web2")["strip"][-1]["status"] == "up"
    assert "strip" not in told(fleet, "history")
    assert {one["label"] for one in told(fleet, "graph", "web1", "load")["series"]} == {"load1", "load5", "used"}
    assert {one["label"] for one in told(fleet, "graph", "web1", "load", "--label", "used")["series"]} == {"used"}
    assert told(fleet, "unack", "web2", "state")["command"] == "unack"
    assert told(fleet, "downtime", "remove", downtime)["exit_status"] == 0
    make(fleet, "web2", 0)


def test_a_result_that_does_not_come_is_unknown_and_a_silent_node_is_told(fleet):
    node = node_named(fleet, "db1")
    node.freeze()
    wait_until(lambda: services(fleet)[("db1", "ok")]["state"] == "UNKNOWN", lambda: str(services(fleet)), timeout=30)
    assert services(fleet)[("db1", "ok")]["stale"]
    assert "no result since it said" in mco(fleet, "status").stdout
    node.thaw()
    wait_until(lambda: services(fleet)[("db1", "ok")]["state"] == "OK", lambda: str(services(fleet)), timeout=30)


def test_states_care_and_history_outlive_the_collector(fleet):
    make(fleet, "web1", 2)
    mco(fleet, "ack", "web1", "state", "-m", "known", "--sticky")
    mco(fleet, "downtime", "add", "-I", "db1", "-m", "kept", "--for", "1h")
    before = services(fleet)[("web1", "state")]
    fleet.collector.kill()
    gone = mco(fleet, "status", "-t", "2")
    assert gone.returncode == 69
    assert "collector@mon1" in gone.stderr
    fleet.collector.start()
    wait_until(lambda: mco(fleet, "status").returncode == 0, lambda: fleet.collector.log, timeout=30)
    after = services(fleet)[("web1", "state")]
    assert (after["state"], after["since"], after["acknowledgement"]) == (
        before["state"], before["since"], {**before["acknowledgement"]})
    assert "kept" in mco(fleet, "downtime", "list").stdout
    make(fleet, "web1", 0)


def test_who_has_no_trusted_key_is_not_told_anything(fleet):
    key = fleet.collector.folder / "callers.d"
    for path in key.glob("alice*.pub"):
        path.rename(path.with_suffix(".off"))
    wait_until(lambda: mco(fleet, "status").returncode == 77, lambda: fleet.collector.log, timeout=20)
    assert "refuses" in mco(fleet, "status").stderr
    for path in key.glob("*.off"):
        path.rename(path.with_suffix(".pub"))
    wait_until(lambda: mco(fleet, "status").returncode == 0, lambda: fleet.collector.log, timeout=20)


def test_a_node_that_died_needs_somebody_until_it_is_acknowledged(fleet):
    node = fleet.start_node("lost1", f"command[ok]={DUMMY} 0 fine\n")
    wait_until(lambda: ("lost1", "ok") in services(fleet), lambda: str(services(fleet)), timeout=20)
    node.kill()
    wait_until(lambda: "lost1" in names_not_up(fleet), lambda: fleet.collector.log, timeout=40)
    status = mco(fleet, "status")
    assert status.returncode == 2
    assert re.match(r"1 node not up; \d checks OK; nodes: 3 up, 1 gone, 0 stopped\n", status.stdout), status.stdout
    assert told(fleet, "status")["counts"]["need_somebody"]["nodes"] == 1
    assert "<title>(1) Problems" in page(fleet, "/")
    assert "/icon.svg?state=critical" in page(fleet, "/")
    assert "\nmuster_nodes_need_somebody 1\n" in page(fleet, "/metrics")
    mco(fleet, "ack", "lost1", "-m", "in repair")
    status = mco(fleet, "status")
    assert (status.returncode, status.stdout.splitlines()[0].partition(";")[0]) == (0, "Nothing needs anybody")
    assert "lost1 [acknowledged by alice@ops1: in repair]" in status.stdout
    assert "<title>Problems" in page(fleet, "/")
    fleet.nodes.remove(node)
    assert mco(fleet, "node", "forget", "lost1").returncode == 0
    wait_until(lambda: "lost1" not in mco(fleet, "status", "-v").stdout, lambda: fleet.collector.log, timeout=10)


def test_a_check_that_its_node_does_not_have_any_more_can_be_forgotten(fleet):
    node = node_named(fleet, "web2")
    config = node.folder / "nrpe.cfg"
    before = config.read_text()
    config.write_text(before + f"command[raid]={DUMMY} 2 degraded\n")
    node.reload()
    wait_until(lambda: "degraded" in fleet.mco("nrpe", "raid", "-I", "web2").stdout, lambda: node.log, timeout=20)
    wait_until(lambda: ("web2", "raid") in services(fleet), lambda: fleet.collector.log, timeout=20)
    config.write_text(before)
    node.reload()
    assert mco(fleet, "status").returncode == 2
    assert told(fleet, "node", "forget", "web2", "--check", "raid")["nodes"] == 1
    assert mco(fleet, "status").returncode == 0
    fleet.collector.kill()
    fleet.collector.start()
    wait_until(lambda: mco(fleet, "status").returncode == 0, lambda: fleet.collector.log, timeout=30)
    assert ("web2", "raid") not in services(fleet)
    again = mco(fleet, "node", "forget", "web2", "--check", "raid")
    assert (again.returncode, "nothing is known of raid" in again.stderr) == (1, True)
    assert mco(fleet, "node", "forget", "--check", "raid", "-I", "/web/").returncode == 64


def test_a_forgotten_node_is_gone_from_everything(fleet):
    node = fleet.start_node("old1", f"command[ok]={DUMMY} 0 fine\n")
    wait_until(lambda: ("old1", "ok") in services(fleet), lambda: str(services(fleet)), timeout=20)
    node.stop()
    fleet.nodes.remove(node)
    fleet.wait_for_presence("old1", "stopped")
    assert "old1" in mco(fleet, "status").stdout
    assert mco(fleet, "node", "forget", "old1").returncode == 0
    wait_until(lambda: "old1" not in mco(fleet, "status", "-v").stdout, lambda: fleet.collector.log, timeout=10)
    assert fleet.collector.rows("SELECT COUNT(*) FROM service WHERE node = 'old1'") == [(0,)]
    assert fleet.collector.rows("SELECT COUNT(*) FROM node WHERE name = 'old1'") == [(0,)]


def test_what_is_wrong_with_the_configuration_is_said_where_it_stands(fleet):
    config = fleet.collector.folder / "broken.yaml"
    text = json.loads(fleet.collector.config.read_text())
    text["schedules"] = [{"name": "a", "every": "1s", "splay": "2s"}, {"name": "a", "check": "x", "every": "5s", "colour": 1}]
    config.write_text(json.dumps(text, indent=1))
    result = subprocess.run([str(fleet.bin / "collector"), "--config", str(config), "--check-config"],
                            capture_output=True, text=True, timeout=20, check=False)
    assert result.returncode == 78
    for sentence in ("expected one of `check: NAME`", "at least splay + timeout", "there is a schedule a already", "colour"):
        assert sentence in result.stderr, result.stderr
