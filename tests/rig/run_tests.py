# SPDX-License-Identifier: Apache-2.0
"""Runs every test against one build folder: ctest, then the system and golden tests under pytest.

usage: run_tests.py BUILD_DIR [PYTEST ARGUMENTS]   (with arguments, pytest alone runs)
The last line is `N passed, N failed`; the exit status is 0 only if something ran and nothing failed.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import time

import count_results

ROOT = pathlib.Path(__file__).resolve().parents[2]
CTEST_TIMEOUT_S = 120  # for one test; the slowest honest one takes a few seconds, also with sanitizers
PYTEST_NO_TESTS = 5
# A system test mostly waits, for a deadline or a program; each has a broker, ports and folders of its own.
PYTEST_WORKERS = os.cpu_count() + 1


def environment(build):
    # The programs leave through _exit, so leaks are looked for where the unit tests end in the normal way.
    return {
        **os.environ,
        "MUSTER_BIN": str(build / "bin"),
        "MUSTER_BUILD": str(build),
        "ASAN_OPTIONS": "detect_stack_use_after_return=1:detect_leaks=1:abort_on_error=0",
        "LSAN_OPTIONS": f"print_suppressions=0:suppressions={ROOT / 'tests' / 'lsan.supp'}",
        "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
        "TSAN_OPTIONS": f"halt_on_error=1:suppressions={ROOT / 'tests' / 'tsan.supp'}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def run(title, command, env):
    print(f"==> {title}", flush=True)
    started = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
    print(f"==> {title}: exit status {code} after {time.monotonic() - started:.0f} s", flush=True)
    return code


def run_ctest(build, results, tally, env):
    junit = results / "ctest.xml"
    code = run(
        "unit, component, architecture and corpus tests",
        ["ctest", "--test-dir", str(build), "-j", str(os.cpu_count()), "--output-on-failure", "--progress",
         "--no-tests=error", "--timeout", str(CTEST_TIMEOUT_S), "--output-junit", str(junit)],
        env)
    judge("ctest", code, junit, tally)


def run_pytest(results, tally, env, arguments):
    junit = results / "pytest.xml"
    folders = arguments or ["-n", str(PYTEST_WORKERS), "--dist", "loadfile", "tests/system", "tests/golden"]
    code = run(
        "system and golden tests",
        [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={junit}", *folders],
        env)
    judge("pytest", code, junit, tally)


def judge(runner, code, junit, tally):
    """A runner that says failure without a failed test in its file has failed as a whole."""
    before = tally.failed
    count_results.add_file(tally, junit)
    if code not in (0, PYTEST_NO_TESTS) and tally.failed == before:
        tally.add(f"{runner} itself ended with exit status {code}", "failed")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    results = build / "results"
    shutil.rmtree(results, ignore_errors=True)
    results.mkdir(parents=True)
    tally = count_results.Tally()
    env = environment(build)
    if not sys.argv[2:]:
        run_ctest(build, results, tally, env)
    if build.name != "tsan":  # the programs' threads are Paho's, which ThreadSanitizer cannot look into
        run_pytest(results, tally, env, sys.argv[2:])
    for name in tally.failures:
        print(f"FAILED {name}")
    if tally.skipped:
        print(f"({tally.skipped} skipped)")
    print(tally.closing_line(), flush=True)
    return tally.exit_code()


if __name__ == "__main__":
    sys.exit(main())
