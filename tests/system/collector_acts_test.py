# SPDX-License-Identifier: Apache-2.0
"""What operators do to a collector: one form is one store, and all that is done is on record, whatever else is."""

import http.cookiejar
import json
import re
import sqlite3
import urllib.error
import urllib.parse
import urllib.request

import pytest
from collector import Collector, web_with_token
from muster_rig import Rig
from processes import wait_until

TOKEN = "alice-operates-with-this-token"
BAD = ("bad1", "bad2", "bad3")
CHECKS = "".join(f"command[{check}]=/bin/echo not well; exit 2\n" for check in BAD)
ON = [("on", f"web1/{check}") for check in BAD]


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        settings = {"audit": "changes", "web": web_with_token(rig, "alice", TOKEN)}
        rig.collector = Collector(rig, settings=settings)
        rig.broker.restart()  # it reads the rights of the collector when it starts
        rig.start_node("web1", CHECKS)
        rig.collector.start()
        wait_until(lambda: rig.mco("status", timeout=30).returncode == 0, lambda: rig.collector.log)
        for check in BAD:
            rig.mco("nrpe", check)
        rig.collector.wait_for(lambda: rig.collector.results() == {"web1": len(BAD)}, "every check has given a result")
        yield rig
        rig.collector.end()


class Page:
    """The collector's page as a browser with a session has it."""

    def __init__(self, address):
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)
        self.form("/login", [("token", TOKEN), ("back", "/")], page="/login")

    def get(self, path, data=None):
        try:
            with self.opener.open(self.address + path, data, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def form(self, path, fields, page="/"):
        key = re.search(r'name="form_key" value="([^"]+)"', self.get(page)[1]).group(1)
        return self.get(path, urllib.parse.urlencode([("form_key", key), *fields]).encode())


def acknowledged(fleet):
    told = json.loads(fleet.mco("status", "--json", timeout=30).stdout)
    return sorted(one["check"] for one in told["services"] if "acknowledgement" in one)


def on_record(fleet):
    lines = (fleet.collector.folder / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def outcomes_after(fleet, count):
    return [(line["action"], line["status"], line["message"]) for line in on_record(fleet)[count:] if line["event"] == "outcome"]


def change_tables(fleet, sql):
    connection = sqlite3.connect(fleet.collector.database, timeout=10)
    with connection:
        connection.execute(sql)
    connection.close()


def test_what_mco_does_is_on_record_with_audit_changes_and_what_it_only_asks_is_not(fleet):
    assert fleet.mco("ack", "web1", "bad1", "-m", "on it", timeout=30).returncode == 0, "no policy is needed for that"
    assert fleet.mco("unack", "web1", "bad1", timeout=30).returncode == 0
    made = fleet.mco("downtime", "add", "-I", "web1", "-m", "kernel", timeout=30).stdout
    name = re.search(r"Downtime (\w+) is set", made).group(1)
    assert fleet.mco("downtime", "remove", name, timeout=30).returncode == 0
    fleet.mco("history", "web1", timeout=30)
    acts = ["acknowledge", "unacknowledge", "downtime", "remove_downtime"]
    assert [line["action"] for line in on_record(fleet)] == [act for act in acts for _ in ("request", "outcome")]


def test_a_form_of_which_one_is_not_known_does_nothing(fleet):
    before = len(on_record(fleet))
    status, text = Page(fleet.collector.address).form("/do/acknowledge", [*ON, ("on", "web1/nosuch"), ("comment", "on it")])
    why = "nothing is done of any of the 4: nothing is known of nosuch of web1"
    assert (status, why in text) == (404, True), text
    assert acknowledged(fleet) == []
    assert outcomes_after(fleet, before) == [("acknowledge", 1, why)] * 4


def test_a_form_that_fails_in_the_middle_of_its_store_does_nothing_and_is_done_when_there_is_room(fleet):
    before = len(on_record(fleet))
    page = Page(fleet.collector.address)
    change_tables(fleet, "CREATE TRIGGER no_room BEFORE INSERT ON event WHEN NEW.service = 'bad2' "
                         "BEGIN SELECT RAISE(ABORT, 'no room'); END")
    status, text = page.form("/do/acknowledge", [*ON, ("comment", "on it")])
    assert (status // 100, "nothing is done of any of the 3: it cannot be stored" in text) == (5, True), text
    assert [one[:2] for one in outcomes_after(fleet, before)] == [("acknowledge", 1)] * 3
    assert fleet.collector.rows("SELECT * FROM care WHERE kind = 'acknowledgement'") == []
    change_tables(fleet, "DROP TRIGGER no_room")
    wait_until(lambda: "results can be stored again" in fleet.collector.log, lambda: fleet.collector.log, timeout=30)
    assert acknowledged(fleet) == []
    status, text = page.form("/do/acknowledge", [*ON, ("comment", "on it")])
    assert (status, "3 problems acknowledged." in text) == (200, True), text
    assert acknowledged(fleet) == sorted(BAD)
    assert len(fleet.collector.rows("SELECT * FROM care WHERE kind = 'acknowledgement'")) == 3
