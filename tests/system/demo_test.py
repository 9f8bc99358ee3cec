# SPDX-License-Identifier: Apache-2.0
"""The demo is the first thing that anybody runs: it has to work with the programs under test, and what it prints, too."""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

from muster_rig import binary_folder
from processes import wait_until

DEMO = pathlib.Path(__file__).resolve().parents[1] / "demo" / "demo.py"
LAST_WORDS = "Ctrl-C here ends it all"


def get(address):
    """(status, bytes)"""
    try:
        with urllib.request.urlopen(address, timeout=20) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def look_at(page, of_a_check):
    """What somebody would open who reads what it has printed."""
    status, content = get(f"{page}/")
    assert (status, b"web1.example.net" in content) == (200, True), content
    status, content = get(of_a_check)
    assert (status, b"check_load" in content) == (200, True), content
    status, content = get(f"{page}/api/v1/nodes")
    assert status == 200 and len(json.loads(content)["nodes"]) == 6, content
    graph = re.sub(r"/nodes/([^/]+)/([^/]+)$", r"/api/v1/graph?node=\1&check=\2&format=png", of_a_check)
    status, content = get(graph)  # within the first minute there may be none
    assert status == 404 or content.startswith(b"\x89PNG"), (status, content[:100])


def test_the_demo_answers_as_it_should_serves_its_page_and_ends(tmp_path):
    told = tmp_path / "told"
    # The rig of the demo finds its programs as the rig of a test does.
    with told.open("w") as output, subprocess.Popen(
            [sys.executable, "-B", DEMO], env={**os.environ, "MUSTER_BIN": str(binary_folder())}, stdout=output,
            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL) as demo:
        try:
            wait_until(lambda: LAST_WORDS in told.read_text(errors="replace") or demo.poll() is not None,
                       lambda: told.read_text(errors="replace"), timeout=120)
            text = told.read_text(errors="replace")
            assert "everything answered as it should" in text, text
            look_at(re.search(r"^  (http://\S+)/$", text, re.MULTILINE).group(1),
                    re.search(r"^  (http://\S+/check_load)\b", text, re.MULTILINE).group(1))
        finally:
            demo.send_signal(signal.SIGTERM)
            status = demo.wait(60)
    assert status == 0, told.read_text(errors="replace")


def test_the_demo_with_a_nagios_shows_the_fleets_problems_in_it_and_loses_none():
    done = subprocess.run(
        [sys.executable, "-B", DEMO, "--once", "--nagios"], env={**os.environ, "MUSTER_BIN": str(binary_folder())},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout
    for line in (r"web1\.example\.net +check_disks +CRITICAL +DISK CRITICAL", r"db1\.example\.net +check_disks +WARNING +DISK WARNING",
                 r"mail1\.example\.net +check_disks +UNKNOWN", r"dev2\.example\.net +\(the host itself\) +DOWN",
                 r"dev2\.example\.net +\(the host itself\) +UP"):
        assert re.search(rf"^  {line}", done.stdout, re.MULTILINE), done.stdout
    assert "$ nagios-bridge dead-letters\nno dead letters, no gaps\n" in done.stdout, done.stdout
