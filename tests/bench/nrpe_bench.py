# SPDX-License-Identifier: Apache-2.0
"""./dev bench nrpe: checkagent's NRPE listener beside a real nrpe, asked by the real check_nrpe, 200 at a time."""

import os
import statistics
import time

from muster_rig import Rig
from nrpe_server import NrpeServer
from ports import take_port
from process_cost import total_memory

AT_ONCE = 200
CHECK_NRPE = "/usr/lib/nagios/plugins/check_nrpe"
CHECK = "command[check_dummy]=/usr/lib/nagios/plugins/check_dummy 0 fine\n"
SILENT = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0), (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)]


def ask(port, options, environment, clients):
    """Starts so many check_nrpe at once. Milliseconds until each of them had ended, and how many had no answer."""
    command = [CHECK_NRPE, "-H", "127.0.0.1", "-p", str(port), "-t", "120", "-c", "check_dummy", *options]
    started = time.perf_counter()
    waiting = {os.posix_spawn(command[0], command, environment, file_actions=SILENT) for _ in range(clients)}
    times, failed = [], 0
    while waiting:
        pid, status = os.wait()
        if pid in waiting:
            waiting.remove(pid)
            times.append(round((time.perf_counter() - started) * 1000, 1))
            failed += status != 0
    return times, failed


def nrpe(runs, about):
    """The same questions to both in turn, so that a slower minute of the machine is slow for both."""
    measured = {**about, "clients": AT_ONCE, "rounds": runs}
    port = take_port()
    for kind, plain in (("tls", False), ("plain", True)):
        with Rig() as rig:
            rig.start_broker(plain=True)
            node = rig.start_node("bench1", CHECK, wait=False, settings={"nrpe_listener": {
                "address": "127.0.0.1", "port": port.number, "allowed_hosts": ["127.0.0.1"], "plain": plain}})
            rig.wait_until_answered("bench1", node)
            with NrpeServer(rig.folder / "nrpe", CHECK, tls=not plain) as server:
                measured[kind] = in_turn(runs, rig.environment(), ["-n"] if plain else [],
                                         {"listener": port.number, "nrpe": server.port})
            measured[kind]["memory_after"] = total_memory([node.pid])
    port.close()
    return measured


def in_turn(runs, environment, options, ports):
    measured = {name: {"all": [], "median": [], "p95": [], "one": [], "failed": 0} for name in ports}
    for run in range(runs + 1):
        for name, port in ports.items():
            alone, _ = ask(port, options, environment, 1)
            times, failed = ask(port, options, environment, AT_ONCE)
            if run > 0:  # the first is to warm up
                taken = measured[name]
                taken["one"].append(alone[0])
                taken["all"].append(times[-1])
                taken["median"].append(statistics.median(times))
                taken["p95"].append(times[round(len(times) * 0.95) - 1])
                taken["failed"] += failed
    return measured


def nrpe_table(raw, about):
    text = about + (f"{raw['clients']} check_nrpe started at once, {raw['rounds']} rounds in turn, medians of the rounds in "
                    "milliseconds; nrpe with `listen_queue_size=1024` and its default TLS.\n\n")
    text += "| | all answered | half of them | 95 % of them | one alone | no answer | all : nrpe |\n|---|---|---|---|---|---|---|\n"
    for kind, title in (("tls", "TLS"), ("plain", "plain")):
        base = statistics.median(raw[kind]["nrpe"]["all"])
        for name, label in (("listener", "checkagent"), ("nrpe", "`nrpe`")):
            row = raw[kind][name]
            middle = {key: statistics.median(row[key]) for key in ("all", "median", "p95", "one")}
            text += (f"| {label}, {title} | {middle['all']:.0f} | {middle['median']:.0f} | {middle['p95']:.0f} | "
                     f"{middle['one']:.1f} | {row['failed']} | {middle['all'] / base:.2f} |\n")
    return text
