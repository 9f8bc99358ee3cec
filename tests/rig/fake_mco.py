# SPDX-License-Identifier: Apache-2.0
"""A `mco` in front of a fleet that is nothing but a file, for what docs/rolling.sh decides when HAProxy says this or that.

    fleet = FakeFleet(folder, balancers=["lb1"], servers=["web1", "web2"])
    fleet.when("haproxy drain .*server=web1", {"web2": "DOWN"})
    done = fleet.roll()

The real ones say what they say in their own time; here it is told which call changes what. Only the calls of rolling.sh are
known, with the exit statuses and the JSON of docs/output.md and docs/rpc.md, as far as they are read.
"""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys

ROLLING = pathlib.Path(__file__).resolve().parents[2] / "docs" / "rolling.sh"


class FakeFleet:
    def __init__(self, folder, balancers=("lb1", "lb2"), servers=("web1", "web2")):
        self.file = folder / "fleet.json"
        self.bin = folder / "bin"
        self.bin.mkdir()
        mco = self.bin / "mco"
        mco.write_text(f'#!/bin/sh\nexec {sys.executable} -B {__file__} {self.file} "$@"\n')
        mco.chmod(0o755)
        row = {"state": "UP", "weight": 1, "sessions": 0}
        self.fleet = {"balancers": {balancer: {server: dict(row) for server in servers} for balancer in balancers},
                      "versions": {server: "1.0-1" for server in servers}, "newest": {}, "rules": [], "calls": []}

    def when(self, call, change=None, **rule):
        """The first time that a call matches: {server: state}, after it, on the balancer `on` or on all of them. Others:
        since=REGEX (only once there was such a call), fails=True (it does nothing, exit status 2), signals=True (SIGTERM for
        rolling.sh, before it)."""
        self.fleet["rules"].append({"call": call, "change": change or {}, **rule})

    def roll(self, stdin=subprocess.DEVNULL, **settings):
        self.file.write_text(json.dumps(self.fleet))
        environment = {"PATH": f"{self.bin}:/usr/sbin:/usr/bin:/sbin:/bin", "DRAIN_TIME": "1", **settings}
        done = subprocess.run([ROLLING, "app", "web", "check_app"], env=environment, text=True, timeout=60, stdin=stdin,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.fleet = json.loads(self.file.read_text())
        return done

    def calls(self, pattern):
        return [call for call in self.fleet["calls"] if re.search(pattern, call)]

    def states(self, server):
        return [rows[server]["state"] for rows in self.fleet["balancers"].values()]


class Call:
    def __init__(self, fleet, words):
        self.fleet, self.words = fleet, list(words)
        self.named = [words[at + 1] for at, word in enumerate(words) if word == "-I"]
        self.inputs = dict(word.split("=", 1) for word in words if "=" in word)

    def find(self):
        print("\n".join(self.fleet["balancers" if "load_balancer" in self.words else "versions"]))

    def gate(self):
        return 0

    def package(self):
        for server in self.named:
            self.fleet["versions"][server] = self.fleet["newest"].get(server, "2.0-1")

    def rpc(self):
        if self.words[1:3] == ["package", "status"]:
            return self.answer({server: {"ensure": self.fleet["versions"][server]} for server in self.named})
        rows = {balancer: self.fleet["balancers"][balancer][self.inputs["server"]] for balancer in self.named}
        if self.words[2] != "status":
            for row in rows.values():
                row["state"] = {"drain": "DRAIN", "ready": "UP"}[self.words[2]]
        return self.answer(rows)

    def answer(self, data):
        if "--json" in self.words:
            silent = self.fleet.get("silent", [])
            print(json.dumps({"replies": [{"sender": name, "statuscode": 0, "statusmsg": "OK", "data": told}
                                          for name, told in data.items() if name not in silent], "nodes": []}))
        return 0


def rule_for(fleet, call):
    for rule in fleet["rules"]:
        since = rule.get("since")
        if re.search(rule["call"], call) and (not since or any(re.search(since, earlier) for earlier in fleet["calls"])):
            fleet["rules"].remove(rule)
            return rule
    return {}


def main(file, *words):
    fleet = json.loads(file.read_text())
    line = " ".join(words)
    rule = rule_for(fleet, line)
    fleet["calls"].append(line)
    fleet["stdin"] = os.readlink("/proc/self/fd/0")
    if rule.get("signals"):
        os.kill(os.getppid(), signal.SIGTERM)  # of this call and rolling.sh, it reaches the one that has a trap
    status = 2 if rule.get("fails") else getattr(Call(fleet, words), words[0])() or 0
    for server, state in rule.get("change", {}).items():
        for balancer, rows in fleet["balancers"].items():
            if balancer == rule.get("on", balancer):
                rows[server]["state"] = state
    file.write_text(json.dumps(fleet))
    return status


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), *sys.argv[2:]))
