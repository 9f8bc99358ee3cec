# SPDX-License-Identifier: Apache-2.0
"""./dev demo: a fleet of six nodes and a collector on this machine, asked by the real mco.

usage: demo.py [--once] [--nagios]   (without --once it stays up until Ctrl-C; with --nagios a Nagios 4 stands beside it)
The exit status is 0 only if everything answered as it should.
"""

import contextlib
import json
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))

from beside_nagios import BesideNagios  # noqa: E402  pylint: disable=wrong-import-position
from collector import Collector  # noqa: E402  pylint: disable=wrong-import-position
from fleet import DEV_NODES, FLEET  # noqa: E402  pylint: disable=wrong-import-position
from muster_rig import Rig  # noqa: E402  pylint: disable=wrong-import-position
from processes import wait_until  # noqa: E402  pylint: disable=wrong-import-position

MCO_TIMEOUT_S = 60
LOOK_S = 1  # how often Nagios writes status.dat


def say(text):
    print(f"==> {text}", flush=True)


class Show:
    """Runs mco before the spectator's eyes and remembers what was not as it should be."""

    def __init__(self, rig):
        self.rig = rig
        self.config = rig.client_config()
        self.complaints = []

    def command(self, *arguments):
        return [str(self.rig.bin / "mco"), *arguments, "--config", str(self.config)]

    def mco(self, *arguments, status, holds=(), holds_not=()):
        print(f"\n$ mco {shlex.join(arguments)}", flush=True)
        result = subprocess.run(
            self.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            timeout=MCO_TIMEOUT_S, check=False, stdin=subprocess.DEVNULL)
        print(result.stdout, end="", flush=True)
        print(f"[exit status {result.returncode}]", flush=True)
        if result.returncode != status:
            self.complain(("mco", *arguments), f"exit status {result.returncode} instead of {status}")
        for pattern in holds:
            if not re.search(pattern, result.stdout, re.MULTILINE):
                self.complain(("mco", *arguments), f"no {pattern!r} in what it printed")
        for pattern in holds_not:
            if re.search(pattern, result.stdout, re.MULTILINE):
                self.complain(("mco", *arguments), f"{pattern!r} in what it printed")

    def run(self, *arguments):
        """Behind the spectator's back."""
        return subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=MCO_TIMEOUT_S, check=False)

    def complain(self, words, what):
        self.complaints.append(f"{shlex.join(map(str, words))}: {what}")


# Often, so that there is something to see after a minute.
SCHEDULES = [{"name": "disks", "check": "check_disks", "every": "10s", "splay": "2s", "timeout": "3s"},
             {"name": "load", "checks": ["check_load", "check_users"], "every": "10s", "splay": "4s", "timeout": "3s"}]


def start(rig, monitor):
    say("making a certificate authority, keys of an operator and a collector, and mosquitto with mutual TLS on a free "
        "loopback port")
    broker = rig.start_broker()
    if monitor:
        say("making the key of a nagios-bridge, which every node will trust")
        monitor.make_bridge(rig)
    collector = Collector(rig, settings={"schedules": SCHEDULES})
    broker.restart()  # it reads the rights of the collector when it starts
    say(f"mosquitto listens on 127.0.0.1:{broker.port}; starting {len(FLEET)} checkagents")
    nodes = [rig.start_node(name, wait=False, **parts) for name, parts in FLEET.items()]
    for node in nodes:
        rig.wait_for_presence(node.name, "up", node)
    say("starting the collector, which asks for disks, load and users every ten seconds")
    return collector.start()


def wait_for_disks(show):
    """Until the collector asks the fleet – it first waits whether another one does – and has everybody's disks."""
    def known():
        told = json.loads(show.run("status", "check_disks", "--all", "--json").stdout or "{}")
        return len(told.get("services", ())) == len(FLEET) and told["health"].get("asks")

    wait_until(known, "the collector asks, and has a result of everybody", timeout=60, pause=0.5)


def ask(show):
    total = len(FLEET)
    names = [rf"^\s*{re.escape(name)}\b" for name in FLEET]
    show.mco("ping", status=0, holds=names)
    show.mco("find", "--with-fact", "kernel=linux", status=0, holds=names)
    show.mco(
        "nrpe", "check_disks", status=2,
        holds=[r"web1\.example\.net\s+status=CRITICAL", r"db1\.example\.net\s+status=WARNING", r"mail1\.example\.net\s+status=UNKNOWN",
               rf"Finished processing {total} / {total} hosts in ", r"OK: 3", r"WARNING: 1", r"CRITICAL: 1",
               r"UNKNOWN: 1"],
        holds_not=[r"web2\.example\.net", "No response"])
    show.mco(
        "nrpe", "-W", "/dev_server/", "check_load", "-v", status=0,
        holds=[*(rf"{re.escape(name)}\s+status=OK" for name in DEV_NODES), r"Nodes: 2 / 2"],
        holds_not=[r"web1\.example\.net"])
    wait_for_disks(show)
    show.mco("status", "check_disks", status=2,
             holds=[r"^CRITICAL .*web1\.example\.net", r"^WARNING .*db1\.example\.net", r"^UNKNOWN .*mail1\.example\.net"],
             holds_not=["No result"])


def feed_nagios(monitor, node):
    """The states of the fleet, as Nagios shows them: its status.dat."""
    print()
    say("asking the fleet for the hosts and services that Nagios shall know, and starting Nagios 4 and the bridge")
    monitor.start()
    print()
    say("what Nagios says now, problems only, as they arrive in its status.dat: host, service, state, output")
    monitor.wait_for_problems()
    say(f"Nagios has {monitor.counts()} (PENDING: nobody has asked for it yet)")
    print()
    say(f"stopping the checkagent of {node.name}, and starting it again")
    node.stop()
    monitor.wait_for_host(node.name, "DOWN")
    node.start()
    monitor.wait_for_host(node.name, "UP")
    monitor.wait_until_safe()
    monitor.bridge_says("status", holds="^OK")
    monitor.bridge_says("dead-letters", holds="^no")


def tell_how_to_go_on(show, page):
    program = shlex.join([str(show.rig.bin / "mco")])
    config = shlex.quote(str(show.config))
    one_node = show.rig.nodes[0]
    print(f"""
The fleet is up. Look at it:

  {page}/
  {page}/nodes/dev1.example.net/check_load   its graphs begin after a minute
  {page}/checks/check_load?span=4h           and those of the fleet

Go on playing in another terminal:

  alias mco={shlex.quote(program)}; export MUSTER_CONFIG={config}
  mco nrpe check_disks -v
  mco nrpe check_disks,check_load,check_users
  mco nrpe check_greeting hello -I dev1.example.net
  mco find -F location=uk -C /_server/
  mco status; mco history web1.example.net check_disks; mco graph --last 1h dev1.example.net check_load
  mco ack web1.example.net check_disks -m 'disk is ordered'
  mco nrpe --help

or without any of it:

  {program} nrpe --config {config} check_disks

Break something: edit {one_node.nrpe_cfg}, or
  kill -STOP {one_node.pid}   # {one_node.name} goes silent; -CONT brings it back
Everything lies in {show.rig.folder}; Ctrl-C here ends it all.
""", flush=True)


def wait_for_interrupt(monitor):
    try:
        while monitor:
            monitor.news()
            time.sleep(LOOK_S)
        signal.pause()
    except KeyboardInterrupt:
        print()
        say("ending the fleet")


def end_on_sigterm(*_):
    raise KeyboardInterrupt


def go_on(rig, show, collector, monitor, once):
    ask(show)
    if monitor:
        feed_nagios(monitor, rig.nodes[-1])
        show.complaints += monitor.complaints
    print()
    for complaint in show.complaints:
        say(f"NOT AS IT SHOULD BE: {complaint}")
    if show.complaints:
        print(rig.logs())
    else:
        say("everything answered as it should")
    if not once:
        tell_how_to_go_on(show, collector.address)
        if monitor:
            monitor.tell_how_to_go_on()
        wait_for_interrupt(monitor)


def main():
    signal.signal(signal.SIGTERM, end_on_sigterm)
    options = sys.argv[1:]
    try:
        with Rig() as rig, contextlib.ExitStack() as ends:
            monitor = BesideNagios() if "--nagios" in options else None
            if monitor:
                ends.callback(monitor.end)
            collector = start(rig, monitor)
            ends.callback(collector.end)
            show = Show(rig)
            go_on(rig, show, collector, monitor, "--once" in options)
            return 1 if show.complaints else 0
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
