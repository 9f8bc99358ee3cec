# SPDX-License-Identifier: Apache-2.0
"""mco facts, inventory and plugin doc, asked of real nodes."""

import csv
import io
import json

import pytest
from asking import OK, PretendedNode, validated
from muster_rig import Rig

CHECKS = f"command[ok]={OK}\n"
NODES = {
    "db1": {"facts": {"country": "us", "rack": {"row": 3}}, "classes": ["db_server"]},
    "web1": {"facts": {"country": "uk"}, "classes": ["web_server", "live"]},
    "web2": {"facts": {"country": "uk"}, "settings": {"collectives": ["main", "uk"]}},
    "web3": {},
    "lab1": {"settings": {"collectives": ["lab"]}},
}


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        for name, parts in NODES.items():
            rig.start_node(name, CHECKS, wait=False, **parts)
        for node in rig.nodes:
            rig.wait_for_presence(node.name, "up", node)
        yield rig


def told(rig, schema, *arguments, status=0):
    result = rig.mco(*arguments, "--json")
    assert result.returncode == status, result
    return validated(schema, result.stdout)


def test_facts_groups_nodes_by_value(fleet):
    document = told(fleet, "facts", "facts", "country")
    assert document["values"] == [
        {"value": "uk", "count": 2, "nodes": ["web1", "web2"]}, {"value": "us", "count": 1, "nodes": ["db1"]}]
    assert document["without"] == ["web3"]


def test_facts_takes_paths_and_filters(fleet):
    document = told(fleet, "facts", "facts", "rack.row", "-C", "db_server")
    assert document["values"] == [{"value": "3", "count": 1, "nodes": ["db1"]}]


def test_facts_fails_when_no_node_has_the_fact(fleet):
    result = fleet.mco("facts", "no_such_fact")
    assert result.returncode == 1
    assert result.stdout.startswith("No values found for fact no_such_fact\n")


@pytest.mark.parametrize("words", [
    ["facts"], ["facts", "a b"], ["inventory"], ["inventory", "web1", "--columns", "name"],
    ["inventory", "web1", "-C", "live"], ["inventory", "/web/"], ["inventory", "--columns", "name,,x"],
    ["inventory", "web1", "--csv"], ["inventory", "--list-collectives", "-C", "live"], ["plugin"],
    ["plugin", "doc", "a b"], ["plugin", "doc", "no_such_agent"]])
def test_bad_input_is_refused_before_anything_is_sent(fleet, words):
    result = fleet.mco(*words)
    assert result.returncode == 64, result
    assert result.stdout == ""
    assert result.stderr


def test_inventory_tells_what_a_node_is_and_has_done(fleet):
    inventory = told(fleet, "inventory", "inventory", "web2")["inventory"]
    assert inventory["node"] == "web2"
    assert inventory["about"]["collectives"] == ["main", "uk"]
    assert inventory["statistics"]["pid"] == next(node.pid for node in fleet.nodes if node.name == "web2")
    assert {"nrpe", "rpcutil"} <= {agent["name"] for agent in inventory["agents"]}
    assert {"fstat", "nrpe", "service"} <= set(inventory["about"]["data_functions"])


def test_inventory_of_a_node_that_nobody_knows_fails(fleet):
    result = fleet.mco("inventory", "web9")
    assert result.returncode == 3, result
    assert result.stdout.startswith("Did not receive any results from node web9\n")


def test_list_collectives_sees_every_collective(fleet):
    document = told(fleet, "collectives", "inventory", "--list-collectives")
    assert {entry["name"]: entry["nodes"] for entry in document["collectives"]} == {"main": 4, "uk": 1, "lab": 1}
    assert document["total"] == 5


def test_fleet_table_has_the_chosen_columns(fleet):
    document = told(fleet, "fleet_table", "inventory", "--columns", "name,country,collectives", "-I", "/^web[12]/")
    assert document["rows"] == [{"name": "web1", "country": "uk", "collectives": "main"},
                                {"name": "web2", "country": "uk", "collectives": "main uk"}]


def test_fleet_table_with_classes_and_facts(fleet):
    document = told(fleet, "fleet_table", "inventory", "--columns", "rack.row,classes", "-I", "db1")
    assert document["rows"] == [{"rack.row": "3", "classes": "db_server"}]


def test_fleet_table_as_csv(fleet):
    result = fleet.mco("inventory", "--columns", "name,country", "--csv", "-F", "country=uk")
    assert result.returncode == 0, result
    rows = list(csv.reader(io.StringIO(result.stdout)))
    assert rows == [["name", "country"], ["web1", "uk"], ["web2", "uk"]]


def test_plugin_doc_lists_the_agents_of_the_fleet(fleet):
    agents = {agent["name"]: agent for agent in told(fleet, "agents", "plugin", "doc")["agents"]}
    assert agents["rpcutil"]["nodes"] == 4
    assert agents["rpcutil"]["version"]
    assert agents["nrpe"]["description"]


def test_plugin_doc_lists_what_is_built_in_besides_agents(fleet):
    text = fleet.mco("plugin", "doc").stdout
    for part in ("\nData Functions:\n", "\nValidators:\n", "\nAggregates:\n", "  fstat ", "  shellsafe ", "  percentiles "):
        assert part in text
    function = fleet.mco("plugin", "doc", "data/fstat")
    assert function.returncode == 0
    assert "  md5 " in function.stdout and "  size                     whole number" in function.stdout
    assert fleet.mco("plugin", "doc", "data/nosuch").returncode == 64


def test_plugin_doc_prints_the_ddl(fleet):
    result = fleet.mco("plugin", "doc", "agent/rpcutil", "--json")
    assert result.returncode == 0, result
    actions = {action["action"] for action in json.loads(result.stdout)["actions"]}
    assert {"ping", "inventory", "get_fact"} <= actions


def test_nothing_of_a_hostile_node_reaches_the_terminal(fleet):
    node = PretendedNode(fleet, "evil1")
    node.announce(agents=["rpcutil", "x\u001b[2J"], collectives=["main"], version="\u001b[31m")
    fleet.wait_for_presence("evil1", "up")
    for words in (["plugin", "doc", "-I", "evil1", "-t", "0.2"], ["inventory", "evil1", "-t", "0.2"],
                  ["inventory", "--list-collectives"]):
        result = fleet.mco(*words)
        assert "\x1b" not in result.stdout + result.stderr, result
    node.announce(state="stopped")
