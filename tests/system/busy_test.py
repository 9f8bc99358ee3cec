# SPDX-License-Identifier: Apache-2.0
"""A node that has no place left says so at once, and mco tells it: `busy` is an answer, no silence."""

import contextlib
import json

import pytest
from asking import mco_in_background, told
from processes import wait_until

ONE_AT_A_TIME = {"limits": {"concurrent_checks": 1, "queue": 1}}


@pytest.fixture
def door(rig):
    """A node with a check that ends when the file `door` is there."""
    door = rig.folder / "door"
    slow = f"while ! test -e {door}; do sleep 0.1; done; echo done"
    rig.start_node("web1", f"command_timeout=50\ncommand[slow]={slow}\ncommand[ok]=/bin/echo fine\n",
                   settings=ONE_AT_A_TIME)
    return door


def test_of_three_requests_one_runs_one_waits_and_one_is_refused_as_busy(rig, door):
    with contextlib.ExitStack() as stack:
        asked = [stack.enter_context(mco_in_background(rig, "nrpe", "slow", "-t", "40", "--json")) for _ in range(3)]
        wait_until(lambda: any(mco.poll() is not None for mco in asked), "one of them is told at once", timeout=30)
        (refused,) = (mco for mco in asked if mco.poll() is not None)
        # Full is full, whoever asks and for whichever check.
        text = rig.mco("nrpe", "ok")
        several = told(rig, "nrpe", "ok,slow")
        door.touch()
        results = [(mco is refused, mco.finish()) for mco in asked]
    for was_refused, result in results:
        (node,) = json.loads(result.stdout)["nodes"]
        if was_refused:
            assert (node["fate"], node["reason"]) == ("refused", "busy"), node
            assert result.returncode == 3
        else:
            assert (node["fate"], node["results"][0]["summary"]) == ("done", "done"), node
            assert result.returncode == 0
    assert "refused: busy - too many checks are waiting on this node" in text.stdout
    assert (text.returncode, several.node("web1")["reason"], several.status) == (3, "busy", 3)
    assert told(rig, "nrpe", "ok").run("web1")["summary"] == "fine", "afterwards there is place again"
