# SPDX-License-Identifier: Apache-2.0
"""The collector's port: metrics that promtool reads, health, and the API that shows what mco shows."""

import json
import subprocess
import urllib.error
import urllib.request

import pytest
from collector import Collector
from muster_rig import Rig
from ports import take_port
from processes import Process, wait_until

DUMMY = "/usr/lib/nagios/plugins/check_dummy"
CHECKS = (f"command[ok]={DUMMY} 0 fine\n"
          "command[bad]=/bin/echo 'not well | load=1;2;3'; exit 2\n")
OPEN_METRICS = "application/openmetrics-text"
TOKEN = "a-token-that-may-only-read-things"


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        rig.collector = Collector(rig)
        rig.broker.restart()  # it reads the rights of the collector when it starts
        rig.start_node("web1", CHECKS)
        rig.collector.start()
        wait_until(lambda: rig.mco("status").returncode == 0, lambda: rig.collector.log)
        for check in ("ok", "bad"):
            rig.mco("nrpe", check)
        wait_until(lambda: rig.mco("status").returncode == 2, lambda: rig.collector.log)
        yield rig
        rig.collector.end()


def get(fleet, path, method="GET", headers=None, data=None):
    request = urllib.request.Request(fleet.collector.address + path, method=method, headers=headers or {}, data=data)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def test_metrics_are_what_prometheus_reads(fleet):
    status, headers, text = get(fleet, "/metrics")
    assert status == 200
    assert headers["Content-Type"].startswith(("text/plain", "application/openmetrics-text"))
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=30,
                             check=False)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, ""), text
    assert 'check="bad"' in text


def test_metrics_come_in_the_open_form_to_who_asks_for_it(fleet):
    _, headers, text = get(fleet, "/metrics", headers={"Accept": f"{OPEN_METRICS};version=1.0.0,text/plain;q=0.5"})
    assert headers["Content-Type"] == f"{OPEN_METRICS}; version=1.0.0; charset=utf-8"
    assert text.endswith("\n# EOF\n")
    assert "# TYPE muster_collector_results counter\n" in text
    assert 'muster_collector_results_total{way="published"}' in text


def test_a_real_prometheus_takes_them_in(fleet, tmp_path):
    """It asks for the open form, and throws a whole scrape away for one line that is wrong."""
    target = fleet.collector.address.removeprefix("http://")
    config = {"global": {"scrape_interval": "1s"},
              "scrape_configs": [{"job_name": "muster", "static_configs": [{"targets": [target]}]}]}
    (tmp_path / "prometheus.yml").write_text(json.dumps(config))
    port = take_port()
    address = f"127.0.0.1:{port.number}"
    prometheus = Process("prometheus", ["prometheus", f"--config.file={tmp_path}/prometheus.yml",
                                        f"--storage.tsdb.path={tmp_path}/data", f"--web.listen-address={address}"],
                         tmp_path / "prometheus.log")

    def read(query):
        try:
            with urllib.request.urlopen(f"http://{address}/api/v1/query?query={query}", timeout=5) as answer:
                return [one["value"][1] for one in json.load(answer)["data"]["result"]]
        except (OSError, KeyError):
            return []

    try:
        wait_until(lambda: read("up") == ["1"], lambda: prometheus.log, timeout=30)
        assert read("muster_check_services%7Bcheck%3D%22bad%22%2Cstate%3D%22critical%22%7D") == ["1"]
    finally:
        prometheus.end()
        port.close()


def test_it_is_well_while_it_is_connected_and_says_when_it_is_not(fleet):
    assert get(fleet, "/healthz")[0] == 200
    fleet.broker.stop()
    wait_until(lambda: get(fleet, "/healthz")[0] == 503, lambda: get(fleet, "/healthz")[2])
    assert "broker" in get(fleet, "/healthz")[2]
    fleet.broker.start()
    wait_until(lambda: get(fleet, "/healthz")[0] == 200, lambda: get(fleet, "/healthz")[2], timeout=40)
    wait_until(lambda: fleet.mco("status").returncode == 2, lambda: fleet.collector.log, timeout=40)


def test_the_api_shows_what_mco_shows(fleet):
    status, headers, text = get(fleet, "/api/v1/services?all=1")
    assert status == 200, text
    assert headers["Content-Type"].startswith("application/json")
    services = json.loads(text)["services"]
    told = json.loads(fleet.mco("status", "--all", "--json").stdout)["services"]
    assert {(one["node"], one["check"], one["state"]) for one in services} == {
        (one["node"], one["check"], one["state"]) for one in told}


def test_nobody_operates_without_a_token(fleet):
    status, _, text = get(fleet, "/api/v1/acknowledge", method="POST", data=b"node=web1&check=bad&comment=x")
    assert status in (401, 403), text
    assert "acknowledgement" not in fleet.mco("status", "--json").stdout


def test_a_name_that_is_not_ours_is_not_served(fleet):
    status, _, _ = get(fleet, "/api/v1/status", headers={"Host": "evil.example.net"})
    assert status in (400, 403, 421)


def test_a_tokens_file_that_others_can_read_stops_the_start(fleet, tmp_path):
    tokens = tmp_path / "tokens"
    tokens.write_text(f"scraper read {TOKEN}\n")
    tokens.chmod(0o644)
    config = json.loads(fleet.collector.config.read_text())
    config["web"] = {"listen": "127.0.0.1:0", "tokens": str(tokens)}
    config["state_dir"] = str(tmp_path / "state")
    file = fleet.collector.folder / "tokens.yaml"
    file.write_text(json.dumps(config))
    result = subprocess.run([str(fleet.bin / "collector"), "--config", str(file)], capture_output=True, text=True,
                            timeout=20, check=False)
    assert result.returncode == 78
    assert "tokens" in result.stderr
    assert TOKEN not in result.stderr
