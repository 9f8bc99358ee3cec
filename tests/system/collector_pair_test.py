# SPDX-License-Identifier: Apache-2.0
"""Two collectors: both take every result, one asks; the other one takes over, and what operators said holds."""

import json
import re

import pytest
from collector import Collector
from muster_rig import OPERATOR, Rig
from processes import wait_until

DUMMY = "/usr/lib/nagios/plugins/check_dummy"
CHECKS = f"command[ok]={DUMMY} 0 fine\ncommand[bad]={DUMMY} 2 'disk full'\n"
EVERY_S = 10  # twice of it is more than a will takes and its taker needs to settle
SCHEDULES = [{"name": "all", "checks": ["ok", "bad"], "every": f"{EVERY_S}s", "splay": "0s", "timeout": "2s",
              "max_attempts": 1}]
FIRST, SECOND = "collector@mon1", "collector@mon2"


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        settings = {"schedules": SCHEDULES, "state": {"loss_window": "1s"}}
        rig.first = Collector(rig, FIRST, settings)
        rig.second = Collector(rig, SECOND, settings)
        rig.first.trust()  # and both everybody's keys
        rig.broker.restart()  # it reads the rights of the collectors when it starts
        for name in ("db1", "web1"):
            rig.start_node(name, CHECKS)
        rig.ear = rig.mqtt_client(OPERATOR)
        rig.ear.subscribe("muster/1/request/+")
        yield rig
        rig.first.end()
        rig.second.end()


def turns(rig):
    """Who asked for the schedule, and when, by the time that it signed."""
    asked = []
    for message in rig.ear.matching(lambda message: not message.retain):
        header, body = message.payload.split(b"\n", 1)
        request = json.loads(body)
        if request["action"] == "runcommands":
            asked.append((header.split()[1].decode(), request["sent"]))
    return asked


def turns_between(earlier, later):
    return round((later[1] - earlier[1]) / (EVERY_S * 1000))


def no_turn_is_asked_twice(rig):
    asked = turns(rig)
    return all(turns_between(one, next_one) >= 1 for one, next_one in zip(asked, asked[1:]))


def status(rig, name, *words):
    told = rig.mco("status", "--all", "--collector", name, "--json", *words, timeout=30)
    return json.loads(told.stdout) if told.stdout.strip() else {}


def lease(rig, name):
    health = status(rig, name).get("health", {})
    return health.get("asks"), health.get("asker")


def service(rig, name, node, check):
    found = [one for one in status(rig, name).get("services", []) if (one["node"], one["check"]) == (node, check)]
    return found[0] if found else None


def wait_for_turn(rig, name, after):
    wait_until(lambda: [turn for turn in turns(rig)[after:] if turn[0] == name],
               lambda: f"{name} asks; {turns(rig)}\n{rig.first.log}\n{rig.second.log}", timeout=60)


def downtimes(rig, name):
    return [one["id"] for one in json.loads(
        rig.mco("downtime", "list", "--collector", name, "--json", timeout=30).stdout)["downtimes"]]


def test_the_second_takes_every_result_and_stands_by(fleet):
    fleet.first.start()
    wait_until(lambda: lease(fleet, FIRST) == (True, FIRST), lambda: fleet.first.log, timeout=30)
    fleet.second.start()
    wait_until(lambda: lease(fleet, SECOND) == (False, FIRST), lambda: fleet.second.log, timeout=30)
    wait_for_turn(fleet, FIRST, len(turns(fleet)))
    for name in (FIRST, SECOND):
        wait_until(lambda name=name: (service(fleet, name, "web1", "bad") or {}).get("hard"),
                   lambda name=name: status(fleet, name), timeout=30)
    text = fleet.mco("schedule", "list", timeout=30).stdout
    assert text.startswith(f"{FIRST} asks the fleet; standing by: {SECOND}\n"), text
    text = fleet.mco("status", "--collector", SECOND, timeout=30).stdout
    assert f"{FIRST} asks the fleet; this is told by {SECOND}, which stands by" in text
    assert {name for name, _ in turns(fleet)} == {FIRST}


def test_what_operators_say_is_said_to_both(fleet):
    done = fleet.mco("ack", "web1", "bad", "-m", "disk is ordered", timeout=30)
    assert done.returncode == 0, done.stderr
    done = fleet.mco("downtime", "add", "-I", "db1", "--for", "1h", "-m", "upgrade", timeout=30)
    downtime = re.search(r"Downtime ([a-z0-9]+) is set", done.stdout).group(1)
    done = fleet.mco("downtime", "add", "-I", "web1", "--check", "ok", "--for", "1h", "-m", "short", timeout=30)
    short = re.search(r"Downtime ([a-z0-9]+) is set", done.stdout).group(1)
    assert fleet.mco("downtime", "remove", short, timeout=30).returncode == 0
    for name in (FIRST, SECOND):
        assert service(fleet, name, "web1", "bad")["acknowledgement"]["comment"] == "disk is ordered"
        assert downtimes(fleet, name) == [downtime]


def test_one_that_refuses_is_named(fleet):
    keys = list((fleet.second.folder / "callers.d").glob(f"{OPERATOR}*"))
    kept = {key: key.read_bytes() for key in keys}
    for key in keys:
        key.unlink()
    wait_until(lambda: fleet.mco("schedule", "list", "--collector", SECOND, timeout=30).returncode != 0,
               lambda: "its keys are read again", timeout=20)
    done = fleet.mco("ack", "db1", "bad", "-m", "known", timeout=30)
    assert done.returncode == 1
    assert f"{SECOND} refuses" in done.stderr
    assert "the other collectors did it" in done.stderr
    for key, text in kept.items():
        key.write_bytes(text)
    wait_until(lambda: fleet.mco("schedule", "list", "--collector", SECOND, timeout=30).returncode == 0,
               lambda: "its keys are read again", timeout=20)


def test_the_second_takes_over_from_one_that_is_killed_within_two_intervals(fleet):
    wait_for_turn(fleet, FIRST, len(turns(fleet)))
    fleet.first.kill()
    before = turns(fleet)
    wait_for_turn(fleet, SECOND, len(before))
    after = turns(fleet)[len(before):]
    assert turns_between(before[-1], after[0]) <= 2
    told = json.loads(fleet.mco("status", "--all", "--json", timeout=30).stdout)
    assert told["health"]["name"] == SECOND, "mco asks the one that asks"
    assert told["health"]["collectors_gone"] == [FIRST]
    assert f"{SECOND} asks the fleet; gone: {FIRST}\n" in fleet.mco("schedule", "list", timeout=30).stdout
    assert service(fleet, SECOND, "web1", "bad")["acknowledgement"]["comment"] == "disk is ordered"


def test_the_first_stands_by_when_it_comes_back(fleet):
    fleet.first.start()
    wait_until(lambda: lease(fleet, FIRST) == (False, SECOND), lambda: fleet.first.log, timeout=30)
    before = len(turns(fleet))
    wait_for_turn(fleet, SECOND, before)
    wait_for_turn(fleet, SECOND, before + 1)
    assert lease(fleet, FIRST) == (False, SECOND)
    assert status(fleet, SECOND)["health"]["collectors_gone"] == []
    assert {name for name, _ in turns(fleet)[before:]} == {SECOND}
    assert no_turn_is_asked_twice(fleet)


def test_both_hold_the_same_results(fleet):
    def alike():
        first, second = fleet.first.cursors(), fleet.second.cursors()
        return first == second and fleet.first.results() == fleet.second.results()

    fleet.first.wait_for(alike, "each has taken all")
    for collector in (fleet.first, fleet.second):
        assert collector.events("gap") == []
        told = sorted(event[:3] for event in collector.events("state") if event[0] != collector.name and not event[3])
        assert told == [("db1", "bad", 2), ("web1", "bad", 2)], "what one has learnt late it tells once, too"


def test_one_that_has_died_is_missed_until_it_is_forgotten(fleet):
    fleet.first.kill()
    wait_until(lambda: status(fleet, SECOND)["health"]["collectors_gone"] == [FIRST], lambda: fleet.second.log, timeout=30)
    done = fleet.mco("node", "forget", FIRST, timeout=30)
    assert done.returncode == 0, done.stderr
    wait_until(lambda: status(fleet, SECOND)["health"]["collectors_gone"] == [], lambda: fleet.second.log, timeout=10)
