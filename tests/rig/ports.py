# SPDX-License-Identifier: Apache-2.0
"""Loopback ports that no other rig on this machine takes at the same time."""

import fcntl
import os
import pathlib
import random
import socket
import tempfile

# Below the range that the kernel gives to outgoing connections (32768 on Linux), so that none of these sits on our port.
FIRST, LAST = 21000, 31999


class Port:
    """A port with a lock on it; the lock goes with close() or with the process."""

    def __init__(self, number, lock):
        self.number = number
        self._lock = lock

    def close(self):
        os.close(self._lock)


def _lock(number):
    folder = pathlib.Path(tempfile.gettempdir()) / f"muster-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(folder / str(number), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _is_free(number):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except OSError:
            return False
    return True


def take_port():
    numbers = list(range(FIRST, LAST + 1))
    random.shuffle(numbers)
    for number in numbers:
        lock = _lock(number)
        if lock is None:
            continue
        if _is_free(number):
            return Port(number, lock)
        os.close(lock)
    raise RuntimeError(f"no free loopback port between {FIRST} and {LAST}")
