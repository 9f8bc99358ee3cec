# SPDX-License-Identifier: Apache-2.0
"""mco completion, in real shells on a pseudo-terminal. It needs zsh."""

import contextlib
import os
import pty
import re
import select
import signal
import subprocess
import time

import pytest
from asking import OK, PretendedNode
from muster_rig import OPERATOR, Rig

DEADLINE_S = 20.0


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        rig.start_node("web1", f"command[ok]={OK}\n")
        rig.wait_for_presence("web1", "up")
        yield rig


def environment(rig, cache, **changes):
    path = f"{rig.bin}:{os.environ['PATH']}"
    return rig.environment(MUSTER_CONFIG=str(rig.client_config(OPERATOR)), XDG_CACHE_HOME=str(cache), PATH=path,
                           TERM="dumb", **changes)


@contextlib.contextmanager
def frozen(broker):
    """It takes connections, as the kernel does that for it, and says nothing."""
    broker.process.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        broker.process.signal(signal.SIGCONT)


def lines(rig, cache, *arguments, **options):
    result = subprocess.run([str(rig.bin / "mco"), "completion", *arguments], env=environment(rig, cache, **options),
                            capture_output=True, text=True, timeout=DEADLINE_S, check=False)
    assert result.returncode == 0, result
    assert result.stderr == "", result
    return result.stdout.split("\n")[:-1]


class Shell:
    """A shell on a terminal of its own."""

    def __init__(self, command, env):
        self.seen = ""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, env)  # the child: it does not come back

    def type(self, text):
        os.write(self.terminal, text.encode())

    def wait_for(self, text):
        end = time.monotonic() + DEADLINE_S
        while text not in self.seen:
            ready, _, _ = select.select([self.terminal], [], [], max(end - time.monotonic(), 0))
            assert ready, f"no {text!r} in {self.seen!r}"
            self.seen += os.read(self.terminal, 4096).decode(errors="replace")
        self.seen = self.seen.split(text, 1)[1]

    def end(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], ""),
    "zsh": (["zsh", "-f", "-i"], "unsetopt zle_bracketed_paste; autoload -U compinit; compinit -u -D; "),
}


@pytest.fixture(params=SHELLS)
def shell(request, fleet, tmp_path):
    command, start = SHELLS[request.param]
    running = Shell(command, environment(fleet, tmp_path))
    try:
        running.type(f"{start}source <(mco completion {request.param}); echo rea''dy\n")
        running.wait_for("ready")
        yield running
    finally:
        running.end()


@pytest.mark.parametrize("typed, grown", [
    ("mco inven", "mco inventory "),
    ("mco rpc rpcu", "mco rpc rpcutil "),
    ("mco rpc rpcutil get_conf", "mco rpc rpcutil get_config_item "),
    ("mco rpc -C web rpcutil get_fact fa", "mco rpc -C web rpcutil get_fact fact="),
    ("mco rpc --max-f", "mco rpc --max-failures "),
    ("mco rpc --json rpcu", "mco rpc --json rpcutil "),
    ("mco plugin d", "mco plugin doc "),
    ("mco plugin doc nr", "mco plugin doc nrpe "),
    ("mco help nr", "mco help nrpe "),
    ("mco puppet runa", "mco puppet runall "),
])
def test_a_shell_completes(shell, typed, grown):
    shell.type(f"{typed}\t")
    shell.wait_for(grown)


def test_lists_what_may_stand_next(fleet, tmp_path):
    assert {"rpc", "facts", "help"} <= set(lines(fleet, tmp_path, "--list-applications"))
    assert lines(fleet, tmp_path, "--list-applications", "--application", "plugin") == ["doc", "generate", "convert"]
    options = lines(fleet, tmp_path, "--list-options", "--application", "rpc")
    assert {"--batch=", "--json", "-F="} <= set(options)
    assert {"nrpe", "rpcutil"} <= set(lines(fleet, tmp_path, "--list-agents"))
    assert "get_fact" in lines(fleet, tmp_path, "--list-actions", "--agent", "rpcutil")
    assert lines(fleet, tmp_path, "--list-inputs", "--agent", "rpcutil", "--action", "get_fact") == ["fact"]


def test_is_silent_about_what_there_is_not(fleet, tmp_path):
    assert lines(fleet, tmp_path, "--list-actions", "--agent", "no_such_agent") == []
    assert lines(fleet, tmp_path, "--list-inputs", "--agent", "rpcutil", "--action", "nothing") == []
    assert lines(fleet, tmp_path, "--list-options", "--application", "nothing") == []


def test_the_cache_answers_without_a_broker(fleet, tmp_path):
    known = lines(fleet, tmp_path, "--list-actions", "--agent", "rpcutil")
    agents = lines(fleet, tmp_path, "--list-agents")
    with frozen(fleet.broker):
        assert lines(fleet, tmp_path, "--list-actions", "--agent", "rpcutil") == known
        assert lines(fleet, tmp_path, "--list-agents") == agents


def test_a_broker_that_hangs_is_not_waited_for(fleet, tmp_path):
    """The program ends by its own timer: nothing else would end it before the connection's timeout of seconds."""
    with frozen(fleet.broker):
        assert lines(fleet, tmp_path, "--list-agents") == []


def test_is_silent_without_a_configuration(fleet, tmp_path):
    assert lines(fleet, tmp_path, "--list-agents", "--config", tmp_path / "none.yaml") == []


def test_an_agent_with_a_hostile_name_is_not_offered(fleet, tmp_path):
    node = PretendedNode(fleet, "evil1")
    node.announce(agents=["rpcutil", "$(touch pwned)", "x y", "`id`", "\u001b[2J"])
    fleet.wait_for_presence("evil1", "up")
    agents = lines(fleet, tmp_path, "--list-agents")
    assert agents and all(re.fullmatch(r"[A-Za-z0-9_.-]+", agent) for agent in agents), agents
    node.announce(state="stopped")


def test_names_the_shells_it_knows(fleet):
    result = fleet.mco("completion", "fish")
    assert result.returncode == 64
    assert "bash" in result.stderr
