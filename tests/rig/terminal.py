# SPDX-License-Identifier: Apache-2.0
"""mco as an operator has it: with a terminal, which is a pty that a test reads."""

import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time


TITLE, CLEAR, C1, BACKWARDS = "\x1b]0;owned\x07", "\x1b[2J", "\x9b2J", "\u202e"


def harmless(output, colour=False):
    """Fails if anything in it moves the cursor, names the window or turns the text around."""
    text = output.decode("utf-8")
    for control in (TITLE, CLEAR, "\x1b]", "\x9b", BACKWARDS, "\x07", "\x08"):
        assert control not in text, repr(text)
    if not colour:
        assert "\x1b" not in text.replace("\x1b[K", "").replace("\x1b[2K", ""), repr(text)
    return text


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


class Screen:
    """What a terminal shows that obeys the few control sequences mco watch may send, and no other."""

    SEQUENCE = re.compile(r"\x1b\[(\??)([0-9;]*)([A-Za-z])|\r|\n|[^\x1b\r\n]+|\x1b")

    def __init__(self, lines, columns, before=None):
        self.size = (lines, columns)
        self.text = [""] * lines
        self.alternate = before is not None and before.alternate
        self.cursor_hidden = before is not None and before.cursor_hidden
        self.row = self.column = 0
        self._rest = b""

    def feed(self, output):
        whole = self._rest + output
        cut = whole.rfind(b"\x1b[H")  # a frame that has not ended yet waits
        end = len(whole) if whole.find(b"\x1b[J", max(cut, 0)) >= 0 or cut < 0 else cut
        self._rest = whole[end:]
        for match in self.SEQUENCE.finditer(whole[:end].decode("utf-8")):
            self._obey(match)

    def _obey(self, match):
        private, numbers, command = match.groups()
        if command is None and match.group(0) == "\r":
            self.column = 0
        elif command is None and match.group(0) == "\n":
            self.row = min(self.row + 1, self.size[0] - 1)
        elif command is None:
            self._write(match.group(0))
        elif private:
            self._mode(numbers, command == "h")
        elif command == "H" and not numbers:
            self.row = self.column = 0
        elif command == "K":
            self.text[self.row] = self.text[self.row][:self.column]
        elif command == "J":
            kept = 0 if numbers == "2" else self.row + 1
            self.text[kept:] = [""] * (self.size[0] - kept)
        else:
            assert command == "m", f"nobody asked for {match.group(0)!r}"

    def _write(self, text):
        assert all(character.isprintable() for character in text), repr(text)
        line = self.text[self.row].ljust(self.column)
        self.text[self.row] = line[:self.column] + text + line[self.column + len(text):]
        self.column += len(text)
        assert self.column <= self.size[1], f"a line is wider than the terminal: {text!r}"

    def _mode(self, number, is_on):
        if number == "1049":
            self.alternate = is_on
        elif number == "25":
            self.cursor_hidden = not is_on
        else:
            assert number == "7", number

    def __str__(self):
        return "\n".join(self.text)


class Watching:
    """mco watch on a terminal that is its controlling one, so that Ctrl-C and a resize reach it as signals."""

    def __init__(self, rig, *arguments, lines=16, columns=100, colour=False):
        self.leader, follower = pty.openpty()
        self.before = termios.tcgetattr(follower)
        self.screen = None
        self.resize(lines, columns)
        environment = rig.environment(MUSTER_CONFIG=str(rig.client_config()), TERM="xterm-256color")
        if colour:
            del environment["NO_COLOR"]
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with,subprocess-popen-preexec-fn
            [str(rig.bin / "mco"), "watch", *arguments], stdin=follower, stdout=follower, stderr=follower,
            env=environment, start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self.follower = follower

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        os.close(self.leader)
        os.close(self.follower)

    def resize(self, lines, columns):
        fcntl.ioctl(self.leader, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.screen = Screen(lines, columns, self.screen)

    def press(self, text):
        os.write(self.leader, text.encode())

    def wait_for(self, condition, what, timeout=30):
        """Reads on until the screen is as the condition wants it; a text must be on it."""
        wanted = (lambda text: condition in text) if isinstance(condition, str) else condition
        deadline = time.monotonic() + timeout
        while not wanted(str(self.screen)):
            assert time.monotonic() < deadline, f"{what}\n{self.screen}"
            ready, _, _ = select.select([self.leader], [], [], 0.1)
            if ready:
                self.screen.feed(os.read(self.leader, 65536))
        return str(self.screen)

    def end(self, timeout=10):
        """The exit status, once it has ended by itself; the terminal must be as it was."""
        status = self.process.wait(timeout)
        while select.select([self.leader], [], [], 0.2)[0]:
            self.screen.feed(os.read(self.leader, 65536))
        assert not self.screen.alternate
        assert not self.screen.cursor_hidden
        assert termios.tcgetattr(self.follower) == self.before
        assert not fcntl.fcntl(self.follower, fcntl.F_GETFL) & os.O_NONBLOCK
        return status
