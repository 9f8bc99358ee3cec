# SPDX-License-Identifier: Apache-2.0
"""muster-privileged under test: listens on a socket in a folder of the test, with tools of the test's choice."""

import json
import pathlib
import socket

from muster_rig import binary_folder
from processes import Process, wait_until


class Privileged:
    """One muster-privileged with a folder of its own. `tools` are paths of programs by their key in privileged.yaml."""

    def __init__(self, folder, tools, **settings):
        self.folder = pathlib.Path(folder)
        self.socket = self.folder / "privileged.sock"
        self.config = self.folder / "privileged.yaml"
        self.log_file = self.folder / "privileged.log"
        settings = {"user": "root", "delay_of_own_change": "0s", "state_dir": str(self.folder / "state"), **settings}
        settings["tools"] = {key: str(path) for key, path in tools.items()}
        self.config.write_text(json.dumps(settings))
        self.process = None

    def start(self):
        self.process = Process(
            "muster-privileged", [binary_folder() / "muster-privileged", "--config", self.config, "--listen", self.socket],
            self.log_file)
        wait_until(lambda: self.socket.exists() or not self.process.running(), lambda: f"it listens:\n{self.log}")
        assert self.process.running(), self.log
        return self

    @property
    def log(self):
        return self.log_file.read_text() if self.log_file.exists() else ""

    def stop(self):
        if self.process:
            self.process.stop()

    def connect(self):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(60)
        wait_until(lambda: _connects(connection, self.socket), lambda: f"it takes connections:\n{self.log}")
        return connection

    def send(self, connection, agent, action, deadline_ms=60000, **inputs):
        request = {"agent": agent, "action": action, "inputs": inputs, "deadline_ms": deadline_ms}
        connection.sendall(json.dumps(request).encode() + b"\n")

    def ask(self, agent, action, deadline_ms=60000, **inputs):
        """The reply; the connection is closed when it has come."""
        with self.connect() as connection:
            self.send(connection, agent, action, deadline_ms, **inputs)
            return reply(connection)

    def ask_raw(self, line):
        with self.connect() as connection:
            connection.sendall(line)
            return reply(connection)


def _connects(connection, path):
    try:
        connection.connect(str(path))
    except OSError:
        return False
    return True


def reply(connection):
    received = b""
    while not received.endswith(b"\n"):
        part = connection.recv(65536)
        assert part, f"the connection ended after {received!r}"
        received += part
    return json.loads(received)


def script(folder, name, text):
    """An executable shell script in the folder."""
    path = pathlib.Path(folder) / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path
