# SPDX-License-Identifier: Apache-2.0
"""Ways to ask a rig's fleet: by mco with its JSON read, by mco in the background, by bytes that this side signs."""

import contextlib
import json
import pathlib
import subprocess

import jsonschema
import wire
from muster_rig import OPERATOR

OK = "/usr/lib/nagios/plugins/check_dummy 0 fine"
MAIN = "muster/1/request/main"
SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "docs" / "json"


def validated(name, text):
    """The JSON document in `text`, which must be as docs/json says."""
    document = json.loads(text)
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    return document


class Told:
    """What `mco … --json` printed."""

    def __init__(self, result):
        self.result = result
        self.status = result.returncode
        try:
            self.json = json.loads(result.stdout)
        except ValueError:
            raise AssertionError(f"no JSON: {result}") from None

    def node(self, name):
        found = [node for node in self.json["nodes"] if node["name"] == name]
        assert len(found) == 1, f"{name} in {self.json}"
        return found[0]

    def run(self, name, check=None):
        """One result of a node that was done."""
        node = self.node(name)
        runs = [run for run in node.get("results", []) if check in (None, run["check"])]
        assert len(runs) == 1, f"a run of {check} on {name} in {self.json}; {self.result.stderr}"
        return runs[0]

    def fates(self):
        return {node["name"]: node["fate"] for node in self.json["nodes"]}

    def stats(self):
        return self.json["stats"]


def told(rig, *arguments, **options):
    return Told(rig.mco(*arguments, "--json", **options))


@contextlib.contextmanager
def mco_in_background(rig, *arguments, caller=OPERATOR):
    """A running mco; finish() waits for it and returns a CompletedProcess."""
    environment = rig.environment(MUSTER_CONFIG=str(rig.client_config(caller)))
    command = [str(rig.bin / "mco"), *map(str, arguments)]
    with subprocess.Popen(command, env=environment, text=True, encoding="utf-8", errors="surrogateescape",
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:

        def finish(timeout=60):
            out, err = process.communicate(timeout=timeout)
            return subprocess.CompletedProcess(command, process.returncode, out, err)

        process.finish = finish
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


class RawCaller:
    """Signs and sends requests without mco, and hears the answers."""

    def __init__(self, rig, caller=OPERATOR, key=None):
        self.caller = caller
        self.key = key or wire.signing_key(rig.key_file(caller))
        self.client = rig.mqtt_client(caller)
        self.client.subscribe(f"muster/1/reply/{caller}/+/+")

    def seal(self, text):
        return wire.seal(self.key, self.caller, text)

    def publish(self, payload, topic=MAIN, **options):
        self.client.publish(topic, payload, **options)

    def answers(self, request_id):
        """Every answer so far with this id."""
        found = []
        for message in self.client.messages:
            with contextlib.suppress(ValueError):
                answer = json.loads(message.payload)
                if answer.get("id") == request_id:
                    found.append(answer)
        return found

    def final_answer(self, request_id):
        from processes import wait_until  # pylint: disable=import-outside-toplevel

        return wait_until(lambda: [one for one in self.answers(request_id) if one["outcome"] != "running"],
                          lambda: f"an answer to {request_id}; came {self.client.messages[-5:]}")[0]

    def ask(self, text, topic=MAIN, **options):
        """Sends the body and returns the first final answer."""
        _, request_id, payload = self.seal(text)
        self.publish(payload, topic, **options)
        return self.final_answer(request_id)


class PretendedNode:
    """A bare client with the certificate of a node, which says what no checkagent would."""

    def __init__(self, rig, name):
        self.name = name
        folder = rig.folder / "pretended" / name
        rig.must_run("node", "add", name, "--ca-dir", rig.ca, "--out", folder)
        files = {"ca": "ca.pem", "certificate": "node.pem", "key": "node.key"}
        self.client = rig.mqtt_client(name, tls={key: str(folder / "tls" / file) for key, file in files.items()})
        self.client.subscribe(MAIN)
        self.client.subscribe(f"muster/1/node/{name}")

    def presence(self, **changes):
        fields = {"name": self.name, "state": "up", "instance": "pretended", "collectives": ["main"],
                  "agents": ["nrpe", "rpcutil"], "facts": {}, "classes": [], "version": "0", "epoch": 1, "seq": 0,
                  "health": []}
        return {**fields, **changes}

    def announce(self, **changes):
        self.client.publish(f"muster/1/presence/{self.name}", self.presence(**changes), retain=True)

    def next_request(self, seen=0):
        """(caller, session, id) of the next request that it hears."""
        message = self.client.wait_for(
            lambda message: message.payload.startswith(b"muster1 ") and message in self.client.messages[seen:],
            "a request")
        return message.payload.split(b"\n")[0].decode().split()[1:4]

    def done(self, request_id, output="all fine", check="ok", **changes):
        """An answer of agent nrpe."""
        data = {"command": check, "exitcode": 0, "output": output, "details": "", "perfdata": ""}
        return {"id": request_id, "node": self.name, "now": wire.now_ms(), "outcome": "done", "status": 0, "data": data,
                **changes}

    def reply(self, caller, session, payload):
        self.client.publish(f"muster/1/reply/{caller}/{session}/{self.name}", payload)
