# SPDX-License-Identifier: Apache-2.0
"""Every kind of trouble that was promised has its test: trouble.txt against the functions in trouble_*_test.py."""

import ast
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent

# What was promised, in the words that head its tests in trouble.txt. A kind that is struck there fails here.
KINDS = (
    "broker down at start",
    "broker restarted mid-request",
    "broker with its default queue limits",
    "second broker of the list",
    "ACL denies presence",
    "node A tries to publish as B",
    "node killed mid-check",
    "node stopped (SIGSTOP)",
    "slow past the deadline",
    "two nodes with one name",
    "stranger answers",
    "node answers twice",
    "clock an hour off",
    "unknown key",
    "replayed, expired, retained and future-dated request",
    "plugin hangs, forks, floods, dies",
    "state folder full",
    "terminal escapes in output, fact, name, error text and JSON, read through a pty",
    "truncated, huge, deep, mistyped, non-UTF-8 input at every door",
)


def by_kind():
    """{kind: its tests}. A comment heads what stands below it; prose above a blank line heads nothing."""
    kinds = {}
    for paragraph in (FOLDER / "trouble.txt").read_text().split("\n\n"):
        lines = [line.strip() for line in paragraph.splitlines() if line.strip()]
        heads = [line for line in lines if line.startswith("#")]
        tests = [line.split("#")[0].strip() for line in lines if not line.startswith("#")]
        if tests:
            assert len(heads) == 1, f"one kind above {tests}"
            kinds.setdefault(heads[0].lstrip("# "), []).extend(tests)
    return kinds


def listed():
    return [test for tests in by_kind().values() for test in tests]


def existing(pattern):
    names = set()
    for path in FOLDER.glob(pattern):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                names.add(f"{path.name}::{node.name}")
    return names


def test_every_kind_of_trouble_that_was_promised_has_its_tests():
    assert sorted(set(KINDS) - set(by_kind())) == []


def test_every_listed_trouble_has_its_test():
    assert len(listed()) > 30
    assert sorted(set(listed()) - existing("*_test.py")) == []


def test_every_trouble_test_is_listed_once():
    names = listed()
    assert sorted(set(names)) == sorted(names)
    assert sorted(existing("trouble_*_test.py") - existing("trouble_list_test.py") - set(names)) == []
