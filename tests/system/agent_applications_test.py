# SPDX-License-Identifier: Apache-2.0
"""mco package, service and puppet, against nodes that only pretend to have these agents."""

import json
import os
import pty
import subprocess
import threading

import pytest
from asking import PretendedNode, validated
from muster_rig import OPERATOR, Rig


def action(name, inputs=(), outputs=(), changes=False):
    describe = {"prompt": "X", "description": "X", "type": "string", "optional": False, "validation": "shellsafe",
                "maxlength": 90}
    return {"action": name, "description": name, "display": "failed" if changes else "always", "changes": changes,
            "input": {one: {**describe, "optional": one in ("version", "message")} for one in inputs},
            "output": {one: {"description": one, "display_as": one, "type": "string"} for one in outputs}}


def ddl(agent, *actions):
    about = {"name": agent, "description": agent, "author": "", "license": "", "version": "1.0.0", "url": "",
             "timeout": 5}
    return {"metadata": about, "actions": list(actions)}


DDLS = {
    "package": ddl("package", action("status", ["package"], ["ensure", "arch"]),
                   action("update", ["package", "version"], ["ensure"], changes=True), action("checkupdates")),
    "service": ddl("service", action("status", ["service"], ["status"]),
                   action("restart", ["service"], ["status"], changes=True)),
    "puppet": ddl("puppet", action("status"), action("runonce", changes=True),
                  action("disable", ["message"], changes=True)),
}


def fingerprint(document):
    """FNV-1a of the members in their order."""
    value = 14695981039346656037
    for byte in json.dumps(document, separators=(",", ":")).encode():
        value = (value ^ byte) * 1099511628211 % 2**64
    return f"{value:016x}"


class AnsweringNode(PretendedNode):
    """Answers every request by a function of its own, from a thread of its own."""

    def __init__(self, rig, name, answers):
        super().__init__(rig, name)
        self.answers = answers
        self.calls = []
        self.ddls = dict(DDLS)
        self.told = []  # of each time that it was asked for a DDL: whether with its text
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.announce(agents=["rpcutil", *DDLS])
        self._thread.start()

    def _run(self):
        seen = 0
        while not self._over.wait(0.01):
            messages = self.client.messages[seen:]
            seen += len(messages)
            for message in messages:
                header, _, body = message.payload.partition(b"\n")
                if header.startswith(b"muster1 "):
                    self._answer(header.decode().split()[1:4], json.loads(body))

    def _answer(self, header, request):
        caller, session, request_id = header
        call = (request["agent"], request["action"], request.get("data", {}))
        if call[1] == "agent_ddl":
            data = self.ddl(**call[2])
        else:
            self.calls.append(call)
            data = self.answers(self, *call)
        is_promise = call[1] == "update" and call[2]["package"] == "muster-checkagent"
        said = {"message": "accepted: it runs after this answer"} if is_promise else {}
        self.reply(caller, session, self.done(request_id, data=data, **said))

    def ddl(self, agent, text=False):
        self.told.append(text)
        known = self.ddls[agent]
        return {"version": known["metadata"]["version"], "fingerprint": fingerprint(known), **({"ddl": known} if text else {})}

    def end(self):
        self._over.set()
        self._thread.join()


PUPPET = {"web1": {"enabled": True}, "web2": {"enabled": True}, "web3": {"enabled": False}}


def answers(node, agent, name, data):
    if agent == "package":
        return {"name": data.get("package", ""), "ensure": "absent" if node.name == "web2" else "1.2-3", "arch": "amd64",
                **({"output": "nginx is already the newest version (1.2-3)"} if name == "update" else {})}
    if agent == "service":
        return {"status": "running"}
    if name == "runonce":
        node.runs = 1  # it is seen running once
        return {"summary": "Started"}
    runs = getattr(node, "runs", 0)
    node.runs = max(runs - 1, 0)
    return {"message": "Currently stopped", "applying": runs > 0, "daemon_present": False, "idling": False,
            **PUPPET[node.name]}


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        nodes = [AnsweringNode(rig, name, answers) for name in PUPPET]
        rig.pretended = nodes
        for node in nodes:
            rig.wait_for_presence(node.name, "up")
        try:
            yield rig
        finally:
            for node in nodes:
                node.end()


def mco(fleet, *words, **options):
    for node in fleet.pretended:
        node.calls.clear()
    return fleet.mco(*words, stdin=subprocess.DEVNULL, **options)


def calls(fleet):
    return {node.name: [call for call in node.calls if call[0] in DDLS] for node in fleet.pretended}


def asked_again_later(fleet, folder, *words):
    """What is said on standard error, and whether each node was asked for the text, when what was kept is no longer fresh."""
    [kept] = folder.rglob(f"{words[0]}.json")
    entry = json.loads(kept.read_text(encoding="utf-8"))
    kept.write_text(json.dumps({**entry, "fetched": entry["fetched"] - 3_600_000}), encoding="utf-8")
    for node in fleet.pretended:
        node.told.clear()
    result = mco(fleet, *words, env={"XDG_CACHE_HOME": str(folder)})
    assert result.returncode == 0, result
    return result.stderr, [node.told for node in fleet.pretended]


def test_a_ddl_is_fetched_again_only_when_most_nodes_have_another_version(fleet, tmp_path):
    words = ["service", "nginx", "status"]
    changed = {**DDLS["service"], "metadata": {**DDLS["service"]["metadata"], "version": "2.0.0"}}
    one, two, three = fleet.pretended
    assert mco(fleet, *words, env={"XDG_CACHE_HOME": str(tmp_path)}).stderr == ""
    try:
        three.ddls["service"] = changed
        remark = "1 node has another DDL of service (2.0.0): web3\n"
        assert asked_again_later(fleet, tmp_path, *words) == (remark, [[False]] * 3), "the version alone"
        assert mco(fleet, *words, env={"XDG_CACHE_HOME": str(tmp_path)}).stderr == remark, "also from the cache"
        two.ddls["service"] = changed
        remark = "1 node has another DDL of service (1.0.0): web1\n"
        assert asked_again_later(fleet, tmp_path, *words) == (remark, [[False, True]] * 3), "then the text"
    finally:
        for node in (one, two, three):
            node.ddls = dict(DDLS)


@pytest.mark.parametrize("words", [["package", "nginx", "status"], ["package", "status", "nginx"]])
def test_package_status_takes_name_and_action_in_either_order(fleet, words):
    result = mco(fleet, *words)
    assert result.returncode == 0, result
    lines = result.stdout.split("\n")
    assert lines[:3] == ["   web1: nginx-1.2-3.amd64", "   web2: absent", "   web3: nginx-1.2-3.amd64"]
    assert calls(fleet)["web1"] == [("package", "status", {"package": "nginx"})]


def test_a_version_is_given_on(fleet):
    result = mco(fleet, "package", "update", "nginx", "1.2-4", "-I", "web1")
    assert result.returncode == 0, result
    assert calls(fleet)["web1"] == [("package", "update", {"package": "nginx", "version": "1.2-4"})]
    assert calls(fleet)["web2"] == []


@pytest.mark.parametrize("words, shown", [
    (["package", "update", "muster-checkagent"], "   web1: accepted: it runs after this answer\n"),
    (["rpc", "package", "update", "package=muster-checkagent"], "   accepted: it runs after this answer\n")])
def test_of_a_change_it_is_shown_that_it_is_still_to_come(fleet, words, shown):
    result = mco(fleet, *words, "-I", "web1")
    assert result.returncode == 0, result
    assert shown in result.stdout
    assert "accepted" not in mco(fleet, "rpc", "package", "update", "package=muster-checkagent", "-I", "web1", "--display",
                                 "failed").stdout


def test_a_change_that_is_done_needs_no_words(fleet):
    result = mco(fleet, "package", "update", "nginx", "-I", "web1")
    assert result.returncode == 0 and "web1" not in result.stdout, result


@pytest.mark.parametrize("option", [["-v"], ["--display", "all"]])
def test_an_update_of_what_is_the_newest_already_is_shown_when_all_replies_are(fleet, option):
    words = ["package", "update", "nginx", "-I", "web1"]
    assert "newest" not in mco(fleet, *words).stdout
    lines = mco(fleet, *words, *option, "--sort").stdout.splitlines()
    assert lines[0] == "   web1: nginx-1.2-3.amd64: nginx is already the newest version (1.2-3)"


def test_service_status(fleet):
    result = mco(fleet, "service", "nginx", "status", "-I", "web1")
    assert result.stdout.startswith("   web1: running\n"), result


@pytest.mark.parametrize("everybody", [[], ["--limit", "100%"]])
def test_an_unfiltered_change_is_refused_without_a_terminal(fleet, everybody):
    result = mco(fleet, "service", "restart", "nginx", *everybody)
    assert result.returncode == 64
    assert "-y" in result.stderr
    assert not any(calls(fleet).values())


def test_an_unfiltered_change_is_made_if_so_told(fleet):
    result = mco(fleet, "service", "restart", "nginx", "-y")
    assert result.returncode == 0, result
    assert all(calls(fleet).values())


@pytest.mark.parametrize("answer, status", [("n\n", 1), ("\n", 1), ("yes\n", 0)])
def test_an_unfiltered_change_is_asked_about_on_a_terminal(fleet, answer, status):
    for node in fleet.pretended:
        node.calls.clear()
    leader, follower = pty.openpty()
    environment = fleet.environment(MUSTER_CONFIG=str(fleet.client_config(OPERATOR)))
    with subprocess.Popen([str(fleet.bin / "mco"), "service", "restart", "nginx", "--np"], env=environment,
                          stdin=follower, stdout=subprocess.PIPE, stderr=follower) as process:
        os.close(follower)
        seen = b""
        while b"unfiltered? (y/n): " not in seen:
            seen += os.read(leader, 1024)
        os.write(leader, answer.encode())
        process.stdout.read()
        assert process.wait(timeout=30) == status, seen
    os.close(leader)
    assert bool(calls(fleet)["web1"]) == (status == 0)


@pytest.mark.parametrize("words", [
    ["package"], ["package", "nginx"], ["package", "nginx", "explode"], ["package", "nginx", "status", "1.2"],
    ["package", "nginx", "update", "1", "2"], ["service", "nginx"], ["service", "nginx", "status", "x"], ["puppet"],
    ["puppet", "status", "x"], ["puppet", "dance"], ["puppet", "runall"], ["puppet", "runall", "0", "-y"],
    ["puppet", "runall", "x", "-y"], ["puppet", "count", "--display", "all"], ["service", "nginx", "status", "--display", "none"],
    ["service", "a;b", "status"]])
def test_bad_input_is_refused_before_anything_is_sent(fleet, words):
    result = mco(fleet, *words)
    assert result.returncode == 64, result
    assert result.stderr
    assert not any(calls(fleet).values())


def test_puppet_count_sums_up(fleet):
    result = mco(fleet, "puppet", "count")
    assert result.returncode == 0, result
    assert "Total Puppet nodes: 3\n" in result.stdout
    assert "Nodes currently disabled: 1\n" in result.stdout


def test_puppet_disable_gives_the_message_on(fleet):
    result = mco(fleet, "puppet", "disable", "being repaired", "-I", "web1")
    assert result.returncode == 0, result
    assert calls(fleet)["web1"] == [("puppet", "disable", {"message": "being repaired"})]


def test_puppet_runonce_kept_running_is_the_same_and_takes_inputs(fleet):
    result = mco(fleet, "puppet", "runonce", "--keep-running", "2", "-y")
    assert result.returncode == 2, result
    lines = [line.partition(" ")[2] for line in result.stdout.splitlines()]
    assert lines[:3] == ["Running 3 nodes with a concurrency of 2", "web1: started a Puppet run",
                         "web2: started a Puppet run"]
    assert "web3: skipped, disabled" in lines
    assert "Iteration complete. Initiated a Puppet run on 2 nodes." in lines


def test_puppet_runall_runs_every_enabled_node_once(fleet):
    result = mco(fleet, "puppet", "runall", "1", "-y", "--json")
    document = validated("keep_running", result.stdout)
    assert result.returncode == 2, result  # one is disabled
    assert document["started"] == 2
    assert document["left_out"] == [{"node": "web3", "why": "disabled"}]
    assert (document["agent"], document["action"], document["not_started"]) == ("puppet", "runonce", [])
    runs = {name: [call[1] for call in made].count("runonce") for name, made in calls(fleet).items()}
    assert runs == {"web1": 1, "web2": 1, "web3": 0}
