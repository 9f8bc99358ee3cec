# SPDX-License-Identifier: Apache-2.0
"""What the acl of `mco ca init` lets whom do, at a real mosquitto: the rights in docs/protocol.md."""

import socket
import ssl

import pytest
from processes import wait_until


@pytest.fixture
def web1(rig):
    """A bare client that speaks with the certificate of the node web1."""
    return client_of(rig, "web1")


def client_of(rig, name):
    folder = rig.folder / "nodes" / name
    rig.must_run("node", "add", name, "--ca-dir", rig.ca, "--out", folder)
    files = {"ca": "ca.pem", "certificate": "node.pem", "key": "node.key"}
    return rig.mqtt_client(name, tls={key: str(folder / "tls" / file) for key, file in files.items()})


def was_thrown_out(client):
    """mosquitto ends the connection of whoever publishes what it may not."""
    return bool(client.disconnects)


def publish_denied(client, topic):
    client.publish(topic, "forged", wait=False)
    wait_until(lambda: was_thrown_out(client), f"the broker refuses {topic}")


@pytest.mark.parametrize("topic", [
    "muster/1/presence/db1",
    "muster/1/result/db1",
    "muster/1/reply/alice@ops1/abc/db1",
    "muster/1/request/main",
    "muster/1/node/db1",
])
def test_a_node_cannot_publish_as_another(rig, web1, topic):
    ear = rig.observe()
    publish_denied(web1, topic)
    assert not ear.matching(lambda message: message.payload == b"forged")


@pytest.mark.parametrize("topic", [
    "muster/1/presence/web1",
    "muster/1/result/web1",
    "muster/1/reply/alice@ops1/abc/web1",
])
def test_a_node_can_publish_under_its_own_name(web1, topic):
    web1.publish(topic, "mine")
    assert not was_thrown_out(web1)


def test_an_operator_asks_the_fleet_and_hears_the_answers(rig, web1):
    alice = rig.mqtt_client()
    web1.subscribe("muster/1/request/main")
    alice.subscribe("muster/1/reply/alice@ops1/abc/+")
    alice.publish("muster/1/request/main", "hello")
    web1.wait_for(lambda message: message.payload == b"hello")
    web1.publish("muster/1/reply/alice@ops1/abc/web1", "answer")
    alice.wait_for(lambda message: message.payload == b"answer")


def test_an_operator_hears_no_answer_meant_for_another(bare_rig):
    bare_rig.operators = ("alice@ops1", "bob@ops1")
    bare_rig.start_broker()
    web1 = client_of(bare_rig, "web1")
    alice, bob = bare_rig.mqtt_client("alice@ops1"), bare_rig.mqtt_client("bob@ops1")
    bob.subscribe("muster/1/reply/alice@ops1/+/+")
    alice.subscribe("muster/1/reply/alice@ops1/+/+")
    web1.publish("muster/1/reply/alice@ops1/abc/web1", "answer")
    alice.wait_for(lambda message: message.payload == b"answer")
    assert not bob.messages


def test_the_broker_lets_nobody_in_without_a_certificate(rig):
    context = ssl.create_default_context(cafile=rig.tls()["ca"])
    with socket.create_connection(("127.0.0.1", rig.broker.port)) as plain, \
            context.wrap_socket(plain, server_hostname="127.0.0.1") as stranger, \
            pytest.raises(ssl.SSLError, match="(?i)certificate required"):
        stranger.recv(1)


def test_a_second_key_gets_its_rights_when_the_broker_reloads(rig):
    rig.add_operator("carol@ops2")
    rig.broker.reload()
    carol = rig.mqtt_client("carol@ops2")
    carol.publish("muster/1/request/main", "hello")
    assert not was_thrown_out(carol)
