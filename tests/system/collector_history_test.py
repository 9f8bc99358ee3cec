# SPDX-License-Identifier: Apache-2.0
"""The history that a collector keeps is there for rrdtool and PNP4Nagios, through a real rrdcached or without one."""

import subprocess

import pytest
from collector import Collector
from muster_rig import Rig
from processes import wait_until
from rrdcached import start_rrdcached

CHECKS = "command[load]=/bin/echo 'LOAD OK | load1=1.5;2;4 used=512KB'\n"
SCHEDULES = [{"name": "load", "check": "load", "every": "2s", "splay": "0s", "timeout": "1s"}]


@pytest.fixture(scope="module")
def rig():
    with Rig() as rig:
        rig.start_broker()
        Collector(rig)  # its key
        rig.broker.restart()  # it reads the rights of the collector when it starts
        rig.start_node("web1", CHECKS)
        yield rig


@pytest.fixture
def rrdcached(rig):
    """Writes nothing to the disk by itself before an hour is over."""
    process, socket = start_rrdcached(rig.folder, rig.environment(), "-w", "3600", "-f", "7200")
    yield socket
    process.end()


def collect(rig, history):
    """The collector with this history, until it has kept something of web1; ends it and gives the folder."""
    folder = rig.folder / f"history-{len(list(rig.folder.glob('history-*')))}"
    folder.mkdir()
    collector = Collector(rig, settings={"schedules": SCHEDULES, "history": {"dir": str(folder), **history}})
    collector.start()
    try:
        yield folder
    finally:
        collector.end()


def rrdtool(*words):
    return subprocess.run(["rrdtool", *map(str, words)], capture_output=True, text=True, timeout=30, check=True).stdout.splitlines()


def last(path, *options):
    """The last values of each label, as rrdtool tells them: a row of the archives takes a minute."""
    lines = rrdtool("lastupdate", *options, path)
    values = lines[-1].split(":")[-1].split()
    return dict(zip(lines[0].split(), values))


def test_rrdtool_reads_what_went_through_rrdcached(rig, rrdcached):
    for folder in collect(rig, {"rrdcached": str(rrdcached), "archives": ["1m for 2d: AVERAGE"]}):
        path = folder / "web1" / "load.rrd"
        wait_until(path.exists, "the file is made", timeout=30)
        assert set(last(path).values()) != {"1.5", "524288"}, "rrdcached has it, and has not written it"
        daemon = ("--daemon", f"unix:{rrdcached}")
        known = {"1.5", "524288"}
        wait_until(lambda: set(last(path, *daemon).values()) == known, lambda: last(path, *daemon), timeout=30)
        assert set(rrdtool("fetch", path, "AVERAGE", "-s", "-300")[0].split()) == set(last(path))
        archives = [line for line in rrdtool("info", path) if line.startswith("rra[") and ".rows" in line]
        assert archives == ["rra[0].rows = 2880"], "as the configuration has it"


def test_pnp4nagios_finds_its_files(rig):
    for folder in collect(rig, {"layout": "pnp4nagios"}):
        path = folder / "web1" / "load.rrd"
        wait_until(lambda: path.exists() and path.with_suffix(".xml").exists(), "both files are made", timeout=30)
        wait_until(lambda: last(path) == {"1": "1.5", "2": "524288"}, lambda: last(path), timeout=30)
        assert rrdtool("fetch", path, "AVERAGE", "-s", "-300")[0].split() == ["1", "2"], "PNP4Nagios numbers them"
        assert "<NAME>load1</NAME>" in path.with_suffix(".xml").read_text()
