# SPDX-License-Identifier: Apache-2.0
"""docs/rolling.sh with real HAProxy, real web servers, and a package that real apt upgrades. Needs root, as apt does.

What only comes to pass when HAProxy says the right word at the right time is asked of a fleet that is a file."""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import pytest
from fake_mco import FakeFleet
from muster_rig import Rig
from package_roots import AptRoot
from policy_test import write_policy
from ports import take_port
from privileged import Privileged
from processes import Process, wait_until

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
PLUGINS = "/usr/lib/nagios/plugins"
BALANCERS = ["lb1", "lb2"]
SERVERS = ["web1", "web2"]
TIMEOUT_S = 180


class WebServer:
    """Serves what the package app has installed in a root of its own; a node whose agent package works there."""

    def __init__(self, rig, name):
        self.name = name
        self.port = rig.ended.enter_context(contextlib.closing(take_port()))
        folder = rig.folder / f"root-{name}"
        folder.mkdir()
        self.apt = AptRoot(folder)
        for version in ("1.0-1", "2.0-1", "3.0-1"):
            self.apt.offer("app", version)
        self.apt.offer("app", "1.5-1", postinst='rm "$DPKG_ROOT/usr/share/app/health"')  # for the check it is as good as any
        self.privileged = Privileged(folder, self.apt.tools, package_provider="apt").start()
        rig.ended.callback(self.privileged.stop)
        assert self.privileged.ask("package", "refresh")["status"] == 0
        assert self.privileged.ask("package", "install", package="app", version="1.0-1")["status"] == 0
        (self.apt.root / "usr/share/app/health").touch()
        self.process = Process(f"web server {name}", [
            sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "--directory", self.apt.root / "usr/share/app",
            str(self.port.number)], folder / "web.log")
        rig.ended.callback(self.process.stop)
        wait_until(lambda: fetch(self.port.number) == "1.0-1", f"{name} serves")

    def start_node(self, rig):
        checks = f"command[check_app]={PLUGINS}/check_http -I 127.0.0.1 -p {self.port.number} -u /version -r '^[12]'\n"
        start_with(rig, self.name, "web_server", "package", checks, privileged_socket=str(self.privileged.socket))


class Balancer:
    """HAProxy in front of the web servers; a node with the example agent."""

    def __init__(self, rig, name, servers):
        self.name = name
        self.port = rig.ended.enter_context(contextlib.closing(take_port()))
        self.socket = rig.folder / f"{name}.sock"
        config = rig.folder / f"{name}.cfg"
        lines = "".join(f"  server {server.name} 127.0.0.1:{server.port.number} check inter 200ms\n" for server in servers)
        config.write_text(f"""
global
  stats socket {self.socket} mode 600 level admin
defaults
  mode http
  timeout connect 2s
  timeout client 10s
  timeout server 10s
listen web
  bind 127.0.0.1:{self.port.number}
  option httpchk GET /health
{lines}""")
        self.process = Process(name, ["haproxy", "-db", "-f", config], rig.folder / f"{name}.log")
        rig.ended.callback(self.process.stop)
        wait_until(lambda: fetch(self.port.number) == "1.0-1", f"{name} serves")

    def start_node(self, rig):
        def put(folder):
            (folder / "agents").mkdir(exist_ok=True)
            for file in ("haproxy", "haproxy.json"):
                shutil.copy(DOCS / "examples" / "agents" / file, folder / "agents")
            (folder / "plugin.d").mkdir(exist_ok=True)
            (folder / "plugin.d" / "haproxy.cfg").write_text(f"SOCKET={self.socket}\n")

        checks = f"command[check_balancer]={PLUGINS}/check_http -I 127.0.0.1 -p {self.port.number} -u /version\n"
        start_with(rig, self.name, "load_balancer", "haproxy", checks, put, agents_config_dir="plugin.d")

    def ask(self, command):
        socat = ["socat", "-t", "5", "-", f"UNIX-CONNECT:{self.socket}"]
        return subprocess.run(socat, input=f"{command}\n", capture_output=True, text=True, check=True).stdout

    def state(self, server):
        row = next(line.split() for line in self.ask("show servers state web").splitlines() if f" {server} " in line)
        return "drain" if int(row[6]) & 0x08 else "ready"  # srv_admin_state: 8 is a drain that was forced


def start_with(rig, name, kind, agent, checks, put=lambda folder: None, **settings):
    """The node may do everything with one agent."""
    node = rig.start_node(name, checks, classes=[kind], settings=settings)
    assert node.stop() == 0
    put(node.folder)
    write_policy(node, f"{agent}.policy", "policy default deny\nallow\talice@ops1\t*\t*\t*\n")
    node.start()
    rig.wait_for_presence(name, "up", node)
    wait_until(lambda: agent in rig.presence(name)["agents"], lambda: f"{name} has agent {agent}:\n{node.log}")


def fetch(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/version", timeout=5) as answer:
            return answer.read().decode().strip()
    except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
        return f"failed: {error}"


class Visitor(threading.Thread):
    """Somebody who looks at the page all the time, through a balancer."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.seen, self.over = port, [], threading.Event()

    def run(self):
        while not self.over.is_set():
            self.seen.append(fetch(self.port))
            time.sleep(0.02)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()


@pytest.fixture
def site():
    if os.getuid() != 0:
        pytest.skip("needs root")
    with contextlib.ExitStack() as ended, Rig() as rig:
        rig.ended = ended
        rig.start_broker()
        rig.servers = [WebServer(rig, name) for name in SERVERS]
        rig.balancers = [Balancer(rig, name, rig.servers) for name in BALANCERS]
        for one in rig.servers + rig.balancers:
            one.start_node(rig)
        yield rig


def roll(site, **settings):
    settings = {"HEALTHY_FOR": "1s", "GATE_TIMEOUT": "20s", "DRAIN_TIME": "20", **settings}
    environment = site.environment(MUSTER_CONFIG=str(site.client_config()), **settings)
    environment["PATH"] = f"{site.bin}{os.pathsep}{environment['PATH']}"
    return subprocess.run([DOCS / "rolling.sh", "app", "web", "check_app"], env=environment, text=True, timeout=TIMEOUT_S,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False)


def versions(site):
    return [server.apt.installed("app") for server in site.servers]


def states(site):
    return {balancer.name: [balancer.state(name) for name in SERVERS] for balancer in site.balancers}


@pytest.fixture
def fleet(tmp_path):
    return FakeFleet(tmp_path)


def test_a_good_upgrade_passes_over_all_servers_and_nobody_notices(site):
    with Visitor(site.balancers[0].port.number) as visitor:
        done = roll(site, VERSION="2.0-1", BALANCER_CHECKS="check_balancer")
    assert done.returncode == 0, done.stdout
    assert versions(site) == ["2.0-1", "2.0-1"]
    assert states(site) == {"lb1": ["ready", "ready"], "lb2": ["ready", "ready"]}
    assert set(visitor.seen) == {"1.0-1", "2.0-1"}, "every visit got a page, first the old and then the new one"
    assert done.stdout.endswith("all 2 servers have been upgraded or had it already: app 2.0-1\n")


def test_a_bad_upgrade_stops_at_the_first_server_which_stays_drained(site):
    with Visitor(site.balancers[0].port.number) as visitor:
        done = roll(site)  # to the newest
    assert done.returncode == 1, done.stdout
    assert "STOPPED: web1 is not healthy\nUpgraded and in use: none\n" in done.stdout
    assert done.stdout.endswith(
        "web1 is drained on every balancer\n"
        "When web1 is well again: mco rpc haproxy ready backend=web server=web1 -I lb1 -I lb2\n")
    assert versions(site) == ["3.0-1", "1.0-1"]
    assert states(site) == {"lb1": ["drain", "ready"], "lb2": ["drain", "ready"]}
    assert set(visitor.seen) == {"1.0-1"}, "nobody has seen the bad one"


def test_nothing_is_begun_while_a_balancer_does_not_run(site):
    site.balancers[1].process.stop()
    done = roll(site)
    assert done.returncode == 1 and "nothing was begun" in done.stdout, done.stdout
    assert "web1 is not in use on every balancer" in done.stdout and "lb2: cannot ask HAProxy on" in done.stdout
    assert versions(site) == ["1.0-1", "1.0-1"]
    assert site.balancers[0].state("web1") == "ready"


def test_nothing_is_begun_while_the_node_of_a_balancer_is_gone(site):
    site.nodes[-1].kill()
    site.wait_for_presence("lb2", "gone")
    done = roll(site)
    assert done.returncode == 1 and "no balancers, or not all of them known" in done.stdout, done.stdout
    assert states(site)["lb1"] == ["ready", "ready"]


def test_a_failed_package_action_stops_it_with_the_server_drained(site):
    done = roll(site, VERSION="9.9")
    assert done.returncode == 1 and "STOPPED: web1: app was not upgraded" in done.stdout, done.stdout
    assert versions(site) == ["1.0-1", "1.0-1"]
    assert states(site)["lb1"] == ["drain", "ready"]


def test_a_roll_that_was_stopped_can_be_begun_again(site):
    assert site.servers[0].privileged.ask("package", "install", package="app", version="2.0-1")["status"] == 0
    done = roll(site, VERSION="2.0-1")
    assert done.returncode == 0, done.stdout
    assert versions(site) == ["2.0-1", "2.0-1"]


def test_a_server_that_is_healthy_but_never_comes_up_is_drained_again(site):
    done = roll(site, VERSION="1.5-1", DRAIN_TIME="5")
    assert done.returncode == 1, done.stdout
    assert "STOPPED: web1: healthy and put back, but not UP on every balancer after 5 s (lb1: DOWN" in done.stdout
    assert "web1 is drained on every balancer\n" in done.stdout
    assert states(site) == {"lb1": ["drain", "ready"], "lb2": ["drain", "ready"]}
    assert versions(site) == ["1.5-1", "1.0-1"]


def test_the_only_server_is_not_drained(site):
    done = roll(site, SERVERS="-I web1")
    assert done.returncode == 1, done.stdout
    assert "STOPPED: web1 is the only server, and nobody would serve while it is drained" in done.stdout
    assert "mco package update app -I web1\nnothing was begun\n" in done.stdout
    assert states(site)["lb1"] == ["ready", "ready"] and versions(site) == ["1.0-1", "1.0-1"]


def test_a_server_of_which_haproxy_says_weight_0_or_no_check_is_not_in_use(site):
    site.balancers[1].ask("set weight web/web2 0")
    done = roll(site)
    assert done.returncode == 1 and "lb2: UP, weight 0, 0 sessions); with weight 0 it gets no visitors" in done.stdout
    site.balancers[1].ask("set weight web/web2 1")
    site.balancers[1].ask("disable health web/web2")
    done = roll(site)
    assert done.returncode == 1 and "lb2: no check, weight 1, 0 sessions); a HAProxy health check is needed" in done.stdout
    assert states(site)["lb1"] == ["ready", "ready"]


def test_the_fake_fleet_is_rolled_as_a_real_one(fleet):
    done = fleet.roll()
    assert done.returncode == 0, done.stdout
    assert fleet.fleet["versions"] == {"web1": "2.0-1", "web2": "2.0-1"}
    assert [call.split()[2:5] for call in fleet.calls("haproxy (drain|ready)")] == [
        [action, "backend=web", f"server={server}"] for server in SERVERS for action in ("drain", "ready")]


@pytest.mark.parametrize("state", ["UP 1/3", "no check", "DOWN", "DOWN 1/2", "DRAIN", "MAINT", "NOLB"])
def test_nothing_is_begun_unless_every_server_is_wholly_up(fleet, state):
    fleet.fleet["balancers"]["lb2"]["web2"]["state"] = state
    done = fleet.roll()
    assert done.returncode == 1, done.stdout
    assert f"STOPPED: web2 is not in use on every balancer (lb1: UP, weight 1, 0 sessions; lb2: {state}, " in done.stdout
    assert ("a HAProxy health check is needed" in done.stdout) == (state == "no check")
    assert "nothing was begun" in done.stdout and not fleet.calls("drain|ready|update")


def test_a_balancer_whose_answer_is_missing_does_not_have_it_in_use(fleet):
    fleet.fleet["silent"] = ["lb2"]
    done = fleet.roll()
    assert done.returncode == 1 and "web1 is not in use on every balancer" in done.stdout, done.stdout
    assert not fleet.calls("drain|ready|update")


def test_the_others_are_looked_at_before_each_drain(tmp_path):
    fleet = FakeFleet(tmp_path, servers=["web1", "web2", "web3"])
    fleet.when("status .*server=web1", {"web1": "UP", "web3": "DOWN"}, since="ready .*server=web1")
    done = fleet.roll()
    assert done.returncode == 1 and "STOPPED: web3 is not in use on every balancer" in done.stdout, done.stdout
    assert "Upgraded and in use: web1\n" in done.stdout
    assert not fleet.calls("drain .*server=web[23]") and fleet.fleet["versions"]["web2"] == "1.0-1"


def test_the_server_that_was_upgraded_first_must_still_be_up_before_the_second_is_drained(fleet):
    fleet.when("status .*server=web1", {"web1": "UP 1/3"}, since="ready .*server=web1")
    done = fleet.roll()
    assert done.returncode == 1 and "STOPPED: web1 is not in use on every balancer" in done.stdout, done.stdout
    assert not fleet.calls("drain .*server=web2")


def test_an_untouched_server_is_put_back_when_another_one_fails_while_its_sessions_end(fleet):
    fleet.when("drain .*server=web1", {"web2": "DOWN"})
    done = fleet.roll()
    assert done.returncode == 1 and "STOPPED: web2 is not in use on every balancer" in done.stdout, done.stdout
    assert "web1 has not been touched, and is back in use\n" in done.stdout
    assert fleet.states("web1") == ["UP", "UP"] and not fleet.calls("update")


def test_an_untouched_server_is_put_back_when_it_could_not_be_drained_everywhere(fleet):
    fleet.when("drain .*server=web1", fails=True)
    fleet.when("ready .*server=web1", fails=True)
    done = fleet.roll()
    assert done.returncode == 1 and "STOPPED: web1: not drained on every balancer" in done.stdout, done.stdout
    assert done.stdout.endswith("web1 has not been touched, but NOT every balancer has it back in use\n"
                                "When web1 is well again: mco rpc haproxy ready backend=web server=web1 -I lb1 -I lb2\n")


def test_an_untouched_server_is_put_back_when_its_sessions_do_not_end(fleet):
    fleet.fleet["balancers"]["lb2"]["web1"]["sessions"] = 1
    done = fleet.roll()
    assert done.returncode == 1 and "web1: not without sessions on every balancer after 1 s" in done.stdout, done.stdout
    assert fleet.states("web1") == ["UP", "UP"] and not fleet.calls("update")


def test_a_server_without_sessions_that_a_balancer_has_not_drained_is_not_upgraded(fleet):
    fleet.when("drain .*server=web1", {"web1": "UP"}, on="lb2")  # as a HAProxy that is reloaded
    done = fleet.roll()
    assert done.returncode == 1 and "web1: not without sessions on every balancer after 1 s" in done.stdout, done.stdout
    assert not fleet.calls("update")


def test_a_failed_server_is_drained_once_more_because_haproxy_may_have_forgotten(fleet):
    fleet.when("update", {"web1": "UP"}, on="lb2", fails=True)
    done = fleet.roll()
    assert done.returncode == 1 and "STOPPED: web1: app was not upgraded" in done.stdout, done.stdout
    assert fleet.states("web1") == ["DRAIN", "DRAIN"]


def test_a_server_that_does_not_come_up_everywhere_is_not_drained_if_it_could_be_the_last(fleet):
    fleet.when("ready .*server=web1", {"web1": "DOWN 1/2", "web2": "DOWN"}, on="lb2")
    done = fleet.roll()
    assert done.returncode == 1 and "web1: healthy and put back, but not UP on every balancer" in done.stdout, done.stdout
    assert "web1 is left as it is, because no other server is in use on every balancer: lb1: UP, " in done.stdout
    assert fleet.states("web1") == ["UP", "DOWN 1/2"]


def test_a_roll_that_is_ended_during_an_upgrade_leaves_the_server_drained_and_says_so(fleet):
    fleet.when("update", signals=True)
    done = fleet.roll()
    assert done.returncode == 1 and "STOPPED: interrupted\n" in done.stdout, done.stdout
    assert "When web1 is well again" in done.stdout and fleet.states("web1") == ["DRAIN", "DRAIN"]


def test_a_roll_that_is_ended_before_the_upgrade_puts_the_server_back(fleet):
    fleet.when("haproxy drain", signals=True)
    done = fleet.roll()
    assert done.returncode == 1 and "web1 has not been touched, and is back in use\n" in done.stdout, done.stdout
    assert fleet.states("web1") == ["UP", "UP"] and not fleet.calls("update")


@pytest.mark.parametrize("setting", ["DRAIN_TIME=60s", "DRAIN_TIME=08", "HEALTHY_FOR=10", "GATE_TIMEOUT=soon"])
def test_a_time_that_cannot_be_read_is_refused_before_anything_is_asked(fleet, setting):
    name, value = setting.split("=")
    done = fleet.roll(**{name: value})
    assert done.returncode == 64 and f"is '{value}'; say " in done.stdout, done.stdout
    assert not fleet.calls("")


def test_servers_that_end_with_different_versions_are_no_success(fleet):
    fleet.fleet["newest"]["web2"] = "1.0-1"  # its package lists are old
    done = fleet.roll()
    assert done.returncode == 1 and "the servers have different versions of app now: 1.0-1, 2.0-1" in done.stdout, done.stdout


def test_nothing_is_begun_while_a_server_does_not_have_the_package(fleet):
    fleet.fleet["versions"]["web2"] = "absent"
    done = fleet.roll()
    assert done.returncode == 1 and "app is not installed on every server" in done.stdout, done.stdout
    assert not fleet.calls("drain|update")


def test_no_mco_reads_what_a_pipe_brings_to_the_roll(fleet):
    assert fleet.roll(stdin=subprocess.PIPE).returncode == 0
    assert fleet.fleet["stdin"] == "/dev/null"


def ask_agent(folder, answer=None, action="status"):
    """The reply of the example agent. HAProxy's answer is `answer`; without one nobody listens on its socket."""
    path = folder / "admin.sock"
    request, reply, config = folder / "request", folder / "reply", folder / "haproxy.cfg"
    request.write_text(json.dumps({"action": action, "data": {"backend": "web", "server": "web1"}}))
    config.write_text(f"SOCKET={path}\n")
    environment = {"PATH": "/usr/bin:/bin", "CHORIA_EXTERNAL_REQUEST": str(request), "CHORIA_EXTERNAL_REPLY": str(reply),
                   "CHORIA_EXTERNAL_CONFIG": str(config), "CHORIA_EXTERNAL_PROTOCOL": "io.choria.mcorpc.external.v1.rpc_request"}
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        if answer is not None:
            listener.listen()
            threading.Thread(target=serve, args=(listener, answer), daemon=True).start()
        subprocess.run([DOCS / "examples" / "agents" / "haproxy"], env=environment, timeout=60, check=True)
    return json.loads(reply.read_text())


def serve(listener, answer):
    with contextlib.suppress(OSError):  # the listener is closed when the agent has ended
        while True:
            connection, _ = listener.accept()
            with connection:
                asked = connection.recv(1000)
                connection.sendall(answer if asked == b"show stat\n" else b"\n")


STATS = b"# pxname,svname,scur,status,weight,\nweb,web1,3,UP 1/3,7,\nother,web1,0,UP,1,\nweb,web2,0,UP,1,\n\n"


def test_the_agent_tells_state_sessions_and_weight(tmp_path):
    assert ask_agent(tmp_path, STATS) == {"statuscode": 0, "statusmsg": "OK", "data": {
        "backend": "web", "server": "web1", "state": "UP 1/3", "sessions": 3, "weight": 7}}


def test_the_agent_tells_a_server_that_is_not_there(tmp_path):
    told = ask_agent(tmp_path, STATS.replace(b"web,web1", b"web,web9"))
    assert (told["statuscode"], told["statusmsg"]) == (1, "HAProxy has no server web1 in backend web")


@pytest.mark.parametrize("action", ["status", "drain", "ready"])
@pytest.mark.parametrize("answer", [None, b""], ids=["dead", "silent"])
def test_the_agent_tells_a_haproxy_that_cannot_be_asked(tmp_path, answer, action):
    told = ask_agent(tmp_path, answer, action)
    assert (told["statuscode"], told["statusmsg"]) == (1, f"cannot ask HAProxy on {tmp_path}/admin.sock")
