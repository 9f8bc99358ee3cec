# SPDX-License-Identifier: Apache-2.0
"""docs/rolling.sh with real HAProxy, real web servers, and a package that real apt upgrades. Needs root, as apt does."""

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
from muster_rig import Rig
from package_roots import AptRoot
from policy_test import write_policy
from ports import take_port
from privileged import Privileged
from processes import Process, wait_until

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="needs root")

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
        self.privileged = Privileged(folder, self.apt.tools, package_provider="apt").start()
        rig.ended.callback(self.privileged.stop)
        assert self.privileged.ask("package", "refresh")["status"] == 0
        assert self.privileged.ask("package", "install", package="app", version="1.0-1")["status"] == 0
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
  option httpchk GET /version
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

    def state(self, server):
        command = ["socat", "-t", "5", "-", f"UNIX-CONNECT:{self.socket}"]
        told = subprocess.run(command, input="show servers state web\n", capture_output=True, text=True, check=True).stdout
        row = next(line.split() for line in told.splitlines() if f" {server} " in line)
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
    with contextlib.ExitStack() as ended, Rig() as rig:
        rig.ended = ended
        rig.start_broker()
        rig.servers = [WebServer(rig, name) for name in SERVERS]
        rig.balancers = [Balancer(rig, name, rig.servers) for name in BALANCERS]
        for one in rig.servers + rig.balancers:
            one.start_node(rig)
        yield rig


def roll(site, **settings):
    environment = site.environment(
        MUSTER_CONFIG=str(site.client_config()), HEALTHY_FOR="1s", GATE_TIMEOUT="20s", DRAIN_TIME="20", **settings)
    environment["PATH"] = f"{site.bin}{os.pathsep}{environment['PATH']}"
    return subprocess.run([DOCS / "rolling.sh", "app", "web", "check_app"], env=environment, text=True, timeout=TIMEOUT_S,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False)


def versions(site):
    return [server.apt.installed("app") for server in site.servers]


def states(site):
    return {balancer.name: [balancer.state(name) for name in SERVERS] for balancer in site.balancers}


def test_a_good_upgrade_passes_over_all_servers_and_nobody_notices(site):
    with Visitor(site.balancers[0].port.number) as visitor:
        done = roll(site, VERSION="2.0-1", BALANCER_CHECKS="check_balancer")
    assert done.returncode == 0, done.stdout
    assert versions(site) == ["2.0-1", "2.0-1"]
    assert states(site) == {"lb1": ["ready", "ready"], "lb2": ["ready", "ready"]}
    assert set(visitor.seen) == {"1.0-1", "2.0-1"}, "every visit got a page, first the old and then the new one"
    assert "all 2 servers have been upgraded" in done.stdout


def test_a_bad_upgrade_stops_at_the_first_server_which_stays_drained(site):
    with Visitor(site.balancers[0].port.number) as visitor:
        done = roll(site)  # to the newest
    assert done.returncode == 1, done.stdout
    assert "STOPPED: web1 is not healthy; it stays drained" in done.stdout
    assert done.stdout.endswith(
        "When web1 is well again: mco rpc haproxy ready backend=web server=web1 -I lb1 -I lb2\n")
    assert versions(site) == ["3.0-1", "1.0-1"]
    assert states(site) == {"lb1": ["drain", "ready"], "lb2": ["drain", "ready"]}
    assert set(visitor.seen) == {"1.0-1"}, "nobody has seen the bad one"


def test_nothing_is_begun_while_a_balancer_does_not_run(site):
    site.balancers[1].process.stop()
    done = roll(site)
    assert done.returncode == 1 and "nothing was begun" in done.stdout, done.stdout
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
    assert done.returncode == 1 and "STOPPED: web1: app was not upgraded; it stays drained" in done.stdout, done.stdout
    assert versions(site) == ["1.0-1", "1.0-1"]
    assert states(site)["lb1"] == ["drain", "ready"]


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
