# SPDX-License-Identifier: Apache-2.0
"""Every command of checks/ is run once, by a real node: it has to be a plugin that exists, called as it wants to be."""

import json
import pathlib
import re

CHECKS = pathlib.Path(__file__).resolve().parents[2] / "checks"
COMMAND = re.compile(r"^command\[([^\]]+)\]=(.*)$", re.MULTILINE)


def commands():
    found = {}
    for path in sorted(CHECKS.glob("*.cfg")):
        for name, line in COMMAND.findall(path.read_text()):
            assert name not in found, f"{path.name}: {name} is defined twice"
            found[name] = line
    return found


def test_every_ready_check_is_run_once(rig):
    rig.start_node("web1", nrpe_cfg=f"command_timeout=40\ninclude_dir={CHECKS}\n")
    result = rig.mco("nrpe", "--all", "--json", "-t", "45", timeout=100)
    text = result.stdout
    runs = {run["command"]: run for run in every_run(json.loads(text))}
    assert sorted(runs) == sorted(commands()), result.stderr
    for name, run in runs.items():
        # A plugin that is missing or called wrongly is UNKNOWN; one that finds no web server here is CRITICAL.
        assert run["state"] in ("OK", "WARNING", "CRITICAL"), f"{name}: {run}"


def every_run(value):
    """Every object that tells of one run, wherever the document holds it."""
    if isinstance(value, dict):
        if {"command", "state"} <= value.keys() or {"check", "state"} <= value.keys():
            yield {"command": value.get("command", value.get("check")), **value}
        for part in value.values():
            yield from every_run(part)
    elif isinstance(value, list):
        for part in value:
            yield from every_run(part)
