# SPDX-License-Identifier: Apache-2.0
"""Trouble with the broker: not there, restarted, dropping, another one, refusing."""

import json
import re
import signal

from asking import OK, PretendedNode, mco_in_background, told
from broker import DEFAULT_QUEUE_LIMITS
from processes import wait_until

CHECKS = f"command[ok]={OK}\n"
MOST_IN_FLIGHT = 65535  # what mco lets a broker send before it has acknowledged anything


def test_mco_says_that_the_broker_is_down(bare_rig):
    bare_rig.start_broker(start=False)
    result = bare_rig.mco("nrpe", "ok")
    assert result.returncode == 69
    assert result.stdout == ""
    assert f"127.0.0.1:{bare_rig.broker.port}" in result.stderr
    assert re.search("refused|connect", result.stderr), result.stderr


def test_a_node_waits_for_a_broker_that_is_down_at_its_start(bare_rig):
    broker = bare_rig.start_broker(start=False)
    node = bare_rig.start_node("web1", CHECKS, wait=False)
    wait_until(lambda: f"127.0.0.1:{broker.port}" in node.log, "the node says that it cannot connect", timeout=60)
    broker.start()
    bare_rig.wait_for_presence("web1", "up", node, timeout=90)
    assert told(bare_rig, "nrpe", "ok").status == 0


def test_a_request_outlives_a_restart_of_the_broker(rig):
    began = rig.folder / "began"
    node = rig.start_node("web1", f"command[slow]=touch {began}; sleep 4; echo done\n")
    with mco_in_background(rig, "nrpe", "slow", "-t", "40", "--json") as mco:
        wait_until(began.exists, "the check runs", timeout=30)
        rig.broker.restart()
        result = mco.finish(90)
    document = json.loads(result.stdout)
    assert result.returncode == 0, (result, node.log)
    assert document["nodes"][0]["results"][0]["summary"] == "done"


def test_a_broker_with_its_default_queue_limits_loses_no_answer(bare_rig):
    """While mco reads nothing, its queue of 1,000 messages fills, and the broker drops the answer without a word."""
    bare_rig.start_broker(settings=DEFAULT_QUEUE_LIMITS)
    began, count = bare_rig.folder / "began", bare_rig.folder / "count"
    bare_rig.start_node("web1", f"command[slow]=echo run >>{count}; touch {began}; sleep 3; echo done\n")
    noisy = PretendedNode(bare_rig, "web2")
    ear = bare_rig.mqtt_client()
    ear.subscribe("muster/1/reply/alice@ops1/+/web1")
    with mco_in_background(bare_rig, "nrpe", "slow", "-t", "40", "--json") as mco:
        caller, session, _ = noisy.next_request()
        wait_until(began.exists, "the check runs", timeout=30)
        mco.send_signal(signal.SIGSTOP)
        for number in range(MOST_IN_FLIGHT + 2000):
            noisy.client.publish(f"muster/1/reply/{caller}/{session}/web2", "noise", wait=number % 1000 == 999)
        ear.wait_for(lambda message: b"done" in message.payload, "the answer", timeout=30)
        mco.send_signal(signal.SIGCONT)
        result = mco.finish(90)
    document = json.loads(result.stdout)
    assert "being dropped" in bare_rig.broker.log
    assert document["stats"]["rejected"] < MOST_IN_FLIGHT + 2000
    assert result.returncode == 0, result
    assert [node["fate"] for node in document["nodes"]] == ["done"]
    assert count.read_text() == "run\n", "asked again, it does not run again"


def test_a_broker_with_its_default_queue_limits_gives_the_whole_roll_call(bare_rig):
    """mosquitto keeps 1,000 messages beyond those that a client takes at once, and drops the others."""
    count = 5000
    bare_rig.start_broker(settings=DEFAULT_QUEUE_LIMITS)
    pretended = PretendedNode(bare_rig, "web0")
    operator = bare_rig.mqtt_client()
    for number in range(count):
        presence = {**pretended.presence(), "name": f"web{number}"}
        operator.publish(f"muster/1/presence/web{number}", presence, retain=True, wait=number % 1000 == 999)
    result = bare_rig.mco("find")
    assert result.returncode == 0, result
    assert len(set(result.stdout.split())) == count
    assert "being dropped" not in bare_rig.broker.log


def test_the_second_broker_of_the_list_takes_over(bare_rig):
    first = bare_rig.start_broker()
    bare_rig.start_broker()
    node = bare_rig.start_node("web1", CHECKS)
    first.kill()
    bare_rig.wait_until_answered("web1", node, timeout=90)
    result = told(bare_rig, "nrpe", "ok")
    assert result.status == 0
    assert result.run("web1")["summary"] == "OK: fine"


def test_an_acl_that_denies_presence_is_said_once_and_the_node_stays(rig):
    acl = rig.acl()
    changed = acl.read_text().replace("pattern readwrite muster/1/presence/%u", "pattern read muster/1/presence/%u")
    assert changed != acl.read_text()
    acl.write_text(changed)
    rig.broker.reload()
    node = rig.start_node("web1", CHECKS, wait=False)
    wait_until(lambda: "pattern readwrite muster/1/presence/%u" in node.log, lambda: f"it is said:\n{node.log}",
               timeout=60)
    rig.wait_until_answered("web1", node, timeout=60)
    connects = node.log.count("connected to")
    for _ in range(5):
        assert told(rig, "nrpe", "ok", "-I", "web1").status == 0
    assert node.log.count("connected to") == connects <= 3, node.log
    assert node.log.count("no roll-call will know this node") == 1


def test_a_node_cannot_say_that_another_one_is_gone(rig):
    rig.start_node("web1", CHECKS)
    liar = PretendedNode(rig, "web2")
    liar.client.publish("muster/1/presence/web1", json.dumps(liar.presence(name="web1", state="gone")), retain=True,
                        wait=False)
    wait_until(lambda: liar.client.disconnects, "the broker refuses")
    assert told(rig, "nrpe", "ok").fates() == {"web1": "done"}
