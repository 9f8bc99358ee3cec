# SPDX-License-Identifier: Apache-2.0
"""What an operator sees, word for word: transcripts of mco against a small fleet, in tests/golden/cases.

Times, ages and random words differ from run to run and are masked. To accept a change on purpose:
    MUSTER_ACCEPT_GOLDEN=1 ./dev test tests/golden      (then read the diff)
"""

import os
import pathlib
import re

import pytest
from muster_rig import Rig

CASES = pathlib.Path(__file__).resolve().parent / "cases"
ROOT = CASES.parents[2]
DUMMY = "/usr/lib/nagios/plugins/check_dummy"
ACCEPT = bool(os.environ.get("MUSTER_ACCEPT_GOLDEN"))

MASKS = [
    (re.compile(re.escape(str(ROOT))), "/SOURCE"),
    (re.compile(r"\b(max|min|avg): \d+(\.\d+)?"), r"\1: N"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)"), "TIME"),
    (re.compile(r"\b\d+(\.\d+)? ?ms\b"), "N ms"),
    (re.compile(r"\b\d+(\.\d+)? (s|min|h)\b"), "N s"),
    (re.compile(r"/tmp/muster-rig-\w+"), "/RIG"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:PORT"),
]


def disk(free, percent):
    return f"{DUMMY} 2 'DISK CRITICAL - free space: / {free} MB ({percent}% inode=90%)|/={free}MB;500;100;0;10000'"


def nrpe_cfg(disks, load="0 'load is fine|load1=0.5;5;10;0'"):
    return f"command[check_disks]={disks}\ncommand[check_load]={DUMMY} {load}\n"


FINE = f"{DUMMY} 0 'DISK OK'"
FLEET = {
    "web1": (nrpe_cfg(disk(3, 1)), {"location": "uk"}, ["web_server"]),
    "web2": (nrpe_cfg(disk(17, 2)), {"location": "uk"}, ["web_server"]),
    "web3": (nrpe_cfg(disk(41, 4)), {"location": "de"}, ["web_server"]),
    "db1": (nrpe_cfg(FINE, "1 'load is high'"), {"location": "de"}, ["db_server"]),
    "db2": (nrpe_cfg("/usr/lib/nagios/plugins/check_missing"), {"location": "uk"}, ["db_server"]),
    "mail1": (nrpe_cfg(FINE), {"location": "de"}, ["mail_server"]),
}

def policy_test(caller, agent, action, *more):
    return ["policy", "test", "--policies", str(ROOT / "packaging" / "policies.d"), "--caller", caller, "--agent", agent,
            "--action", action, *more]


TRANSCRIPTS = {
    "nrpe_problems": [["nrpe", "check_disks"]],
    "nrpe_not_grouped": [["nrpe", "check_disks", "--group", "0"]],
    "nrpe_all_well": [["nrpe", "check_load", "-C", "web_server"]],
    "nrpe_verbose": [["nrpe", "check_load", "-I", "web1", "-v"]],
    "nrpe_quiet": [["nrpe", "check_load", "-C", "web_server", "-q"], ["nrpe", "check_load", "-q"]],
    "nrpe_two_checks": [["nrpe", "check_disks,check_load"]],
    "nrpe_unknown_check": [["nrpe", "check_nothing", "-I", "web1"]],
    "nrpe_arguments_refused": [["nrpe", "check_load", "evil", "-I", "web1"]],
    "nrpe_nobody_meant": [["nrpe", "check_disks", "-F", "location=mars"]],
    "ping_one": [["ping", "-I", "web1"]],
    "find": [["find", "-F", "location=uk"], ["find", "-C", "/^db/"], ["find", "-F", "location=mars"]],
    "policy_test": [
        policy_test("bob@ops1", "package", "purge", "--fact", "environment=production"),
        policy_test("carol@ci1", "package", "install", "--fact", "environment=staging"),
        policy_test("bob@ops1", "package", "install"),
        policy_test("bob@ops1", "puppet", "disable"),
        policy_test("bob@ops1", "puppet", "status", "--reads"),
    ],
    "usage": [["nrpe"], ["nrpe", "check_disks", "-F", "=x"], ["nonsense"]],
}


def masked(text):
    for pattern, replacement in MASKS:
        text = pattern.sub(replacement, text)
    return text


def transcript(rig, commands):
    parts = []
    for arguments in commands:
        result = rig.mco(*arguments)
        words = " ".join(arguments)
        parts.append(f"$ mco {words}\n{result.stdout}")
        if result.stderr:
            parts.append(f"[stderr]\n{result.stderr}")
        parts.append(f"[exit status {result.returncode}]\n\n")
    return masked("".join(parts))


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        nodes = [rig.start_node(name, nrpe_cfg=cfg, facts=facts, classes=classes, wait=False)
                 for name, (cfg, facts, classes) in FLEET.items()]
        for node in nodes:
            rig.wait_for_presence(node.name, "up", node)
        yield rig


def compare(name, text):
    path = CASES / f"{name}.txt"
    if ACCEPT:
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"no transcript {path.name} yet"
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_transcript(fleet, name):
    compare(name, transcript(fleet, TRANSCRIPTS[name]))


def test_every_transcript_in_the_folder_is_played():
    assert {path.stem for path in CASES.glob("*.txt")} == set(TRANSCRIPTS) | {"nodes_missing"}


def test_transcript_of_a_fleet_that_misses_nodes(fleet):
    """The last one: it stops two nodes of the fleet."""
    by_name = {node.name: node for node in fleet.nodes}
    by_name["mail1"].stop()
    fleet.wait_for_presence("mail1", "stopped")
    by_name["db2"].freeze()
    text = transcript(fleet, [["nrpe", "check_load", "-t", "2"], ["nrpe", "check_load", "-t", "2", "--strict", "-q"]])
    by_name["db2"].thaw()
    compare("nodes_missing", text)
