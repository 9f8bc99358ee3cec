# SPDX-License-Identifier: Apache-2.0
"""Fails when a file includes what docs/architecture.md does not let it include: a folder of ours, or a library.

A rule with an empty set of files is a library that has not come into the house yet.
"""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Folder -> folders it may include, besides itself. Anything not listed here may include nothing of ours.
SHARED = {"libmuster/model", "libmuster/protocol", "libmuster/ddl", "libmuster/mqtt", "libmuster/runtime", "libmuster/fleet",
          "libmuster/node", "libmuster/client", "libmuster/sqlite", "libmuster/http", "libmuster/nrpe",
          "libmuster/nrpe_server"}
EDGES = {"libmuster/sqlite", "libmuster/http", "libmuster/nrpe", "libmuster/nrpe_server"}  # for programs alone
MAY_INCLUDE = {
    "libmuster/model": set(),
    "libmuster/protocol": {"libmuster/model"},
    "libmuster/ddl": {"libmuster/model", "libmuster/protocol"},
    "libmuster/runtime": set(),
    "libmuster/mqtt": set(),
    "libmuster/sqlite": set(),
    "libmuster/nrpe": {"libmuster/model"},
    "libmuster/nrpe_server": {"libmuster/model", "libmuster/nrpe"},
    "libmuster/http": set(),
    "libmuster/fleet": SHARED - {"libmuster/node", "libmuster/client"} - EDGES,
    "libmuster/node": SHARED - {"libmuster/client"} - EDGES,
    "libmuster/client": SHARED - EDGES,
    "libmuster/fleet_check": {"libmuster/model", "libmuster/protocol", "libmuster/fleet", "libmuster/client"},
    "checkagent": SHARED,
    "collector": SHARED,
    "nagios-bridge": SHARED | {"libmuster/fleet_check"},
    "cli": SHARED,
    "checks": {"libmuster/model", "libmuster/protocol", "libmuster/fleet", "libmuster/client", "libmuster/fleet_check"},
}
OPEN_TO_ALL = {"libmuster/error.hpp", "libmuster/version.hpp"}

# Library -> the only files that may include it: one adapter per library, so that it can be replaced in one place.
ADAPTERS = {
    r"mqtt/|MQTTAsync|MQTTClient": {"libmuster/mqtt/paho_client.cpp", "libmuster/mqtt/paho_conversions.hpp"},
    r"CLI/": {"cli/command_line/command_tree.hpp"},
    r"yaml-cpp/": {"libmuster/runtime/yaml_reader.cpp"},
    r"openssl/": {"cli/pki.cpp", "libmuster/runtime/digest.cpp", "libmuster/mqtt/connect_diagnosis.cpp",
                  "libmuster/runtime/certificate_file.cpp", "libmuster/nrpe_server/self_signed.cpp",
                  "nagios-bridge/nsca/openssl_cipher.cpp"},
    r"sodium": {"libmuster/protocol/signature.cpp"},
    r"re2/": {"libmuster/model/pattern.cpp"},
    r"spdlog/": {"libmuster/runtime/log.cpp"},
    r"sqlite3": {"libmuster/sqlite/database.cpp"},
    r"rrd": {"collector/history/rrd_file.cpp", "collector/history/rrd_drawing.cpp"},
    r"boost/asio/ssl": {"libmuster/http/http_client.cpp", "libmuster/nrpe_server/tls_channel.cpp",
                        "libmuster/runtime/asio_ssl/asio_ssl_impl.cpp"},
    r"boost/beast": {"collector/web/http_connection.cpp", "libmuster/http/http_client.cpp"},
    r"regex>": set(),  # std::regex crashes and hangs on hostile patterns
}
# Library -> the only folders that may include it.
FOLDERS = {
    r"boost/json": {"libmuster/protocol", "libmuster/ddl", "libmuster/fleet", "libmuster/node", "checkagent", "collector",
                     "nagios-bridge", "cli"},
    r"boost/asio": {"libmuster/mqtt", "libmuster/runtime", "libmuster/fleet", "libmuster/node", "libmuster/client",
                     "libmuster/http", "libmuster/nrpe_server", "checkagent", "collector", "nagios-bridge", "cli"},
    r"boost/process": {"libmuster/runtime", "checkagent"},
}

OWN_INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
LIBRARY_INCLUDE = re.compile(r"^\s*#\s*include\s+<([^>]+>)", re.MULTILINE)


def component(path):
    """The listed folder that `path` lies in, or its first folder."""
    inside = [folder for folder in MAY_INCLUDE if path.startswith(folder + "/")]
    return max(inside, key=len, default=path.split("/")[0])


def own_violations(path, text):
    for included in OWN_INCLUDE.findall(text):
        allowed = {component(path)} | MAY_INCLUDE.get(component(path), set())
        if included not in OPEN_TO_ALL and component(included) not in allowed:
            yield f"{path}: {component(path)} must not include {included}"
        if not (ROOT / included).is_file():
            yield f"{path}: {included} is not a path from the root"


def library_violations(path, text):
    for included in LIBRARY_INCLUDE.findall(text):
        for library, files in ADAPTERS.items():
            if re.match(library, included) and path not in files:
                yield f"{path}: <{included} belongs into {', '.join(sorted(files)) or 'no file'}"
        for library, folders in FOLDERS.items():
            if re.match(library, included) and component(path) not in folders:
                yield f"{path}: {component(path)} must not include <{included}"


def sources():
    for folder in ("libmuster", "checkagent", "collector", "nagios-bridge", "cli", "checks"):
        for path in sorted((ROOT / folder).rglob("*.[ch]pp")):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


class IncludeDirection(unittest.TestCase):
    maxDiff = None

    def test_every_include_follows_the_layers(self):
        found = [line for path, text in sources() for line in own_violations(path, text)]
        self.assertEqual([], found)

    def test_every_library_has_one_adapter(self):
        found = [line for path, text in sources() for line in library_violations(path, text)]
        self.assertEqual([], found)

    def test_a_planted_violation_is_seen(self):
        layers = list(own_violations("libmuster/model/a.cpp", '#include "libmuster/error.hpp"\n#include "cli/main.cpp"\n'))
        self.assertEqual(["libmuster/model/a.cpp: libmuster/model must not include cli/main.cpp"], layers)
        programs = list(own_violations("checkagent/a.cpp", '#include "cli/main.cpp"\n'))
        self.assertEqual(["checkagent/a.cpp: checkagent must not include cli/main.cpp"], programs)
        libraries = list(library_violations("cli/a.cpp", "#include <mqtt/client.h>\n#include <regex>\n"))
        self.assertEqual(2, len(libraries))


if __name__ == "__main__":
    sys.exit(unittest.main())
