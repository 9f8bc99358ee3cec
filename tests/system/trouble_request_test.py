# SPDX-License-Identifier: Apache-2.0
"""Requests that a node must not obey: unknown key, replayed, expired, retained, from the future, for another node."""

import datetime

import pytest
import wire
from asking import MAIN, OK, RawCaller, told
from processes import wait_until

CHECKS = f"command[ok]={OK}\n"


@pytest.fixture
def counting(rig):
    """A node whose check leaves one line for every run, and the file of the lines."""
    lines = rig.folder / "runs"
    lines.touch()
    rig.start_node("web1", f"command[count]=echo run >>{lines}; echo fine\n")
    return lines


def count(**changes):
    return wire.body(data={"command": "count"}, **changes)


def runs(lines):
    return len(lines.read_text().splitlines())


def test_a_caller_whose_key_is_unknown_is_refused(rig):
    rig.start_node("web1", CHECKS)
    rig.add_operator("carol@ops2")
    rig.broker.reload()
    answer = told(rig, "nrpe", "ok", caller="carol@ops2")
    assert answer.status == 3
    assert (answer.node("web1")["fate"], answer.node("web1")["reason"]) == ("refused", "unknown_key")
    assert "refused: unknown" in rig.mco("nrpe", "ok", caller="carol@ops2").stdout


def test_a_signature_by_another_key_is_refused(rig, counting):
    raw = RawCaller(rig, key=wire.new_signing_key())
    answer = raw.ask(count())
    assert (answer["outcome"], answer["reason"]) == ("refused", "bad_signature")
    assert runs(counting) == 0


def test_a_replayed_request_runs_once(rig, counting):
    raw = RawCaller(rig)
    _, request_id, payload = raw.seal(count())
    raw.publish(payload)
    first = raw.final_answer(request_id)
    raw.publish(payload)
    wait_until(lambda: len(raw.answers(request_id)) == 2, "the kept answer comes again")
    assert raw.answers(request_id)[1] == first
    assert runs(counting) == 1


def test_a_request_that_is_replayed_to_another_node_is_dropped(rig, counting):
    other = rig.start_node("web2", CHECKS)
    raw = RawCaller(rig)
    _, request_id, payload = raw.seal(count(to={"node": "web1"}))
    raw.publish(payload, "muster/1/node/web2")
    wait_until(lambda: "which is not this node" in other.log, "it is dropped")
    assert raw.answers(request_id) == []
    assert runs(counting) == 0


def test_an_expired_request_is_refused(rig, counting):
    answer = RawCaller(rig).ask(count(sent=wire.now_ms(-200)))
    assert (answer["outcome"], answer["reason"]) == ("refused", "expired")
    assert runs(counting) == 0


def test_a_request_from_the_future_is_refused_with_both_clocks(rig, counting):
    sent = wire.now_ms(200)
    answer = RawCaller(rig).ask(count(sent=sent))
    assert (answer["outcome"], answer["reason"]) == ("refused", "clock")
    moment = datetime.datetime.fromtimestamp(sent / 1000, datetime.timezone.utc)
    assert f"sent {moment:%Y-%m-%dT%H:%M:%S}.{sent % 1000:03}Z, received " in answer["message"]
    assert runs(counting) == 0


def test_a_retained_request_is_dropped_and_counted(rig):
    lines = rig.folder / "runs"
    raw = RawCaller(rig)
    _, request_id, payload = raw.seal(count())
    raw.publish(payload, MAIN, retain=True)
    node = rig.start_node("web1", f"command[count]=echo run >>{lines}; echo fine\n")
    wait_until(lambda: "a retained request" in node.log, lambda: f"it is dropped\n{node.log}")
    assert raw.answers(request_id) == []
    assert not lines.exists()
    assert raw.ask(count())["outcome"] == "done"
