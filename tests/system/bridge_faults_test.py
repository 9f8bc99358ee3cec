# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a disk, a pipe, a certificate or a clock costs the bridge no result, and one monitor's trouble is not the
other's."""

import os
import pathlib
import signal
import subprocess
import time

import pytest
from check_nrpe import CheckNrpe
from ports import take_port
from processes import wait_until
from two_monitors import TwoMonitors

SMALL_DISK = "12m"
HOUR_S = 3600
SKEWED = "h002"  # the node whose clock is ours to set


def mount_small_disk(folder):
    """A file system of its own, so that it can be full."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", folder], capture_output=True,
                             text=True, timeout=30, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"a tmpfs cannot be mounted here: {mounted.stderr.strip()}")


def fill(folder):
    """Takes all that is left of it, down to the last byte."""
    filler = folder / "filler"
    with open(filler, "ab", buffering=0) as stream:
        for size in (1 << 16, 4096, 1):
            try:
                while True:
                    stream.write(b"x" * size)
            except OSError:
                pass
    return filler


class Clock:
    """Of one node: it can be set while the node runs. The node refuses what a wrong clock makes old or early, so it is asked
    through its NRPE listener."""

    def __init__(self, folder):
        folder.mkdir()
        self._file = folder / "clock"
        self.set("+0")
        self.port = take_port()
        library = subprocess.run(["faketime", "-m", "-f", "+0", "printenv", "LD_PRELOAD"], capture_output=True, text=True,
                                 timeout=30, check=True).stdout.strip()
        # The sanitizer wants to be loaded first; here libfaketime is.
        sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        listener = {"address": "127.0.0.1", "port": self.port.number, "allowed_hosts": ["127.0.0.1"]}
        self.node_options = {
            "settings": {"nrpe_listener": listener},
            "env": {"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": str(self._file), "FAKETIME_NO_CACHE": "1",
                    "FAKETIME_DONT_FAKE_MONOTONIC": "1", "ASAN_OPTIONS": sanitizer}}

    def set(self, offset):
        written = self._file.with_suffix(".written")
        written.write_text(offset + "\n")
        written.replace(self._file)

    def run_check(self, check):
        status, text = CheckNrpe(self.port.number)(check)
        return status, text.decode().strip()


@pytest.fixture(name="clock", scope="module")
def settable_clock(tmp_path_factory):
    clock = Clock(tmp_path_factory.mktemp("clock") / "of-a-node")
    yield clock
    clock.port.close()


@pytest.fixture(name="disk", scope="module")
def small_disk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("disk") / "small"
    mount_small_disk(folder)
    yield folder
    subprocess.run(["umount", "-l", folder], timeout=30, check=False)


@pytest.fixture(name="fleet", scope="module")
def running_fleet(clock, disk):
    with TwoMonitors(2, 3, bridge={"state_dir": str(disk / "state")}, node_options={SKEWED: clock.node_options}) as fleet:
        yield fleet


@pytest.fixture(autouse=True)
def running_bridge(fleet):
    """Whatever the test before has broken."""
    if not fleet.bridge.process.running():
        fleet.bridge.start()


def last_recorded(fleet):
    return {service: results[-1] for service, results in fleet.recorded().items()}


def both_show(fleet, last):
    for shown in (fleet.shown_by_nagios, fleet.shown_by_icinga):
        wait_until(lambda: shown() == last,  # pylint: disable=W0640
                   lambda: f"{shown.__name__}: {shown()} is {last}\n{fleet.bridge.log}", 60, 0.2)  # pylint: disable=W0640


def must_have_told_nagios_all(fleet):
    """Its log holds every result of this module, in order, whatever happened."""
    told = {}
    for host, service, output in fleet.nagios.processed():
        told.setdefault((host, service), []).append(output)
    for service, results in fleet.recorded().items():
        once = list(dict.fromkeys(told[service]))
        assert once == [output for _, output in results], service


def test_a_full_disk_of_the_bridge_makes_results_wait_with_the_nodes(fleet, disk):
    fleet.run_checks()
    both_show(fleet, last_recorded(fleet))
    filler = fill(disk)
    fleet.run_checks()
    wait_until(lambda: "nothing can be stored" in fleet.bridge.log, lambda: fleet.bridge.log, 30)
    for _ in range(5):
        fleet.run_checks()
    assert fleet.bridge.process.running()
    filler.unlink()
    wait_until(lambda: "results can be stored again" in fleet.bridge.log, lambda: fleet.bridge.log, 60)
    both_show(fleet, last_recorded(fleet))
    must_have_told_nagios_all(fleet)
    assert fleet.bridge.status()["results"]["gaps"] == 0


def test_a_disk_that_is_full_when_the_bridge_starts_is_tried_again(fleet, disk):
    fleet.bridge.kill()
    filler = fill(disk)
    fleet.run_checks()
    fleet.bridge.start()
    wait_until(lambda: not fleet.bridge.process.running(), lambda: fleet.bridge.log, 30)
    assert fleet.bridge.process.popen.returncode == 74, "not 78, behind which its unit does not start it again"
    assert "disk is full" in fleet.bridge.log.splitlines()[-1]
    filler.unlink()
    fleet.bridge.start()
    both_show(fleet, last_recorded(fleet))
    must_have_told_nagios_all(fleet)


def test_a_pipe_that_somebody_removes_is_said_and_icinga_does_not_wait_for_it(fleet):
    fleet.nagios.pipe.unlink()
    fleet.run_checks()
    last = last_recorded(fleet)
    wait_until(lambda: fleet.shown_by_icinga() == last, lambda: fleet.bridge.log, 60)
    wait_until(lambda: "there is no command pipe" in fleet.sink("nagios")["trouble"], fleet.bridge.status, 30)
    assert fleet.shown_by_nagios() != last
    assert not fleet.nagios.pipe.exists(), "nobody has made a file"
    fleet.nagios.stop()  # at a reload it believes that the pipe is still there
    fleet.nagios.start()
    both_show(fleet, last)
    must_have_told_nagios_all(fleet)


def test_a_reader_of_the_pipe_that_hangs_holds_only_nagios_up(fleet):
    reader = fleet.nagios.pipe_reader()
    os.kill(reader, signal.SIGSTOP)
    try:
        fleet.run_checks()
        last = last_recorded(fleet)
        wait_until(lambda: fleet.shown_by_icinga() == last, lambda: fleet.bridge.log, 60)
        assert fleet.shown_by_nagios() != last
    finally:
        os.kill(reader, signal.SIGCONT)
    both_show(fleet, last)
    must_have_told_nagios_all(fleet)


def test_a_broker_with_a_new_certificate_is_believed_as_the_authority_is(fleet):
    rig = fleet.rig
    conf = rig.broker.conf_path.read_text()
    certificate, key = (next(line.split(" ", 1)[1] for line in conf.splitlines() if line.startswith(what))
                        for what in ("certfile ", "keyfile "))
    before = pathlib.Path(certificate).read_bytes()
    request = rig.folder / "request.pem"
    subprocess.run(["openssl", "req", "-new", "-key", key, "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                    "-out", request], check=True, capture_output=True, timeout=30)
    subprocess.run(["openssl", "x509", "-req", "-in", request, "-CA", rig.ca / "ca.pem", "-CAkey", rig.ca / "ca.key",
                    "-CAcreateserial", "-days", "1", "-copy_extensions", "copy", "-out", certificate], check=True,
                   capture_output=True, timeout=30)
    assert pathlib.Path(certificate).read_bytes() != before
    rig.broker.restart()
    wait_until(lambda: fleet.run_checks() == 6, "all nodes run their checks", 60)
    both_show(fleet, last_recorded(fleet))


def shown_times(fleet, check):
    icinga = fleet.icinga.service(SKEWED, check)["last_check_result"]
    return int(fleet.nagios.states()[SKEWED, check]["last_check"]), icinga["execution_end"]


def wait_until_shown_by_both(fleet, check, run):
    service = (SKEWED, check)
    wait_until(lambda: fleet.shown_by_nagios().get(service) == run == fleet.shown_by_icinga().get(service),
               lambda: f"{run} is shown by both\n{fleet.bridge.log}", 60, 0.2)


@pytest.mark.parametrize("step", ["+1h", "-1h"])
def test_a_clock_that_steps_by_an_hour_keeps_order_and_times(fleet, clock, step):
    for offset in (step, "+0"):
        clock.set(offset)
        run = clock.run_check("svc1")
        wait_until_shown_by_both(fleet, "svc1", run)
        for told in shown_times(fleet, "svc1"):
            assert abs(told - time.time()) < HOUR_S / 4, "by the clock of the bridge"
    must_have_told_nagios_all(fleet)


def test_what_a_node_recorded_in_another_hour_is_never_told_from_the_future(fleet, clock):
    """The broker is away meanwhile; when the node is asked, its clock is right again."""
    rig = fleet.rig
    rig.broker.stop()
    clock.set("+1h")
    run = clock.run_check("svc2")
    clock.set("+0")
    rig.broker.start()
    wait_until_shown_by_both(fleet, "svc2", run)
    for told in shown_times(fleet, "svc2"):
        assert told - time.time() < HOUR_S / 4, "a result of the future would stand before all later ones"
    run = clock.run_check("svc2")
    wait_until_shown_by_both(fleet, "svc2", run)
    must_have_told_nagios_all(fleet)
