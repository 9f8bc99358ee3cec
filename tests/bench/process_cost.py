# SPDX-License-Identifier: Apache-2.0
"""What processes cost, read from /proc: memory now, CPU and wakeups over a time."""

import os
import pathlib
import time


def _fields(path):
    lines = pathlib.Path(path).read_text().splitlines()
    return {line.split(":")[0]: line.split()[1] for line in lines if ":" in line and len(line.split()) > 1}


def memory(pid):
    """Kilobytes: resident, its share of what is shared, and what it alone has."""
    rollup = _fields(f"/proc/{pid}/smaps_rollup")
    private = int(rollup["Private_Clean"]) + int(rollup["Private_Dirty"])
    threads = int(_fields(f"/proc/{pid}/status")["Threads"])
    return {"rss_kb": int(rollup["Rss"]), "pss_kb": int(rollup["Pss"]), "private_kb": private,
            "private_dirty_kb": int(rollup["Private_Dirty"]), "threads": threads}


def total_memory(pids):
    each = [memory(pid) for pid in pids]
    return {key: round(sum(one[key] for one in each) / len(each), 1) for key in each[0]}


def _cpu_and_switches(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = int(fields[11]) + int(fields[12])
    switches = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        switches += int(_fields(task / "status")["voluntary_ctxt_switches"])
    return ticks / os.sysconf("SC_CLK_TCK"), switches


def seconds_by_thread(pid):
    """CPU seconds since their start, summed by the names of the threads; the first one is called main."""
    seconds = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        name = "main" if task.name == str(pid) else (task / "comm").read_text().strip()
        spent = int((task / "schedstat").read_text().split()[0]) / 1e9
        seconds[name] = seconds.get(name, 0) + spent
    return seconds


def cost_over(seconds, pids):
    """Per process: CPU as a part of one core, and voluntary context switches a second."""
    before = [_cpu_and_switches(pid) for pid in pids]
    time.sleep(seconds)
    after = [_cpu_and_switches(pid) for pid in pids]
    cpu = sum(b[0] - a[0] for a, b in zip(before, after)) / len(pids) / seconds
    switches = sum(b[1] - a[1] for a, b in zip(before, after)) / len(pids) / seconds
    return {"seconds": seconds, "cpu_percent": round(cpu * 100, 4), "wakeups_per_second": round(switches, 2)}
