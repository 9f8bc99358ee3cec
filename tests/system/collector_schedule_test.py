# SPDX-License-Identifier: Apache-2.0
"""What a schedule asks for comes as results, and what keeps a node from it is seen."""

import datetime
import json
import re
import signal
import sqlite3
import time

import pytest
from asking import OK
from collector import Collector
from muster_rig import Rig
from processes import wait_until

CHECKS = f"command[ok]={OK}\ncommand[echo]=/bin/echo OK $ARG1$ and $ARG2$\n"
EVERY = {"every": "2s", "splay": "0s", "timeout": "1s"}
SCHEDULES = [
    {"name": "named", "check": "echo", "arguments": ["one", "two"], "as": "echo_one_two", **EVERY},
    {"name": "all", "all": True, **EVERY},
    {"name": "rare", "check": "ok", "every": "10m", "splay": "0s", "timeout": "1s"},
    {"name": "closed", "check": "ok", "period": "other_day", **EVERY},
]
OTHER_DAY = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=3)).strftime("%a").lower()
PERIODS = {"other_day": f"{OTHER_DAY} 00:00-24:00"}


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        rig.collector = Collector(rig, settings={"schedules": SCHEDULES, "periods": PERIODS, "state": {"loss_window": "2s", "loss_of_many": 3, "node_patience": "1s", "start_grace": "1s"}})
        rig.broker.restart()  # it reads the rights of the collector when it starts
        rig.start_node("web1", f"dont_blame_nrpe=1\n{CHECKS}")
        rig.start_node("web2", CHECKS)
        rig.start_node("web3", CHECKS)
        rig.start_node("web4", CHECKS)
        rig.collector.start()
        yield rig
        rig.collector.end()


def service(rig, node, check):
    rows = rig.collector.rows("SELECT state, summary, origin FROM service WHERE node = ? AND name = ?", node, check)
    return rows[0] if rows else None


def test_a_run_with_arguments_is_kept_under_the_name_that_its_schedule_gives_it(fleet):
    fleet.collector.wait_for(lambda: service(fleet, "web1", "echo_one_two"), "its result is stored")
    assert service(fleet, "web1", "echo_one_two") == (0, "OK one and two", "collector@mon1")
    collected = fleet.collector.rows("SELECT summary FROM service WHERE node = 'web1' AND name = 'echo'")
    assert ("OK one and two",) not in collected, "the check without arguments is another question"
    status = json.loads(fleet.mco("status", "-v", "--json").stdout)
    assert "echo_one_two" in [one["check"] for one in status["services"] if one["node"] == "web1"]
    recorded = fleet.mco("rpc", "recorder", "head", "--json", "-I", "web1").stdout
    assert json.loads(recorded)["replies"][0]["data"]["results"] > 0


def test_nobody_but_a_collector_gives_a_run_a_name(fleet):
    answer = fleet.mco("rpc", "nrpe", "runcommand", "command=echo", "args=one", "as=invented", "-I", "web1")
    assert "only a collector gives runs a name, and alice@ops1 is none" in answer.stdout + answer.stderr
    wait_until(lambda: service(fleet, "web1", "echo_one_two"), fleet.collector.log)
    assert service(fleet, "web1", "invented") is None


def refuses(rig, node, schedule):
    """What the collector shows of it, as `mco status` has it; none: it does not refuse."""
    services = json.loads(rig.mco("status", "--json").stdout)["services"]
    shown = [one["summary"] for one in services if (one["node"], one["check"]) == (node, f"schedule:{schedule}")]
    return shown[0] if shown else None


def test_a_node_that_refuses_a_schedule_is_not_taken_for_well(fleet):
    wait_until(lambda: refuses(fleet, "web2", "named"), fleet.collector.log)
    assert "dont_blame_nrpe" in refuses(fleet, "web2", "named")
    assert refuses(fleet, "web1", "named") is None
    status = fleet.mco("status")
    assert status.returncode == 3
    assert "3 nodes: web2 web3 web4: refused: policy - " in status.stdout, "one line"
    fleet.collector.wait_for(lambda: fleet.collector.events("schedule_refused"), "many at once are one event")
    assert "3 nodes refuse the schedule named" in fleet.collector.events("schedule_refused")[0][4]
    assert [event[0] for event in fleet.collector.events("state") if event[1] == "schedule:named"] == []


def test_a_refusal_by_policy_is_told_and_ends_with_the_first_result(fleet):
    policy = node_named(fleet, "web1").folder / "policies.d" / "nrpe.policy"
    policy.parent.mkdir(exist_ok=True)
    policy.write_text("policy default deny\nallow\talice@ops1\t*\t*\n")
    wait_until(lambda: refuses(fleet, "web1", "all"), fleet.collector.log)
    assert "collector@mon1 may not call nrpe.runallcommands here" in refuses(fleet, "web1", "all")
    policy.unlink()
    wait_until(lambda: refuses(fleet, "web1", "all") is None, fleet.collector.log)

    def told():
        events = fleet.collector.events("state")
        return [event[2] for event in events if event[:2] == ("web1", "schedule:all")] == [3, 0]

    fleet.collector.wait_for(told, "it is told once, and that it is over")


def test_a_schedule_asks_only_in_its_period(fleet):
    wait_until(lambda: service(fleet, "web1", "echo_one_two"), fleet.collector.log)
    listed = json.loads(fleet.mco("schedule", "list", "--json").stdout)["schedules"]
    closed, all_of_it = (next(one for one in listed if one["name"] == name) for name in ("closed", "all"))
    assert (closed["period"], closed["missed"], "last" in closed) == ("other_day", 0, False)
    assert closed["next"] / 1000 - time.time() > 86_400
    assert "last" in all_of_it and "period" not in all_of_it
    assert "2 s during other_day" in fleet.mco("schedule", "list").stdout


def node_named(rig, name):
    return next(node for node in rig.nodes if node.name == name)


def test_what_a_schedule_missed_while_the_collector_was_dead_is_told_and_asked_for(fleet):
    collector = fleet.collector
    assert fleet.mco("schedule", "run", "rare").returncode == 0
    collector.wait_for(lambda: collector.rows("SELECT id FROM care WHERE kind = 'turn'") == [("rare",)], "its turn is stored")
    collector.kill()
    hour_ago = int(time.time() * 1000) - 3_600_000
    connection = sqlite3.connect(collector.database, timeout=10)
    with connection:
        connection.execute("UPDATE care SET text = ? WHERE kind = 'turn'", (str(hour_ago),))
    connection.close()
    collector.start()
    collector.wait_for(lambda: any("rare" in event[4] for event in collector.events("schedule")), "it is told")
    told = [event[4] for event in collector.events("schedule") if "rare" in event[4]]
    assert re.fullmatch("schedule rare has fallen behind by [56] intervals: its turn came too late", told[0]), told
    collector.wait_for(
        lambda: collector.rows("SELECT text FROM care WHERE kind = 'turn'")[0][0] != str(hour_ago), "it has asked")


def in_state(rig, state):
    return rig.collector.rows("SELECT COUNT(*) FROM node WHERE name LIKE 'db%' AND state = ?", state) == [(6,)]


@pytest.fixture(scope="module")
def berlin(fleet):
    """Six nodes of one site. The others are at the same broker by its address, which is another one to whoever reads their
    presences."""
    at_other_name = {"announce": ["site"], "brokers": [fleet.url().replace("127.0.0.1", "localhost")]}
    return [fleet.start_node(f"db{number}", CHECKS, facts={"site": "berlin"}, settings=at_other_name)
            for number in range(6)]


def what_they_share(rig):
    return f"all of broker=localhost:{rig.broker.port}, site=berlin: db0, db1, db2, db3, db4 and 1 more"


def test_nodes_that_are_killed_at_once_are_one_event_that_names_their_site_and_broker(fleet, berlin):
    lost = berlin
    collector = fleet.collector
    collector.wait_for(lambda: in_state(fleet, "up"), "they are up")
    collector.wait_for(lambda: all(service(fleet, node.name, "echo") for node in lost), "they have given results")
    for node in lost:
        node.kill()
    collector.wait_for(lambda: collector.events("nodes_lost"), "they are lost")
    shared = what_they_share(fleet)
    assert [event[4] for event in collector.events("nodes_lost")] == [f"6 nodes lost, {shared}"]

    def unknown():
        checks = json.loads(fleet.mco("status", "-v", "--json").stdout)["services"]
        return [one for one in checks if one["node"].startswith("db") and one["check"] == "echo" and one.get("stale")]

    wait_until(lambda: len(unknown()) == 6, lambda: str(unknown()), timeout=40)
    for node in lost:
        node.start()
    collector.wait_for(lambda: collector.events("nodes_back"), "they are back")
    assert [event[4] for event in collector.events("nodes_back")] == [f"6 nodes back, {shared}"]
    assert [event[0] for event in collector.events("node_gone") + collector.events("node_back")] == []
    assert collector.rows("SELECT COUNT(*) FROM node WHERE name LIKE 'web%' AND state = 'up'") == [(4,)]
    wait_until(lambda: unknown() == [], lambda: str(unknown()), timeout=40)
    told = [event for event in collector.events("state") if event[0].startswith("db") and event[1] == "echo"]
    assert told == [], "their nodes were lost, which says it all"


def test_nodes_that_stop_in_order_at_once_are_one_event_that_says_so(fleet, berlin):
    """The collector stands still meanwhile, so that they stop within its window on the slowest of machines, too."""
    collector = fleet.collector
    collector.wait_for(lambda: in_state(fleet, "up"), "they are up")
    collector.process.signal(signal.SIGSTOP)
    try:
        for node in berlin:
            node.stop()
    finally:
        collector.process.signal(signal.SIGCONT)
    collector.wait_for(lambda: collector.events("nodes_stopped"), "they have stopped")
    assert [event[4] for event in collector.events("nodes_stopped")] == [
        f"6 nodes stopped in order, {what_they_share(fleet)}"]
    assert (collector.events("node_stopped"), in_state(fleet, "stopped")) == ([], True)
