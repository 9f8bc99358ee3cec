# SPDX-License-Identifier: Apache-2.0
"""docs/collector-api.md is what the collector does: each example is asked again, and what it answers is on the page."""

import json
import pathlib
import re
import shlex
import subprocess
import urllib.error
import urllib.request

import pytest
from collector import Collector
from muster_rig import Rig
from processes import wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "collector-api.md").read_text()
SOURCES = ROOT / "collector" / "web"
EXAMPLES = re.findall(r"^\$ curl ((?:[^\n]*\\\n)*[^\n]*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
ADDRESS = "http://127.0.0.1:8066"
TOKEN = "the-token-of-an-operator"
CHECKS = "command[check_load]=/bin/echo 'OK - load average: 0.42 | load1=0.42;5;10;0'\n"
RAID = r"command[check_raid]=/bin/printf 'WARNING - md0 is degraded | disks=1;2:;1:\nmd0: sdb1 has failed\n'; exit 1" + "\n"
FACTS = {"kernel": "Linux", "location": "uk"}


@pytest.fixture(scope="module")
def collector():
    """The fleet of the examples: web1 with a problem that somebody takes care of, db1 with one that is expected."""
    with Rig() as rig:
        rig.start_broker()
        collector = Collector(rig)
        tokens = collector.folder / "tokens"
        tokens.write_text(f"alice@ops1 operate {TOKEN}\n")
        tokens.chmod(0o600)
        collector = Collector(rig, settings={"web": {"listen": "127.0.0.1:0", "tokens": "tokens"}})
        rig.broker.restart()  # it reads the rights of the collector when it starts
        for node in ("web1", "db1"):
            rig.start_node(node, CHECKS + RAID, facts=FACTS, settings={"announce": ["kernel", "location"]})
        collector.start()
        wait_until(lambda: rig.mco("status").returncode == 0, lambda: collector.log)
        rig.mco("nrpe", "check_load,check_raid")
        wait_until(lambda: len(json.loads(rig.mco("status", "--all", "--json").stdout)["services"]) == 4, lambda: collector.log)
        for words in (["ack", "web1", "check_raid", "-m", "disk is ordered", "--sticky", "--expires", "2d"],
                      ["downtime", "add", "-I", "db1", "--flexible", "30m", "-m", "new kernel"]):
            assert rig.mco(*words).returncode == 0
        yield collector
        collector.end()


def ask(collector, address, headers=None, data=None):
    """Status and text. The page says that on the machine itself, without a tokens file, nobody needs a token."""
    headers = {"Authorization": f"Bearer {TOKEN}", **(headers or {})}
    request = urllib.request.Request(collector.address + address.removeprefix(ADDRESS), headers=headers,
                                     data=None if data is None else data.encode())
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def run(collector, command, ids):
    """What the curl of an example gets; `ids` are those of the page, and what they are in this fleet."""
    words = shlex.split(command.replace("\\\n", " ").replace("$TOKEN", TOKEN))
    data = words[words.index("--json") + 1] if "--json" in words else None
    address = next(word for word in words if word.startswith("http://"))
    for known, real in ids.items():
        address = address.replace(known, real)
    assert data is None or f"Authorization: Bearer {TOKEN}" in words, f"posts without a token: {command}"
    return ask(collector, address, {"Content-Type": "application/json"} if data else None, data)


def members(value, path=""):
    """{path: type} of everything in it; all elements of a list are one."""
    if isinstance(value, dict):
        return {key: kind for name, inner in value.items() for key, kind in members(inner, f"{path}.{name}").items()} | {
            path: "object"}
    if isinstance(value, list):
        return {key: kind for inner in value for key, kind in members(inner, f"{path}[]").items()} | {path: "list"}
    return {path: "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__}


def names(value):
    return {name for path in members(value) for name in re.findall(r"\.(\w+)", path)}


def test_every_example_is_answered_with_the_members_that_the_page_shows(collector):
    ids, examples = {}, [(command, answer) for command, answer in EXAMPLES if answer.startswith("{")]
    assert len(examples) > 10
    for command, documented in examples:
        status, text = run(collector, command, ids)
        documented, real = json.loads(documented), json.loads(text)
        assert (status >= 400) == ("error" in documented), f"{command}: {status} {text}"
        missing = members(documented).items() - members(real).items()
        assert not missing, f"{command}: {missing} is not in {text}"
        undocumented = {name for name in names(real) - names(documented) if f"`{name}`" not in PAGE}
        assert not undocumented, f"{command}: the page does not know {undocumented}"
        if "id" in documented:
            ids[documented["id"]] = real["id"]


def test_a_graph_is_at_its_address_and_health_needs_no_token(collector):
    path = next(command for command, _ in EXAMPLES if "/graph?" in command)
    assert run(collector, path, {})[0] in (200, 404)  # a history begins after a minute
    assert ask(collector, "/api/v1/graph")[0] == 400
    assert ask(collector, "/healthz", {"Authorization": ""}) == (200, "ok\n")


def test_every_address_and_parameter_of_the_api_is_on_the_page():
    source = (SOURCES / "api.cpp").read_text()
    routes = re.findall(r'^ *\{"(/\w+)", \{(.*?)\}, \w+\},$', source, re.MULTILINE)
    assert len(routes) >= 6
    for path, parameters in routes:
        assert f"### GET /api/v1{path}\n" in PAGE
        for parameter in re.findall(r'"(\w+)"', parameters):
            assert f"`{parameter}`" in PAGE, f"{path}?{parameter}="
    for path in re.findall(r'path == "(/\w+)"', (SOURCES / "api_actions.cpp").read_text()):
        assert f"### POST /api/v1{path}\n" in PAGE


def test_every_metric_is_on_the_page_and_no_other(collector):
    status, text = ask(collector, "/metrics")
    assert status == 200
    served = set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE))
    described = set(re.findall(r"^\| `(muster_\w+)` \|", PAGE, re.MULTILINE))
    assert served == described


def test_prometheus_takes_the_configuration_and_the_rules_of_the_page(tmp_path):
    token = tmp_path / "token"
    token.write_text(TOKEN)
    blocks = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    for what, text in zip(("config", "rules"), blocks, strict=True):
        file = tmp_path / f"{what}.yml"
        file.write_text(text.replace("/etc/prometheus/muster.token", str(token)))
        checked = subprocess.run(["promtool", "check", what, file], capture_output=True, text=True, timeout=30, check=False)
        assert checked.returncode == 0, checked.stdout + checked.stderr
