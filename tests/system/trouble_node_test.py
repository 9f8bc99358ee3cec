# SPDX-License-Identifier: Apache-2.0
"""Trouble with nodes: killed, frozen, slow, doubled, talking too much, living in another hour."""

import json
import os
import re

import pytest
from asking import OK, PretendedNode, mco_in_background, told, validated
from processes import wait_until

CHECKS = f"command[ok]={OK}\n"
SLOW = "command[slow]=touch {began}; sleep {seconds}; echo done\n"


def test_a_node_that_is_killed_in_the_middle_of_a_check_is_lost(rig):
    began = rig.folder / "began"
    rig.start_node("web1", CHECKS)
    node = rig.start_node("web2", SLOW.format(began=began, seconds=20))
    with mco_in_background(rig, "nrpe", "slow", "-t", "5", "--json") as mco:
        wait_until(began.exists, "the check runs")
        node.kill()
        result = mco.finish()
    assert result.returncode == 3, result
    nodes = {one["name"]: one for one in json.loads(result.stdout)["nodes"]}
    assert nodes["web2"]["fate"] == "lost"
    assert nodes["web1"]["fate"] == "done"


def test_a_node_that_is_stopped_by_a_signal_is_lost_and_comes_back(rig):
    node = rig.start_node("web1", CHECKS)
    node.freeze()
    result = rig.mco("nrpe", "ok", "-t", "2")
    node.thaw()
    assert result.returncode == 3
    assert "No response from:" in result.stdout
    assert "web1" in result.stdout
    rig.wait_until_answered("web1", node)


def test_a_check_that_is_slow_past_the_deadline_is_unknown_and_says_so(rig):
    rig.start_node("web1", "command[slow]=/bin/sleep 60\n")
    answer = told(rig, "nrpe", "slow", "-t", "2")
    assert answer.status == 3
    assert "timed out" in answer.run("web1")["summary"]
    assert answer.run("web1")["state"] == "UNKNOWN"


def test_a_node_that_says_running_and_no_more_is_late(rig):
    node = PretendedNode(rig, "web1")
    node.announce()
    with mco_in_background(rig, "nrpe", "ok", "-t", "3", "--json") as mco:
        caller, session, request_id = node.next_request()
        running = {"id": request_id, "node": "web1", "now": 0, "outcome": "running"}
        node.reply(caller, session, running)
        result = mco.finish()
    assert result.returncode == 3
    assert json.loads(result.stdout)["nodes"][0]["fate"] == "late", result.stdout


def test_two_nodes_with_one_name_both_say_so_and_stand_back(rig):
    first = rig.start_node("web1", CHECKS)
    second = rig.start_node("web1", CHECKS, wait=False, copy_of=first)
    said = "two nodes must not have one name"
    wait_until(lambda: said in first.log and said in second.log, lambda: f"both say it:\n{first.log}\n{second.log}",
               timeout=150)
    connects = first.log.count("connected to") + second.log.count("connected to")
    assert connects <= 8, f"they fight for the name:\n{first.log}\n{second.log}"
    assert first.running() and second.running()
    finding = wait_until(lambda: name_finding(rig), "mco doctor tells of it when the first is back", timeout=150)
    assert finding["grade"] == "problem" and "web1" in finding["what"]
    assert "identity" in finding["fix"]


def name_finding(rig):
    """What `mco doctor web1` says about its name."""
    document = validated("doctor_node", rig.mco("doctor", "web1", "-t", "1", "--json").stdout)
    found = [one for one in document["nodes"][0]["findings"] if one["subject"] == "name" and one["grade"] != "ok"]
    return found[0] if found else None


def test_a_stranger_who_answers_for_another_node_is_rejected(rig):
    began = rig.folder / "began"
    rig.start_node("web1", SLOW.format(began=began, seconds=2))
    liar = PretendedNode(rig, "web2")
    with mco_in_background(rig, "nrpe", "slow", "--json") as mco:
        caller, session, request_id = liar.next_request()
        liar.reply(caller, session, liar.done(request_id, "forged", node="web1"))
        # In the name of web1, also in the topic: the broker ends the connection.
        liar.client.publish(f"muster/1/reply/{caller}/{session}/web1", liar.done(request_id, "forged", node="web1"),
                            wait=False)
        result = mco.finish()
    document = json.loads(result.stdout)
    assert "forged" not in result.stdout
    assert document["stats"]["rejected"] == 1, document
    assert [node["fate"] for node in document["nodes"]] == ["done"]
    assert liar.client.disconnects


def test_a_node_that_answers_twice_counts_once(rig):
    began = rig.folder / "began"
    rig.start_node("web1", SLOW.format(began=began, seconds=2))
    twice = PretendedNode(rig, "web2")
    twice.announce()
    with mco_in_background(rig, "nrpe", "slow", "--json") as mco:
        caller, session, request_id = twice.next_request()
        twice.reply(caller, session, twice.done(request_id, "the first", check="slow"))
        twice.reply(caller, session, twice.done(request_id, "the other", check="slow"))
        result = mco.finish()
    document = json.loads(result.stdout)
    assert document["stats"]["duplicates"] == 1, document
    assert document["stats"]["done"] == 2
    assert "the first" in result.stdout
    assert "the other" not in result.stdout


@pytest.mark.parametrize("offset", ["+1h", "-1h"])
def test_a_node_whose_clock_is_an_hour_off_refuses_with_both_times(rig, offset):
    # The sanitizer wants to be loaded first; here libfaketime is.
    sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
    node = rig.start_node("web1", CHECKS, wrapper=["faketime", "-f", offset],
                          env={"FAKETIME_DONT_FAKE_MONOTONIC": "1", "ASAN_OPTIONS": sanitizer})
    answer = told(rig, "nrpe", "ok")
    assert answer.status == 3, node.log
    refused = answer.node("web1")
    assert (refused["fate"], refused["reason"]) == ("refused", "clock"), refused
    assert 3500_000 < abs(refused["clock_offset_ms"]) < 3700_000
    text = rig.mco("nrpe", "ok").stdout
    times = re.search(r"refused: clock \(there (\S+), here (\S+)\)", text)
    assert times, text
    assert times[1][:16] != times[2][:16]
