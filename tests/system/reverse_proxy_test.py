# SPDX-License-Identifier: Apache-2.0
"""The page behind nginx and behind Apache, set up as the documentation says: signing in, other names, news at once."""

import http.client
import json
import re
import ssl
import urllib.parse

import pytest
from collector import Collector, web_with_token
from muster_rig import Rig
from ports import take_port
from processes import wait_until
from reverse_proxy import ReverseProxy

NAME = "muster.example.net"
TOKEN = "a-token-that-may-operate-things"
KINDS = ("nginx", "apache")


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        rig.collector = Collector(rig, settings={"web": web_with_token(rig, "alice@ops1", TOKEN, names=[NAME])})
        rig.broker.restart()  # it reads the rights of the collector when it starts
        rig.start_node("web1", "command[bad]=/usr/lib/nagios/plugins/check_dummy 2 'disk full'\n")
        rig.collector.start()
        rig.mco("nrpe", "bad")
        wait_until(lambda: rig.mco("status").returncode == 2, lambda: rig.collector.log)
        yield rig
        rig.collector.end()


@pytest.fixture(scope="module", params=KINDS)
def proxy(fleet, request):
    port = take_port()
    own = fleet.ca / "broker"
    changes = {"http://127.0.0.1:8066": fleet.collector.address, "/etc/ssl/muster.pem": str(own / "server.pem"),
               "/etc/ssl/private/muster.key": str(own / "server.key"),
               **({"443 ssl": f"127.0.0.1:{port.number} ssl"} if request.param == "nginx" else {"*:443": f"127.0.0.1:{port.number}"})}
    started = ReverseProxy(request.param, fleet.folder, port.number, changes)
    yield started
    started.end()
    port.close()


def connect(fleet, proxy):
    context = ssl.create_default_context(cafile=fleet.ca / "broker" / "ca.pem")
    context.check_hostname = False  # its certificate is the broker's
    return http.client.HTTPSConnection("127.0.0.1", proxy.port, timeout=20, context=context)


def ask(fleet, proxy, path, method="GET", body=None, name=NAME, **headers):
    connection = connect(fleet, proxy)
    connection.request(method, path, body, {"Host": name, **{key.replace("_", "-"): value for key, value in headers.items()}})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, answer.headers, text


def cookie_in(headers):
    return headers["Set-Cookie"].partition(";")[0]


def test_somebody_signs_in_and_the_cookie_is_for_tls_only(fleet, proxy):
    status, headers, page = ask(fleet, proxy, "/login")
    assert status == 200, proxy.errors
    key = re.search(r'name="form_key" value="([^"]+)"', page)[1]
    form = urllib.parse.urlencode({"form_key": key, "token": TOKEN, "back": "/"})
    status, headers, page = ask(fleet, proxy, "/login", "POST", form, Origin=f"https://{NAME}", Cookie=cookie_in(headers),
                                Content_Type="application/x-www-form-urlencoded")
    assert status == 303, page
    assert headers["Location"] == "/"
    cookies = headers.get_all("Set-Cookie")
    assert all("; Secure" in cookie for cookie in cookies), cookies
    status, _, page = ask(fleet, proxy, "/", Cookie="; ".join(cookie.partition(";")[0] for cookie in cookies))
    assert status == 200, cookies
    assert "alice@ops1" in page
    assert "disk full" in page


def test_nobody_looks_without_a_token_or_by_another_name(fleet, proxy):
    assert "disk full" not in ask(fleet, proxy, "/")[2]
    assert ask(fleet, proxy, "/api/v1/services")[0] == 401
    assert ask(fleet, proxy, "/", name="other.example.net")[0] == 421


def test_news_come_through_at_once(fleet, proxy):
    connection = connect(fleet, proxy)
    authorization = {"Authorization": f"Bearer {TOKEN}"}
    connection.request("GET", "/events/stream", headers={"Host": NAME, **authorization})
    stream = connection.getresponse()
    assert stream.headers["Content-Type"].startswith("text/event-stream")
    body = json.dumps({"node": "web1", "check": "bad", "comment": "is ordered"})
    status, _, text = ask(fleet, proxy, "/api/v1/acknowledge", "POST", body, Content_Type="application/json", **authorization)
    assert status == 200, text
    line = stream.readline()
    while line and not line.startswith(b"data:"):
        line = stream.readline()
    assert line.startswith(b"data:"), "nothing came before the proxy hung up"
    connection.close()
