# SPDX-License-Identifier: Apache-2.0
"""The programs that docs/client-library.md shows, against real nodes."""

import os
import pathlib
import re
import subprocess
import sys

import pytest
from asking import OK
from muster_rig import Rig
from processes import wait_until

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs" / "client-library.md"
DUMMY = "/usr/lib/nagios/plugins/check_dummy"
TIMEOUT_S = 60


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        for number, name in enumerate(["db1", "web1"]):
            checks = f"command[check_load]={DUMMY} {2 * number} mixed\ncommand[ok]={OK}\n"
            rig.start_node(name, checks, wait=False)
        for node in rig.nodes:
            rig.wait_for_presence(node.name, "up", node)
        yield rig


def configured(rig, **changes):
    return rig.environment(**{"MUSTER_CONFIG": str(rig.client_config()), **changes})


def problems(rig, *arguments, **changes):
    return subprocess.run([rig.bin / "problems", *arguments], env=configured(rig, **changes), text=True, timeout=TIMEOUT_S,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


def test_the_example_prints_the_problems_and_how_many_answered(fleet):
    result = problems(fleet, "check_load")
    assert result.returncode == 1, result.stderr
    assert re.search(r"^web1: .*CRITICAL: mixed", result.stdout)
    assert result.stdout.endswith("\n1 of 2\n")
    assert "db1" not in result.stdout


def test_the_example_is_content_when_all_is_well(fleet):
    result = problems(fleet, "ok")
    assert (result.returncode, result.stdout) == (0, "0 of 2\n")


def test_the_example_names_a_node_that_was_killed(bare_rig):
    bare_rig.start_broker()
    node = bare_rig.start_node("web1", f"command[slow]=touch {bare_rig.folder}/began; sleep 30\n")
    with subprocess.Popen([bare_rig.bin / "problems", "slow"], env=configured(bare_rig), text=True,
                          stdout=subprocess.PIPE) as asking:
        wait_until(lambda: (bare_rig.folder / "began").exists(), "the check has begun")
        node.kill()
        told, _ = asking.communicate(timeout=TIMEOUT_S)
    assert told.startswith("web1: ") and told.endswith("\n1 of 1\n")
    assert asking.returncode == 1


def test_the_example_says_where_it_looked_for_its_settings(fleet):
    result = problems(fleet, "ok", MUSTER_CONFIG="/does/not/exist.yaml")
    assert result.returncode == 64
    assert "/does/not/exist.yaml" in result.stderr


def test_the_python_example_lists_every_node_with_its_fate(fleet):
    program = re.search(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL).group(1)
    environment = configured(fleet)
    environment["PATH"] = f"{fleet.bin}{os.pathsep}{environment['PATH']}"
    result = subprocess.run([sys.executable, "-c", program], env=environment, text=True, timeout=TIMEOUT_S,
                            stdout=subprocess.PIPE, check=True)
    assert result.stdout == "db1 done\nweb1 done\n"
