# SPDX-License-Identifier: Apache-2.0
"""./dev bench: what Muster costs, as ratios against something measured in the same run.

usage: bench.py [--quick] [single] [fleet] [idle] [curve] [collector] [nrpe] [bridge]
                                                            measures (default: all), writes docs/bench/*.json and the tables
       bench.py --check                                     rebuilds the tables from the committed JSON; fails if they differ

The tables stand in docs/benchmarks.md between their markers; the text around them is written by hand.
"""

import argparse
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "rig"))

from bridge_bench import bridge_costs  # noqa: E402
from collector_bench import collector  # noqa: E402
from muster_rig import OPERATOR, Rig  # noqa: E402
from nrpe_bench import nrpe  # noqa: E402
from nrpe_server import NrpeServer  # noqa: E402
from process_cost import cost_over, total_memory  # noqa: E402
from tables import write_tables  # noqa: E402

RAW = ROOT / "docs" / "bench"
CHECK = "command[check_dummy]=/usr/lib/nagios/plugins/check_dummy 0 fine\n"
FLEET = 200
SIZES = (10, 25, 50, 100, 150, 200)  # of the curve
CHECK_NRPE = "/usr/lib/nagios/plugins/check_nrpe"


def milliseconds(command, env=None):
    """From start to exit of a whole process, which must succeed."""
    started = time.perf_counter()
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    taken = (time.perf_counter() - started) * 1000
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}: exit status {done.returncode}\n{done.stdout.decode()}")
    return taken


def in_turn(runs, **commands):
    """Runs the commands A B A B …, so that a slower minute of the machine is slow for both; after one warm-up each."""
    times = {name: [] for name in commands}
    for run in range(runs + 1):
        for name, (command, env) in commands.items():
            taken = milliseconds(command, env)
            if run > 0:
                times[name].append(round(taken, 2))
    return times


def machine():
    model = next((line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), "unknown")
    return {"cores": os.cpu_count(), "cpu": model, "kernel": platform.release(),
            "load_before": round(os.getloadavg()[0], 2), "date": time.strftime("%Y-%m-%d")}


def mco_command(rig, *arguments):
    command = [str(rig.bin / "mco"), *arguments, "--config", str(rig.client_config(OPERATOR))]
    return command, rig.environment()


def single(runs):
    """One node, one trivial plugin: mco nrpe against check_nrpe, plain against plain and TLS against TLS."""
    measured = {"machine": machine(), "runs": runs}
    for name, plain in (("plain", True), ("tls", False)):
        with Rig() as rig:
            rig.start_broker(plain=plain)
            node = rig.start_node("bench1", CHECK, wait=not plain)
            if plain:
                rig.wait_until_answered("bench1", node)
            with NrpeServer(rig.folder / "nrpe", CHECK, tls=not plain) as nrpe:
                check_nrpe = [CHECK_NRPE, "-H", "127.0.0.1", "-p", str(nrpe.port), "-c", "check_dummy"]
                measured[name] = in_turn(
                    runs,
                    mco=mco_command(rig, "nrpe", "check_dummy", "-I", "bench1"),
                    mco_broadcast=mco_command(rig, "nrpe", "check_dummy"),
                    mco_start=([str(rig.bin / "mco"), "--version"], rig.environment()),
                    check_nrpe=(check_nrpe + (["-n"] if plain else []), rig.environment()),
                    plugin=(["/usr/lib/nagios/plugins/check_dummy", "0", "fine"], rig.environment()))
    return measured


def message_sizes(rig):
    """Bytes of each message of one request, as they really are on this fleet."""
    probe = rig.mqtt_client(OPERATOR)
    probe.subscribe("muster/#")
    rig.mco("nrpe", "check_dummy")
    time.sleep(1)
    sizes = {}
    for kind in ("request", "reply", "result", "presence"):
        found = [len(m.payload) for m in probe.matching(lambda m, k=kind: m.topic.startswith(f"muster/1/{k}/"))]
        found = [size for size in found if size > 60]  # not the marker
        sizes[kind] = round(statistics.median(found)) if found else 0
    return sizes


def floor(rig, sizes, rounds):
    command = [str(ROOT / "build" / "release" / "bin" / "broker_floor"), str(rig.broker.port), str(FLEET), str(rounds),
               *(str(sizes[kind]) for kind in ("request", "reply", "result", "presence"))]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=600)
    return [float(line) for line in done.stdout.split()]


def start_fleet(rig):
    nodes = [rig.start_node(f"node{number:03d}", CHECK, wait=False) for number in range(FLEET)]
    for node in nodes:
        rig.wait_until_answered(node.name, node, timeout=120)
    return nodes


def run_plugins(environment):
    """All the plugins of one request, as many at a time as this machine has cores, and nothing around them; in ms."""
    command = ["/usr/lib/nagios/plugins/check_dummy", "0", "fine"]
    silent = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
    started = time.perf_counter()
    for number in range(FLEET):
        if number >= os.cpu_count():
            os.wait()
        os.posix_spawn(command[0], command, environment, file_actions=silent)
    for _ in range(os.cpu_count()):
        os.wait()
    return round((time.perf_counter() - started) * 1000, 2)


def fleet(rounds, idle_seconds):
    """200 real checkagents: a whole request beside the broker's floor, then what they cost when nobody asks."""
    measured = {"machine": machine(), "nodes": FLEET, "rounds": rounds}
    with Rig() as rig:
        rig.start_broker(plain=True)
        nodes = start_fleet(rig)
        measured["bytes"] = message_sizes(rig)
        measured.update(in_turn(rounds, mco_nrpe=mco_command(rig, "nrpe", "check_dummy"),
                                mco_ping=mco_command(rig, "ping")))
        measured["memory"] = total_memory([node.pid for node in nodes])
        measured["idle"] = cost_over(idle_seconds, [node.pid for node in nodes])
    with Rig() as rig:
        rig.start_broker(plain=True)
        measured["floor"] = floor(rig, measured["bytes"], rounds)
        measured["plugins"] = [run_plugins(rig.environment()) for _ in range(rounds)]
    return measured


def curve(rounds):
    """The same two questions while the fleet grows, node by node, behind one broker."""
    measured = {"machine": machine(), "rounds": rounds, "points": []}
    with Rig() as rig:
        rig.start_broker(plain=True)
        started = 0
        for size in SIZES:
            fresh = [rig.start_node(f"node{number:03d}", CHECK, wait=False) for number in range(started, size)]
            for node in fresh:
                rig.wait_until_answered(node.name, node, timeout=120)
            started = size
            times = in_turn(rounds, mco_nrpe=mco_command(rig, "nrpe", "check_dummy"), mco_ping=mco_command(rig, "ping"))
            measured["points"].append({"nodes": size, **times})
    return measured


def idle(seconds):
    """One checkagent with mutual TLS, alone, after one check."""
    with Rig() as rig:
        rig.start_broker()
        node = rig.start_node("bench1", CHECK)
        rig.mco("nrpe", "check_dummy")
        time.sleep(2)
        measured = {"machine": machine(), "memory": total_memory([node.pid])}
        measured["idle"] = cost_over(seconds, [node.pid])
    return measured


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--quick", action="store_true", help="few runs: to see that it works")
    parser.add_argument("what", nargs="*", choices=["single", "fleet", "idle", "curve", "collector", "nrpe", "bridge", []])
    arguments = parser.parse_args()
    if arguments.check:
        return write_tables(RAW, ROOT / "docs" / "benchmarks.md", check=True)
    runs, seconds = (5, 5) if arguments.quick else (50, 60)
    work = {"single": lambda: single(runs), "idle": lambda: idle(seconds), "fleet": lambda: fleet(min(runs, 20), seconds),
            "curve": lambda: curve(min(runs, 15)), "collector": lambda: {"machine": machine(), **collector(arguments.quick)},
            "nrpe": lambda: nrpe(min(runs, 5), {"machine": machine()}),
            "bridge": lambda: bridge_costs(arguments.quick, {"machine": machine()})}
    RAW.mkdir(exist_ok=True)
    for name in arguments.what or work:
        print(f"==> measuring: {name}", flush=True)
        (RAW / f"{name}.json").write_text(json.dumps(work[name](), indent=1) + "\n")
    return write_tables(RAW, ROOT / "docs" / "benchmarks.md", check=False)


if __name__ == "__main__":
    if not shutil.which(CHECK_NRPE):
        raise SystemExit(f"{CHECK_NRPE} is missing: ./dev bench installs it")
    sys.exit(main())
