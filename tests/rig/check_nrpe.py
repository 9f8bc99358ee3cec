# SPDX-License-Identifier: Apache-2.0
"""The real check_nrpe against a listener, and the requests that were recorded from a real nrpe."""

import ast
import concurrent.futures
import json
import os
import pathlib
import pwd
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
CHECK_NRPE = "/usr/lib/nagios/plugins/check_nrpe"
PATIENCE_S = 60  # of each check_nrpe, on a machine that has much else to do


class CheckNrpe:
    """One port, asked as Nagios asks it."""

    def __init__(self, port, *options, host="127.0.0.1"):
        self.port = port
        self.host = host
        self.options = options

    def command(self, check=None, arguments=(), options=()):
        asked = ["-c", check] if check else []
        return [CHECK_NRPE, "-H", self.host, "-p", str(self.port), "-t", str(PATIENCE_S), *self.options, *options, *asked,
                *(["-a", *arguments] if arguments else [])]

    def __call__(self, check=None, *options, arguments=()):
        """The exit status and what was printed, as bytes: a plugin may print anything."""
        done = subprocess.run(self.command(check, arguments, options), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, timeout=PATIENCE_S + 10, check=False)
        return done.returncode, done.stdout

    def at_once(self, questions):
        """Asks all of them in parallel; the answers in order."""
        with concurrent.futures.ThreadPoolExecutor(len(questions)) as pool:
            return list(pool.map(lambda question: self(*question[0], arguments=question[1]), questions))


class Vector:
    """One row of nrpe_vectors.jsonl: a request, and what nrpe 4.1.0 made of it."""

    def __init__(self, row):
        self.config_line = (row["config_line"] or "").replace("@PLUGIN@", str(DATA / "nrpe_vector_plugin.sh"))
        self.request = row["request"]
        self.status = row["exit_code"]
        home = pwd.getpwuid(os.getuid()).pw_dir
        self.printed = row["stdout"].replace("/var/lib/nagios", home)

    def question(self):
        """(check, options), arguments"""
        if "_NRPE_CHECK" in self.request:
            return (None,), ()
        words, _, listed = self.request.partition(" -a ")
        check, *rest = words.split()
        arguments = ["x" * 3000 if item == "xxx*3000" else item for item in ast.literal_eval(listed)] if listed else []
        return (check, *(["-2"] if rest else [])), arguments

    def is_printed(self, text):
        """Long outputs were recorded as their beginning, their length and their end."""
        if "...len=" not in self.printed:
            return text == self.printed
        start, _, behind = self.printed.partition("...len=")
        length, _, end = behind.partition("...")
        return len(text) == int(length) and text.startswith(start) and text.endswith(end)


def vectors():
    with open(DATA / "nrpe_vectors.jsonl", encoding="utf-8") as file:
        return [Vector(json.loads(line)) for line in file]


def vector_config(folder, rows):
    """The nrpe.cfg of the recording, with what its rows say of the included files."""
    includes = folder / "inc.d"
    for name, text in {
        "a.cfg": "command[inc_a]=/bin/echo from a.cfg\n",
        "b.cfg": "command[inc_a]=/bin/echo from b.cfg\n",
        "c_bad.cfg": "command[inc_bad1]=/bin/echo before error\nno value here\ncommand[inc_bad2]=/bin/false\n",
        "sub/s.cfg": "command[inc_sub]=/bin/echo from sub\n",
        ".hid/h.cfg": "command[inc_hid]=/bin/echo from hidden folder\n",
        ".hidden.cfg": "command[inc_hidfile]=/bin/echo from hidden file\n",
    }.items():
        path = includes / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    lines = dict.fromkeys(row.config_line for row in rows if row.config_line)
    user = pwd.getpwuid(os.getuid()).pw_name  # root has to be named, as c_bad.cfg could hide who it is
    return (f"nrpe_user={user}\ncommand_timeout=4\ndont_blame_nrpe=1\nallow_bash_command_substitution=0\ncommand[dup]=/bin/echo first\n"
            + "".join(f"  {line}\n" for line in lines) + f"include_dir={includes}/\n")
