# SPDX-License-Identifier: Apache-2.0
"""The demo is the first thing that anybody runs: it has to work with the programs under test."""

import os
import pathlib
import subprocess
import sys

from muster_rig import binary_folder

DEMO = pathlib.Path(__file__).resolve().parents[1] / "demo" / "demo.py"


def test_the_demo_answers_as_it_should_and_ends():
    # The rig of the demo finds its programs as the rig of a test does.
    result = subprocess.run(
        [sys.executable, "-B", DEMO, "--once"], env={**os.environ, "MUSTER_BIN": str(binary_folder())}, text=True,
        errors="replace", capture_output=True, stdin=subprocess.DEVNULL, timeout=120, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "everything answered as it should" in result.stdout
