# SPDX-License-Identifier: Apache-2.0
"""Agents that are programs of their own, in any language, called through a real checkagent."""

import contextlib
import json
import os
import pathlib
import shutil

import pytest
from asking import mco_in_background, validated
from muster_rig import Rig
from processes import wait_until

GUIDE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "external-agents.md"
EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "docs" / "examples" / "agents"
ENVIRONMENT = {"CHORIA_EXTERNAL_REQUEST", "CHORIA_EXTERNAL_REPLY", "CHORIA_EXTERNAL_PROTOCOL", "CHORIA_EXTERNAL_CONFIG",
               "CHORIA_EXTERNAL_FACTS", "PATH"}

PROGRAM = """#!/usr/bin/python3
import json, os, subprocess, sys, time
def reply(text):
    open(os.environ["CHORIA_EXTERNAL_REPLY"], "w").write(text if isinstance(text, str) else json.dumps(text))
    sys.exit(0)
request = json.load(open(os.environ["CHORIA_EXTERNAL_REQUEST"]))
if os.environ["CHORIA_EXTERNAL_PROTOCOL"].endswith("activation_request"):
    ACTIVATION
action, data = request["action"], {}
if action == "show":
    data = {"variables": sorted(os.environ), "arguments": sys.argv[1:], "request": request,
            "open": [os.readlink("/proc/self/fd/" + fd) for fd in os.listdir("/proc/self/fd")
                     if int(fd) > 2 and os.path.exists("/proc/self/fd/" + fd)],
            "facts": json.load(open(os.environ["CHORIA_EXTERNAL_FACTS"])), "folder": os.getcwd()}
elif action == "exits":
    open(os.environ["CHORIA_EXTERNAL_REPLY"], "w").write('{"statuscode": 0, "data": {}}')
    print("to the info log")
    print("to the error log", file=sys.stderr)
    sys.exit(3)
elif action == "babbles":
    reply("no json")
elif action == "huge":
    reply({"statuscode": 0, "statusmsg": "OK", "data": {"text": "x" * 200000}})
elif action == "floods":
    child = subprocess.Popen(["sleep", "600"])
    open("FOLDER/flooding", "w").write(str(child.pid))
    with open(os.environ["CHORIA_EXTERNAL_REPLY"], "w") as file:
        for _ in range(10):
            file.write("x" * (1 << 20))
    time.sleep(600)
elif action == "dumps":
    with open("dump", "wb") as file:
        file.truncate(200 << 20)
elif action == "hangs":
    child = subprocess.Popen(["sleep", "600"])
    open("FOLDER/grandchild", "w").write(str(child.pid))
    time.sleep(600)
elif action == "waits":
    open("FOLDER/waiting." + str(os.getpid()), "w")
    while not os.path.exists("FOLDER/go"):
        time.sleep(0.05)
reply({"statuscode": 0, "statusmsg": "OK", "data": data})
"""
ACTIONS = ["show", "exits", "babbles", "huge", "floods", "dumps", "hangs", "waits"]


def ddl(name, version="1.0.0"):
    return {"metadata": {"name": name, "description": "A test", "author": "Muster", "license": "Apache-2.0",
                         "version": version, "url": "", "timeout": 60 if name == "patient" else 3},
            "actions": [{"action": action, "description": action, "display": "always", "changes": False, "input": {},
                         "output": {"left_open": {"description": "", "display_as": "Left", "default": "filled in"}}}
                        for action in ACTIONS]}


def put(node, name, activation='reply({"activate": True})', version="1.0.0"):
    folder = node.folder / "agents"
    folder.mkdir(exist_ok=True)
    text = PROGRAM.replace("ACTIVATION", activation).replace("FOLDER", str(node.folder))
    put_file(folder / name, text, 0o755)
    put_file(folder / f"{name}.json", json.dumps(ddl(name, version)), 0o644)


def put_file(path, text, mode):
    new = path.parent / f".{path.name}"
    new.write_text(text)
    new.chmod(mode)
    new.rename(path)


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        node = rig.start_node("web1", facts={"role": "web"})
        put(node, "tester")
        wait_for_agent(rig, "tester")
        yield rig


def agents(rig):
    return (rig.presence("web1") or {}).get("agents", [])


def wait_for_agent(rig, name, there=True):
    wait_until(lambda: (name in agents(rig)) == there, lambda: f"{name} in {agents(rig)}\n{rig.nodes[0].log}")


def wait_for_health(rig, text):
    wait_until(lambda: any(text in line for line in rig.presence("web1").get("health", [])),
               lambda: f"{text!r} in {rig.presence('web1')}\n{rig.nodes[0].log}")


def call(rig, agent, action, *inputs):
    result = rig.mco("rpc", agent, action, *inputs, "--json")
    replies = validated("rpc", result.stdout)["replies"]
    assert len(replies) == 1, result.stdout
    return replies[0]


def test_an_agent_gets_exactly_the_documented_environment_and_its_request(fleet):
    data = call(fleet, "tester", "show")["data"]
    assert set(data["variables"]) - {"LC_CTYPE"} == ENVIRONMENT  # Python sets that one for itself
    assert data["arguments"][2] == "io.choria.mcorpc.external.v1.rpc_request"
    assert data["request"]["protocol"] == "io.choria.mcorpc.external.v1.rpc_request"
    assert data["request"]["callerid"] == "alice@ops1"
    assert data["facts"]["role"] == "web"
    assert [path for path in data["open"] if not path.startswith("/proc/")] == [], "no descriptor is inherited"
    assert data["left_open"] == "filled in"
    assert not pathlib.Path(data["folder"]).exists(), "its files are removed"


@pytest.mark.parametrize("action, message", [
    ("exits", "executing tester failed: exit status 3"),
    ("babbles", "agent tester gave a reply that cannot be used"),
    ("huge", "agent tester gave a reply that cannot be used"),
])
def test_what_is_no_reply_is_an_aborted_action(fleet, action, message):
    reply = call(fleet, "tester", action)
    assert reply["statuscode"] == 1
    assert message in reply["statusmsg"]


def test_what_an_agent_prints_stands_in_the_log(fleet):
    call(fleet, "tester", "exits")
    log = fleet.nodes[0].log
    assert "agent tester: to the info log" in log
    assert "agent tester: to the error log" in log


def test_a_call_that_takes_too_long_is_killed_with_its_children(fleet):
    fleet.mco("rpc", "tester", "hangs", "-t", "10")
    pid = int((fleet.nodes[0].folder / "grandchild").read_text())
    wait_until(lambda: not running(pid), "the grandchild is gone")
    calls = fleet.nodes[0].folder / "state" / "calls"
    wait_until(lambda: not list(calls.iterdir()), "its files are gone")


def test_an_agent_that_floods_its_reply_is_stopped_with_its_children(fleet):
    reply = call(fleet, "tester", "floods")
    assert reply["statuscode"] == 1
    assert reply["statusmsg"] == ("agent tester gave a reply that cannot be used: "
                                  "it was stopped when it had written more than 98304 bytes")
    pid = int((fleet.nodes[0].folder / "flooding").read_text())
    wait_until(lambda: not running(pid), "its child is gone")
    calls = fleet.nodes[0].folder / "state" / "calls"
    wait_until(lambda: not list(calls.iterdir()), "its files are gone")


def test_other_files_of_an_agent_may_be_large(fleet):
    assert call(fleet, "tester", "dumps")["statuscode"] == 0


def test_an_agent_has_at_most_four_calls_at_a_time(fleet):
    node = fleet.nodes[0]
    put(node, "patient")
    wait_for_agent(fleet, "patient")
    with contextlib.ExitStack() as stack:
        callers = [stack.enter_context(mco_in_background(fleet, "rpc", "patient", "waits")) for _ in range(4)]
        wait_until(lambda: len(list(node.folder.glob("waiting.*"))) == 4, "four calls are under way")
        fifth = fleet.mco("rpc", "patient", "show")
        (node.folder / "go").touch()
        assert "agent patient has 4 calls under way already" in fifth.stdout + fifth.stderr
        for caller in callers:
            assert caller.finish().returncode == 0
    assert call(fleet, "patient", "show")["statuscode"] == 0, "places are given back"


@pytest.mark.parametrize("language", ["bash", "python"])
def test_a_generated_agent_runs(fleet, language):
    folder = fleet.nodes[0].folder / "agents"
    name = f"made_{language}"
    made = fleet.mco("plugin", "generate", "agent", name, "--language", language, "--actions", "first,second",
                     "--out", folder)
    assert made.returncode == 0, made.stderr
    path = folder / f"{name}.json"
    put_file(path, path.read_text().replace('"changes": true', '"changes": false'), 0o644)
    wait_for_agent(fleet, name)
    wait_until(lambda: call(fleet, name, "second")["data"] == {"message": "nothing done yet"}, "its action runs")
    again = fleet.mco("plugin", "generate", "agent", name, "--out", folder)
    assert again.returncode == 64
    assert "exists already" in again.stderr


def skeleton(text):
    """The lines of a generated program that stay when it is filled in."""
    lines = [line.partition("  #")[0].strip() for line in text.splitlines()]
    return [line for line in lines if line and "What this agent does" not in line and "nothing done yet" not in line]


@pytest.mark.parametrize("name, language, actions", [
    ("nettest", "python", "connect,resolve"), ("haproxy", "bash", "status,drain,ready")])
def test_the_examples_are_what_generate_writes_filled_in(fleet, tmp_path, name, language, actions):
    assert fleet.mco("plugin", "generate", "agent", name, "--language", language, "--actions", actions, "--out",
                     tmp_path).returncode == 0
    lines = iter(skeleton((EXAMPLES / name).read_text()))
    missing = [line for line in skeleton((tmp_path / name).read_text()) if line not in lines]  # each behind the one before
    assert missing == []
    made, example = (json.loads((folder / f"{name}.json").read_text()) for folder in (tmp_path, EXAMPLES))
    assert [one["action"] for one in made["actions"]] == [one["action"] for one in example["actions"]]
    assert made["metadata"].keys() == example["metadata"].keys()


def test_generate_tells_programs_what_it_wrote(fleet, tmp_path):
    told = validated("plugin_generate", fleet.mco("plugin", "generate", "agent", "made", "--actions", "a,b", "--out",
                                                  tmp_path, "--json").stdout)
    assert (told["agent"], told["language"], told["actions"]) == ("made", "bash", ["a", "b"])
    assert sorted(told["files"]) == sorted(str(path) for path in tmp_path.iterdir())
    again = fleet.mco("plugin", "generate", "agent", "made", "--out", tmp_path, "--json")
    assert validated("failure", again.stdout)["exit_status"] == again.returncode == 64


def code_of_guide(language):
    """The blocks of code that the guide's last section shows."""
    section = GUIDE.read_text(encoding="utf-8").split("## Port a Ruby agent")[1]
    return [block.split("```")[0] for block in section.split(f"```{language}\n")[1:]]


def test_an_agent_is_ported_from_ruby_as_the_guide_says(fleet, tmp_path):
    folder = fleet.nodes[0].folder / "agents"
    (tmp_path / "uptime.ddl").write_text(code_of_guide("ruby")[0])
    converted = fleet.mco("plugin", "convert", tmp_path / "uptime.ddl", "-o", tmp_path / "uptime.json")
    assert converted.returncode == 0, converted.stderr
    assert converted.stderr.count("warning:") == 1 and "^ and $" in converted.stderr
    put_file(folder / "uptime", code_of_guide("python")[0], 0o755)
    text = (tmp_path / "uptime.json").read_text()
    assert text.count('"changes": true') == 1
    put_file(folder / "uptime.json", text.replace('"changes": true', '"changes": false'), 0o644)
    wait_for_agent(fleet, "uptime")
    seconds = call(fleet, "uptime", "read")["data"]["uptime"]
    days = call(fleet, "uptime", "read", "unit=days")["data"]["uptime"]
    assert 0 < days < seconds
    refused = fleet.mco("rpc", "uptime", "read", "unit=years")
    assert refused.returncode == 64 and "unit" in refused.stderr
    shown = fleet.mco("rpc", "uptime", "read").stdout
    assert "Uptime: " in shown and "on average" in shown


@pytest.mark.parametrize("words, message", [
    (["../x"], "is no name of an agent"),
    (["x", "--language", "cobol"], "expected bash or python"),
    (["x", "--actions", "a,,b"], "is no name of an action"),
    (["x", "--actions", "a,a"], "a name that no other action has"),
])
def test_what_cannot_be_generated_is_named(fleet, words, message):
    result = fleet.mco("plugin", "generate", "agent", *words)
    assert result.returncode == 64
    assert message in result.stderr


def running(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("activation, health", [
    ('reply({"activate": False})', None),
    ("time.sleep(60)", "killed after 2000 ms"),
    ('reply("perhaps")', "it did not say whether it wants to run here"),
    ("sys.exit(4)", "exit status 4"),
])
def test_an_agent_that_does_not_say_that_it_wants_to_run_does_not(fleet, activation, health):
    node = fleet.nodes[0]
    put(node, "shy", activation)
    if health:
        wait_for_health(fleet, health)
    else:
        wait_until(lambda: "agent shy does not want to run here" in node.log, "it was asked")
    assert "shy" not in agents(fleet)
    (node.folder / "agents" / "shy.json").unlink()
    wait_until(lambda: not fleet.presence("web1").get("health"), "it is forgotten")


def test_agents_come_change_and_go_without_a_restart(fleet):
    node = fleet.nodes[0]
    put(node, "guest")
    wait_for_agent(fleet, "guest")
    put(node, "guest", version="2.0.0")
    wait_until(lambda: "agent guest 2.0.0 from" in node.log, "its new version is there")
    put_file(node.folder / "agents" / "guest.json", "{", 0o644)
    wait_for_health(fleet, "its last good version stays")
    assert call(fleet, "guest", "show")["statuscode"] == 0
    (node.folder / "agents" / "guest.json").unlink()
    wait_for_agent(fleet, "guest", there=False)


@pytest.mark.parametrize("name, spoil, health", [
    ("nrpe", lambda path: None, "the name is that of a built-in agent"),
    ("open", lambda path: path.chmod(0o777), "may be written by others"),
    ("strange", lambda path: os.chown(path, 65534, 65534), "belongs to neither root nor"),  # needs root
])
def test_an_agent_that_is_not_safe_is_refused(fleet, name, spoil, health):
    folder = fleet.nodes[0].folder / "agents"
    folder.joinpath(name).write_text("#!/bin/sh\n")
    folder.joinpath(name).chmod(0o755)
    spoil(folder / name)
    put_file(folder / f"{name}.json", json.dumps(ddl(name)), 0o644)
    wait_for_health(fleet, health)
    (folder / f"{name}.json").unlink()
    wait_until(lambda: not fleet.presence("web1").get("health"), "it is forgotten")


def test_the_examples_run(fleet):
    folder = fleet.nodes[0].folder / "agents"
    for name in ("nettest", "nettest.json"):
        shutil.copy(EXAMPLES / name, folder / f".{name}")
        (folder / f".{name}").rename(folder / name)
    wait_for_agent(fleet, "nettest")
    reply = call(fleet, "nettest", "resolve", "fqdn=127.0.0.1")
    assert reply["data"]["addresses"] == ["127.0.0.1"]
    refused = call(fleet, "nettest", "connect", "fqdn=127.0.0.1", "port=1")
    assert refused["data"]["connect"] is False
