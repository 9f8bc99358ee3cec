# SPDX-License-Identifier: Apache-2.0
"""./dev lint: formatting, clang-tidy, include rules, shell and Python scripts.

usage: lint.py [BUILD_DIR]   (BUILD_DIR/compile_commands.json tells how each file is compiled; without it, no clang-tidy)

clang-tidy is by far the slowest step, so a clean verdict is kept under build/tidy by everything it depends on: the tool,
its configuration, the compile command, and the text of the file and of every header of ours it reaches.
"""

import ast
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = ROOT / "build" / "tidy"
# Tests are left out: GoogleTest's macros break half of the rules, and the time is better spent on running them.
LINTED = ("libmuster/", "checkagent/", "cli/", "collector/", "nagios-bridge/")
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


class Tidy:
    def __init__(self, build):
        self.build = build
        entries = json.loads((build / "compile_commands.json").read_text())
        self.commands = {os.path.relpath(entry["file"], ROOT): entry.get("command", "") for entry in entries}
        version = subprocess.run(["clang-tidy-14", "--version"], capture_output=True, check=True).stdout
        self.basis = version + (ROOT / ".clang-tidy").read_bytes()
        CACHE.mkdir(parents=True, exist_ok=True)

    def files(self):
        return sorted(name for name in self.commands if name.startswith(LINTED))

    def stamp(self, name):
        digest = hashlib.sha256(self.basis + self.commands[name].encode())
        for part in [name, *sorted(reachable_headers(name, set()))]:
            digest.update(part.encode() + b"\0" + (ROOT / part).read_bytes())
        return CACHE / digest.hexdigest()

    def findings(self, name):
        stamp = self.stamp(name)
        if stamp.exists():
            stamp.touch()
            return None
        # The analyzer only warns (it stumbles over Boost.Asio) and doubles the time: it is for the editor.
        command = ["clang-tidy-14", "--quiet", "--checks=-clang-analyzer-*", "-p", str(self.build), name]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if result.returncode == 0:
            stamp.touch()
            return None
        return told(f"clang-tidy: {name}\n{result.stdout or result.stderr}")

    def run(self):
        names = self.files()
        started = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            found = [text for text in pool.map(self.findings, names) if text]
        print(f"==> clang-tidy: {len(names)} files in {time.monotonic() - started:.0f} s", flush=True)
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
