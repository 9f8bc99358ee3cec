# SPDX-License-Identifier: Apache-2.0
"""--help of every command there is: something to copy, what the exit status means, and lines that fit."""

import os
import pathlib
import shutil
import subprocess

import pytest

MCO = pathlib.Path(os.environ["MUSTER_BIN"]) / "mco"
WIDEST = 100


def output(*words):
    result = subprocess.run([str(MCO), *words], text=True, encoding="utf-8", capture_output=True, check=False, timeout=30,
                            stdin=subprocess.DEVNULL)
    assert (result.returncode, result.stderr) == (0, ""), result
    return result.stdout


def commands(path=()):
    """Every command as its words, groups included."""
    found = []
    for name in output("completion", "--list-applications", "--application", " ".join(path)).split():
        if name != "help":
            found += [(*path, name), *commands((*path, name))]
    return found


ALL = commands()


def test_the_walk_has_found_the_commands():
    assert {("rpc",), ("gate", "save"), ("plugin", "generate", "agent"), ("downtime", "add"), ("policy",)} <= set(ALL)


@pytest.mark.parametrize("command", [(), *ALL], ids=" ".join)
def test_every_help_has_examples_and_exit_status_and_fits(command):
    lines = output(*command, "--help").splitlines()
    assert [line for line in lines if len(line) > WIDEST] == []
    assert "Examples:" in lines
    name = " ".join(("mco", *command))
    examples = lines[lines.index("Examples:") + 1:]
    assert examples[0].startswith("  ") and any(line.startswith(f"  {name} ") or line == f"  {name}" or "(" + name in line
                                                or f"&& {name}" in line for line in examples), name
    assert "Exit status:" in " ".join(lines)
    assert "130 (interrupted)" in " ".join(" ".join(lines).split())


def test_every_command_has_a_manual_page_that_man_can_read(tmp_path):
    assert output("help", "--man-pages", str(tmp_path)) == ""
    pages = {page.name for page in tmp_path.iterdir()}
    assert pages == {"-".join(("mco", *command)) + ".1" for command in [(), *ALL]}
    gate = (tmp_path / "mco-gate-save.1").read_text(encoding="utf-8")
    assert output("help", "--man", "gate", "save") == gate
    for part in (".TH MCO-GATE-SAVE 1 ", ".SH NAME\nmco\\-gate\\-save \\- ", ".SH OPTIONS\n", ".SH EXAMPLES\n.nf\n", ".SH EXIT STATUS\n",
                 "\\fB\\-\\-force\\fR"):
        assert part in gate
    if shutil.which("groff"):
        told = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-k", *sorted(tmp_path.iterdir())], capture_output=True, text=True,
                              check=True, timeout=60)
        assert told.stderr == ""


@pytest.mark.parametrize("command", ["rpc", "package", "service", "puppet"])
def test_the_timeout_that_counts_is_told(command):
    text = " ".join(output(command, "--help").split())
    assert "default: the timeout that the agent's DDL names" in text


def test_where_the_configuration_is_looked_for_is_told():
    text = " ".join(output("ping", "--help").split())
    assert "$MUSTER_CONFIG, else ~/.config/muster/client.yaml, else /etc/muster/client.yaml" in text
