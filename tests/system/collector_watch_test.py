# SPDX-License-Identifier: Apache-2.0
"""mco watch, on a terminal and in a pipe: problems come and go while it runs, and so does the collector."""

import json
import re
import signal
import urllib.request

import pytest
from asking import mco_in_background, validated
from collector import Collector
from muster_rig import Rig
from processes import wait_until
from terminal import Watching

EVIL = r"\033]0;owned\007\033[2J\302\2332J\342\200\256\r\010evil"
CHECKS = (f"command[state]=printf 'it is '; printf '{EVIL} '; cat STATE; exit `cat STATE`\n"
          "command[ok]=/bin/echo fine\n")
SCHEDULES = [{"name": "state", "checks": ["state", "ok"], "every": "2s", "splay": "0s", "timeout": "1s",
              "max_attempts": 1, "freshness": "60s"}]


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        rig.collector = Collector(rig, settings={"schedules": SCHEDULES})
        rig.broker.restart()  # it reads the rights of the collector when it starts
        for name in ("db1", "web1"):
            checks = CHECKS.replace("STATE", str(rig.folder / "nodes" / name / "STATE"))
            node = rig.start_node(name, checks, facts={"location": name[:2]}, settings={"announce": ["location"]})
            set_state(node, 0)
        rig.collector.start()
        wait_until(lambda: len(services(rig)) == 4, lambda: rig.collector.log, timeout=30)
        yield rig
        rig.collector.end()


def missed_turns(rig):
    with urllib.request.urlopen(rig.collector.address + "/metrics", timeout=10) as answer:
        return int(re.search(r"^muster_collector_schedule_missed_total (\d+)$", answer.read().decode(), re.MULTILINE)[1])


def told_of_schedules(rig):
    return " ".join(message for *_, message in rig.collector.events("schedule"))


@pytest.fixture(autouse=True)
def well(fleet):
    """Each test begins with a fleet that needs nobody."""
    make(fleet, web1=0, db1=0)


def set_state(node, state):
    (node.folder / "STATE").write_text(f"{state}\n")


def make(rig, **states):
    """Sets states of nodes, and waits until the collector knows them."""
    for name, state in states.items():
        set_state(next(node for node in rig.nodes if node.name == name), state)
    words = ("OK", "WARNING", "CRITICAL")
    wait_until(lambda: all(services(rig)[(name, "state")] == words[state] for name, state in states.items()),
               lambda: f"{states}: {services(rig)}\n{rig.collector.log}", timeout=20)


def services(rig):
    told = json.loads(rig.mco("status", "--all", "--json", timeout=30).stdout)
    return {(one["node"], one["check"]): one["state"] for one in told.get("services", [])}


def test_a_problem_comes_and_goes_while_it_is_watched(fleet):
    with Watching(fleet, "--every", "0.5") as watch:
        watch.wait_for("No problems.", "all is well")
        assert watch.screen.alternate
        assert watch.screen.cursor_hidden
        make(fleet, web1=2, db1=1)
        shown = watch.wait_for(lambda text: "CRITICAL" in text.split("\n")[3] and "WARNING" in text.split("\n")[4],
                               "the worst first")
        assert "1 CRITICAL, 1 WARNING" in shown
        assert r"\x1b]0:owned\x07" in shown, "shown, not obeyed"
        watch.press("/web")
        watch.wait_for("/web_", "what is typed")
        watch.press("\r")
        watch.wait_for("filter: web; 1 of 2 shown", "the filter")
        assert "db1" not in str(watch.screen).split("\n", 2)[2]
        watch.press("/\x15location=db\r")
        watch.wait_for(lambda text: "db1" in text and "web1" not in text, "a filter by facts, of the collector's")
        watch.press("\x1b")
        watch.wait_for(lambda text: "filter:" not in text and "web1" in text, "no filter")
        make(fleet, web1=0, db1=0)
        watch.wait_for("No problems.", "the recovery")
        watch.press("q")
        assert watch.end() == 0


def test_everything_about_a_problem_is_an_enter_away(fleet):
    make(fleet, web1=2)
    with Watching(fleet, "state", "-I", "web1") as watch:
        watch.wait_for("> CRITICAL", "the problem")
        watch.press("\r")
        shown = watch.wait_for("last result", "the details")
        watch.wait_for("█", "its states")
        assert "state of web1" in shown
        watch.press("\x1b")
        watch.wait_for("> CRITICAL", "the list")
        assert fleet.mco("ack", "web1", "state", "-m", "mine").returncode == 0
        watch.wait_for("[ack alice@ops1]", "somebody takes care")
        watch.press("a")
        watch.wait_for("only what needs somebody; 0 of 1 shown", "nobody is needed")
        watch.press("?")
        watch.wait_for("Any key goes back", "help")
        watch.press("q")
        assert watch.end() == 0


def test_it_fits_the_terminal_while_that_changes_its_size(fleet):
    make(fleet, web1=2)
    with Watching(fleet, colour=True) as watch:
        watch.wait_for("> CRITICAL", "the problem")
        watch.resize(8, 40)
        watch.wait_for("> CRIT ", "the narrow one")
        watch.press("\x03")
        assert watch.end() == 130


@pytest.mark.parametrize("way", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_the_terminal_is_as_it_was_whatever_ends_it(fleet, way):
    with Watching(fleet) as watch:
        watch.wait_for("No problems.", "the screen")
        watch.process.send_signal(way)
        assert watch.end() == 130


def state_of(process):
    """R, S, T…: proc(5)."""
    with open(f"/proc/{process.pid}/stat", encoding="utf-8") as stat:
        return stat.read().rpartition(")")[2].split()[0]


def test_the_shell_has_its_terminal_while_it_is_stopped(fleet):
    with Watching(fleet) as watch:
        watch.wait_for("No problems.", "the screen")
        watch.process.send_signal(signal.SIGTSTP)
        watch.wait_for(lambda _: not watch.screen.alternate, "the terminal is given back")
        # As a shell does, which is told when it has stopped: to go on means nothing before.
        wait_until(lambda: state_of(watch.process) == "T", lambda: state_of(watch.process))
        watch.process.send_signal(signal.SIGCONT)
        watch.wait_for(lambda text: watch.screen.alternate and "No problems." in text, "and taken again")
        watch.press("q")
        assert watch.end() == 0


def test_what_is_old_is_said_to_be_old_until_the_collector_is_back(fleet):
    make(fleet, web1=2)
    with Watching(fleet, "--every", "0.5") as watch:
        watch.wait_for("> CRITICAL", "the problem")
        fleet.collector.kill()
        _, notice, _, row, _ = watch.wait_for("OLD: ", "the notice").split("\n", 4)
        set_state(fleet.nodes[-1], 0)
        later = watch.wait_for(lambda text: text.split("\n")[1] != notice, "the notice tells how long it lasts")
        assert later.split("\n")[3] == row, "what is old grows no older"
        fleet.collector.start()
        watch.wait_for(lambda text: "OLD" not in text and "No problems." in text, "it is back, and tells what is new")
        watch.press("q")
        assert watch.end() == 0


def test_the_broker_may_come_back_too(fleet):
    with Watching(fleet, "--every", "0.5") as watch:
        watch.wait_for("No problems.", "the screen")
        fleet.broker.stop()
        watch.wait_for("OLD: ", "the notice")
        wait_until(lambda: missed_turns(fleet) >= 2, lambda: fleet.collector.log)
        fleet.broker.restart()
        watch.wait_for("told 0 s ago", "it goes on", timeout=60)
        watch.press("q")
        assert watch.end() == 0
    why = "there was no connection to a broker"
    wait_until(lambda: why in told_of_schedules(fleet), lambda: fleet.collector.log, timeout=30)
    assert told_of_schedules(fleet).count(why) == 1, "once, when it asks again"
    listed = json.loads(fleet.mco("schedule", "list", "--json").stdout)["schedules"]
    assert listed[0]["missed"] == missed_turns(fleet) >= 2
    wait_until(lambda: fleet.mco("status").returncode == 0, lambda: fleet.collector.log, timeout=30)


def test_programs_get_a_line_for_each_change(fleet):
    lines = []
    with mco_in_background(fleet, "watch", "--json", "--every", "0.5", "--for", "60s") as mco:
        for state, shown in ((0, []), (2, ["CRITICAL"]), (0, [])):
            make(fleet, web1=state)
            while not lines or [one["state"] for one in lines[-1].get("services", [{"state": "?"}])] != shown:
                lines.append(validated("watch", mco.stdout.readline()))
        mco.terminate()
        assert mco.finish().returncode == 130
    seen = [[line.get(part) for part in ("counts", "nodes", "services", "silent_since")] for line in lines]
    assert all(before != after for before, after in zip(seen, seen[1:])), "there is something new in each"


def test_a_program_may_say_how_long_it_wants_to_know(fleet):
    result = fleet.mco("watch", "--json", "--for", "1s")
    assert result.returncode == 0, result
    assert validated("watch", result.stdout)["services"] == []


def test_it_ends_when_nobody_reads_its_lines(fleet):
    with mco_in_background(fleet, "watch", "--json", "--every", "0.5") as mco:
        validated("watch", mco.stdout.readline())
        mco.stdout.close()
        make(fleet, web1=2)
        assert mco.wait(20) == 0


def test_a_screen_needs_a_terminal(fleet):
    result = fleet.mco("watch")
    assert result.returncode == 64
    assert "mco status" in result.stderr
    assert result.stdout == ""


def test_it_does_not_begin_without_a_collector(fleet):
    for words in (["--collector", "collector@nosuch"], ["--json", "--collector", "collector@nosuch"]):
        with Watching(fleet, *words) as watch:
            watch.wait_for("collector@nosuch is not up", "the reason")
            assert watch.end() == 69
    assert fleet.mco("watch", "--json", "-S", "nrpe('ok').exitcode=0").returncode == 64
    assert fleet.mco("watch", "--json", "--every", "0").returncode == 64
