# SPDX-License-Identifier: Apache-2.0
"""Makes the tables of docs/benchmarks.md out of the raw JSON beside it."""

import json
import statistics
import sys

from bridge_bench import bridge_table
from collector_tables import collector_table
from nrpe_bench import nrpe_table

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
                            ("check_nrpe", "`check_nrpe`"), ("plugin", "the plugin alone"),
                            ("mco_start", "`mco --version`: the start of the process alone")):
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


def curve_table(raw):
    text = about(raw) + f"Median of {raw['rounds']} rounds, milliseconds.\n\n![the curve](bench/curve.svg)\n\n"
    text += "| nodes | `mco ping` | `mco nrpe` | per node: ping | nrpe |\n|---|---|---|---|---|\n"
    for point in raw["points"]:
        ping, nrpe = statistics.median(point["mco_ping"]), statistics.median(point["mco_nrpe"])
        text += (f"| {point['nodes']} | {ping:.1f} | {nrpe:.1f} | {ping / point['nodes']:.2f} | "
                 f"{nrpe / point['nodes']:.2f} |\n")
    return text


def curve_picture(raw):
    """The medians over the number of nodes, as SVG."""
    width, height, left, bottom = 640, 320, 60, 40
    points = raw["points"]
    most_nodes = max(point["nodes"] for point in points)
    most_ms = max(statistics.median(point["mco_nrpe"]) for point in points) * 1.1

    def place(nodes, milliseconds):
        return (left + nodes / most_nodes * (width - left - 90), height - bottom - milliseconds / most_ms * (height - bottom - 20))

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
             f'<rect width="{width}" height="{height}" fill="white"/>']
    step = 10 ** (len(str(int(most_ms))) - 1)
    for level in range(0, int(most_ms) + 1, step):
        x, y = place(0, level)
        parts.append(f'<path d="M{x:.0f} {y:.1f}H{width - 90}" stroke="#ddd"/>'
                     f'<text x="{x - 6:.0f}" y="{y + 4:.1f}" text-anchor="end">{level} ms</text>')
    for point in points:
        x, y = place(point["nodes"], 0)
        parts.append(f'<text x="{x:.0f}" y="{y + 18:.0f}" text-anchor="middle">{point["nodes"]}</text>')
    for name, label, colour in (("mco_nrpe", "mco nrpe", "#0b5cad"), ("mco_ping", "mco ping", "#b3541e")):
        places = [place(point["nodes"], statistics.median(point[name])) for point in points]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        parts.append(f'<text x="{places[-1][0] + 8:.0f}" y="{places[-1][1] + 4:.0f}" fill="{colour}">{label}</text>')
    parts.append(f'<text x="{(left + width - 90) / 2:.0f}" y="{height - 4}" text-anchor="middle">nodes</text></svg>')
    return "\n".join(parts) + "\n"


TABLES = {"single": single_table, "fleet": fleet_table, "idle": idle_table, "curve": curve_table,
          "collector": lambda raw: collector_table(raw, about(raw)), "nrpe": lambda raw: nrpe_table(raw, about(raw)),
          "bridge": lambda raw: bridge_table(raw, about(raw))}


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
        if name == "curve" and not check:
            (raw_folder / "curve.svg").write_text(curve_picture(json.loads(raw.read_text())))
        text = head + begin + "\n" + make(json.loads(raw.read_text())) + "\n" + end + tail
    if check:
        if text != before:
            print(f"{page}: its tables are not those of the raw numbers; run ./dev bench", file=sys.stderr)
        return 0 if text == before else 1
    page.write_text(text)
    return 0
