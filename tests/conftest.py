# SPDX-License-Identifier: Apache-2.0
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent / "rig"))

from muster_rig import Rig  # noqa: E402  pylint: disable=wrong-import-position


@pytest.hookimpl(tryfirst=True, hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Remembers each phase's report, so that a fixture can see whether its test failed."""
    outcome = yield
    setattr(item, f"report_{call.when}", outcome.get_result())


def _show_logs_of_a_failed_test(request, rig):
    report = getattr(request.node, "report_call", None)
    if report is None or report.failed:
        print(rig.logs())


@pytest.fixture
def bare_rig(request):
    """A rig with nothing started."""
    rig = Rig()
    yield rig
    _show_logs_of_a_failed_test(request, rig)
    rig.end()


@pytest.fixture
def rig(bare_rig):
    """A rig with its broker up: mutual TLS and the acl that `mco ca init` writes."""
    bare_rig.start_broker()
    return bare_rig
