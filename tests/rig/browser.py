# SPDX-License-Identifier: Apache-2.0
"""A real Chromium without a screen, and one page in it: what a person would see, type and complain about."""

import base64
import os
import pathlib
import shutil
import tempfile
import urllib.parse

from devtools import DevTools
from processes import wait_until

CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
         "--hide-scrollbars", "--remote-debugging-pipe", "about:blank")
WIDE, HIGH = 1280, 900
TELEPHONE = 400
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27}
COMPLAINTS = ("error", "warning")


class Browser:
    """A Chromium with an empty profile of its own."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="muster-browser-"))
        env = {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        self.devtools = DevTools([CHROMIUM, f"--user-data-dir={self.folder}/profile", *FLAGS],
                                 self.folder / "chromium.log", env)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.devtools.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def page(self):
        return Page(self.devtools)


class Page:
    """One tab. `complaints` and `addresses` tell what was in its console and what it asked for, from the first load on."""

    def __init__(self, devtools):
        self.devtools = devtools
        target = devtools.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = devtools.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.resize(WIDE, HIGH)

    def call(self, method, **params):
        return self.devtools.call(method, self.session, **params)

    # ----- what it looks like

    def resize(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def prefer(self, scheme):
        """light or dark, as the person has set the machine."""
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, name):
        """Of the whole page, kept among the results of the build."""
        folder = pathlib.Path(os.environ.get("MUSTER_BUILD", tempfile.gettempdir())) / "results"
        folder.mkdir(parents=True, exist_ok=True)
        self.run("for (const image of document.images) image.loading = 'eager'")
        self.wait_for("[...document.images].every(image => image.complete)", "its pictures are there")
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        (folder / f"page_{name}.png").write_bytes(base64.b64decode(shot["data"]))

    # ----- what a person does

    def open(self, address):
        self.call("Page.navigate", url=address)
        self.wait_for(f"document.readyState === 'complete' && location.href !== 'about:blank'", f"{address} is loaded")

    def click(self, selector):
        self.wait_for(f"document.querySelector({selector!r})", f"there is {selector}")
        self.run(f"document.querySelector({selector!r}).click()")

    def type(self, selector, text):
        self.wait_for(f"document.querySelector({selector!r})", f"there is {selector}")
        self.run(f"document.querySelector({selector!r}).focus()")
        self.call("Input.insertText", text=text)

    def press(self, key, modifiers=0):
        code = KEYS.get(key, ord(key[0].upper()))
        text = {"text": "\r"} if key == "Enter" else {"text": key} if len(key) == 1 else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, modifiers=modifiers, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code, modifiers=modifiers)

    # ----- what is there

    def run(self, script):
        """The value of a JavaScript expression; a promise is waited for."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait_for(self, script, what, timeout=20):
        """A page that is being left has no answer for a moment, so asking again is part of it."""
        def holds():
            answer = self.call("Runtime.evaluate", expression=f"Boolean({script})", returnByValue=True)
            return answer["result"].get("value") is True

        wait_until(holds, lambda: f"{what}; the page says:\n{self.text()[:3000]}", timeout, pause=0.05)

    def text(self, selector="body"):
        return self.run(f"document.querySelector({selector!r})?.innerText ?? ''")

    def address(self):
        return self.run("location.href")

    def wait_for_path(self, path):
        self.wait_for(f"location.pathname === {path!r} && document.readyState === 'complete'", f"the page is {path}")

    # ----- what nobody wants to see

    def events(self, method):
        self.run("0")  # what was before is told now
        return [params for session, name, params in self.devtools.events if (session, name) == (self.session, method)]

    def complaints(self):
        """The console: errors, warnings, violated policies and exceptions."""
        logged = [f"{one['entry']['text']} {one['entry'].get('url', '')}" for one in self.events("Log.entryAdded")
                  if one["entry"]["level"] in COMPLAINTS]
        thrown = [one["exceptionDetails"]["text"] for one in self.events("Runtime.exceptionThrown")]
        written = [str(one["args"]) for one in self.events("Runtime.consoleAPICalled")]
        return logged + thrown + written

    def hosts(self):
        """Whom it has asked for anything."""
        addresses = {urllib.parse.urlsplit(one["request"]["url"]) for one in self.events("Network.requestWillBeSent")}
        return {address.netloc for address in addresses if address.scheme not in ("data", "about", "blob")}
