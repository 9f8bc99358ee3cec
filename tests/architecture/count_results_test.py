# SPDX-License-Identifier: Apache-2.0
"""The closing line of ./dev test counts what ran, and nothing that did not run as passed."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))

import count_results  # noqa: E402  pylint: disable=wrong-import-position


def tally_of(*cases):
    with tempfile.NamedTemporaryFile("w", suffix=".xml") as stream:
        stream.write("<testsuite>" + "".join(cases) + "</testsuite>")
        stream.flush()
        tally = count_results.Tally()
        count_results.add_file(tally, stream.name)
    return tally


class CountResults(unittest.TestCase):
    def test_counts_ctest_and_pytest_cases(self):
        tally = tally_of('<testcase name="a" status="run"/>', '<testcase name="b"/>',
                         '<testcase name="c" status="fail"><failure/></testcase>',
                         '<testcase name="d"><error message="fixture"/></testcase>')
        self.assertEqual("2 passed, 2 failed", tally.closing_line())
        self.assertEqual(["c", "d"], tally.failures)
        self.assertEqual(1, tally.exit_code())

    def test_a_program_that_was_not_built_is_a_failure(self):
        tally = tally_of('<testcase name="a" status="run"/>',
                         '<testcase name="b" status="notrun"><skipped message="Unable to find executable"/></testcase>')
        self.assertEqual(1, tally.failed)

    def test_a_skipped_test_is_neither_passed_nor_failed(self):
        tally = tally_of('<testcase name="a"><skipped message="needs root"/></testcase>',
                         '<testcase name="b" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/></testcase>')
        self.assertEqual((0, 0, 2), (tally.passed, tally.failed, tally.skipped))

    def test_nothing_ran_is_a_failure(self):
        self.assertEqual(1, tally_of().exit_code())

    def test_a_runner_that_left_no_results_is_a_failure(self):
        tally = count_results.Tally()
        count_results.add_file(tally, "/nonexistent/ctest.xml")
        self.assertEqual("0 passed, 1 failed", tally.closing_line())


if __name__ == "__main__":
    sys.exit(unittest.main())
