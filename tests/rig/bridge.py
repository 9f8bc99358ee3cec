# SPDX-License-Identifier: Apache-2.0
"""A real nagios-bridge of a rig, and what it has told."""

import json
import sqlite3
import subprocess

from processes import Process, wait_until

NAME = "nagios-bridge@mon1"


class Bridge:
    """One bridge with a folder of its own. It may be killed and started again; its queue stays.

    Without sinks given, it writes what it tells into a file: told()."""

    def __init__(self, rig, name=NAME, sinks=None, settings=None):
        self.rig = rig
        self.name = name
        self.folder = rig.client_folder(name)
        if not self.folder.exists():
            rig.must_run("key", "generate", name, "--dir", self.folder, "--ca-dir", rig.ca, "--results", "--no-forget")
        self.config = self.folder / "nagios-bridge.yaml"
        self.out = self.folder / "told.jsonl"
        self.log_path = self.folder / "nagios-bridge.log"
        self.process = None
        self.write_config(sinks, settings)

    def write_config(self, sinks=None, settings=None):
        config = {"identity": self.name, "brokers": [self.rig.url(broker) for broker in self.rig.brokers],
                  "tls": self.rig.tls(self.name, relative=True), "state_dir": "state", "node_patience": "1s",
                  "sinks": sinks or [{"kind": "file", "path": str(self.out)}], **(settings or {})}
        if self.rig.plain:
            del config["tls"]
        self.config.write_text(json.dumps(config))

    def start(self):
        command = [str(self.rig.bin / "nagios-bridge"), "--config", str(self.config)]
        self.process = Process(self.name, command, self.log_path, self.rig.environment(), self.folder)
        return self

    def command(self, *words):
        """`nagios-bridge WORDS` beside the one that runs."""
        return subprocess.run(
            [self.rig.bin / "nagios-bridge", "--config", self.config, *words], env=self.rig.environment(), text=True,
            capture_output=True, timeout=30, check=False)

    @staticmethod
    def validated(name, text):
        from asking import validated  # pylint: disable=import-outside-toplevel  # the demo has no python3-jsonschema

        return validated(name, text)

    def status(self):
        text = self.command("status", "--json").stdout
        return self.validated("bridge_status", text) if text else {}

    def dead_letters(self):
        return self.validated("bridge_dead_letters", self.command("dead-letters", "--json").stdout)["dead_letters"]

    def told(self, path=None):
        """Every line that the file sink wrote, each once: a line that is being written is left out."""
        path = path or self.out
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text().split("\n")[:-1] if line]

    def results(self, path=None):
        return [line for line in self.told(path) if line["service"] is not None]

    def hosts(self):
        """(host, state) of every host that was told, in order."""
        return [(line["host"], line["state"]) for line in self.told() if line["service"] is None]

    def rows(self, sql, *values):
        connection = sqlite3.connect(f"file:{self.folder / 'state' / 'queue.db'}?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def cursors(self):
        return {name: (epoch, seq) for name, epoch, seq in self.rows("SELECT name, epoch, seq FROM node")}

    @property
    def log(self):
        return self.log_path.read_text(encoding="utf-8", errors="replace") if self.log_path.exists() else ""

    def is_ready(self):
        return "nodes are known" in self.log

    def wait_for(self, condition, what):
        wait_until(lambda: self.is_ready() and condition(), lambda: f"{what}\n{self.log}", timeout=60)

    def kill(self):
        return self.process.kill()

    def stop(self):
        return self.process.stop()

    def end(self):
        if self.process is not None:
            self.process.end()
