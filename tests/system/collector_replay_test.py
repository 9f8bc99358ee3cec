# SPDX-License-Identifier: Apache-2.0
"""`collector --replay` runs what was recorded through the rules of a configuration, and says what it would have told."""

import json
import subprocess

from collector import Collector

NOON = 1_795_000_000_000
MINUTE = 60_000


def result(node, minute, state, summary="it says"):
    time = NOON + minute * MINUTE
    return {"node": node, "epoch": 1, "seq": minute + 1, "now": time, "check": "load", "state": state, "summary": summary,
            "started": time - 100, "finished": time, "origin": "collector@mon1"}


def presence(node, minute, state):
    told = {"name": node, "state": state, "instance": "x", "facts": {"datacenter": "fra"}}
    return {"presence": told, "time": NOON + minute * MINUTE}


def replay(rig, lines, settings=None):
    collector = Collector(rig, settings=settings)
    recorded = collector.folder / "recorded"
    recorded.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return subprocess.run([rig.bin / "collector", "--config", collector.config, "--replay", recorded], capture_output=True,
                          text=True, timeout=30, check=False, env=rig.environment())


def test_it_prints_the_events_by_the_rules_of_the_configuration(rig):
    lines = [result("web1", 0, 0), result("web1", 1, 2), result("web1", 2, 2), result("web1", 3, 0)]
    usual = replay(rig, lines)
    assert usual.returncode == 0, usual.stderr
    assert [line.split()[3] for line in usual.stdout.splitlines()] == ["state:", "state:"]
    assert "OK -> CRITICAL, soft, attempt 1" in usual.stdout
    strict = replay(rig, lines, {"state": {"max_attempts": 2}})
    assert "OK -> CRITICAL, hard, attempt 2" in strict.stdout


def test_it_names_what_lost_nodes_share_as_the_collector_does(rig):
    names = [f"db{number}" for number in range(6)]
    lines = [presence(name, 0, "up") for name in names] + [presence(name, 5, "gone") for name in names]
    told = replay(rig, [*lines, presence("other", 7, "up")])
    assert told.returncode == 0, told.stderr
    lost = [line for line in told.stdout.splitlines() if "nodes_lost" in line]
    assert len(lost) == 1 and "6 nodes lost, all of datacenter=fra" in lost[0], told.stdout


def test_it_names_the_line_that_is_bad(rig):
    told = replay(rig, [result("web1", 0, 0), "", "no JSON"])
    assert told.returncode == 64
    assert "recorded: line 3: " in told.stderr


def test_it_puts_a_clock_right_by_when_the_results_came(rig):
    """As docs/collector.md says how to record it: each message and when it came."""
    hour = 60
    lines = [{"time": NOON, "message": presence("web1", 0, "up")["presence"]},
             {"time": NOON + MINUTE, "message": result("web1", hour + 1, 2)}]
    told = replay(rig, lines)
    assert told.returncode == 0, told.stderr
    assert [line.split()[3] for line in told.stdout.splitlines()] == ["node_new:", "state:"]
    first, second = (line.split()[0] for line in told.stdout.splitlines())
    assert first[:13] == second[:13], "not an hour later"
