# SPDX-License-Identifier: Apache-2.0
"""A past for a collector that has not lived through one: a day of numbers as plain RRD files, made by rrdtool, and events in
its database. For pages and graphs that a person is to look at."""

import sqlite3
import subprocess
import time

DAY_S = 86400
STEP_S = 60


def percent_encoded(name):
    return "".join(letter if letter.isalnum() or letter in "-_." else f"%{ord(letter):02X}" for letter in name)


def give_numbers(collector, node, check, series):
    """A file of the history. series: label -> (unit, warning, critical, value at so many seconds of the day)."""
    folder = collector.folder / "state" / "history" / percent_encoded(node)
    folder.mkdir(parents=True, exist_ok=True)
    names = {label: f"s{place}" for place, label in enumerate(series)}
    notes = ["muster-series 1", f"node\t{node}", f"check\t{check}"]
    for label, (unit, warning, critical, _) in series.items():
        notes.append(f"series\t{names[label]}\tGAUGE\t{unit}\t{warning}\t{critical}\t0\t\t{label}")
    (folder / f"{check}.series").write_text("\n".join(notes) + "\n")
    end = int(time.time()) // STEP_S * STEP_S
    start = end - DAY_S
    rows = [":".join([str(start + second), *(f"{value(second):.6g}" for *_, value in series.values())])
            for second in range(STEP_S, DAY_S, STEP_S)]
    rrd = str(folder / f"{check}.rrd")
    rrdtool("create", rrd, "--start", start, "--step", STEP_S, *(f"DS:{name}:GAUGE:180:U:U" for name in names.values()),
            *(f"RRA:{kind}:0.5:{steps}:{count}" for kind in ("AVERAGE", "MIN", "MAX")
              for steps, count in ((1, 2880), (5, 4032), (30, 2880), (360, 2920))))
    rrdtool("update", rrd, *rows)


def rrdtool(*words):
    subprocess.run(["rrdtool", *map(str, words)], check=True, capture_output=True, timeout=60)


def give_states(collector, node, check, changes):
    """Events, while the collector is stopped. changes: (hours ago, state before, state after, what it said)."""
    now = int(time.time() * 1000)
    connection = sqlite3.connect(collector.database)
    with connection:
        connection.executemany(
            "INSERT INTO event (time, kind, node, service, old_state, new_state, replayed, message, hard)"
            " VALUES (?, 'state', ?, ?, ?, ?, 0, ?, 1)",
            [(now - int(hours * 3_600_000), node, check, before, after, said) for hours, before, after, said in changes])
    connection.close()
