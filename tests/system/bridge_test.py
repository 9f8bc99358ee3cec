# SPDX-License-Identifier: Apache-2.0
"""The bridge tells every result that the nodes recorded, in order, whatever dies in between. Its monitor is a file here."""

import collections
import json
import random
import time

import pytest
from asking import OK
from bridge import NAME, Bridge
from muster_rig import Rig
from processes import wait_until

DUMMY = "/usr/lib/nagios/plugins/check_dummy"
NAMES = ["db1", "web1", "web2"]
CHECKS = f"command[ok]={OK}\ncommand[bad]={DUMMY} 2 'disk full'\n"


@pytest.fixture(name="rig", scope="module")
def fixture_rig():
    with Rig() as rig:
        rig.start_broker()
        yield rig


@pytest.fixture(name="fleet", scope="module")
def fixture_fleet(rig):
    bridge = Bridge(rig, settings={"own_check": {"host": "mon1", "every": "10s"}, "metrics_file": "bridge.prom"})
    rig.broker.restart()  # it reads the rights of the bridge when it starts
    nodes = {name: rig.start_node(name, CHECKS) for name in NAMES}
    bridge.start()
    bridge.wait_for(lambda: bridge.status().get("connected"), "it is connected")
    yield bridge, nodes
    bridge.end()


def heads(rig):
    replies = json.loads(rig.mco("rpc", "recorder", "head", "--json").stdout)["replies"]
    return {reply["sender"]: (reply["data"]["epoch"], reply["data"]["seq"]) for reply in replies}


def wait_until_complete(rig, bridge):
    def complete():
        recorded = heads(rig)
        return len(recorded) == len(NAMES) and bridge.cursors() == recorded and bridge.status()["queue"]["waiting"] == 0

    bridge.wait_for(complete, "it has told what the nodes have")


def recorded(rig, node):
    """Everything that the node's recorder has, in order: (check, finished)."""
    results, epoch, seq = [], 0, 0
    while True:
        reply = json.loads(rig.mco("rpc", "recorder", "since", f"epoch={epoch}", f"seq={seq}", "-I", node, "--json").stdout)
        page = reply["replies"][0]["data"]
        results += page["results"]
        if not page["more"]:
            return results
        epoch, seq = results[-1]["epoch"], results[-1]["seq"]


def told_of(bridge, node):
    """Each result once, by the ticket that it has in the queue."""
    seen = {}
    for line in bridge.results():
        if line["host"] == node:
            seen.setdefault(line["ticket"], line)
    return [seen[ticket] for ticket in sorted(seen)]


def test_a_result_is_told_as_it_came(rig, fleet):
    bridge, _ = fleet
    rig.mco("nrpe", "bad", "-I", "web1")
    bridge.wait_for(lambda: told_of(bridge, "web1"), "it is told")
    line = told_of(bridge, "web1")[-1]
    assert (line["host"], line["service"], line["state"], line["source"]) == ("web1", "bad", 2, "web1")
    assert "disk full" in line["summary"]


def test_hosts_are_told_when_their_state_changes(rig, fleet):
    bridge, nodes = fleet
    bridge.wait_for(lambda: set(NAMES) <= {name for name, state in bridge.hosts() if state == 0}, "all are up")
    nodes["db1"].stop()
    bridge.wait_for(lambda: ("db1", 1) in bridge.hosts(), "it is down")
    assert [line["summary"] for line in bridge.told() if (line["host"], line["state"], line["service"]) == ("db1", 1, None)][
        0].startswith("stopped since ")
    nodes["db1"].start()
    bridge.wait_for(lambda: [state for name, state in bridge.hosts() if name == "db1"] == [0, 1, 0], "it is up again")


def test_a_restart_invents_no_states_of_hosts(rig, fleet):
    bridge, _ = fleet
    before = bridge.hosts()
    bridge.stop()
    bridge.start()
    bridge.wait_for(lambda: bridge.log.count("connected to ") > 1, "it is back")
    rig.mco("nrpe", "ok")
    wait_until_complete(rig, bridge)
    assert bridge.hosts() == before


def test_nothing_is_missing_whatever_is_killed(rig, fleet):
    bridge, nodes = fleet
    chance = random.Random(5)
    for _ in range(8):
        victim = chance.choice(["bridge", "broker", "node", "both"])
        if victim in ("bridge", "both"):
            bridge.kill()
        if victim in ("broker", "both"):
            rig.broker.kill()
            rig.broker.start()
        if victim == "node":
            node = nodes[chance.choice(NAMES)]
            node.kill()
            node.start()
        for _ in range(chance.randrange(1, 4)):
            rig.mco("nrpe", chance.choice(["ok", "bad"]), "-t", "2")
        if victim in ("bridge", "both"):
            bridge.start()
        time.sleep(chance.random() / 2)  # somewhere in what follows, with the same seed somewhere else each time
    wait_until(lambda: len(heads(rig)) == len(NAMES), "all nodes are back", timeout=60)
    wait_until_complete(rig, bridge)
    for name in NAMES:
        expected = [(result["check"], result["summary"]) for result in recorded(rig, name)]
        told = [(line["service"], line["summary"]) for line in told_of(bridge, name)]
        assert told == expected, name
    assert bridge.status()["results"]["gaps"] == 0
    assert bridge.dead_letters() == []


def test_its_own_check_is_told_and_its_health_announced(rig, fleet):
    bridge, _ = fleet
    bridge.wait_for(lambda: [line for line in bridge.results() if line["host"] == "mon1"], "its check is told")
    line = [line for line in bridge.results() if line["host"] == "mon1"][-1]
    assert (line["service"], line["source"]) == ("nagios-bridge", NAME)
    assert "waiting=" in line["perfdata"]
    assert rig.wait_for_presence(NAME, "up")["health"] == []


def test_metrics_are_written_for_node_exporter(fleet):
    bridge, _ = fleet
    bridge.wait_for(lambda: (bridge.folder / "bridge.prom").exists(), "they are written")
    lines = (bridge.folder / "bridge.prom").read_text().splitlines()
    assert "muster_bridge_connected 1" in lines or "muster_bridge_connected 0" in lines
    assert [line for line in lines if line.startswith('muster_bridge_sink_delivered_total{sink="file",kind="file"} ')]
    assert (bridge.folder / "bridge.prom").stat().st_mode & 0o777 == 0o644


def test_status_says_whether_it_runs(fleet):
    bridge, _ = fleet
    bridge.wait_for(lambda: "file     file: takes results since" in bridge.command("status").stdout, "its monitor is shown")
    shown = bridge.command("status")
    assert shown.returncode == 0, shown
    assert "results wait" in shown.stdout
    bridge.stop()
    shown = bridge.command("status")
    assert shown.returncode == 3
    assert shown.stdout.startswith(f"NOT RUNNING: {NAME} was stopped at ")
    status = bridge.folder / "state" / "status.json"
    old = json.loads(status.read_text())
    old.update(written_ms=old["written_ms"] - 60_000, stopped=False)  # as one that was killed leaves it
    status.write_text(json.dumps(old))
    shown = bridge.command("status")
    assert shown.returncode == 3
    assert shown.stdout.startswith(f"NOT RUNNING: {NAME} has told nothing for ")
    bridge.start()
    bridge.wait_for(lambda: bridge.command("status").returncode == 0, "it runs again")


def test_two_bridges_do_not_share_a_queue(fleet):
    bridge, _ = fleet
    second = bridge.command()
    assert second.returncode == 78
    assert "another nagios-bridge uses this state_dir" in second.stderr


def test_a_full_queue_takes_nothing_and_loses_nothing(rig, fleet):
    bridge, _ = fleet
    bridge.stop()
    blocked = bridge.folder / "blocked"
    blocked.mkdir()  # no file can be written there
    sinks = [{"kind": "file", "path": str(bridge.out)}, {"kind": "file", "name": "second", "path": str(blocked)}]
    bridge.write_config(sinks, {"queue": {"size": "1M"}})
    web1 = fleet[1]["web1"]
    web1.write_nrpe_cfg(CHECKS + "command[long]=head -c 60000 /dev/zero | tr '\\0' x\n")
    web1.reload()
    bridge.start()
    bridge.wait_for(lambda: bridge.status().get("connected"), "it is connected")
    before = collections.Counter(line["service"] for line in told_of(bridge, "web1"))["long"]
    count = 0
    while not bridge.status()["queue"]["full"]:
        rig.mco("nrpe", "long", "-I", "web1")
        count += 1
        assert count < 40
    for _ in range(3):
        rig.mco("nrpe", "long", "-I", "web1")
        count += 1
    shown = bridge.command("status")
    assert shown.returncode == 2 and "FULL" in shown.stdout, shown.stdout
    blocked.rmdir()
    bridge.wait_for(lambda: not bridge.status()["queue"]["full"], "there is room again")
    wait_until_complete(rig, bridge)
    for path in (bridge.out, blocked):
        told = {line["ticket"] for line in bridge.results(path) if line["service"] == "long"}
        assert len(told) - (before if path == bridge.out else 0) == count
