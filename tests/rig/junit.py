# SPDX-License-Identifier: Apache-2.0
"""A strict reader of JUnit XML: what Jenkins' schema and GitLab's parser both take, and nothing else."""

import re
import xml.etree.ElementTree

NUMBERS = {"tests", "failures", "errors", "skipped"}
SECONDS = re.compile(r"^\d+\.\d{3}$")
OUTCOMES = {"failure": {"message", "type"}, "error": {"message", "type"}, "skipped": {"message"}}
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def _counts(element, cases):
    def outcomes(kind):
        return sum(1 for case in cases if case.find(kind) is not None)

    told = {name: int(element.attrib[name]) for name in NUMBERS}
    assert told == {"tests": len(cases), "failures": outcomes("failure"), "errors": outcomes("error"),
                    "skipped": outcomes("skipped")}, element.attrib
    assert SECONDS.match(element.attrib["time"])


def _check_case(suite, case):
    assert case.tag == "testcase" and set(case.attrib) == {"classname", "name", "time"}
    assert case.attrib["classname"] == suite.attrib["name"] and case.attrib["name"]
    assert SECONDS.match(case.attrib["time"])
    assert len(case) <= 1 and not (case.text or "").strip()
    for outcome in case:
        assert set(outcome.attrib) == OUTCOMES[outcome.tag] and len(outcome) == 0
        assert outcome.attrib["message"]


def parsed(text):
    """{(suite, testcase): (outcome, message)} of a document that must be as it should."""
    assert not CONTROL.search(text), repr(text)
    root = xml.etree.ElementTree.fromstring(text.encode("utf-8"))
    assert root.tag == "testsuites" and set(root.attrib) == NUMBERS | {"name", "time"}
    _counts(root, root.findall("./testsuite/testcase"))
    names = [suite.attrib["name"] for suite in root]
    assert len(names) == len(set(names))
    found = {}
    for suite in root:
        assert suite.tag == "testsuite" and set(suite.attrib) == NUMBERS | {"name", "time"}
        _counts(suite, list(suite))
        for case in suite:
            _check_case(suite, case)
            key = (suite.attrib["name"], case.attrib["name"])
            assert key not in found, key
            found[key] = (case[0].tag, case[0].attrib["message"]) if len(case) else ("passed", "")
    return found
