# SPDX-License-Identifier: Apache-2.0
"""A node that says whatever does harm in a browser, a terminal, a scraper or an eye: it is shown, and does nothing."""

import json
import re
import subprocess
import time
import urllib.parse
import urllib.request
import xml.etree.ElementTree

import pytest
from asking import PretendedNode
from browser import TELEPHONE, Browser
from collector import Collector
from muster_rig import Rig
from processes import wait_until
from terminal import Watching, harmless, on_a_terminal

OWN = "<script>window.__owned=1</script><img src=x onerror=window.__owned=1><svg/onload=window.__owned=1>"
BREAK = "\"'><b onmouseover=window.__owned=1 style=position:fixed>`${window.__owned=1}` </title></style></textarea>]]>--> &lt;"
TERMINAL = "\u001b[31mred\u001b]0;owned\u0007\u009b2J\r\b"
EYES = "\u202egnp.exe\u2066\u200b\u2028\ufeff"
LONG = "w" * 4000
EVIL = OWN + BREAK + TERMINAL + EYES
LABEL = f"{OWN[:60]}\" \u001b[31m\u202e:\\"
# A name has no '=' and no ']' in an nrpe.cfg. By default NRPE forbids most of the rest; whoever has the node may allow it.
CHECK = "<script>owned(1)</script>\"'&<b>"
WORSE_CHECK = "c</title><script>owned(1)</script>\u001b[2J\u202e{}%n<%2e%2e%2f" + "w" * 150
NRPE = (f"nasty_metachars=;\ncommand[{CHECK}]=/bin/cat OUTPUT; exit `cat STATE`\n"
        f"command[{WORSE_CHECK}]=/bin/cat OUTPUT; exit 1\n")
BYTES = ("\u001b", "\u0007", "\u009b", "\u202e", "\u2066", "\u200b", "\u2028")
PAGES = ("/", "/?all=1", "/nodes", "/nodes/evil1", "/nodes/evil2", "/checks", "/events", "/downtimes")


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        rig.collector = Collector(rig)
        rig.broker.restart()  # it reads the rights of the collector when it starts
        output, state = rig.folder / "output", rig.folder / "state"
        output.write_bytes(f"{EVIL} {LONG[:2000]} | '{LABEL}'=1;2;3 '<b>'=3s\n{EVIL}\n{LONG}\n".encode())
        state.write_text("2\n")
        rig.state = state
        rig.start_node("evil1", NRPE.replace("OUTPUT", str(output)).replace("STATE", str(state)),
                       facts={"location": EVIL[:200]}, settings={"announce": ["location"]})
        rig.collector.start()
        rig.collector.wait_for(lambda: rig.mco("status").returncode == 0, "it answers")
        for check in (CHECK, WORSE_CHECK):
            assert rig.mco("nrpe", check).returncode in (1, 2)
        pretended = PretendedNode(rig, "evil2")
        pretended.announce(health=[EVIL, LONG[:1000]], version=EVIL[:60], facts={"location": [EVIL[:100]]}, classes=[OWN[:60]])
        rig.collector.wait_for(lambda: rig.collector.results() == {"evil1": 2}, "what it said is stored")
        yield rig
        rig.collector.end()


def get(fleet, path, accept="*/*"):
    request = urllib.request.Request(fleet.collector.address + path, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=10) as response:
        return response.headers.get_content_type(), response.read().decode()


def addresses(fleet):
    """Every page, drawing and document that has something of these nodes in it."""
    found = list(PAGES)
    for node, check in fleet.collector.rows("SELECT node, name FROM service"):
        node, check = urllib.parse.quote(node, safe=""), urllib.parse.quote(check, safe="")
        found += [f"/nodes/{node}/{check}", f"/checks/{check}", f"/strip.svg?node={node}&check={check}",
                  f"/graph.svg?node={node}&check={check}", f"/api/v1/history?node={node}&check={check}",
                  f"/api/v1/events?node={node}&check={check}"]
    return found + ["/api/v1/services", "/api/v1/nodes", "/api/v1/nodes/evil1", "/api/v1/nodes/evil2", "/api/v1/events",
                    "/metrics", "/healthz"]


def test_nothing_of_it_is_left_out(fleet):
    assert {name for _, name in fleet.collector.rows("SELECT node, name FROM service")} == {CHECK, WORSE_CHECK}
    _, page = get(fleet, "/nodes/evil2")
    assert "&lt;script&gt;window.__owned=1&lt;/script&gt;" in page
    assert "\\x1b[31mred" in page


def test_every_document_carries_it_escaped(fleet):
    drawings = [path for path in addresses(fleet) if path.startswith("/graph.svg")]
    wait_until(lambda: not any("Nothing is recorded" in get(fleet, path)[1] for path in drawings), lambda: fleet.collector.log)
    for path in addresses(fleet):
        kind, text = get(fleet, path)
        for letter in BYTES:
            assert letter not in text, (path, letter.encode("unicode_escape"))
        if kind == "application/json":
            json.loads(text)
        elif kind == "image/svg+xml":
            drawing = xml.etree.ElementTree.fromstring(text)
            assert not [one.tag for one in drawing.iter() if re.search("script|foreignObject|img", str(one.tag))], path
            assert not [name for one in drawing.iter() for name in one.attrib if name.startswith("on")], path
        elif kind == "text/html":
            assert re.findall(r"<script(?! src=\"/assets/)", text) == [], path
            assert "<img src=x" not in text and "<svg/onload" not in text and "<b onmouseover" not in text, path


def test_metrics_are_read_all_the_same(fleet):
    _, text = get(fleet, "/metrics")
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=30,
                             check=False)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, ""), text
    assert "muster_check_services{check=\"<script>owned(1)</script>\\\"'&<b>\",state=\"critical\"} 1\n" in text


def test_news_of_it_are_one_line_of_json(fleet):
    request = urllib.request.Request(fleet.collector.address + "/events/stream")
    with urllib.request.urlopen(request, timeout=20) as stream:
        fleet.state.write_text("0\n")
        fleet.mco("nrpe", CHECK, "-I", "evil1")
        news = []
        while ["evil1", CHECK] not in news:
            line = stream.readline().decode()
            assert not any(letter in line for letter in BYTES)
            if line.startswith("data:"):
                news = json.loads(line.removeprefix("data:"))["changes"]
    fleet.state.write_text("2\n")
    fleet.mco("nrpe", CHECK, "-I", "evil1")


def on_the_terminal(fleet, *arguments):
    """What mco writes to a terminal, which obeys none of it."""
    status, output = on_a_terminal(fleet, *arguments)
    text = harmless(output)
    assert not [letter for letter in BYTES if letter in text], (arguments, text)
    assert status in (0, 1, 2, 3), (arguments, text)  # it has looked, and has not failed
    return text


@pytest.mark.parametrize("arguments", [
    ("status",), ("status", "-v"), ("status", CHECK), ("status", "--json"), ("history",), ("history", "evil1"),
    ("history", "evil2"), ("history", "evil1", CHECK, "-v"), ("history", "evil1", WORSE_CHECK), ("graph", "evil1", CHECK),
    ("graph", "evil1", CHECK, "--json"), ("graph", "evil1", "no" + CHECK), ("graph", "--fleet", WORSE_CHECK)])
def test_no_command_of_the_operator_brings_it_to_the_terminal(fleet, arguments):
    text = on_the_terminal(fleet, *arguments)
    assert text.strip()


def test_a_downtime_that_holds_such_words_is_listed_without_harm(fleet):
    for options in (("-I", "evil1", "--check", CHECK), ("-F", f"location={EVIL[:100]}"), ("-C", f"/{TERMINAL}/")):
        text = on_the_terminal(fleet, "downtime", "add", *options, "-m", EVIL[:300])
        name = re.search(r"Downtime (\w+) is set", text).group(1)
        listed = on_the_terminal(fleet, "downtime", "list")
        assert name in listed
        _, page = get(fleet, "/downtimes")
        assert not [letter for letter in BYTES if letter in page], page
        assert "<script>window" not in page
        on_the_terminal(fleet, "downtime", "remove", name)


def test_the_screen_that_follows_shows_it_as_text(fleet):
    with Watching(fleet, lines=30, columns=120) as watching:  # its screen takes nothing but what mco watch may send
        watching.wait_for("evil1", "the node is shown")
        watching.press("\r")
        watching.wait_for("last result", "its details are")
        watching.press("q")
        watching.end()


def test_no_script_of_it_runs_in_a_browser_and_nothing_of_it_is_an_element(fleet):
    with Browser() as browser:
        page = browser.page()
        for path in [one for one in addresses(fleet) if not one.startswith(("/api", "/metrics", "/healthz"))]:
            page.open(fleet.collector.address + path)
            time.sleep(0.05)  # for whatever would run after it is loaded; a drawing by itself has no timers
            assert page.run("typeof window.__owned") == "undefined", path
            injected = page.run("""[...document.querySelectorAll(
                'script:not([src^="/assets/"]), [onerror], [onload], [onmouseover], [style*=fixed], img[src="x"], textarea')]
                .map(element => element.outerHTML)""")
            assert injected == [], path
        page.open(fleet.collector.address + "/nodes/evil2")
        page.screenshot("hostile")
        page.resize(TELEPHONE, 800)
        assert page.run("document.documentElement.scrollWidth") <= TELEPHONE, "a long word is broken"
        page.open(fleet.collector.address + "/")
        assert page.run("document.documentElement.scrollWidth") <= TELEPHONE
        page.screenshot(f"hostile_{TELEPHONE}px")
        assert page.complaints() == []
        assert page.hosts() == {fleet.collector.address.removeprefix("http://")}
