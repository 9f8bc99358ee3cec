# SPDX-License-Identifier: Apache-2.0
"""Agent `service` and the door of muster-privileged. A systemctl of the test keeps the state of units in files: no
systemd can be steered where the tests run; `./dev package --test` does the same with a real one. Needs root."""

import os
import pathlib
import socket

import pytest
from privileged import Privileged, reply, script
from processes import wait_until

# show, start, stop and restart as systemctl has them, for units that are files UNIT holding "active" or "inactive".
SYSTEMCTL = """
cd {units} || exit 9
echo "$*" >>calls
for last in "$@"; do :; done
case "$*" in
  *" show "*)
    if [ -e "$last" ]; then load=loaded; active=$(cat "$last"); else load=not-found; active=inactive; fi
    printf 'LoadState=%s\\nActiveState=%s\\nSubState=dead\\nUnitFileState=enabled\\n' "$load" "$active" ;;
  *" start "*)
    case $last in broken*) echo "Job for $last failed because the control process exited with error code." >&2; exit 1 ;; esac
    case $last in slow*) sleep 60 ;; esac
    echo active >"$last" ;;
  *" stop "*) echo inactive >"$last" ;;
  *" restart "*) echo active >"$last"; echo restarted >>"$last.log" ;;
esac
"""


class Units:
    def __init__(self, folder):
        self.folder = folder / "units"
        self.folder.mkdir()
        self.systemctl = script(folder, "systemctl", SYSTEMCTL.format(units=self.folder))

    def put(self, name, state):
        (self.folder / f"{name}.service").write_text(f"{state}\n")

    def state(self, name):
        return (self.folder / f"{name}.service").read_text().strip()

    def calls(self):
        path = self.folder / "calls"
        return path.read_text() if path.exists() else ""


@pytest.fixture
def units(tmp_path):
    return Units(tmp_path)


@pytest.fixture
def privileged(tmp_path, units):
    if os.getuid() != 0:
        pytest.skip("needs root")
    started = Privileged(tmp_path, {"systemctl": units.systemctl}).start()
    yield started
    started.stop()


def test_status_tells_running_stopped_and_a_unit_that_is_not_there(units, privileged):
    units.put("cron", "active")
    units.put("web", "failed")
    assert privileged.ask("service", "status", service="cron") == {
        "status": 0, "message": "OK", "data": {"status": "running", "state": "active (dead)", "enabled": "enabled"}}
    assert privileged.ask("service", "status", service="web.service")["data"]["status"] == "stopped"
    absent = privileged.ask("service", "status", service="nosuch")
    assert absent["data"]["status"] == "stopped" and absent["data"]["state"] == "not-found"


def test_start_stop_and_restart_act_and_tell_the_state_after_it(units, privileged):
    units.put("cron", "inactive")
    assert privileged.ask("service", "start", service="cron")["data"]["status"] == "running"
    assert units.state("cron") == "active"
    assert privileged.ask("service", "stop", service="cron")["data"]["status"] == "stopped"
    assert units.state("cron") == "inactive"
    assert privileged.ask("service", "restart", service="cron")["data"]["status"] == "running"
    assert "restarted" in (units.folder / "cron.service.log").read_text()


@pytest.mark.parametrize("action, state, message", [
    ("start", "active", "Could not start 'cron': Service is already running"),
    ("stop", "inactive", "Could not stop 'cron': Service is already stopped"),
    ("stop", "failed", "Could not stop 'cron': Service is already stopped"),
])
def test_what_is_so_already_is_said_and_nothing_is_done(units, privileged, action, state, message):
    units.put("cron", state)
    answer = privileged.ask("service", action, service="cron")
    assert (answer["status"], answer["message"]) == (1, message)
    assert answer["data"]["status"] in ("running", "stopped")
    assert f" {action} " not in units.calls()


def test_a_start_that_fails_tells_systemds_reason(units, privileged):
    units.put("broken", "inactive")
    answer = privileged.ask("service", "start", service="broken")
    assert answer["status"] == 1
    assert answer["message"].startswith("Could not start 'broken': Job for broken.service failed")


def test_a_start_that_takes_too_long_is_answered_before_the_deadline(units, privileged):
    units.put("slow", "inactive")
    answer = privileged.ask("service", "start", deadline_ms=1500, service="slow")
    assert answer["status"] == 1
    assert "not done in time" in answer["message"]


def test_the_service_that_contains_the_agent_is_restarted_after_the_answer(units, privileged):
    units.put("checkagent", "active")
    with privileged.connect() as connection:
        privileged.send(connection, "service", "restart", service="checkagent")
        answer = reply(connection)
        assert answer["status"] == 0 and answer["message"].startswith("accepted: restart of checkagent")
        assert " restart " not in units.calls(), "nothing happens while the answer is not taken"
    wait_until(lambda: " restart " in units.calls(), lambda: f"it is restarted:\n{privileged.log}")


def test_a_machine_without_systemd_says_so(tmp_path):
    if os.getuid() != 0:
        pytest.skip("needs root")
    mute = script(tmp_path, "systemctl", 'echo "System has not been booted with systemd as init system (PID 1)." >&2; exit 1')
    privileged = Privileged(tmp_path, {"systemctl": mute}).start()
    try:
        answer = privileged.ask("service", "status", service="cron")
    finally:
        privileged.stop()
    assert answer["status"] == 1 and "no systemd runs on this node" in answer["message"]


@pytest.mark.parametrize("service", ["-f", "--force", "a b", "a;reboot", "$(id)", "../../x", "", "x" * 91, "a\nb", 7, None, ["a"]])
def test_a_name_that_breaks_the_grammar_reaches_no_tool(units, privileged, service):
    answer = privileged.ask("service", "stop", service=service)
    assert answer["status"] in (3, 4), answer
    assert "service" in answer["message"]
    assert units.calls() == ""


@pytest.mark.parametrize("line, status", [
    (b"\n", 1), (b"{}\n", 4), (b"[1]\n", 4), (b"nonsense\n", 4), (b"\xff\xfe\n", 4),
    (b'{"agent":"service","action":"status","inputs":{},"deadline_ms":-1}\n', 4),
    (b'{"agent":"shell","action":"run","inputs":{"command":"id"},"deadline_ms":1000}\n', 2),
    (b'{"agent":"service","action":"mask","inputs":{"service":"cron"},"deadline_ms":1000}\n', 2),
    (b"x" * 20000 + b"\n", 1),
])
def test_what_is_no_request_is_refused(units, privileged, line, status):
    answer = privileged.ask_raw(line)
    assert answer["status"] == status, answer
    assert units.calls() == ""


def test_only_root_and_the_configured_user_may_ask(tmp_path, units):
    if os.getuid() != 0:
        pytest.skip("needs root")
    units.put("cron", "active")
    privileged = Privileged(tmp_path, {"systemctl": units.systemctl}, user="nobody").start()
    try:
        for folder in [tmp_path, *tmp_path.parents]:
            if folder != pathlib.Path("/"):
                folder.chmod(folder.stat().st_mode | 0o011)
        assert privileged.socket.stat().st_uid == 65534 and privileged.socket.stat().st_mode & 0o777 == 0o600
        assert ask_as(65534, privileged)["data"]["status"] == "running"
        privileged.socket.chmod(0o666)  # the credentials are looked at, not only the file's mode
        assert "user 1 may not ask" in ask_as(1, privileged)["message"]
    finally:
        privileged.stop()


def ask_as(uid, privileged):
    """The reply to `service status` for a process of that user."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresuid(uid, uid, uid)
            with privileged.connect() as connection:
                privileged.send(connection, "service", "status", service="cron")
                theirs.sendall(repr(reply(connection)).encode())
        finally:
            os._exit(0)
    theirs.close()
    os.waitpid(child, 0)
    return eval(ours.recv(65536).decode() or "{}", {})  # our own child's repr


def test_root_can_narrow_what_may_be_asked_for(tmp_path, units):
    if os.getuid() != 0:
        pytest.skip("needs root")
    units.put("cron", "active")
    privileged = Privileged(tmp_path, {"systemctl": units.systemctl}, allow=["service.status", "puppet.*"]).start()
    assert privileged.ask("service", "status", service="cron")["data"]["status"] == "running"
    answer = privileged.ask("service", "stop", service="cron")
    assert answer["status"] == 1 and "service.stop is not allowed on this node" in answer["message"]
    assert privileged.ask("package", "count")["status"] == 1
    privileged.stop()
    assert " stop " not in units.calls()


def test_a_configuration_that_others_may_write_is_refused(tmp_path, units):
    if os.getuid() != 0:
        pytest.skip("needs root")
    privileged = Privileged(tmp_path, {"systemctl": units.systemctl})
    privileged.config.chmod(0o666)
    with pytest.raises(AssertionError):
        privileged.start()
    assert "must be root's" in privileged.log
    assert privileged.process.popen.wait(10) == 78
