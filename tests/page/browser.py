# SPDX-License-Identifier: GPL-3.0-or-later
"""A headless chromium, spoken to over a pair of pipes (DevTools protocol)."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

DEADLINE = 60


class Browser:
    """One browser; one page at a time."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="zonegate-page-")
        to_read, self.to = os.pipe()
        self.back, to_write = os.pipe()
        self.number = 0
        self.events = []
        self.rest = b""
        # The browser wants its ends as descriptors 3 and 4; sh knows no
        # descriptors beyond 9.
        self.process = subprocess.Popen(
            ["/bin/bash", "-c",
             f"exec 3<&{to_read} 4>&{to_write}; exec \"$@\"", "bash",
             "chromium", "--headless", "--no-sandbox", "--disable-gpu",
             "--hide-scrollbars", "--remote-debugging-pipe",
             "--no-first-run", "--disable-dev-shm-usage",
             "--disable-background-networking", "--disable-extensions",
             "--no-proxy-server",
             "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
             f"--user-data-dir={self.folder}", "about:blank"],
            pass_fds=(to_read, to_write), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": self.folder})
        os.close(to_read)
        os.close(to_write)
        self.session = None
        target = self.ask("Target.createTarget", url="about:blank")
        self.session = self.ask("Target.attachToTarget", flatten=True,
                                targetId=target["targetId"])["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.to)
        os.close(self.back)
        shutil.rmtree(self.folder, ignore_errors=True)

    def message(self, until):
        while b"\0" not in self.rest:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.back], [], [], left)[0]:
                raise TimeoutError("chromium does not answer")
            more = os.read(self.back, 1 << 20)
            if not more:
                raise EOFError("chromium has ended")
            self.rest += more
        line, self.rest = self.rest.split(b"\0", 1)
        return json.loads(line)

    def ask(self, method, **params):
        self.number += 1
        question = {"id": self.number, "method": method, "params": params}
        if self.session:
            question["sessionId"] = self.session
        os.write(self.to, json.dumps(question).encode() + b"\0")
        until = time.monotonic() + DEADLINE
        while True:
            message = self.message(until)
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def show(self, address, width, dark=False):
        """Opens ADDRESS; what happened meanwhile is in self.events."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width,
                 height=844 if width < 600 else 800, deviceScaleFactor=1,
                 mobile=width < 600)
        self.ask("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme",
             "value": "dark" if dark else "light"}])
        self.events = []
        self.ask("Page.navigate", url=address)
        self.wait_for_page()

    def follow(self, selector):
        """Clicks what SELECTOR finds, a link, and waits for where it leads."""
        self.events = []
        self.run(f"document.querySelector({json.dumps(selector)}).click()")
        self.wait_for_page()

    def wait_for_page(self):
        until = time.monotonic() + DEADLINE
        while not any(event.get("method") == "Page.loadEventFired"
                      for event in self.events):
            self.events.append(self.message(until))

    def run(self, expression):
        result = self.ask("Runtime.evaluate", expression=expression,
                          returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["text"])
        return result["result"].get("value")

    def screenshot(self, file):
        picture = self.ask("Page.captureScreenshot", format="png",
                           captureBeyondViewport=True)
        with open(file, "wb") as out:
            out.write(base64.b64decode(picture["data"]))

    def requests(self):
        """Addresses asked for since show()."""
        return [event["params"]["request"]["url"] for event in self.events
                if event.get("method") == "Network.requestWillBeSent"]

    def complaints(self):
        """Errors in the console since show()."""
        return [event["params"] for event in self.events
                if event.get("method") in ("Runtime.exceptionThrown",
                                           "Log.entryAdded",
                                           "Runtime.consoleAPICalled")]
