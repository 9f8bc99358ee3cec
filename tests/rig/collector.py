# SPDX-License-Identifier: Apache-2.0
"""A real collector of a rig, and what it has stored."""

import json
import re
import shutil
import sqlite3

from processes import Process, wait_until

NAME = "collector@mon1"


def web_with_token(rig, name, token, **more):
    """`web` of collector.yaml for a page on which this token may operate."""
    tokens = rig.folder / "tokens"
    tokens.write_text(f"{name} operate {token}\n")
    tokens.chmod(0o600)
    return {"listen": "127.0.0.1:0", "tokens": str(tokens), **more}


class Collector:
    """One collector with a folder of its own. It may be killed and started again; its store stays."""

    def __init__(self, rig, name=NAME, settings=None):
        self.rig = rig
        self.name = name
        self.folder = rig.client_folder(name)
        if not self.folder.exists():
            rig.must_run("key", "generate", name, "--dir", self.folder, "--ca-dir", rig.ca, "--results", "--no-forget")
        self.config = self.folder / "collector.yaml"
        config = {"identity": name, "brokers": [rig.url(broker) for broker in rig.brokers],
                  "tls": rig.tls(name, relative=True), "state_dir": "state", "trusted_callers": "callers.d",
                  "policies": "policies.d", "audit_log": "audit.jsonl", "web": {"listen": "127.0.0.1:0"},
                  **(settings or {})}
        self.state = self.folder / config["state_dir"]
        if rig.plain:
            del config["tls"]
        self.config.write_text(json.dumps(config))
        self.trust()
        self.log_path = self.folder / "collector.log"
        self.process = None

    @property
    def address(self):
        """Where its page is; the port was free when it started."""
        return re.findall(r"the page is at (http://\S+)/", self.log)[-1]

    def trust(self):
        """The callers that the authority knows may ask it."""
        callers = self.folder / "callers.d"
        callers.mkdir(exist_ok=True)
        for key in self.rig.ca.rglob("*.pub"):
            shutil.copy(key, callers)

    def start(self):
        command = [str(self.rig.bin / "collector"), "--config", str(self.config)]
        self.process = Process(self.name, command, self.log_path, self.rig.environment(), self.folder)
        return self

    @property
    def log(self):
        return self.log_path.read_text(encoding="utf-8", errors="replace") if self.log_path.exists() else ""

    @property
    def database(self):
        return self.state / "collector.db"

    def rows(self, sql, *values):
        """What is stored, as a reader beside the collector sees it."""
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def results(self):
        """How many results of each node are stored."""
        return dict(self.rows("SELECT node, SUM(results) FROM service GROUP BY node"))

    def cursors(self):
        return {name: (epoch, seq) for name, epoch, seq in self.rows("SELECT name, epoch, seq FROM node")}

    def events(self, kind):
        return self.rows("SELECT node, service, new_state, replayed, message FROM event WHERE kind = ? ORDER BY id", kind)

    def is_ready(self):
        return self.database.exists() and "are known" in self.log  # the tables are made

    def wait_for(self, condition, what):
        wait_until(lambda: self.is_ready() and condition(), lambda: f"{what}\n{self.log}", timeout=60)

    def kill(self):
        return self.process.kill()

    def stop(self):
        return self.process.stop()

    def end(self):
        if self.process is not None:
            self.process.end()
