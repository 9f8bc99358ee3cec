# SPDX-License-Identifier: Apache-2.0
"""docs/mcollective-parity.md: every row once, and what it names as proof is there."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAST = {"A": 36, "B": 19, "C": 21, "D": 17, "E": 24, "F": 17, "G": 11}
ROW = re.compile(r"^\| ([A-G])(\d+) \|(.*)\|$", re.MULTILINE)
VERDICTS = ("yes", "other", "later", "no", "parsed, yes", "14 MiB", "gates, yes", "the list, yes", "generate, yes",
            "Prometheus, yes")


def rows():
    text = (ROOT / "docs" / "mcollective-parity.md").read_text(encoding="utf-8")
    return [(letter, int(number), [cell.strip() for cell in re.split(r"(?<!\\)\|", cells)])
            for letter, number, cells in ROW.findall(text)]


class Parity(unittest.TestCase):
    def test_every_row_stands_there_once_and_in_order(self):
        wanted = [(letter, number) for letter, last in LAST.items() for number in range(1, last + 1)]
        self.assertEqual([(letter, number) for letter, number, _ in rows()], wanted)

    def test_what_is_said_to_be_there_names_its_proof(self):
        for letter, number, (_, verdict, proof) in rows():
            with self.subTest(row=f"{letter}{number}"):
                self.assertTrue(verdict.startswith(VERDICTS), verdict)
                if verdict.startswith("yes"):
                    self.assertNotEqual(proof, "–")
                folder = ""
                for name in [] if proof == "–" else proof.split(", "):
                    if name.startswith("docs/"):
                        path = ROOT / name
                    else:
                        path = ROOT / "tests" / (name if "/" in name else folder + name)
                        folder = str(path.parent.relative_to(ROOT / "tests")) + "/"
                    self.assertTrue(path.is_file(), name)


if __name__ == "__main__":
    unittest.main()
