# SPDX-License-Identifier: Apache-2.0
"""Sums JUnit files of ctest and pytest into the closing line `N passed, N failed`."""

import dataclasses
import pathlib
import xml.etree.ElementTree


@dataclasses.dataclass
class Tally:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list = dataclasses.field(default_factory=list)

    def add(self, name, verdict):
        setattr(self, verdict, getattr(self, verdict) + 1)
        if verdict == "failed":
            self.failures.append(name)

    def closing_line(self):
        return f"{self.passed} passed, {self.failed} failed"

    def exit_code(self):
        return 0 if self.passed > 0 and self.failed == 0 else 1


def verdict_of(case):
    """passed, failed or skipped. A ctest entry that could not run (its program was not built) has failed."""
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    skipped = case.find("skipped")
    if skipped is None:
        return "passed" if case.get("status") in (None, "run") else "failed"
    message = skipped.get("message", "")
    chosen = case.get("status") is None or message.startswith("SKIP_") or case.get("status") == "disabled"
    return "skipped" if chosen else "failed"


def add_file(tally, path):
    """Counts one JUnit file; a missing or broken one counts as one failure, because its runner died."""
    try:
        root = xml.etree.ElementTree.parse(path).getroot()
    except (OSError, xml.etree.ElementTree.ParseError) as error:
        tally.add(f"{pathlib.Path(path).name}: no readable results ({error})", "failed")
        return
    for case in root.iter("testcase"):
        name = "::".join(part for part in (case.get("classname"), case.get("name")) if part)
        tally.add(name, verdict_of(case))
