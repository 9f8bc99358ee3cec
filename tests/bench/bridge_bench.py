# SPDX-License-Identifier: Apache-2.0
"""./dev bench bridge: results a second into a real Nagios and a real Icinga through the bridge's queue, beside what the way to them can
do at all; and how long a result is on its way."""

import contextlib
import json
import os
import statistics
import subprocess
import time

from bridge import Bridge
from bridge_delay import delays, icinga_sink, nagios_sink
from icinga2 import Icinga2
from line_program import LineProgram
from muster_rig import Rig
from nagios4 import Nagios4, SinkDriver, counted_objects, host_definition, service_definition
from processes import wait_until

HOSTS, SERVICES = 200, 5  # of the made-up fleet, and as many for the bare feeder
PATIENCE_S = 120
STEADY = (0.05, 0.95)  # of all results: before it is the start, behind it the wait for the last save


def fleet_names():
    return [f"node{number:05}.example.net" for number in range(HOSTS)]


def rate(samples, count):
    """Results a second in the middle of a run: samples are (seconds, results)."""
    steady = [sample for sample in samples if STEADY[0] * count <= sample[1] <= STEADY[1] * count]
    if len(steady) < 2:
        raise SystemExit(f"too few results to tell a rate: {samples}")
    (start, before), (end, after) = steady[0], steady[-1]
    return round((after - before) / (end - start))


def watch(start, sample, count):
    """Starts, and samples whenever there is something new until all is done; the rate."""
    samples = []

    def done():
        now = sample()
        if not samples or samples[-1][1] != now[1]:
            samples.append(now)
        return now[1] >= count

    start()
    wait_until(done, lambda: f"{count} results are told: {samples[-3:]}", timeout=PATIENCE_S, pause=0.05)
    return rate(samples, count)


# ----- the two monitors, each with all objects


class NagiosSide:
    def __init__(self):
        fleet = "".join(host_definition(name) + "".join(service_definition(name, f"check_number_{check}") for check in range(SERVICES))
                        for name in fleet_names())
        self.monitor = Nagios4(counted_objects(HOSTS, SERVICES) + fleet, log=False)

    def sink(self):
        return nagios_sink(self.monitor)

    def bare(self, programs, count):
        """The way alone, with results in memory: how many become safe a second."""
        driver = SinkDriver(programs / "sink_driver", self.monitor, save_every="5s")
        try:
            return watch(lambda: driver.make_up(count, HOSTS, SERVICES), lambda: (time.monotonic(), driver.state["safe"]), count)
        finally:
            driver.end()

    @staticmethod
    def emptied(bridge, count):
        """The same of the queue, which knows of each save of Nagios."""
        def safe():
            return bridge.rows("SELECT safe FROM sink")[0][0]

        already = safe()
        return lambda start: watch(start, lambda: (time.monotonic(), safe() - already), count)


class IcingaSide:
    def __init__(self):
        fleet = "".join(f'object Host "{name}" {{ import "passive-host" }}\n' + "".join(
            f'object Service "check_number_{check}" {{ import "passive-service"; host_name = "{name}" }}\n' for check in range(SERVICES))
            for name in fleet_names())
        self.monitor = Icinga2(HOSTS, SERVICES, fleet)

    def sink(self):
        return icinga_sink(self.monitor)

    def bare(self, programs, count):
        count //= 3  # it is told every twentieth of a second how far that is, and not every five seconds
        config = self.monitor.folder / "bare.yaml"
        config.write_text(json.dumps(self.sink()))
        told = self.monitor.folder / "bare.out"
        command = [programs / "sink_driver", config, "handed-over"]
        with open(told, "wb") as out, subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out) as driver:
            def delivered():
                lines = told.read_text().split("\n")[:-1]
                return max((json.loads(line).get("delivered", 0) for line in lines[-20:]), default=0)

            def feed():
                driver.stdin.write(f"made-up {count} {HOSTS} {SERVICES}\n".encode())
                driver.stdin.flush()

            try:
                return watch(feed, lambda: (time.monotonic(), delivered()), count)
            finally:
                driver.kill()

    @staticmethod
    def emptied(bridge, count):
        """The same of the bridge, as it says every five seconds; that Icinga's state is on the disk takes minutes."""
        file = bridge.folder / "state" / "status.json"
        already = json.loads(file.read_text())["sinks"][0]["delivered"]

        def told():
            status = json.loads(file.read_text())
            return status["written_ms"] / 1000, status["sinks"][0]["delivered"] - already

        return lambda start: watch(start, told, count)


def throughput(side, count):
    """The bare way, then a queue that was filled while the monitor was away, then the bare way again."""
    with Rig() as rig, contextlib.ExitStack() as ends:
        ends.callback(side.monitor.end)
        side.monitor.start()
        measured = {"results": count, "load": round(os.getloadavg()[0], 2), "bare": [side.bare(rig.bin, count)]}
        rig.start_broker(plain=True)
        bridge = Bridge(rig, sinks=[side.sink()])
        fleet = ends.enter_context(LineProgram(rig.bin / "made_up_fleet", rig.broker.port, HOSTS, SERVICES, 2))
        fleet.ask("announce")
        bridge.start()
        ends.callback(bridge.end)
        bridge.wait_for(lambda: int(fleet.ask("asked")[1]) >= HOSTS, "every node was asked")
        bridge.wait_for(lambda: bridge.status()["sinks"][0]["delivered"] >= HOSTS, "every host was told")
        side.monitor.kill()
        emptied = side.emptied(bridge, count)
        started = time.monotonic()
        fleet.ask(f"changing {count} 0")
        bridge.wait_for(lambda: bridge.rows("SELECT COUNT(*) FROM item")[0][0] >= count, "all are in the queue")
        measured["stored_per_second"] = round(count / (time.monotonic() - started))
        measured["queue"] = emptied(side.monitor.start)
        measured["dead_letters"] = bridge.status()["dead_letters"]["open"]
        bridge.stop()
        measured["bare"].append(side.bare(rig.bin, count))
        return measured


def bridge_costs(quick, about):
    nagios, icinga, rounds = (200_000, 60_000, 5) if quick else (300_000, 90_000, 40)
    return {**about, "nagios": throughput(NagiosSide(), nagios), "icinga2": throughput(IcingaSide(), icinga), "delay": delays(rounds)}


def bridge_table(raw, about):
    text = about + "| results a second | bare way, before and after | **through the queue** | of the bare way | stored meanwhile | results | load |\n"
    text += "|---|---|---|---|---|---|---|\n"
    for kind, title in (("nagios", "Nagios 4, `PROCESS_FILE`"), ("icinga2", "Icinga 2, REST, 4 connections")):
        row = raw[kind]
        share = row["queue"] / statistics.mean(row["bare"]) * 100
        text += (f"| {title} | {row['bare'][0]:,} and {row['bare'][1]:,} | **{row['queue']:,}** | {share:.0f} % | "
                 f"{row['stored_per_second']:,} | {row['results']:,} | {row['load']} |\n")
    text += "\n| from the plugin's end until it is seen, ms | p50 | p95 | results |\n|---|---|---|---|\n"
    for name, title in (("icinga stamp", "bridge, Icinga's API"), ("nagios stamp", "bridge, Nagios' `status.dat`"),
                        ("nagios check_nrpe", "`check_nrpe`, Nagios' `status.dat`"), ("nagios nsca", "`send_nsca`, Nagios' `status.dat`")):
        times = sorted(raw["delay"].get(name, ()))
        if times:
            text += (f"| {title} | {statistics.median(times) * 1000:.0f} | {times[max(0, round(len(times) * 0.95) - 1)] * 1000:.0f} | "
                     f"{len(times)} |\n")
    return text
