# SPDX-License-Identifier: Apache-2.0
"""Checks whose state a test changes while the fleet runs: their plugin says what stands in a file."""

PLUGIN = """#!/bin/sh
read -r code text < "$1" || exit 3
echo "$text"
exit "$code"
"""


class Switchboard:
    """Files that the plugin of each check on each node reads its state from, in the rig's folder."""

    def __init__(self, rig):
        self.folder = rig.folder / "switches"
        self.folder.mkdir()
        self.plugin = self.folder / "check_switch"
        self.plugin.write_text(PLUGIN)
        self.plugin.chmod(0o755)

    def set(self, node, check, code, text="as it was told"):
        path = self.folder / f"{node}.{check}"
        new = path.with_suffix(".new")
        new.write_text(f"{code} {text}\n")
        new.rename(path)  # a plugin sees the old state or the new one

    def nrpe_cfg(self, node, checks):
        return "".join(f"command[{check}]={self.plugin} {self.folder}/{node}.{check}\n" for check in checks)
