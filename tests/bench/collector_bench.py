# SPDX-License-Identifier: Apache-2.0
"""What the collector costs: a real one, fed by a made-up fleet through a real mosquitto."""

import contextlib
import os
import sqlite3
import time
import urllib.request

from collector import Collector
from line_program import LineProgram
from muster_rig import Rig
from process_cost import cost_over, memory, seconds_by_thread
from processes import wait_until
from rrdcached import start_rrdcached

CHECKS = 10
VALUES = 3
PATIENCE_S = 300
CALM_S = 0.01


def cpu(pid):
    return sum(seconds_by_thread(pid).values())


class Site:
    """A broker, a collector and a made-up fleet of so many nodes that it knows."""

    def __init__(self, rig, nodes, values=VALUES, settings=None):
        rig.start_broker(plain=True)
        self.rig = rig
        self.nodes = nodes
        self.services = nodes * CHECKS
        self.collector = Collector(rig, settings=settings)
        self.fleet = LineProgram(self.program("made_up_fleet"), rig.broker.port, nodes, CHECKS, values)

    def program(self, name):
        return self.rig.bin / name

    def start(self):
        """From the collector's start until it has asked every node for what it has missed; seconds."""
        self.fleet.ask("announce")
        asked = int(self.fleet.ask("asked")[1])
        started = time.monotonic()
        self.collector.start()
        self.wait(lambda: int(self.fleet.ask("asked")[1]) >= asked + self.nodes, "every node was asked")
        return time.monotonic() - started

    def wait(self, condition, what):
        wait_until(condition, lambda: f"{what}\n{self.collector.log}", timeout=PATIENCE_S, pause=0.05)

    def publish(self, kind, count, rate=0):
        """Results, until the last one is stored and what of them belongs into the history is handed over; seconds."""
        started = time.monotonic()
        _, _, node, seq, _ = self.fleet.ask(f"{kind} {count} {rate}")
        row = sqlite3.connect(f"file:{self.collector.database}?mode=ro", uri=True, timeout=10)
        with contextlib.closing(row):
            self.wait(lambda: row.execute("SELECT seq FROM node WHERE name = ?", (node,)).fetchone() == (int(seq),),
                      f"result {seq} of {node} is stored")
        stored = time.monotonic() - started
        self.wait(self.is_calm, "the history is written")
        return stored

    def is_calm(self):
        """What is queued for the history is written every second, on a thread that has nothing else to do."""
        before = seconds_by_thread(self.collector.process.pid)
        time.sleep(1.2)
        after = seconds_by_thread(self.collector.process.pid)
        return after.get("collector", 0) - before.get("collector", 0) < CALM_S

    def get(self, path):
        """Milliseconds, and the bytes of the answer."""
        started = time.perf_counter()
        with urllib.request.urlopen(self.collector.address + path, timeout=60) as answer:
            body = answer.read()
        return (time.perf_counter() - started) * 1000, body

    def metric(self, name):
        text = self.get("/metrics")[1].decode()
        return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith((name + " ", name + "{")))

    def end(self):
        self.fleet.end()
        self.collector.end()


def rrdcached_of(rig):
    folder = rig.folder / "rrdcached"
    folder.mkdir()
    return start_rrdcached(folder, None, "-j", folder, "-w", "300", "-z", "60")


def throughput(nodes, count, rate, history):
    """CPU seconds of everybody who takes in the same results, while they come."""
    with Rig() as rig, contextlib.ExitStack() as ends:
        daemon, socket = rrdcached_of(rig) if history == "rrdcached" else (None, None)
        if daemon:
            ends.callback(daemon.end)
        site = Site(rig, nodes, 0 if history == "none" else VALUES, {"history": {"rrdcached": str(socket)}} if daemon else None)
        ends.callback(site.end)
        site.start()
        site.publish("steady", site.services)
        counters = {way: ends.enter_context(LineProgram(site.program("result_counter"), way, rig.broker.port))
                    for way in ("bare", "client")}
        time.sleep(1)
        watched = {"broker": rig.broker.process.pid, "made_up_fleet": site.fleet.pid,
                   **{way: counter.pid for way, counter in counters.items()}, **({"rrdcached": daemon.pid} if daemon else {})}
        before = {name: cpu(pid) for name, pid in watched.items()}
        threads = seconds_by_thread(site.collector.process.pid)
        written = site.metric("muster_collector_history_written_total")
        stored = site.publish("changing", count, rate)
        after = seconds_by_thread(site.collector.process.pid)
        for way, counter in counters.items():
            site.wait(lambda c=counter: int(c.ask("")[0]) >= count, f"the {way} counter has all")
        return {"history": history, "nodes": nodes, "results": count, "rate": rate, "load": round(os.getloadavg()[0], 2),
                "seconds": round(stored, 2), "threads": {name: round(after[name] - threads.get(name, 0), 3) for name in after},
                "history_bytes": folder_bytes(site.collector.folder / "state" / "history"),
                "history_written": site.metric("muster_collector_history_written_total") - written,
                "events": site.collector.rows("SELECT COUNT(*) FROM event WHERE kind != 'check_new'")[0][0],
                "cpu": {name: round(cpu(pid) - before[name], 3) for name, pid in watched.items()}}


def folder_bytes(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def page(site, path, runs):
    """Milliseconds until the answer is there, and those of CPU: the first with whatever else the machine does."""
    pid = site.collector.process.pid
    before = cpu(pid)
    answers = [site.get(path) for _ in range(runs)]
    return {"ms": [round(taken, 2) for taken, _ in answers], "cpu_ms": round((cpu(pid) - before) / runs * 1000, 2),
            "bytes": len(answers[0][1])}


def restart(site):
    """Seconds from the program's start until it says what it knows, and until it serves the problems page."""
    site.collector.stop()
    site.collector.log_path.unlink()
    started = time.monotonic()
    site.collector.start()
    site.wait(lambda: "are known" in site.collector.log, "it knows its checks")
    known = time.monotonic() - started
    site.wait(lambda: "the page is at" in site.collector.log, "it has a page")
    site.get("/")
    return {"known": round(known, 3), "served": round(time.monotonic() - started, 3),
            "cpu": round(cpu(site.collector.process.pid), 3)}


def scale(nodes, runs, values=1):
    """A whole fleet at once: what it takes in memory, on disk, to look at, and to start again."""
    with Rig() as rig, contextlib.ExitStack() as ends:
        site = Site(rig, nodes, values, {"history": {"archives": "small"}})
        ends.callback(site.end)
        measured = {"nodes": nodes, "checks": CHECKS, "services": site.services, "load": round(os.getloadavg()[0], 2)}
        measured["all_asked_seconds"] = round(site.start(), 2)
        measured["memory_of_nodes"] = memory(site.collector.process.pid)
        before = seconds_by_thread(site.collector.process.pid)["main"]
        measured["first_results_seconds"] = round(site.publish("steady", site.services), 2)
        measured["first_results_main_cpu"] = round(seconds_by_thread(site.collector.process.pid)["main"] - before, 2)
        before = seconds_by_thread(site.collector.process.pid)
        count = site.services // 2
        seconds = site.publish("changing", count)
        after = seconds_by_thread(site.collector.process.pid)
        measured["flood"] = {"results": count, "seconds": round(seconds, 2), "load": round(os.getloadavg()[0], 2),
                             "threads": {name: round(after[name] - before.get(name, 0), 3) for name in after}}
        site.publish("steady", site.services)
        measured["memory"] = memory(site.collector.process.pid)
        measured["pages"] = {path: page(site, path, runs) for path in ("/", "/api/v1/services", "/nodes", "/metrics")}
        measured["idle"] = cost_over(10, [site.collector.process.pid])
        measured["starts"] = [restart(site) for _ in range(min(runs, 5))]
        site.publish("steady", site.services // 10)
        measured["memory_after_start"] = memory(site.collector.process.pid)
        site.collector.stop()
        measured["database_bytes"] = site.collector.database.stat().st_size
        measured["history_bytes"] = folder_bytes(site.collector.folder / "state" / "history")
        return measured


def wire():
    """Bytes of what a real node publishes: its presence, and the result of a check with perfdata."""
    with Rig() as rig:
        rig.start_broker(plain=True)
        rig.start_node("web1.example.net", "command[check_load]=/usr/lib/nagios/plugins/check_load -w 95 -c 98\n", wait=False)
        probe = rig.mqtt_client()
        probe.subscribe("muster/#")
        rig.wait_until_answered("web1.example.net", rig.nodes[0])
        rig.mco("nrpe", "check_load")
        seen = {}
        for kind in ("presence", "result"):
            topic = f"muster/1/{kind}/web1.example.net"
            message = wait_until(lambda t=topic: probe.matching(lambda m: m.topic == t), f"a {kind}")[-1]
            seen[kind] = {"payload": len(message.payload), "topic": len(topic)}
        return seen


def collector(quick):
    # A check's result every two seconds: librrd takes one a second.
    nodes, count = (50, 1500) if quick else (300, 20_000)
    measured = {"throughput": [throughput(nodes, count, nodes * CHECKS // 2, history) for history in ("none", "rrdcached", "direct")]}
    measured["fleet"] = scale(300 if quick else 10_000, 5 if quick else 30)
    measured["wire"] = wire()
    return measured
