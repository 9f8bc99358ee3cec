# SPDX-License-Identifier: Apache-2.0
"""The collector's page as people use it: a real Chromium on a real fleet. What it looked like is kept beside the results."""

import json
import math
import re

import pytest
from browser import TELEPHONE, WIDE, Browser
from collector import Collector, web_with_token
from collector_past import give_numbers, give_states
from muster_rig import Rig
from processes import wait_until

TOKEN = "alice-operates-with-this-token"
LOAD = "OK - load average: 0.42, 0.51, 0.38 | load1=0.42;15;30;0 load5=0.51;10;25;0 load15=0.38;5;20;0"
CHECKS = {
    "check_disk": ("DISK OK - free space: / 21408 MB (54%); /srv 190 GB (61%)", "/=18041MB;31560;35505;0;39450 /srv=121GB;250;280;0;311"),
    "check_http": ("HTTP OK: HTTP/1.1 200 OK - 4213 bytes in 0.031 second response time", "time=0.031s;1;5;0;10 size=4213B;;;0"),
    "check_load": tuple(LOAD.split(" | ")),
    "check_ntp": ("NTP OK: Offset 0.0004 secs", "offset=0.0004s;0.5;1"),
    "check_backup": ("OK - last backup 4 h ago, 31 GB", "age=14400s;90000;180000 size=31GB"),
}
FULL = ("DISK CRITICAL - free space: / 21408 MB (54%); /srv 2 GB (0.7%)\n/dev/mapper/vg0-srv 311G 309G 2.0G 100% /srv\n"
        "largest: /srv/postgresql/14/main/pg_wal 188G | /=18041MB;31560;35505;0;39450 /srv=309GB;250;280;0;311")
SLOW = "HTTP WARNING: HTTP/1.1 200 OK - 4213 bytes in 3.871 second response time | time=3.871s;1;5;0;10 size=4213B;;;0"
SETTINGS = {
    "schedules": [{"name": "all", "all": True, "every": "2s", "splay": "0s", "timeout": "1s", "max_attempts": 1}],
    "state": {"flapping": False, "retry": "1s"},
}
PAGES = {"problems": "/", "node": "/nodes/db1", "check": "/checks/check_load", "service": "/nodes/db1/check_disk",
         "nodes": "/nodes", "checks": "/checks", "events": "/events", "downtimes": "/downtimes"}


def set_check(node, check, state, text):
    (node.folder / f"{check}.text").write_text(text + "\n")
    (node.folder / f"{check}.state").write_text(f"{state}\n")


def start_node(rig, name, location):
    folder = rig.folder / "nodes" / name
    checks = "".join(f"command[{check}]=cat {folder}/{check}.text; exit `cat {folder}/{check}.state`\n" for check in CHECKS)
    node = rig.start_node(name, checks, facts={"location": location}, settings={"announce": ["location"]})
    for check, (said, perfdata) in CHECKS.items():
        set_check(node, check, 0, f"{said} | {perfdata}")
    return node


def wave(middle, swing, phase=0.0):
    return lambda second: max(0.0, middle + swing * (math.sin(second / 5400 + phase) + 0.3 * math.sin(second / 731 + phase)))


def give_a_past(collector):
    for place, name in enumerate(("db1", "web1", "web2")):
        give_numbers(collector, name, "check_load", {
            "load1": ("", "15", "30", wave(4 + place, 3, place)), "load5": ("", "10", "25", wave(3.5 + place, 2, place)),
            "load15": ("", "5", "20", wave(3 + place, 1, place))})
        give_numbers(collector, name, "check_disk", {
            "/": ("B", "31560e6", "35505e6", wave(18e9, 1e9)), "/srv": ("B", "250e9", "280e9", lambda s: 2e11 + s * 1.2e6)})
    give_numbers(collector, "@fleet", "check_load", {
        "ok": ("", "", "", lambda second: 2 if 30000 < second < 40000 else 3),
        "warning": ("", "", "", lambda second: 1 if 30000 < second < 36000 else 0),
        "critical": ("", "", "", lambda second: 1 if 36000 <= second < 40000 else 0),
        "unknown": ("", "", "", lambda _: 0), "missing": ("", "", "", lambda _: 0),
        "median": ("s", "", "", wave(0.012, 0.004)), "p95": ("s", "", "", wave(0.02, 0.006)),
        "max": ("s", "", "", wave(0.03, 0.01))})
    give_numbers(collector, "@values", "check_load", {
        "load1 median": ("", "15", "30", wave(5, 2)), "load1 p95": ("", "15", "30", wave(8, 3)),
        "load1 max": ("", "15", "30", wave(10, 4))})


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        rig.collector = Collector(rig, settings={**SETTINGS, "web": web_with_token(rig, "alice", TOKEN)})
        rig.broker.restart()  # it reads the rights of the collector when it starts
        rig.node_of = {name: start_node(rig, name, "de" if name == "db1" else "uk") for name in ("db1", "web1", "web2")}
        give_a_past(rig.collector)
        rig.collector.start()
        rig.collector.wait_for(lambda: len(services(rig)) == 15, "every check has given a result")
        rig.collector.stop()
        give_states(rig.collector, "db1", "check_disk", [
            (60, 0, 1, "DISK WARNING"), (52, 1, 0, "DISK OK"), (20, 0, 1, "DISK WARNING - free space: /srv 20 GB (7%)"),
            (18, 1, 2, "DISK CRITICAL - free space: /srv 9 GB (3%)"), (17, 2, 0, "DISK OK - free space: /srv 190 GB (61%)")])
        rig.collector.start()
        set_check(rig.node_of["db1"], "check_disk", 2, FULL)
        set_check(rig.node_of["web1"], "check_http", 1, SLOW)
        wait_until(lambda: len(problems(rig)) == 2, lambda: rig.collector.log, timeout=30)
        yield rig
        rig.collector.end()


@pytest.fixture(scope="module")
def page(fleet):
    with Browser() as browser:
        tab = browser.page()
        tab.open(fleet.collector.address + "/")
        tab.wait_for_path("/login")
        tab.screenshot("login")
        tab.type("#login [name=token]", TOKEN)
        tab.press("Enter")
        tab.wait_for_path("/")
        yield tab


@pytest.fixture(autouse=True)
def as_it_was(page, fleet):
    """Each test begins on the problems page of a bright, wide screen."""
    page.resize(WIDE, 900)
    page.prefer("light")
    page.open(fleet.collector.address + "/")


def services(rig):
    return {(one["node"], one["check"]): one for one in told(rig, "status", "--all").get("services", [])}


def problems(rig):
    return {key: one for key, one in services(rig).items() if one["state"] != "OK"}


def told(rig, *words):
    result = rig.mco(*words, "--json", timeout=30)
    return json.loads(result.stdout) if result.stdout else {}


def keys_of_rows(page):
    return page.run("[...document.querySelectorAll('.row')].filter(row => row.getClientRects().length).map(row => row.dataset.key)")


def follows(page):
    page.wait_for("document.getElementById('pulse').textContent === 'live'", "the page follows")


def test_problems_come_first_and_the_worst_of_them_at_the_top(page):
    assert keys_of_rows(page)[:2] == ["db1/check_disk", "web1/check_http"]
    assert page.run("document.title") == "(2) Problems · Muster"
    assert "/srv 2 GB (0.7%)" in page.text("#list")
    top = page.run("document.querySelector('#list .row').getBoundingClientRect().top")
    assert 0 < top < 400, "on the first screen"


def test_a_filter_narrows_and_stands_in_the_address(page):
    page.type("#filter [name=filter]", "location=uk")
    page.press("Enter")
    page.wait_for("location.search", "the form is sent")
    page.wait_for_path("/")
    assert page.address().endswith("/?filter=location%3Duk&node=&check=") or "filter=location%3Duk" in page.address()
    assert keys_of_rows(page) == ["web1/check_http"]
    page.open(page.address())
    assert keys_of_rows(page) == ["web1/check_http"], "whoever is given the address sees the same"


def test_a_filter_that_cannot_be_read_is_told_and_kept(page):
    page.type("#filter [name=filter]", "location=/uk(/")
    page.press("Enter")
    page.wait_for("document.querySelector('.complaint')", "a complaint")
    assert "location" in page.text(".complaint")
    assert page.run("document.querySelector('#filter [name=filter]').value") == "location=/uk(/"


def test_a_change_appears_by_itself_and_what_was_typed_stays(page, fleet):
    follows(page)
    page.run("window.__sameDocument = true")
    page.resize(WIDE, 400)
    page.run("scrollTo(0, 150)")
    page.type("#care [name=comment]", "half a sen")
    page.run("document.querySelector('input[name=on][value=\"db1/check_disk\"]').click()")
    set_check(fleet.node_of["web2"], "check_ntp", 2, "NTP CRITICAL: No response from NTP server ntp1.uk")
    page.wait_for("document.querySelector('[data-key=\"web2/check_ntp\"]')", "the new problem", timeout=30)
    assert page.run("window.__sameDocument"), "nobody has loaded the page again"
    assert page.run("document.querySelector('#care [name=comment]').value") == "half a sen"
    assert page.run("document.querySelector('input[name=on][value=\"db1/check_disk\"]').checked")
    assert page.text("#chosen") == "1 chosen"
    assert page.run("scrollY") >= 150, "and nobody's place is lost"
    assert page.run("document.title").startswith("(3) ")
    set_check(fleet.node_of["web2"], "check_ntp", 0, "NTP OK: Offset 0.0004 secs | offset=0.0004s;0.5;1")
    page.wait_for("!document.querySelector('[data-key=\"web2/check_ntp\"]')", "it is over", timeout=30)


def test_many_changes_are_few_looks(page, fleet):
    """Fifteen checks change in one turn of the schedule; a page looks twice for them, not fifteen times."""
    follows(page)
    before = len(page.events("Network.requestWillBeSent"))
    for node in fleet.node_of.values():
        for check in ("check_ntp", "check_backup"):
            set_check(node, check, 3, "UNKNOWN - for a moment")
    page.wait_for("document.title.startsWith('(8) ')", "six more problems", timeout=30)
    looks = [one for one in page.events("Network.requestWillBeSent")[before:] if one["type"] == "Fetch"]
    assert 1 <= len(looks) <= 6, looks
    for node in fleet.node_of.values():
        for check in ("check_ntp", "check_backup"):
            set_check(node, check, 0, " | ".join(CHECKS[check]))
    page.wait_for("document.title.startsWith('(2) ')", "it is over", timeout=30)


def test_a_problem_is_acknowledged_from_the_page_and_that_is_on_record(page, fleet):
    page.click("input[name=on][value='web1/check_http']")
    page.type("#care [name=comment]", "restarting apache")
    page.click("button[formaction='/do/acknowledge']")
    page.wait_for("document.querySelector('.notice')", "what was done is said")
    assert page.text(".notice") == "1 problem acknowledged."
    known = services(fleet)[("web1", "check_http")]["acknowledgement"]
    assert (known["caller"], known["comment"]) == ("alice", "restarting apache")
    lines = [json.loads(line) for line in (fleet.collector.folder / "audit.jsonl").read_text().splitlines()]
    about = [(line["event"], line["action"], line.get("outcome")) for line in lines if line.get("session") == "web"]
    assert about == [("request", "acknowledge", None), ("outcome", "acknowledge", "done")]
    page.open(fleet.collector.address + "/nodes/web1/check_http")
    assert "alice: restarting apache" in page.text("#subject")


def test_a_downtime_is_set_from_the_page(page, fleet):
    page.open(fleet.collector.address + "/nodes/web2")
    page.type("#care [name=comment]", "new kernel")
    page.click("button[formaction='/do/downtime']")
    page.wait_for("document.querySelector('.notice')", "what was done is said")
    [downtime] = told(fleet, "downtime", "list")["downtimes"]
    assert (downtime["caller"], downtime["nodes"], downtime["comment"]) == ("alice", ["web2"], "new kernel")
    page.open(fleet.collector.address + "/downtimes")
    assert "new kernel" in page.text("#list")


COLOURS = """Promise.all([...document.querySelectorAll('img.plot')].map(async image => {
  image.loading = 'eager';
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
  const paper = canvas.getContext('2d');
  paper.drawImage(image, 0, 0);
  const pixels = new Uint32Array(paper.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
  return [image.alt, image.naturalWidth, new Set(pixels).size, pixels.filter(p => (p & 0xffffff) === 0xc4823b).length];
}))"""


def test_charts_of_the_fleet_on_a_terminal_are_all_there_are(fleet):
    times = fleet.mco("graph", "--fleet", "check_load", timeout=30)
    states = fleet.mco("graph", "--states", "check_load", timeout=30)
    assert (times.returncode, states.returncode) == (0, 0), times.stderr + states.stderr
    assert "median" in times.stdout and "median" not in states.stdout
    assert "more:" not in times.stdout + states.stdout, "what one of them leaves out the other one has"


def test_graphs_are_pictures_with_something_on_them(page, fleet):
    page.open(fleet.collector.address + "/nodes/db1/check_load")
    graphs = page.run(COLOURS)
    assert [alt for alt, *_ in graphs] == [f"check_load, {span}" for span in ("4h", "24h", "7d", "30d", "365d")]
    for alt, width, colours, drawn in graphs[:2]:
        assert width > 600 and colours > 20, (alt, width, colours)
        assert drawn > 100, f"the line of load1 in {alt}: {drawn} pixels"
    page.open(fleet.collector.address + "/checks/check_load")
    graphs = page.run(COLOURS)
    assert len(graphs) == 5, "the states, a band of each of three values, the run time"
    assert all(width > 600 and colours > 20 for _, width, colours, _ in graphs[:2]), graphs


def test_every_page_fits_a_telephone(page, fleet):
    page.resize(TELEPHONE, 800)
    for name, path in PAGES.items():
        page.open(fleet.collector.address + path)
        assert page.run("document.documentElement.scrollWidth") <= TELEPHONE, name
        page.screenshot(f"{name}_{TELEPHONE}px")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_there_by_day_and_by_night(page, fleet, scheme):
    page.prefer(scheme)
    for name, path in PAGES.items():
        page.open(fleet.collector.address + path)
        red, green, blue = map(int, re.findall(r"\d+", page.run("getComputedStyle(document.body).backgroundColor")))
        assert (red + green + blue < 200) == (scheme == "dark"), name
        page.screenshot(f"{name}_{scheme}")
        drawn_dark = page.run("[...document.querySelectorAll('img.plot')].map(image => image.currentSrc.includes('dark=1'))")
        assert set(drawn_dark) <= {scheme == "dark"}, name


def test_the_keyboard_reaches_everything(page, fleet):
    page.press("Tab")
    assert page.text(":focus") == "Skip to the content"
    assert page.run("getComputedStyle(document.activeElement).outlineStyle") != "none", "it is seen where one is"
    seen = set()
    for _ in range(60):
        page.press("Tab")
        seen.add(page.run("document.activeElement.outerHTML.slice(0, 200)"))
    everything = " ".join(seen)
    for part in ("/nodes", "name=\"filter\"", "db1/check_disk", "formaction=\"/do/acknowledge\"", "formaction=\"/do/downtime\""):
        assert part in everything, part
    page.open(fleet.collector.address + "/")
    page.press("j")
    page.press("x")
    assert page.run("document.querySelector('.row.current input').checked")
    page.press("c")
    assert page.run("document.activeElement.name") == "comment"
    page.press("Escape")
    page.press("/")
    assert page.run("document.activeElement.name") == "filter"
    assert page.run("document.activeElement.value") == "", "the key itself is not typed"
    page.press("Escape")
    page.press("?")
    page.wait_for("document.querySelector('dialog.keys[open]')", "the keys are told")
    page.screenshot("keys")
    page.press("Escape")
    page.wait_for("!document.querySelector('dialog.keys[open]')", "and put away")
    page.press("n")
    page.wait_for_path("/nodes")


def test_nothing_was_in_the_console_and_nobody_else_was_asked(page, fleet):
    refused = "location%3D%2Fuk%28%2F"  # the filter that cannot be read: its status is 400
    assert [complaint for complaint in page.complaints() if refused not in complaint] == []
    assert page.hosts() <= {fleet.collector.address.removeprefix("http://")}


def test_the_page_says_when_the_collector_is_away_and_comes_back_by_itself(page, fleet):
    follows(page)
    fleet.collector.stop()
    page.wait_for("document.getElementById('pulse').textContent === 'not connected'", "it says so", timeout=30)
    port = int(fleet.collector.address.rsplit(":", 1)[1])
    settings = json.loads(fleet.collector.config.read_text())
    settings["web"]["listen"] = f"127.0.0.1:{port}"
    fleet.collector.config.write_text(json.dumps(settings))
    fleet.collector.start()
    page.wait_for("document.getElementById('login')", "sessions end with the collector: it asks for the token", timeout=60)
