# SPDX-License-Identifier: Apache-2.0
"""Debian's rrdcached on a unix socket of its own."""

import socket

from processes import Process, wait_until


def _listens(path):
    """The socket's file is there before the daemon listens: only a connection tells."""
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


def start_rrdcached(folder, environment, *options):
    """The process and its socket, which answers; pid file, log and socket lie in the folder."""
    path = folder / "rrdcached.sock"
    command = ["/usr/bin/rrdcached", "-g", "-l", f"unix:{path}", "-p", folder / "rrdcached.pid", *options]
    process = Process("rrdcached", command, folder / "rrdcached.log", environment)
    wait_until(lambda: _listens(path), lambda: f"rrdcached listens\n{process.log}")
    return process, path
