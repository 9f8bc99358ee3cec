# SPDX-License-Identifier: Apache-2.0
"""A real mosquitto on a loopback port, with the configuration that `mco ca init` writes."""

import os
import re
import signal

from processes import Failed, Process, listens, wait_until

# What a stock mosquitto does: at most 1,000 messages wait for one client, the rest is dropped without a word.
DEFAULT_QUEUE_LIMITS = {"max_queued_messages": "1000", "max_queued_bytes": None, "max_inflight_messages": None}


def changed(conf, settings):
    """The configuration with some lines changed: value None takes a line out."""
    for key, value in (settings or {}).items():
        conf = re.sub(rf"^{re.escape(key)}\b.*\n", "", conf, flags=re.MULTILINE)
        if value is not None:
            conf += f"{key} {value}\n"
    return conf


class Broker:
    """Starts and stops one mosquitto; its state survives a restart, as on a real machine."""

    def __init__(self, folder, conf, port, settings=None):
        self.folder = folder
        self.port = port
        self.process = None
        folder.mkdir(parents=True, exist_ok=True)
        self.state = folder / "state"
        self.state.mkdir(exist_ok=True)
        text = changed(conf, settings) + f"persistence_location {self.state}/\nlog_dest stderr\n"
        if os.getuid() == 0:
            text += "user root\n"  # it could not read this rig's private folder otherwise
        self.conf_path = folder / "mosquitto.conf"
        self.conf_path.write_text(text)
        self.log_path = folder / "mosquitto.log"

    def start(self):
        if self.process is not None and self.process.running():
            return self
        # It listens before it handles signals; a SIGHUP in between would end it.
        ready = self.log.count(" running\n") + 1
        self.process = Process("mosquitto", ["/usr/sbin/mosquitto", "-c", self.conf_path], self.log_path)
        try:
            wait_until(
                lambda: (listens(self.port) and self.log.count(" running\n") >= ready) or not self.process.running(),
                "mosquitto runs")
        finally:
            if not self.process.running():
                raise Failed(f"mosquitto did not start with {self.conf_path}:\n{self.process.log}")
        return self

    def stop(self):
        return self.process.stop()

    def kill(self):
        return self.process.kill()

    def restart(self):
        self.stop()
        return self.start()

    def reload(self):
        """Makes it read its acl file again."""
        before = self.log.count("Reloading config")
        self.process.signal(signal.SIGHUP)
        wait_until(lambda: self.log.count("Reloading config") > before, "mosquitto reloads")

    def end(self):
        if self.process is not None:
            self.process.end()

    @property
    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""
