# SPDX-License-Identifier: Apache-2.0
"""The Nagios sink into a real Nagios 4: what it sees, what tries to break it, and that nothing is lost."""

import json
import os
import pathlib
import random
import shutil
import signal
import stat
import subprocess
import tempfile
import time

import pytest
from muster_rig import binary_folder
from nagios4 import Nagios4, SinkDriver, counted_objects, host_definition, service_definition
from processes import wait_until

HOSTS = 20
SERVICES = 5
VECTORS = pathlib.Path(__file__).resolve().parents[1] / "data" / "perfdata_vectors.jsonl"
ODD_NAMES = ["Disk C:\\ /var", "wéb ünit", "a b  c", "[1] SHUTDOWN_PROGRAM", "x" * 200]


def recorded_outputs():
    rows = [json.loads(line) for line in VECTORS.read_text().splitlines()]
    return [(row["input"], row["expect"]) for row in rows if row["kind"] == "nagios_output"]


def objects():
    vectors = host_definition("vectors") + "".join(
        service_definition("vectors", f"v{number}") for number in range(len(recorded_outputs())))
    odd = host_definition("odd") + "".join(service_definition("odd", name) for name in ODD_NAMES)
    quiet = host_definition("quiet") + service_definition("quiet", "closed", passive_checks_enabled=0)
    return counted_objects(HOSTS, SERVICES) + vectors + odd + quiet


@pytest.fixture(scope="module", name="nagios")
def running_nagios():
    nagios = Nagios4(objects()).start()
    yield nagios
    nagios.end()


@pytest.fixture(name="start_sink")
def sink_starter():
    started = []

    def start(nagios, **options):
        started.append(SinkDriver(binary_folder() / "sink_driver", nagios, **options))
        return started[-1]

    yield start
    for sink in started:
        sink.end()


def result(host, service, state=0, output="fine", **more):
    return {"host": host, "service": service, "state": state, "output": output, **more}


def shown_output(nagios, host, service):
    values = nagios.states()[host, service]
    return {"plugin_output": values["plugin_output"], "long_plugin_output": values["long_plugin_output"],
            "performance_data": values["performance_data"]}


def test_every_state_output_and_perfdata_is_what_nagios_itself_would_have_made_of_it(nagios, start_sink):
    sink = start_sink(nagios)
    outputs = recorded_outputs()
    sink.feed(result("vectors", f"v{number}", number % 4, text) for number, (text, _) in enumerate(outputs))
    sink.feed([result("h001", "", 1, "gone since 10:00"), result("h001", "svc1", 1, "WARN|a=1", finished=1795000000)])
    assert sink.finish()["delivered"] == len(outputs) + 2
    wait_until(lambda: nagios.states()["h001", ""]["plugin_output"] == "gone since 10:00", "status.dat is written again")
    for number, (text, expected) in enumerate(outputs):
        shown = shown_output(nagios, "vectors", f"v{number}")
        shown["long_plugin_output"] = shown["long_plugin_output"].replace("\\n", "\n").replace("\\\\", "\\")
        assert shown == {**expected}, repr(text)
        assert nagios.states()["vectors", f"v{number}"]["current_state"] == str(number % 4)
    assert nagios.states()["h001", ""]["current_state"] == "1"
    assert nagios.states()["h001", "svc1"]["last_check"] == "1795000000", "the time at which the check was finished"


def test_no_name_and_no_text_breaks_out_of_its_line(nagios, start_sink):
    sink = start_sink(nagios)
    evil = "\n[1] SHUTDOWN_PROGRAM;0\n[1] PROCESS_SERVICE_CHECK_RESULT;h002;svc1;2;broken out\n"
    pid = nagios.process.pid
    sink.feed(result("odd", name, 1, f"got {name}|a=1{evil}") for name in ODD_NAMES)
    sink.feed([result("h002", "svc1", 0, "whole"), result(f"h002{evil}", "svc1"), result("h002", f"svc1{evil}"),
               result("h002;svc1;2;x", "y"), result("", "svc1"), result("h002", "svc2", 0, "a\0b|c\0=1"),
               result("h002", "svc3", 0, "\\" * 1001 + "|" + "p=1;;;; " * 20_000)])
    state = sink.finish()
    assert state["delivered"] == len(ODD_NAMES) + 3
    assert state["buried"] == 4
    wait_until(lambda: nagios.states()["h002", "svc3"]["plugin_output"] == "\\" * 1001, "status.dat is written again")
    for name in ODD_NAMES:
        assert nagios.states()["odd", name]["plugin_output"] == f"got {name}"
    assert nagios.states()["h002", "svc1"]["plugin_output"] == "whole"
    assert nagios.states()["h002", "svc2"]["plugin_output"] == "a\N{REPLACEMENT CHARACTER}b"
    assert nagios.states()["h002", "svc3"]["performance_data"].endswith("p=1;;;;")
    assert nagios.process.running() and nagios.process.pid == pid


def test_what_nagios_does_not_know_is_a_dead_letter_until_it_is_told(start_sink):
    nagios = Nagios4(objects()).start()
    try:
        sink = start_sink(nagios)
        unknown = [("new1", "load"), ("h001", "load"), ("new1", ""), ("quiet", "closed")]
        sink.feed(result(host, service) for host, service in unknown)
        sink.wait_for(lambda state: state["safe"] == len(unknown), "all of them are dead letters")
        letters = sink.dead_letters()
        assert letters["new1", "load"] == letters["new1", ""] == 'Nagios knows no host "new1"'
        assert letters["h001", "load"] == 'Nagios knows no service "load" on host "h001"'
        assert "passive_checks_enabled" in letters["quiet", "closed"]
        nagios.define(objects() + host_definition("new1") + service_definition("new1", "load"))
        nagios.reload()
        sink.wait_for(lambda state: state["restarts"] == 1, "the reload is seen")
        sink.feed([result("new1", "load", 2, "now known")])
        assert sink.finish()["delivered"] == 1
        wait_until(lambda: nagios.states()["new1", "load"]["plugin_output"] == "now known", "status.dat is written again")
    finally:
        nagios.end()


def numbered(first, last):
    """Results that say which of their service they are; the state follows from the number."""
    for number in range(first, last):
        yield result(f"h{number % HOSTS + 1:03}", f"svc{number // HOSTS % SERVICES + 1}", number % 4, f"n={number}|n={number}")


def must_be_complete_and_in_order(nagios, count):
    """Each result at least once; of each service the first tellings are in order, and so is the last one. Returns the repetitions."""
    seen = set()
    newest = {}
    latest = {}
    repeated = 0
    for host, service, output in nagios.processed():
        number = int(output.split("|")[0][2:])
        latest[host, service] = number
        repeated += number in seen
        if number not in seen:
            assert newest.get((host, service), -1) < number, f"{output} of {host} {service} came after {newest[host, service]}"
            newest[host, service] = number
        seen.add(number)
    assert len(seen) == count
    assert latest == newest, "nothing old is the last that Nagios was told"
    return repeated


def must_show_the_last_states(nagios, count):
    last = {}
    for one in numbered(0, count):
        last[one["host"], one["service"]] = one

    def others():
        states = nagios.states()
        return [(key, one["output"], states.get(key)) for key, one in last.items()
                if key not in states or (states[key]["plugin_output"], states[key]["current_state"])
                != (one["output"].split("|")[0], str(one["state"]))]

    wait_until(lambda: not others(), lambda: f"Nagios shows the last state of each: {others()[:3]}")


def test_nothing_is_lost_while_nagios_is_killed_stopped_and_reloaded_at_random(start_sink):
    rounds, share = 10, 1000
    chance = random.Random(5)
    nagios = Nagios4(counted_objects(HOSTS, SERVICES)).start()
    try:
        sink = start_sink(nagios, batch=10, save_after=5)
        for number in range(rounds):
            before = sink.state["delivered"]
            sink.feed(numbered(number * share, (number + 1) * share))
            wait_until(lambda: sink.state["delivered"] > before, lambda: f"results flow: {sink.told()}")  # pylint: disable=W0640
            time.sleep(chance.uniform(0.0, 0.05))
            chance.choice([nagios.kill, nagios.kill, nagios.stop, nagios.reload])()
            if not nagios.process.running():
                nagios.start(wait=chance.random() < 0.5)
        sink.wait_for(lambda state: state["handed_over"] == rounds * share, "all is handed over", 60)
        nagios.kill()
        nagios.start()
        state = sink.finish()
        nagios.kill()  # what was called safe survives this as well
        nagios.start()
        assert state["restarts"] >= rounds / 2, state
        assert must_be_complete_and_in_order(nagios, rounds * share) > 0, "no test of what is told again without that"
        must_show_the_last_states(nagios, rounds * share)
    finally:
        nagios.end()


def test_a_reload_repeats_no_more_than_the_batch_that_was_with_nagios(start_sink):
    nagios = Nagios4(counted_objects(HOSTS, SERVICES)).start()
    try:
        sink = start_sink(nagios, batch=50, save_every="1h", save_after=1000)
        sink.feed(numbered(0, 1000))
        sink.wait_for(lambda state: state["handed_over"] == 1000, "the first are received, but not safe")
        nagios.freeze()
        sink.feed(numbered(1000, 5000))
        wait_until(lambda: list(sink.work.iterdir()), "a batch waits")
        nagios.reload()
        nagios.thaw()
        sink.wait_for(lambda state: state["handed_over"] == 5000 and state["restarts"] == 1, "all is handed over")
        assert sink.state["safe"] == 0
        assert must_be_complete_and_in_order(nagios, 5000) <= 50
        must_show_the_last_states(nagios, 5000)
    finally:
        nagios.end()


def test_a_bridge_that_is_killed_begins_again_where_it_was_safe(nagios, start_sink):
    first = start_sink(nagios)
    first.feed(numbered(0, 3000))
    first.wait_for(lambda state: state["handed_over"] > 0, "something is handed over")
    first.kill()
    left = start_sink(nagios)
    left.feed(numbered(0, 3000))
    assert left.finish()["delivered"] == 3000
    assert not list(left.work.iterdir()), "no batch of the first life is left"


def test_nobody_reads_the_pipe_nothing_is_there_or_a_file_is_and_no_file_is_made(start_sink):
    nagios = Nagios4(counted_objects(2, 1)).start()
    try:
        sink = start_sink(nagios)
        nagios.kill()
        sink.wait_for(lambda state: state["working"] is False, "it sees that Nagios is down")
        sink.feed([result("h001", "svc1", 2, "waited")])
        sink.wait_for(lambda state: "nobody reads the command pipe" in state["trouble"], "it says that Nagios is down")
        nagios.pipe.unlink()
        sink.wait_for(lambda state: "there is no command pipe" in state["trouble"], "it says that the pipe is gone")
        nagios.pipe.write_text("echoed\n")
        sink.wait_for(lambda state: "is not a pipe" in state["trouble"], "it says that a file is in its place")
        time.sleep(0.3)
        assert nagios.pipe.read_text() == "echoed\n"
        nagios.pipe.unlink()
        nagios.start()
        wait_until(nagios.pipe.exists, lambda: nagios.log)  # the process that makes it is told of before
        assert stat.S_ISFIFO(nagios.pipe.stat().st_mode), "nobody has made a file"
        assert sink.finish()["delivered"] == 1
    finally:
        nagios.end()


def test_a_nagios_that_stands_still_is_waited_for(start_sink):
    nagios = Nagios4(counted_objects(HOSTS, SERVICES)).start()
    try:
        sink = start_sink(nagios)
        nagios.freeze()
        sink.feed(numbered(0, 3000))
        wait_until(lambda: sink.work.exists() and list(sink.work.iterdir()), "a batch waits")
        time.sleep(0.5)
        assert len(list(sink.work.iterdir())) <= 2, "what waits, waits in the queue"
        nagios.thaw()
        assert sink.finish()["delivered"] == 3000
        assert must_be_complete_and_in_order(nagios, 3000) == 0
    finally:
        nagios.end()


def test_a_nagios_whose_reader_of_the_pipe_has_died_is_said_to_be_deaf(start_sink):
    nagios = Nagios4(counted_objects(2, 1)).start()
    try:
        sink = start_sink(nagios)
        sink.wait_for(lambda state: state["working"], "it works")
        os.kill(nagios.pipe_reader(), signal.SIGKILL)
        sink.feed([result("h001", "svc1", 2, "heard at last")])
        sink.wait_for(lambda state: "reload it" in state["trouble"], "it says that Nagios must be reloaded")
        nagios.reload()
        assert sink.finish()["delivered"] == 1
        wait_until(lambda: nagios.states()["h001", "svc1"]["plugin_output"] == "heard at last", "status.dat is written again")
    finally:
        nagios.end()


def test_a_nagios_that_keeps_no_states_makes_nothing_safe_unless_that_is_wanted(start_sink):
    nagios = Nagios4(counted_objects(2, 1), retain=False).start()
    try:
        sink = start_sink(nagios, save_every="100ms")
        sink.feed([result("h001", "svc1", 2, "not kept")])
        sink.wait_for(lambda state: "retain_state_information" in state["trouble"], "it says so")
        assert sink.state["safe"] == 0 and sink.state["delivered"] == 1
        sink.kill()
        wanted = start_sink(nagios, safe_when="processed")
        wanted.feed([result("h001", "svc1", 2, "not kept")])
        assert wanted.finish()["safe"] == 1
    finally:
        nagios.end()


@pytest.fixture(name="small_disk")
def mounted_small_disk():
    if os.getuid() != 0:
        pytest.skip("needs root")
    place = pathlib.Path(tempfile.mkdtemp(prefix="muster-small-disk-"))
    place.chmod(0o755)  # Nagios comes through; it does not through the folders of pytest
    folder = place / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], capture_output=True, text=True, timeout=30,
                             check=False)
    if mounted.returncode != 0:
        pytest.skip(f"a tmpfs cannot be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], timeout=30, check=False)
    shutil.rmtree(place, ignore_errors=True)


def fill(folder):
    filler = folder / "filler"
    with open(filler, "wb", buffering=0) as stream:
        try:
            while True:
                stream.write(b"x" * 512)
        except OSError:
            return filler


def test_a_full_disk_makes_results_wait_and_loses_none(small_disk, start_sink):
    nagios = Nagios4(counted_objects(HOSTS, SERVICES), log=False, var=small_disk).start()
    try:
        sink = start_sink(nagios, save_every="100ms")
        sink.wait_for(lambda state: state["working"], "it works")
        filler = fill(small_disk)
        sink.feed(numbered(0, 300))
        sink.wait_for(lambda state: "nearly full" in state["trouble"], "Nagios is not told to save")
        assert sink.state["safe"] == 0 and sink.state["delivered"] == 300
        filler.unlink()
        assert sink.finish()["repeated"] == 0
        second = start_sink(nagios, work_dir=small_disk / "batches")
        second.wait_for(lambda state: state["working"], "it works")
        filler = fill(small_disk)
        second.feed(numbered(300, 1300))
        second.wait_for(lambda state: "No space left" in state["trouble"], "no batch can be written")
        filler.unlink()
        assert second.finish()["delivered"] == 1000
        must_show_the_last_states(nagios, 1300)
    finally:
        nagios.end()


@pytest.mark.skipif(os.getuid() != 0, reason="needs root")
def test_a_bridge_that_is_only_in_the_group_of_nagios_feeds_it(nagios, start_sink):
    nagios.folder.chmod(0o1777)  # where a bridge makes its work folder itself
    try:
        sink = start_sink(nagios, user="nobody", groups=[nagios.user.pw_gid], work_dir=nagios.folder / "of-nobody")
        sink.feed([result("h003", "svc1", 2, "from nobody")])
        assert sink.finish()["delivered"] == 1
        made = (nagios.folder / "of-nobody").stat()
        assert stat.S_IMODE(made.st_mode) == 0o770 and made.st_gid == nagios.user.pw_gid
    finally:
        nagios.folder.chmod(0o755)


def test_a_work_folder_that_is_removed_takes_no_result_with_it(nagios, start_sink):
    sink = start_sink(nagios, work_dir=nagios.folder / "removed")
    sink.feed([result("h004", "svc1", 1, "before")])
    sink.wait_for(lambda state: state["handed_over"] == 1, "the first is handed over")
    nagios.freeze()
    sink.feed([result("h004", "svc1", 2, "after")])
    wait_until(lambda: list((nagios.folder / "removed").iterdir()), "a batch waits")
    (nagios.folder / "removed").rename(nagios.folder / "elsewhere")
    nagios.thaw()
    sink.finish()
    wait_until(lambda: nagios.states()["h004", "svc1"]["plugin_output"] == "after", "status.dat is written again")


def test_the_spool_takes_results_where_there_is_no_pipe(start_sink):
    nagios = Nagios4(objects(), commands=False, save_minutes=1).start()
    try:
        wait_until(nagios.states, "status.dat is written")
        sink = start_sink(nagios, spool=nagios.var / "spool", spool_batch=500, spool_after="1s", safe_when="processed")
        outputs = recorded_outputs()
        sink.feed(result("vectors", f"v{number}", number % 4, text) for number, (text, _) in enumerate(outputs))
        sink.feed(numbered(0, 2000))
        state = sink.finish()
        assert state["delivered"] == 2000 + len(outputs)
        wait_until(lambda: nagios.states()["h001", "svc1"]["plugin_output"] == "n=1900", "status.dat is written again")
        must_show_the_last_states(nagios, 2000)
        for number, (text, expected) in enumerate(outputs):
            assert shown_output(nagios, "vectors", f"v{number}")["plugin_output"] == expected["plugin_output"], repr(text)
        assert not list((nagios.var / "spool").iterdir())
    finally:
        nagios.end()
