# SPDX-License-Identifier: Apache-2.0
"""What an operator types, all the way to the tool and back: mco, policy, checkagent and muster-privileged are real, and so are
apt, dpkg and Puppet, in roots of their own. Needs root, as muster-privileged does."""

import contextlib
import json
import os
import re

import pytest
from asking import validated
from muster_rig import Rig
from package_roots import AptRoot
from policy_test import write_policy
from privileged import Privileged, script
from privileged_puppet_test import Puppet
from processes import wait_until

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="needs root")

# Puppets that look for a second and a half as if all were well.
PUPPETS = {
    "sick1": 'case "$*" in *--onetime*) sleep 1.5; echo "Error: Could not retrieve catalog" >&2; exit 1 ;; esac',
    "well1": 'case "$*" in *--onetime*) sleep 1.5 ;; esac',
}


def start_node(rig, name, tools, puppet, **settings):
    """A node on which everything may be done; its muster-privileged has these tools."""
    folder = rig.folder / f"privileged-{name}"
    folder.mkdir()
    privileged = Privileged(folder, tools, puppet=puppet, **settings).start()
    rig.ended.callback(privileged.stop)
    node = rig.start_node(name, "command[a]=/bin/true", settings={"privileged_socket": str(privileged.socket)})
    assert node.stop() == 0
    for agent in ("package", "puppet"):
        write_policy(node, f"{agent}.policy", "policy default deny\nallow\talice@ops1\t*\t*\t*\n")
    node.start()
    return node


def start_with_made_up_puppet(rig, name):
    folder = rig.folder / f"puppet-{name}"
    (folder / "state").mkdir(parents=True)
    tools = {"puppet": script(folder, "puppet", PUPPETS[name])}
    return start_node(rig, name, tools, {"state_dir": str(folder / "state"), "last_run_summary": str(folder / "summary"),
                                         "pid_file": str(folder / "pid")})


@pytest.fixture(scope="module")
def fleet():
    with contextlib.ExitStack() as ended, Rig() as rig:
        rig.ended = ended
        rig.start_broker()
        rig.apt = AptRoot(rig.folder)
        rig.apt.offer("tiny", "1.0-1")
        rig.apt.offer("tiny", "2.0-1")
        rig.puppet = Puppet(rig.folder)
        tools = {**rig.apt.tools, "puppet": rig.puppet.tool}
        nodes = [start_node(rig, "web1", tools, rig.puppet.settings, package_provider="apt")]
        nodes += [start_with_made_up_puppet(rig, name) for name in PUPPETS]
        for node in nodes:
            rig.wait_for_presence(node.name, "up", node)
        yield rig


def asked(fleet, *words, node="web1", status=0):
    """The reply of this node to what the operator has typed."""
    result = fleet.mco(*words, "-I", node, "--json")
    assert result.returncode == status, result
    reply, = json.loads(result.stdout)["replies"]
    assert reply["sender"] == node
    return reply


def ensure(fleet):
    return asked(fleet, "package", "status", "tiny")["data"]["ensure"]


def test_a_package_is_installed_pinned_updated_and_removed_from_the_terminal(fleet):
    apt = fleet.apt
    asked(fleet, "package", "refresh")
    assert ensure(fleet) == "absent"
    assert asked(fleet, "package", "count")["data"]["count"] == 0
    without = asked(fleet, "package", "md5")["data"]["md5"]
    assert re.fullmatch("[0-9a-f]{32}", without)

    assert asked(fleet, "package", "install", "tiny", "1.0-1")["data"]["ensure"] == "1.0-1"
    assert apt.installed("tiny") == "1.0-1"
    assert asked(fleet, "package", "count")["data"]["count"] == 1
    assert asked(fleet, "package", "md5")["data"]["md5"] != without
    outdated, = asked(fleet, "package", "checkupdates")["data"]["outdated_packages"]
    assert (outdated["package"], outdated["version"]) == ("tiny", "2.0-1")

    shown = fleet.mco("package", "tiny", "update", "-I", "web1", "-v")
    assert shown.returncode == 0 and "web1: tiny-2.0-1.all" in shown.stdout, shown
    assert apt.installed("tiny") == "2.0-1"
    newest = asked(fleet, "package", "update", "tiny")
    assert newest["data"]["output"] == "tiny is already the newest version (2.0-1)"
    assert asked(fleet, "package", "update", "tiny", "1.0-1")["data"]["ensure"] == "1.0-1"
    again = asked(fleet, "package", "install", "tiny", "1.0-1", status=2)
    assert (again["statuscode"], again["statusmsg"]) == (5, "Package is already installed")

    assert asked(fleet, "package", "uninstall", "tiny")["data"]["ensure"] == "absent"
    assert apt.installed("tiny") is None and apt.configuration_of("tiny").exists()
    assert asked(fleet, "package", "purge", "tiny")["data"]["ensure"] == "absent"
    assert not apt.configuration_of("tiny").exists()
    gone = asked(fleet, "package", "purge", "tiny", status=2)
    assert (gone["statuscode"], gone["statusmsg"]) == (5, "Package is not present on the system")
    assert ensure(fleet) == "absent"


def test_puppet_is_disabled_enabled_and_asked_from_the_terminal(fleet):
    lock = fleet.puppet.state / "agent_disabled.lock"
    assert asked(fleet, "puppet", "disable", "ask alice")["data"]["status"] == "disabled"
    assert json.loads(lock.read_text()) == {"disabled_message": "ask alice"}
    assert asked(fleet, "puppet", "status")["data"]["disable_message"] == "ask alice"
    refused = asked(fleet, "puppet", "runonce", status=2)
    assert (refused["statuscode"], refused["statusmsg"]) == (1, "Puppet is disabled: 'ask alice'")
    assert asked(fleet, "puppet", "enable")["data"]["enabled"] is True
    assert not lock.exists()
    fleet.puppet.apply("notify { 'a': }")
    assert asked(fleet, "puppet", "summary")["data"]["changed_resources"] == 1


def test_a_puppet_run_that_fails_is_known_by_its_message(fleet):
    """The real Puppet, which finds no server here."""
    begun = asked(fleet, "puppet", "runonce")["data"]["initiated_at"]
    wait_until(lambda: asked(fleet, "puppet", "status")["data"]["run_state"] != "running", "the run ends")
    data = asked(fleet, "puppet", "status")["data"]
    assert (data["run_state"], data["run_began"]) == ("failed", begun)
    assert data["run_ended"] >= begun and "failed" in data["run_message"], data


def test_runall_stops_at_a_run_that_fails_after_its_beginning(fleet):
    stopped = fleet.mco("puppet", "runall", "1", "--max-failures", "1", "-I", "sick1", "-I", "well1", "--json")
    document = validated("keep_running", stopped.stdout)
    assert stopped.returncode == 2, stopped
    assert document["failed"] == [{"node": "sick1", "why": "failed: Error: Could not retrieve catalog"}]
    assert (document["started"], document["not_started"]) == (1, ["well1"])


def test_runall_tells_which_run_was_well_and_which_was_not(fleet):
    done = fleet.mco("puppet", "runall", "2", "-I", "sick1", "-I", "well1")
    assert done.returncode == 2, done
    lines = [line.partition(" ")[2] for line in done.stdout.splitlines()]
    assert {"sick1: failed: Error: Could not retrieve catalog", "well1: done"} <= set(lines), done
    assert fleet.mco("puppet", "runall", "1", "-I", "well1").returncode == 0
