# SPDX-License-Identifier: Apache-2.0
"""The example configuration and policy that come with the package are what the collector reads."""

import pathlib
import re
import shutil
import subprocess

import pytest
from muster_rig import binary_folder

PACKAGING = pathlib.Path(__file__).resolve().parents[2] / "packaging"
EXAMPLE = (PACKAGING / "collector.yaml").read_text()
COMMENTED = re.compile(r"^# ( *(?:\w+:|- ))", re.MULTILINE)


def check_config(folder, text):
    file = folder / "collector.yaml"
    file.write_text(text)
    return subprocess.run([binary_folder() / "collector", "--check-config", "--config", file], capture_output=True, text=True,
                          timeout=20, check=False)


def test_the_example_is_right_as_it_is(tmp_path):
    result = check_config(tmp_path, EXAMPLE)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.endswith("collector.yaml: all is well\n")


def test_a_schedule_that_is_too_fast_for_a_takeover_is_a_warning(tmp_path):
    schedules = "schedules: [{name: hurried, check: check_load, every: 5s}, {name: calm, check: check_disk, every: 15s}]"
    result = check_config(tmp_path, EXAMPLE.replace("schedules: []", schedules))
    assert result.returncode == 0, result.stderr
    assert re.fullmatch("collector: .*collector.yaml: warning: with a second collector: .* 15 s .*: hurried\n", result.stderr)
    assert result.stdout.endswith("collector.yaml: it can be used as it is\n")


def test_every_key_of_the_example_is_right_when_it_is_switched_on(tmp_path):
    body = EXAMPLE[EXAMPLE.index("\n\n"):].replace("schedules: []\n", "")
    text, switched_on = COMMENTED.subn(r"\1", body)
    assert switched_on > 25
    result = check_config(tmp_path, text)
    assert result.returncode == 0, result.stderr
    assert check_config(tmp_path, text.replace("listen:", "lisen:")).returncode == 78


@pytest.mark.parametrize(("action", "caller", "status"), [
    ("status", "carol@ci1", 0), ("acknowledge", "carol@ci1", 2), ("acknowledge", "alice@ops1", 0),
    ("forget", "carol@ci1", 2), ("forget", "alice@ops1", 0), ("run", "alice@ops1", 0),
    ("care", "collector@mon2", 0), ("care", "alice@ops1", 2), ("acknowledge", "collector@mon2", 2)])
def test_the_example_of_a_policy_lets_everybody_look_and_those_whom_it_names_act(tmp_path, action, caller, status):
    shutil.copy(PACKAGING / "collector.policy", tmp_path)
    command = [binary_folder() / "mco", "policy", "test", "--policies", tmp_path, "--caller", caller, "--agent", "collector",
               "--action", action]
    result = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert result.returncode == status, result.stdout + result.stderr
