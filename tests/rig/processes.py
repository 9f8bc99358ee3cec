# SPDX-License-Identifier: Apache-2.0
"""Processes that a rig starts: each with its log in a file, each ended by its own pid, also when a test fails."""

import os
import pathlib
import signal
import socket
import subprocess
import time

GRACE_S = 10  # between the polite end and the other one


class Failed(AssertionError):
    """The rig could not do what a test asked of it; the text holds the logs that tell why."""


def wait_until(condition, what, timeout=15.0, pause=0.02):
    """Polls until condition() is true and returns its value; says `what` did not happen otherwise."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failed(f"waited {timeout:g} s in vain: {what() if callable(what) else what}")
        time.sleep(pause)


class Process:
    """A child with stdout and stderr in one log file, in its own session so that no Ctrl-C reaches it directly."""

    def __init__(self, name, command, log, env=None, cwd=None):
        self.name = name
        self.command = [str(word) for word in command]
        self.log_path = pathlib.Path(log)
        with open(self.log_path, "ab") as stream:
            self.popen = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, env=env, cwd=cwd,
                start_new_session=True)

    @property
    def pid(self):
        return self.popen.pid

    @property
    def log(self):
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def running(self):
        return self.popen.poll() is None

    def signal(self, number):
        if self.running():
            os.kill(self.pid, number)

    def stop(self, timeout=GRACE_S):
        """Asks it to end and returns its exit status; what does not end in time is killed and is a failure."""
        self.signal(signal.SIGTERM)
        try:
            return self.popen.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failed(f"{self.name} (pid {self.pid}) did not end {timeout} s after SIGTERM:\n{self.log}") from None

    def kill(self):
        self.signal(signal.SIGKILL)
        return self.popen.wait()

    def end(self):
        """For cleaning up: ends it in any case and never raises."""
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        try:
            self.popen.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self.kill()
        self._end_its_group()

    def _end_its_group(self):
        """A wrapper (faketime) that has ended may have left the program itself behind, in the group that was made for it."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass  # nobody is left


def listens(port, host="127.0.0.1"):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0
