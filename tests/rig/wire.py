# SPDX-License-Identifier: Apache-2.0
"""Requests as bytes, signed by a second implementation (PyNaCl), for tests that speak to a node without mco."""

import base64
import json
import pathlib
import secrets
import time

import nacl.signing


def signing_key(key_file):
    """Reads NAME.key: `muster-ed25519-secret BASE64 NAME`; the secret is libsodium's 64 bytes, seed first."""
    for line in pathlib.Path(key_file).read_text(encoding="ascii").splitlines():
        if line.startswith("muster-ed25519-secret "):
            return nacl.signing.SigningKey(base64.b64decode(line.split()[1])[:32])
    raise ValueError(f"{key_file} holds no key")


def new_signing_key():
    return nacl.signing.SigningKey.generate()


def public_line(key, caller):
    return f"muster-ed25519 {base64.b64encode(bytes(key.verify_key)).decode()} {caller}\n"


def now_ms(offset_s=0.0):
    """A time as the messages hold it: milliseconds since 1970."""
    return int((time.time() + offset_s) * 1000)


def random_word(length=16):
    return "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(length))


def body(agent="nrpe", action="runcommand", to=None, sent=None, **changes):
    """The body of a request to collective main; every field can be changed."""
    fields = {
        "to": to or {"collective": "main"},
        "agent": agent,
        "action": action,
        "data": {},
        "filter": {},
        "sent": now_ms() if sent is None else sent,
        "ttl": 60000,
        "wait": 10000,
        "reply": "all",
        "splay": 0,
    }
    return {**fields, **changes}


def seal(key, caller, text, session=None, request_id=None):
    """(session, id, payload) of a signed request; `text` is the body as dict or as bytes."""
    session = session or random_word()
    request_id = request_id or random_word()
    if isinstance(text, dict):
        text = json.dumps(text)
    if isinstance(text, str):
        text = text.encode()
    header = f"muster1 {caller} {session} {request_id}".encode()
    signature = key.sign(header + b"\n" + text).signature
    return session, request_id, header + b" " + base64.b64encode(signature) + b"\n" + text
