# SPDX-License-Identifier: Apache-2.0
"""`mco rpc` against four real nodes: inputs, replies, parts of the fleet, and where the DDL comes from."""

import contextlib
import hashlib
import json
import os
import re
import signal
import socket
import subprocess

import pytest
import wire
from asking import OK, PretendedNode, RawCaller, mco_in_background, told, validated
from muster_rig import Rig
from processes import wait_until

DUMMY = "/usr/lib/nagios/plugins/check_dummy"
NAMES = ["db1", "web1", "web2", "web3"]


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        for number, name in enumerate(NAMES):
            rig.start_node(name, f"command[ok]={OK}\ncommand[mixed]={DUMMY} {number} mixed\ncommand[hangs]=sleep 60",
                           wait=False)
        for node in rig.nodes:
            rig.wait_for_presence(node.name, "up", node)
        yield rig


def rpc(rig, *arguments, **options):
    return rig.mco("rpc", *arguments, **options)


@contextlib.contextmanager
def piped(text):
    """A pipe that brings this."""
    reader, writer = os.pipe()
    os.write(writer, text.encode())
    os.close(writer)
    try:
        yield reader
    finally:
        os.close(reader)


def replies(rig, *arguments, **options):
    result = rpc(rig, *arguments, "--json", **options)
    document = validated("rpc", result.stdout)
    assert document["exit_status"] == result.returncode
    return document


def test_an_action_is_called_on_every_node(fleet):
    document = replies(fleet, "rpcutil", "get_fact", "fact=kernel")
    assert [reply["sender"] for reply in document["replies"]] == NAMES
    assert {json.dumps(reply["data"]) for reply in document["replies"]} == {'{"fact": "kernel", "value": "Linux"}'}
    assert document["aggregates"][0]["counts"] == {"Linux": 4}
    assert document["exit_status"] == 0


def test_mcollectives_other_way_to_write_it_means_the_same(fleet):
    result = rpc(fleet, "-a", "rpcutil", "--action", "get_fact", "--arg", "fact=kernel", "--sort")
    assert result.returncode == 0
    assert re.findall(r"^(\w+)\n    Fact: kernel\n   Value: Linux\n$", result.stdout, re.MULTILINE) == NAMES


def test_a_check_ends_with_the_counts_of_the_deck_and_shows_the_output_of_failures(fleet):
    result = rpc(fleet, "nrpe", "runcommand", "command=mixed")
    assert result.returncode == 2
    assert re.search(r"^web2 +Request Aborted\n   CRITICAL\n", result.stdout, re.MULTILINE)
    assert re.search(r"Output: CRITICAL: mixed", result.stdout)
    assert not re.search(r"^db1", result.stdout, re.MULTILINE), "db1 is well, and the DDL says display failed"
    assert result.stdout.endswith(
        "\n              OK: 1\n         WARNING: 1\n        CRITICAL: 1\n         UNKNOWN: 1\n")


@pytest.mark.parametrize("mode, shown", [("ok", ["db1"]), ("failed", ["web1", "web2", "web3"]), ("all", NAMES)])
def test_display_chooses_the_replies(fleet, mode, shown):
    result = rpc(fleet, "nrpe", "runcommand", "command=mixed", "--display", mode, "--sort")
    assert re.findall(r"^([a-z]+[0-9])\b", result.stdout, re.MULTILINE) == shown


@pytest.mark.parametrize("words, message", [
    (["rpcutl", "ping"], "no node that is up has an agent 'rpcutl'; did you mean rpcutil?"),
    (["../etc", "ping"], "'../etc' is no name of an agent"),
    (["rpcutil", "pong"], "agent rpcutil has no action 'pong'; did you mean ping?"),
    (["rpcutil", "get_fact"], "input fact is missing: a string"),
    (["rpcutil", "get_fact", "fact=a b"], "input fact: expected something that matches"),
    (["rpcutil", "get_fact", "fact=a", "bogus=1"], "input bogus: there is no such input; action get_fact takes: fact"),
    (["rpcutil", "get_fact", "kernel"], "'kernel': expected an input as name=value"),
    (["recorder", "since", "epoch=x", "seq=1"], "input epoch: expected an integer, got 'x'"),
    (["rpcutil", "ping", "--limit", "0"], "--limit: expected a number of nodes"),
    (["rpcutil", "ping", "--one", "--limit", "2"], "--one is --limit 1"),
    (["rpcutil", "ping", "--max-failures", "2"], "--max-failures stops between batches"),
    (["rpcutil"], "expected the name of an action"),
    (["rpcutil", "ping", "--display", "some"], "--display"),
    (["rpcutil", "ping", "--reply-to", "bob@ops1/abc"], "--reply-to: expected alice@ops1/SESSION"),
])
def test_wrong_words_are_named_and_nothing_is_sent(fleet, words, message):
    for agent, action in [("rpcutil", "ping"), ("recorder", "head")]:
        rpc(fleet, agent, action)  # now their DDLs need not be asked for
    accepted = counters(fleet)
    result = rpc(fleet, *words)
    assert result.returncode == 64
    assert message in result.stderr
    assert result.stdout == ""
    assert counters(fleet) == accepted + 1, "no node has heard of it"


def counters(rig):
    """How many requests db1 had accepted before this one."""
    document = replies(rig, "rpcutil", "daemon_stats", "-I", "db1")
    return document["replies"][0]["data"]["accepted"]


def test_the_node_checks_the_inputs_as_well(fleet):
    caller = RawCaller(fleet)
    text = {"agent": "rpcutil", "action": "get_fact", "data": {"fact": "; reboot"}}
    answer = ask_node(caller, "db1", text)
    assert (answer["outcome"], answer["status"]) == ("done", 4)
    assert "input fact: expected something that matches" in answer["message"]
    assert ask_node(caller, "db1", {**text, "data": {}})["status"] == 3
    assert ask_node(caller, "db1", {**text, "action": "nosuch"})["status"] == 2


def ask_node(caller, name, text):
    return caller.ask(wire.body(to={"node": name}, **text), topic=f"muster/1/node/{name}")


def test_limit_and_one_draw_the_same_nodes_for_the_same_seed(fleet):
    def drawn(*options):
        return [reply["sender"] for reply in replies(fleet, "rpcutil", "ping", *options)["replies"]]

    two = drawn("--limit", "50%", "--limit-seed", "7")
    assert len(two) == 2
    assert drawn("--limit", "2", "--limit-seed", "7") == two
    assert len(drawn("--one")) == 1
    assert len(drawn("-F", "kernel=linux", "--limit", "3")) == 3


def test_batches_reach_every_node_and_account_for_them(fleet):
    document = replies(fleet, "rpcutil", "ping", "--batch", "3", "--batch-sleep", "0")
    assert [reply["sender"] for reply in document["replies"]] == NAMES
    assert document["stats"]["done"] == document["stats"]["expected"] == 4


def test_batches_stop_when_too_many_have_failed(fleet):
    document = replies(
        fleet, "nrpe", "runcommand", "command=mixed", "--batch", "1", "--batch-sleep", "0", "--max-failures", "2")
    assert [reply["sender"] for reply in document["replies"]] == ["db1", "web1", "web2"]
    assert document["not_asked"] == ["web3"]
    assert document["exit_status"] == 2


def test_an_interrupted_batch_names_whom_it_did_not_come_to(fleet):
    before = counters_of_accepted(fleet)
    with mco_in_background(
            fleet, "rpc", "rpcutil", "ping", "--batch", "1", "--batch-sleep", "50", "--sort", "--json") as process:
        wait_until(lambda: counters_of_accepted(fleet) > before, lambda: "db1 has been asked")
        process.send_signal(signal.SIGINT)
        result = process.finish()
    document = validated("rpc", result.stdout)
    assert result.returncode == 130
    assert document["not_asked"] == ["web1", "web2", "web3"]


def counters_of_accepted(rig):
    """Pings that db1 has accepted, without those of this function."""
    counters_of_accepted.calls = getattr(counters_of_accepted, "calls", 0) + 1
    return counters(rig) - counters_of_accepted.calls


def test_replies_come_as_they_are_given_not_at_the_end(fleet):
    rpc(fleet, "rpcutil", "ping")  # now the DDL need not be asked for
    fleet.nodes[0].freeze()
    try:
        with mco_in_background(fleet, "rpc", "rpcutil", "ping", "-t", "30") as process:
            lines = [process.stdout.readline() for _ in range(9)]
            assert process.poll() is None, "db1 has not answered, so that mco still waits"
            assert sorted(line.strip() for line in lines if re.match("web", line)) == ["web1", "web2", "web3"]
            fleet.nodes[0].thaw()
            rest = process.stdout.read()
            assert process.wait(60) == 0, rest + fleet.nodes[0].log[-2000:]
            assert re.search(r"^db1$", rest, re.MULTILINE)
    finally:
        fleet.nodes[0].thaw()


def test_a_request_without_results_is_only_sent(fleet):
    result = rpc(fleet, "rpcutil", "ping", "--nr")
    assert result.returncode == 0
    assert re.fullmatch(r"Request sent with id: [a-z0-9]{16}\n", result.stdout)
    document = validated("sent", rpc(fleet, "rpcutil", "ping", "--nr", "--json").stdout)
    assert document["exit_status"] == 0


@pytest.mark.parametrize("words", [
    ("--nr", "--one"), ("--nr", "--limit", "1"), ("--nr", "--batch", "1"), ("--nr", "--detach"),
    ("--reply-to", "alice@ops1/elsewhere", "--one"), ("--reply-to", "alice@ops1/elsewhere", "--batch", "1")])
def test_what_a_request_that_waits_for_nobody_cannot_keep_to_is_refused(fleet, words):
    before = [node.log for node in fleet.nodes]
    result = rpc(fleet, "rpcutil", "ping", *words)
    assert result.returncode == 64
    assert f"{words[0]} sends one request and waits for nobody" in result.stderr
    assert [node.log for node in fleet.nodes] == before


@pytest.mark.parametrize("option", ["-n", "-W", "-T", "-F", "-C", "-I", "-A", "-S", "--limit", "--batch", "--max-failures"])
@pytest.mark.parametrize("value", ["", " "])
def test_an_option_without_a_value_does_not_mean_the_whole_fleet(fleet, option, value):
    result = rpc(fleet, "rpcutil", "ping", option, value)
    assert result.returncode == 64, result.stdout
    assert result.stdout == ""


def test_names_as_text_on_a_pipe_do_not_become_a_change_of_everybody(fleet):
    with piped("db1\n") as names:
        result = rpc(fleet, "service", "restart", "service=cron", stdin=names)
    assert result.returncode == 64
    assert "read names with -n -" in result.stderr
    with piped("db1\n") as names:
        assert rpc(fleet, "rpcutil", "ping", stdin=names).returncode == 0, "reading may ask everybody"


def test_names_as_text_in_a_file_do_not_become_a_change_of_everybody(fleet, tmp_path):
    (tmp_path / "hosts.txt").write_text("db1\n")
    with (tmp_path / "hosts.txt").open() as names:
        result = rpc(fleet, "service", "restart", "service=cron", stdin=names)
    assert result.returncode == 64
    assert "read names with -n -" in result.stderr


def test_a_socket_brings_nodes_as_a_pipe_does(fleet):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(b'["web1"]')
        ours.shutdown(socket.SHUT_WR)
        result = rpc(fleet, "rpcutil", "ping", "--json", stdin=theirs)
    assert [reply["sender"] for reply in validated("rpc", result.stdout)["replies"]] == ["web1"]


def test_replies_go_to_another_session_of_the_caller(fleet):
    listener = RawCaller(fleet)
    result = rpc(fleet, "rpcutil", "ping", "--reply-to", "alice@ops1/elsewhere")
    assert re.fullmatch(r"Request sent with id: \w+ replies to alice@ops1/elsewhere\n", result.stdout)
    request_id = result.stdout.split()[4]
    answers = wait_until(lambda: len(listener.answers(request_id)) == 4 and listener.answers(request_id),
                         lambda: f"four answers, came {listener.answers(request_id)}")
    assert sorted(answer["node"] for answer in answers) == NAMES


def test_the_ddl_is_kept_and_a_cache_that_is_broken_does_no_harm(fleet, tmp_path):
    environment = {"XDG_CACHE_HOME": str(tmp_path)}
    assert rpc(fleet, "rpcutil", "ping", env=environment).returncode == 0
    [kept] = tmp_path.rglob("rpcutil.json")
    assert json.loads(kept.read_text(encoding="utf-8"))["ddl"]["metadata"]["name"] == "rpcutil"
    accepted = counters(fleet)
    assert rpc(fleet, "rpcutil", "ping", env=environment).returncode == 0
    assert counters(fleet) == accepted + 2, "the ping alone: nobody was asked for the DDL"
    for broken in ["", "{}", "[" * 100, '{"fetched": 1, "ddl": {}}']:
        kept.write_text(broken, encoding="utf-8")
        assert rpc(fleet, "rpcutil", "ping", env=environment).returncode == 0
    kept.unlink()
    kept.mkdir()
    assert rpc(fleet, "rpcutil", "ping", env=environment).returncode == 0
    assert rpc(fleet, "rpcutil", "ping", env={"HOME": ""}).returncode == 0


def test_a_kept_ddl_that_lacks_what_the_fleet_has_by_now_is_fetched_again(fleet, tmp_path):
    environment = {"XDG_CACHE_HOME": str(tmp_path)}
    assert rpc(fleet, "rpcutil", "ping", env=environment).returncode == 0
    [kept] = tmp_path.rglob("rpcutil.json")
    entry = json.loads(kept.read_text(encoding="utf-8"))
    entry["fetched"] -= 60_000  # one that was kept for a while
    entry["ddl"]["actions"] = [action for action in entry["ddl"]["actions"] if action["action"] == "ping"]
    old = json.dumps(entry)
    kept.write_text(old, encoding="utf-8")
    assert rpc(fleet, "rpcutil", "get_fact", "fact=kernel", env=environment).returncode == 0
    assert kept.read_text(encoding="utf-8") != old, "the new one is kept"
    refused = rpc(fleet, "rpcutil", "nosuch", env=environment)
    assert (refused.returncode, refused.stdout) == (64, "")
    assert "has no action 'nosuch'" in refused.stderr


def test_rpcutil_tells_about_the_node(fleet):
    def data(*words):
        return replies(fleet, "rpcutil", *words, "-I", "web1")["replies"][0]["data"]

    inventory = data("inventory")
    assert inventory["identity"] == "web1"
    assert inventory["agents"] == ["job", "nrpe", "package", "puppet", "recorder", "rpcutil", "service"]
    assert inventory["facts"]["kernel"] == "Linux"
    assert data("get_facts", "facts=kernel, os.family,nosuch")["values"] == {
        "kernel": "Linux", "os.family": "Debian", "nosuch": None}
    assert data("collective_info") == {"main_collective": "main", "collectives": ["main"]}
    assert data("get_config_item", "item=identity") == {"item": "identity", "value": "web1"}
    stats = data("daemon_stats")
    assert stats["checks"] == 3 and stats["resident_kib"] > 1000 and stats["pid"] == fleet.nodes[1].pid
    described = {agent["agent"]: agent["version"] for agent in data("agent_inventory")["agents"]}
    assert set(described) == set(inventory["agents"])
    assert data("agent_ddl", "agent=nrpe", "text=yes")["ddl"]["metadata"]["name"] == "nrpe"


def test_options_of_the_environment_count_for_the_commands_that_have_them(fleet):
    def ping(options, *words):
        return fleet.mco("ping", *words, env={"MUSTER_OPTIONS": options})

    nodes = json.loads(ping("--json -I web1").stdout)["nodes"]
    assert {node["name"] for node in nodes if node["fate"] == "done"} == {"web1"}
    assert ping("--dark -y --json").returncode == 0, "ping has neither a dark ground nor a question"
    assert "web2" in ping("-I web1", "-I", "web2").stdout
    assert "web1" not in ping("-I web1", "-I", "web2").stdout, "what is typed counts"
    for wrong, why in (("--nonsense", "no command has an option --nonsense"), ("web1", "expected options")):
        result = ping(wrong)
        assert (result.returncode, result.stdout) == (64, "")
        assert why in result.stderr


def test_a_request_is_valid_as_long_as_it_says(fleet):
    assert fleet.mco("ping", "--ttl", "5").returncode == 0
    assert "--ttl: expected seconds" in fleet.mco("ping", "--ttl", "0").stderr
    requests = broadcasts(fleet)
    assert fleet.mco("rpc", "rpcutil", "ping", "--ttl", "7").returncode == 0
    wait_until(lambda: [request["ttl"] for request in requests("ping")] == [7000], lambda: str(requests("ping")))


def test_batches_may_stand_in_the_configuration(fleet):
    usual = fleet.client_config()
    config = usual.with_name("batches.yaml")
    config.write_text(json.dumps({**json.loads(usual.read_text()), "batch": "3", "batch_sleep": "0s"}))
    requests = broadcasts(fleet)

    def ask(*words):
        result = fleet.mco("rpc", "rpcutil", "get_fact", "fact=kernel", *words, env={"MUSTER_CONFIG": str(config)})
        assert result.returncode == 0, result
        return result

    assert "Finished processing 4 / 4 hosts" in ask().stdout
    assert requests("get_fact") == [], "each node was asked by its name"
    ask("--nr")
    wait_until(lambda: len(requests("get_fact")) == 1, "one request to everybody")


def broadcasts(fleet):
    """A function that gives the bodies of the requests to everybody from now on that call this action."""
    ear = fleet.mqtt_client()
    ear.subscribe("muster/1/request/+")

    def bodies(action):
        texts = [message.payload.partition(b"\n")[2] for message in ear.messages]
        return [body for body in (json.loads(text) for text in texts if text.startswith(b"{")) if body["action"] == action]

    return bodies


def test_summaries_by_the_value_of_a_fact(fleet):
    result = told(fleet, "rpc", "nrpe", "runcommand", "command=mixed", "--by", "networking.hostname")
    document = validated("rpc", result.result.stdout)
    assert sorted(name for group in document["groups"] for name in group["nodes"]) == NAMES
    text = fleet.mco("rpc", "rpcutil", "get_fact", "fact=kernel", "--by", "kernel").stdout
    assert "\nkernel = Linux, 4 nodes\n\nSummary of Value:\n\n   Linux = 4\n" in text
    none = fleet.mco("rpc", "nrpe", "runcommand", "command=ok", "--by", "no_such_fact").stdout
    assert "no_such_fact = (none), 4 nodes\n\n              OK: 4\n" in none
    assert fleet.mco("rpc", "rpcutil", "ping", "--by", "a b").returncode == 64
    assert "--by groups replies" in fleet.mco("rpc", "rpcutil", "ping", "--by", "kernel", "--nr").stderr


def test_get_data_tells_what_a_filter_would_be_told(fleet):
    file = fleet.folder / "told"
    file.write_text("told\n")

    def data(source, query):
        [reply] = replies(fleet, "rpcutil", "get_data", f"source={source}", f"query={query}", "-I", "web1")["replies"]
        return reply["data"]

    told_of = data("fstat", file)
    assert (told_of["present"], told_of["size"], told_of["type"]) == (1, 5, "file")
    assert told_of["md5"] == hashlib.md5(b"told\n").hexdigest()
    assert data("agent", "rpcutil")["version"] and data("collective", "main") == {"member": True}
    result = told(fleet, "rpc", "rpcutil", "get_data", "source=agent", "query=nosuch", "-I", "web1")
    assert "agent('nosuch'): " in result.json["replies"][0]["statusmsg"]
    assert fleet.mco("rpc", "rpcutil", "get_data", "source=fact", "query=kernel").returncode == 64


def test_a_secret_setting_is_told_to_nobody(fleet):
    result = told(fleet, "rpc", "rpcutil", "get_config_item", "item=tls.key", "-I", "web1")
    assert result.status == 2
    assert "not told to anybody" in result.json["replies"][0]["statusmsg"]


def test_a_hostile_ddl_is_an_error_and_no_escape_reaches_the_terminal(fleet):
    evil = PretendedNode(fleet, "evil1")
    evil.announce(agents=["evil\u001b[2J", "nasty"])
    try:
        wait_until(lambda: "evil1" in fleet.mco("find").stdout, lambda: "evil1 is there")
        with mco_in_background(fleet, "rpc", "nasty", "go") as process:
            caller, session, request_id = evil.next_request()
            evil.reply(caller, session, {
                "id": request_id, "node": "evil1", "now": 1, "outcome": "done", "status": 0,
                "data": {"ddl": {"metadata": {"name": "nasty", "version": "\u001b[31m"}, "actions": "\u001b[2J"}}})
            result = process.finish()
        assert result.returncode == 64
        assert "the DDL of nasty on evil1: actions: expected a list" in result.stderr
        assert "\u001b" not in result.stdout + result.stderr
        result = rpc(fleet, "nosuchagent", "go")
        assert result.returncode == 64 and "\u001b" not in result.stderr
    finally:
        evil.client.publish("muster/1/presence/evil1", "", retain=True)


def pipeline(rig, first, second):
    """What `second` prints when it reads what `first` writes, and both exit statuses."""
    environment = rig.environment(MUSTER_CONFIG=str(rig.client_config()))
    mco = str(rig.bin / "mco")
    with subprocess.Popen([mco, *first], env=environment, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as writer:
        result = subprocess.run([mco, *second], env=environment, stdin=writer.stdout, capture_output=True, text=True,
                                timeout=60, check=False)
        return result, writer.wait(60)


def test_one_call_takes_its_nodes_from_another_one(fleet):
    first = ["rpc", "nrpe", "runcommand", "command=mixed", "-I", "web1", "-I", "web2", "--json"]
    result, status = pipeline(fleet, first, ["rpc", "rpcutil", "ping", "--json"])
    assert status == 2
    assert [reply["sender"] for reply in validated("rpc", result.stdout)["replies"]] == ["web1", "web2"]


def test_a_call_waits_for_another_one_that_takes_its_time(fleet):
    first = ["rpc", "nrpe", "runcommand", "command=hangs", "-t", "2", "-I", "web3", "--json"]
    result, _ = pipeline(fleet, first, ["rpc", "rpcutil", "ping", "--json"])
    assert [reply["sender"] for reply in validated("rpc", result.stdout)["replies"]] == ["web3"]


def test_a_call_that_found_nobody_passes_nobody_on(fleet):
    result, status = pipeline(
        fleet, ["find", "-C", "nosuch", "--json"], ["rpc", "rpcutil", "ping"])
    assert status == 1
    assert result.returncode == 64
    assert "no node name in it" in result.stderr


@pytest.mark.parametrize("blanks", ["", "\n"])
def test_a_pipe_that_is_silent_is_not_waited_for(fleet, blanks):
    environment = fleet.environment(MUSTER_CONFIG=str(fleet.client_config()))
    with subprocess.Popen([str(fleet.bin / "mco"), "rpc", "rpcutil", "ping"], env=environment, text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(blanks)
        process.stdin.flush()
        # communicate() would close the pipe, which this one must not wait for.
        assert process.wait(60) == 0
        assert "Finished processing 4 / 4 hosts" in process.stdout.read()
