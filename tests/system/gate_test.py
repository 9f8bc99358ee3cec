# SPDX-License-Identifier: Apache-2.0
"""`mco gate`, `mco gate save` and `mco gate compare` against real nodes whose checks change under way."""

import json
import re
import signal

import junit
import pytest
from asking import mco_in_background, validated
from muster_rig import Rig
from processes import wait_until
from switchable import Switchboard

NAMES = ["web1", "web2", "web3"]
CHECKS = ["app", "disk"]


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        rig.switches = Switchboard(rig)
        for name in NAMES:
            rig.start_node(name, rig.switches.nrpe_cfg(name, CHECKS), wait=False)
        for node in rig.nodes:
            rig.wait_for_presence(node.name, "up", node)
        yield rig


@pytest.fixture(autouse=True)
def all_well(fleet):
    for name in NAMES:
        for check in CHECKS:
            fleet.switches.set(name, check, 0, "fine")


def gate(rig, *arguments, **options):
    return rig.mco("gate", *arguments, **options)


def json_of(schema, result):
    document = validated(schema, result.stdout)
    assert document["exit_status"] == result.returncode, result
    return document


def last_line(result):
    return result.stdout.splitlines()[-1]


def saved(rig, name="before.json", *arguments):
    path = rig.folder / name
    path.unlink(missing_ok=True)
    result = gate(rig, "save", path, *(arguments or ["app", "disk"]))
    assert result.returncode == 0, result
    return path


def edited(rig, node, checks):
    """Gives a node other checks and waits until it has read them."""
    said = f"{len(checks)} checks from {node.nrpe_cfg}" if len(checks) > 1 else f" from {node.nrpe_cfg}"
    before = len(node.log)
    node.write_nrpe_cfg(rig.switches.nrpe_cfg(node.name, checks))
    node.reload()
    wait_until(lambda: said in node.log[before:], lambda: f"it reads {checks}:\n{node.log}")


# ----- a gate by itself


def test_a_fleet_in_good_health_passes(fleet):
    result = gate(fleet, "app,disk", "app")
    assert (result.returncode, result.stderr) == (0, "")
    assert re.fullmatch(r"PASS: no problem among 6 results \(\S+ ms\)\n", result.stdout), result.stdout
    assert gate(fleet, "--all", "-q").stdout == ""


def test_one_problem_fails_and_is_told_first(fleet):
    fleet.switches.set("web2", "disk", 2, "DISK CRITICAL - 1%")
    result = gate(fleet, *CHECKS)
    assert result.returncode == 2
    assert re.match(r"web2 +disk CRITICAL\n    DISK CRITICAL - 1%\n\nFAIL: 1 problem among 6 results \(none allowed\)",
                    result.stdout), result.stdout


@pytest.mark.parametrize("arguments, status", [
    ([], 2), (["--max-problems", "1"], 2), (["--max-problems", "2"], 0), (["--max-problems", "33%"], 2),
    (["--max-problems", "34%"], 0), (["--accept-warning"], 2), (["--accept-warning", "--max-problems", "1"], 0)])
def test_a_gate_allows_what_it_is_told_to(fleet, arguments, status):
    fleet.switches.set("web1", "app", 1, "meh")
    fleet.switches.set("web2", "disk", 2, "bad")
    assert gate(fleet, *CHECKS, *arguments).returncode == status


def test_a_check_that_no_node_has_is_inconclusive(fleet):
    result = gate(fleet, "app", "nothing", "--max-problems", "100%", "--json")
    document = json_of("gate", result)
    assert (result.returncode, document["verdict"]) == (3, "inconclusive")
    assert [(gap["node"], gap["checks"]) for gap in document["missing"]] == [(name, ["nothing"]) for name in NAMES]
    assert "is not defined" in document["missing"][0]["why"]


@pytest.mark.parametrize("filters", [["-F", "nowhere=yes"], ["-C", "none"], ["-I", "/^db/"]])
def test_a_filter_that_nobody_matches_is_inconclusive(fleet, filters):
    result = gate(fleet, "app", *filters)
    assert result.returncode == 3
    assert last_line(result).startswith("INCONCLUSIVE: ") and "nobody was meant" in result.stdout


def test_a_name_that_nobody_has_is_inconclusive(fleet):
    result = gate(fleet, "app", "-I", "web1", "-I", "web99", "-t", "1")
    assert result.returncode == 3
    assert re.search(r"^    web99 +no response: never seen$", result.stdout, re.MULTILINE), result.stdout


def test_a_gate_waits_until_the_fleet_is_well(fleet):
    fleet.switches.set("web1", "app", 2, "starting")
    with mco_in_background(fleet, "gate", "app", "--tries", "200", "--sleep", "50ms", "--json") as running:
        first = running.stderr.readline()
        assert re.fullmatch(r"mco gate: try 1: 1 problem; again in 50\.00 ms\n", first), first
        fleet.switches.set("web1", "app", 0, "started")
        result = running.finish()
    document = json_of("gate", result)
    assert (result.returncode, document["verdict"]) == (0, "pass")
    assert document["tries"] >= 2


def test_a_gate_gives_up_after_its_tries(fleet):
    fleet.switches.set("web1", "app", 2, "broken")
    result = gate(fleet, "app", "--tries", "3", "--sleep", "10ms")
    assert result.returncode == 2
    assert result.stderr.count("again in") == 2 and result.stdout.endswith(" 3 tries)\n")


def test_healthy_for_wants_all_tries_of_that_time_to_be_well(fleet):
    result = gate(fleet, "app", "--healthy-for", "300ms", "--sleep", "100ms", "--json")
    document = json_of("gate", result)
    assert document["verdict"] == "pass" and document["tries"] >= 3 and document["took_ms"] >= 300


def test_the_time_of_a_gate_ends(fleet):
    fleet.switches.set("web1", "app", 2, "broken")
    result = gate(fleet, "app", "-t", "1", "--timeout", "3500ms", "--sleep", "100ms")
    assert result.returncode == 2
    assert "the time is over" in last_line(result)


def test_ctrl_c_between_two_tries_ends_a_gate_with_what_is_known(fleet):
    fleet.switches.set("web1", "app", 2, "broken")
    with mco_in_background(fleet, "gate", "app", "--tries", "2", "--sleep", "1h") as running:
        assert "again in" in running.stderr.readline()
        running.send_signal(signal.SIGINT)
        result = running.finish(timeout=10)
    assert result.returncode == 130
    assert "app CRITICAL" in result.stdout and "interrupted" in last_line(result)


# ----- before and after


def test_nothing_changed_passes_and_old_problems_do_not_count(fleet):
    fleet.switches.set("web1", "disk", 2, "long broken")
    before = saved(fleet)
    result = gate(fleet, "compare", before)
    assert result.returncode == 0, result
    assert last_line(result).startswith("PASS: no new problem among 6 results; 1 as bad as before")
    document = json_of("gate_compare", gate(fleet, "compare", before, "--json"))
    assert [one["node"] for one in document["still"]] == ["web1"]


def test_a_comparison_tells_worse_from_better(fleet):
    fleet.switches.set("web1", "app", 1, "slow")
    fleet.switches.set("web2", "app", 2, "down")
    before = saved(fleet)
    validated("gate_state", before.read_text())
    fleet.switches.set("web1", "app", 2, "down")
    fleet.switches.set("web2", "app", 0, "up again")
    fleet.switches.set("web3", "disk", 1, "filling")
    result = gate(fleet, "compare", before, "--json")
    document = json_of("gate_compare", result)
    assert (result.returncode, document["verdict"]) == (2, "fail")
    worse = [(one["node"], one["check"], one["before"], one["state"]) for one in document["worse"]]
    assert worse == [("web1", "app", "WARNING", "CRITICAL"), ("web3", "disk", "OK", "WARNING")]
    assert [(one["node"], one["before"]) for one in document["better"]] == [("web2", "CRITICAL")]
    assert gate(fleet, "compare", before, "--max-problems", "2").returncode == 0
    assert gate(fleet, "compare", before, "-I", "web2").returncode == 0
    assert gate(fleet, "compare", before, "-I", "/web[13]/").returncode == 2


def test_a_comparison_waits_until_what_is_new_has_gone(fleet):
    before = saved(fleet)
    fleet.switches.set("web1", "app", 2, "starting")
    arguments = ["gate", "compare", before, "--tries", "200", "--sleep", "50ms"]
    with mco_in_background(fleet, *arguments) as running:
        assert "1 new problem" in running.stderr.readline()
        fleet.switches.set("web1", "app", 0, "started")
        assert running.finish().returncode == 0


def test_a_check_that_has_vanished_is_inconclusive(fleet):
    node = fleet.nodes[2]
    for name, checks in (("named.json", CHECKS), ("all.json", ["--all"])):
        before = saved(fleet, name, *checks)
        edited(fleet, node, ["app"])
        result = gate(fleet, "compare", before, "--json")
        edited(fleet, node, CHECKS)
        document = json_of("gate_compare", result)
        assert (result.returncode, document["verdict"]) == (3, "inconclusive")
        assert [(gap["node"], gap["checks"]) for gap in document["vanished"]] == [("web3", ["disk"])]
        assert not document["missing"]


def test_a_new_check_is_told_and_counts_only_as_a_problem(fleet):
    node = fleet.nodes[2]
    before = saved(fleet, "all.json", "--all")
    fleet.switches.set("web3", "more", 0, "hello")
    edited(fleet, node, [*CHECKS, "more"])
    well = json_of("gate_compare", gate(fleet, "compare", before, "--json"))
    fleet.switches.set("web3", "more", 2, "oh")
    badly = json_of("gate_compare", gate(fleet, "compare", before, "--json"))
    edited(fleet, node, CHECKS)
    assert (well["verdict"], [one["check"] for one in well["new"]]) == ("pass", ["more"])
    assert (badly["verdict"], [one["check"] for one in badly["new_problems"]]) == ("fail", ["more"])


def test_a_node_that_died_is_inconclusive(fleet):
    before = saved(fleet)
    fleet.start_node("web4", fleet.switches.nrpe_cfg("web4", ["app"]))
    fleet.switches.set("web4", "app", 0, "fine")
    with_four = saved(fleet, "four.json", "app")
    fleet.nodes[3].stop()
    fleet.wait_for_presence("web4", "stopped")
    assert gate(fleet, "app").returncode == 0, "nobody asked for a node that is gone"
    assert gate(fleet, "app", "--strict").returncode == 3
    assert gate(fleet, "app", "-I", "web1", "-I", "web4").returncode == 3
    result = gate(fleet, "compare", with_four)
    assert result.returncode == 3 and re.search(r"^    web4 +stopped \d+ s$", result.stdout, re.MULTILINE), result
    assert gate(fleet, "compare", with_four, "-I", "web1").returncode == 0
    assert gate(fleet, "compare", before).returncode == 0, "web4 is not in this file"
    assert fleet.mco("node", "forget", "web4").returncode == 0
    result = gate(fleet, "compare", with_four)
    assert result.returncode == 3 and "the broker does not know this node any more" in result.stdout


def test_a_node_that_does_not_answer_is_inconclusive(fleet):
    before = saved(fleet)
    fleet.nodes[0].freeze()
    try:
        assert gate(fleet, "app", "-t", "1").returncode == 3
        result = gate(fleet, "compare", before, "-t", "1")
        fleet.switches.set("web2", "app", 2, "down")
        failed = gate(fleet, "compare", before, "-t", "1")
        path = fleet.folder / "hole.json"
        hole = gate(fleet, "save", path, "app", "-t", "1")
    finally:
        fleet.nodes[0].thaw()
    assert result.returncode == 3 and "web1 " in result.stdout
    assert failed.returncode == 2, "what is new fails, whatever is missing besides"
    assert hole.returncode == 3 and hole.stdout.splitlines()[-1].startswith("SAVED, NOT WHOLE: 2 results")
    document = validated("gate_state", path.read_text())
    assert [node["name"] for node in document["nodes"]] == ["web2", "web3"]


# ----- for pipelines


def test_junit_tells_the_verdicts_apart(fleet):
    fleet.switches.set("web2", "app", 2, 'bad <&"> \x1b[31m\x07 ]]> \u202e end')
    path = fleet.folder / "gate.xml"
    assert gate(fleet, "app", "nothing", "--junit", path).returncode == 2
    found = junit.parsed(path.read_text(encoding="utf-8"))
    assert {key: outcome for key, (outcome, _) in found.items()} == {
        ("app", "web1"): "passed", ("app", "web2"): "failure", ("app", "web3"): "passed",
        **{("nothing", name): "error" for name in NAMES}}
    assert found["app", "web2"][1] == 'CRITICAL: bad <&"> \\x1b[31m\\x07 ]]> \\u202e end'


def test_junit_skips_what_does_not_count(fleet):
    fleet.switches.set("web2", "app", 2, "long broken")
    before = saved(fleet)
    result = gate(fleet, "compare", before, "--junit", "-")
    assert result.returncode == 0
    found = junit.parsed(result.stdout)
    assert found["app", "web2"] == ("skipped", "not new: was CRITICAL, CRITICAL: long broken")
    allowed = gate(fleet, "app", "--max-problems", "1", "--junit", "-", "-q")
    assert junit.parsed(allowed.stdout)["app", "web2"] == ("skipped", "allowed: CRITICAL: long broken")


def test_junit_of_nobody_has_an_error(fleet):
    result = gate(fleet, "app", "-C", "none", "--junit", "-")
    assert result.returncode == 3
    (outcome, message), = junit.parsed(result.stdout).values()
    assert outcome == "error" and "nobody was meant" in message


def test_what_save_prints_as_json_is_as_its_schema_says(fleet):
    path = fleet.folder / "json.json"
    path.unlink(missing_ok=True)
    document = json_of("gate_save", gate(fleet, "save", path, "--all", "--json"))
    assert (document["results"], document["file"]) == (6, str(path))
    assert path.stat().st_mode & 0o777 == 0o600


# ----- wrong input, before anything is sent


@pytest.mark.parametrize("arguments, words", [
    ([], "name a check"),
    (["app", "--all"], "--all is every check"),
    (["app", "--tries", "0"], "--tries"),
    (["app", "--sleep", "5"], "'5' is no duration"),
    (["app", "--timeout", "1s"], "--timeout 1s is too short"),
    (["app", "--max-problems", "-1"], "'-1' is no number of problems"),
    (["app", "--max-problems", "101%"], "'101%' is no number of problems"),
    (["app", "--junit", "-", "--json"], "both want standard output"),
    (["app", "--junit", "/no/such/folder/x"], "there is no folder /no/such/folder"),
    (["save"], "FILE"),
    (["save", "/no/such/folder/x", "app"], "there is no folder /no/such/folder"),
    (["compare", "/no/such/file"], "/no/such/file"),
    (["compare", "/etc/passwd"], "not made by `mco gate save`")])
def test_wrong_input_is_told_with_its_remedy(fleet, arguments, words):
    result = gate(fleet, *arguments)
    assert result.returncode == 64 and words in result.stderr, result
    if "--json" in arguments:
        validated("failure", result.stdout)
    else:
        assert result.stdout == ""


def test_a_file_is_not_overwritten_unless_it_is_asked_for(fleet):
    before = saved(fleet)
    text = before.read_text()
    again = gate(fleet, "save", before, "app")
    assert again.returncode == 64 and "use --force" in again.stderr and before.read_text() == text
    assert gate(fleet, "save", before, "app", "--force").returncode == 0 and before.read_text() != text


def test_a_comparison_takes_only_nodes_of_its_file(fleet):
    before = saved(fleet, "one.json", "app", "-I", "web1")
    assert gate(fleet, "compare", before, "-I", "web1").returncode == 0
    for arguments, words in ((["-I", "web2"], "holds nothing of web2"), (["-C", "x"], "narrow it with -I or -n alone"),
                             (["-T", "main"], "narrow it"), (["-I", "/^db/"], "holds no node that matches")):
        result = gate(fleet, "compare", before, *arguments)
        assert result.returncode == 64 and words in result.stderr, result


@pytest.mark.parametrize("change, words", [
    (lambda document: document.update(version=2), "save again"),
    (lambda document: document["question"].update(filter=1), "question.filter"),
    (lambda document: document["question"].update(nodes=["../x"]), "no name of a collective or node"),
    (lambda document: document["nodes"][0]["results"][0].update(state="FINE"), "nodes[0].results[0].state"),
    (lambda document: document["nodes"].append(document["nodes"][0]), "nodes[3].name")])
def test_a_file_that_was_damaged_is_refused(fleet, change, words):
    document = json.loads(saved(fleet).read_text())
    change(document)
    path = fleet.folder / "damaged.json"
    path.write_text(json.dumps(document))
    result = gate(fleet, "compare", path)
    assert result.returncode == 64 and words in result.stderr, result
