# SPDX-License-Identifier: Apache-2.0
"""`mco nrpe` against four real nodes: what it prints, in which form, and its exit status."""

import json
import re
import signal
import socket
import subprocess

import pytest
from asking import OK, mco_in_background, told, validated
from muster_rig import Rig
from processes import wait_until
from terminal import on_a_terminal

DUMMY = "/usr/lib/nagios/plugins/check_dummy"
NAMES = ["db1", "web1", "web2", "web3"]


def checks(number, more=""):
    return f"""
command[ok]={OK}
command[warning]={DUMMY} 1 meh
command[critical]={DUMMY} 2 bad
command[unknown]={DUMMY} 3 what
command[mixed]={DUMMY} {number} mixed
command[disk]=echo 'DISK CRITICAL - free space: / {number + 1}0 MB ({number + 1}%)|/=1MB;;;0;100'; exit 2
command[lines]=printf 'first|a=1\\nsecond\\nthird|b=2\\n'; exit 1
command[arg]={DUMMY} 0 $ARG1$-$ARG2$
command[hangs]=touch {{began}}; sleep 60
command[stalls]=touch {{began}}-too; sleep 60
{more}"""


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        rig.began = rig.folder / "began"
        for number, name in enumerate(NAMES):
            text = checks(number, "dont_blame_nrpe=1\n" if name != "db1" else "")
            rig.start_node(name, text.replace("{began}", str(rig.began)), wait=False)
        for node in rig.nodes:
            rig.wait_for_presence(node.name, "up", node)
        yield rig


@pytest.mark.parametrize("check, status", [
    ("ok", 0), ("warning", 1), ("critical", 2), ("unknown", 3), ("mixed", 2), ("no_such_check", 3), ("ok,warning", 1),
    ("ok,critical,unknown", 2)])
def test_the_exit_status_is_the_worst_state(fleet, check, status):
    assert fleet.mco("nrpe", check).returncode == status


def test_problems_come_worst_first_and_the_counts_in_a_fixed_order(fleet):
    text = fleet.mco("nrpe", "mixed").stdout
    assert re.findall(r"^(\S+)\s+status=(\S+)", text, re.MULTILINE) == [
        ("web2", "CRITICAL"), ("web3", "UNKNOWN"), ("web1", "WARNING")]
    assert "db1" not in text
    assert re.search(r"^Finished processing 4 / 4 hosts in \d+\.\d\d ms$", text, re.MULTILINE)
    assert re.findall(r"^ +(OK|WARNING|CRITICAL|UNKNOWN): (\d+)$", text, re.MULTILINE) == [
        ("OK", "1"), ("WARNING", "1"), ("CRITICAL", "1"), ("UNKNOWN", "1")]


def test_the_same_trouble_of_four_nodes_is_told_once_with_its_range(fleet):
    text = fleet.mco("nrpe", "disk").stdout
    line = r"^4 hosts CRITICAL  DISK CRITICAL - free space: / 10\.\.40 MB \(1\.\.4%\)$"
    assert re.search(line, text, re.MULTILINE), text
    assert all(name in text for name in NAMES)
    assert "status=" not in text
    assert "status=CRITICAL" in fleet.mco("nrpe", "disk", "--group", "0").stdout
    assert "4 hosts CRITICAL" not in fleet.mco("nrpe", "disk", "--group", "5").stdout


def test_several_lines_and_all_perfdata_are_kept(fleet):
    run = told(fleet, "nrpe", "lines", "-I", "web1").run("web1")
    assert (run["summary"], run["state"]) == ("first", "WARNING")
    assert "second" in run["details"] and "third" in run["details"]
    assert "a=1" in run["perfdata"] and "b=2" in run["perfdata"]
    text = fleet.mco("nrpe", "lines", "-I", "web1").stdout
    assert all(word in text for word in ("first", "second", "third"))


def test_several_checks_have_a_block_each_and_one_timing_line(fleet):
    text = fleet.mco("nrpe", "ok,mixed,critical").stdout
    assert re.findall(r"^---- (\S+) ----$", text, re.MULTILINE) == ["ok", "mixed", "critical"]
    assert text.count("Finished processing") == 1


def test_all_runs_every_check_of_a_node(fleet):
    answer = told(fleet, "nrpe", "--all", "-t", "3", "-I", "web1")
    assert {run["check"] for run in answer.node("web1")["results"]} == {
        "ok", "warning", "critical", "unknown", "mixed", "disk", "lines", "arg", "hangs", "stalls"}
    assert "timed out" in answer.run("web1", "hangs")["summary"]


@pytest.mark.parametrize("arguments", [["left", "right"], ["args=left!right"], ["left!right"]])
def test_arguments_reach_the_plugin_only_where_nrpe_cfg_says_so(fleet, arguments):
    answer = told(fleet, "nrpe", "arg", *arguments)
    for name in ("web1", "web2", "web3"):
        assert answer.run(name)["summary"] == "OK: left-right"
    assert answer.run("db1")["state"] == "UNKNOWN"
    assert "dont_blame_nrpe" in answer.run("db1")["summary"]


def test_arguments_with_the_characters_of_a_shell_are_refused(fleet):
    answer = told(fleet, "nrpe", "arg", "$(touch x)", "-I", "web1")
    assert answer.status == 3
    assert answer.run("web1")["state"] == "UNKNOWN"


def test_verbose_shows_every_node_and_the_statistics(fleet):
    text = fleet.mco("nrpe", "ok", "-v").stdout
    assert re.findall(r"^(\S+)\s+status=OK$", text, re.MULTILINE) == NAMES
    for word in ("Nodes: 4 / 4", "Pass / Fail: 4 / 0", "Start Time:", "Discovery Time:", "Agent Time:", "Total Time:"):
        assert word in text
    assert re.search(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", text)


@pytest.mark.parametrize("arguments", [
    ["nrpe", "ok"], ["nrpe", "mixed,lines"], ["nrpe", "--all", "-t", "2"], ["nrpe", "arg", "x"],
    ["nrpe", "no_such_check"],
    ["nrpe", "ok", "-C", "nobody"], ["nrpe", "ok", "-I", "nobody", "-t", "1"], ["nrpe", "ok", "--utc", "--strict"],
    ["ping"], ["ping", "-I", "nobody", "-t", "1"], ["find"], ["find", "-F", "kernel=linux"], ["find", "-C", "nobody"]])
def test_json_is_as_its_schema_says(fleet, arguments):
    result = fleet.mco(*arguments, "--json")
    document = validated(arguments[0], result.stdout)
    assert document["exit_status"] == result.returncode


def test_json_tells_of_a_failure_too(fleet):
    result = fleet.mco("nrpe", "ok", "-I", "web_1", "--json")
    document = validated("failure", result.stdout)
    assert (result.returncode, document["exit_status"]) == (64, 64)
    assert "'web_1' is not a node name" in document["errors"][0]


def test_arguments_are_taken_as_they_are(fleet):
    empty = fleet.mco("nrpe", "arg", "", "right", "-I", "web1")
    assert (empty.returncode, "must not be empty" in empty.stderr) == (64, True)
    assert told(fleet, "nrpe", "arg", "args=left", "args=right", "-I", "web1").run("web1")["summary"] == (
        "OK: args=left-args=right")


def test_output_that_cannot_be_written_is_said(fleet):
    with open("/dev/full", "w", encoding="ascii") as full:
        result = fleet.mco("find", stdout=full)
    assert result.returncode == 77
    assert "standard output could not be written: No space left" in result.stderr


def test_quiet_prints_nothing_when_all_is_well(fleet):
    result = fleet.mco("nrpe", "ok", "-q")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert fleet.mco("nrpe", "warning", "-q").stdout
    assert fleet.mco("find", "-q").stdout == ""


def test_an_interrupt_shows_what_has_come_so_far(fleet):
    fleet.began.unlink(missing_ok=True)
    with mco_in_background(fleet, "nrpe", "ok,hangs", "-t", "50") as mco:
        wait_until(fleet.began.exists, "the check runs")
        mco.send_signal(signal.SIGINT)
        result = mco.finish()
    assert result.returncode == 130
    assert "Interrupted" in result.stdout
    assert "Finished processing" in result.stdout


def test_an_interrupt_tells_json_too(fleet):
    began = fleet.folder / "began-too"
    began.unlink(missing_ok=True)
    with mco_in_background(fleet, "nrpe", "stalls", "-t", "50", "--json") as mco:
        wait_until(began.exists, "the check runs")
        mco.send_signal(signal.SIGINT)
        result = mco.finish()
    document = validated("nrpe", result.stdout)
    assert document["stats"]["interrupted"] is True
    assert result.returncode == document["exit_status"] == 130


def test_an_interrupt_before_there_is_a_broker_is_an_interrupt_too(fleet):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        config = json.loads(fleet.client_config().read_text())
        config["brokers"] = [f"mqtts://127.0.0.1:{deaf.getsockname()[1]}"]
        path = fleet.client_folder() / "deaf.yaml"
        path.write_text(json.dumps(config))
        with mco_in_background(fleet, "nrpe", "ok", "--config", path) as mco:
            deaf.settimeout(30)
            deaf.accept()
            mco.send_signal(signal.SIGINT)
            assert mco.finish().returncode == 130


def test_it_works_in_cron_with_an_empty_environment(fleet):
    config = fleet.client_config()
    result = subprocess.run(
        [fleet.bin / "mco", "nrpe", "mixed", "--config", config], env={}, capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL, timeout=60, cwd="/")
    assert result.returncode == 2
    assert "Finished processing 4 / 4 hosts" in result.stdout
    assert "\x1b" not in result.stdout
    assert "\r" not in result.stdout
    assert result.stderr == ""


def test_without_a_configuration_it_says_where_it_looked(fleet):
    result = fleet.run("ping")
    assert result.returncode == 78
    assert "client.yaml" in result.stderr


def test_a_key_that_others_may_read_is_not_used(fleet):
    key = fleet.key_file()
    key.chmod(0o644)
    try:
        result = fleet.mco("ping")
    finally:
        key.chmod(0o600)
    assert result.returncode == 77
    assert "chmod 600" in result.stderr


def test_colours_are_for_terminals_and_not_with_no_color(fleet):
    assert "\x1b" not in fleet.mco("nrpe", "mixed", env={"TERM": "xterm-256color"}).stdout
    status, plain = on_a_terminal(fleet, "nrpe", "mixed", "--np")
    assert status == 2
    assert b"\x1b" not in plain
    status, coloured = on_a_terminal(fleet, "nrpe", "mixed", "--np", colour=True)
    assert status == 2
    assert b"\x1b[" in coloured


def test_ping_tells_a_time_for_every_node_and_the_sum(fleet):
    text = fleet.mco("ping").stdout
    assert sorted(re.findall(r"^(\S+)\s+time=\d+\.\d\d ms$", text, re.MULTILINE)) == NAMES
    assert re.search(r"^4 replies max: \d+\.\d\d min: \d+\.\d\d avg: \d+\.\d\d$", text, re.MULTILINE)
