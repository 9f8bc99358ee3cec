# SPDX-License-Identifier: Apache-2.0
"""Which nodes a filter means, asked of real nodes: -F -C -I -A -W -T --nodes, short and long."""

import pytest
from asking import OK, told
from muster_rig import Rig

CHECKS = f"command[ok]={OK}\n"
NODES = {
    "web1": {"facts": {"role": "Web", "cpus": 8, "zone": ["red", "blue"], "rack": {"row": 3}},
             "classes": ["web_server", "live"]},
    "web2": {"facts": {"role": "web", "cpus": 16, "zone": ["red"]}, "classes": ["web_server", "test"]},
    "db1": {"facts": {"role": "db", "cpus": 2}, "classes": ["db_server", "live"]},
    "dev1.example.net": {"classes": ["dev_server"], "settings": {"collectives": ["main", "lab"]}},
}
DEV = "dev1.example.net"


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        for name, parts in NODES.items():
            rig.start_node(name, CHECKS, wait=False, **parts)
        for node in rig.nodes:
            rig.wait_for_presence(node.name, "up", node)
        yield rig


MEANT = [
    ([], {"web1", "web2", "db1", DEV}),
    (["-F", "role=WEB"], {"web1", "web2"}),
    (["--with-fact", "ROLE=web"], {"web1", "web2"}),
    (["--wf", "role==web"], {"web2"}),
    (["-F", "role!=web"], {"db1"}),
    (["-F", "role=~^w"], {"web2"}),
    (["-F", "role=/^[Ww]/"], {"web1", "web2"}),
    (["-F", "cpus>=8"], {"web1", "web2"}),
    (["-F", "cpus>8"], {"web2"}),
    (["-F", "cpus<16"], {"web1", "db1"}),
    (["-F", "cpus<=2"], {"db1"}),
    (["-F", "zone=blue"], {"web1"}),
    (["-F", "rack.row=3"], {"web1"}),
    (["-F", "no_such_fact!=x"], set()),
    (["-F", "role=web", "-F", "cpus>8"], {"web2"}),
    (["-F", "kernel=linux"], {"web1", "web2", "db1", DEV}),
    (["-C", "live"], {"web1", "db1"}),
    (["--with-class", "/_server$/"], {"web1", "web2", "db1", DEV}),
    (["--wc", "web_server", "-C", "test"], {"web2"}),
    (["-I", "web1"], {"web1"}),
    (["-I", "web1", "--with-identity", "db1"], {"web1", "db1"}),
    (["--wi", "/^web/"], {"web1", "web2"}),
    (["-A", "nrpe"], {"web1", "web2", "db1", DEV}),
    (["--with-agent", "/^rpc/"], {"web1", "web2", "db1", DEV}),
    (["--wa", "nosuch"], set()),
    (["-W", "/web/ cpus>8"], {"web2"}),
    (["--with", "live role=db"], {"db1"}),
    (["-T", "lab"], {DEV}),
    (["--target", "lab", "-C", "live"], set()),
    (["-F", "role=web", "-C", "live"], {"web1"}),
]


@pytest.mark.parametrize("arguments, names", MEANT, ids=[" ".join(arguments) for arguments, _ in MEANT])
def test_find_names_the_nodes_that_a_filter_means(fleet, arguments, names):
    result = fleet.mco("find", *arguments)
    assert set(result.stdout.split()) == names, result
    assert result.returncode == (0 if names else 1)


@pytest.mark.parametrize("arguments, names", [MEANT[i] for i in (1, 7, 16, 19, 25, 27, 29)])
def test_the_same_filter_runs_checks_on_the_same_nodes(fleet, arguments, names):
    answer = told(fleet, "nrpe", "ok", *arguments)
    assert {name for name, fate in answer.fates().items() if fate == "done"} == names
    assert answer.stats()["known"] == answer.stats()["gone"] + answer.stats()["asked"]


def test_a_check_that_nobody_is_meant_to_run_is_unknown_and_says_so(fleet):
    result = fleet.mco("nrpe", "ok", "-C", "no_such_class")
    assert result.returncode == 3
    assert result.stdout.strip()
    assert "OK:" not in result.stdout


@pytest.mark.parametrize("option", ["-n", "--nodes"])
def test_nodes_are_named_in_a_file(fleet, option):
    names = fleet.folder / "names"
    names.write_text("# two of them\nweb1\n\n  db1  # and this\n")
    assert set(told(fleet, "nrpe", "ok", option, names).fates()) == {"web1", "db1"}


def test_a_named_node_that_nobody_knows_is_missed(fleet):
    answer = told(fleet, "nrpe", "ok", "-I", "web1", "-I", "web9", "-t", "2")
    assert answer.status == 3
    assert answer.fates()["web1"] == "done"
    assert answer.fates()["web9"] in ("lost", "gone")


@pytest.mark.parametrize("arguments", [
    ["-F", "role"], ["-F", "=x"], ["-C", "/(/"], ["-I", "Not A Name"], ["-n", "/no/such/file"], ["-t", "0"],
    ["-t", "soon"], ["--no-such-option"]])
def test_what_cannot_be_understood_is_a_usage_error(fleet, arguments):
    result = fleet.mco("nrpe", "ok", *arguments)
    assert result.returncode == 64, result
    assert result.stderr
    assert result.stdout == ""
