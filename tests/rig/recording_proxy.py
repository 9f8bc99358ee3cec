# SPDX-License-Identifier: Apache-2.0
"""Stands in front of an Icinga 2, with its certificate, and writes down what it was told and what it said it had."""

import contextlib
import json
import re
import socket
import ssl
import threading
import urllib.parse

from icinga2 import NODE
from ports import take_port


def _message(stream):
    """One HTTP message with its body: first line, bytes of all of it, body. Fails with OSError at the end."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline(65536)
        if not line:
            raise OSError("the end")
        head += line
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    body = stream.read(int(length[1])) if length else b""
    if length and len(body) < int(length[1]):
        raise OSError("cut off")
    return head.split(b"\r\n", 1)[0].decode(), head + body, body


def number_of(output):
    """N of "number N"."""
    return int(output.split()[1])


class RecordingProxy:
    """`record` has one entry for each thing that Icinga said of a service: (when this Icinga was started, object, "has" or
    "took", what `reading` makes of the output; None if it has nothing)."""

    def __init__(self, icinga, reading=number_of):
        self.record = []
        self._reading = reading
        self._icinga = icinga
        self._port = take_port()
        self.port = self._port.number
        certificates = icinga.folder / "lib" / "certs"
        self._server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._server.load_cert_chain(certificates / f"{NODE}.crt", certificates / f"{NODE}.key")
        self._client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._client.load_verify_locations(icinga.ca)
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def end(self):
        self._listener.close()
        self._port.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        start = None
        with contextlib.suppress(OSError), contextlib.ExitStack() as ends:
            ends.callback(connection.close)
            behind = ends.enter_context(self._client.wrap_socket(
                socket.create_connection(("127.0.0.1", self._icinga.port), 10), server_hostname=NODE))
            before = ends.enter_context(self._server.wrap_socket(connection, server_side=True))
            for one in (before, behind):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            requests, answers = (ends.enter_context(one.makefile("rb")) for one in (before, behind))
            while True:
                line, request, body = _message(requests)
                behind.sendall(request)
                status, answer, said = _message(answers)
                start = self._note(start, line, body, status, said)
                before.sendall(answer)

    def _note(self, start, line, body, status, said):
        if " 200 " not in status:
            return start
        path = line.split(" ")[1]
        if path == "/v1/status/IcingaApplication":
            return json.loads(said)["results"][0]["status"]["icingaapplication"]["app"]["program_start"]
        if path.startswith("/v1/objects/services/"):
            name = urllib.parse.unquote(path.removeprefix("/v1/objects/services/").split("?")[0])
            last = json.loads(said)["results"][0]["attrs"]["last_check_result"]
            self.record.append((start, name, "has", self._reading(last["output"]) if last else None))
        elif path.startswith("/v1/actions/process-check-result?service="):
            name = urllib.parse.unquote(path.split("=", 1)[1])
            self.record.append((start, name, "took", self._reading(json.loads(body)["plugin_output"])))
        return start
