# SPDX-License-Identifier: Apache-2.0
"""SIGHUP reads everything again, also what no look at the files would have noticed."""

import os

from asking import OK, told
from processes import wait_until

SAID = "SIGHUP: reading everything again"


def test_a_changed_nrpe_cfg_counts_after_sighup(rig):
    node = rig.start_node("web1", "command[before]=/bin/echo of old\n")
    before = node.nrpe_cfg.stat()
    node.write_nrpe_cfg("command[behind]=/bin/echo of new\n")
    os.utime(node.nrpe_cfg, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert node.nrpe_cfg.stat().st_size == before.st_size, "neither its size nor its time tells that it has changed"
    node.reload()
    wait_until(lambda: f" checks from {node.nrpe_cfg}" in node.log.partition(SAID)[2],
               lambda: f"it is said, and then it is read:\n{node.log}")
    assert told(rig, "nrpe", "behind").run("web1")["summary"] == "of new"
    assert told(rig, "nrpe", "before").status == 3


def test_sighup_asks_facter_whose_answer_has_no_file_that_could_be_watched(rig):
    """The look at the files every two seconds sees any change of nrpe.cfg; this it cannot see."""
    answer, facter = rig.folder / "answer.json", rig.folder / "facter"
    answer.write_text('{"place": "here"}')
    facter.write_text(f"#!/bin/sh\ncat {answer}\n")
    facter.chmod(0o755)
    node = rig.start_node("web1", f"command[ok]={OK}\n", settings={"facter": str(facter)})
    assert told(rig, "find", "-F", "place=here").status == 0
    answer.write_text('{"place": "there"}')
    assert SAID not in node.log
    node.reload()
    wait_until(lambda: told(rig, "find", "-F", "place=there").status == 0, lambda: f"the new fact counts:\n{node.log}")
    assert node.log.count(SAID) == 1
