# SPDX-License-Identifier: Apache-2.0
"""Two collectors: both take every result, one asks; the other one takes over, and what operators said holds."""

import json
import re
import signal
import urllib.request

import pytest
from collector import Collector, web_with_token
from collector_past import give_numbers
from muster_rig import OPERATOR, Rig
from processes import wait_until

DUMMY = "/usr/lib/nagios/plugins/check_dummy"
CHECKS = f"command[ok]={DUMMY} 0 fine\ncommand[bad]={DUMMY} 2 'disk full'\n"
EVERY_S = 10  # twice of it is more than a will takes and its taker needs to settle
SCHEDULES = [{"name": "all", "checks": ["ok", "bad"], "every": f"{EVERY_S}s", "splay": "0s", "timeout": "2s",
              "max_attempts": 1}]
TOKEN = "carol-operates-with-this-token"
FIRST, SECOND = "collector@mon1", "collector@mon2"
STATES, TIMES = ("ok", "warning", "critical", "unknown", "missing"), ("median", "p95", "max")
PAST = 77  # of each of these, before the second one has measured anything


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        settings = {"schedules": SCHEDULES, "state": {"loss_window": "1s"}, "web": web_with_token(rig, "carol", TOKEN)}
        rig.first = Collector(rig, FIRST, settings)
        rig.second = Collector(rig, SECOND, settings)
        rig.first.trust()  # and both everybody's keys
        give_numbers(rig.second, "@fleet", "bad", {label: ("", "", "", lambda _: PAST) for label in STATES} | {
            label: ("s", "", "", lambda _: PAST) for label in TIMES})
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


def post(collector, path, **body):
    """What the API of this collector answers to carol."""
    request = urllib.request.Request(f"{collector.address}/api/v1{path}", method="POST", data=json.dumps(body).encode(),
                                     headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def acknowledgement(rig, name, node, check):
    return service(rig, name, node, check).get("acknowledgement")


def acknowledged_by(rig, name, node, check):
    told = acknowledgement(rig, name, node, check)
    return told and (told["caller"], told["comment"])


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


def test_what_is_done_by_the_page_of_one_holds_at_both(fleet):
    assert post(fleet.second, "/acknowledge", node="db1", check="bad", comment="by the page") == {"done": True}
    done = post(fleet.second, "/downtimes", nodes=["web1"], checks=["ok"], length=3600, comment="patches")
    assert list(done) == ["id"]
    for name in (FIRST, SECOND):
        assert acknowledged_by(fleet, name, "db1", "bad") == ("carol", "by the page")
        assert done["id"] in downtimes(fleet, name)
    assert post(fleet.first, f"/downtimes/{done['id']}/remove") == {"done": True}
    assert post(fleet.first, "/unacknowledge", node="db1", check="bad") == {"done": True}
    for name in (FIRST, SECOND):
        assert acknowledged_by(fleet, name, "db1", "bad") is None
        assert done["id"] not in downtimes(fleet, name)
    fleet.second.wait_for(lambda: "removed by carol" in {one[4] for one in fleet.second.events("acknowledgement_end")},
                          "it is known who, there as well")


def test_one_that_does_not_take_what_the_page_did_is_named_and_told_again(fleet):
    policy = fleet.second.folder / "policies.d" / "collector.policy"
    policy.parent.mkdir(exist_ok=True)
    policy.write_text(f"policy default allow\ndeny\t{FIRST}\tcare\t*\n")

    def refusal():
        done = post(fleet.first, "/acknowledge", node="db1", check="bad", comment="not for both")
        return done.get("not_told")
    wait_until(refusal, lambda: "its policy is read again", timeout=20)
    [sentence] = refusal()
    assert sentence.startswith(f"{SECOND} refuses: "), sentence
    assert sentence.endswith("the other collectors did it: after a takeover it may not hold"), sentence
    policy.unlink()

    def taken():
        return post(fleet.first, "/acknowledge", node="db1", check="bad", comment="for both") == {"done": True}
    wait_until(taken, lambda: "its policy is read again", timeout=20)
    assert acknowledged_by(fleet, SECOND, "db1", "bad") == ("carol", "for both")


def test_a_page_is_answered_though_the_other_one_is_silent(fleet):
    fleet.second.process.signal(signal.SIGSTOP)
    try:
        done = post(fleet.first, "/downtimes", nodes=["db1"], length=3600, comment="one is silent")
    finally:
        fleet.second.process.signal(signal.SIGCONT)
    assert done["not_told"] == [f"{SECOND} gave no answer: it is told again"]
    assert post(fleet.first, f"/downtimes/{done['id']}/remove") == {"done": True}
    for name in (FIRST, SECOND):
        assert done["id"] not in downtimes(fleet, name)


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


def last_numbers(rig):
    """The newest of each series of check `bad` over the fleet, as `mco graph --fleet` tells them."""
    told = rig.mco("graph", "--fleet", "bad", "--last", "1h", "--collector", SECOND, "--json", timeout=30)
    series = json.loads(told.stdout)["series"] if told.returncode == 0 else []
    return {one["label"]: [value for value in one["values"] if value is not None][-1] for one in series}


def picture(rig, kind):
    address = f"{rig.second.address}/api/v1/graph?kind={kind}&check=bad&span=1h&format=png"
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read()


def test_the_second_has_measured_the_fleet_itself(fleet):
    """It does so each minute, and has lived for nearly one by now. Its numbers follow a past: of the first minute of a file less than
    half may be known, and such a minute is in no graph."""
    both_are_bad = {"ok": 0, "warning": 0, "critical": 2, "unknown": 0, "missing": 0}
    wait_until(lambda: both_are_bad.items() <= last_numbers(fleet).items(), lambda: f"{last_numbers(fleet)}\n{fleet.second.log}",
               timeout=130)
    median, p95, longest = (last_numbers(fleet)[label] for label in TIMES)
    assert 0 < median <= p95 <= longest < 10
    assert all(picture(fleet, kind).startswith(b"\x89PNG") for kind in ("fleet_band", "fleet_states"))


def test_one_that_was_away_is_told_when_it_is_back(fleet):
    away = f"{FIRST} is not up: it is told when it is back"
    assert post(fleet.second, "/unacknowledge", node="db1", check="bad") == {"done": True, "not_told": [away]}
    done = post(fleet.second, "/downtimes", nodes=["db1"], length=3600, comment="while one is away")
    assert done["not_told"] == [away]
    by_mco = fleet.mco("ack", "db1", "bad", "-m", "by mco", timeout=30)
    assert by_mco.returncode == 0, by_mco.stderr
    fleet.second.stop()  # what is to be told outlives that
    fleet.second.start()
    wait_until(lambda: lease(fleet, SECOND) == (True, SECOND), lambda: fleet.second.log, timeout=30)
    fleet.first.start()
    wait_until(lambda: lease(fleet, FIRST) == (False, SECOND), lambda: fleet.first.log, timeout=30)
    wait_until(lambda: done["id"] in downtimes(fleet, FIRST), lambda: f"{fleet.first.log}\n{fleet.second.log}", timeout=60)
    wait_until(lambda: acknowledged_by(fleet, FIRST, "db1", "bad") == (OPERATOR, "by mco"),
               lambda: f"{fleet.first.log}\n{fleet.second.log}", timeout=60)


def test_the_first_stands_by_when_it_is_back(fleet):
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
