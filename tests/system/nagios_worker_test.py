# SPDX-License-Identifier: Apache-2.0
"""Active checks of a real Nagios 4 that the bridge runs as its worker: with the words of check_mco, and without its process."""

import subprocess

import pytest
from asking import OK
from bridge import NAME, Bridge
from muster_rig import Rig
from nagios4 import Nagios4, block, host_definition, service_definition
from processes import wait_until

DUMMY = "/usr/lib/nagios/plugins/check_dummy"
CHECKS = f"command[ok]={OK}\ncommand[bad]={DUMMY} 2 'disk full'\ncommand[long]=printf 'two|a=1;2\\nlines\\n'; exit 1\n"
NODES = ["web1", "web2"]
PROGRAM = """#!/bin/sh
echo "$@" >> {mark}
echo "by the program"
exit 1
"""
DAYS = {f"{day}day": "00:00-24:00" for day in ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")}
EVERY_SECOND = {"active_checks_enabled": "1", "check_interval": "1", "retry_interval": "1", "check_period": "daily"}


def active(host, name, command):
    return service_definition(host, name, check_command=command, **EVERY_SECOND)


def objects(program):
    commands = block("timeperiod", timeperiod_name="daily", alias="daily", **DAYS)
    commands += block("command", command_name="one", command_line=f"{program} --config /nowhere -H $HOSTNAME$ -k $ARG1$")
    commands += block("command", command_name="fleet", command_line=f"{program} -k $ARG1$ -w 0 -c '100%' -I '/^web/'")
    commands += block("command", command_name="shell", command_line=f"{program} -k ok | /usr/bin/tee $ARG1$")
    services = "".join(host_definition(node) + "".join(active(node, check, f"one!{check}") for check in ("ok", "bad", "long"))
                       for node in NODES)
    return (commands + services + active("web1", "fleet", "fleet!bad") + active("web1", "shell", "shell!/dev/null")
            + active("web2", "none", "one!no_such_check"))


class ActiveNagios(Nagios4):
    """Runs no check before it is told to: until then the bridge is its worker."""

    def __init__(self):
        super().__init__("")
        self.mark = self.var / "program-was-started"
        self.program = self.folder / "check_mco"
        self.program.write_text(PROGRAM.format(mark=self.mark))
        self.program.chmod(0o755)
        self.define(objects(self.program))
        (self.folder / "nagios.cfg").write_text(self.main + "interval_length=1\nservice_inter_check_delay_method=n\n")

    @property
    def query_socket(self):
        return self.var / "rw" / "nagios.qh"

    def command_now(self, name):
        with open(self.pipe, "a", encoding="utf-8") as pipe:
            pipe.write(f"[1] {name}\n")

    def shown(self, host, service):
        values = self.states().get((host, service), {})
        return values.get("current_state"), values.get("plugin_output")


@pytest.fixture(name="rig", scope="module")
def fixture_rig():
    with Rig() as rig:
        rig.start_broker()
        yield rig


@pytest.fixture(name="nagios", scope="module")
def fixture_nagios():
    nagios = ActiveNagios()
    nagios.start()
    yield nagios
    nagios.end()


@pytest.fixture(name="bridge", scope="module")
def fixture_bridge(rig, nagios):
    bridge = Bridge(rig, NAME, settings={"nagios_workers": [{"query_socket": str(nagios.query_socket)}]})
    rig.broker.restart()  # it reads the rights of the bridge when it starts
    for node in NODES:
        rig.start_node(node, CHECKS)
    bridge.start()
    wait_until(lambda: worker(bridge).get("registered"), lambda: f"Nagios takes the worker\n{bridge.log}\n{nagios.log}")
    nagios.command_now("START_EXECUTING_SVC_CHECKS")
    yield bridge
    bridge.end()


def worker(bridge):
    return bridge.status().get("nagios_workers", [{}])[0]


def registrations(nagios):
    return nagios.log.count(f"Registry request: name={NAME}")


def said_by_program(rig, *words):
    result = subprocess.run([rig.bin / "check_mco", "--config", rig.client_config(), *words], env=rig.environment(), text=True,
                            capture_output=True, timeout=30, check=False)
    return str(result.returncode), result.stdout.splitlines()[0].split("|")[0]


def test_states_arrive_as_check_mco_tells_them(rig, bridge, nagios):
    for node in NODES:
        for check in ("ok", "bad", "long"):
            expected = said_by_program(rig, "-H", node, "-k", check)
            wait_until(lambda: nagios.shown(node, check) == expected,  # pylint: disable=W0640
                       lambda: f"{node} {check} is {expected}: {nagios.shown(node, check)}\n{bridge.log}")  # pylint: disable=W0640
    long = nagios.states()["web1", "long"]
    assert (long["performance_data"], long["long_plugin_output"]) == ("a=1;2", "lines")
    expected = said_by_program(rig, "-k", "bad", "-w", "0", "-c", "100%", "-I", "/^web/")
    wait_until(lambda: nagios.shown("web1", "fleet") == expected, lambda: f"{expected}: {nagios.shown('web1', 'fleet')}")
    expected = said_by_program(rig, "-H", "web2", "-k", "no_such_check")
    assert expected[0] == "3"
    wait_until(lambda: nagios.shown("web2", "none") == expected, lambda: f"{expected}: {nagios.shown('web2', 'none')}")


def test_a_command_for_a_shell_is_unknown_and_says_so(bridge, nagios):
    wait_until(lambda: nagios.shown("web1", "shell")[0] == "3", lambda: bridge.log)
    assert nagios.shown("web1", "shell")[1] == (
        "MCO UNKNOWN - nagios-bridge runs no shell, and the command has \u00a6 outside of quotes")


def test_no_program_is_started_meanwhile(bridge, nagios):
    before = worker(bridge)["answered"]
    wait_until(lambda: worker(bridge)["answered"] > before + 20, lambda: f"{worker(bridge)}")
    assert not nagios.mark.exists(), nagios.mark.read_text()


def test_the_worker_is_back_after_a_reload_and_after_a_death_of_nagios(bridge, nagios):
    pid = bridge.process.pid
    times = registrations(nagios)
    nagios.reload()
    wait_until(lambda: registrations(nagios) > times, lambda: f"again after a reload\n{bridge.log}\n{nagios.log}")
    wait_until(lambda: worker(bridge)["registered"], lambda: bridge.log)
    nagios.kill()
    wait_until(lambda: not worker(bridge)["registered"], lambda: bridge.log)
    nagios.start()
    wait_until(lambda: registrations(nagios) > times + 1, lambda: f"again after a death\n{bridge.log}\n{nagios.log}", timeout=60)
    nagios.command_now("START_EXECUTING_SVC_CHECKS")
    answered = worker(bridge)["answered"]
    wait_until(lambda: worker(bridge)["answered"] > answered, lambda: f"{worker(bridge)}\n{bridge.log}")
    assert bridge.process.pid == pid


def test_without_the_bridge_nagios_runs_the_program(bridge, nagios):
    nagios.mark.unlink(missing_ok=True)
    bridge.stop()
    wait_until(lambda: nagios.shown("web1", "bad") == ("1", "by the program"), lambda: nagios.log[-2000:])
    assert "--config /nowhere -H web1 -k bad" in nagios.mark.read_text()
