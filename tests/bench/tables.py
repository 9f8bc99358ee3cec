# SPDX-License-Identifier: Apache-2.0
"""Makes the tables of docs/benchmarks.md out of the raw JSON beside it."""

import json
import statistics
import sys

BEGIN, END = "<!-- table {} -->\n", "<!-- end {} -->\n"


def p95(times):
    return sorted(times)[max(0, round(len(times) * 0.95) - 1)]


def about(raw):
    machine = raw["machine"]
    return (f"{machine['date']}, {machine['cores']} cores ({machine['cpu']}), load before the run "
            f"{machine['load_before']}\n\n")


def single_table(raw):
    text = about(raw) + f"{raw['runs']} runs each, in turn; milliseconds from start to exit of the whole process.\n\n"
    text += "| | median | p95 | median : check_nrpe | p95 : check_nrpe |\n|---|---|---|---|---|\n"
    for kind, title in (("plain", "plain"), ("tls", "TLS")):
        base = raw[kind]["check_nrpe"]
        for name, label in (("mco", "`mco nrpe -I NODE`"), ("mco_broadcast", "`mco nrpe`, broadcast"),
                            ("check_nrpe", "`check_nrpe`"), ("plugin", "the plugin alone")):
            times = raw[kind][name]
            text += (f"| {label}, {title} | {statistics.median(times):.1f} | {p95(times):.1f} | "
                     f"{statistics.median(times) / statistics.median(base):.2f} | {p95(times) / p95(base):.2f} |\n")
    return text


def fleet_table(raw):
    floor = statistics.median(raw["floor"])
    plugins = statistics.median(raw["plugins"])
    text = about(raw) + (f"{raw['nodes']} real checkagents and everything else on this machine, {raw['rounds']} rounds. "
                         f"Bytes of a message: {raw['bytes']}.\n\n")
    text += "| | median ms | p95 ms | ratio |\n|---|---|---|---|\n"
    rows = [("the broker's floor (bare client, bare nodes)", raw["floor"], ""),
            (f"{raw['nodes']} plugins alone, both cores", raw["plugins"], ""),
            ("`mco ping`", raw["mco_ping"], f"{statistics.median(raw['mco_ping']) / floor:.2f} × floor"),
            ("`mco nrpe`", raw["mco_nrpe"],
             f"{statistics.median(raw['mco_nrpe']) / (floor + plugins):.2f} × (floor + plugins)")]
    for label, times, ratio in rows:
        text += f"| {label} | {statistics.median(times):.1f} | {p95(times):.1f} | {ratio} |\n"
    return text + "\nPer checkagent, with nobody asking:\n\n" + cost_rows(raw)


def cost_rows(raw):
    memory, idle = raw["memory"], raw["idle"]
    return ("| RSS | PSS | private | of it written to | threads | CPU | wakeups |\n|---|---|---|---|---|---|---|\n"
            f"| {memory['rss_kb'] / 1024:.1f} MiB | {memory['pss_kb'] / 1024:.1f} MiB | "
            f"{memory['private_kb'] / 1024:.1f} MiB | {memory['private_dirty_kb'] / 1024:.1f} MiB | "
            f"{memory['threads']:.0f} | {idle['cpu_percent']:.3f} % | "
            f"{idle['wakeups_per_second']:.1f}/s over {idle['seconds']} s |\n")


def idle_table(raw):
    return about(raw) + "One checkagent with mutual TLS, after one check:\n\n" + cost_rows(raw)


TABLES = {"single": single_table, "fleet": fleet_table, "idle": idle_table}


def write_tables(raw_folder, page, check):
    """Puts each table between its markers. With check: says whether that would change the page."""
    text = before = page.read_text()
    for name, make in TABLES.items():
        raw = raw_folder / f"{name}.json"
        begin, end = BEGIN.format(name), END.format(name)
        if not raw.exists() or begin not in text:
            continue
        head, rest = text.split(begin, 1)
        tail = rest.split(end, 1)[1]
        text = head + begin + "\n" + make(json.loads(raw.read_text())) + "\n" + end + tail
    if check:
        if text != before:
            print(f"{page}: its tables are not those of the raw numbers; run ./dev bench", file=sys.stderr)
        return 0 if text == before else 1
    page.write_text(text)
    return 0
