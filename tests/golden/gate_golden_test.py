# SPDX-License-Identifier: Apache-2.0
"""What `mco gate` says, word for word, while a fleet changes under it. Accepted as in golden_test.py."""

import pathlib

import pytest
from golden_test import compare, transcript
from muster_rig import Rig
from switchable import Switchboard

CASES = pathlib.Path(__file__).resolve().parent / "gate_cases"
CHECKS = ["check_http", "check_disk"]
NAMES = ["db1", "web1", "web2", "web3", "web4"]


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        rig.switches = Switchboard(rig)
        for name in NAMES:
            rig.start_node(name, rig.switches.nrpe_cfg(name, CHECKS), classes=[name[:3]], wait=False)
        for node in rig.nodes:
            rig.wait_for_presence(node.name, "up", node)
        yield rig


@pytest.fixture(autouse=True)
def as_at_the_beginning(fleet):
    for name in NAMES:
        fleet.switches.set(name, "check_http", 0, "HTTP OK - 200")
        fleet.switches.set(name, "check_disk", 0, "DISK OK")
    fleet.switches.set("db1", "check_disk", 1, "DISK WARNING - 9% free")


def play(rig, name, *commands):
    compare(name, transcript(rig, commands), CASES)


def test_transcript_of_a_pass(fleet):
    play(fleet, "pass", ["gate", "check_http", "check_disk", "-C", "web"], ["gate", "--all", "--accept-warning", "-v"],
         ["gate", "--all", "-q", "--max-problems", "10%"])


def test_transcript_of_a_failure(fleet):
    for number in (1, 2, 3):
        fleet.switches.set(f"web{number}", "check_http", 2, f"HTTP CRITICAL - 503 for {number} s")
    play(fleet, "fail", ["gate", "check_http,check_disk", "--tries", "2", "--sleep", "10ms"])


def test_transcript_of_no_verdict(fleet):
    play(fleet, "inconclusive", ["gate", "check_http", "check_nothing", "-I", "web1", "-I", "web9", "-t", "1"],
         ["gate", "check_http", "-F", "role=mail"])


def test_transcript_of_a_change_that_went_badly(fleet):
    file = fleet.folder / "before.json"
    save = ["gate", "save", str(file), "check_http", "check_disk"]
    before = transcript(fleet, [save, save])
    fleet.switches.set("web1", "check_http", 2, "HTTP CRITICAL - 503")
    fleet.switches.set("db1", "check_disk", 0, "DISK OK")
    fleet.nodes[-1].stop()
    fleet.wait_for_presence("web4", "stopped")
    after = transcript(fleet, [["gate", "compare", str(file)], ["gate", "compare", str(file), "-I", "web2"],
                               ["gate", "compare", str(file), "-I", "web9"]])
    compare("compare", before + after, CASES)
    fleet.nodes[-1].start()
    fleet.wait_for_presence("web4", "up", fleet.nodes[-1])


def test_transcript_of_wrong_input(fleet):
    play(fleet, "usage", ["gate"], ["gate", "check_http", "--sleep", "5"], ["gate", "check_http", "--timeout", "1s"],
         ["gate", "compare", "/etc/hostname"], ["gate", "check_http", "--max-problems", "some"])
