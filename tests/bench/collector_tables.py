# SPDX-License-Identifier: Apache-2.0
"""Makes the tables about the collector out of docs/bench/collector.json."""

import statistics

MODES = {"none": "states and events, results without perfdata", "rrdcached": "and a history of 3 values, through rrdcached",
         "direct": "and a history of 3 values, written directly"}
PRESENCES_A_DAY = 24 * 60 // 5
PINGS_A_DAY = 24 * 60 * 60 // 30


def p95(times):
    return sorted(times)[max(0, round(len(times) * 0.95) - 1)]


def mib(kilobytes):
    return f"{kilobytes / 1024:.0f} MiB"


def grouped(number):
    return f"{number:,.0f}"


def throughput_rows(raw):
    text = ("| | results | came in | CPU of the collector | **results per CPU second** | its MQTT client alone | bare sockets |\n"
            "|---|---|---|---|---|---|---|\n")
    for run in raw["throughput"]:
        own = sum(run["threads"].values())
        text += (f"| {MODES[run['history']]} | {grouped(run['results'])} | {run['seconds']:.1f} s | {own:.2f} s | "
                 f"**{grouped(run['results'] / own)}** | {grouped(run['results'] / run['cpu']['client'])} | "
                 f"{grouped(run['results'] / run['cpu']['bare'])} |\n")
    return text


def thread_rows(raw):
    """Microseconds of CPU that one result takes, and where."""
    text = ("| µs a result | main thread | MQTT client | history | rrdcached | mosquitto, three readers | load |\n"
            "|---|---|---|---|---|---|---|\n")
    for run in raw["throughput"]:
        threads = run["threads"]
        mqtt = sum(spent for name, spent in threads.items() if name.startswith("MQTT"))
        rest = sum(threads.values()) - mqtt - threads["main"]
        each = [spent / run["results"] * 1e6 for spent in
                (threads["main"], mqtt, rest, run["cpu"].get("rrdcached", 0), run["cpu"]["broker"])]
        text += f"| {MODES[run['history']]} | " + " | ".join(f"{spent:.1f}" for spent in each) + f" | {run['load']} |\n"
    return text


def fleet_rows(raw):
    fleet = raw["fleet"]
    starts = fleet["starts"]
    text = f"{grouped(fleet['nodes'])} nodes with {grouped(fleet['services'])} checks, of which each hundredth is CRITICAL:\n\n"
    text += "| | |\n|---|---|\n"
    slowest = max(one["known"] for one in starts)
    rows = [("memory, all checks known", f"RSS {mib(fleet['memory']['rss_kb'])}, PSS {mib(fleet['memory']['pss_kb'])}"),
            ("memory after a new start", f"RSS {mib(fleet['memory_after_start']['rss_kb'])}"),
            ("memory before the first result, nodes only", f"RSS {mib(fleet['memory_of_nodes']['rss_kb'])}"),
            ("start: from exec until all is known", f"{statistics.median(one['known'] for one in starts):.2f} s (CPU "
             f"{statistics.median(one['cpu'] for one in starts):.2f} s)"),
            (f"the slowest of these {len(starts)} starts", f"{slowest:.2f} s"),
            ("start: from exec until the problems page is served", f"{statistics.median(one['served'] for one in starts):.2f} s"),
            ("a fleet that it has never seen: until each node was asked what it missed", f"{fleet['all_asked_seconds']:.1f} s"),
            ("CPU with nothing to do", f"{fleet['idle']['cpu_percent']:.2f} % of a core")]
    flood = fleet["flood"]
    rows.append((f"{grouped(flood['results'])} results as fast as they come, until all are stored",
                 f"{flood['seconds']:.1f} s: {grouped(flood['results'] / flood['seconds'])} a second"))
    rows += [(f"`GET {path}`, {len(page['ms'])} times", f"median {statistics.median(page['ms']):.0f} ms, p95 {p95(page['ms']):.0f} ms; "
              f"CPU {page['cpu_ms']:.0f} ms; {grouped(page['bytes'] / 1024)} KiB") for path, page in fleet["pages"].items()]
    return text + "".join(f"| {label} | {value} |\n" for label, value in rows)


def packet(payload, topic, properties):
    """Bytes of a PUBLISH with QoS 1, and of its PUBACK."""
    body = 2 + topic + 2 + 1 + properties + payload
    return 1 + (1 if body < 128 else 2) + body + 4


def size_rows(raw):
    fleet, wire = raw["fleet"], raw["wire"]
    direct = next(run for run in raw["throughput"] if run["history"] == "direct")
    presence = packet(wire["presence"]["payload"], wire["presence"]["topic"], 5)
    result = packet(wire["result"]["payload"], wire["result"]["topic"], 0)
    # A node reads its own presence, too: it is how it learns that another one uses its name.
    day = PRESENCES_A_DAY * 2 * presence + PINGS_A_DAY * 4
    text = "| | bytes |\n|---|---|\n"
    rows = [("collector.db: each check, with its node", fleet["database_bytes"] / fleet["services"]),
            ("history, `archives: full`: a check with 3 values", direct["history_bytes"] / direct["nodes"] / fleet["checks"]),
            ("history, `archives: small`: a check with 1 value", fleet["history_bytes"] / fleet["services"]),
            (f"on disk: a node with {fleet['checks']} checks of 1 value, `archives: small`, all in all",
             (fleet["database_bytes"] + fleet["history_bytes"]) / fleet["nodes"]),
            ("on the wire: a result with 3 values, and its acknowledgement", result),
            ("on the wire: a presence, and its acknowledgement", presence),
            ("on the wire: a day of a node that nobody asks", day)]
    return text + "".join(f"| {label} | {grouped(value)} |\n" for label, value in rows)


def collector_table(raw, about):
    return (f"{about}{throughput_rows(raw)}\n{thread_rows(raw)}\n{fleet_rows(raw)}\n{size_rows(raw)}")
