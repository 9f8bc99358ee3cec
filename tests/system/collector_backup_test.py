# SPDX-License-Identifier: Apache-2.0
"""A backup made while the collector works is whole, and what is restored from it goes on without a gap."""

import json
import re
import shutil
import subprocess

import pytest
from collector import Collector
from muster_rig import Rig
from rrdcached import start_rrdcached

DUMMY = "/usr/lib/nagios/plugins/check_dummy"
CHECKS = (f"command[bad]={DUMMY} 2 'disk full'\n"
          "command[load]=/bin/echo 'LOAD OK | load1=1.5;2;4'\n")
NAMES = ("db1", "web1")
SCHEDULES = [{"name": "often", "checks": ["bad", "load"], "every": "2s", "splay": "0s", "timeout": "1s",
              "max_attempts": 1}]


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        rig.rrdcached, socket = start_rrdcached(rig.folder, rig.environment(), "-w", "300")
        settings = {"schedules": SCHEDULES, "history": {"rrdcached": str(socket)}, "state": {"loss_window": "1s"}}
        rig.collector = Collector(rig, settings=settings)
        rig.broker.restart()  # it reads the rights of the collector when it starts
        for name in NAMES:
            rig.start_node(name, CHECKS)
        rig.collector.start()
        yield rig
        rig.collector.end()
        rig.rrdcached.end()


def run(rig, *words):
    return subprocess.run([rig.bin / "collector", "--config", rig.collector.config, *words], env=rig.environment(),
                          capture_output=True, text=True, timeout=60, check=False)


def heads(rig):
    replies = json.loads(rig.mco("rpc", "recorder", "head", "--json").stdout)["replies"]
    return {reply["sender"]: reply["data"] for reply in replies}


def wait_for_results(rig, least):
    def enough():
        results = rig.collector.results()
        return len(results) == len(NAMES) and min(results.values()) >= least

    rig.collector.wait_for(enough, f"{least} results of each")


def is_complete(rig):
    return rig.collector.cursors() == {name: (head["epoch"], head["seq"]) for name, head in heads(rig).items()}


def care(rig):
    status = json.loads(rig.mco("status", "--all", "--json", timeout=30).stdout)
    acknowledged = {(one["node"], one["check"]): one["acknowledgement"]["comment"]
                    for one in status["services"] if "acknowledgement" in one}
    downtimes = json.loads(rig.mco("downtime", "list", "--json", timeout=30).stdout)["downtimes"]
    return acknowledged, [(one["id"], one["nodes"], one["comment"]) for one in downtimes]


def rows_of(rrd):
    """The averages of the last minutes, by their time."""
    told = subprocess.run(["rrdtool", "fetch", rrd, "AVERAGE", "-r", "60", "-s", "-600"], capture_output=True, text=True,
                          timeout=30, check=True).stdout
    return dict(re.findall(r"^(\d+): (\d\S*)", told, re.MULTILINE))


def test_a_backup_is_made_while_results_come(fleet, tmp_path_factory):
    wait_for_results(fleet, 8)
    assert fleet.mco("ack", "web1", "bad", "-m", "disk is ordered", timeout=30).returncode == 0
    assert fleet.mco("downtime", "add", "-I", "db1", "--for", "1h", "-m", "upgrade", timeout=30).returncode == 0
    fleet.care = care(fleet)
    fleet.backup = tmp_path_factory.mktemp("backups") / "one"
    done = run(fleet, "backup", fleet.backup)
    assert done.returncode == 0, done.stderr
    assert "The configuration, keys and certificates are not in it." in done.stdout
    manifest = json.loads((fleet.backup / "manifest.json").read_text())
    assert manifest["collector"] == "collector@mon1"
    assert manifest["database_bytes"] == (fleet.backup / "collector.db").stat().st_size
    assert manifest["history_files"] == len([path for path in (fleet.backup / "history").rglob("*") if path.is_file()])
    for rrd in (fleet.backup / "history").rglob("*.rrd"):
        assert subprocess.run(["rrdtool", "info", rrd], capture_output=True, timeout=30, check=False).returncode == 0
    assert [path.name for path in fleet.backup.parent.iterdir()] == ["one"], "nothing unfinished is left"


def test_what_is_there_is_never_written_over(fleet):
    again = run(fleet, "backup", fleet.backup)
    assert again.returncode != 0
    assert "is there: give the name of a new folder" in again.stderr
    restored = run(fleet, "restore", fleet.backup)
    assert restored.returncode != 0
    assert "collector.db is there: stop the collector, and move it away first" in restored.stderr


def test_a_backup_that_fails_leaves_nothing_that_looks_like_one(fleet, tmp_path):
    config = json.loads(fleet.collector.config.read_text())
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "collector.db").write_text("no database" * 1000)
    broken = tmp_path / "collector.yaml"
    broken.write_text(json.dumps({**config, "state_dir": str(tmp_path / "state")}))
    done = subprocess.run([fleet.bin / "collector", "--config", broken, "backup", tmp_path / "two"], timeout=60,
                          env=fleet.environment(), capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "the file is damaged" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["collector.yaml", "state"]


def test_half_of_a_backup_is_not_restored(fleet, tmp_path):
    half = tmp_path / "half"
    shutil.copytree(fleet.backup, half)
    next((half / "history").rglob("*.rrd")).unlink()
    config = json.loads(fleet.collector.config.read_text())
    elsewhere = tmp_path / "collector.yaml"
    elsewhere.write_text(json.dumps({**config, "state_dir": str(tmp_path / "state")}))
    done = subprocess.run([fleet.bin / "collector", "--config", elsewhere, "restore", half], timeout=60,
                          env=fleet.environment(), capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "it is not whole" in done.stderr
    assert not (tmp_path / "state" / "collector.db").exists()
    (half / "manifest.json").unlink()
    done = subprocess.run([fleet.bin / "collector", "--config", elsewhere, "restore", half], timeout=60,
                          env=fleet.environment(), capture_output=True, text=True, check=False)
    assert "no whole backup" in done.stderr


def test_what_is_restored_goes_on_without_a_gap_and_without_a_double(fleet):
    wait_for_results(fleet, max(fleet.collector.results().values()) + 6)
    fleet.collector.kill()
    state = fleet.collector.state
    kept = {path.relative_to(fleet.backup / "history"): rows_of(path) for path in (fleet.backup / "history").rglob("*.rrd")}
    shutil.rmtree(state)
    done = run(fleet, "restore", fleet.backup)
    assert done.returncode == 0, done.stderr
    before = dict(fleet.collector.results())
    fleet.collector.start()
    wait_for_results(fleet, max(before.values()) + 8)
    assert care(fleet) == fleet.care
    fleet.collector.stop()
    fleet.collector.config.write_text(json.dumps({**json.loads(fleet.collector.config.read_text()), "schedules": []}))
    fleet.collector.start()
    fleet.collector.wait_for(lambda: is_complete(fleet), "it has what the nodes have")
    assert fleet.collector.events("gap") == []
    assert fleet.collector.results() == {name: head["results"] for name, head in heads(fleet).items()}
    told = [event[:3] for event in fleet.collector.events("state") if event[0] != fleet.collector.name and not event[3]]
    assert sorted(told) == [("db1", "bad", 2), ("web1", "bad", 2)], "a state that was known is not told again"
    for name, rows in kept.items():
        now = rows_of(state / "history" / name)
        settled = sorted(rows)[:-1]  # the last one was not over
        assert {time: now.get(time) for time in settled} == {time: rows[time] for time in settled}
