# SPDX-License-Identifier: Apache-2.0
"""mco as an operator has it: with a terminal, which is a pty that a test reads."""

import contextlib
import os
import pty
import select
import subprocess
import time


def read_all(leader, process, deadline, until=None):
    output = b""
    while time.monotonic() < deadline and (until is None or until not in output):
        ready, _, _ = select.select([leader], [], [], 0.1)
        if not ready and process.poll() is not None:
            break
        if ready:
            try:
                part = os.read(leader, 65536)
            except OSError:  # Linux tells so that the other end is closed
                break
            if not part:
                break
            output += part
    return output


@contextlib.contextmanager
def mco_on_a_terminal(rig, *arguments, colour=False):
    """A running mco with a terminal for all three of its streams; finish() returns (exit status, bytes)."""
    leader, follower = pty.openpty()
    environment = rig.environment(MUSTER_CONFIG=str(rig.client_config()), TERM="xterm-256color")
    if colour:
        del environment["NO_COLOR"]
    with subprocess.Popen([str(rig.bin / "mco"), *arguments], stdin=follower, stdout=follower, stderr=follower,
                          env=environment, start_new_session=True) as process:
        os.close(follower)

        def read_until(text, timeout=60):
            """Everything up to the moment at which `text` has been shown."""
            output = read_all(leader, process, time.monotonic() + timeout, text)
            assert text in output, output
            return output

        def finish(timeout=60):
            output = read_all(leader, process, time.monotonic() + timeout)
            return process.wait(timeout), output

        process.read_until = read_until
        process.finish = finish
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            os.close(leader)


def on_a_terminal(rig, *arguments, colour=False):
    """(exit status, bytes) of mco with a terminal for all three of its streams."""
    with mco_on_a_terminal(rig, *arguments, colour=colour) as mco:
        return mco.finish()
