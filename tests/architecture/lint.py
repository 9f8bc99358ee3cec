# SPDX-License-Identifier: Apache-2.0
"""./dev lint: formatting, clang-tidy, include rules, shell and Python scripts.

usage: lint.py [BUILD_DIR]   (BUILD_DIR/compile_commands.json tells how each file is compiled; without it, no clang-tidy)

clang-tidy is by far the slowest step, and spends nine tenths of it on the headers of libraries. So the files of a folder
are read together, as one translation unit (that each compiles alone is what the build shows), and a clean verdict is kept
under build/tidy by everything it depends on: the tool, its configuration, the compile command, and the text of the files
and of every header of ours that they reach.
"""

import ast
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = ROOT / "build" / "tidy"
# Tests are left out: GoogleTest's macros break half of the rules, and the time is better spent on running them.
LINTED = ("libmuster/", "checkagent/", "cli/", "collector/", "nagios-bridge/", "checks/")
TOGETHER = 12  # more saves little: by then the files themselves take longest
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def listed(*patterns):
    """Tracked and new files that match, without ignored ones."""
    command = ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "-z", "--", *patterns]
    names = subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\0")
    return [name for name in names if name and (ROOT / name).is_file()]


def told(finding):
    """Prints a finding at once: the rest can take minutes."""
    print(finding, flush=True)
    return finding


def check(title, command, files):
    if not files:
        return []
    result = subprocess.run([*command, *files], cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return []
    return [told(f"{title}:\n{result.stdout}{result.stderr}")]


def shell_scripts():
    def is_shell(name):
        with open(ROOT / name, "rb") as stream:
            return re.match(rb"#!.*\b(ba)?sh\b", stream.readline()) is not None

    scripts = [name for name in listed("dev", ".ci/run", "*.sh", "packaging/*") if is_shell(name)]
    return [name for name in scripts if not name.startswith("tests/data/")]


def python_syntax():
    found = []
    for name in listed("*.py"):
        try:
            ast.parse((ROOT / name).read_text(encoding="utf-8"), name)
        except SyntaxError as error:
            found.append(told(f"python: {name}:{error.lineno}: {error.msg}"))
    return found


def house_rules():
    found = []
    for script in listed("tests/architecture/*_test.py"):
        found += check(script, [sys.executable, "-B"], [script])
    return found


def reachable_headers(name, seen):
    for included in INCLUDE.findall((ROOT / name).read_text(encoding="utf-8", errors="replace")):
        if included not in seen and (ROOT / included).is_file():
            seen.add(included)
            reachable_headers(included, seen)
    return seen


def written(unit, names):
    unit.write_text("".join(f'#include "{ROOT / name}"\n' for name in names), encoding="utf-8")
    return unit


class Tidy:
    def __init__(self, build):
        self.build = build
        entries = json.loads((build / "compile_commands.json").read_text())
        self.commands = {os.path.relpath(entry["file"], ROOT): entry.get("command", "") for entry in entries}
        version = subprocess.run(["clang-tidy-14", "--version"], capture_output=True, check=True).stdout
        self.basis = version + (ROOT / ".clang-tidy").read_bytes() + pathlib.Path(__file__).read_bytes()
        CACHE.mkdir(parents=True, exist_ok=True)

    def groups(self):
        """Files of one folder, as many as are read together."""
        folders = {}
        for name in sorted(name for name in self.commands if name.startswith(LINTED)):
            folders.setdefault(os.path.dirname(name), []).append(name)
        return [names[at:at + TOGETHER] for names in folders.values() for at in range(0, len(names), TOGETHER)]

    def flags(self, names):
        """What any of the files is compiled with: definitions and include folders."""
        words = [word for name in names for word in shlex.split(self.commands[name])]
        return [*sorted({word for word in words if word.startswith(("-D", "-I"))}), "-std=c++20", "-pthread"]

    def stamp(self, names):
        digest = hashlib.sha256(self.basis + " ".join(self.flags(names)).encode())
        seen = set()
        for name in names:
            reachable_headers(name, seen)
        for part in [*names, *sorted(seen)]:
            digest.update(part.encode() + b"\0" + (ROOT / part).read_bytes())
        return CACHE / digest.hexdigest()

    def apart(self, unit, names):
        """Those whose local names clash with a file read before: they are read in a unit of their own."""
        command = ["clang++-14", "-fsyntax-only", "-w", "-ferror-limit=0", *self.flags(names), str(unit)]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        clashing = set(re.findall(rf"^{re.escape(str(ROOT))}/(\S+?):\d+:\d+: error: ", result.stderr, re.MULTILINE))
        return [name for name in names[1:] if name in clashing]

    def findings(self, names):
        stamp = self.stamp(names)
        if stamp.exists():
            stamp.touch()
            return []
        found = []
        with tempfile.TemporaryDirectory() as folder:
            while names:
                names = self.read_together(pathlib.Path(folder) / "unit.cpp", names, found)
        if not found:
            stamp.touch()
        return found

    def read_together(self, unit, names, found):
        """Adds what is found in as many of the names as can be read together, and returns the others."""
        others = self.apart(written(unit, names), names)
        together = [name for name in names if name not in others]
        # The analyzer only warns (it stumbles over Boost.Asio) and doubles the time: it is for the editor.
        command = ["clang-tidy-14", "--quiet", "--checks=-clang-analyzer-*,-bugprone-suspicious-include",
                   f"--config-file={ROOT / '.clang-tidy'}", str(written(unit, together)), "--", *self.flags(together)]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            found.append(told(f"clang-tidy: {' '.join(together)}\n{result.stdout or result.stderr}"))
        return others

    def run(self):
        groups = self.groups()
        started = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            found = [text for texts in pool.map(self.findings, groups) for text in texts]
        files = sum(len(names) for names in groups)
        print(f"==> clang-tidy: {files} files in {time.monotonic() - started:.0f} s", flush=True)
        self.forget_old()
        return found

    @staticmethod
    def forget_old(keep=2000):
        stamps = sorted(CACHE.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for stamp in stamps[keep:]:
            stamp.unlink()


def main():
    found = check("clang-format-14", ["clang-format-14", "--dry-run", "-Werror"], listed("*.cpp", "*.hpp"))
    found += check("shellcheck", ["shellcheck", "-x"], shell_scripts())
    found += python_syntax()
    found += house_rules()
    if sys.argv[1:]:
        found += Tidy(pathlib.Path(sys.argv[1]).resolve()).run()
    print("lint: " + (f"{len(found)} findings" if found else "clean"))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
