# SPDX-License-Identifier: Apache-2.0
"""A real nrpe on a loopback port, to be measured beside us."""

import os
import pathlib
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "rig"))

from ports import take_port  # noqa: E402
from processes import listens, wait_until  # noqa: E402

CONFIG = """server_address=127.0.0.1
server_port={port}
listen_queue_size=1024
allowed_hosts=127.0.0.1
nrpe_user={user}
nrpe_group={group}
pid_file={folder}/nrpe.pid
debug=0
command_timeout=60
{commands}"""


class NrpeServer:
    """nrpe in its default: anonymous DH when tls, else clear text."""

    def __init__(self, folder, commands, tls):
        self.folder = folder
        self.commands = commands
        self.tls = tls
        self._port = take_port()
        self.port = self._port.number
        self._process = None

    def __enter__(self):
        self.folder.mkdir()
        self.folder.chmod(0o755)
        config = self.folder / "nrpe.cfg"
        config.write_text(CONFIG.format(port=self.port, folder=self.folder, commands=self.commands,
                                        user="nobody", group="nogroup"))
        command = ["/usr/sbin/nrpe", "-c", str(config), "-f", *([] if self.tls else ["-n"])]
        with open(self.folder / "nrpe.log", "wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        wait_until(lambda: listens(self.port), "nrpe listens")
        return self

    def __exit__(self, *_):
        if self._process.poll() is None:
            os.kill(self._process.pid, signal.SIGTERM)
            self._process.wait(10)
        self._port.close()
