# SPDX-License-Identifier: Apache-2.0
"""One checkagent of a rig: its folder as `mco node add` makes it, its configuration, its process."""

import json
import pathlib
import shutil
import signal

from processes import Process

PLUGINS = "/usr/lib/nagios/plugins"


class Node:
    """A checkagent that can be stopped, frozen, killed and started again with the same folder.

    nrpe_cfg is a text or the path of a file; facts a dict, classes a list; settings are further keys of
    checkagent.yaml (None takes one out); wrapper is put before the command (strace, faketime); env changes its
    environment; copy_of starts a second process under the name and certificate of another node.
    """

    def __init__(self, rig, name, nrpe_cfg, facts=None, classes=None, settings=None, env=None, wrapper=(), copy_of=None):
        self.rig = rig
        self.name = name
        self.wrapper = list(wrapper)
        self.env = dict(env or {})
        self.process = None
        source = copy_of.folder if copy_of else self._add()
        self.folder = rig.folder / "nodes" / (f"{name}-copy{len(rig.nodes)}" if copy_of else name)
        if copy_of:
            for part in ("tls", "callers.d"):
                shutil.copytree(source / part, self.folder / part)
        self.nrpe_cfg = self.folder / "nrpe.cfg"
        self.write_nrpe_cfg(nrpe_cfg)
        self.write_facts(facts or {})
        self.classes_file = self.folder / "classes.txt"
        self.classes_file.write_text("".join(f"{line}\n" for line in classes or []))
        self.config = self.folder / "checkagent.yaml"
        self.write_config(settings or {})
        self.log_path = self.folder / "checkagent.log"

    def _add(self):
        """The certificate and the trusted callers by the real command; kept when the node is started again."""
        folder = self.rig.folder / "nodes" / self.name
        if not folder.exists():
            self.rig.must_run("node", "add", self.name, "--ca-dir", self.rig.ca, "--out", folder)
        return folder

    def write_nrpe_cfg(self, text):
        if isinstance(text, pathlib.Path):
            text = text.read_text()
        self.nrpe_cfg.write_text(text)

    def write_facts(self, facts):
        folder = self.folder / "facts.d"
        folder.mkdir(exist_ok=True)
        (folder / "rig.json").write_text(json.dumps(facts))

    def write_config(self, settings):
        config = {
            "identity": self.name,
            "brokers": [self.rig.url(broker) for broker in self.rig.brokers],
            "tls": {"ca": "tls/ca.pem", "certificate": "tls/node.pem", "key": "tls/node.key"},
            "trusted_callers": "callers.d",
            "nrpe_config": "nrpe.cfg",
            "facts_dir": "facts.d",
            "classes_file": "classes.txt",
            "facter": False,  # nothing of this machine
            "state_dir": "state",
            "policies": "policies.d",
            "agents_dir": "agents",
            "audit_log": "audit.jsonl",
            **settings,
        }
        if self.rig.plain:
            del config["tls"]
        config = {key: value for key, value in config.items() if value is not None}
        self.config.write_text(json.dumps(config, indent=1))
        (self.folder / "state").mkdir(exist_ok=True)

    def tls(self):
        """Its TLS files, for a bare client that speaks in its name."""
        return {"ca": str(self.folder / "tls" / "ca.pem"), "certificate": str(self.folder / "tls" / "node.pem"),
                "key": str(self.folder / "tls" / "node.key")}

    def command(self):
        return [*self.wrapper, str(self.rig.bin / "checkagent"), "--config", str(self.config)]

    def start(self):
        self.process = Process(self.name, self.command(), self.log_path, self.rig.environment(**self.env), self.folder)
        return self

    @property
    def pid(self):
        return self.process.pid

    @property
    def log(self):
        return self.log_path.read_text(encoding="utf-8", errors="replace") if self.log_path.exists() else ""

    def running(self):
        return self.process is not None and self.process.running()

    def freeze(self):
        self.process.signal(signal.SIGSTOP)

    def thaw(self):
        self.process.signal(signal.SIGCONT)

    def reload(self):
        self.process.signal(signal.SIGHUP)

    def stop(self):
        return self.process.stop()

    def kill(self):
        return self.process.kill()

    def end(self):
        if self.process is not None:
            self.process.end()
