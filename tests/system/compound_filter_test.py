# SPDX-License-Identifier: Apache-2.0
"""-S asked of real nodes: facts and classes joined by and, or and not, and data functions that run on the nodes; mco
describe_filter; nodes named in JSON."""

import hashlib
import json

import pytest
from asking import OK, told, validated
from muster_rig import Rig

DUMMY = "/usr/lib/nagios/plugins/check_dummy"
NODES = {
    "web1": (0, {"facts": {"country": "uk", "cpus": 8, "roles": ["web", "cache"]}, "classes": ["apache", "live"]}),
    "web2": (2, {"facts": {"country": "de", "cpus": 16}, "classes": ["apache", "test"]}),
    "db1": (1, {"facts": {"country": "uk", "os": {"family": "x"}}, "classes": ["mysql", "live"],
                "settings": {"collectives": ["main", "lab"]}}),
}
ALL = set(NODES)


def nrpe_cfg(name, state, folder):
    slow = f"command[own_{name}]={OK}\n"
    count = f"command[counted]=/bin/sh -c 'echo run >> {folder}/{name}.runs; echo fine'\n"
    return f"command[ok]={OK}\ncommand[check_state]={DUMMY} {state} told\n{slow}{count}"


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        rig.folder.chmod(0o755)
        for name, (state, parts) in NODES.items():
            rig.start_node(name, nrpe_cfg(name, state, rig.folder), wait=False, **parts)
        for node in rig.nodes:
            rig.wait_for_presence(node.name, "up", node)
        yield rig


MEANT = [
    ("country=uk", {"web1", "db1"}),
    ("country!=uk", {"web2"}),
    ("not country=uk", {"web2"}),
    ("country=~^u and cpus>4", {"web1"}),
    ("cpus<=8 or cpus>15", {"web1", "web2"}),
    ("roles=cache", {"web1"}),
    ("city!=x", set()),
    ("not city=x", ALL),
    ("apache and not test", {"web1"}),
    ("/^(apache|mysql)$/ and live", {"web1", "db1"}),
    ("(country=uk and live) or test", ALL),
    ("!(apache or mysql)", set()),
    ("fact('os.family').value=x", {"db1"}),
    ("fact('cpus').exists=false", {"db1"}),
    ("fact('cpus').value>8", {"web2"}),
    ("nrpe('check_state').exitcode=0", {"web1"}),
    ("nrpe('check_state').exitcode>0", {"web2", "db1"}),
    ("nrpe('check_state').state=WARNING and live", {"db1"}),
    ("not nrpe('check_state').exitcode=0 and apache", {"web2"}),
    ("nrpe('own_web1').exitcode=0", {"web1"}),
    ("not nrpe('own_web1').exitcode=0", set()),
    ("fstat('/etc/passwd').present=1 and apache", {"web1", "web2"}),
    ("fstat('/no/such/file').present=0 and mysql", {"db1"}),
    ("fstat('/no/such/file').size<1", set()),
    ("fstat('/etc').type=directory and fstat('/etc/passwd').mode=~644$ and live", {"web1", "db1"}),
    ("agent('nrpe').version=~. and apache", {"web1", "web2"}),
    ("agent('nosuch').version=1", set()),
    ("collective('lab').member=true", {"db1"}),
    ("package('no-such-package').installed=false and apache", {"web1", "web2"}),
    ("package('libc6').installed=true and package('libc6').version=~^2 and mysql", {"db1"}),
]


@pytest.mark.parametrize("expression, names", MEANT, ids=[expression for expression, _ in MEANT])
def test_find_names_the_nodes_that_an_expression_means(fleet, expression, names):
    result = fleet.mco("find", "-S", expression)
    assert set(result.stdout.split()) == names, result
    assert result.returncode == (0 if names else 1)


def test_a_hash_of_a_file_is_that_of_its_bytes(fleet):
    md5 = hashlib.md5((fleet.folder / "ca" / "brokers").read_bytes()).hexdigest()
    (fleet.folder / "hashed").write_bytes((fleet.folder / "ca" / "brokers").read_bytes())
    (fleet.folder / "hashed").chmod(0o644)
    result = fleet.mco("find", "-S", f"fstat('{fleet.folder}/hashed').md5={md5}")
    assert set(result.stdout.split()) == ALL, result


def test_checks_run_on_the_same_nodes_and_everybody_is_accounted_for(fleet):
    answer = told(fleet, "nrpe", "ok", "-S", "nrpe('check_state').exitcode<2", "-C", "live")
    assert {name for name, fate in answer.fates().items() if fate == "done"} == {"web1", "db1"}
    assert answer.stats()["known"] == answer.stats()["gone"] + answer.stats()["asked"]


def test_two_expressions_must_both_hold(fleet):
    assert set(fleet.mco("find", "--select", "apache or mysql", "-S", "test or mysql").stdout.split()) == {"web2", "db1"}


def test_a_function_runs_once_on_each_node_and_not_where_a_fact_has_decided(fleet):
    fleet.mco("find", "-S", "country=uk and nrpe('counted').exitcode=0 and not nrpe('counted').exitcode=1")
    runs = {path.stem: path.read_text().count("run") for path in fleet.folder.glob("*.runs")}
    assert runs == {"web1": 1, "db1": 1}


def test_a_function_runs_once_on_each_node_when_nodes_are_drawn_or_asked_in_batches(fleet):
    for selection in (["--limit", "2"], ["--batch", "1"]):
        for path in fleet.folder.glob("*.runs"):
            path.unlink()
        answer = json.loads(fleet.mco("rpc", "rpcutil", "ping", *selection, "-S", "nrpe('counted').exitcode=0", "--json").stdout)
        assert len(answer["replies"]) == (2 if selection[0] == "--limit" else 3)
        runs = {path.stem: path.read_text().count("run") for path in fleet.folder.glob("*.runs")}
        assert runs == {"web1": 1, "web2": 1, "db1": 1}, selection


@pytest.mark.parametrize("expression, place", [
    ("country=uk and", "at character 15"), ("(country=uk", "at character 1"), ("nosuch('x').y=1", "at character 1"),
    ("nrpe('ok').exit=0", "at character 12"), ("nrpe('a!b').exitcode=0", "at character 6"), ("/(/", "at character 1"),
    ("", "expected something, and got nothing")])
def test_a_wrong_expression_is_told_by_its_place_before_anything_is_sent(fleet, expression, place):
    result = fleet.mco("nrpe", "ok", "-S", expression)
    assert result.returncode == 64
    assert place in result.stderr
    assert result.stdout == ""


def test_describe_filter_needs_no_configuration_and_says_the_same_in_json(fleet):
    words = ["describe_filter", "-S", "fstat('/etc/hosts').md5=/baa/ and not role_web", "-F", "a=b", "-C", "common"]
    text = fleet.run(*words, env={"MUSTER_CONFIG": "/no/such/file"})
    assert text.returncode == 0, text
    document = validated("describe_filter", fleet.run(*words, "--json").stdout)
    assert document["data_functions"] == ["fstat('/etc/hosts')"]
    for line in document["words"]:
        assert line["text"] in text.stdout
    assert validated("failure", fleet.run("describe_filter", "-S", "a and", "--json").stdout)["exit_status"] == 64


@pytest.mark.parametrize("listed", [
    json.dumps(["web1", "db1"]), json.dumps([{"sender": "web1"}, {"certname": "db1"}]), "web1\ndb1\n"])
def test_nodes_are_named_on_standard_input(fleet, listed, tmp_path):
    (tmp_path / "nodes").write_text(listed)
    with (tmp_path / "nodes").open() as stdin:
        assert set(told(fleet, "nrpe", "ok", "-n", "-", stdin=stdin).fates()) == {"web1", "db1"}


def test_what_mco_has_found_is_what_the_next_mco_asks(fleet, tmp_path):
    (tmp_path / "found").write_text(fleet.mco("find", "-S", "nrpe('check_state').exitcode=2", "--json").stdout)
    assert set(told(fleet, "nrpe", "ok", "-n", tmp_path / "found").fates()) == {"web2"}
    (tmp_path / "ran").write_text(fleet.mco("nrpe", "ok", "-F", "country=uk", "--json").stdout)
    assert set(told(fleet, "nrpe", "ok", "-n", tmp_path / "ran").fates()) == {"web1", "db1"}
