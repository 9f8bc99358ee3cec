# SPDX-License-Identifier: Apache-2.0
"""The real check_nrpe asks the bridge, which asks the nodes."""

import json
import socket
import subprocess
import types

import pytest
from asking import OK
from bridge import NAME, Bridge
from check_nrpe import CheckNrpe
from muster_rig import Rig
from ports import take_port
from processes import wait_until

AT_ONCE = 100  # a monitoring that asks for all it has
AT_A_NODE = 16  # of the bridge's questions at a time
ALL_FINE = b"OK - all fine|load=1;2;3\n"
CHECKS = f"""
command[ok]={OK}
command[check_ok]=/bin/echo "OK - all fine|load=1;2;3"
command[check_bad]=printf 'CRITICAL - bad|used=99%%\\nand why\\n'; exit 2
command[check_slow]=/bin/sleep 60
command[check_args]=/bin/echo OK - got $ARG1$ and $ARG2$
command[check_gate]=echo x >> @HERE@/ran; until [ -e @HERE@/go ]; do sleep 0.05; done; echo through
command[check_touch]=touch @HERE@/touched; echo touched
"""


class Doors:
    """The ports of one bridge, each asked as Nagios asks it."""

    def __init__(self, **doors):
        self.settings = []
        for name, settings in doors.items():
            port = take_port()
            setattr(self, f"_{name}", port)  # kept as long as it is used
            setattr(self, name, CheckNrpe(port.number, *(["-n"] if settings.get("plain") else [])))
            self.settings.append({"address": "127.0.0.1", "port": port.number, "allowed_hosts": ["127.0.0.1"],
                                  "timeout": "50s", **settings})


class Gate:
    """check_gate of a node, which runs until the gate is opened."""

    def __init__(self, node):
        self.folder = node.folder

    def open(self):
        (self.folder / "go").touch()

    def runs(self):
        path = self.folder / "ran"
        return len(path.read_text().split()) if path.exists() else 0

    def asked(self):
        lines = [json.loads(line) for line in (self.folder / "audit.jsonl").read_text().splitlines()]
        return sum(line.get("event") == "request" and line.get("data") == {"command": "check_gate"} for line in lines)


def checks_in(rig, name):
    return CHECKS.replace("@HERE@", str(rig.folder / "nodes" / name))


def answers_again(fleet, node):
    def answers():
        return fleet.ask.hurried(f"check_ok@{node}") == (0, ALL_FINE)

    wait_until(answers, lambda: f"{node} answers: {fleet.ask.hurried(f'check_ok@{node}')}", timeout=60)


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        doors = Doors(by_name={}, of_web1={"node": "web1.example.net", "plain": True}, with_arguments={"arguments": True},
                      hurried={"timeout": "3s"}, taken={}, guarded={"allowed_hosts": ["127.0.0.9"]})
        rig.other = socket.create_server(("127.0.0.1", doors.taken.port))
        bridge = Bridge(rig, settings={"nrpe_listeners": doors.settings})
        rig.broker.restart()  # it reads the rights of the bridge when it starts
        web1 = rig.start_node("web1.example.net", checks_in(rig, "web1.example.net"))
        db1 = rig.start_node("db1", "dont_blame_nrpe=1\n" + checks_in(rig, "db1"))
        shut = rig.folder / "shut"
        shut.mkdir()
        (shut / "nrpe.policy").write_text("policy default deny\n")
        rig.start_node("shy", checks_in(rig, "shy"), settings={"policies": str(shut)})
        bridge.start()
        bridge.wait_for(lambda: "to ask nodes for checks" in bridge.log, "it has its broker")
        yield types.SimpleNamespace(rig=rig, ask=doors, bridge=bridge, web1=web1, db1=db1)
        bridge.end()
        rig.other.close()


def test_a_check_is_asked_of_the_node_that_it_names(fleet):
    assert fleet.ask.by_name("check_ok@web1.example.net") == (0, ALL_FINE)
    assert fleet.ask.by_name("check_bad@db1") == (2, b"CRITICAL - bad|used=99%\nand why\n")


@pytest.mark.parametrize("version", ["-2", "-3"])
def test_older_packets_are_answered(fleet, version):
    assert fleet.ask.by_name("check_ok@db1", version) == (0, ALL_FINE)


def test_a_node_is_found_without_its_domain_and_in_capitals(fleet):
    assert fleet.ask.by_name("check_ok@WEB1") == (0, ALL_FINE)


def test_a_port_may_be_a_node(fleet):
    assert fleet.ask.of_web1("check_ok") == (0, ALL_FINE)
    status, text = fleet.ask.of_web1("check_ok@db1")
    assert (status, text) == (
        3, b"UNKNOWN - no check has an '@' in its name, and all questions here are about web1.example.net\n")


def test_what_cannot_be_asked_is_unknown_and_says_why(fleet):
    assert fleet.ask.by_name("check_ok@web9") == (3, b'UNKNOWN - no node of the fleet is called "web9"\n')
    assert fleet.ask.by_name("check_none@db1")[0] == 3
    status, text = fleet.ask.by_name("check_ok")
    assert status == 3 and text.startswith(b"UNKNOWN - which node is meant? Ask for CHECK@NODE")


def test_a_node_that_does_not_let_the_bridge_run_checks_is_unknown_and_says_so(fleet):
    status, text = fleet.ask.by_name("check_ok@shy")
    assert status == 3
    assert text.startswith(b"UNKNOWN - shy refuses: ") and b"nrpe.policy" in text


def test_who_is_there_is_told_truthfully(fleet):
    status, text = fleet.ask.by_name()
    assert status == 0
    assert text.startswith(b"NRPE v4 spoken by Muster nagios-bridge ")


def test_arguments_are_refused_unless_bridge_and_node_let_them_in(fleet):
    status, text = fleet.ask.by_name("check_args@db1", arguments=["a", "b"])
    assert status == 3 and b"arguments are refused: nrpe_listeners" in text
    assert fleet.ask.with_arguments("check_args@db1", arguments=["a", "b"]) == (0, b"OK - got a and b\n")
    status, text = fleet.ask.with_arguments("check_args@web1", arguments=["a", "b"])
    assert status == 3 and b"dont_blame_nrpe" in text


def test_a_client_that_is_not_allowed_is_closed_without_an_answer(fleet):
    assert fleet.ask.guarded("check_ok@db1")[0] != 0
    fleet.bridge.wait_for(lambda: "nrpe@127.0.0.1 is closed without an answer: it is not in allowed_hosts" in fleet.bridge.log,
                          "it is told")
    assert fleet.ask.guarded("check_ok@db1", "-b", "127.0.0.9") == (0, ALL_FINE)


def test_many_at_once_are_all_answered(fleet):
    questions = [((f"check_ok@{node}",), ()) for node in ["web1", "db1"] for _ in range(AT_ONCE // 2)]
    assert fleet.ask.by_name.at_once(questions) == [(0, ALL_FINE)] * AT_ONCE


def test_a_check_of_the_bridge_is_a_result_and_on_record_with_its_key(fleet):
    fleet.ask.by_name("check_bad@db1")
    told = ("db1", "check_bad")
    fleet.bridge.wait_for(lambda: told in [(line["host"], line["service"]) for line in fleet.bridge.results()],
                          "it is told as any other result")
    record = (fleet.db1.folder / "audit.jsonl").read_text()
    assert f'"caller":"{NAME}"' in record.replace(": ", ":")


def test_an_answer_comes_before_the_client_gives_up_even_if_the_check_hangs(fleet):
    status, text = fleet.ask.hurried("check_slow@db1")
    assert status == 3
    assert b"timed out" in text.lower() or b"has not answered in time" in text, text


def test_a_node_that_is_stopped_is_unknown_at_once_and_found_again(fleet):
    fleet.db1.stop()
    fleet.rig.wait_for_presence("db1", "stopped")
    wait_until(lambda: b"UNKNOWN - db1: its checkagent was stopped" in fleet.ask.hurried("check_ok@db1")[1],
               lambda: f"it is told: {fleet.ask.hurried('check_ok@db1')}")
    assert fleet.ask.by_name("check_ok@web1") == (0, ALL_FINE)
    fleet.db1.start()
    answers_again(fleet, "db1")


def test_a_node_that_hangs_is_unknown_before_the_client_gives_up(fleet):
    fleet.web1.freeze()
    try:
        assert fleet.ask.hurried("check_ok@web1") == (3, b"UNKNOWN - web1.example.net has not answered in time\n")
    finally:
        fleet.web1.thaw()
    answers_again(fleet, "web1")


def test_without_a_broker_it_is_unknown_and_behind_it_all_is_as_before(fleet):
    fleet.rig.broker.stop()
    wait_until(lambda: b"UNKNOWN - nagios-bridge has no connection to its broker" in fleet.ask.hurried("check_ok@db1")[1],
               lambda: f"it is told: {fleet.ask.hurried('check_ok@db1')}")
    fleet.rig.broker.start()
    answers_again(fleet, "db1")
    answers_again(fleet, "web1")


def test_a_broker_that_restarts_while_a_check_runs_costs_neither_its_answer_nor_a_second_run(fleet):
    gate = Gate(fleet.web1)
    asked = subprocess.Popen(fleet.ask.by_name.command("check_gate@web1"), stdout=subprocess.PIPE)
    wait_until(gate.runs, "it runs")
    before = fleet.bridge.log.count("to ask nodes for checks")
    fleet.rig.broker.restart()
    fleet.bridge.wait_for(lambda: fleet.bridge.log.count("to ask nodes for checks") > before, "the bridge is back")
    gate.open()
    assert asked.communicate(timeout=90)[0] == b"through\n"
    assert gate.runs() == 1
    answers_again(fleet, "db1")


def test_a_client_that_goes_away_while_it_waits_takes_its_check_with_it(fleet):
    gate = Gate(fleet.db1)
    crowd = [subprocess.Popen(fleet.ask.by_name.command("check_gate@db1"), stdout=subprocess.PIPE) for _ in range(AT_A_NODE)]
    wait_until(lambda: gate.asked() == AT_A_NODE, lambda: f"the node has all that it gets at a time: {gate.asked()}", timeout=60)

    def deserted():
        fleet.ask.by_name("check_touch@db1", "-t", "1")
        return "\"check_touch@db1\" is not asked: the client has gone away" in fleet.bridge.log

    wait_until(deserted, lambda: fleet.bridge.log[-2000:], timeout=60)
    gate.open()
    assert [client.communicate(timeout=90)[0] for client in crowd] == [b"through\n"] * AT_A_NODE
    assert fleet.ask.by_name("check_ok@db1") == (0, ALL_FINE)
    assert not (fleet.db1.folder / "touched").exists()


def test_a_port_that_somebody_else_has_is_a_warning_until_it_is_free(fleet):
    place = f"nrpe_listeners, 127.0.0.1 port {fleet.ask.taken.port}: cannot listen"
    fleet.bridge.wait_for(lambda: place in fleet.bridge.status()["summary"], "it is told")
    fleet.rig.other.close()
    fleet.bridge.wait_for(lambda: fleet.ask.taken("check_ok@web1") == (0, ALL_FINE), "it is had as soon as it is free")


def test_check_config_looks_at_the_certificates(fleet):
    assert fleet.bridge.command("--check-config").returncode == 0
    door = {"port": 5666, "allowed_hosts": ["127.0.0.1"], "tls": {"certificate": "/nonexistent.pem", "key": "/nonexistent.key"}}
    other = fleet.bridge.folder / "other.yaml"
    other.write_text(json.dumps({**json.loads(fleet.bridge.config.read_text()), "nrpe_listeners": [door]}))
    command = [fleet.rig.bin / "nagios-bridge", "--config", other, "--check-config"]
    done = subprocess.run(command, capture_output=True, text=True, env=fleet.rig.environment(), timeout=30, check=False)
    assert done.returncode == 78
    assert "nrpe_listeners, port 5666: the certificate /nonexistent.pem" in done.stderr
