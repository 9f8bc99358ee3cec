# SPDX-License-Identifier: Apache-2.0
"""Broken input at every door: truncated, huge, deep, mistyped, not UTF-8. One log line or one count, and no crash."""

import base64
import json

import pytest
import wire
from asking import MAIN, OK, PretendedNode, RawCaller, mco_in_background, told
from muster_rig import OPERATOR
from processes import wait_until

CHECKS = f"command[ok]={OK}\n"
DEEP = 5000
BROKEN = {
    "empty": b"",
    "truncated": b'{"id": "abc", "node": "web2", "outco',
    "huge": b'{"id": "' + b"x" * 400_000 + b'"}',
    "deep": b'{"id":' * DEEP + b"1" + b"}" * DEEP,
    "mistyped": b'{"id": 7, "node": ["web2"], "name": {}, "state": 1, "now": "late", "outcome": null}',
    "not_an_object": b"[1, 2, 3]",
    "not_utf8": b'{"id": "\xff\xfe\xc3\x28", "node": "\xed\xa0\x80"}',
    "zeroes": b"\0" * 1000,
}
# An empty retained presence is no broken one: it forgets a node.
BROKEN_PRESENCES = {name: text for name, text in BROKEN.items() if name != "empty"}


def as_headers():
    """Broken first lines of a request."""
    signature = "A" * 86 + "=="
    return [
        *BROKEN.values(),
        b"muster1",
        b"muster1 alice@ops1 s i\n",
        f"muster1 alice@ops1 s i {signature[:-9]}\n{{}}".encode(),
        f"muster2 alice@ops1 s i {signature}\n{{}}".encode(),
        f"muster1 alice@ops1 S/../+ i {signature}\n{{}}".encode(),
        f"muster1 {'a' * 5000}@ops1 s i {signature}\n{{}}".encode(),
        b"muster1 \xff\xfe s i " + signature.encode() + b"\n{}",
    ]


def warnings(node):
    return sum(" warning: request " in line for line in node.log.splitlines())


def test_a_broken_header_of_a_request_is_one_log_line(rig):
    node = rig.start_node("web1", CHECKS)
    raw = RawCaller(rig)
    for topic in (MAIN, "muster/1/node/web1"):
        for payload in as_headers():
            before = warnings(node)
            raw.publish(payload, topic)
            wait_until(lambda before=before: warnings(node) > before,
                       lambda payload=payload: f"a line for {payload[:80]}\n{node.log}")
            assert warnings(node) == before + 1
    assert raw.ask(wire.body(data={"command": "ok"}))["outcome"] == "done"


def broken_bodies():
    good = json.dumps(wire.body(data={"command": "ok"}))
    return [
        *BROKEN.values(),
        good[:-10].encode(),
        wire.body(to={"collective": 7}),
        wire.body(to={"node": "../../x"}),
        wire.body(data=[]),
        wire.body(ttl=-1),
        wire.body(wait=10**30),
        wire.body(filter={"fact": [{"name": "a", "op": "~~", "value": "b"}]}),
        wire.body(filter={"identity": ["/(((((/"]}),
        wire.body(filter={"class": ["x"] * 10_000}),
    ]


def test_a_broken_body_that_is_signed_is_refused_or_dropped_with_one_line(rig):
    node = rig.start_node("web1", CHECKS)
    raw = RawCaller(rig)
    for text in broken_bodies():
        before = warnings(node)
        _, request_id, payload = raw.seal(text)
        raw.publish(payload)
        wait_until(lambda before=before: warnings(node) > before,
                   lambda text=text: f"a line for {str(text)[:200]}\n{node.log}")
        assert warnings(node) == before + 1
        assert all(answer["outcome"] == "refused" for answer in raw.answers(request_id))
    assert raw.ask(wire.body(data={"command": "ok"}))["outcome"] == "done"


@pytest.mark.parametrize("agent, action, data", [
    ("nrpe", "runcommand", {}),
    ("nrpe", "runcommand", {"command": 7}),
    ("nrpe", "runcommand", {"command": "ok", "args": ["a"]}),
    ("nrpe", "runcommand", {"command": "x" * 5000}),
    ("nrpe", "runcommands", {"commands": "ok"}),
    ("nrpe", "runcommands", {"commands": [[["ok"]]]}),
    ("nrpe", "nothing", {}),
    ("recorder", "since", {"epoch": "x", "seq": -1}),
])
def test_broken_inputs_of_an_action_are_told_to_the_caller(rig, agent, action, data):
    rig.start_node("web1", CHECKS)
    raw = RawCaller(rig)
    answer = raw.ask(wire.body(agent, action, data=data))
    assert answer["outcome"] in ("done", "refused")
    if answer["outcome"] == "done":
        assert 1 < answer["status"] <= 5, answer
    assert answer["message"]


def test_broken_answers_are_counted_and_ignored(rig):
    rig.start_node("web1", "command[slow]=sleep 3; echo done\n")
    liar = PretendedNode(rig, "web2")
    with mco_in_background(rig, "nrpe", "slow", "--json") as mco:
        caller, session, _ = liar.next_request()
        for payload in BROKEN.values():
            liar.reply(caller, session, payload)
        result = mco.finish()
    document = json.loads(result.stdout)
    assert result.returncode == 0, result
    assert document["stats"]["rejected"] == len(BROKEN), document
    assert [node["name"] for node in document["nodes"]] == ["web1"]


def test_broken_results_in_an_answer_do_not_hurt(rig):
    rig.start_node("web1", "command[slow]=sleep 3; echo done\n")
    liar = PretendedNode(rig, "web2")
    liar.announce()
    with mco_in_background(rig, "nrpe", "slow", "--json") as mco:
        caller, session, request_id = liar.next_request()
        liar.reply(caller, session, liar.done(request_id, data={"command": 7, "exitcode": "x", "output": []}))
        result = mco.finish()
    document = json.loads(result.stdout)
    assert result.returncode == 3, result
    assert document["counts"]["UNKNOWN"] == 1


@pytest.mark.parametrize("kind", BROKEN_PRESENCES)
def test_a_broken_presence_is_counted_and_ignored(rig, kind):
    rig.start_node("web1", CHECKS)
    liar = PretendedNode(rig, "web2")
    liar.client.publish("muster/1/presence/web2", BROKEN_PRESENCES[kind], retain=True)
    answer = told(rig, "nrpe", "ok")
    assert answer.status == 0
    assert answer.fates() == {"web1": "done"}
    assert answer.stats()["rejected"] == 1


def test_a_foreign_presence_in_its_own_topic_does_not_end_a_node(rig):
    """Whoever has its certificate may do this: nothing of it may crash checkagent."""
    node = rig.start_node("web1", CHECKS)
    double = rig.mqtt_client("web1", tls=node.tls(), client_id="another")
    for payload in BROKEN_PRESENCES.values():
        double.publish("muster/1/presence/web1", payload, retain=True)
    wait_until(lambda: told(rig, "nrpe", "ok").fates() == {"web1": "done"}, "it says again that it is up")
    assert node.running()


FILES = {
    "truncated": b'{"identity": "web1", "brokers": [',
    "huge": b"# " + b"x" * 3_000_000,
    "deep": b"[" * DEEP + b"]" * DEEP,
    "mistyped": b"identity: [web1]\nbrokers: {a: b}\nlimits: 7\ncaller: 5\n",
    "not_utf8": b"identity: \xff\xfe\xc3\x28\nbrokers: [\xed\xa0\x80]\n",
    "zeroes": b"\0" * 1000,
}


@pytest.mark.parametrize("kind", FILES)
def test_a_broken_checkagent_yaml_ends_the_start_with_a_sentence(rig, kind):
    node = rig.start_node("web1", CHECKS)
    node.stop()
    node.config.write_bytes(FILES[kind])
    node.start()
    wait_until(lambda: not node.running(), "it ends")
    assert node.process.popen.returncode == 78, node.log
    assert f"{node.config}" in node.log


@pytest.mark.parametrize("kind", FILES)
def test_a_broken_client_yaml_is_told_with_its_name(rig, kind):
    config = rig.folder / "broken.yaml"
    config.write_bytes(FILES[kind])
    result = rig.run("ping", "--config", config)
    assert result.returncode == 78
    assert str(config) in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("kind", FILES)
def test_a_broken_facts_file_is_told_as_health(rig, kind):
    node = rig.start_node("web1", CHECKS, facts={"place": "here"})
    (node.folder / "facts.d" / "broken.yaml").write_bytes(FILES[kind])
    if kind == "mistyped":  # it is a fine facts file
        (node.folder / "facts.d" / "broken.yaml").write_bytes(b"- a list\n- and no facts\n")
    node.reload()
    wait_until(lambda: any("broken.yaml" in line for line in rig.presence("web1")["health"]),
               lambda: f"health tells: {rig.presence('web1')}\n{node.log}")
    assert told(rig, "nrpe", "ok", "-F", "place=here").status == 0


@pytest.mark.parametrize("kind", FILES)
def test_a_broken_nrpe_cfg_keeps_the_checks_from_before(rig, kind):
    node = rig.start_node("web1", CHECKS)
    node.nrpe_cfg.write_bytes(FILES[kind])
    if kind == "huge":  # a comment is a fine file
        node.nrpe_cfg.write_bytes(b"command[x]=" + b"x" * 3_000_000)
    node.reload()
    wait_until(lambda: any("nrpe.cfg" in line for line in rig.presence("web1")["health"]),
               lambda: f"health tells: {rig.presence('web1')}\n{node.log[-3000:]}")
    assert told(rig, "nrpe", "ok").status == 0
    assert node.running()


def put(path, content):
    """At once, as a careful program writes: half of a file would be another fault, and another line."""
    fresh = path.with_name(f".{path.name}")
    fresh.write_bytes(content)
    fresh.replace(path)


def health_names(rig, node, name):
    """Waits until the presence tells of this file, and fails if the log has told it more than once."""
    wait_until(lambda: any(name in line for line in rig.presence("web1")["health"]),
               lambda: f"health tells of {name}: {rig.presence('web1')}\n{node.log[-3000:]}")
    lines = [line for line in node.log.splitlines() if name in line and " warning: " in line]
    assert len(lines) == 1, node.log


@pytest.mark.parametrize("kind", FILES)
def test_a_broken_key_file_of_a_caller_is_told_as_health_and_the_other_keys_count(rig, kind):
    node = rig.start_node("web1", CHECKS)
    put(node.folder / "callers.d" / "broken.pub", FILES[kind])
    node.reload()
    health_names(rig, node, "broken.pub")
    assert told(rig, "nrpe", "ok").status == 0


@pytest.mark.parametrize("kind", FILES)
def test_a_key_file_that_breaks_lets_nobody_in(rig, kind):
    node = rig.start_node("web1", CHECKS)
    key = node.folder / "callers.d" / f"{OPERATOR}.pub"
    whole = key.read_bytes()
    put(key, FILES[kind])
    node.reload()
    health_names(rig, node, key.name)
    assert told(rig, "nrpe", "ok").node("web1")["reason"] == "unknown_key"
    put(key, whole)
    node.reload()
    wait_until(lambda: told(rig, "nrpe", "ok").status == 0, lambda: f"the key counts again:\n{node.log}")


@pytest.mark.parametrize("kind", FILES)
def test_a_broken_facts_yaml_of_mcollective_keeps_the_facts_from_before(rig, kind):
    facts = rig.folder / "facts.yaml"
    facts.write_text("--- \nplace: here\nfqdn: web1.example.net\n")
    node = rig.start_node("web1", CHECKS, settings={"facts_file": str(facts)})
    assert told(rig, "nrpe", "ok", "-F", "place=here").status == 0
    put(facts, b"- a list\n- and no facts\n" if kind == "mistyped" else FILES[kind])
    node.reload()
    health_names(rig, node, "facts.yaml")
    assert told(rig, "nrpe", "ok", "-F", "place=here").status == 0


# Nearly every text is a list of classes, one to a line.
CLASSES = {**FILES, "truncated": b"web_server\ndb_\xc3", "mistyped": b"web_server\n\x1b[2Jdb_server\n"}


@pytest.mark.parametrize("kind", CLASSES)
def test_a_broken_classes_file_is_told_as_health(rig, kind):
    node = rig.start_node("web1", CHECKS, classes=["web_server"])
    assert told(rig, "find", "-C", "web_server").fates() == {"web1": "done"}
    put(node.classes_file, CLASSES[kind])
    node.reload()
    health_names(rig, node, "classes.txt")
    assert told(rig, "find", "-C", "web_server").fates() == {"web1": "done"}, "the last good classes stay"


@pytest.mark.parametrize("kind", [*FILES, "damaged", "another's"])
def test_a_broken_signing_key_is_told_with_its_name(rig, kind):
    key = rig.key_file()
    if kind == "damaged":
        word, secret, caller = key.read_text().split()
        halves = base64.b64decode(secret)
        key.write_text(f"{word} {base64.b64encode(halves[:-1] + bytes([halves[-1] ^ 1])).decode()} {caller}\n")
    elif kind == "another's":
        key.write_text(key.read_text().replace("alice@", "mallory@"))
    else:
        key.write_bytes(FILES[kind])
    result = rig.mco("ping")
    assert result.returncode == 77, result
    assert result.stdout == ""
    assert str(key) in result.stderr
    assert len(result.stderr.splitlines()) == 1 and len(result.stderr) < 1000, result.stderr


@pytest.mark.parametrize("door", ["file", "standard input"])
@pytest.mark.parametrize("kind", FILES)
def test_a_broken_list_of_nodes_is_told_with_its_place(rig, kind, door):
    nodes = rig.folder / "nodes.txt"
    nodes.write_bytes(FILES[kind])
    place = str(nodes) if door == "file" else "-"
    with open(nodes, "rb") as stream:
        result = rig.mco("nrpe", "ok", "--nodes", place, stdin=stream)
    assert result.returncode == 64, result
    assert result.stdout == ""
    assert f"--nodes {place}" in result.stderr
    (line,) = result.stderr.splitlines()
    assert line.isprintable(), result.stderr[:1000]


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_output_of_a_plugin_keeps_its_state_and_is_told_as_text(rig, kind):
    output = rig.folder / "output"
    output.write_bytes(BROKEN[kind])
    node = rig.start_node("web1", f"command[odd]=cat {output}; exit 1\n{CHECKS}")
    run = told(rig, "nrpe", "odd").run("web1")
    # Nothing is no result, whatever it ends with.
    assert run["state"] == ("UNKNOWN" if kind == "empty" else "WARNING"), run
    assert run["summary"]
    assert "\0" not in run["summary"] + run["details"]
    assert rig.mco("nrpe", "odd").stdout.encode("utf-8"), "what is printed is UTF-8"
    assert told(rig, "nrpe", "ok").status == 0, node.log


@pytest.mark.parametrize("before", ["", "x", "OK|"])
def test_output_that_is_cut_in_the_middle_of_a_character_loses_that_one_only(rig, before):
    output = rig.folder / "output"
    output.write_text(before + "\u20ac" * 2000, encoding="utf-8")
    rig.start_node("web1", f"command[long]=cat {output}\n", settings={"limits": {"output_bytes": 1024}})
    run = told(rig, "nrpe", "long").run("web1")
    text = run["perfdata"] if before == "OK|" else run["summary"]
    whole = (1024 - len(before)) // 3
    assert text.rstrip("\ufffd") == before.replace("OK|", "") + "\u20ac" * whole
    assert len(text) - len(text.rstrip("\ufffd")) <= 1
    assert "cut" in run["details"]
    assert (run["state"], rig.mco("nrpe", "long", "-v").returncode) == ("OK", 0)
