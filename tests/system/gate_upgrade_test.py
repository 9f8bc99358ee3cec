# SPDX-License-Identifier: Apache-2.0
"""A rolling upgrade with a gate in it: a real package is upgraded on real nodes between save and compare. Needs root, as
dpkg does."""

import pytest
from asking import told, validated
from muster_rig import Rig
from small_package import PackageRoot, build

NAMES = ["web1", "web2", "web3"]


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packages")
    return {
        "1.0": build(folder, "1.0", "echo app 1.0 is fine"),
        "1.1": build(folder, "1.1", "echo app 1.1 is fine"),
        "2.0": build(folder, "2.0", "echo app 2.0 cannot start; exit 2"),
        "3.0": build(folder, "3.0", None),
    }


@pytest.fixture
def fleet(packages):
    """Every node has version 1.0, and its state is saved."""
    with Rig() as rig:
        rig.start_broker()
        rig.roots = {name: PackageRoot(rig.folder / "roots" / name) for name in NAMES}
        for name, root in rig.roots.items():
            root.install(packages["1.0"])
            rig.start_node(name, f"command[check_app]={root.plugin}\ncommand[check_old]=echo long broken; exit 2\n",
                           wait=False)
        for node in rig.nodes:
            rig.wait_for_presence(node.name, "up", node)
        rig.before = rig.folder / "before.json"
        assert rig.mco("gate", "save", rig.before, "--all").returncode == 0
        yield rig


def compared(fleet, *arguments):
    result = fleet.mco("gate", "compare", fleet.before, "--json", *arguments)
    document = validated("gate_compare", result.stdout)
    return result.returncode, document


def upgrade(fleet, package):
    """Node by node, until a gate does not pass; returns who was upgraded and the last gate."""
    done = []
    for name, root in fleet.roots.items():
        root.install(package)
        done.append(name)
        status, document = compared(fleet, "-I", name, "--tries", "2", "--sleep", "50ms")
        if status != 0:
            break
    return done, status, document


def test_a_good_upgrade_goes_through_the_whole_fleet(fleet, packages):
    done, status, _ = upgrade(fleet, packages["1.1"])
    assert (done, status) == (NAMES, 0)
    assert {root.version() for root in fleet.roots.values()} == {"1.1"}
    status, document = compared(fleet)
    assert (status, document["verdict"]) == (0, "pass")
    assert [one["check"] for one in document["still"]] == ["check_old"] * 3, "what was broken before does not count"
    assert told(fleet, "nrpe", "check_app").run("web3")["summary"] == "app 1.1 is fine"


def test_a_bad_upgrade_stops_at_the_first_node_and_can_be_taken_back(fleet, packages):
    done, status, document = upgrade(fleet, packages["2.0"])
    assert (done, status, document["verdict"], document["tries"]) == (["web1"], 2, "fail", 2)
    worse, = document["worse"]
    assert (worse["node"], worse["check"], worse["before"], worse["state"], worse["summary"]) == (
        "web1", "check_app", "OK", "CRITICAL", "app 2.0 cannot start")
    assert [root.version() for root in fleet.roots.values()] == ["2.0", "1.0", "1.0"]
    fleet.roots["web1"].install(packages["1.0"])
    assert compared(fleet)[0] == 0


def test_an_upgrade_that_loses_the_plugin_is_a_new_problem(fleet, packages):
    done, status, document = upgrade(fleet, packages["3.0"])
    assert (done, status) == (["web1"], 2)
    worse, = document["worse"]
    assert worse["state"] == "UNKNOWN" and "plugin not found" in worse["summary"]


def test_an_upgrade_that_ends_with_a_dead_node_is_inconclusive(fleet, packages):
    fleet.roots["web1"].install(packages["1.1"])
    fleet.nodes[0].kill()
    status, document = compared(fleet, "-I", "web1", "-t", "1")
    assert (status, document["verdict"]) == (3, "inconclusive")
    gap, = document["vanished"]
    assert (gap["node"], gap["whole_node"], sorted(gap["checks"])) == ("web1", True, ["check_app", "check_old"])
