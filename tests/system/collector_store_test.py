# SPDX-License-Identifier: Apache-2.0
"""A full disk and a damaged file are clear states of the collector, and nothing is lost by the first."""

import json
import sqlite3
import subprocess
import urllib.request

import pytest
from collector import Collector
from muster_rig import Rig
from processes import wait_until

DUMMY = "/usr/lib/nagios/plugins/check_dummy"
CHECKS = f"command[ok]={DUMMY} 0 fine\n"
SMALL_DISK = "12m"
SCHEDULES = [{"name": "often", "check": "ok", "every": "2s", "splay": "0s", "timeout": "1s"}]
OWN = ("collector@mon1", "collector")


@pytest.fixture
def small_disk(tmp_path):
    """A file system of its own, so that it can be full."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", folder], capture_output=True,
                             text=True, timeout=30, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"a tmpfs cannot be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], timeout=30, check=False)


@pytest.fixture
def rig():
    with Rig() as rig:
        rig.start_broker()
        yield rig


def make_collector(rig, **settings):
    collector = Collector(rig, settings={"state": {"loss_window": "1s"}, **settings})
    rig.broker.restart()  # it reads the rights of the collector when it starts
    return collector


def heads(rig):
    replies = json.loads(rig.mco("rpc", "recorder", "head", "--json").stdout)["replies"]
    return {reply["sender"]: reply["data"] for reply in replies}


def status(rig):
    return json.loads(rig.mco("status", "--json", timeout=30).stdout)


def own_check(rig):
    return [one for one in status(rig).get("services", []) if (one["node"], one["check"]) == OWN]


def fill(folder):
    """Takes all that is left of it, down to the last block."""
    with open(folder / "filler", "ab", buffering=0) as filler:
        for size in (1 << 16, 4096, 1):
            try:
                while True:
                    filler.write(b"x" * size)
            except OSError:
                pass


def test_a_disk_that_is_full_is_said_and_loses_nothing(rig, small_disk):
    collector = make_collector(rig, schedules=SCHEDULES, state_dir=str(small_disk / "state"))
    try:
        node = rig.start_node("web1", CHECKS)
        collector.start()
        collector.wait_for(lambda: collector.results().get("web1", 0) >= 3, "results are stored")
        fill(small_disk)
        wait_until(lambda: "nothing can be stored" in collector.log, lambda: f"it says so\n{collector.log}", timeout=60)
        wait_until(lambda: own_check(rig), lambda: status(rig), timeout=20)
        own = own_check(rig)[0]
        assert own["state"] == "CRITICAL"
        assert "full" in own["summary"]
        assert rig.mco("status", timeout=30).returncode == 2
        rig.wait_for_presence("collector@mon1", "up")
        wait_until(lambda: any("nothing can be stored" in text for text in rig.presence("collector@mon1")["health"]),
                   lambda: rig.presence("collector@mon1"))
        metrics = urllib.request.urlopen(collector.address + "/metrics", timeout=10).read().decode()
        assert "\nmuster_collector_state 2\n" in metrics
        assert "\nmuster_collector_stores 0\n" in metrics
        refused = rig.mco("downtime", "add", "-I", "web1", "-m", "no room", timeout=30)
        assert refused.returncode != 0
        assert "it cannot be stored" in refused.stderr
        recorded = heads(rig)["web1"]["results"]
        wait_until(lambda: heads(rig)["web1"]["results"] >= recorded + 3,
                   lambda: f"the schedule goes on\n{collector.log}", timeout=20)
        assert collector.process.running()
        (small_disk / "filler").unlink()
        wait_until(lambda: "results can be stored again" in collector.log, lambda: collector.log, timeout=60)
        collector.wait_for(lambda: own_states(collector) == [2, 0], "both changes of its own check are on record")
        stop_asking(collector)
        collector.wait_for(lambda: cursor_of(collector) == head_of(rig), f"it has what the node has\n{node.log}")
        assert collector.events("gap") == []
        assert collector.results() == {"web1": heads(rig)["web1"]["results"]}, "nothing missing, nothing twice"
        assert json.loads(rig.mco("downtime", "list", "--json", timeout=30).stdout)["downtimes"] == []
    finally:
        collector.end()


def own_states(collector):
    return [event[2] for event in collector.events("state") if event[0] == OWN[0]]


def stop_asking(collector):
    collector.stop()
    config = json.loads(collector.config.read_text())
    collector.config.write_text(json.dumps({**config, "schedules": []}))
    collector.start()


def cursor_of(collector):
    return collector.cursors().get("web1")


def head_of(rig):
    head = heads(rig)["web1"]
    return (head["epoch"], head["seq"])


def damage(database, keep_pages):
    """Writes over the middle of the file."""
    page = 4096
    with open(database, "r+b") as file:
        size = file.seek(0, 2)
        file.seek(keep_pages * page)
        file.write(b"\xa5" * max(page, size - keep_pages * page))


def add_events(collector, count):
    connection = sqlite3.connect(collector.database, timeout=10)
    with connection:
        connection.executemany(
            "INSERT INTO event (time, kind, node, service, replayed, message) VALUES (?, 'state', 'web1', 'ok', 0, ?)",
            [(number, "x" * 200) for number in range(count)])
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def test_a_damaged_file_is_named_at_the_start_with_what_to_do(rig):
    collector = make_collector(rig)
    try:
        collector.start()
        collector.wait_for(lambda: True, "the tables are made")
        collector.stop()
        add_events(collector, 2000)
        damage(collector.database, keep_pages=30)
        before = collector.database.read_bytes()
        collector.start()
        wait_until(lambda: not collector.process.running(), lambda: collector.log, timeout=30)
        assert collector.process.popen.returncode == 78
        assert "the file is damaged: stop the collector, move the file away, and restore a backup" in collector.log
        assert collector.database.read_bytes() == before, "it is left as it is"
    finally:
        collector.end()


def test_a_file_that_is_damaged_while_it_runs_is_said_at_the_first_read(rig):
    collector = make_collector(rig)
    try:
        collector.start()
        collector.wait_for(lambda: True, "the tables are made")
        collector.stop()
        add_events(collector, 40_000)  # more than SQLite keeps in memory
        collector.start()
        # It answers; 3: there is no node yet.
        wait_until(lambda: rig.mco("status", timeout=30).returncode in (0, 3), lambda: collector.log, timeout=30)
        damage(collector.database, keep_pages=60)
        told = rig.mco("history", "web1", "--most", "10000", timeout=30)
        assert told.returncode != 0
        assert "the file is damaged" in told.stderr
        wait_until(lambda: own_check(rig) and own_check(rig)[0]["state"] == "CRITICAL", lambda: status(rig), timeout=30)
        assert "restore a backup" in own_check(rig)[0]["summary"]
        assert collector.process.running()
    finally:
        collector.end()
