# SPDX-License-Identifier: Apache-2.0
"""Debian's nsca on loopback, in front of a file in the place of Nagios' command pipe."""

import pathlib
import re
import shutil
import tempfile

from ports import take_port
from processes import Process, listens, wait_until

NSCA = "/usr/sbin/nsca"
CONFIG = """server_address=127.0.0.1
server_port={port}
command_file={commands}
alternate_dump_file={folder}/dump
append_to_file={append}
aggregate_writes=0
max_packet_age=30
debug=0
decryption_method={method}
password={password}
"""
LINE = re.compile(r"\[(\d+)\] PROCESS_(HOST|SERVICE)_CHECK_RESULT;([^;]*);(?:([^;]*);)?(-?\d+);(.*)", re.DOTALL)


class Nsca:
    """One daemon and what it wrote; killed and started again on the same port. With `pipe` it writes there instead."""

    def __init__(self, method=1, password="secret", mode="--single", pipe=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="muster-nsca-"))
        self.folder.chmod(0o755)
        self.commands = self.folder / "commands"
        self.commands.touch()
        self.commands.chmod(0o666)
        self.mode = mode
        self._port = take_port()
        self.port = self._port.number
        self.config = self.folder / "nsca.cfg"
        self.process = None
        self.pipe = pipe
        self.configure(method, password)

    def configure(self, method, password):
        self.config.write_text(CONFIG.format(port=self.port, commands=self.pipe or self.commands, folder=self.folder,
                                             append=int(self.pipe is None), method=method, password=password))

    def start(self):
        self.process = Process("nsca", [NSCA, "-f", "-c", self.config, self.mode], self.folder / "log")
        wait_until(lambda: listens(self.port), lambda: f"nsca listens: {self.process.log}")
        return self

    def kill(self):
        return self.process.kill()

    def end(self):
        if self.process is not None:
            self.process.end()
        self._port.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def told(self):
        """(host, service or "", state, output) of every command that was written whole, in order; output as Nagios reads it."""
        text = self.commands.read_bytes().decode(errors="surrogateescape")
        found = []
        for line in text[:text.rfind("\n") + 1].splitlines():
            _, _, host, service, state, output = LINE.fullmatch(line).groups()
            found.append((host, service or "", int(state), as_nagios_reads(output)))
        return found


def as_nagios_reads(text):
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], text)
