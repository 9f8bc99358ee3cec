# SPDX-License-Identifier: Apache-2.0
"""`mco nrpe --all` on a node with more checks than one answer has room for: every state is told."""

import pytest
from asking import told, validated

CHECKS = 600
CRITICAL = {"check_017", "check_400"}
LONG = "x" * 120  # 600 of these and their perfdata are more than an answer takes


@pytest.fixture
def crowded(rig):
    lines = []
    for number in range(CHECKS):
        name = f"check_{number:03}"
        line = f"echo {LONG}; exit 2" if name in CRITICAL else f"/bin/echo {LONG} of {number}"
        lines.append(f"command[{name}]={line}\n")
    rig.start_node("web1", "".join(lines))
    return rig


def test_every_check_runs_and_tells_its_state(crowded):
    answer = told(crowded, "nrpe", "--all", "-t", "50")
    document = validated("nrpe", answer.result.stdout)
    assert answer.status == 2
    assert document["counts"] == {"OK": CHECKS - 2, "WARNING": 0, "CRITICAL": 2, "UNKNOWN": 0}
    results = answer.node("web1")["results"]
    assert [run["check"] for run in results] == [f"check_{number:03}" for number in range(CHECKS)]
    assert {run["check"]: run["summary"] for run in results if run["state"] != "OK"} == dict.fromkeys(CRITICAL, LONG)
    cut = [run for run in results if run["summary"].endswith("[cut]") or run["summary"].startswith("[text left out")]
    assert len(cut) == CHECKS - 2


def test_checks_that_get_no_turn_are_told_together(rig):
    rig.start_node("web1", "".join(f"command[check_{number:03}]=/bin/sleep 60\n" for number in range(CHECKS)))
    result = rig.mco("nrpe", "--all", "-t", "1")
    assert result.returncode == 3
    assert result.stdout.count("no time was left") == 1
    assert f"         UNKNOWN: {CHECKS}\n" in result.stdout
