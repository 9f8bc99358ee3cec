# SPDX-License-Identifier: Apache-2.0
"""mco doctor against real brokers and nodes that are well, and against each that is not."""

import contextlib
import json
import os
import pwd
import socket
import subprocess
import threading

import pytest
from asking import OK, validated
from processes import wait_until

CHECKS = f"command[ok]={OK}\n"


class Report:
    """What `mco doctor … --json` found."""

    def __init__(self, rig, *arguments, schema="doctor", **options):
        self.result = rig.mco("doctor", *arguments, "--json", **options)
        self.status = self.result.returncode
        self.json = validated(schema, self.result.stdout)
        assert self.json["exit_status"] == self.status, self.result

    def of(self, subject, findings=None):
        found = [one for one in findings or self.json["findings"] if one["subject"] == subject]
        assert found, f"nothing about {subject} in {self.json}"
        return found[0]

    def of_node(self, name, subject):
        [node] = [node for node in self.json["nodes"] if node["name"] == name]
        return self.of(subject, node["findings"])

    def grades(self):
        return {one["subject"]: one["grade"] for one in self.json["findings"] if one["grade"] != "ok"}


def on(rig, *nodes, **options):
    return Report(rig, *nodes, schema="doctor_node", **options)


def retained_topics(rig):
    """Everything that the broker keeps, as seen by who may read all of it."""
    late = rig.mqtt_client()
    late.subscribe("muster/1/presence/+")
    late.subscribe("muster/1/reply/alice@ops1/+/+")
    late.publish("muster/1/reply/alice@ops1/late/alice@ops1", "marker")
    late.wait_for(lambda message: message.payload == b"marker")
    return {message.topic for message in late.messages if message.payload != b"marker"}


def change_acl(rig, line, into=""):
    acl = rig.acl().read_text()
    assert line in acl
    rig.acl().write_text(acl.replace(line, into))
    rig.broker.reload()


def test_a_healthy_fleet_has_no_finding_but_good_ones_and_nothing_stays_behind(rig):
    for name in ("web1", "web2"):
        rig.start_node(name, CHECKS)
    ear = rig.observe()
    report = Report(rig)
    assert (report.status, report.grades()) == (0, {}), report.result
    assert report.json["counts"]["ok"] == len(report.json["findings"])
    assert "mco node forget" in report.of("rights")["what"]
    assert retained_topics(rig) == {"muster/1/presence/web1", "muster/1/presence/web2"}
    forged = ear.matching(lambda message: message.topic.startswith("muster/1/presence/doctor-"))
    assert not any(message.retain for message in forged)
    quiet = rig.mco("doctor", "-q")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")


def test_a_caller_without_the_right_to_presences_is_told_the_rule(bare_rig):
    bare_rig.start_broker()
    node = bare_rig.start_node("web1", CHECKS)
    change_acl(bare_rig, "topic readwrite muster/1/presence/+\n")
    report = Report(bare_rig)
    assert node.running()
    assert report.status == 2
    assert report.grades() == {"roll-call": "problem"}, report.result
    assert "topic read muster/1/presence/+" in report.of("roll-call")["fix"]


def test_an_open_broker_is_a_problem(bare_rig):
    bare_rig.start_broker(plain=True)
    report = Report(bare_rig)
    assert report.status == 2
    assert "may speak as any node" in report.of("rights")["what"], report.result


def test_a_right_that_is_too_wide_is_named(rig):
    change_acl(rig, "pattern write muster/1/reply/+/+/%u\n", "pattern write muster/1/reply/+/+/+\n")
    report = Report(rig)
    assert report.status == 2
    assert "may answer as another" in report.of("rights")["what"], report.result


def test_who_hears_what_is_meant_for_another_is_told(rig):
    """mosquitto grants every subscription: what is delivered tells."""
    change_acl(rig, "pattern read muster/1/node/%u\n", "pattern read muster/1/node/+\n")
    report = Report(rig)
    assert (report.status, report.grades()["rights"]) == (2, "problem"), report.result
    assert "may hear requests to other nodes: the broker delivered muster/1/node/doctor-" in report.of("rights")["what"]
    assert "pattern read muster/1/node/%u" in report.of("rights")["fix"]


def test_who_hears_every_check_result_is_told_unless_it_is_a_collector(rig):
    rig.start_node("web1", CHECKS)
    change_acl(rig, "topic write muster/1/node/+\n", "topic write muster/1/node/+\ntopic read muster/1/result/+\n")
    report = Report(rig)
    assert (report.status, report.grades()) == (0, {"rights": "warning"}), report.result
    assert "alice@ops1 may hear every check result" in report.of("rights")["what"]
    collector = "collector@mon1"
    rig.must_run("key", "generate", collector, "--dir", rig.client_folder(collector), "--ca-dir", rig.ca, "--results", "--no-forget")
    rig.broker.reload()
    rights = Report(rig, caller=collector).of("rights")
    assert rights["grade"] == "ok", rights
    assert rights["what"].endswith("it may hear every check result, as a collector must")


@pytest.mark.parametrize("limit, kept, grade", [("10", 10, "problem"), ("1000", 1000, "warning")])
def test_a_broker_that_drops_what_waits_is_seen(bare_rig, limit, kept, grade):
    bare_rig.start_broker(settings={"max_queued_messages": limit})
    finding = Report(bare_rig).of("queue")
    assert finding["grade"] == grade
    assert f"{kept} waited" in finding["what"]
    assert "max_queued_messages 0" in finding["fix"]


def test_a_broker_that_takes_small_packets_only_is_a_problem(bare_rig):
    bare_rig.start_broker(settings={"max_packet_size": "20000"})
    finding = Report(bare_rig).of("packet size")
    assert finding["grade"] == "problem"
    assert "20000 bytes" in finding["what"]


def test_a_broker_that_keeps_nothing_is_said_to_know_no_roll_call(bare_rig):
    bare_rig.start_broker(settings={"retain_available": "false"})
    report = Report(bare_rig)
    roll_call = report.of("roll-call")
    assert roll_call["grade"] == "warning", report.result
    assert roll_call["what"] == "the broker knows no retained messages"
    assert 'expected: unknown' in roll_call["fix"]
    assert report.of("round trip")["grade"] == "ok"


UNSUPPORTED_VERSION = b"\x20\x03\x00\x84\x00"  # CONNACK of MQTT 5: no session, reason 0x84, no properties
UNACCEPTABLE_VERSION = b"\x20\x02\x00\x01"  # CONNACK of MQTT 3.1.1, as a broker says it that knows no other


@contextlib.contextmanager
def old_broker(port, answer):
    """Answers each CONNECT in this way and hangs up."""
    def serve():
        with contextlib.suppress(OSError):  # the end of the listener
            while True:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(answer)

    with socket.create_server(("127.0.0.1", port)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.mark.parametrize("answer", [UNSUPPORTED_VERSION, UNACCEPTABLE_VERSION])
def test_a_broker_that_does_not_speak_mqtt_5_is_told_with_the_fix(bare_rig, answer):
    broker = bare_rig.start_broker(plain=True, start=False)
    with old_broker(broker.port, answer):
        report = Report(bare_rig)
    assert report.status == 69, report.result
    assert report.of("broker")["grade"] == "problem"
    assert "MQTT 5" in report.of("broker")["what"], report.result
    assert "mosquitto does from 1.6 on" in report.of("broker")["fix"], report.result


def test_a_broker_that_is_down_still_has_the_rest_told(rig):
    rig.broker.stop()
    report = Report(rig)
    assert report.status == 69
    assert report.grades() == {"broker": "problem"}
    assert "Connection refused" in report.of("broker")["what"]
    assert report.of("certificate")["grade"] == "ok"
    assert on(rig, "web1").status == 69


def test_the_second_broker_of_the_list_is_tried_too(rig):
    rig.start_broker(start=False)
    rig.start_node("web1", CHECKS)
    report = Report(rig)
    assert report.status == 2
    brokers = [one["grade"] for one in report.json["findings"] if one["subject"] == "broker"]
    assert brokers == ["ok", "problem"], report.result
    assert report.of("fleet")["what"] == "1 of 1 node answered"
    rig.brokers.reverse()
    assert on(rig, "web1").of_node("web1", "answer")["grade"] == "ok"


def test_a_certificate_that_has_ended_is_told_beside_what_the_broker_says(rig):
    tls = rig.tls()
    request = rig.folder / "request.pem"
    subprocess.run(["openssl", "req", "-new", "-key", tls["key"], "-subj", "/CN=alice@ops1", "-out", request], check=True,
                   capture_output=True)
    subprocess.run(["faketime", "2020-01-01", "openssl", "x509", "-req", "-in", request, "-CA", rig.ca / "ca.pem", "-CAkey",
                    rig.ca / "ca.key", "-CAcreateserial", "-days", "1", "-out", tls["certificate"]], check=True,
                   capture_output=True)
    report = Report(rig)
    assert report.status == 69, report.result
    assert report.of("certificate")["what"].endswith("has ended on 2020-01-02")
    assert "mco key generate alice@ops1" in report.of("certificate")["fix"]
    assert report.of("broker")["grade"] == "problem"


def test_a_key_that_others_may_read_is_a_problem(rig):
    rig.key_file().chmod(0o644)
    report = Report(rig)
    assert report.status == 2
    assert "chmod 600" in report.of("key")["what"]
    refused = rig.mco("doctor", "web1", "--json")
    assert refused.returncode == 77
    assert validated("failure", refused.stdout)["exit_status"] == 77


def test_a_broken_configuration_is_78_and_told_line_by_line(rig):
    config = rig.client_config()
    config.write_text("brokers: [mqtt://mon1]\ncaller: Nobody\n")
    result = rig.run("doctor", "--json", env={"MUSTER_CONFIG": str(config)})
    document = validated("doctor", result.stdout)
    assert result.returncode == document["exit_status"] == 78
    assert len(document["findings"]) == 2, document


@pytest.mark.parametrize("words", [["Web_1"], ["-T", "a/b"], ["-t", "0"]])
def test_what_cannot_be_meant_is_refused_before_anything_is_sent(rig, words):
    rig.broker.stop()
    result = rig.mco("doctor", *words)
    assert result.returncode == 64, result
    assert words[-1] in result.stderr or "-t" in result.stderr


def test_nodes_that_are_away_are_explained(rig):
    nodes = {name: rig.start_node(name, CHECKS) for name in ("up1", "stopped1", "frozen1")}
    nodes["stopped1"].stop()
    rig.wait_for_presence("stopped1", "stopped")
    nodes["frozen1"].freeze()
    report = on(rig, *nodes, "-t", "1")
    nodes["frozen1"].thaw()
    assert report.status == 2
    assert report.of_node("up1", "answer")["grade"] == "ok"
    assert "stopped in order" in report.of_node("stopped1", "presence")["what"]
    assert "systemctl start checkagent" in report.of_node("stopped1", "presence")["fix"]
    silent = report.of_node("frozen1", "answer")
    assert silent["grade"] == "problem"
    assert "journalctl -u checkagent" in silent["fix"]


def test_a_node_that_was_killed_is_gone_with_what_to_check_in_order(rig):
    node = rig.start_node("web1", CHECKS)
    node.kill()
    rig.wait_for_presence("web1", "gone", timeout=40)
    presence = on(rig, "web1").of_node("web1", "presence")
    assert presence["what"].startswith("its connection fell ")
    order = [presence["fix"].index(word) for word in ("systemctl status", "journalctl", "--self-test", "mco node forget")]
    assert order == sorted(order)
    assert Report(rig).grades()["fleet"] == "warning"


def test_a_name_that_is_mistyped_is_guessed(rig):
    rig.start_node("web1.example.net", CHECKS)
    for word in ("web1", "wbe1", "web1.exmaple.net"):
        presence = on(rig, word).of_node(word, "presence")
        assert presence["fix"] == "did you mean web1.example.net?", word


def test_a_node_that_does_not_trust_the_caller_has_its_fix(rig):
    rig.start_node("web1", CHECKS)
    rig.add_operator("carol@ops2")
    rig.broker.reload()
    report = on(rig, "web1", caller="carol@ops2")
    answer = report.of_node("web1", "answer")
    assert "unknown_key" in answer["what"]
    assert answer["fix"].startswith("copy carol@ops2.pub")
    assert report.json["nodes"][0]["reason"] == "unknown_key"
    assert "unknown_key" in [one for one in Report(rig, caller="carol@ops2").json["findings"]
                             if one["grade"] == "problem"][0]["what"]


def test_whom_a_node_has_refused_last_is_told_with_the_fix(rig):
    rig.start_node("web1", CHECKS)
    clean = on(rig, "web1")
    assert clean.of_node("web1", "last refusal")["what"].startswith("it has refused nobody")
    assert clean.of_node("web1", "file descriptors")["grade"] == "ok"
    assert rig.mco("rpc", "package", "purge", "package=nginx", "-I", "web1").returncode == 2
    rig.add_operator("carol@ops2")
    rig.broker.reload()
    assert on(rig, "web1", caller="carol@ops2").status == 2
    report = on(rig, "web1")
    refusal = report.of_node("web1", "last refusal")
    assert "ago it refused alice@ops1, who asked for package.purge: policy - " in refusal["what"]
    assert (refusal["grade"], refusal["fix"]) == ("warning", "the policy on the node decides what alice@ops1 may do there: "
                                                  "ask who owns the node")
    stranger = report.of_node("web1", "last stranger")
    assert "somebody who says to be carol@ops2: unknown_key" in stranger["what"]
    assert stranger["fix"].startswith("copy carol@ops2.pub")
    assert report.status == 0, "that others were refused is no problem of the node"


def test_a_node_with_few_descriptors_is_warned_of(rig):
    rig.start_node("web1", CHECKS, wrapper=["prlimit", "--nofile=100:100", "--"])
    finding = on(rig, "web1").of_node("web1", "file descriptors")
    assert finding["grade"] == "warning"
    assert " of 100 files open" in finding["what"]
    assert "LimitNOFILE=" in finding["fix"]


def test_a_node_in_another_hour_is_told_by_its_clock(rig):
    sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
    rig.start_node("web1", CHECKS, wrapper=["faketime", "-f", "+1h"],
                   env={"FAKETIME_DONT_FAKE_MONOTONIC": "1", "ASAN_OPTIONS": sanitizer})
    report = on(rig, "web1")
    assert "clock" in report.of_node("web1", "answer")["what"]
    assert "timedatectl" in report.of_node("web1", "clock")["fix"]
    assert Report(rig).of("clock")["grade"] == "problem"


def test_a_node_with_a_broken_nrpe_cfg_says_its_line(rig):
    account = f"nrpe_user={pwd.getpwuid(os.geteuid()).pw_name}\n"  # behind the fault root would look for it in vain
    rig.start_node("web1", account + CHECKS + "no directive\n")
    wait_until(lambda: (rig.presence("web1") or {}).get("health"), "it says what is broken")
    health = on(rig, "web1").of_node("web1", "health")
    assert health["grade"] == "problem"
    assert "nrpe.cfg:3" in health["what"]
    assert Report(rig).of("health")["what"] == "1 node with something broken: web1"


def test_a_node_of_another_collective_is_asked_for_with_the_right_name(rig):
    rig.start_node("web1", CHECKS, settings={"collectives": ["uk"]})
    collective = on(rig, "web1").of_node("web1", "collective")
    assert collective["what"] == "it is in uk; you ask main"
    assert "-T uk" in collective["fix"]
    assert on(rig, "web1", "-T", "uk").status == 0


def test_two_nodes_with_one_name_are_told(rig):
    node = rig.start_node("web1", CHECKS)
    node.kill()
    health = ["another program has connected with the name web1"]
    client = rig.mqtt_client("web1", tls=node.tls(), client_id="pretended")
    presence = {**rig.presence("web1"), "state": "up", "health": health}
    client.publish("muster/1/presence/web1", json.dumps(presence), retain=True)
    name = on(rig, "web1", "-t", "1").of_node("web1", "name")
    assert name["what"] == health[0]
    assert "identity" in name["fix"]
