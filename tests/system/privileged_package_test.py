# SPDX-License-Identifier: Apache-2.0
"""Agent `package` with the real apt and dpkg, and the real dnf and rpm, on packages made here, in roots of their own.
Needs root, as muster-privileged does."""

import os
import re
import time

import pytest
from package_roots import AptRoot, DnfRoot
from privileged import Privileged, reply
from processes import wait_until

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="needs root")


@pytest.fixture
def apt(tmp_path):
    root = AptRoot(tmp_path)
    root.offer("tiny", "1.0-1")
    root.offer("tiny", "2.0-1")
    return root


@pytest.fixture
def privileged(tmp_path, apt):
    started = Privileged(tmp_path, apt.tools, package_provider="apt").start()
    assert started.ask("package", "refresh")["status"] == 0
    yield started
    started.stop()


@pytest.fixture
def dnf(tmp_path):
    root = DnfRoot(tmp_path)
    root.offer("tiny", "1.0")
    root.offer("tiny", "2.0")
    started = Privileged(tmp_path, root.tools, package_provider="dnf").start()
    yield root, started
    started.stop()


def ensure(privileged):
    return privileged.ask("package", "status", package="tiny")["data"]["ensure"]


def test_a_package_lives_from_install_to_purge_with_apt(apt, privileged):
    ask = privileged.ask
    assert ensure(privileged) == "absent"
    assert ask("package", "count")["data"]["count"] == 0
    without = ask("package", "md5")["data"]["md5"]

    pinned = ask("package", "install", package="tiny", version="1.0-1")
    assert (pinned["status"], pinned["message"]) == (0, "OK"), pinned
    assert {key: pinned["data"][key] for key in ("name", "ensure", "version", "release", "epoch", "arch", "provider")} == {
        "name": "tiny", "ensure": "1.0-1", "version": "1.0", "release": "1", "epoch": "0", "arch": "all", "provider": "apt"}
    assert apt.installed("tiny") == "1.0-1"
    assert ask("package", "count")["data"]["count"] == 1
    with_it = ask("package", "md5")["data"]
    assert re.fullmatch("[0-9a-f]{32}", with_it["md5"]) and with_it["md5"] != without
    assert ask("package", "md5")["data"] == with_it

    updates = ask("package", "checkupdates")["data"]
    assert updates["outdated"] == 1
    assert updates["outdated_packages"][0]["package"] == "tiny" and updates["outdated_packages"][0]["version"] == "2.0-1"

    updated = ask("package", "update", package="tiny")
    assert updated["status"] == 0 and updated["data"]["ensure"] == "2.0-1" and apt.installed("tiny") == "2.0-1"
    assert ask("package", "checkupdates")["data"] == {"outdated": 0, "outdated_packages": [], "provider": "apt"}

    downgraded = ask("package", "install", package="tiny", version="1.0-1")
    assert downgraded["status"] == 0 and apt.installed("tiny") == "1.0-1", downgraded

    assert ask("package", "uninstall", package="tiny")["data"]["ensure"] == "absent"
    assert apt.installed("tiny") is None and apt.configuration_of("tiny").exists()
    assert ask("package", "purge", package="tiny")["data"]["ensure"] == "absent"
    assert not apt.configuration_of("tiny").exists()
    assert "purge of tiny: done" in ask("package", "status", package="tiny")["data"]["last_change"]


def test_what_is_so_already_is_told_in_mcollectives_words(apt, privileged):
    ask = privileged.ask
    for action in ("update", "uninstall", "purge"):
        answer = ask("package", action, package="tiny")
        assert (answer["status"], answer["message"]) == (5, "Package is not present on the system"), action
        assert answer["data"]["ensure"] == "absent"
    assert ask("package", "install", package="tiny")["data"]["ensure"] == "2.0-1"
    for version in ({}, {"version": "2.0-1"}):
        answer = ask("package", "install", package="tiny", **version)
        assert (answer["status"], answer["message"]) == (5, "Package is already installed")
        assert answer["data"]["ensure"] == "2.0-1"
    newest = ask("package", "update", package="tiny")
    assert (newest["status"], newest["message"]) == (0, "OK")
    assert newest["data"]["output"] == "tiny is already the newest version (2.0-1)"


def test_a_changed_configuration_file_is_kept_and_no_question_is_asked(apt, privileged):
    assert privileged.ask("package", "install", package="tiny", version="1.0-1")["status"] == 0
    apt.configuration_of("tiny").write_text("the administrator's\n")
    assert privileged.ask("package", "update", package="tiny")["data"]["ensure"] == "2.0-1"
    assert apt.configuration_of("tiny").read_text() == "the administrator's\n"


def test_what_nobody_offers_is_named(privileged):
    unknown = privileged.ask("package", "install", package="nosuch")
    assert unknown["status"] == 5 and "no package nosuch in the sources of this node" in unknown["message"]
    version = privileged.ask("package", "install", package="tiny", version="9.9")
    assert version["status"] == 1 and "Version '9.9' for 'tiny' was not found" in version["message"]


@pytest.mark.parametrize("inputs", [
    {"package": "tiny-"}, {"package": "-y"}, {"package": "--purge"}, {"package": "tiny=2.0-1"}, {"package": "t*"}, {"package": "/etc/x"},
    {"package": "a b"}, {"package": "$(id)"}, {"package": ""}, {}, {"package": "x" * 91}, {"package": ["tiny"]},
    {"package": "tiny", "version": "-1"}, {"package": "tiny", "version": "1;id"}, {"package": "tiny", "version": "1 2"}])
def test_what_breaks_the_grammar_reaches_no_tool(apt, privileged, inputs):
    for action in ("install", "purge"):
        assert privileged.ask("package", action, **inputs)["status"] in (3, 4)
    assert apt.installed("tiny") is None


def test_a_lock_that_is_released_in_time_is_waited_for(apt, privileged):
    lock = apt.lock()
    with privileged.connect() as connection:
        privileged.send(connection, "package", "install", package="tiny")
        wait_until(lambda: waits_for_lock(apt), "apt waits for the lock")
        assert apt.installed("tiny") is None
        lock.close()
        answer = reply(connection)
    assert answer["status"] == 0 and apt.installed("tiny") == "2.0-1", answer


def waits_for_lock(apt):
    """Whether an apt of this root sleeps on the lock: its file is open in a second process."""
    name = str(apt.root / "var/lib/dpkg/lock-frontend")
    holders = 0
    for process in os.listdir("/proc"):
        if process.isdigit() and int(process) != os.getpid():
            try:
                command = open(f"/proc/{process}/cmdline", "rb").read()
                holders += b"DPkg::Lock::Timeout" in command and str(apt.configuration).encode() in open(
                    f"/proc/{process}/environ", "rb").read()
            except OSError:
                pass
    return holders > 0 and os.path.exists(name)


def test_a_lock_that_stays_held_is_told_with_its_holder_before_the_deadline(apt, privileged):
    begun = time.monotonic()
    with apt.lock():
        answer = privileged.ask("package", "install", deadline_ms=5000, package="tiny")
    assert time.monotonic() - begun < 30, "not for ever"
    assert answer["status"] == 1 and "nothing was changed" in answer["message"], answer
    assert f"process {os.getpid()}" in answer["message"], answer
    assert apt.installed("tiny") is None


def test_dpkg_at_work_is_not_killed_at_the_deadline_but_told_as_late(apt, privileged, tmp_path):
    gate = tmp_path / "gate"
    apt.offer("slow", "1.0-1", postinst=f"while [ ! -e {gate} ]; do sleep 0.05; done; touch {tmp_path}/configured")
    assert privileged.ask("package", "refresh")["status"] == 0
    answer = privileged.ask("package", "install", deadline_ms=4000, package="slow")
    assert answer["status"] == 1 and answer["message"].startswith("late: install of slow still runs"), answer
    meanwhile = privileged.ask("package", "status", package="slow")["data"]
    assert meanwhile["in_progress"] is True and "install of slow: running since" in meanwhile["last_change"]
    gate.touch()
    wait_until(lambda: "install of slow: done" in last_change(privileged, "slow"), lambda: f"it ends:\n{privileged.log}")
    assert (tmp_path / "configured").exists() and apt.installed("slow") == "1.0-1"


def test_dpkg_goes_on_when_the_privileged_program_is_killed(apt, privileged, tmp_path):
    gate = tmp_path / "gate"
    apt.offer("slow", "1.0-1", postinst=f"touch {tmp_path}/begun; while [ ! -e {gate} ]; do sleep 0.05; done; echo said; touch {tmp_path}/configured")
    assert privileged.ask("package", "refresh")["status"] == 0
    with privileged.connect() as connection:
        privileged.send(connection, "package", "install", package="slow")
        wait_until((tmp_path / "begun").exists, "dpkg is at work")
        privileged.process.kill()
    gate.touch()
    wait_until((tmp_path / "configured").exists, "dpkg ends its work")
    privileged.socket.unlink()
    privileged.start()
    assert "install of slow: interrupted" in last_change(privileged, "slow")


def test_the_package_that_contains_us_is_changed_after_the_answer_has_been_taken(apt, privileged, tmp_path):
    apt.offer("muster-checkagent", "1.0-1")
    apt.offer("muster-checkagent", "2.0-1", postinst=f"touch {tmp_path}/restarted")
    assert privileged.ask("package", "refresh")["status"] == 0
    assert privileged.ask("package", "install", package="muster-checkagent", version="1.0-1")["message"].startswith("accepted: ")
    wait_until(lambda: apt.installed("muster-checkagent") == "1.0-1", lambda: f"it is installed:\n{privileged.log}")
    wait_until(lambda: "done" in last_change(privileged, "muster-checkagent"), "its end is noted")
    with privileged.connect() as connection:
        privileged.send(connection, "package", "update", package="muster-checkagent")
        answer = reply(connection)
        assert answer["status"] == 0
        assert answer["message"].startswith("accepted: update of muster-checkagent runs after this answer"), answer
        assert "waiting since" in last_change(privileged, "muster-checkagent")
        assert apt.installed("muster-checkagent") == "1.0-1" and not (tmp_path / "restarted").exists()
    wait_until((tmp_path / "restarted").exists, lambda: f"the package's script runs:\n{privileged.log}")
    wait_until(lambda: "update of muster-checkagent: done" in last_change(privileged, "muster-checkagent"), "its end is noted")
    assert apt.installed("muster-checkagent") == "2.0-1"


def last_change(privileged, package):
    return privileged.ask("package", "status", package=package)["data"]["last_change"]


def test_a_package_lives_from_install_to_removal_with_dnf(dnf):
    root, privileged = dnf
    ask = privileged.ask
    assert ensure(privileged) == "absent"
    assert ask("package", "update", package="tiny")["message"] == "Package is not present on the system"
    pinned = ask("package", "install", package="tiny", version="1.0-1")
    assert pinned["status"] == 0 and root.installed("tiny") == "1.0-1", pinned
    assert {key: pinned["data"][key] for key in ("ensure", "version", "release", "epoch", "arch", "provider")} == {
        "ensure": "1.0-1", "version": "1.0", "release": "1", "epoch": "0", "arch": "noarch", "provider": "dnf"}
    assert ask("package", "checkupdates")["data"]["outdated_packages"] == [
        {"package": "tiny", "version": "2.0-1", "repo": "test"}]
    assert ask("package", "update", package="tiny")["data"]["ensure"] == "2.0-1"
    newest = ask("package", "update", package="tiny")
    assert newest["status"] == 0 and newest["data"]["output"] == "tiny is already the newest version (2.0-1)"
    installed = ask("package", "install", package="tiny")
    assert (installed["status"], installed["message"]) == (5, "Package is already installed")
    assert ask("package", "install", package="tiny", version="1.0")["data"]["ensure"] == "1.0-1"
    assert ask("package", "count")["data"]["count"] == 1
    unknown = ask("package", "install", package="nosuch")
    assert unknown["status"] == 5 and "no package nosuch" in unknown["message"]
    assert ask("package", "purge", package="tiny")["data"]["ensure"] == "absent" and root.installed("tiny") is None
