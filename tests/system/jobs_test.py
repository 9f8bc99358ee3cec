# SPDX-License-Identifier: Apache-2.0
"""Jobs: actions begun with --detach that run on without their caller, on real nodes."""

import json
import os
import re
import signal

import pytest
from asking import mco_in_background, validated
from muster_rig import Rig
from privileged import Privileged, script
from processes import wait_until

NAMES = ["db1", "web1", "web2"]

# Runs until the test lets it go on; says in files that it began, that it was asked to end, and with whose permission.
PROGRAM = """#!/bin/bash
reply() { printf '%s' "$1" >"$CHORIA_EXTERNAL_REPLY"; exit 0; }
case $CHORIA_EXTERNAL_PROTOCOL in *activation_request) reply '{"activate": true}' ;; esac
echo $$ >FOLDER/process
trap 'echo cleaned >FOLDER/cleaned; exit 1' TERM
until [ -e FOLDER/go ]; do sleep 0.05; done
reply "{\\"statuscode\\": $(cat FOLDER/go), \\"statusmsg\\": \\"$(cat FOLDER/message)\\", \\"data\\": {\\"moved\\": 3}}"
"""

DDL = {
    "metadata": {"name": "mover", "description": "Moves boxes", "author": "Muster", "license": "Apache-2.0",
                 "version": "1.0.0", "url": "", "timeout": 1},
    "actions": [{
        "action": action, "description": "Move boxes", "display": "always", "changes": action == "rebuild",
        "input": {"what": {"prompt": "What", "description": "What to move", "type": "string", "optional": True,
                           "validation": "shellsafe", "maxlength": 20}},
        "output": {"moved": {"description": "How many", "display_as": "Boxes", "type": "integer"}},
        "aggregate": []} for action in ("move", "rebuild")],
}


def put_agent(node):
    folder = node.folder / "agents"
    folder.mkdir(exist_ok=True)
    (folder / "mover.json").write_text(json.dumps(DDL))
    program = folder / "mover"
    program.write_text(PROGRAM.replace("FOLDER", str(node.folder)))
    program.chmod(0o755)


@pytest.fixture
def rig():
    with Rig(operators=("alice@ops1", "bob@ops2")) as rig:
        rig.start_broker()
        for name in NAMES:
            put_agent(rig.start_node(name, wait=False))
        for node in rig.nodes:
            rig.wait_for_presence(node.name, "up", node)
            wait_until(lambda node=node: "mover" in (rig.presence(node.name) or {}).get("agents", []), node.log)
        yield rig


def node_of(rig, name):
    return next(node for node in rig.nodes if node.name == name)


def let_go(node, status=0, message="OK"):
    (node.folder / "message").write_text(message)
    (node.folder / ".go").write_text(str(status))
    (node.folder / ".go").rename(node.folder / "go")


def begin(rig, *arguments, action="move", caller="alice@ops1"):
    result = rig.mco("rpc", "mover", action, "--detach", "--json", *arguments, caller=caller)
    document = validated("rpc", result.stdout)
    assert result.returncode == 0, result.stdout + result.stderr
    assert {reply["data"]["job"] for reply in document["replies"]} == {document["job"]}
    return document["job"]


def job(rig, command, name, *arguments, caller="alice@ops1"):
    result = rig.mco("job", command, name, "--json", *arguments, caller=caller)
    document = validated("job", result.stdout)
    assert document["exit_status"] == result.returncode
    return document


def states(document):
    return {run["node"]: run["state"] for run in document["runs"]}


def wait_for_states(rig, name, expected):
    wait_until(lambda: states(job(rig, "status", name)) == expected, lambda: job(rig, "status", name))


def test_a_job_outlives_its_callers_terminal_and_the_connection_to_the_broker(rig):
    name = begin(rig, "what=boxes")
    assert job(rig, "status", name)["exit_status"] == 4
    rig.broker.restart()
    for node in rig.nodes:
        let_go(node)
    wait_for_states(rig, name, {node: "done" for node in NAMES})
    result = job(rig, "result", name)
    assert [run["data"] for run in result["runs"]] == [{"moved": 3}] * 3
    assert result["exit_status"] == 0
    text = rig.mco("job", "result", name)
    assert text.stdout.count("   Boxes: 3\n") == 3, "as the DDL says, though it was not asked for its replies then"
    assert "Job " + name + " of alice@ops1: mover move what=boxes, begun 20" in text.stdout
    assert text.returncode == 0


def test_the_name_of_the_job_is_told_with_what_to_do_next(rig):
    result = rig.mco("rpc", "mover", "move", "--detach", "-I", "web1")
    assert result.returncode == 0
    assert re.search(r"^Job ([a-z0-9]{16}) has begun on 1 node, and may take 1 h there: mco job status \1$",
                     result.stdout, re.MULTILINE)


def test_a_job_may_take_longer_than_its_agent_gives_those_who_wait(rig):
    name = begin(rig, "-I", "web1")
    node = node_of(rig, "web1")
    wait_until(lambda: (node.folder / "process").exists(), node.log)
    waited = rig.mco("rpc", "mover", "move", "-I", "db1", "--json")
    assert "killed after" in json.loads(waited.stdout)["replies"][0]["statusmsg"], "who waits gets the DDL's 1 s"
    assert states(job(rig, "status", name)) == {"web1": "running"}, "which are over by now"
    let_go(node)
    wait_for_states(rig, name, {"web1": "done"})


def test_a_job_ends_when_its_own_time_is_over(rig):
    name = begin(rig, "-I", "web1", "-t", "0.5")
    wait_for_states(rig, name, {"web1": "failed"})
    assert "killed after" in job(rig, "status", name)["runs"][0]["message"]


def test_a_failed_node_is_named_and_makes_the_status_bad(rig):
    name = begin(rig)
    let_go(node_of(rig, "web1"), 1, "the shelf is full")
    let_go(node_of(rig, "web2"))
    wait_for_states(rig, name, {"web1": "failed", "db1": "running", "web2": "done"})
    result = rig.mco("job", "status", name)
    assert result.returncode == 2
    assert re.search(r"^   failed        web1 +the shelf is full$", result.stdout, re.MULTILINE)
    assert re.search(r"^   running       db1 +for \d+ s$", result.stdout, re.MULTILINE)
    assert "1 done, 1 failed, 1 running" in result.stdout
    assert "web2" not in result.stdout


def test_cancel_ends_what_runs_and_lets_it_clean_up(rig):
    name = begin(rig, "-I", "web1")
    node = node_of(rig, "web1")
    wait_until(lambda: (node.folder / "process").exists(), node.log)
    process = int((node.folder / "process").read_text())
    cancelled = job(rig, "cancel", name)
    assert (cancelled["exit_status"], states(cancelled)) == (0, {"web1": "cancelled"})
    wait_until(lambda: not os.path.exists(f"/proc/{process}"), "its process is gone")
    assert (node.folder / "cleaned").exists(), "it was asked to end before it was killed"
    assert job(rig, "cancel", name)["exit_status"] == 0, "once more does no harm"
    assert job(rig, "status", name)["exit_status"] == 2, "but well it is not"


def test_a_job_that_runs_when_checkagent_is_killed_is_interrupted(rig):
    name = begin(rig, "-I", "web1")
    node = node_of(rig, "web1")
    wait_until(lambda: (node.folder / "process").exists(), node.log)
    node.kill()
    node.start()
    rig.wait_until_answered("web1", node)
    document = job(rig, "status", name)
    assert states(document) == {"web1": "interrupted"}
    assert "may be done in part" in document["runs"][0]["message"]
    assert document["exit_status"] == 2


def test_what_a_job_gave_outlives_checkagent(rig):
    name = begin(rig, "-I", "web1")
    node = node_of(rig, "web1")
    let_go(node)
    wait_for_states(rig, name, {"web1": "done"})
    node.kill()
    node.start()
    rig.wait_until_answered("web1", node)
    assert job(rig, "result", name)["runs"][0]["data"] == {"moved": 3}


def test_the_list_has_a_line_for_each_job_whoever_began_it(rig):
    first = begin(rig, "what=first")
    second = begin(rig, "what=second", "-I", "web1", caller="bob@ops2")
    document = validated("job_list", rig.mco("job", "list", "--json").stdout)
    assert [(one["job"], len(one["runs"])) for one in document["jobs"]] == [(first, 3), (second, 1)]
    text = rig.mco("job", "list").stdout
    assert re.search(rf"^{first}  alice@ops1  \S+  mover move what=first +3 running$", text, re.MULTILINE)
    assert re.search(rf"^{second}  bob@ops2 +\S+  mover move what=second +1 running$", text, re.MULTILINE)


def test_a_change_needs_its_policy_and_so_does_its_result(rig):
    refused = rig.mco("rpc", "mover", "rebuild", "--detach", "-I", "web1")
    assert refused.returncode == 2
    assert "has begun" not in refused.stdout
    assert "policy" in refused.stdout
    node = node_of(rig, "web1")
    policies = node.folder / "policies.d"
    policies.mkdir(exist_ok=True)
    (policies / "mover.policy").write_text("policy default deny\nallow\talice@ops1\trebuild\t*\t*\n")
    node.reload()
    wait_until(lambda: rig.mco("rpc", "mover", "rebuild", "--detach", "-I", "web1").returncode == 0, node.log)
    name = validated("job_list", rig.mco("job", "list", "--json").stdout)["jobs"][0]["job"]
    stranger = job(rig, "result", name, caller="bob@ops2")
    assert states(stranger) == {"web1": "not told"}
    assert "belongs to alice@ops1" in stranger["runs"][0]["message"]
    assert job(rig, "cancel", name, caller="bob@ops2")["exit_status"] == 2
    status = job(rig, "status", name, caller="bob@ops2")
    assert (status["runs"][0]["state"], status["runs"][0]["given"]) == ("running", "")
    assert job(rig, "cancel", name)["exit_status"] == 0


def test_the_audit_log_has_the_begin_of_a_job_and_its_end(rig):
    name = begin(rig, "-I", "web1", "-t", "600")
    node = node_of(rig, "web1")

    def records():
        lines = (node.folder / "audit.jsonl").read_text().splitlines()
        return [record for record in map(json.loads, lines) if record.get("id") == name]

    assert [(record["event"], record.get("detach_ms")) for record in records()] == [("request", 600000)]
    let_go(node, 1, "no room")
    wait_for_states(rig, name, {"web1": "failed"})
    assert [(record["event"], record.get("status")) for record in records()] == [("request", None), ("outcome", 1)]


@pytest.mark.parametrize("words, message", [
    (["rpc", "mover", "move", "what=a;b", "--detach"], "input what: expected text without"),
    (["rpc", "mover", "move", "--detach", "--batch", "1"], "--detach does not wait, so that batches"),
    (["puppet", "runall", "2", "--detach"], "no --keep-running or --detach besides"),
    (["puppet", "count", "--detach"], "--detach goes with one action"),
    (["rpc", "mover", "move", "--keep-running", "0"], "--keep-running: "),
    (["rpc", "mover", "move", "--keep-running", "1", "--batch", "1"], "--batch, --detach, --nr and --reply-to"),
    (["rpc", "mover", "move", "--rerun", "5"], "--rerun begins a --keep-running again"),
    (["job", "status", "NO!"], "'NO!' is no name of a job"),
    (["job", "status"], "JOB"),
    (["job"], "mco job"),
])
def test_wrong_words_are_named_and_nothing_begins(rig, words, message):
    result = rig.mco(*words)
    assert result.returncode == 64
    assert message in result.stderr
    assert validated("job_list", rig.mco("job", "list", "--json").stdout)["jobs"] == []


def has_begun(node):
    return (node.folder / "process").exists()


def keep_running(rig, *arguments):
    return mco_in_background(rig, "rpc", "mover", "move", "--keep-running", *arguments)


def test_so_many_are_kept_running_until_all_had_their_turn(rig):
    first, second, third = (node_of(rig, name) for name in NAMES)
    with keep_running(rig, "2") as process:
        wait_until(lambda: has_begun(first) and has_begun(second), first.log)
        assert not has_begun(third)
        let_go(second)
        wait_until(lambda: has_begun(third), third.log)
        assert not (first.folder / "go").exists(), "the first one still runs"
        let_go(first)
        let_go(third)
        result = process.finish()
    assert result.returncode == 0, result
    lines = [line.partition(" ")[2] for line in result.stdout.splitlines()]
    assert lines[:3] == ["Running 3 nodes with a concurrency of 2", "db1: started mover move",
                         "web1: started mover move"]
    assert lines[3:5] == ["web1: done", "web2: started mover move"]
    assert "Iteration complete. Started mover move on 3 nodes." in lines


def test_what_others_have_begun_takes_up_a_place(rig):
    other = begin(rig, "-I", "web2", caller="bob@ops2")
    with keep_running(rig, "1", "-I", "web1", "-I", "web2") as process:
        wait_until(lambda: has_begun(node_of(rig, "web2")), "bob's job")
        let_go(node_of(rig, "web1"))
        let_go(node_of(rig, "web2"))
        result = process.finish()
    assert result.returncode == 0, result
    jobs = validated("job_list", rig.mco("job", "list", "--json").stdout)["jobs"]
    ends = {one["job"]: one["runs"][0] for one in jobs}
    assert len(ends) == 3
    assert min(run["started"] for name, run in ends.items() if name != other) >= ends[other]["finished"]


def test_nothing_more_is_begun_once_too_many_have_failed(rig):
    with keep_running(rig, "1", "--max-failures", "1", "--json") as process:
        wait_until(lambda: has_begun(node_of(rig, "db1")), "the first one")
        let_go(node_of(rig, "db1"), 1, "the shelf is full")
        result = process.finish()
    document = validated("keep_running", result.stdout)
    assert (result.returncode, document["exit_status"], document["started"]) == (2, 2, 1)
    assert [run["node"] for run in document["failed"]] == ["db1"]
    assert document["failed"][0]["why"].startswith("failed: the shelf is full (mco job result ")
    assert document["not_started"] == ["web1", "web2"]
    assert not has_begun(node_of(rig, "web1"))


def test_what_runs_goes_on_when_the_operator_goes_away(rig):
    with keep_running(rig, "1") as process:
        assert "Running 3 nodes" in process.stdout.readline()
        assert "db1: started mover move" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        result = process.finish()
    assert result.returncode == 130, result
    assert "Ended early. Started mover move on 1 node. Still running: db1. Not started: web1 web2." in result.stdout
    jobs = validated("job_list", rig.mco("job", "list", "--json").stdout)["jobs"]
    assert [states(one) for one in jobs] == [{"db1": "running"}]


def test_it_begins_again_when_it_is_to(rig):
    node = node_of(rig, "web1")
    let_go(node)
    with keep_running(rig, "1", "--rerun", "0.1", "-I", "web1") as process:
        wait_until(lambda: len(validated("job_list", rig.mco("job", "list", "--json").stdout)["jobs"]) >= 2,
                   "a second job")
        process.send_signal(signal.SIGINT)
        result = process.finish()
    assert result.returncode == 130, result
    assert result.stdout.count("Iteration complete. Started mover move on 1 node.") >= 1


def test_a_job_that_nobody_has_is_said(rig):
    result = rig.mco("job", "status", "nosuchjob")
    assert (result.returncode, result.stdout.splitlines()[0]) == (1, "No node that answered has a job nosuchjob")


def test_what_the_package_tool_has_begun_is_not_cancelled(tmp_path):
    if os.getuid() != 0:
        pytest.skip("needs root")
    systemctl = script(tmp_path, "systemctl", f"""
        case "$*" in
          *" show "*) printf 'LoadState=loaded\\nActiveState=active\\nSubState=running\\nUnitFileState=enabled\\n' ;;
          *) until [ -e {tmp_path}/go ]; do sleep 0.05; done ;;
        esac
    """)
    privileged = Privileged(tmp_path, {"systemctl": systemctl}).start()
    try:
        with Rig() as rig:
            rig.start_broker()
            node = rig.start_node("web1", settings={"privileged_socket": str(privileged.socket)})
            policies = node.folder / "policies.d"
            policies.mkdir(exist_ok=True)
            (policies / "service.policy").write_text("policy default allow\n")
            node.reload()
            wait_until(lambda: "has begun" in rig.mco("service", "cron", "restart", "--detach", "-y").stdout, node.log)
            name = validated("job_list", rig.mco("job", "list", "--json").stdout)["jobs"][0]["job"]
            refused = job(rig, "cancel", name)
            assert (refused["exit_status"], states(refused)) == (2, {"web1": "running"})
            assert "not stopped half way" in refused["runs"][0]["message"]
            (tmp_path / "go").touch()
            wait_for_states(rig, name, {"web1": "done"})
            assert "Boxes" not in rig.mco("job", "result", name).stdout
    finally:
        privileged.stop()
