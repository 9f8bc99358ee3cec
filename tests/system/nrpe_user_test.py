# SPDX-License-Identifier: Apache-2.0
"""nrpe_user for real: plugins run with the rights that nrpe.cfg names, or checkagent does not start."""

import os

import pytest
from asking import told
from processes import wait_until

WHO = """
command[who]=/usr/bin/id -un
command[user]=/usr/bin/id -u
command[groups]=/usr/bin/id -Gn
"""


def test_plugins_run_as_the_user_that_nrpe_cfg_names(rig):
    if os.getuid() != 0:
        pytest.skip("needs root")
    node = rig.start_node("web1", f"nrpe_user=nobody\nnrpe_group=nogroup\n{WHO}")
    answer = told(rig, "nrpe", "who,user,groups")
    assert answer.status == 0, node.log
    assert answer.run("web1", "who")["summary"] == "nobody"
    assert answer.run("web1", "user")["summary"] == "65534"
    assert answer.run("web1", "groups")["summary"] == "nogroup", "no group of root is left"


def test_plugins_run_as_checkagent_itself_where_nrpe_cfg_names_nobody(rig):
    rig.start_node("web1", WHO)
    assert told(rig, "nrpe", "user").run("web1")["summary"] == str(os.getuid())


@pytest.mark.parametrize("directive", ["nrpe_user=nosuchuser", "nrpe_group=nosuchgroup"])
def test_a_user_or_group_that_is_unknown_ends_the_start_with_a_sentence(rig, directive):
    node = rig.start_node("web1", f"{directive}\n{WHO}", wait=False)
    wait_until(lambda: not node.running(), lambda: f"it ends:\n{node.log}")
    assert node.process.popen.returncode > 0, node.log
    assert directive.split("=")[1] in node.log
    assert str(node.nrpe_cfg) in node.log


def test_a_user_that_becomes_unknown_later_keeps_the_checks_from_before(rig):
    node = rig.start_node("web1", WHO)
    node.write_nrpe_cfg("nrpe_user=nosuchuser\ncommand[user]=/bin/echo 0\n")
    node.reload()
    wait_until(lambda: any("nosuchuser" in line for line in rig.presence("web1")["health"]),
               lambda: f"health tells: {rig.presence('web1')}\n{node.log}")
    assert told(rig, "nrpe", "user").run("web1")["summary"] == str(os.getuid())
    assert node.running()
