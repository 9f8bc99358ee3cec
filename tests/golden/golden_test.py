# SPDX-License-Identifier: Apache-2.0
"""What an operator sees, word for word: transcripts of mco against a small fleet, in tests/golden/cases.

Times, ages and random words differ from run to run and are masked. To accept a change on purpose:
    MUSTER_ACCEPT_GOLDEN=1 ./dev test tests/golden      (then read the diff)
"""

import os
import pathlib
import re
import signal

import pytest
from muster_rig import Rig
from terminal import mco_on_a_terminal

CASES = pathlib.Path(__file__).resolve().parent / "cases"
ROOT = CASES.parents[2]
DUMMY = "/usr/lib/nagios/plugins/check_dummy"
ACCEPT = bool(os.environ.get("MUSTER_ACCEPT_GOLDEN"))

MASKS = [
    (re.compile(r'"request_id": "\w+"'), '"request_id": "WORD"'),
    (re.compile(r'_ms": \d+(\.\d+)?'), '_ms": N'),
    (re.compile(re.escape(str(ROOT))), "/SOURCE"),
    (re.compile(r"\b(max|min|avg): \d+(\.\d+)?"), r"\1: N"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)"), "TIME"),
    (re.compile(r"\b\d{4}-\d\d-\d\d\b"), "DATE"),
    (re.compile(r"\b\d+ of \d+ files\b"), "N of N files"),
    (re.compile(r"\b\d+(\.\d+)? files\b"), "N files"),
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


def ruby_ddl(name):
    return str(ROOT / "tests" / "data" / "ruby_ddl" / f"{name}.ddl")


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
    "nrpe_all": [["nrpe", "--all"], ["nrpe", "--all", "-C", "mail_server"]],
    "find_verbose": [["find", "-v", "-F", "location=uk"], ["find", "-v"], ["find", "-v", "-F", "location=mars"]],
    "node_forget_help": [["node", "forget", "--help"]],
    "node_forget_refused": [["node", "forget"], ["node", "forget", "-F", "location=uk"], ["node", "forget", "web1"],
                            ["node", "forget", "web9"]],
    "doctor": [["doctor"]],
    "find": [["find", "-F", "location=uk"], ["find", "-C", "/^db/"], ["find", "-F", "location=mars"]],
    "facts": [["facts", "location"], ["facts", "location", "-v"], ["facts", "no_such_fact", "-I", "web1"]],
    "inventory": [["inventory", "--list-collectives"], ["inventory", "nobody", "-t", "1"],
                  ["inventory", "--columns", "name,location,classes", "-C", "web_server"]],
    "plugin_doc": [["plugin", "doc", "nrpe"]],
    "plugin_convert": [["plugin", "convert", ruby_ddl("nrpe")], ["plugin", "convert", ruby_ddl("puppet"), "--json"],
                       ["plugin", "convert", str(ROOT / "tests" / "fuzz" / "corpus" / "ruby_ddl" / "code")],
                       ["plugin", "convert", ruby_ddl("nothing")]],
    "describe_filter": [["describe_filter", "-S", "fstat('/etc/hosts').md5=/baa/ and country=uk and not role_web", "-F", "a=b",
                         "-C", "common"]],
    "filter_wrong": [["find", "-S", "country=uk and"], ["find", "-S", "(country=uk"],
                     ["find", "-S", "nosuch_data('x').y=1"], ["find", "-S", "nrpe('check_load').exit=0"]],
    "find_compound": [["find", "-S", "location=uk and not /^db/"], ["find", "-S", "nrpe('check_disks').exitcode=2"]],
    "policy_test": [
        policy_test("bob@ops1", "package", "purge", "--fact", "environment=production"),
        policy_test("carol@ci1", "package", "install", "--fact", "environment=staging"),
        policy_test("bob@ops1", "package", "install"),
        policy_test("bob@ops1", "puppet", "disable"),
        policy_test("bob@ops1", "puppet", "status", "--reads"),
    ],
    "rpc_all_checks": [["rpc", "nrpe", "runallcommands", "--sort"],
                       ["rpc", "nrpe", "runcommands", 'commands=check_disks,check_load', "-I", "web1", "--display", "all"]],
    "usage": [["nrpe"], ["nrpe", "check_disks", "-F", "=x"], ["nonsense"]],
}


def masked(text):
    for pattern, replacement in MASKS:
        text = pattern.sub(replacement, text)
    return text


def transcript(rig, commands, **options):
    parts = []
    for arguments in commands:
        result = rig.mco(*arguments, **options)
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


def compare(name, text, folder=CASES):
    path = folder / f"{name}.txt"
    if ACCEPT:
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"no transcript {path.name} yet"
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_transcript(fleet, name):
    compare(name, transcript(fleet, TRANSCRIPTS[name]))


def test_transcripts_of_a_fleet_that_misses_nodes(fleet):
    """The last one with this fleet: it stops three nodes, and two are forgotten."""
    by_name = {node.name: node for node in fleet.nodes}
    by_name["mail1"].stop()
    fleet.wait_for_presence("mail1", "stopped")
    by_name["db2"].freeze()
    missing = transcript(fleet, [["nrpe", "check_load", "-t", "2"],
                                 ["nrpe", "check_load", "-t", "2", "--strict", "-q"]])
    found = transcript(fleet, [["find", "-v", "-t", "2"], ["find", "-v", "-t", "2", "-F", "location=de"],
                               ["find", "-v", "-t", "2", "-F", "location=uk"]])
    refused = transcript(fleet, [["rpc", "package", "purge", "package=nginx", "-I", "web1"], ["doctor", "web1"]])
    explained = transcript(fleet, [["doctor", "mail1", "db2", "-t", "1"], ["doctor", "web", "-q"]])
    by_name["db2"].thaw()
    by_name["web3"].stop()
    fleet.wait_for_presence("web3", "stopped")
    forgotten = transcript(fleet, [["node", "forget", "mail1", "web1"], ["node", "forget", "mail1"],
                                   ["node", "forget", "-I", "/^web/", "--json"]])
    compare("nodes_missing", missing)
    compare("doctor_silent_nodes", explained)
    compare("doctor_last_refusal", refused)
    compare("find_missing", found)
    compare("node_forget", forgotten)


def test_transcript_of_a_node_whose_clock_is_off(rig):
    # The sanitizer wants to be loaded first; here libfaketime is.
    sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
    rig.start_node("web1", nrpe_cfg(FINE), wait=False)
    rig.start_node("web2", nrpe_cfg(FINE), wrapper=["faketime", "-f", "+1h"],
                   env={"FAKETIME_DONT_FAKE_MONOTONIC": "1", "ASAN_OPTIONS": sanitizer}, wait=False)
    for node in rig.nodes:
        rig.wait_for_presence(node.name, "up", node)
    compare("refused_clock", transcript(rig, [["nrpe", "check_disks"], ["ping"]]))


def test_transcript_of_a_caller_whom_nobody_knows(rig):
    for name in ("web1", "web2", "web3"):
        rig.start_node(name, nrpe_cfg(FINE), wait=False)
    for node in rig.nodes:
        rig.wait_for_presence(node.name, "up", node)
    rig.add_operator("carol@ops2")
    rig.broker.reload()
    compare("refused_key", transcript(rig, [["nrpe", "check_disks"], ["ping", "-I", "web1"], ["find"],
                                            ["find", "-F", "location=uk"]], caller="carol@ops2"))


def test_transcript_of_an_interrupted_run(rig):
    """On a terminal, whose bar tells how far mco is; the bar itself is not part of the transcript."""
    rig.start_node("web1", nrpe_cfg(disk(3, 1)), wait=False)
    rig.start_node("web2", "command[check_disks]=/bin/sleep 60\n", wait=False)
    for node in rig.nodes:
        rig.wait_for_presence(node.name, "up", node)
    with mco_on_a_terminal(rig, "nrpe", "check_disks", "-t", "50") as mco:
        mco.read_until(b"1 / 2")
        mco.send_signal(signal.SIGINT)
        status, output = mco.finish()
    text = output.decode().replace("\r\n", "\n")
    shown = text[text.rindex("\r") + 1:]
    compare("interrupted", masked(f"$ mco nrpe check_disks -t 50\n^C\n{shown}[exit status {status}]\n"))


ELSEWHERE = {"nodes_missing", "doctor_silent_nodes", "doctor_last_refusal", "find_missing", "node_forget", "refused_clock", "refused_key", "interrupted"}


def test_every_transcript_in_the_folder_is_played():
    assert {path.stem for path in CASES.glob("*.txt")} == set(TRANSCRIPTS) | ELSEWHERE
