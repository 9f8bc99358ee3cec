# SPDX-License-Identifier: Apache-2.0
"""What a node sends must not reach the operator's terminal as a command, read here as a terminal reads it: by a pty."""

import json
import os
import pty
import select
import subprocess
import time

import pytest
from asking import PretendedNode, mco_in_background

TITLE, CLEAR, C1, BACKWARDS = "\x1b]0;owned\x07", "\x1b[2J", "\x9b2J", "\u202e"
EVIL = f"{TITLE}{CLEAR}{C1}{BACKWARDS}\r\x08evil"


def on_a_terminal(rig, *arguments, colour=False, timeout=60):
    """(exit status, bytes) of mco with a terminal for all three of its streams."""
    leader, follower = pty.openpty()
    environment = rig.environment(MUSTER_CONFIG=str(rig.client_config()), TERM="xterm-256color")
    if colour:
        del environment["NO_COLOR"]
    with subprocess.Popen([str(rig.bin / "mco"), *arguments], stdin=follower, stdout=follower, stderr=follower,
                          env=environment, start_new_session=True) as process:
        os.close(follower)
        output = read_all(leader, process, time.monotonic() + timeout)
        os.close(leader)
        return process.wait(), output


def read_all(leader, process, deadline):
    output = b""
    while time.monotonic() < deadline:
        ready, _, _ = select.select([leader], [], [], 0.1)
        if not ready and process.poll() is not None:
            break
        if ready:
            try:
                part = os.read(leader, 65536)
            except OSError:  # Linux tells so that the other end is closed
                break
            if not part:
                break
            output += part
    return output


def harmless(output, colour=False):
    """Fails if anything in it moves the cursor, names the window or turns the text around."""
    text = output.decode("utf-8")
    for control in (TITLE, CLEAR, "\x1b]", "\x9b", BACKWARDS, "\x07", "\x08"):
        assert control not in text, repr(text)
    if not colour:
        assert "\x1b" not in text.replace("\x1b[K", "").replace("\x1b[2K", ""), repr(text)
    return text


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


@pytest.mark.parametrize("arguments", [["-v"], ["--json"]])
def test_terminal_escapes_in_answers_are_shown_not_obeyed(rig, arguments):
    evil = PretendedNode(rig, "web2")
    evil.announce()
    answers = [
        {"message": EVIL, "status": 5, "data": {}},
        {"outcome": "refused", "reason": "policy", "message": EVIL},
        {"outcome": "refused", "reason": EVIL, "message": EVIL},
        {"data": {"command": EVIL, "exitcode": 2, "output": EVIL, "details": EVIL, "perfdata": EVIL}},
        {"node": EVIL},
    ]
    for changes in answers:
        seen = len(evil.client.messages)
        with mco_in_background(rig, "nrpe", "ok", "-t", "1", *arguments) as mco:
            caller, session, request_id = evil.next_request(seen)
            evil.reply(caller, session, json.dumps(evil.done(request_id, **changes)))
            result = mco.finish()
        harmless(result.stdout.encode())
        harmless(result.stderr.encode())


def test_terminal_escapes_in_what_the_operator_types_are_shown_not_obeyed(rig):
    for words in (["nrpe", EVIL], ["nrpe", "ok", "-F", EVIL], ["ping", "-I", EVIL], [EVIL], ["ping", "--config", EVIL]):
        status, output = on_a_terminal(rig, *words, "-t", "1")
        assert status != 0
        harmless(output)
