# SPDX-License-Identifier: Apache-2.0
"""A server that behaves as the documented interface of NRDP 2.0 does. It is not NRDP, which is not in Debian.

What submitcheck answers, and the file that it writes for Nagios, are those of server/plugins/nagioscorepassivecheck."""

import contextlib
import http.server
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.parse

from ports import take_port

SPOOL = """### NRDP Check ###
start_time={now}.0
host_name={host}
{service}check_type=1
early_timeout=1
exited_ok=1
return_code={state}
output={output}\\n
"""


class Nrdp:
    """`answer` may be set to what the next POSTs get instead: (status, body), after or before the results were taken."""

    def __init__(self, token="secret", tls=False, spool=None, owner=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="muster-nrdp-"))
        self.token = token
        self.spool = spool
        self.owner = owner  # of the files
        self.connections = set()
        self.posts = []  # a list of (host, service or "", state, output) of each
        self.answer = None
        self.takes_first = False
        self._port = take_port()
        self.port = self._port.number
        self.scheme = "https" if tls else "http"
        self.context = self.make_tls() if tls else None
        self.server = None
        self.thread = None

    @property
    def ca(self):
        return self.folder / "crt.pem"

    @property
    def url(self):
        return f"{self.scheme}://localhost:{self.port}/nrdp/"

    def make_tls(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                        self.folder / "key.pem", "-out", self.ca], check=True, capture_output=True, timeout=30)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca, self.folder / "key.pem")
        return context

    def start(self):
        nrdp = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                nrdp.connections.add(self.connection)

            def finish(self):
                nrdp.connections.discard(self.connection)
                super().finish()

            def do_POST(self):  # pylint: disable=C0103
                form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                status, body = nrdp.answer_to({key: values[0] for key, values in form.items()})
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, format, *_):  # pylint: disable=W0622
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        if self.context is not None:
            self.server.socket = self.context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()
        return self

    def answer_to(self, form):
        if self.answer is not None and not self.takes_first:
            return self.answer
        if form.get("token") != self.token:
            return 200, json.dumps({"result": {"status": -1, "message": "BAD TOKEN"}})
        assert form["cmd"] == "submitcheck"
        self.take(json.loads(form["JSONDATA"])["checkresults"])
        if self.answer is not None:
            return self.answer
        told = f"{len(self.posts[-1])} checks processed"
        return 200, json.dumps({"result": {"status": 0, "message": "OK", "meta": {"output": told}}})

    def take(self, checks):
        post = [(check["hostname"], check.get("servicename", ""), int(check["state"]), check["output"]) for check in checks]
        assert all((check["checkresult"]["type"] == "service") == ("servicename" in check) for check in checks)
        self.posts.append(post)
        if self.spool is not None:
            for one in post:
                self.write(*one)

    def write(self, host, service, state, output):
        text = SPOOL.format(now=int(time.time()), host=host, state=state, output=output.replace("\n", "\\n"),
                            service=f"service_description={service}\n" if service else "")
        handle, path = tempfile.mkstemp(prefix="c", dir=self.spool)
        os.close(handle)
        good = pathlib.Path(self.spool, "c" + pathlib.Path(path).name[1:7])
        os.rename(path, good)
        good.write_text(text.replace("\t", " "))
        os.chmod(good, 0o770)
        if self.owner is not None:
            os.chown(good, self.owner, -1)
        pathlib.Path(f"{good}.ok").touch()

    def told(self):
        return [one for post in list(self.posts) for one in post]

    def stop(self):
        if self.server is not None:
            self.server.shutdown()
            self.thread.join(10)
            self.server.server_close()
            self.server = None
            for connection in list(self.connections):
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def end(self):
        self.stop()
        self._port.close()
        shutil.rmtree(self.folder, ignore_errors=True)
