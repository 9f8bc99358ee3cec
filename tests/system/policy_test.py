# SPDX-License-Identifier: Apache-2.0
"""Who may do what on a node: its policies, what it keeps on record, and what `mco policy` says about both."""

import json

from asking import OK, RawCaller, told, validated
from processes import wait_until
from wire import body, new_signing_key

CHECKS = f"command[ok]={OK}\n"
BOB = "bob@ops1"


def write_policy(node, name, text):
    folder = node.folder / "policies.d"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)


def start_with_policy(rig, text, groups=None, **options):
    """A node that is started with these policies; its folder has to be there first."""
    node = rig.start_node("web1", CHECKS, **options)
    assert node.stop() == 0
    write_policy(node, "nrpe.policy", text)
    if groups:
        write_policy(node, "groups", groups)
    node.start()
    rig.wait_for_presence("web1", "up", node)
    return node


def records(node):
    return [json.loads(line) for line in (node.folder / "audit.jsonl").read_text().splitlines()]


def refusal(answer):
    return (answer.node("web1")["fate"], answer.node("web1").get("reason"), answer.node("web1").get("message"))


def test_a_policy_decides_by_caller_group_and_fact(rig):
    rig.add_operator(BOB)
    rig.broker.reload()
    policy = ("policy default deny\n"
              "allow\tadmins\truncommand\t*\n"
              "allow\tbob@ops1\truncommand\tenvironment=staging\n")
    node = start_with_policy(rig, policy, groups="admins alice@ops1\n", facts={"environment": "production"})
    assert told(rig, "nrpe", "ok").status == 0, "by the group"
    denied = told(rig, "nrpe", "ok", caller=BOB)
    assert refusal(denied) == ("refused", "policy",
                               f"bob@ops1 may not call nrpe.runcommand here: no line of {node.folder}/policies.d/"
                               "nrpe.policy allows it, and its default is deny")
    assert denied.status == 3
    node.write_facts({"environment": "staging"})
    wait_until(lambda: told(rig, "nrpe", "ok", caller=BOB).status == 0, "allowed by the fact")


def test_the_key_of_a_collector_runs_checks_and_reads_the_recorder_and_nothing_else(rig):
    collector = "collector@mon1"
    rig.add_operator(collector)
    rig.broker.reload()
    node = rig.start_node("web1", CHECKS, settings={"privileged_socket": str(rig.folder / "none.sock")})
    assert told(rig, "nrpe", "ok", caller=collector).status == 0
    for agent in ("recorder", "rpcutil", "job", "package", "puppet", "service"):
        assert rig.mco("plugin", "doc", agent).returncode == 0, "what it can do is kept: a collector may not ask"
    assert rig.mco("rpc", "recorder", "head", caller=collector).returncode == 0
    assert rig.mco("rpc", "rpcutil", "inventory", caller="alice@ops1").returncode == 0, "any other caller may"
    for agent, action, *data in [
            ("rpcutil", "inventory"), ("rpcutil", "ping"), ("job", "list"), ("package", "status", "package=tiny"),
            ("package", "install", "package=tiny"), ("puppet", "disable"), ("service", "status", "service=ssh")]:
        answer = rig.mco("rpc", agent, action, *data, caller=collector)
        said = answer.stdout + answer.stderr
        assert f"collector@mon1 may not call {agent}.{action} here: a collector may run checks" in said, said
    refused = [record for record in records(node) if record.get("decision") == "refused"]
    assert {record["reason"] for record in refused} == {"policy"}


def test_a_policy_that_breaks_keeps_its_last_good_version_and_health_says_so(rig):
    node = start_with_policy(rig, "allow alice@ops1 * *\n")
    path = f"{node.folder}/policies.d/nrpe.policy"
    assert told(rig, "nrpe", "ok").status == 0
    write_policy(node, "nrpe.policy", "policy default deny\nallow nobody-here * *\n")
    wait_until(lambda: any(line.startswith(f"{path}:2: ") and line.endswith("the last good version of the file stays in force")
                           for line in rig.presence("web1")["health"]), lambda: f"health tells: {rig.presence('web1')}")
    assert told(rig, "nrpe", "ok").status == 0
    write_policy(node, "nrpe.policy", "deny alice@ops1 * *\n")
    wait_until(lambda: rig.presence("web1")["health"] == [], lambda: f"health is good again: {rig.presence('web1')}")
    assert refusal(told(rig, "nrpe", "ok"))[2] == f"alice@ops1 may not call nrpe.runcommand here: denied by {path}:1"


def test_a_node_does_not_start_with_a_broken_policy_and_tells_every_fault(rig):
    node = rig.start_node("web1", CHECKS)
    assert node.stop() == 0
    write_policy(node, "nrpe.policy", "permit * * *\nallow * * *\nallow admins * *\n")
    node.start()
    wait_until(lambda: not node.running(), "it does not start")
    assert node.process.popen.returncode == 78
    for line in (1, 3):
        assert f"{node.folder}/policies.d/nrpe.policy:{line}: " in node.log


def test_every_request_is_on_record_with_its_outcome(rig):
    node = rig.start_node("web1", CHECKS)
    answer = RawCaller(rig).ask(body(data={"command": "ok"}))
    forged = RawCaller(rig, key=new_signing_key()).ask(body(data={"command": "ok"}))
    assert (answer["outcome"], forged["reason"]) == ("done", "bad_signature")
    wait_until(lambda: len(records(node)) == 3, lambda: f"three lines: {records(node)}")
    request, outcome, refused = records(node)
    assert (request["event"], request["decision"], request["caller"]) == ("request", "accepted", "alice@ops1")
    assert (request["agent"], request["action"], request["data"]["command"]) == ("nrpe", "runcommand", "ok")
    assert (outcome["event"], outcome["outcome"], outcome["status"]) == ("outcome", "done", 0)
    assert request["id"] == outcome["id"] == answer["id"]
    assert (refused["decision"], refused["reason"], refused["verified"]) == ("refused", "bad_signature", False)
    assert "data" not in refused
    assert (node.folder / "audit.jsonl").stat().st_mode & 0o007 == 0


def test_an_audit_log_that_cannot_be_written_is_told_and_stops_no_check(rig):
    node = rig.start_node("web1", CHECKS, settings={"audit_log": "log/audit.jsonl"})
    assert any("log/audit.jsonl" in line for line in rig.presence("web1")["health"])
    assert told(rig, "nrpe", "ok").status == 0
    (node.folder / "log").mkdir()
    wait_until(lambda: rig.presence("web1")["health"] == [], lambda: f"health is good again: {rig.presence('web1')}")


def test_sighup_reads_policies_again_and_goes_on_in_a_new_audit_log(rig):
    node = start_with_policy(rig, "allow alice@ops1 * *\n")
    assert told(rig, "nrpe", "ok").status == 0
    (node.folder / "audit.jsonl").rename(node.folder / "moved")
    node.reload()
    wait_until((node.folder / "audit.jsonl").exists, "a new file is there")
    assert told(rig, "nrpe", "ok").status == 0
    wait_until(lambda: len(records(node)) == 2, lambda: f"it has the new lines: {records(node)}")


def test_mco_policy_test_and_check_speak_json(bare_rig, tmp_path):
    """No broker, no configuration: only files."""
    policies = tmp_path / "policies.d"
    policies.mkdir()
    (policies / "groups").write_text("admins alice@ops1\n")
    (policies / "package.policy").write_text("allow admins install environment=staging\n")
    facts = tmp_path / "facts.json"
    facts.write_text('{"environment": "staging", "os": {"family": "Debian"}}')
    ask = ["policy", "test", "--policies", policies, "--caller", "alice@ops1", "--agent", "package", "--action", "install",
           "--json"]
    allowed = bare_rig.run(*ask, "--facts", facts)
    assert (allowed.returncode, validated("policy_test", allowed.stdout)["line"]) == (0, 1)
    denied = bare_rig.run(*ask, "--facts", facts, "--fact", "environment=production")
    assert denied.returncode == 2
    assert validated("policy_test", denied.stdout)["allowed"] is False
    good = bare_rig.run("policy", "check", policies, "--json")
    assert (good.returncode, validated("policy_check", good.stdout)["policies"]) == (0, 1)
    (policies / "service.policy").write_text("nonsense\n")
    bad = bare_rig.run("policy", "check", policies, "--json")
    assert bad.returncode == 78
    assert len(validated("policy_check", bad.stdout)["faults"]) == 1
    broken = bare_rig.run(*ask)
    assert broken.returncode == 78
    validated("failure", broken.stdout)


def test_what_mco_policy_cannot_read_is_named_before_anything_is_decided(bare_rig, tmp_path):
    ask = ["policy", "test", "--policies", tmp_path, "--agent", "package", "--action", "install", "--caller"]
    for words, named in [([*ask, "alice"], "--caller 'alice'"),
                         ([*ask, "alice@ops1", "--fact", "os"], "--fact 'os'"),
                         ([*ask, "alice@ops1", "--facts", tmp_path / "none"], "none"),
                         (["policy", "check", tmp_path / "none"], "there is no"),
                         (["policy", "check", "/etc/hostname"], "'hostname' is no name of a policy")]:
        result = bare_rig.run(*words)
        assert result.returncode == 64, result
        assert named in result.stderr, result
