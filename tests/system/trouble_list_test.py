# SPDX-License-Identifier: Apache-2.0
"""Every kind of trouble that was promised has its test: trouble.txt against the functions in trouble_*_test.py."""

import ast
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent


def listed():
    lines = (line.split("#")[0].strip() for line in (FOLDER / "trouble.txt").read_text().splitlines())
    return [line for line in lines if line]


def existing(pattern):
    names = set()
    for path in FOLDER.glob(pattern):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                names.add(f"{path.name}::{node.name}")
    return names


def test_every_listed_trouble_has_its_test():
    assert len(listed()) > 30
    assert sorted(set(listed()) - existing("*_test.py")) == []


def test_every_trouble_test_is_listed_once():
    names = listed()
    assert sorted(set(names)) == sorted(names)
    assert sorted(existing("trouble_*_test.py") - existing("trouble_list_test.py") - set(names)) == []
