# SPDX-License-Identifier: Apache-2.0
"""A fleet whose results one nagios-bridge tells to a real Nagios 4 and a real Icinga 2 at the same time.

Nodes are called h001, h002, …, their checks svc1, svc2, …. Each run of a check says something that no other run of it says:
so each can be found again wherever it was told."""

import contextlib
import json

from bridge import NAME, Bridge
from icinga2 import NODE, USER, Icinga2
from muster_rig import Rig
from nagios4 import Nagios4, counted_objects
from recording_proxy import RecordingProxy

# It counts in a file. Two runs at once (one whose asker has died, and the next) may read the same number: hence the pid.
COUNTING = "read n 2>/dev/null <$1\nn=$((n+1))\necho $n >$1\necho run $n by $$\nexit $((n%4))\n"


class TwoMonitors:
    """All of it, in one `with`. Ends all that it started, by its own pids."""

    def __init__(self, nodes, checks, through_proxy=False, bridge=None, node_options=None):
        self.names = [f"h{number:03}" for number in range(1, nodes + 1)]
        self.checks = [f"svc{number}" for number in range(1, checks + 1)]
        self._through_proxy = through_proxy
        self._bridge_settings = bridge or {}
        self._node_options = node_options or {}  # by name
        self._ends = contextlib.ExitStack()
        self.rig = self.nagios = self.icinga = self.proxy = self.bridge = None

    def __enter__(self):
        with self._ends:
            self._start()
            self._ends = self._ends.pop_all()  # all went well: they end with us
        return self

    def __exit__(self, *failure):
        return self._ends.__exit__(*failure)

    def _start(self):
        self.rig = self._ends.enter_context(Rig())
        self.nagios = Nagios4(counted_objects(len(self.names), len(self.checks)))
        self._ends.callback(self.nagios.end)
        self.nagios.start()
        self.icinga = Icinga2(hosts=len(self.names), services=len(self.checks))
        self._ends.callback(self.icinga.end)
        self.icinga.start()
        if self._through_proxy:
            self.proxy = RecordingProxy(self.icinga, reading=str)
            self._ends.callback(self.proxy.end)
        self.rig.start_broker()
        self.bridge = Bridge(self.rig, NAME, sinks=self._sinks(), settings=self._bridge_settings)
        self._ends.callback(self.bridge.end)
        self.rig.broker.restart()  # it reads the rights of the bridge when it starts
        for name in self.names:
            self.rig.start_node(name, self._counting_checks(name), wait=False, **self._node_options.get(name, {}))
        for node in self.rig.nodes:
            self.rig.wait_for_presence(node.name, "up", node)
        self.bridge.start()
        self.bridge.wait_for(lambda: self.bridge.status().get("connected"), "it is connected")

    def _counting_checks(self, node):
        folder = self.rig.folder / f"counters-{node}"
        folder.mkdir()
        script = folder / "count.sh"
        script.write_text(COUNTING)
        return "".join(f"command[{check}]=/bin/sh {script} {folder / check}\n" for check in self.checks)

    def _sinks(self):
        var, icinga = self.nagios.var, self.icinga
        port = self.proxy.port if self.proxy else icinga.port
        return [{"kind": "nagios", "command_file": str(self.nagios.pipe), "status_file": str(var / "status.dat"),
                 "retention_file": str(var / "retention.dat"), "object_cache": str(var / "objects.cache"),
                 "work_dir": str(self.nagios.folder / "batches"), "group": self.nagios.group, "save_every": "500ms",
                 "batch": "100"},
                {"kind": "icinga2", "url": f"https://127.0.0.1:{port}", "ca": str(icinga.ca), "server_name": NODE, "user": USER,
                 "password_file": str(icinga.password_file), "timeout": "5s"}]

    # ----- asking the nodes

    def run_checks(self, *words, timeout="3"):
        """Has the fleet run its checks, if it can be reached; how many results came back."""
        answer = self.rig.mco("nrpe", "--all", "-t", timeout, "--json", *words, timeout=60)
        nodes = json.loads(answer.stdout).get("nodes", []) if answer.stdout else []
        return sum(len(node.get("results", [])) for node in nodes)

    def heads(self):
        """Where each node's own recorder ends."""
        answer = self.rig.mco("rpc", "recorder", "head", "--json", timeout=60)
        replies = json.loads(answer.stdout)["replies"] if answer.stdout else []
        return {reply["sender"]: (reply["data"]["epoch"], reply["data"]["seq"]) for reply in replies}

    def recorded(self):
        """{(node, check): [(state, output), …]}, all that the nodes' recorders hold, in their order."""
        found = {}
        for name in self.names:
            for one in self._history(name):
                found.setdefault((name, one["check"]), []).append((one["state"], one["summary"]))
        return found

    def _history(self, name):
        results, epoch, seq, more = [], 0, 0, True
        while more:
            answer = self.rig.mco("rpc", "recorder", "since", f"epoch={epoch}", f"seq={seq}", "-I", name, "--json")
            page = json.loads(answer.stdout)["replies"][0]["data"]
            assert not page["gap"]
            results += page["results"]
            epoch, seq = (results[-1]["epoch"], results[-1]["seq"]) if results else (0, 0)
            more = page["more"]
        return results

    # ----- what the monitors show

    def shown_by_nagios(self):
        return {key: (int(values["current_state"]), values["plugin_output"])
                for key, values in self.nagios.states().items() if key[1]}

    def shown_by_icinga(self):
        found = {}
        for name, values in self.icinga.services().items():
            last = values["last_check_result"]
            found[tuple(name.split("!"))] = (int(values["state"]), last["output"] if last else "")
        return found

    def sink(self, name):
        """What the bridge says of it."""
        return next(sink for sink in self.bridge.status()["sinks"] if sink["name"] == name)
