# SPDX-License-Identifier: Apache-2.0
"""./dev fuzz: every parser under libFuzzer for some seconds each.

usage: run_fuzzers.py BUILD_DIR SECONDS [ENTRY…]

Starts from tests/fuzz/corpus/NAME and keeps what it finds interesting under BUILD_DIR/corpus/NAME. An input that breaks a
parser is written to tests/fuzz/regressions/NAME: commit it together with the fix, and ./dev test replays it for ever.
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

FUZZ = pathlib.Path(__file__).resolve().parent
MAX_INPUT = 65536  # bytes; no parser of ours is given more than twice that
SLOW_S = 5  # an input that takes longer is a fault of its own
MEMORY_MB = 1024
EXECUTIONS = re.compile(r"^Done (\d+) runs in (\d+) second", re.MULTILINE)
COVERAGE = re.compile(r"cov: (\d+) ft: (\d+)")


def fuzz(build, name, seconds):
    """One row of the table, and the output if something broke."""
    corpus = build / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    seeds = FUZZ / "corpus" / name
    regressions = FUZZ / "regressions" / name
    regressions.mkdir(parents=True, exist_ok=True)
    folders = [corpus] + [folder for folder in (seeds, regressions) if folder.is_dir()]
    result = subprocess.run(
        [build / "bin" / f"fuzz_{name}", f"-max_total_time={seconds}", f"-max_len={MAX_INPUT}", f"-timeout={SLOW_S}",
         f"-rss_limit_mb={MEMORY_MB}", "-print_final_stats=0", f"-artifact_prefix={regressions}/", *folders],
        capture_output=True, text=True, errors="replace", check=False)
    if not any(regressions.iterdir()):
        regressions.rmdir()
    runs = EXECUTIONS.search(result.stderr)
    covered = COVERAGE.findall(result.stderr)
    row = (name, runs.group(1) if runs else "?", runs.group(2) if runs else "?", covered[-1][0] if covered else "?",
           "clean" if result.returncode == 0 else "BROKEN")
    return row, "" if result.returncode == 0 else result.stderr[-6000:]


def main():
    build, seconds = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])
    names = sys.argv[3:] or sorted(path.stem[len("fuzz_"):] for path in FUZZ.glob("fuzz_*.cpp"))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda name: fuzz(build, name, seconds), names))
    for _, output in results:
        print(output, end="")
    print("| parser | inputs | seconds | edges covered | |\n|---|---:|---:|---:|---|")
    for row, _ in results:
        print("| " + " | ".join(row) + " |")
    return 1 if any(output for _, output in results) else 0


if __name__ == "__main__":
    sys.exit(main())
