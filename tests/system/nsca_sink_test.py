# SPDX-License-Identifier: Apache-2.0
"""The NSCA sink into Debian's nsca: what arrives, what is told again, and what NSCA loses without a word."""

import os
import random
import socket
import time

import pytest
from asking import OK
from bridge import Bridge
from muster_rig import Rig
from nsca import Nsca
from processes import wait_until
from sink_driver import SinkDriver, result

METHODS = {"none": 0, "XOR": 1, "3DES": 3, "AES": 14}
LONGEST = 4095
MARK = "… (cut: NSCA carries 4095 bytes)"


@pytest.fixture(name="started")
def list_of_what_ends():
    started = []
    yield started
    for one in reversed(started):
        one.end()


def start_sink(started, nsca, method=1, password="secret"):
    settings = {"kind": "nsca", "host": "127.0.0.1", "port": nsca.port, "encryption": method, "password_file": "password",
                "timeout": "3s"}
    sink = SinkDriver(settings, ("password", password + "\n"))
    started.append(sink)
    return sink


def start_nsca(started, **options):
    nsca = Nsca(**options)
    started.append(nsca)
    return nsca.start()


@pytest.mark.parametrize("method", METHODS)
def test_what_is_told_is_what_nsca_hands_on(started, method):
    nsca = start_nsca(started, method=METHODS[method], mode="--daemon" if method == "XOR" else "--single")
    sink = start_sink(started, nsca, METHODS[method])
    sink.feed([
        result("web1", "load", 2, "too much", perfdata="load=9;4;8", details="C:\\new\nfor an hour"),
        result("web1", "", 1, "gone since 10:00"),
        result("h" * 63, "s" * 127, 7, "a;b|c"),
        result("web1", "empty", 0, ""),
        result("web1", "long", 1, "x" * 5000, perfdata="a=1 b=2", details="lost"),
        result("web1", "long", 1, "short", details="é" * 3000)])
    state = sink.finish()
    assert (state["delivered"], state["repeated"], state["working"]) == (6, 0, True)
    wait_until(lambda: len(nsca.told()) == 6, nsca.told)
    told = nsca.told()
    assert told[:4] == [
        ("web1", "load", 2, "too much|load=9;4;8\nC:\\new\nfor an hour\n"),
        ("web1", "", 1, "gone since 10:00"),
        ("h" * 63, "s" * 127, 3, "a;b¦c"),
        ("web1", "empty", 0, " \n")]
    assert told[4][3].endswith(f"x{MARK}|a=1 b=2")
    assert told[5][3].startswith("short\néé") and told[5][3].endswith(f"é{MARK}\n")
    assert all(LONGEST - 3 < len(output.encode()) <= LONGEST for _, _, _, output in told[4:])


def test_names_that_nsca_cannot_carry_are_dead_letters_and_break_out_of_nothing(started):
    nsca = start_nsca(started)
    sink = start_sink(started, nsca)
    evil = "x\n[1] SHUTDOWN_PROGRAM;0"
    sink.feed([result("h" * 64, "load"), result("web1", "s" * 128), result(evil, "load"), result("web1;a", "load"),
               result("", "load"), result("web1", "load", 0, evil, details=evil)])
    assert sink.finish()["buried"] == 5
    assert "longer than the 63 bytes that NSCA carries" in sink.dead_letters()["h" * 64, "load"]
    wait_until(nsca.told, "the good one arrives")
    assert nsca.told() == [("web1", "load", 0, f"x [1] SHUTDOWN_PROGRAM;0\n{evil}\n")]


def numbered(first, last):
    return [result(f"h{number % 5}", "count", 0, f"n={number}") for number in range(first, last)]


def must_be_complete_and_in_order(nsca, count):
    """Each at least once; the first tellings of each host are in order, and so is the last one. Returns the repetitions."""
    seen, newest, latest, repeated = set(), {}, {}, 0
    for host, _, _, output in nsca.told():
        number = int(output[2:])
        latest[host] = number
        repeated += number in seen
        if number not in seen:
            assert newest.get(host, -1) < number
            newest[host] = number
        seen.add(number)
    assert len(seen) == count
    assert latest == newest, "nothing old is the last that it was told"
    return repeated


def test_everything_is_told_again_when_nsca_dies_on_the_way(started):
    nsca = start_nsca(started)
    sink = start_sink(started, nsca)
    chance = random.Random(5)
    for turn in range(4):
        before = len(nsca.told())
        sink.feed(numbered(turn * 300, turn * 300 + 200))
        wait_until(lambda: len(nsca.told()) > before, "something is told")  # pylint: disable=W0640
        time.sleep(chance.uniform(0.0, 0.2))
        nsca.kill()
        sink.feed(numbered(turn * 300 + 200, (turn + 1) * 300))
        sink.wait_for(lambda state: state["working"] is False, "it sees that nsca is gone")
        nsca.start()
    sink.finish()
    assert must_be_complete_and_in_order(nsca, 1200) > 0, "no test of what is told again without that"


def test_another_password_is_noticed_only_by_the_end_of_the_connection_and_loses_nothing(started):
    nsca = start_nsca(started, password="another")
    sink = start_sink(started, nsca)
    assert sink.wait_for(lambda state: state["working"] and state, "the daemon is there")["trouble"] == ""
    sink.feed(numbered(0, 200))
    sink.wait_for(lambda state: "another password" in state["trouble"], "it says what may be wrong")
    assert sink.state["safe"] == 0 and not sink.state["working"] and not nsca.told()
    (sink.folder / "password").write_text("another\n")
    assert sink.finish()["repeated"] >= 1
    must_be_complete_and_in_order(nsca, 200)


def test_nsca_itself_never_says_a_word_about_a_packet(started):
    nsca = start_nsca(started)
    with socket.create_connection(("127.0.0.1", nsca.port), timeout=5) as connection:
        greeting = b""
        while len(greeting) < 132:
            greeting += connection.recv(132 - len(greeting))
        connection.sendall(bytes(4304))
        assert connection.recv(100) == b"", "it closes; a client that has gone by then, as send_nsca has, learns nothing"
    assert not nsca.told()


def test_what_nsca_cannot_write_to_nagios_is_lost_without_a_word(started, tmp_path):
    pipe = tmp_path / "nagios.cmd"
    os.mkfifo(pipe)
    nsca = start_nsca(started, pipe=pipe)
    sink = start_sink(started, nsca)
    sink.feed(numbered(0, 3))
    state = sink.finish()
    assert (state["safe"], state["working"], state["trouble"]) == (3, True, "")
    assert "NSCA acknowledges nothing" in sink.log, "it was said at the start"


def test_a_sink_whose_nsca_is_not_there_says_so_and_waits(started):
    nsca = Nsca()
    started.append(nsca)
    sink = start_sink(started, nsca)
    sink.feed(numbered(0, 3))
    sink.wait_for(lambda state: "no connection" in state["trouble"], "it says so")
    nsca.start()
    assert sink.finish()["delivered"] == 3


def test_the_results_of_a_fleet_arrive_through_the_bridge(started):
    with Rig() as rig:
        rig.start_broker()
        nsca = start_nsca(started, method=14)
        sinks = [{"kind": "nsca", "host": "127.0.0.1", "port": nsca.port, "encryption": 14, "password_file": "password"}]
        bridge = Bridge(rig, sinks=sinks)
        started.append(bridge)
        (bridge.folder / "password").write_text("secret\n")
        rig.broker.restart()  # it reads the rights of the bridge when it starts
        rig.start_node("web1", f"command[ok]={OK}\n")
        bridge.start()
        bridge.wait_for(lambda: bridge.status().get("connected"), "it is connected")
        rig.mco("nrpe", "ok", "-I", "web1")
        bridge.wait_for(lambda: ("web1", "ok", 0, "OK: fine") in nsca.told(), "the result arrives")
        bridge.wait_for(lambda: bridge.status()["queue"]["waiting"] == 0, "it is safe")
