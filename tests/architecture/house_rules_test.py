# SPDX-License-Identifier: Apache-2.0
"""Rules about files that no compiler checks: licence line, length, and nothing of the machine they were written on."""

import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LICENCE = "SPDX-License-Identifier: Apache-2.0"
LONGEST_FILE = 450  # lines; a longer one holds two rooms
LONGEST_TEST = 600  # a table of cases is easier to read in one place
LONGEST_MAIN = 80  # a composition root only puts parts together
WITH_LICENCE = {".cpp", ".hpp", ".py", ".sh"}


def tracked_files():
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=False)
    if listed.returncode != 0:  # an unpacked source archive has no git
        return [p.relative_to(ROOT) for p in ROOT.rglob("*") if p.is_file() and "build" not in p.parts]
    names = [name for name in listed.stdout.decode().split("\0") if name]
    return [pathlib.Path(name) for name in names if (ROOT / name).is_file()]


def text_of(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


class HouseRules(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.sources = [path for path in tracked_files() if path.suffix in WITH_LICENCE and "data" not in path.parts]
        self.assertGreater(len(self.sources), 10)

    def test_every_source_names_its_licence(self):
        missing = [str(p) for p in self.sources if LICENCE not in "".join(text_of(p).splitlines(True)[:3])]
        self.assertEqual([], missing)

    def test_no_source_is_too_long(self):
        def limit(path):
            if path.name == "main.cpp":
                return LONGEST_MAIN
            return LONGEST_TEST if path.parts[0] == "tests" else LONGEST_FILE

        long = [f"{p}: {len(text_of(p).splitlines())} lines" for p in self.sources
                if len(text_of(p).splitlines()) > limit(p)]
        self.assertEqual([], long)

    def test_no_source_is_unfinished_or_switched_off(self):
        # A test may skip itself only where it says that it needs root, or must not be root.
        marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|HA" + r"CK|DIS" + r"ABLED_)|GTEST_" + r"SKIP\(\)(?! << \"(needs root|root may))")
        found = [str(p) for p in self.sources if marks.search(text_of(p))]
        self.assertEqual([], found)


if __name__ == "__main__":
    sys.exit(unittest.main())
