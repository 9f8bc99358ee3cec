# SPDX-License-Identifier: Apache-2.0
"""The example configuration that comes with the package is what the bridge reads."""

import pathlib
import re
import subprocess

from muster_rig import binary_folder

EXAMPLE = (pathlib.Path(__file__).resolve().parents[2] / "packaging" / "nagios-bridge.yaml").read_text()
COMMENTED = re.compile(r"^# ( *(?:\w+:|- ))", re.MULTILINE)


def check_config(folder, text):
    file = folder / "nagios-bridge.yaml"
    file.write_text(text)
    return subprocess.run([binary_folder() / "nagios-bridge", "--check-config", "--config", file], capture_output=True,
                          text=True, timeout=20, check=False)


def test_the_example_is_right_as_it_is(tmp_path):
    result = check_config(tmp_path, EXAMPLE)
    assert result.returncode == 0, result.stderr


def test_every_key_of_the_example_is_right_when_it_is_switched_on(tmp_path):
    text, switched_on = COMMENTED.subn(r"\1", EXAMPLE[EXAMPLE.index("\n\n"):])
    assert switched_on > 10
    result = check_config(tmp_path, text)
    assert result.returncode == 0, result.stderr
    assert check_config(tmp_path, text.replace("node_patience:", "node_patients:")).returncode == 78
