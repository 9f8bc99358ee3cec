# SPDX-License-Identifier: Apache-2.0
"""The agents package, service and puppet from `mco rpc` to the tool and back: broker, checkagent and muster-privileged are
real, the services are a script's. Needs root."""

import json
import os

import pytest
from asking import told
from policy_test import records, write_policy
from privileged import Privileged, script

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="needs root")

SYSTEMCTL = 'printf "LoadState=loaded\\nActiveState=active\\nSubState=running\\nUnitFileState=enabled\\n"'


def reply_of(done):
    """web1's reply in the JSON that mco printed."""
    replies = json.loads(done.stdout)["replies"]
    assert [reply["sender"] for reply in replies] == ["web1"], done.stdout
    return replies[0]


def test_a_service_is_asked_about_across_the_fleet(rig, tmp_path):
    privileged = Privileged(tmp_path, {"systemctl": script(tmp_path, "systemctl", SYSTEMCTL)}).start()
    try:
        rig.start_node("web1", "command[a]=/bin/true", settings={"privileged_socket": str(privileged.socket)})
        done = rig.mco("rpc", "service", "status", "service=cron", "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        assert reply_of(done)["data"] == {"status": "running", "state": "active (running)", "enabled": "enabled"}
    finally:
        privileged.stop()


def test_a_node_whose_socket_nobody_serves_says_how_to_open_it(rig, tmp_path):
    rig.start_node("web1", "command[a]=/bin/true", settings={"privileged_socket": str(tmp_path / "none.sock")})
    done = rig.mco("rpc", "package", "status", "package=nginx", "--json")
    reply = reply_of(done)
    assert reply["statuscode"] == 1 and "is not reachable" in reply["statusmsg"]
    assert "systemctl enable --now muster-privileged.socket" in reply["statusmsg"]
    assert json.loads(done.stdout)["aggregates"][0]["counts"] == {}, "what is not known is no version"


def test_what_changes_a_node_is_refused_where_no_policy_allows_it(rig, tmp_path):
    privileged = Privileged(tmp_path, {"systemctl": script(tmp_path, "systemctl", f"touch {tmp_path}/called")}).start()
    try:
        rig.start_node("web1", "command[a]=/bin/true", settings={"privileged_socket": str(privileged.socket)})
        done = rig.mco("rpc", "service", "stop", "service=cron")
        assert done.returncode != 0 and "policy" in done.stdout + done.stderr, done.stdout + done.stderr
        assert not (tmp_path / "called").exists()
    finally:
        privileged.stop()


SYSTEMCTL_THAT_RESTARTS = """
case "$*" in
*restart*) echo "$@" >> {called} ;;
*) printf "LoadState=loaded\\nActiveState=active\\nSubState=running\\nUnitFileState=enabled\\n" ;;
esac"""


def test_what_a_policy_allows_is_done_and_on_record(rig, tmp_path):
    called = tmp_path / "called"
    systemctl = script(tmp_path, "systemctl", SYSTEMCTL_THAT_RESTARTS.format(called=called))
    privileged = Privileged(tmp_path, {"systemctl": systemctl}).start()
    try:
        node = rig.start_node("web1", "command[a]=/bin/true", settings={"privileged_socket": str(privileged.socket)})
        assert node.stop() == 0
        write_policy(node, "service.policy", "policy default deny\nallow\talice@ops1\trestart status\t*\t*\n")
        node.start()
        rig.wait_for_presence("web1", "up", node)
        done = rig.mco("service", "cron", "restart", "-I", "web1")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "cron" in called.read_text(encoding="utf-8")
        assert told(rig, "rpc", "service", "stop", "service=cron", "-I", "web1").node("web1")["reason"] == "policy"
        on_record = {(line["action"], line.get("decision")) for line in records(node) if line.get("agent") == "service"}
        assert {("restart", "accepted"), ("stop", "refused")} <= on_record
    finally:
        privileged.stop()
