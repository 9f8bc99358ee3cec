# SPDX-License-Identifier: Apache-2.0
"""A whole fleet on this machine: real mosquitto, real checkagents, real mco, in one temporary folder.

    with Rig() as rig:
        rig.start_broker()
        rig.start_node("web1", nrpe_cfg="command[check_ok]=/usr/lib/nagios/plugins/check_dummy 0 fine\\n")
        print(rig.mco("nrpe", "check_ok").stdout)

Used by the system tests, the demo and the bench. Everything is on loopback, and every process ends with the rig, by its
own pid, whatever happened.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from broker import Broker
from node import Node
from ports import take_port
from processes import Failed, wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]
OPERATOR = "alice@ops1"
OBSERVER = "observer@rig"  # the rig's own eyes
MCO_TIMEOUT_S = 60
PLAIN_CONF = """per_listener_settings false
listener {port} 127.0.0.1
allow_anonymous true
max_queued_messages 0
max_queued_bytes 0
max_inflight_messages 1000
set_tcp_nodelay true
max_packet_size 1048576
persistence true
"""


def binary_folder():
    return pathlib.Path(os.environ.get("MUSTER_BIN", ROOT / "build" / "release" / "bin")).resolve()


class Rig:
    def __init__(self, operators=(OPERATOR,), folder=None):
        self.bin = binary_folder()
        self._own_folder = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="muster-rig-"))
        self.ca = self.folder / "ca"
        self.home = self.folder / "home"
        self.home.mkdir(parents=True)
        self.operators = operators
        self.brokers = []
        self.nodes = []
        self.plain = False
        self.client_tls = {}  # caller -> TLS files that take the place of ours
        self._ports = []
        self._probes = []
        self._observer = None

    def __enter__(self):
        return self

    def __exit__(self, failure, *_):
        if failure is not None:
            sys.stdout.write(self.logs())
        self.end()

    # ----- environment

    def environment(self, **changes):
        """What a program of ours is started with: nothing of this machine's user, no colour, UTC."""
        passed = {key: value for key, value in os.environ.items() if key.endswith("SAN_OPTIONS")}
        return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(self.home), "LC_ALL": "C.UTF-8", "TZ": "UTC",
                "NO_COLOR": "1", **passed, **changes}

    def run(self, *arguments, env=None, timeout=MCO_TIMEOUT_S, **options):
        """`mco ARGUMENTS` as whoever owns the rig's home; returns the CompletedProcess with texts."""
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **options}
        return subprocess.run(
            [self.bin / "mco", *map(str, arguments)], env=self.environment(**(env or {})), text=True, encoding="utf-8",
            errors="surrogateescape", timeout=timeout, check=False, **options)

    def must_run(self, *arguments):
        result = self.run(*arguments)
        if result.returncode != 0:
            raise Failed(f"mco {' '.join(map(str, arguments))}: exit status {result.returncode}\n"
                         f"{result.stdout}{result.stderr}")
        return result

    # ----- brokers

    def _take_port(self):
        port = take_port()
        self._ports.append(port)
        return port.number

    def _make_authority(self, port):
        self.must_run("ca", "init", "--dir", self.ca, "--broker", "127.0.0.1", "--broker", "localhost", "--listen",
                      "127.0.0.1", "--port", port)
        (self.ca / "brokers").write_text(f"mqtts://127.0.0.1:{port}\n")
        for name in (*self.operators, OBSERVER):
            self.add_operator(name)

    def add_operator(self, name):
        """Makes the key of a caller; its client configuration is client_config(name)."""
        self.must_run("key", "generate", name, "--dir", self.client_folder(name), "--ca-dir", self.ca)

    def start_broker(self, settings=None, plain=False, start=True):
        """The first call also makes the authority; further calls add brokers to the list that new nodes are told.

        plain=True is a broker without TLS, names or rights, as the bench needs it. settings changes lines of
        mosquitto.conf, for instance broker.DEFAULT_QUEUE_LIMITS."""
        port = self._take_port()
        self.plain = plain
        if plain:
            conf = PLAIN_CONF.format(port=port)
            if not self.ca.exists():
                self._make_authority(port)
        elif not self.ca.exists():
            self._make_authority(port)
            conf = (self.ca / "broker" / "mosquitto.conf").read_text()
        else:
            first = (self.ca / "broker" / "mosquitto.conf").read_text()
            conf = first.replace(f"listener {self.brokers[0].port} ", f"listener {port} ")
        broker = Broker(self.folder / f"broker{len(self.brokers)}", conf, port, settings)
        self.brokers.append(broker)
        return broker.start() if start else broker

    @property
    def broker(self):
        return self.brokers[0]

    def url(self, broker=None):
        return f"{'mqtt' if self.plain else 'mqtts'}://127.0.0.1:{(broker or self.broker).port}"

    def acl(self):
        return self.ca / "broker" / "acl"

    # ----- clients

    def client_folder(self, name=OPERATOR):
        return self.folder / "clients" / name

    def client_config(self, name=OPERATOR):
        """client.yaml of this caller, with every broker there is now."""
        folder = self.client_folder(name)
        config = {"brokers": [self.url(broker) for broker in self.brokers], "caller": name}
        if not self.plain:
            config["tls"] = self.client_tls.get(name) or self.tls(name, relative=True)
        path = folder / "client.yaml"
        written = folder / "client.yaml.written"
        written.write_text(json.dumps(config, indent=1))
        written.replace(path)  # another mco of this caller may be reading it
        return path

    def tls(self, name=OPERATOR, relative=False):
        """The TLS files of a caller, as a configuration names them."""
        folder = pathlib.Path("tls") if relative else self.client_folder(name) / "tls"
        return {"ca": str(folder / f"{name}.ca.pem"), "certificate": str(folder / f"{name}.pem"),
                "key": str(folder / f"{name}.key")}

    def key_file(self, name=OPERATOR):
        return self.client_folder(name) / "keys" / f"{name}.key"

    def mco(self, *arguments, caller=OPERATOR, env=None, timeout=MCO_TIMEOUT_S, **options):
        """Runs mco as this caller against the rig's brokers."""
        config = {"MUSTER_CONFIG": str(self.client_config(caller))}
        return self.run(*arguments, env={**config, **(env or {})}, timeout=timeout, **options)

    def mqtt_client(self, name=OPERATOR, tls=None, broker=None, client_id=None):
        """A bare MQTT client with the certificate of this caller (or of a node, with tls=node.tls())."""
        from mqtt_probe import MqttProbe  # pylint: disable=import-outside-toplevel

        port = (broker or self.broker).port
        probe = MqttProbe(port, None if self.plain else (tls or self.tls(name)), client_id=client_id,
                          user_name=name if self.plain else None)
        self._probes.append(probe)
        return probe

    # ----- nodes

    def start_node(self, name, nrpe_cfg="", wait=True, **options):
        """Starts a checkagent and waits until its presence is up. Options: see Node."""
        node = Node(self, name, nrpe_cfg, **options)
        self.nodes.append(node)
        node.start()
        if wait:
            self.wait_for_presence(name, "up", node)
        return node

    def observe(self):
        """The probe that has seen every presence since it was first asked for."""
        if self._observer is None:
            self._observer = self.mqtt_client(OBSERVER)
            self._observer.subscribe("muster/1/presence/+")
        return self._observer

    def presence(self, name):
        """The last presence that was seen of this name, or None."""
        topic = f"muster/1/presence/{name}"
        seen = self.observe().matching(lambda message: message.topic == topic and message.payload)
        return json.loads(seen[-1].payload) if seen else None

    def wait_for_presence(self, name, state, node=None, timeout=20.0):
        def reached():
            if node is not None and not node.running():
                raise Failed(f"checkagent {name} ended instead of being {state}:\n{node.log}")
            presence = self.presence(name)
            return presence if presence and presence.get("state") == state else None

        return wait_until(reached, lambda: f"{name} is {state}; last {self.presence(name)}\n"
                                           f"{node.log if node else ''}", timeout)

    def wait_until_answered(self, name, node=None, timeout=20.0):
        """For fleets that the rig's observer cannot watch: waits until `mco ping` hears this node."""
        last = []

        def answered():
            if node is not None and not node.running():
                raise Failed(f"checkagent {name} ended:\n{node.log}")
            last[:] = [self.mco("ping", "-I", name, "-t", "1")]
            return name in last[0].stdout and last[0].returncode == 0

        wait_until(answered, lambda: f"{name} answers mco ping; last {last}\n{node.log if node else ''}", timeout)

    # ----- the end

    def logs(self):
        parts = []
        for path in sorted(self.folder.rglob("*.log")):
            text = path.read_text(encoding="utf-8", errors="replace")
            parts.append(f"--- {path.relative_to(self.folder)}\n{text[-8000:]}\n")
        return "".join(parts)

    def end(self):
        for probe in self._probes:
            probe.close()
        for node in self.nodes:
            node.end()
        for broker in self.brokers:
            broker.end()
        for port in self._ports:
            port.close()
        if self._own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)
