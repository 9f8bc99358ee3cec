# SPDX-License-Identifier: Apache-2.0
"""The NRDP sink into a server that behaves as NRDP's documented interface, in front of a real Nagios where that is the question."""

import json

import pytest
from nagios4 import Nagios4, host_definition, service_definition
from nrdp import Nrdp
from processes import wait_until
from sink_driver import SinkDriver, result


@pytest.fixture(name="started")
def list_of_what_ends():
    started = []
    yield started
    for one in reversed(started):
        one.end()


def start_nrdp(started, **options):
    nrdp = Nrdp(**options)
    started.append(nrdp)
    return nrdp.start()


def start_sink(started, nrdp, token="secret", **settings):
    sink = SinkDriver({"kind": "nrdp", "url": nrdp.url, "token_file": "token", "timeout": "3s", "apart": "0s", **settings},
                      ("token", token + "\n"))
    started.append(sink)
    return sink


def numbered(count):
    return [result(f"h{number % 5}", "count", 0, f"n={number}") for number in range(count)]


def must_be_complete_and_in_order(nrdp, count):
    first_tellings = list(dict.fromkeys(int(output[2:]) for _, _, _, output in nrdp.told()))
    assert first_tellings == list(range(count))


def test_results_go_in_batches_over_tls_that_is_verified(started):
    nrdp = start_nrdp(started, tls=True)
    stranger = start_nrdp(started, tls=True)
    sink = start_sink(started, nrdp, ca=str(nrdp.ca), batch=40)
    sink.feed(numbered(100))
    wary = start_sink(started, nrdp, ca=str(stranger.ca))
    wary.feed(numbered(3))
    assert sink.finish()["delivered"] == 100
    must_be_complete_and_in_order(nrdp, 100)
    assert 1 < max(len(post) for post in nrdp.posts) <= 40
    wary.wait_for(lambda state: "TLS" in state["trouble"], "it does not believe that server")
    assert wary.state["safe"] == 0


def test_another_token_is_said_and_loses_nothing(started):
    nrdp = start_nrdp(started)
    sink = start_sink(started, nrdp, token="another")
    sink.feed(numbered(10))
    sink.wait_for(lambda state: "authorized_tokens" in state["trouble"], "it says what is wrong")
    assert not nrdp.posts and not sink.state["working"]
    (sink.folder / "token").write_text("secret\n")
    assert sink.finish()["delivered"] == 10
    must_be_complete_and_in_order(nrdp, 10)


@pytest.mark.parametrize("answer", [
    (500, "away"), (200, "<html>welcome</html>"), (200, "{" * 1_000_000), (302, ""),
    (200, json.dumps({"result": {"status": 0, "message": "OK", "meta": {"output": "1 checks processed"}}})),
    (200, json.dumps({"result": {"status": -1, "message": "BAD CHECK RESULTS DIR"}}))])
def test_what_is_not_clearly_taken_is_told_again(started, answer):
    nrdp = start_nrdp(started)
    sink = start_sink(started, nrdp)
    sink.wait_for(lambda state: state["working"], "the server is there")
    nrdp.answer, nrdp.takes_first = answer, True
    sink.feed(numbered(10))
    sink.wait_for(lambda state: state["working"] is False, "it does not believe that answer")
    assert sink.state["safe"] == 0
    nrdp.answer = None
    assert sink.finish()["repeated"] > 0
    must_be_complete_and_in_order(nrdp, 10)


def test_a_server_that_goes_and_comes_back_gets_everything(started):
    nrdp = start_nrdp(started)
    sink = start_sink(started, nrdp, batch=5)
    sink.wait_for(lambda state: state["working"], "the server is there")
    nrdp.stop()
    sink.feed(numbered(50))
    sink.wait_for(lambda state: "no connection" in state["trouble"] or "no answer" in state["trouble"], "it sees that it is gone")
    nrdp.start()
    sink.finish()
    must_be_complete_and_in_order(nrdp, 50)


def test_no_post_holds_a_service_twice_while_nagios_may_not_have_read_the_first(started):
    nrdp = start_nrdp(started)
    sink = start_sink(started, nrdp, apart="1s")
    sink.feed([result("h1", "a", 0, "n=0"), result("h1", "b", 0, "n=1"), result("h1", "a", 1, "n=2"), result("h1", "c", 0, "n=3")])
    assert sink.finish()["delivered"] == 4
    must_be_complete_and_in_order(nrdp, 4)
    assert all(len({one[:2] for one in post}) == len(post) for post in nrdp.posts)


def test_nagios_reads_what_the_plugin_said(started):
    nagios = Nagios4(host_definition("web1") + service_definition("web1", "disk") + service_definition("web1", "empty"))
    started.append(nagios)
    nagios.start()
    nrdp = start_nrdp(started, spool=nagios.var / "spool", owner=nagios.user.pw_uid)
    sink = start_sink(started, nrdp)
    sink.feed([result("web1", "disk", 2, "C:\\new is full; a|b", perfdata="'C:\\'=99%", details="D:\\n\nlast"),
               result("web1", "empty", 1, ""), result("web1", "", 1, "gone since 10:00"),
               result("web1\nreturn_code=0", "disk"), result("web1", "disk\n\n")])
    assert sink.finish()["buried"] == 2
    wait_until(lambda: nagios.states()["web1", "disk"]["current_state"] == "2" and
               nagios.states()["web1", ""]["current_state"] == "1" and
               nagios.states()["web1", "empty"]["current_state"] == "1", lambda: nagios.log[-3000:])
    disk = nagios.states()["web1", "disk"]
    assert disk["plugin_output"] == "C:\\new is full: a¦b"
    assert disk["performance_data"] == "'C:\\'=99%"
    assert disk["long_plugin_output"].startswith("D:\\\\n\\nlast")
    assert nagios.states()["web1", ""]["plugin_output"] == "gone since 10:00"
