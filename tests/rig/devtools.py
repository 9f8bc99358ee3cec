# SPDX-License-Identifier: Apache-2.0
"""Chrome's DevTools protocol over --remote-debugging-pipe: JSON objects that end with a zero byte, on descriptors 3 and 4
of the browser. https://chromedevtools.github.io/devtools-protocol/ has the methods and events."""

import fcntl
import json
import os
import select
import subprocess
import time

from processes import GRACE_S, Failed

ANSWER_S = 30  # for one call: the first page of a cold browser is the slowest
READ_AT_ONCE = 1 << 16
FREE_OF_OURS = 10  # descriptors from here on: 3 and 4 are those of the protocol in the child


def high_pipe():
    """A pipe whose ends are not where the child wants its own."""
    ends = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, FREE_OF_OURS) for end in ends]
    for end in ends:
        os.close(end)
    return high


class DevTools:
    """A browser that is driven, as one process with all its children. Calls wait for their answers; what happens in the
    meantime is gathered in `events`, as (session, method, params)."""

    def __init__(self, command, log, env):
        to_browser, ours_out = high_pipe()
        ours_in, from_browser = high_pipe()

        def in_the_child():
            os.dup2(to_browser, 3)
            os.dup2(from_browser, 4)

        self.log_path = log
        with open(log, "ab") as stream:
            self.process = subprocess.Popen(  # pylint: disable=subprocess-popen-preexec-fn
                command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, env=env, preexec_fn=in_the_child,
                pass_fds=(3, 4), start_new_session=True)
        os.close(to_browser)
        os.close(from_browser)
        self._out = ours_out
        self._in = ours_in
        self._rest = b""
        self._last_id = 0
        self._answers = {}
        self.events = []

    def call(self, method, session=None, **params):
        self._last_id += 1
        call = {"id": self._last_id, "method": method, "params": params}
        if session:
            call["sessionId"] = session
        os.write(self._out, json.dumps(call).encode() + b"\0")
        deadline = time.monotonic() + ANSWER_S
        while self._last_id not in self._answers:
            if not self.read(deadline - time.monotonic()):
                raise Failed(f"the browser gave no answer to {method} within {ANSWER_S} s:\n{self.log()}")
        answer = self._answers.pop(self._last_id)
        if "error" in answer:
            raise Failed(f"{method}: {answer['error']}")
        return answer["result"]

    def read(self, seconds):
        """Takes in what the browser says within so long; False: nothing came."""
        if seconds < 0 or not select.select([self._in], [], [], seconds)[0]:
            return False
        text = os.read(self._in, READ_AT_ONCE)
        if not text:
            raise Failed(f"the browser has ended:\n{self.log()}")
        *messages, self._rest = (self._rest + text).split(b"\0")
        for message in map(json.loads, messages):
            if "id" in message:
                self._answers[message["id"]] = message
            else:
                self.events.append((message.get("sessionId"), message["method"], message["params"]))
        return True

    def log(self):
        return self.log_path.read_text(encoding="utf-8", errors="replace")[-4000:]

    def end(self):
        """For cleaning up: its children are in the group that was made for it."""
        os.close(self._out)
        os.close(self._in)
        try:
            self.process.wait(GRACE_S)  # it ends when the pipe does
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self.process.pid, 9)
        except (ProcessLookupError, PermissionError):
            pass  # nobody is left
        self.process.wait()
