# SPDX-License-Identifier: Apache-2.0
"""The collector holds every result that the nodes recorded, each once, whatever dies in between."""

import collections
import json
import random
import threading
import time

import pytest
from asking import OK
from collector import Collector
from muster_rig import Rig
from processes import wait_until

DUMMY = "/usr/lib/nagios/plugins/check_dummy"
NAMES = ["db1", "web1", "web2"]
CHECKS = f"command[ok]={OK}\ncommand[bad]={DUMMY} 2 'disk full'\ncommand[changing]=cat STATE\n"


@pytest.fixture
def rig():
    with Rig() as rig:
        rig.start_broker()
        yield rig


@pytest.fixture
def collector(rig):
    collector = Collector(rig, settings={"state": {"loss_window": "1s"}})
    rig.broker.restart()  # it reads the rights of the collector when it starts
    yield collector
    collector.end()


def add_node(rig, name, checks=CHECKS):
    return rig.start_node(name, checks)


def heads(rig):
    """Where each node's own recorder ends, and how many results it has."""
    replies = json.loads(rig.mco("rpc", "recorder", "head", "--json").stdout)["replies"]
    return {reply["sender"]: reply["data"] for reply in replies}


def wait_until_complete(rig, collector):
    def complete():
        recorded = heads(rig)
        return recorded and collector.cursors() == {
            name: (head["epoch"], head["seq"]) for name, head in recorded.items()}

    collector.wait_for(complete, "it has what the nodes have")


def test_results_are_stored_whoever_asked_for_them(rig, collector):
    add_node(rig, "web1")
    collector.start()
    rig.mco("nrpe", "ok")
    collector.wait_for(lambda: collector.results() == {"web1": 1}, "it has asked for what was there before")
    rig.mco("nrpe", "bad")
    collector.wait_for(lambda: collector.results() == {"web1": 2}, "the result is stored")
    rows = collector.rows("SELECT node, name, state, summary, origin FROM service WHERE name = 'bad'")
    assert rows == [("web1", "bad", 2, "CRITICAL: disk full", "alice@ops1")]
    assert collector.events("state") == [("web1", "bad", 2, 0, "CRITICAL: disk full")]


def test_what_was_recorded_before_the_collector_came_is_fetched_and_marked(rig, collector):
    add_node(rig, "web1")
    for _ in range(3):
        rig.mco("nrpe", "bad")
    collector.start()
    collector.wait_for(lambda: collector.results() == {"web1": 3}, "the history is stored")
    assert [event[3] for event in collector.events("state")] == [1], "it is old: nobody is to be woken"


def test_what_was_published_while_it_was_dead_is_fetched(rig, collector):
    node = add_node(rig, "web1")
    collector.start()
    rig.mco("nrpe", "ok")
    collector.wait_for(lambda: collector.results() == {"web1": 1}, "the first result is stored")
    collector.kill()
    for _ in range(5):
        rig.mco("nrpe", "ok")
    node.kill()
    node.start()
    rig.wait_until_answered("web1", node)
    rig.mco("nrpe", "ok")
    collector.start()
    collector.wait_for(lambda: collector.results() == {"web1": 7}, "all are stored, over two epochs of the node")
    wait_until_complete(rig, collector)
    assert collector.events("gap") == []


def test_a_hole_that_the_node_cannot_fill_is_an_event(rig, collector):
    node = rig.start_node("web1", CHECKS, settings={"limits": {"recorder_results": 4}})
    collector.start()
    rig.mco("nrpe", "ok")
    collector.wait_for(lambda: collector.results() == {"web1": 1}, "the first result is stored")
    collector.kill()
    for _ in range(9):
        rig.mco("nrpe", "ok")
    collector.start()
    wait_until_complete(rig, collector)
    gaps = collector.events("gap")
    assert [gap[0] for gap in gaps] == ["web1"]
    assert "it does not have them any more" in gaps[0][4]
    assert collector.results()["web1"] < 10, node.log


def test_a_node_that_goes_and_comes_back_is_told(rig, collector):
    node = add_node(rig, "web1")
    collector.start()
    collector.wait_for(lambda: collector.rows("SELECT state FROM node") == [("up",)], "it is up")
    node.stop()
    collector.wait_for(lambda: collector.rows("SELECT state FROM node") == [("stopped",)], "it has stopped")
    node.start()
    collector.wait_for(lambda: collector.rows("SELECT state FROM node") == [("up",)], "it is up again")
    collector.wait_for(
        lambda: collector.rows("SELECT kind FROM event WHERE service = '' ORDER BY id")
        == [("node_new",), ("node_stopped",), ("node_back",)], "each is told once")


def test_results_under_a_foreign_name_are_not_taken(rig, collector):
    add_node(rig, "web1")
    collector.start()
    rig.mco("nrpe", "ok")
    collector.wait_for(lambda: collector.results() == {"web1": 1}, "a true one is stored")
    node = rig.nodes[0]
    forger = rig.mqtt_client("web1", tls=node.tls(), client_id="forger")
    forger.publish("muster/1/result/web1", json.dumps({"node": "db1", "epoch": 1, "seq": 1}))
    forger.publish("muster/1/result/web1", "\x00 no json")
    rig.mco("nrpe", "ok")
    collector.wait_for(lambda: collector.results().get("web1") == 2, "and it goes on")
    assert list(collector.results()) == ["web1"]


def test_a_disk_that_takes_nothing_loses_nothing(rig, collector):
    add_node(rig, "web1")
    collector.start()
    rig.mco("nrpe", "ok")
    collector.wait_for(lambda: collector.results() == {"web1": 1}, "the first result is stored")
    full = "CREATE TRIGGER full BEFORE INSERT ON service BEGIN SELECT RAISE(ABORT, 'no space left on device'); END"
    change_schema(collector, full)
    for _ in range(4):
        rig.mco("nrpe", "ok")
    wait_until(lambda: "nothing can be stored" in collector.log, lambda: f"it says so\n{collector.log}")
    assert collector.process.running()
    assert collector.results() == {"web1": 1}
    change_schema(collector, "DROP TRIGGER full")
    collector.wait_for(lambda: collector.results() == {"web1": 5}, "what it missed is fetched from the node")
    assert "results can be stored again" in collector.log


def test_a_store_that_cannot_even_be_read_leaves_no_hole(rig, collector):
    """What was taken is gone with the failed write; nothing may be stored behind it until its place is known again."""
    add_node(rig, "web1")
    collector.start()
    rig.mco("nrpe", "ok")
    collector.wait_for(lambda: collector.results() == {"web1": 1}, "the first result is stored")
    change_schema(collector, "ALTER TABLE node RENAME TO elsewhere")
    rig.mco("nrpe", "ok")
    wait_until(lambda: "nothing can be stored" in collector.log, lambda: f"it says so\n{collector.log}")
    rig.mco("nrpe", "ok")
    change_schema(collector, "ALTER TABLE elsewhere RENAME TO node")
    rig.mco("nrpe", "ok")
    collector.wait_for(lambda: "results can be stored again" in collector.log, "it goes on")
    rig.mco("nrpe", "ok")
    collector.wait_for(lambda: collector.results()["web1"] >= 5, "what it missed is fetched from the node")
    wait_until_complete(rig, collector)
    assert collector.results() == {"web1": 5}, "nothing missing, nothing twice"


def change_schema(collector, sql):
    import sqlite3  # pylint: disable=import-outside-toplevel
    connection = sqlite3.connect(collector.database, timeout=10)
    with connection:
        connection.execute(sql)
    connection.close()


def test_a_database_that_is_none_is_named_and_left_alone(rig, collector):
    collector.database.parent.mkdir()
    collector.database.write_text("no database" * 1000)
    collector.start()
    wait_until(lambda: not collector.process.running(), collector.log)
    assert "collector.db: file is not a database" in collector.log
    assert collector.database.read_text().startswith("no database")


# Each run counts, and is another state than the one before: so each result is an event, and can be told from any other.
COUNTING = "read n 2>/dev/null <$1\nn=$((n+1))\necho $n >$1\necho $n\nexit $((n%2*2))\n"
CHECKS_OF_A_NODE = 60
ENOUGH = 10_000
LONGEST_S = 120  # a busy machine needs 15 s
BROKER_LIVES_S = 5  # at least: nodes whose connection falls again and again wait longer each time


def counting_checks(folder):
    folder.mkdir()
    script = folder / "count.sh"
    script.write_text(COUNTING)
    return "".join(f"command[c{number}]=/bin/sh {script} {folder / str(number)}\n" for number in range(CHECKS_OF_A_NODE))


def recorded(rig, name):
    """Every result in a node's own recorder, in its order: check, state, text."""
    results, page = [], {"results": [{"epoch": 0, "seq": 0}], "more": True}
    while page["more"]:
        last = page["results"][-1]
        answer = rig.mco("rpc", "recorder", "since", f"epoch={last['epoch']}", f"seq={last['seq']}", "-I", name, "--json")
        page = json.loads(answer.stdout)["replies"][0]["data"]
        assert not page["gap"]
        results += [(one["check"], one["state"], one["summary"]) for one in page["results"]]
    return results


def changes(results):
    """Those that are events: of each check, the ones of another state than the one before."""
    last = {}
    told = []
    for check, state, text in results:
        if last.get(check, 0) != state:
            told.append((check, text))
        last[check] = state
    return told


class Killer(threading.Thread):
    """Kills the collector or the broker, and starts it again, at moments that a fixed seed chooses."""

    def __init__(self, rig, collector):
        super().__init__()
        self.victims = {"collector": collector, "broker": rig.broker}
        self.kills = {"collector": 0, "broker": 0}
        self.rng = random.Random(20261123)
        self.over = threading.Event()

    def run(self):
        broker_since = time.monotonic()
        while not self.over.wait(self.rng.uniform(0.3, 2.5)):
            name = self.rng.choice(["collector", "broker"])
            if name == "broker" and time.monotonic() - broker_since < BROKER_LIVES_S:
                continue
            if name == "broker":
                broker_since = time.monotonic()
            self.victims[name].kill()
            self.kills[name] += 1
            self.victims[name].start()


def ask_while_killing(rig, collector):
    """Has the fleet run its checks again and again; returns how often who was killed meanwhile."""
    killer = Killer(rig, collector)
    killer.start()
    end = time.monotonic() + LONGEST_S
    try:
        results = 0
        while results < ENOUGH and time.monotonic() < end:
            answer = rig.mco("nrpe", "--all", "-t", "3", "--json", timeout=60)
            if answer.stdout:
                results += sum(len(node.get("results", [])) for node in json.loads(answer.stdout).get("nodes", []))
    finally:
        killer.over.set()
        killer.join()
    assert results >= ENOUGH
    return killer.kills


def test_each_result_is_held_once_and_in_order_though_collector_and_broker_are_killed_in_between(rig):
    """Result by result: what each node recorded, and what the collector made of it."""
    collector = Collector(rig, settings={"state": {"max_attempts": 1, "flapping": False, "loss_window": "1s"}})
    rig.broker.restart()
    for name in NAMES:
        rig.start_node(name, counting_checks(rig.folder / f"counters-{name}"), wait=False)
    for node in rig.nodes:
        rig.wait_for_presence(node.name, "up", node)
    collector.start()
    try:
        kills = ask_while_killing(rig, collector)
        assert min(kills.values()) > 0, kills
        for node in rig.nodes:
            rig.wait_until_answered(node.name, node, timeout=60)
        wait_until_complete(rig, collector)
        compare(rig, collector)
    finally:
        collector.end()


def compare(rig, collector):
    assert collector.events("gap") == []
    total = 0
    for name in NAMES:
        results = recorded(rig, name)
        total += len(results)
        events = collector.rows(
            "SELECT service, message FROM event WHERE kind = 'state' AND node = ? ORDER BY id", name)
        assert [event for event in events if event[1].isdigit()] == changes(results), name
        counts = collections.Counter(check for check, _, _ in results)
        held = dict(collector.rows("SELECT name, results FROM service WHERE node = ?", name))
        assert held == counts, f"{name}: of each check as many as the node recorded"
        last = {check: (state, text) for check, state, text in results}
        stored = collector.rows("SELECT name, state, summary FROM service WHERE node = ?", name)
        assert {check: (state, text) for check, state, text in stored} == last
        assert len(changes(results)) > len(results) * 9 // 10, "nearly each result is an event of its own"
    assert total >= ENOUGH
