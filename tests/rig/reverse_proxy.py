# SPDX-License-Identifier: Apache-2.0
"""nginx and Apache in front of a collector, with the configuration that docs/collector-web.md shows, on a free port."""

import pathlib
import re

from processes import Process, listens, wait_until

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "collector-web.md"
APACHE_MODULES = ("mpm_event", "authz_core", "ssl", "socache_shmcb", "proxy", "proxy_http", "headers")


def _documented(kind):
    return re.search(rf"^```{kind}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)[1]


class ReverseProxy:
    """One of them; `changes` are what differs from the documented machine: the port, the files of the certificate."""

    def __init__(self, kind, folder, port, changes):
        site = _documented(kind)
        for known, real in changes.items():
            assert known in site, f"{known} is in the documented configuration of {kind}"
            site = site.replace(known, real)
        self.port = port
        self.folder = folder / kind
        self.folder.mkdir()
        self.config = self.folder / "proxy.conf"
        self.config.write_text(getattr(self, f"_{kind}")().replace("SITE", site))
        command = {"nginx": ["/usr/sbin/nginx", "-c", self.config, "-e", self.folder / "error.log", "-g", "daemon off;"],
                   "apache": ["/usr/sbin/apache2", "-D", "FOREGROUND", "-f", self.config]}[kind]
        self.process = Process(kind, command, self.folder / "log")
        wait_until(lambda: listens(port), lambda: f"{kind} listens\n{self.process.log}{self.errors}")

    @property
    def errors(self):
        log = self.folder / "error.log"
        return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""

    def end(self):
        self.process.end()

    def _nginx(self):
        paths = "".join(f"{name}_temp_path {self.folder}/{name};\n"
                        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return (f"pid {self.folder}/pid;\nworker_processes 1;\nuser root;\nevents {{}}\n"
                f"http {{\naccess_log off;\n{paths}SITE}}\n")

    def _apache(self):
        modules = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n" for name in APACHE_MODULES)
        return (f"ServerRoot {self.folder}\nServerName localhost\nListen 127.0.0.1:{self.port}\nPidFile {self.folder}/pid\n"
                f"ErrorLog {self.folder}/error.log\nDefaultRuntimeDir {self.folder}\n{modules}SITE\n")
