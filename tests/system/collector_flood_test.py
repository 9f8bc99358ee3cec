# SPDX-License-Identifier: Apache-2.0
"""As many results at once as the broker passes on: the collector takes each of them, in its place."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "bench"))

from collector_bench import CHECKS, Site  # noqa: E402  pylint: disable=wrong-import-position
from muster_rig import Rig  # noqa: E402  pylint: disable=wrong-import-position

NODES = 60
ROUNDS = 4


@pytest.fixture(name="site", scope="module")
def fixture_site():
    with Rig() as rig:
        site = Site(rig, NODES, values=0)
        try:
            site.start()
            site.publish("steady", site.services)
            site.publish("changing", site.services * (ROUNDS - 1))
            yield site
        finally:
            site.end()


def test_every_result_of_a_flood_is_stored_once(site):
    assert site.collector.rows("SELECT COUNT(*), MIN(results), MAX(results) FROM service") == [(site.services, ROUNDS, ROUNDS)]
    assert site.collector.rows("SELECT DISTINCT seq FROM node") == [(CHECKS * ROUNDS,)]
    assert site.collector.events("gap") == []
    assert site.metric("muster_collector_rejected_messages_total") == 0


def test_nobody_is_asked_for_results_that_came_in_order(site):
    assert int(site.fleet.ask("asked")[1]) == NODES, "once, at the start"
    assert site.metric("muster_collector_results_total") == site.services * ROUNDS
