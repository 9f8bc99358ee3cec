# SPDX-License-Identifier: Apache-2.0
"""A bare MQTT 5 client for tests: sees what goes over the wire and can say what no program of ours would."""

import collections
import json
import ssl
import threading
import uuid

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from processes import Failed, wait_until

Received = collections.namedtuple("Received", "topic payload qos retain expiry")


class MqttProbe:
    """Connected from the moment it exists until close(). Messages gather in `messages`, in order of arrival."""

    def __init__(self, port, tls=None, host="127.0.0.1", client_id=None, user_name=None):
        self.messages = []
        self.disconnects = []
        self._changed = threading.Condition()
        self._connected = threading.Event()
        self._acknowledged = {}
        self._client = mqtt.Client(client_id or f"probe-{uuid.uuid4().hex[:12]}", protocol=mqtt.MQTTv5)
        if user_name:
            self._client.username_pw_set(user_name)
        if tls:
            context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=tls["ca"])
            context.load_cert_chain(tls["certificate"], tls["key"])
            self._client.tls_set_context(context)
        self._client.max_queued_messages_set(0)
        self._client.max_inflight_messages_set(60000)
        self._client.on_message = self._on_message
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_subscribe = self._on_acknowledged
        self._client.on_publish = self._on_acknowledged
        self._client.connect(host, port, keepalive=60)
        self._client.loop_start()
        if not self._connected.wait(10):
            self.close()
            raise Failed(f"no MQTT connection to port {port}: {self.disconnects}")

    def _on_connect(self, _client, _userdata, _flags, reason, _properties):
        if reason == 0:
            self._connected.set()
        else:
            self.disconnects.append(str(reason))

    def _on_disconnect(self, _client, _userdata, reason, _properties=None):
        self.disconnects.append(str(reason))

    def _on_acknowledged(self, _client, _userdata, message_id, *rest):
        with self._changed:
            self._acknowledged[message_id] = [str(code) for code in rest[0]] if rest else []
            self._changed.notify_all()

    def _on_message(self, _client, _userdata, message):
        expiry = getattr(message.properties, "MessageExpiryInterval", None)
        with self._changed:
            self.messages.append(Received(message.topic, message.payload, message.qos, message.retain, expiry))
            self._changed.notify_all()

    def _wait_acknowledged(self, message_id, what):
        with self._changed:
            if not self._changed.wait_for(lambda: message_id in self._acknowledged, 10):
                raise Failed(f"the broker did not acknowledge {what}; disconnects: {self.disconnects}")
            return self._acknowledged[message_id]

    def subscribe(self, topic_filter, qos=1):
        _, message_id = self._client.subscribe(topic_filter, qos)
        return self._wait_acknowledged(message_id, f"the subscription {topic_filter}")

    def publish(self, topic, payload, qos=1, retain=False, expiry=None, wait=True):
        properties = Properties(PacketTypes.PUBLISH)
        if expiry is not None:
            properties.MessageExpiryInterval = expiry
        if isinstance(payload, (dict, list)):
            payload = json.dumps(payload)
        sent = self._client.publish(topic, payload, qos, retain, properties)
        if wait and qos > 0:
            self._wait_acknowledged(sent.mid, f"a message to {topic}")

    def matching(self, predicate):
        with self._changed:
            return [message for message in self.messages if predicate(message)]

    def wait_for(self, predicate, what="a message", timeout=15.0):
        """The first message, past or future, for which predicate holds."""
        return wait_until(lambda: self.matching(predicate), lambda: f"{what}; came: {self.messages[-20:]}", timeout)[0]

    def close(self):
        self._client.disconnect()
        self._client.loop_stop()
