# SPDX-License-Identifier: Apache-2.0
"""From the plugin of a node through broker, bridge and queue into a real Nagios 4."""

import pytest
from asking import OK
from bridge import NAME, Bridge
from muster_rig import Rig
from nagios4 import Nagios4, host_definition, service_definition
from processes import wait_until

DUMMY = "/usr/lib/nagios/plugins/check_dummy"
CHECKS = f"command[ok]={OK}\ncommand[bad]={DUMMY} 2 'disk full'\ncommand[unknown]={DUMMY} 0 fine\n"
NODES = ["web1", "web2"]


@pytest.fixture(name="nagios", scope="module")
def running_nagios():
    nagios = Nagios4("".join(host_definition(node) + service_definition(node, "ok") + service_definition(node, "bad")
                             for node in NODES)).start()
    yield nagios
    nagios.end()


@pytest.fixture(name="rig", scope="module")
def fixture_rig():
    with Rig() as rig:
        rig.start_broker()
        yield rig


@pytest.fixture(name="bridge", scope="module")
def fixture_bridge(rig, nagios):
    var = nagios.var
    sink = {"kind": "nagios", "command_file": str(nagios.pipe), "status_file": str(var / "status.dat"),
            "retention_file": str(var / "retention.dat"), "object_cache": str(var / "objects.cache"),
            "work_dir": str(nagios.folder / "batches"), "group": nagios.group, "save_every": "500ms"}
    bridge = Bridge(rig, NAME, sinks=[sink])
    rig.broker.restart()  # it reads the rights of the bridge when it starts
    for node in NODES:
        rig.start_node(node, CHECKS)
    bridge.start()
    bridge.wait_for(lambda: bridge.status().get("connected"), "it is connected")
    yield bridge
    bridge.end()


def shown(nagios, host, service=""):
    values = nagios.states().get((host, service), {})
    return values.get("current_state"), values.get("plugin_output")


def test_what_a_check_says_is_what_nagios_shows(rig, bridge, nagios):
    assert rig.mco("nrpe", "bad").returncode == 2
    assert rig.mco("nrpe", "ok").returncode == 0
    for node in NODES:
        wait_until(lambda: shown(nagios, node, "bad") == ("2", "CRITICAL: disk full"), lambda: bridge.log)  # pylint: disable=W0640
        wait_until(lambda: shown(nagios, node, "ok")[0] == "0", lambda: bridge.log)  # pylint: disable=W0640
    bridge.wait_for(lambda: bridge.status()["queue"]["waiting"] == 0, "Nagios has saved them, and the queue is empty")


def test_results_wait_for_a_nagios_that_was_killed(rig, bridge, nagios):
    nagios.kill()
    nagios.log_path.unlink()
    assert rig.mco("nrpe", "bad").returncode == 2
    bridge.wait_for(lambda: bridge.status()["queue"]["waiting"] > 0, "they wait")
    nagios.start()
    bridge.wait_for(lambda: bridge.status()["queue"]["waiting"] == 0, "Nagios has saved them")
    assert {(host, service) for host, service, _ in nagios.processed()} >= {(node, "bad") for node in NODES}


def test_a_check_that_nagios_does_not_know_is_a_dead_letter(rig, bridge):
    assert rig.mco("nrpe", "unknown").returncode == 0
    bridge.wait_for(lambda: len(bridge.dead_letters()) == len(NODES), "both are dead letters")
    assert {letter["reason"] for letter in bridge.dead_letters()} == {
        f'Nagios knows no service "unknown" on host "{node}"' for node in NODES}


def test_a_node_that_is_gone_is_a_host_that_is_down(rig, bridge, nagios):
    node = next(node for node in rig.nodes if node.name == "web2")
    node.stop()
    wait_until(lambda: shown(nagios, "web2")[0] == "1", lambda: f"{nagios.states()['web2', '']}\n{bridge.log}")
    node.start()
    wait_until(lambda: shown(nagios, "web2")[0] == "0", lambda: bridge.log)
