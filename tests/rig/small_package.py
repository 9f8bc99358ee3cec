# SPDX-License-Identifier: Apache-2.0
"""A real Debian package that carries a plugin, in versions that a test makes, and real dpkg in a root of each node's own."""

import subprocess

NAME = "muster-test-app"
PLUGIN = "usr/lib/muster-test-app/check_app"


def build(folder, version, script):
    """Makes the .deb; `script` is the plugin's, None leaves it out."""
    tree = folder / f"{NAME}_{version}"
    control = tree / "DEBIAN" / "control"
    control.parent.mkdir(parents=True)
    control.write_text(f"Package: {NAME}\nVersion: {version}\nArchitecture: all\nMaintainer: nobody <nobody@example.org>\n"
                       "Description: an application that tells how it is\n")
    if script is not None:
        plugin = tree / PLUGIN
        plugin.parent.mkdir(parents=True)
        plugin.write_text(f"#!/bin/sh\n{script}\n")
        plugin.chmod(0o755)
    package = folder / f"{NAME}_{version}_all.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", tree, package], check=True, capture_output=True)
    return package


class PackageRoot:
    """Where the packages of one node are installed. Needs root, as dpkg does."""

    def __init__(self, folder):
        self.folder = folder
        self.database = folder / "var" / "lib" / "dpkg"
        for name in ("info", "updates", "triggers"):
            (self.database / name).mkdir(parents=True)
        (self.database / "status").touch()
        (folder / "var" / "log").mkdir()
        self.plugin = folder / PLUGIN

    def install(self, package):
        """Installs, upgrades or downgrades."""
        command = ["dpkg", f"--root={self.folder}", "--force-downgrade", "--install", package]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result

    def version(self):
        command = ["dpkg-query", f"--admindir={self.database}", "--show", "--showformat=${Version}", NAME]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
