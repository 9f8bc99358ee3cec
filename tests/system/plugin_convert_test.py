# SPDX-License-Identifier: Apache-2.0
"""`mco plugin convert`: DDLs of MCollective, in Ruby, on their way to ours. Nothing here needs a broker."""

import json
import os
import pathlib
import stat

import pytest
from asking import validated

DDLS = pathlib.Path(__file__).resolve().parents[1] / "data" / "ruby_ddl"
METADATA = 'metadata :name => "sample", :timeout => 5\n'


def convert(rig, text, *options):
    source = rig.folder / "sample.ddl"
    source.write_bytes(text.encode())
    return rig.run("plugin", "convert", source, *options)


def documents():
    return sorted(DDLS.glob("*.ddl"))


@pytest.mark.parametrize("source", documents(), ids=lambda path: path.stem)
def test_what_a_fleet_has_is_converted(bare_rig, source):
    result = bare_rig.run("plugin", "convert", source)
    assert result.returncode == 0, result.stderr
    ddl = json.loads(result.stdout)
    assert ddl["metadata"]["name"] == source.stem
    assert all(action["changes"] is True for action in ddl["actions"])
    assert '"changes": false' in result.stderr, "it says what a person has to look at"


def test_an_unchanged_file_gives_the_same_text_each_time(bare_rig):
    texts = {bare_rig.run("plugin", "convert", DDLS / "package.ddl").stdout for _ in range(2)}
    assert len(texts) == 1


def test_json_has_the_ddl_or_the_file_that_it_is_in(bare_rig):
    told = validated("plugin_convert", bare_rig.run("plugin", "convert", DDLS / "puppet.ddl", "--json").stdout)
    assert (told["agent"], told["file"], len(told["warnings"])) == ("puppet", None, 4)
    assert [action["action"] for action in told["ddl"]["actions"]] == told["actions"]
    out = bare_rig.folder / "puppet.json"
    written = validated("plugin_convert",
                        bare_rig.run("plugin", "convert", DDLS / "puppet.ddl", "-o", out, "-j").stdout)
    assert (written["file"], written["ddl"]) == (str(out), None)
    assert json.loads(out.read_text()) == told["ddl"]


def test_nothing_is_overwritten_without_force(bare_rig):
    out = bare_rig.folder / "sample.json"
    out.write_text("mine")
    refused = convert(bare_rig, METADATA, "-o", out)
    assert refused.returncode == 64
    assert "exists already and is left as it is; name another file, or use --force" in refused.stderr
    assert out.read_text() == "mine"
    assert convert(bare_rig, METADATA, "-o", out, "--force").returncode == 0
    assert json.loads(out.read_text())["metadata"]["name"] == "sample"
    assert stat.S_IMODE(out.stat().st_mode) == 0o644


def test_nothing_is_written_of_a_file_that_is_refused(bare_rig):
    out = bare_rig.folder / "sample.json"
    out.write_text("mine")
    refused = convert(bare_rig, METADATA + "system('touch pwned')\n", "-o", out, "--force")
    assert refused.returncode == 64
    assert f"{bare_rig.folder}/sample.ddl:2:1: found 'system'" in refused.stderr
    assert out.read_text() == "mine"
    assert sorted(path.name for path in bare_rig.folder.iterdir() if path.is_file()) == ["sample.ddl", "sample.json"]


def test_code_is_read_and_never_run(bare_rig):
    mark = bare_rig.folder / "pwned"
    for code in (f"`touch {mark}`", f'usage "#{{`touch {mark}`}}"', f"system('touch {mark}')", f"%x(touch {mark})",
                 f"exec 'touch {mark}'", f"File.write('{mark}', '')", f"BEGIN {{ system 'touch {mark}' }}"):
        refused = convert(bare_rig, METADATA + code)
        assert (refused.returncode, refused.stdout) == (64, ""), code
        assert "sample.ddl:2:" in refused.stderr
    assert not mark.exists()


@pytest.mark.parametrize("arguments, status, message", [
    (["nothing.ddl"], 64, "No such file"), (["/"], 64, "not a regular file"), (["/dev/zero"], 64, "not a regular file"),
    ([DDLS / "nrpe.ddl", "-o", "/nowhere/x.json"], 64, "there is no folder /nowhere"),
    ([DDLS / "nrpe.ddl", "-o", "/sys/x.json"], 77, "/sys/x.json"), ([], 64, "FILE")])
def test_what_cannot_be_read_or_written_is_named(bare_rig, arguments, status, message):
    result = bare_rig.run("plugin", "convert", *arguments, cwd=bare_rig.folder)
    assert result.returncode == status, result
    assert message in result.stderr


def test_a_failure_is_json_too(bare_rig):
    result = convert(bare_rig, "if true\nend\n", "--json")
    assert validated("failure", result.stdout)["exit_status"] == result.returncode == 64


def test_a_hostile_file_moves_no_cursor(bare_rig):
    result = convert(bare_rig, METADATA + 'action "a", :description => "\u001b[2J\u202e", :"\u001b[31m" => 1\n')
    assert result.returncode == 0, result
    assert not {"\u001b", "\u202e"} & set(result.stdout + result.stderr)
    assert json.loads(result.stdout)["actions"][0]["description"] == "\u001b[2J\u202e"


def test_any_bytes_are_answered(bare_rig):
    for _ in range(20):
        source = bare_rig.folder / "noise.ddl"
        source.write_bytes(os.urandom(3000))
        result = bare_rig.run("plugin", "convert", source)
        assert result.returncode == 64 and "noise.ddl:" in result.stderr, result
