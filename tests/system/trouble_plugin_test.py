# SPDX-License-Identifier: Apache-2.0
"""Trouble with plugins, and with the disk that their results go to."""

import contextlib
import os
import subprocess
import time

import pytest
import wire
from asking import OK, RawCaller, told
from muster_rig import Rig
from processes import wait_until

PLUGINS = f"""
command_timeout=20
command[ok]={OK}
command[forks]=sleep 600 & echo OK: forked
command[floods]=head -c 100000000 /dev/zero | tr '\\0' x
command[floods_stderr]=head -c 100000000 /dev/zero | tr '\\0' x >&2; echo fine
command[dies]=kill -SEGV $$$$
command[strange]=exit 77
command[silent]=/bin/true
command[silent_critical]=exit 2
command[silent_but_for_stderr]=echo 'no such disk' >&2; exit 0
command[missing]=/usr/lib/nagios/plugins/check_nothing_of_the_kind
command[not_executable]=/etc/hostname
"""


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        rig.start_node("web1", PLUGINS)
        yield rig


def run_of(fleet, check, *arguments):
    return told(fleet, "nrpe", check, *arguments).run("web1")


def processes_below(pid):
    found = subprocess.run(["/usr/bin/pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return found.stdout.split()


def test_a_plugin_that_hangs_is_killed_with_its_children_and_told(rig):
    node = rig.start_node("web1", "command_timeout=1\ncommand[hangs]=trap '' TERM; sleep 600; sleep 600\n")
    run = told(rig, "nrpe", "hangs").run("web1")
    assert run["state"] == "UNKNOWN"
    assert "timed out" in run["summary"]
    wait_until(lambda: processes_below(node.pid) == [], "its group is killed")


def test_a_grandchild_that_holds_stdout_does_not_stall(fleet):
    began = time.monotonic()
    run = run_of(fleet, "forks", "-t", "30")
    assert (run["state"], run["summary"]) == ("OK", "OK: forked")
    assert time.monotonic() - began < 30


def test_a_plugin_that_floods_is_cut_with_a_mark(fleet):
    run = run_of(fleet, "floods", "-t", "60")
    text = run["summary"] + run["details"]
    assert len(text) < 120 * 1024
    assert text.startswith("xxxx")
    assert "cut" in text, text[-200:]


def test_a_plugin_that_floods_stderr_is_not_held_up(fleet):
    run = run_of(fleet, "floods_stderr", "-t", "60")
    assert (run["state"], run["summary"]) == ("OK", "fine")


def test_a_plugin_that_dies_is_unknown_with_its_signal(fleet):
    run = run_of(fleet, "dies")
    assert run["state"] == "UNKNOWN"
    assert "SIGSEGV" in run["summary"] or "signal 11" in run["summary"], run


@pytest.mark.parametrize("check, reason", [
    ("strange", "77"), ("missing", "check_nothing_of_the_kind"), ("not_executable", "/etc/hostname")])
def test_a_plugin_that_cannot_do_its_work_is_unknown_with_the_reason(fleet, check, reason):
    run = run_of(fleet, check)
    assert run["state"] == "UNKNOWN"
    assert reason in run["summary"] + run["details"], run


@pytest.mark.parametrize("check, summary", [
    ("silent", "printed nothing, exit status 0"), ("silent_critical", "printed nothing, exit status 2"),
    ("silent_but_for_stderr", "printed nothing, exit status 0: no such disk")])
def test_a_plugin_that_says_nothing_is_unknown_and_told(fleet, check, summary):
    run = run_of(fleet, check)
    assert (run["state"], run["summary"]) == ("UNKNOWN", summary)


@contextlib.contextmanager
def small_disk(folder):
    """64 KiB at this folder: what a full disk is to the node."""
    subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["/bin/umount", "-l", folder], check=True)


def may_mount():
    if os.getuid() != 0:
        return False
    probe = subprocess.run(["/usr/bin/unshare", "-m", "/bin/mount", "-t", "tmpfs", "none", "/mnt"], check=False,
                           capture_output=True)
    return probe.returncode == 0


def test_a_full_state_folder_loses_no_answer_and_is_told(rig):
    chatty = "command[chatty]=head -c 20000 /dev/zero | tr '\\0' x\n"
    node = rig.start_node("web1", chatty)
    node.stop()
    with contextlib.ExitStack() as disk:
        if may_mount():
            disk.enter_context(small_disk(node.folder / "state"))
        else:
            node.wrapper = ["prlimit", "--fsize=32768"]  # files that do not grow any more are as good
        node.start()
        rig.wait_for_presence("web1", "up", node)
        for _ in range(8):
            answer = told(rig, "nrpe", "chatty")
            assert answer.status == 0, node.log
            assert answer.run("web1")["summary"].startswith("xxxx")
        wait_until(lambda: any("recorder" in line for line in rig.presence("web1")["health"]),
                   lambda: f"health tells: {rig.presence('web1')}\n{node.log}")
        assert node.running()
        assert RawCaller(rig).ask(wire.body("recorder", "head"))["outcome"] == "done"
        node.stop()
