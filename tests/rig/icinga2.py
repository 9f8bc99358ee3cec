# SPDX-License-Identifier: Apache-2.0
"""A real Icinga 2 (Debian's icinga2-bin) with its API on a loopback port and everything it writes in one folder."""

import base64
import http.client
import json
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import tempfile
import urllib.parse

from ports import take_port
from processes import Failed, Process, wait_until

PROGRAM = "/usr/sbin/icinga2"
NODE = "i2test"  # the name in its certificate
USER = "bridge"
PASSWORD = "secret"
PERMISSIONS = ("actions/process-check-result", "status/query", "objects/query/Host", "objects/query/Service",
               "objects/create/*")

CONFIG = """
const PluginDir = "/usr/lib/nagios/plugins"
const NodeName = "{node}"
const ZoneName = NodeName
const TicketSalt = ""
include <itl>
object Endpoint NodeName {{ }}
object Zone ZoneName {{ endpoints = [ NodeName ] }}
object ApiListener "api" {{
  bind_host = "127.0.0.1"
  bind_port = {port}
}}
object ApiUser "{user}" {{
  password = "{password}"
  permissions = [ {permissions} ]
}}
object ApiUser "by-certificate" {{
  client_cn = "nagios-bridge"
  permissions = [ {permissions} ]
}}
object ApiUser "reader" {{
  password = "{password}"
  permissions = [ "objects/query/*", "status/query" ]
}}
object IcingaApplication "app" {{ }}
object CheckerComponent "checker" {{ }}
object FileLogger "main-log" {{
  severity = "information"
  path = "{folder}/log/icinga2.log"
}}
object CheckCommand "stale" {{
  command = [ PluginDir + "/check_dummy", "3", "stale: no passive result received" ]
}}
template Host "passive-host" {{
  check_command = "dummy"
  enable_active_checks = false
  max_check_attempts = 1
}}
template Service "passive-service" {{
  check_command = "stale"
  enable_active_checks = false
  max_check_attempts = 1
}}
for (i in range(1, {hosts} + 1)) {{
  var n = "h" + (if (i < 10) {{ "00" }} else if (i < 100) {{ "0" }} else {{ "" }}) + string(i)
  object Host n {{ import "passive-host" }}
  for (s in range(1, {services} + 1)) {{ object Service "svc" + string(s) use (n) {{
    import "passive-service"
    host_name = n
  }} }}
}}
{more}
"""


def _run(command):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, timeout=60)
    if result.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {result.stdout}{result.stderr}")


class Icinga2:
    """Hosts h001, h002, … with services svc1, svc2, …; all passive. `more` is more of its configuration. Its folder is
    nobody else's, because Icinga reads it as the user nagios, who may not enter those of tests."""

    def __init__(self, hosts=20, services=5, more=""):
        self._port = take_port()
        self.port = port = self._port.number
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="muster-icinga2-"))
        self.folder.chmod(0o755)
        for name in ("etc", "lib/certs", "lib/ca", "log", "cache", "spool", "run", "run/cmd", "spool/perfdata", "spool/tmp"):
            (self.folder / name).mkdir(parents=True)
        self.config = self.folder / "etc" / "icinga2.conf"
        self.config.write_text(CONFIG.format(
            node=NODE, port=port, user=USER, password=PASSWORD, folder=self.folder, hosts=hosts, services=services,
            permissions=", ".join(f'"{name}"' for name in PERMISSIONS), more=more))
        self.password_file = self.folder / "password"
        self.password_file.write_text(PASSWORD + "\n")
        self.ca = self.folder / "lib" / "certs" / "ca.crt"
        self.new_authority()
        self.process = None

    def _paths(self):
        places = {"ConfigDir": "etc", "DataDir": "lib", "LogDir": "log", "CacheDir": "cache", "SpoolDir": "spool",
                  "InitRunDir": "run", "PidPath": "run/icinga2.pid"}
        words = [f"-D{name}={self.folder / place}" for name, place in places.items()]
        return [*words, "-DRunAsUser=nagios", "-DRunAsGroup=nagios"]

    def new_authority(self):
        """An authority of its own, and its certificate from there."""
        for place in (self.folder / "lib" / "ca").iterdir():
            place.unlink()
        self.own()
        _run([PROGRAM, "pki", "new-ca", *self._paths()])
        shutil.copy(self.folder / "lib" / "ca" / "ca.crt", self.ca)
        self.issue(NODE)

    def issue(self, name):
        """A certificate for `name` from its authority; where it is."""
        certificate, key, request = (self.folder / "lib" / "certs" / f"{name}.{end}" for end in ("crt", "key", "csr"))
        _run([PROGRAM, "pki", "new-cert", "--cn", name, "--key", key, "--csr", request, *self._paths()])
        _run([PROGRAM, "pki", "sign-csr", "--csr", request, "--cert", certificate, *self._paths()])
        self.own()
        return certificate, key

    def own(self):
        """Icinga gives root away before it reads anything."""
        for folder, _, names in os.walk(self.folder):
            for path in [folder, *(os.path.join(folder, name) for name in names)]:
                shutil.chown(path, "nagios", "nagios")

    def start(self):
        self.own()
        self.process = Process("icinga2", [PROGRAM, "daemon", "-c", self.config, *self._paths()], self.folder / "stdout")
        wait_until(lambda: self.answers() or not self.process.running(), lambda: f"Icinga answers\n{self.log}", timeout=60)
        if not self.process.running():
            raise Failed(f"Icinga does not start:\n{self.log}")
        return self

    @property
    def log(self):
        texts = [self.process.log if self.process else ""]
        path = self.folder / "log" / "icinga2.log"
        texts.append(path.read_text(encoding="utf-8", errors="replace") if path.exists() else "")
        return "\n".join(texts)

    def answers(self):
        try:
            return self.program_start()
        except (OSError, http.client.HTTPException, ValueError, KeyError, IndexError):
            return None

    def ask(self, path, method="GET", body=None):
        """An answer of the API, as JSON."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.ca)
        context.check_hostname = False
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=10, context=context)
        token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        try:
            connection.request(method, path, json.dumps(body) if body else None,
                               {"Accept": "application/json", "Authorization": f"Basic {token}"})
            answer = connection.getresponse()
            return json.loads(answer.read()) | {"http": answer.status}
        finally:
            connection.close()

    def program_start(self):
        return self.ask("/v1/status/IcingaApplication")["results"][0]["status"]["icingaapplication"]["app"]["program_start"]

    def service(self, host, service):
        """The attributes of one service."""
        return self.ask("/v1/objects/services/" + urllib.parse.quote(f"{host}!{service}", safe=""))["results"][0]["attrs"]

    def host(self, host):
        return self.ask("/v1/objects/hosts/" + urllib.parse.quote(host, safe=""))["results"][0]["attrs"]

    def services(self):
        """All of them: name → attributes."""
        found = self.ask("/v1/objects/services?attrs=state&attrs=last_check_result")["results"]
        return {one["name"]: one["attrs"] for one in found}

    def pids(self):
        """It runs as three processes in one session: one that watches, one that works, one that starts plugins."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    if os.getsid(int(entry.name)) == self.process.pid:
                        found.append(int(entry.name))
                except (ProcessLookupError, PermissionError):
                    pass
        return found

    def stop(self):
        return self.process.stop(60)

    def kill(self):
        """All of it at once, as when the machine dies."""
        for pid in self.pids():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.popen.wait(10)

    def reload(self):
        self.process.signal(signal.SIGHUP)

    def reload_and_wait(self):
        """Until another one answers in its place."""
        before = self.program_start()
        self.reload()
        wait_until(lambda: self.answers() not in (None, before), lambda: f"it is another one\n{self.log}", 60)

    def end(self):
        if self.process is not None:
            self.process.end()
            for pid in self.pids():
                os.kill(pid, signal.SIGKILL)
        self._port.close()
        shutil.rmtree(self.folder, ignore_errors=True)
