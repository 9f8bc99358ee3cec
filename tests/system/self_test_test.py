# SPDX-License-Identifier: Apache-2.0
"""`checkagent --self-test` and `--check-config`: a line for each thing that a node needs, with the fix for what fails."""

import json
import os
import pwd
import re
import subprocess

import pytest
from asking import OK, mco_in_background
from foreign_pki import ForeignPki
from node import Node
from processes import wait_until

CHECKS = f"command[ok]={OK}\n"
LINE = re.compile(r"^(OK|WARN|FAIL)  +([^:]+): (.*?)(?:; fix: (.*))?$")


class Report:
    """What checkagent printed, by subject."""

    def __init__(self, result):
        self.status = result.returncode
        self.text = result.stdout + result.stderr
        self.lines = [LINE.match(line) for line in result.stdout.splitlines()[1:]]
        assert all(self.lines), self.text

    def of(self, subject):
        """(grade, what, fix) of each line about it."""
        return [(line[1], line[3], line[4]) for line in self.lines if line[2] == subject]

    def failed(self):
        return {line[2] for line in self.lines if line[1] == "FAIL"}

    def only_failure(self, subject):
        """(what, fix) of the one line that failed, which is about this subject."""
        assert self.status == 78, self.text
        assert self.failed() == {subject}, self.text
        failures = [(what, fix) for grade, what, fix in self.of(subject) if grade == "FAIL"]
        assert len(failures) == 1, self.text
        assert failures[0][1], f"a fix: {self.text}"
        return failures[0]


def run(node, option="--self-test"):
    return subprocess.run([*node.command(), option], env=node.rig.environment(**node.env), text=True, check=False,
                          capture_output=True, timeout=60, cwd=node.folder)


def self_test(node):
    return Report(run(node))


def new_node(rig, nrpe_cfg=CHECKS, **options):
    """A node that is not started."""
    return Node(rig, "web1", nrpe_cfg, **options)


def test_a_node_that_would_work_says_so_line_by_line(rig):
    report = self_test(new_node(rig))
    assert report.status == 0, report.text
    assert {line[2] for line in report.lines} == {"configuration", "TLS", "ACL", "clock", "keys", "plugins", "policies"}, report.text
    # Whether this machine keeps its clock is not ours to say.
    assert all(line[1] == "OK" for line in report.lines if line[2] != "clock"), report.text
    assert all(line[1] == "OK" or line[4] for line in report.lines), report.text
    [(_, what, _)] = report.of("TLS")
    assert re.fullmatch(rf"connected to {rig.url()}; certificate of web1 valid until \d{{4}}-\d\d-\d\d", what)
    [(_, what, _)] = report.of("ACL")
    assert what.startswith("may publish replies, results and its presence")
    assert "`mco ping -I web1`" in what
    assert rig.presence("web1") is None


def test_a_node_that_is_at_work_is_not_disturbed(rig):
    began, go_on = rig.folder / "began", rig.folder / "go_on"
    node = rig.start_node("web1", f"command[slow]=touch {began}; while ! test -e {go_on}; do sleep 0.05; done; echo done\n")
    ear = rig.observe()
    with mco_in_background(rig, "nrpe", "slow", "--json") as mco:
        wait_until(began.exists, "the check runs")
        report = self_test(node)
        go_on.touch()
        result = mco.finish()
    assert report.status == 0, report.text
    assert "web1 is up, so its presence was left alone" in report.of("ACL")[0][1]
    [told] = json.loads(result.stdout)["nodes"]
    assert told["fate"] == "done", result
    presences = ear.matching(lambda message: message.topic == "muster/1/presence/web1")
    assert {json.loads(message.payload)["state"] for message in presences} == {"up"}
    assert node.running()


def test_the_presence_of_a_node_that_was_stopped_stays_as_it_is(rig):
    node = rig.start_node("web1", CHECKS)
    node.stop()
    rig.wait_for_presence("web1", "stopped")
    assert self_test(node).status == 0
    late_comer = rig.mqtt_client()
    late_comer.subscribe("muster/1/presence/+")
    kept = late_comer.wait_for(lambda message: message.topic == "muster/1/presence/web1")
    assert json.loads(kept.payload)["state"] == "stopped"


def test_a_broken_configuration_fails_with_file_and_line(rig):
    node = new_node(rig)
    node.config.write_text("identity: Web1\nbrokers: [mqtts://127.0.0.1]\nlog_level: loud\n")
    report = self_test(node)
    assert report.status == 78
    assert report.failed() == {"configuration"}
    whats = [what for _, what, _ in report.of("configuration")]
    assert any(what.startswith(f"{node.config}:1:11: identity: expected") for what in whats), report.text
    assert any(what.startswith(f"{node.config}:3:12: log_level: expected") for what in whats), report.text


def test_a_broken_nrpe_cfg_fails_with_its_line(rig):
    account = f"nrpe_user={pwd.getpwuid(os.geteuid()).pw_name}\n"  # for root, a fault before it would be one of the plugins too
    what, _ = self_test(new_node(rig, account + CHECKS + "no directive\n")).only_failure("configuration")
    assert "nrpe.cfg:3" in what, what


def test_a_broker_of_another_authority_fails_the_line_of_tls(rig):
    other = ForeignPki(rig.folder / "ssl")
    node = new_node(rig)
    node.write_config({"tls": {**node.tls(), "ca": str(other.ca_certificate)}})
    report = self_test(node)
    what, fix = report.only_failure("TLS")
    assert "certificate" in what
    assert "tls: ca" in fix
    assert report.of("ACL")[0][1].startswith("not tried")


def test_a_broker_that_is_down_fails_the_line_of_tls(rig):
    node = new_node(rig)
    rig.broker.stop()
    what, fix = self_test(node).only_failure("TLS")
    assert rig.url() in what
    assert "start the broker" in fix


def test_a_missing_key_fails_the_line_of_tls(rig):
    node = new_node(rig)
    (node.folder / "tls" / "node.key").unlink()
    what, fix = self_test(node).only_failure("TLS")
    assert "node.key" in what
    assert "mco node add web1" in fix


def test_a_certificate_that_ends_soon_is_a_warning(bare_rig):
    pki = ForeignPki(bare_rig.folder / "ssl")  # its certificates last 30 days
    for name in ("mon1", "web1"):
        pki.issue(name, hosts=["127.0.0.1"])
    bare_rig.start_broker(settings={"cafile": pki.ca_certificate, "certfile": pki.certificate("mon1"),
                                    "keyfile": pki.key("mon1")})
    report = self_test(new_node(bare_rig, settings={"tls": {
        "ca": str(pki.ca_certificate), "certificate": str(pki.certificate("web1")), "key": str(pki.key("web1"))}}))
    assert report.status == 0, report.text
    [(grade, what, fix)] = report.of("TLS")
    assert grade == "WARN"
    assert what.startswith(f"connected to {bare_rig.url()}; certificate of web1 valid until ")
    assert "mco node add web1" in fix


@pytest.mark.parametrize("rule, topic", [
    ("pattern write muster/1/reply/+/+/%u", "muster/1/reply/"),
    ("pattern write muster/1/result/%u", "muster/1/result/web1"),
    ("pattern readwrite muster/1/presence/%u", "muster/1/presence/web1"),
])
def test_a_right_that_is_missing_fails_the_line_of_the_acl(rig, rule, topic):
    acl = rig.acl().read_text()
    assert f"{rule}\n" in acl
    rig.acl().write_text(acl.replace(f"{rule}\n", ""))
    rig.broker.reload()
    what, fix = self_test(new_node(rig)).only_failure("ACL")
    assert topic in what
    assert rule in fix


def test_every_right_that_is_missing_is_told(rig):
    rig.acl().write_text("pattern readwrite muster/1/presence/%u\n")
    rig.broker.reload()
    report = self_test(new_node(rig))
    assert [re.search("muster/1/[a-z]+", what)[0] for _, what, _ in report.of("ACL")] == [
        "muster/1/reply", "muster/1/result"], report.text


def test_a_node_that_trusts_nobody_fails_the_line_of_keys(rig):
    node = new_node(rig)
    for file in (node.folder / "callers.d").iterdir():
        file.unlink()
    what, fix = self_test(node).only_failure("keys")
    assert "nobody is trusted" in what
    assert f"copy NAME.pub of an operator into {node.folder / 'callers.d'}" in fix


def test_a_missing_plugin_is_named_with_its_check_and_its_line(rig):
    node = new_node(rig, f"{CHECKS}command[gone]=/nonexistent/check_gone -w '$ARG1$'\ncommand[shell]=echo fine | cat\n")
    what, fix = self_test(node).only_failure("plugins")
    assert what.startswith("check gone: ")
    assert "/nonexistent/check_gone" in what
    assert f"{node.nrpe_cfg}:2" in fix


def test_a_missing_command_prefix_is_named_once(rig):
    node = new_node(rig, f"command_prefix=/nonexistent/sudo\n{CHECKS}command[also]={OK}\n")
    what, _ = self_test(node).only_failure("plugins")
    assert what.startswith("command_prefix: ")
    assert "/nonexistent/sudo" in what


@pytest.mark.skipif(os.getuid() != 0, reason="needs root")
def test_a_plugin_has_to_be_executable_for_the_account_that_runs_it(rig):
    plugin = rig.folder / "check_mine"
    plugin.write_text("#!/bin/sh\necho fine\n")
    plugin.chmod(0o700)
    rig.folder.chmod(0o755)
    what, _ = self_test(new_node(rig, f"nrpe_user=nobody\ncommand[mine]={plugin}\n")).only_failure("plugins")
    assert what == f"check mine: nobody cannot execute {plugin}: Permission denied"


def test_check_config_tells_every_error_at_once_with_its_place(rig):
    node = new_node(rig)
    node.config.write_text("identity: Web1\nbrokers: [mqtt://mon1]\nlog_level: loud\nfacter: maybe\n")
    result = run(node, "--check-config")
    assert result.returncode == 78
    places = re.findall(rf"^checkagent: {re.escape(str(node.config))}:(\d+):\d+: ", result.stderr, re.MULTILINE)
    assert places == ["1", "2", "3", "4"], result


def test_check_config_tells_what_is_wrong_with_what_the_configuration_names(rig):
    node = new_node(rig, "command[gone]=/nonexistent/check_gone\nno directive\n")
    (node.folder / "tls" / "ca.pem").unlink()
    rig.broker.stop()  # it is not asked
    report = Report(run(node, "--check-config"))
    assert report.status == 78
    assert report.failed() == {"configuration", "TLS", "plugins"}, report.text
