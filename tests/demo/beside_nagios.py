# SPDX-License-Identifier: Apache-2.0
"""What ./dev demo --nagios adds: a real Nagios 4 with the fleet's definitions, and the nagios-bridge that feeds it."""

import collections
import json
import re
import shlex
import subprocess

from bridge import Bridge
from nagios4 import NAGIOS, Nagios4
from processes import Failed, wait_until

PATIENCE_S = 60
HOST_STATES = ("UP", "DOWN", "UNREACHABLE")
SERVICE_STATES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
PROBLEMS = {"web1.example.net": "CRITICAL", "db1.example.net": "WARNING", "mail1.example.net": "UNKNOWN"}  # of check_disks


class FleetNagios(Nagios4):
    """Its hosts and services are what `nagios-bridge export nagios` wrote; contacts and times those of a site."""

    def __init__(self):
        super().__init__("", log=False)
        self.definitions = self.folder / "muster"
        (self.folder / "nagios.cfg").write_text(f"{self.main}illegal_macro_output_chars=`~$&|'\"<>\ncfg_dir={self.definitions}\n")

    def told(self):
        """{(host, service): (state, output)}; a service that nobody has asked for yet is PENDING."""
        found = {}
        for (host, service), values in self.states().items():
            names = SERVICE_STATES if service else HOST_STATES
            known = values["has_been_checked"] == "1"
            found[host, service] = (names[int(values["current_state"])] if known else "PENDING", values["plugin_output"])
        return found


class BesideNagios:
    """Nothing runs before start(); the bridge has its key before the fleet is made, so that every node trusts it."""

    def __init__(self):
        self.nagios = FleetNagios()
        self.bridge = None
        self.complaints = []
        self.printed = {}

    def make_bridge(self, rig):
        var = self.nagios.var
        self.bridge = Bridge(rig, sinks=[{
            "kind": "nagios", "command_file": str(self.nagios.pipe), "status_file": str(var / "status.dat"),
            "retention_file": str(var / "retention.dat"), "object_cache": str(var / "objects.cache"),
            "work_dir": str(self.nagios.folder / "batches"), "group": self.nagios.group, "save_every": "1s"}],
            settings={"export": {"host_template": "passive_host", "service_template": "passive_service"}})

    def show(self, command, shown, holds, keep=""):
        """Runs a command before the spectator's eyes, who sees the lines that `keep` fits; notes what is not as it should be."""
        shown = shlex.join(map(str, shown))
        print(f"\n$ {shown}", flush=True)
        done = subprocess.run([str(word) for word in command], env=self.bridge.rig.environment(), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", timeout=PATIENCE_S, check=False,
                              stdin=subprocess.DEVNULL)
        print("".join(f"{line}\n" for line in done.stdout.splitlines() if re.search(keep, line)), end="")
        print(f"[exit status {done.returncode}]", flush=True)
        if done.returncode != 0 or not re.search(holds, done.stdout, re.MULTILINE):
            self.complaints.append(f"{shown}: no {holds!r}, or exit status {done.returncode}: {done.stdout}")

    def bridge_says(self, *words, holds):
        program = self.bridge.rig.bin / "nagios-bridge"
        self.show([program, "--config", self.bridge.config, *words], ["nagios-bridge", *words], holds)

    def start(self):
        """Writes the definitions, lets Nagios look at them, starts both."""
        self.bridge_says("export", "nagios", "-o", self.nagios.definitions, holds=r"^6 hosts, \d+ services; ")
        look = ["-v", self.nagios.folder / "nagios.cfg"]
        self.show([NAGIOS, *look], ["nagios4", *look], r"^Total Errors: +0$", r"Checked \d+ (services|hosts|host groups)\.|^Total")
        if self.complaints:
            raise Failed(self.complaints[0])
        self.nagios.start()
        self.bridge.start()

    def news(self):
        """Prints each problem, and each end of one, that Nagios has learnt since the last call."""
        told = self.nagios.told()
        for key in sorted(told):
            state, output = told[key]
            before = self.printed.get(key, "PENDING")
            if state != before and (before != "PENDING" or state not in ("UP", "OK")):
                print(f"  {key[0]:<20} {key[1] or '(the host itself)':<18} {state:<9} {output}", flush=True)
            self.printed[key] = state
        return told

    def wait_for_host(self, name, state):
        wait_until(lambda: self.news().get((name, ""), ("",))[0] == state, lambda: f"Nagios shows {name} as {state}\n{self.bridge.log}",
                   timeout=PATIENCE_S, pause=0.5)

    def wait_for_problems(self):
        def arrived():
            told = self.news()
            return all(told.get((host, "check_disks"), ("",))[0] == state for host, state in PROBLEMS.items()) and all(
                state != "PENDING" for (_, service), (state, _) in told.items() if service in ("", "check_disks", "check_users"))

        wait_until(arrived, lambda: f"Nagios shows the problems: {self.nagios.told()}\n{self.bridge.log}\n{self.nagios.log}",
                   timeout=PATIENCE_S, pause=0.5)

    def wait_until_safe(self):
        """Nagios has its states on the disk, and the queue is empty for a moment."""
        def safe():
            sinks = json.loads(self.bridge.command("status", "--json").stdout or "{}").get("sinks", [])
            return sinks and all(sink["working"] and sink["waiting"] == 0 for sink in sinks)

        wait_until(safe, lambda: f"Nagios has saved all: {self.bridge.command('status').stdout}\n{self.bridge.log}", timeout=PATIENCE_S,
                   pause=0.2)

    def counts(self):
        """How many hosts and services are in each state, in words."""
        states = {"hosts": collections.Counter(), "services": collections.Counter()}
        for (_, service), (state, _) in self.nagios.told().items():
            states["services" if service else "hosts"][state] += 1
        return "; ".join(f"{counter.total()} {kind}: " + ", ".join(f"{count} {state}" for state, count in sorted(counter.items()))
                         for kind, counter in states.items())

    def tell_how_to_go_on(self):
        program = self.bridge.rig.bin / "nagios-bridge"
        print(f"""Whatever changes in Nagios is printed here. In the other terminal:

  mco nrpe check_cron         # where no cron runs, Nagios shows it a second later
  nagios-bridge() {{ {program} --config {self.bridge.config} "$@"; }}
  nagios-bridge status; nagios-bridge dead-letters
  less {self.nagios.var / "status.dat"}   # all that Nagios knows
  less {self.nagios.definitions}/nodes/*  # what nagios-bridge wrote for it
  kill {self.nagios.process.pid}              # Nagios ends; what happens meanwhile waits. Then, in the foreground:
  {shlex.join(self.nagios.command())}
""", flush=True)

    def end(self):
        if self.bridge is not None:
            self.bridge.end()
        self.nagios.end()
