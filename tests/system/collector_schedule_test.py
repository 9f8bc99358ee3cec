# SPDX-License-Identifier: Apache-2.0
"""What a schedule asks for comes as results, and what keeps a node from it is seen."""

import json

import pytest
from asking import OK
from collector import Collector
from muster_rig import Rig
from processes import wait_until

CHECKS = f"command[ok]={OK}\ncommand[echo]=/bin/echo OK $ARG1$ and $ARG2$\n"
EVERY = {"every": "2s", "splay": "0s", "timeout": "1s"}
SCHEDULES = [
    {"name": "named", "check": "echo", "arguments": ["one", "two"], "as": "echo_one_two", **EVERY},
]


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        rig.collector = Collector(rig, settings={"schedules": SCHEDULES})
        rig.broker.restart()  # it reads the rights of the collector when it starts
        rig.start_node("web1", f"dont_blame_nrpe=1\n{CHECKS}")
        rig.start_node("web2", CHECKS)
        rig.collector.start()
        yield rig
        rig.collector.end()


def service(rig, node, check):
    rows = rig.collector.rows("SELECT state, summary, origin FROM service WHERE node = ? AND name = ?", node, check)
    return rows[0] if rows else None


def test_a_run_with_arguments_is_kept_under_the_name_that_its_schedule_gives_it(fleet):
    fleet.collector.wait_for(lambda: service(fleet, "web1", "echo_one_two"), "its result is stored")
    assert service(fleet, "web1", "echo_one_two") == (0, "OK one and two", "collector@mon1")
    assert service(fleet, "web1", "echo") is None
    status = json.loads(fleet.mco("status", "-v", "--json").stdout)
    assert "echo_one_two" in [one["check"] for one in status["services"] if one["node"] == "web1"]
    recorded = fleet.mco("rpc", "recorder", "head", "--json", "-I", "web1").stdout
    assert json.loads(recorded)["replies"][0]["data"]["results"] > 0


def test_nobody_but_a_collector_gives_a_run_a_name(fleet):
    answer = fleet.mco("rpc", "nrpe", "runcommand", "command=echo", "args=one", "as=invented", "-I", "web1")
    assert "only a collector gives runs a name, and alice@ops1 is none" in answer.stdout + answer.stderr
    wait_until(lambda: service(fleet, "web1", "echo_one_two"), fleet.collector.log)
    assert service(fleet, "web1", "invented") is None
