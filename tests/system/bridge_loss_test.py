# SPDX-License-Identifier: Apache-2.0
"""Every result that a node recorded reaches Nagios and Icinga, in order, though broker, bridge, Nagios and Icinga die."""

import collections
import concurrent.futures
import itertools
import os
import random
import signal
import threading
import time

from processes import wait_until
from two_monitors import TwoMonitors

SEED = 20261129
NODES, CHECKS = 4, 50
ENOUGH = int(os.environ.get("MUSTER_LOSS_RESULTS", "20000"))
LONGEST_S = 120 + ENOUGH / 50  # of asking; a busy machine needs a third of it
PATIENCE_S = 180  # until everything has arrived behind the last death
WAYS = ["KILL", "TERM", "HUP"]
# How long each lives at least and at most. Nodes whose connection falls again and again wait longer each time.
LIVES_S = {"broker": (5.0, 9.0), "bridge": (1.0, 5.0), "nagios": (1.0, 5.0), "icinga": (2.0, 7.0)}


class Deaths:
    """Come to each of the four, again and again and in every way, at moments that the seed chooses."""

    def __init__(self, fleet):
        self.victims = {"broker": fleet.rig.broker, "bridge": fleet.bridge, "nagios": fleet.nagios, "icinga": fleet.icinga}
        self.counts = collections.Counter()
        self.over = threading.Event()

    def complete(self):
        return len(self.counts) == len(self.victims) * len(WAYS)

    def come_to(self, name):
        chance = random.Random(f"{SEED} {name}")
        ways = chance.sample(WAYS, len(WAYS))
        for way in itertools.cycle(ways):
            if self.over.wait(chance.uniform(*LIVES_S[name])):
                return
            self.come(name, way)
            self.counts[name, way] += 1

    def come(self, name, way):
        victim = self.victims[name]
        if way != "HUP":
            {"KILL": victim.kill, "TERM": victim.stop}[way]()
            victim.start()
        elif name == "bridge":
            victim.process.signal(signal.SIGHUP)
        elif name == "icinga":
            victim.reload_and_wait()
        else:
            victim.reload()


def ask_while_they_die(fleet, deaths):
    """Has the nodes run their checks until there are enough results, and everything has died in every way."""
    asked_until = time.monotonic() + LONGEST_S
    results = 0
    with concurrent.futures.ThreadPoolExecutor(len(deaths.victims)) as pool:
        coming = [pool.submit(deaths.come_to, name) for name in deaths.victims]
        try:
            while (results < ENOUGH or not deaths.complete()) and time.monotonic() < asked_until:
                results += fleet.run_checks()
                if any(one.done() for one in coming):
                    break  # it has failed
        finally:
            deaths.over.set()
        for one in coming:
            one.result()
    assert results >= ENOUGH and deaths.complete(), (results, deaths.counts)


class Telling:
    """What a monitor was told of each service, against what the nodes recorded: each at least once, in order."""

    def __init__(self, recorded):
        self.places = {service: {output: place for place, (_, output) in enumerate(results)}
                       for service, results in recorded.items()}
        self.told = {service: set() for service in recorded}
        self.last = {service: -1 for service in recorded}
        self.story = {service: [] for service in recorded}
        self.repeated = 0

    def begin_at(self, service, output):
        """This is what the monitor has of it."""
        self.story[service].append(f"has {output}")
        self.last[service] = self.places[service][output] if output else -1
        self.told[service].update([self.last[service]] if output else [])

    def tell(self, service, output):
        """To begin again further back is allowed, to leave something out is not."""
        self.story[service].append(output)
        place = self.places[service][output]
        assert place <= self.last[service] + 1, f"{service}: something is left out before the last of {self.story[service][-40:]}"
        self.repeated += place in self.told[service]
        self.told[service].add(place)
        self.last[service] = place

    def must_be_complete(self):
        for service, places in self.places.items():
            missing = set(places.values()) - self.told[service]
            assert not missing, f"{service}: {missing} were never told"
            assert self.last[service] == len(places) - 1, f"{service}: something old was told last"


def told_to_nagios(fleet, recorded):
    telling = Telling(recorded)
    for host, service, output in fleet.nagios.processed():
        telling.tell((host, service), output.split("|")[0])
    return telling


def told_to_icinga(fleet, recorded):
    """Each life of Icinga begins with what its state file had."""
    telling = Telling(recorded)
    lives = {}
    for life, name, what, output in fleet.proxy.record:
        service = tuple(name.split("!"))
        if what == "has" and (lives.get(service) != life or output):
            telling.begin_at(service, output)
        elif what == "took":
            assert lives[service] == life, f"{name}: it was told {output} before it was known what it has"
            telling.tell(service, output)
        lives[service] = life
    return telling


def test_each_result_is_told_to_both_in_order_though_everything_dies_in_every_way(record_property):
    began = time.monotonic()
    with TwoMonitors(NODES, CHECKS, through_proxy=True) as fleet:
        deaths = Deaths(fleet)
        ask_while_they_die(fleet, deaths)
        for node in fleet.rig.nodes:
            fleet.rig.wait_until_answered(node.name, node, timeout=60)
        asked = time.monotonic()
        recorded = fleet.recorded()
        last = {service: results[-1] for service, results in recorded.items()}
        wait_until(lambda: fleet.bridge.cursors() == fleet.heads(), lambda: fleet.bridge.log[-3000:], PATIENCE_S, 0.5)
        for shown in (fleet.shown_by_icinga, fleet.shown_by_nagios):  # pylint: disable=cell-var-from-loop
            wait_until(lambda: shown() == last, lambda: differences(shown(), last, fleet), PATIENCE_S, 0.5)
        wait_until(lambda: fleet.sink("nagios")["waiting"] == 0, fleet.bridge.status, PATIENCE_S, 0.5)
        told = {"nagios": told_to_nagios(fleet, recorded), "icinga": told_to_icinga(fleet, recorded)}
        for telling in told.values():
            telling.must_be_complete()
        assert {fleet.nagios.states()[name, ""]["current_state"] for name in fleet.names} == {"0"}
        assert {fleet.icinga.host(name)["state"] for name in fleet.names} == {0}
        assert fleet.bridge.dead_letters() == []
        said = {"results": sum(map(len, recorded.values())), "asked_s": round(asked - began),
                "arrived_s": round(time.monotonic() - asked), "deaths": sum(deaths.counts.values()),
                **{f"told_again_to_{name}": telling.repeated for name, telling in told.items()}}
    assert said["results"] >= ENOUGH
    print(said)
    record_property("loss", str(said))


def differences(shown, last, fleet):
    wrong = {service: (shown.get(service), wanted) for service, wanted in last.items() if shown.get(service) != wanted}
    return "\n".join([f"{len(wrong)} are not what the nodes recorded: {list(wrong.items())[:5]}", str(fleet.bridge.status()),
                      fleet.bridge.log[-3000:]])
