# SPDX-License-Identifier: Apache-2.0
"""Agent `puppet` with the real puppet of Debian: its own command writes the locks and summaries that are read here. There
is no Puppet server, so a run of the agent begins and ends without a catalog; `puppet apply` makes the summary. Needs root."""

import json
import os
import subprocess
import sys

import pytest
from privileged import Privileged, script
from processes import wait_until

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="needs root")


class Puppet:
    """A configuration and a state folder of the test's own for every call of puppet."""

    def __init__(self, folder):
        self.folder = folder / "puppet"
        self.folder.mkdir()
        self.state = self.folder / "var/state"
        self.summary = self.folder / "public/last_run_summary.yaml"
        (self.folder / "puppet.conf").write_text(
            f"[main]\nvardir={self.folder}/var\nrundir={self.folder}/run\nssldir={self.folder}/ssl\nlogdir={self.folder}/log\n"
            f"publicdir={self.folder}/public\nserver=127.0.0.1\nserverport=1\n")
        self.tool = script(self.folder, "puppet", f'echo "$*" >>{self.folder}/calls\nexec /usr/bin/puppet "$@" --confdir {self.folder}')
        self.settings = {"state_dir": str(self.state), "last_run_summary": str(self.summary),
                         "pid_file": str(self.folder / "run/agent.pid")}

    def apply(self, manifest):
        subprocess.run([str(self.tool), "apply", "-e", manifest], capture_output=True, check=True)

    def calls(self):
        path = self.folder / "calls"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def puppet(tmp_path):
    return Puppet(tmp_path)


@pytest.fixture
def privileged(tmp_path, puppet):
    started = Privileged(tmp_path, {"puppet": puppet.tool}, puppet=puppet.settings).start()
    yield started
    started.stop()


def test_disable_keeps_its_message_and_enable_takes_it_away(puppet, privileged):
    disabled = privileged.ask("puppet", "disable", message="kernel update, ask alice")
    assert disabled["status"] == 0, disabled
    assert (disabled["data"]["status"], disabled["data"]["enabled"]) == ("disabled", False)
    assert disabled["data"]["disable_message"] == "kernel update, ask alice"
    assert json.loads((puppet.state / "agent_disabled.lock").read_text()) == {"disabled_message": "kernel update, ask alice"}
    again = privileged.ask("puppet", "disable", message="another reason")
    assert (again["status"], again["message"]) == (1, "Could not disable Puppet: Already disabled")
    assert again["data"]["disable_message"] == "kernel update, ask alice"
    refused = privileged.ask("puppet", "runonce")
    assert (refused["status"], refused["message"]) == (1, "Puppet is disabled: 'kernel update, ask alice'")
    assert not any("--onetime" in call for call in puppet.calls())
    enabled = privileged.ask("puppet", "enable")
    assert enabled["status"] == 0 and enabled["data"]["status"] == "stopped", enabled
    assert not (puppet.state / "agent_disabled.lock").exists()
    assert privileged.ask("puppet", "enable")["message"] == "Could not enable Puppet: Already enabled"


def test_the_summary_of_a_real_run_is_told(puppet, privileged):
    none = privileged.ask("puppet", "last_run_summary")
    assert none["status"] == 1 and "it has not run yet" in none["message"]
    assert privileged.ask("puppet", "status")["data"]["message"] == "Currently stopped; last completed run unknown"
    puppet.apply("notify { 'a': } exec { '/bin/false': }")
    data = privileged.ask("puppet", "last_run_summary")["data"]
    assert (data["failed_resources"], data["changed_resources"], data["out_of_sync_resources"]) == (1, 1, 2), data
    assert data["total_resources"] > 2 and data["total_time"] > 0 and data["config_version"].isdigit()
    status = privileged.ask("puppet", "status")["data"]
    assert status["lastrun"] == data["lastrun"] > 1_700_000_000
    assert status["message"].startswith("Currently stopped; last completed run ") and status["message"].endswith(" ago")


def test_a_run_is_begun_in_the_background_and_its_end_is_seen(puppet, privileged):
    begun = privileged.ask("puppet", "runonce", noop=True, tags="ntp,role::web", environment="staging")
    assert begun["data"]["summary"].startswith("Started a Puppet run using the 'puppet agent --onetime"), begun
    wait_until(lambda: any("--onetime" in call for call in puppet.calls()), "puppet is called")
    call = next(call for call in puppet.calls() if "--onetime" in call)
    assert call == ("agent --onetime --no-daemonize --color=false --verbose --noop --no-splay "
                    "--tags ntp,role::web --environment staging")
    wait_until(lambda: not privileged.ask("puppet", "status")["data"]["applying"], lambda: f"it ends:\n{privileged.log}")
    assert "Puppet run: " in privileged.log


def test_a_run_in_progress_is_told_and_keeps_another_from_beginning(puppet, privileged):
    puppet.state.mkdir(parents=True)
    lock = puppet.state / "agent_catalog_run.lock"
    lock.write_text(str(os.getpid()))
    status = privileged.ask("puppet", "status")["data"]
    assert (status["applying"], status["status"]) == (True, "applying a catalog")
    refused = privileged.ask("puppet", "runonce")
    assert (refused["status"], refused["message"]) == (1, "Puppet is currently applying a catalog, cannot run now")
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    lock.write_text(str(ended.pid))  # of a run that was killed
    assert privileged.ask("puppet", "status")["data"]["applying"] is False
    assert puppet.calls() == []


@pytest.mark.parametrize("inputs", [
    {"tags": "a b"}, {"tags": "--server=evil"}, {"tags": "a,,b"}, {"environment": "--noop"}, {"environment": "a/../b"},
    {"noop": "perhaps"}, {"tags": ["a"]}])
def test_inputs_of_a_run_that_break_the_grammar_reach_no_puppet(puppet, privileged, inputs):
    assert privileged.ask("puppet", "runonce", **inputs)["status"] == 4
    assert privileged.ask("puppet", "disable", message="--enable")["status"] == 4
    assert privileged.ask("puppet", "disable", message="two\nlines")["status"] == 4
    assert puppet.calls() == []
