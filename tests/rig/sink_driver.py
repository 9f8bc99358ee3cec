# SPDX-License-Identifier: Apache-2.0
"""One sink of nagios-bridge alone: results in, progress out."""

import json
import pathlib
import shutil
import subprocess
import tempfile

from muster_rig import binary_folder
from processes import Failed, wait_until

NOTHING_YET = {"fed": 0, "handed_over": 0, "safe": 0, "delivered": 0, "repeated": 0, "buried": 0, "working": None, "trouble": ""}


def result(host, service, state=0, summary="fine", **more):
    return {"host": host, "service": service, "state": state, "summary": summary, **more}


class SinkDriver:
    """sink_driver with the settings of one sink."""

    def __init__(self, settings, *files):
        """`files` are (name, text) beside its configuration."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="muster-sink-"))
        for name, text in files:
            (self.folder / name).write_text(text)
        (self.folder / "sink.yaml").write_text(json.dumps(settings))
        self.out_path = self.folder / "out"
        self.log_path = self.folder / "err"
        with open(self.out_path, "wb") as out, open(self.log_path, "wb") as err:
            self.popen = subprocess.Popen([binary_folder() / "sink_driver", self.folder / "sink.yaml"], stdin=subprocess.PIPE,
                                          stdout=out, stderr=err, start_new_session=True)

    def feed(self, results):
        for one in results:
            self.popen.stdin.write(json.dumps(one).encode() + b"\n")
        self.popen.stdin.flush()

    def lines(self):
        text = self.out_path.read_bytes().decode()
        return [json.loads(line) for line in text[:text.rfind("\n") + 1].splitlines()]

    @property
    def state(self):
        return next((line for line in reversed(self.lines()) if "safe" in line), NOTHING_YET)

    @property
    def log(self):
        return self.log_path.read_text(errors="replace")

    def dead_letters(self):
        return {(line["dead_host"], line["dead_service"]): line["reason"] for line in self.lines() if "dead_host" in line}

    def wait_for(self, condition, what, timeout=30.0):
        return wait_until(lambda: condition(self.state), lambda: f"{what}: {self.state}\n{self.log}", timeout)

    def finish(self, timeout=60):
        """No more results: ends when everything is safe, and returns the last state."""
        self.popen.stdin.close()
        try:
            status = self.popen.wait(timeout)
        except subprocess.TimeoutExpired:
            raise Failed(f"not everything became safe in {timeout} s: {self.state}\n{self.log}") from None
        if status != 0:
            raise Failed(f"the driver ended with {status}: {self.state}\n{self.log}")
        return self.state

    def end(self):
        if self.popen.poll() is None:
            self.popen.kill()
            self.popen.wait()
        if not self.popen.stdin.closed:
            self.popen.stdin.close()
        shutil.rmtree(self.folder, ignore_errors=True)
