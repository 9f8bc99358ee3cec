# SPDX-License-Identifier: Apache-2.0
"""What a node sends must not reach the operator's terminal as a command, read here as a terminal reads it: by a pty."""

import json

import pytest
from asking import PretendedNode, mco_in_background
from terminal import BACKWARDS, C1, CLEAR, TITLE, harmless, mco_on_a_terminal, on_a_terminal

EVIL = f"{TITLE}{CLEAR}{C1}{BACKWARDS}\r\x08evil"


EVIL_PLUGIN = (r"command[evil]=printf '\033]0;owned\007\033[2J\302\2332J\342\200\256\r\010evil\n"
               r"more \033[2J|a=1 \033[2J\n'; exit 2")


@pytest.mark.parametrize("arguments", [["-v"], ["--json"], [], ["--group", "1"]])
def test_terminal_escapes_in_the_output_of_a_plugin_are_shown_not_obeyed(rig, arguments):
    rig.start_node("web1", EVIL_PLUGIN + "\n")
    status, output = on_a_terminal(rig, "nrpe", "evil", *arguments)
    assert status == 2
    text = harmless(output)
    assert "evil" in text
    assert r"\x1b" in text or "\\u001b" in text


def test_colours_are_the_only_escapes_on_a_terminal(rig):
    rig.start_node("web1", EVIL_PLUGIN + "\n")
    _, output = on_a_terminal(rig, "nrpe", "evil", colour=True)
    assert "\x1b[" in harmless(output, colour=True)
    _, output = on_a_terminal(rig, "nrpe", "evil", "--np")
    assert b"\x1b" not in output


@pytest.mark.parametrize("arguments", [["nrpe", "ok", "-v"], ["nrpe", "ok", "--json"], ["ping"], ["ping", "--json"],
                                       ["find", "-v"], ["find", "--json"], ["find", "-F", "place=here", "-v"]])
def test_terminal_escapes_in_presence_are_shown_not_obeyed(rig, arguments):
    """A fact, a class, an agent, a version and a health sentence, of a node and of a name that is none."""
    rig.start_node("web1", "command[ok]=/bin/echo fine\n", facts={"place": EVIL})
    evil = PretendedNode(rig, "web2")
    evil.announce(facts={EVIL: EVIL}, classes=[EVIL], agents=["nrpe", "rpcutil", EVIL], version=EVIL, health=[EVIL])
    harmless(on_a_terminal(rig, *arguments, "-t", "1")[1])
    evil.announce(name=EVIL)
    harmless(on_a_terminal(rig, *arguments, "-t", "1")[1])


def result(**changes):
    return {"data": {"command": "ok", "exitcode": 2, "output": "", "details": "", "perfdata": "", **changes}}


# What a node can put into an answer that counts, and what mco tells of it.
EVIL_ANSWERS = {
    "failure": ({"message": EVIL, "status": 5, "data": {}}, "evil"),
    "refusal": ({"outcome": "refused", "reason": "policy", "message": EVIL}, "evil"),
    "result": (result(output=EVIL, details=EVIL, perfdata=EVIL), "evil"),
    "check": (result(command=EVIL, output=EVIL), "no result of this check"),
}
REJECTED_ANSWERS = [
    {"node": EVIL}, {"id": EVIL}, {"outcome": EVIL}, {"outcome": "refused", "reason": EVIL, "message": EVIL}]


def answer(evil, seen, *answers):
    caller, session, request_id = evil.next_request(seen)
    for changes in answers:
        evil.reply(caller, session, json.dumps(evil.done(request_id, **changes)))


@pytest.mark.parametrize("where", EVIL_ANSWERS)
@pytest.mark.parametrize("arguments", [["-v"], ["--json"], []])
def test_terminal_escapes_in_answers_are_shown_not_obeyed(rig, arguments, where):
    """On a terminal, where progress and colours are, and in a pipe, where they are kept in a file for another day."""
    changes, told = EVIL_ANSWERS[where]
    evil = PretendedNode(rig, "web2")
    evil.announce()
    with mco_on_a_terminal(rig, "nrpe", "ok", *arguments) as mco:
        answer(evil, 0, *REJECTED_ANSWERS, changes)
        texts = [harmless(mco.finish()[1])]
    seen = len(evil.client.messages)
    with mco_in_background(rig, "nrpe", "ok", *arguments) as mco:
        answer(evil, seen, *REJECTED_ANSWERS, changes)
        piped = mco.finish()
        texts.append(harmless((piped.stdout + piped.stderr).encode()))
    for text in texts:
        assert "web2" in text
        assert told in text, text


def test_answers_that_do_not_count_bring_no_escapes_to_the_terminal_either(rig):
    evil = PretendedNode(rig, "web2")
    evil.announce()
    with mco_on_a_terminal(rig, "nrpe", "ok", "-t", "1", "-v") as mco:
        answer(evil, 0, *REJECTED_ANSWERS)
        status, output = mco.finish()
    assert status == 3
    assert "web2" in harmless(output)


def test_terminal_escapes_in_what_the_operator_types_are_shown_not_obeyed(rig):
    for words in (["nrpe", EVIL], ["nrpe", "ok", "-F", EVIL], ["ping", "-I", EVIL], [EVIL], ["ping", "--config", EVIL]):
        status, output = on_a_terminal(rig, *words, "-t", "1")
        assert status != 0
        harmless(output)
