# SPDX-License-Identifier: Apache-2.0
"""check_mco, the Nagios plugin, against real nodes: what it says, its exit status, and how it fails."""

import contextlib
import json
import pathlib
import re
import signal
import socket
import subprocess

import pytest
from asking import OK, PretendedNode
from muster_rig import OPERATOR, Rig
from processes import wait_until

DUMMY = "/usr/lib/nagios/plugins/check_dummy"
NAMES = ["db1", "web1", "web2"]
TIMEOUT_S = 60


def checks(number):
    return f"""
dont_blame_nrpe={number and 1}
command[ok]={OK}
command[mixed]={DUMMY} {number} mixed
command[disk]=printf 'DISK WARNING - / 9%%|/=91%%;90;95\\nsecond line\\nthird|/home=3%%\\n'; exit 1
command[hostile]=printf 'all|fine=1\\nweb9: CRITICAL \\033[2J\\n'; exit 2
command[arg]={DUMMY} 0 $ARG1$-$ARG2$
command[hangs]=touch {{began}}; sleep 60
"""


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        rig.began = rig.folder / "began"
        for number, name in enumerate(NAMES):
            text = checks(number).replace("{began}", str(rig.began))
            rig.start_node(name, text, classes=["web"] if name != "db1" else [], facts={"number": str(number)}, wait=False)
        for node in rig.nodes:
            rig.wait_for_presence(node.name, "up", node)
        yield rig


def command(rig, *arguments):
    return [str(rig.bin / "check_mco"), *map(str, arguments)]


def environment(rig, config=None):
    return rig.environment(MUSTER_CONFIG=str(config or rig.client_config()))


def check_mco(rig, *arguments, config=None, **options):
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **options}
    result = subprocess.run(command(rig, *arguments), env=environment(rig, config), text=True, timeout=TIMEOUT_S, check=False,
                            **options)
    assert not result.stderr, "a monitor reads standard output only"
    return result


@contextlib.contextmanager
def in_background(rig, *arguments, config=None):
    with subprocess.Popen(command(rig, *arguments), env=environment(rig, config), text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def changed_config(rig, name, **changes):
    """client.yaml with other keys, beside the real one."""
    path = rig.client_folder() / name
    path.write_text(json.dumps({**json.loads(rig.client_config().read_text()), **changes}))
    return path


def must_fail(result, *words):
    """A failure of its own: UNKNOWN, one line."""
    assert result.returncode == 3, result
    assert result.stdout.startswith("MCO UNKNOWN - ") and result.stdout.count("\n") == 1, result.stdout
    for word in words:
        assert word in result.stdout


@pytest.mark.parametrize("arguments, status", [
    ("-k ok", 0), ("-k mixed", 2), ("-k mixed -I db1 -I web1", 1), ("-k mixed -H WEB2", 2), ("-k mixed -w 2", 0),
    ("-k mixed -w 1", 1), ("-k mixed -w 10% -c 60%", 2), ("-k mixed -c 70%", 0), ("-k no_such_check", 3),
    ("-k no_such_check -H web1", 3), ("-k no_such_check -w 2 -c 5", 1), ("-k ok -C nobody -w 5", 3), ("-k ok -I nobody -t 4", 3),
    ("-k mixed -F number<1", 0), ("-k mixed -S number=1", 1)])
def test_the_exit_status_is_the_state(fleet, arguments, status):
    result = check_mco(fleet, *arguments.split())
    assert result.returncode == status, result.stdout


def test_one_node_is_told_as_its_plugin_tells_it(fleet):
    result = check_mco(fleet, "-k", "disk", "-H", "web1")
    assert (result.returncode, result.stdout) == (1, "DISK WARNING - / 9%|/=91%;90;95 /home=3%\nsecond line\nthird\n")


def test_a_fleet_is_counted_and_its_problems_are_named(fleet):
    lines = check_mco(fleet, "-k", "mixed", "-w", "1", "-c", "5").stdout.splitlines()
    first, perfdata = lines[0].split("|")
    assert first == "MCO WARNING - mixed: 2 of 3 nodes have a problem (1 CRITICAL, 1 WARNING)"
    assert re.fullmatch(r"problems=2;1;5;0;3 ok=1 warning=1 critical=1 unknown=0 missing=0 time=\d+\.\d{3}s", perfdata)
    assert lines[1:] == ["web2: CRITICAL - CRITICAL: mixed", "web1: WARNING - WARNING: mixed"]


def test_filters_say_who_is_meant(fleet):
    assert "no problem on 2 nodes" in check_mco(fleet, "-k", "ok", "-C", "web").stdout
    assert "no problem on 1 node|" in check_mco(fleet, "-k", "ok", "-F", "number=2").stdout


def test_arguments_reach_the_plugin_where_they_are_allowed(fleet):
    assert check_mco(fleet, "-k", "arg", "-H", "web1", "-a", "-w", "right").stdout == "OK: -w-right\n"
    refused = check_mco(fleet, "-k", "arg", "-H", "db1", "-a", "x")
    assert refused.returncode == 3
    assert "dont_blame_nrpe" in refused.stdout


def test_what_a_node_says_is_no_perfdata_and_no_line_of_another_one(fleet):
    text = check_mco(fleet, "-k", "hostile").stdout
    assert text.count("|") == 1 and text.count("\n") == 4 and "\x1b" not in text


def test_a_node_that_answers_with_bars_and_line_feeds_is_told_in_one_line(bare_rig):
    bare_rig.start_broker()
    node = PretendedNode(bare_rig, "web1")
    node.announce()
    with in_background(bare_rig, "-k", "ok", "-t", "20") as asking:
        caller, session, request = node.next_request()
        answer = node.done(request, output="up|x=1\nweb2: OK\x1b[2J")
        answer["data"]["exitcode"] = 2
        node.reply(caller, session, answer)
        text, _ = asking.communicate(timeout=TIMEOUT_S)
    assert asking.returncode == 2
    assert text.splitlines()[1:] == ["web1: CRITICAL - up¦x=1\\nweb2: OK\\x1b[2J"]


def test_nodes_without_an_answer_are_problems(bare_rig):
    bare_rig.start_broker()
    stopped, frozen, _ = (bare_rig.start_node(name, f"command[ok]={OK}\n") for name in ("gone1", "web1", "web2"))
    stopped.stop()
    bare_rig.wait_for_presence("gone1", "stopped")
    frozen.freeze()
    result = check_mco(bare_rig, "-k", "ok", "-t", "3")
    strict = check_mco(bare_rig, "-k", "ok", "-t", "2", "--strict", "-c", "1")
    frozen.thaw()
    lines = result.stdout.splitlines()
    assert result.returncode == 3
    assert lines[0].startswith("MCO UNKNOWN - ok: 1 of 2 nodes has a problem (1 no answer)|problems=1;;;0;2 ")
    assert lines[1:] == ["web1: no answer - silent, also when asked again"]
    assert strict.returncode == 2
    assert "2 of 3 nodes have a problem (1 no answer, 1 gone)" in strict.stdout
    must_fail(check_mco(bare_rig, "-k", "ok", "-t", "4", "-H", "gone1"), "ok on gone1: checkagent was stopped, ")


def test_a_plugin_that_takes_too_long_is_told_of_in_time(fleet):
    result = check_mco(fleet, "-k", "hangs", "-H", "web1", "-t", "4")
    assert result.returncode == 3
    assert "timed out" in result.stdout


@pytest.mark.parametrize("arguments, words", [
    ([], "which check?"), (["-k", "ok", "-x"], "unknown option '-x'"), (["-k", "ok", "-H", ""], "-H: expected something"),
    (["-k", "ok", "-H", "web_1"], "'web_1' is not a node name"), (["-k", "ok", "-w", "a"], "is no threshold range"),
    (["-k", "ok", "-S", "a and"], "-S: "), (["-k", "ok", "--config", "/no/such.yaml"], "/no/such.yaml")])
def test_a_mistake_is_one_line_and_unknown(fleet, arguments, words):
    must_fail(check_mco(fleet, *arguments), words)


def test_help_and_version_are_unknown_as_of_all_plugins(fleet):
    for option, words in (("-h", "Usage:"), ("-V", "check_mco v")):
        result = check_mco(fleet, option)
        assert result.returncode == 3
        assert words in result.stdout


def test_a_broken_configuration_is_told_in_one_line(fleet):
    config = changed_config(fleet, "broken.yaml", caller="nobody", brokers=["nonsense"])
    must_fail(check_mco(fleet, "-k", "ok", config=config), "broken.yaml", "caller", "brokers")


def test_a_key_that_others_may_read_is_not_used(fleet):
    key = fleet.key_file()
    key.chmod(0o644)
    try:
        must_fail(check_mco(fleet, "-k", "ok"), "chmod 600")
    finally:
        key.chmod(0o600)


def test_a_broker_that_is_away_is_told(fleet):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        config = changed_config(fleet, "away.yaml", brokers=[f"mqtts://127.0.0.1:{unused.getsockname()[1]}"])
        must_fail(check_mco(fleet, "-k", "ok", config=config), "MCO UNKNOWN - ok: ", "127.0.0.1")


def test_a_broker_that_says_nothing_takes_no_longer_than_the_timeout(fleet):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        config = changed_config(fleet, "deaf.yaml", brokers=[f"mqtts://127.0.0.1:{deaf.getsockname()[1]}"], connect_timeout="60s")
        must_fail(check_mco(fleet, "-k", "ok", "-t", "1", config=config), "no broker has answered in time")


def test_a_broker_that_goes_away_in_the_middle_is_told(bare_rig):
    bare_rig.start_broker()
    began = bare_rig.folder / "began"
    bare_rig.start_node("web1", f"command[hangs]=touch {began}; sleep 60\n")
    with in_background(bare_rig, "-k", "hangs", "-t", "3") as asking:
        wait_until(began.exists, "the check runs")
        bare_rig.broker.kill()
        text, _ = asking.communicate(timeout=TIMEOUT_S)
    assert asking.returncode == 3
    assert text.startswith("MCO UNKNOWN - hangs: the broker went away: ")


def test_whatever_it_hangs_on_it_ends_soon_after_the_timeout(fleet):
    fleet.began.unlink(missing_ok=True)
    with in_background(fleet, "-k", "hangs", "-H", "web2", "-t", "2") as asking:
        wait_until(fleet.began.exists, "the check runs")
        asking.send_signal(signal.SIGSTOP)
        wait_until(lambda: waits_for(asking.pid, signal.SIGALRM), "time is out for a plugin that does nothing any more")
        asking.send_signal(signal.SIGCONT)
        text, _ = asking.communicate(timeout=TIMEOUT_S)
    assert (asking.returncode, text) == (3, "MCO UNKNOWN - hung, and gave up a second after its timeout (-t)\n")


def waits_for(pid, number):
    """True if this signal waits to be delivered to a process that is stopped."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"^ShdPnd:\s+(\w+)", status, re.MULTILINE).group(1), 16) >> (number - 1) & 1


def test_an_interrupt_is_unknown(fleet):
    fleet.began.unlink(missing_ok=True)
    with in_background(fleet, "-k", "hangs", "-H", "db1", "-t", "30") as asking:
        wait_until(fleet.began.exists, "the check runs")
        asking.send_signal(signal.SIGTERM)
        text, _ = asking.communicate(timeout=TIMEOUT_S)
    assert (asking.returncode, text) == (3, "MCO UNKNOWN - hangs: interrupted\n")


def test_output_that_cannot_be_written_is_unknown(fleet):
    with open("/dev/full", "w", encoding="ascii") as full:
        assert check_mco(fleet, "-k", "ok", stdout=full).returncode == 3


def test_it_works_with_an_empty_environment(fleet):
    arguments = command(fleet, "-k", "mixed", "--config", fleet.client_config(OPERATOR))
    result = subprocess.run(arguments, env={}, stdout=subprocess.PIPE, text=True, check=False, timeout=TIMEOUT_S, cwd="/")
    assert result.returncode == 2
