"""A headless Chromium, spoken to by the DevTools protocol over a pipe: JSON, a NUL after each."""

import base64
import contextlib
import json
import os
import shutil
import subprocess
import tempfile

ARGV = """chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run
    --disable-background-networking --disable-component-update --disable-sync --no-proxy-server
    --hide-scrollbars --force-color-profile=srgb --remote-debugging-pipe""".split()
PHONE = (360, 740)
DESKTOP = (1280, 900)
SHEET = (718, 1046)  # of A4, in px, within Chromium's margins
PAPER = {"printBackground": False, "paperWidth": 8.27, "paperHeight": 11.69}


class Chromium:
    """One browser with one tab; what it says besides answers is kept in events."""

    def __init__(self, profile):
        out_read, self.write = os.pipe()
        self.read, in_write = os.pipe()

        def take_fds():
            os.dup2(out_read, 198)
            os.dup2(in_write, 199)
            os.dup2(198, 3)
            os.dup2(199, 4)

        self.process = subprocess.Popen(
            [*ARGV, f"--user-data-dir={profile}", "about:blank"],
            preexec_fn=take_fds,
            close_fds=False,
            stderr=subprocess.DEVNULL,
        )
        os.close(out_read)
        os.close(in_write)
        self.rest = b""
        self.number = 0
        self.events = []
        self.session = None
        self.attach()

    def attach(self):
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        asked = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self.session = asked["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")
        self.ask("Performance.enable", timeDomain="threadTicks")

    def message(self):
        while b"\0" not in self.rest:
            more = os.read(self.read, 1 << 20)
            assert more, "Chromium has ended"
            self.rest += more
        one, self.rest = self.rest.split(b"\0", 1)
        return json.loads(one)

    def ask(self, method, **params):
        self.number += 1
        asked = {"id": self.number, "method": method, "params": params}
        if self.session:
            asked["sessionId"] = self.session
        os.write(self.write, json.dumps(asked).encode() + b"\0")
        while (got := self.message()).get("id") != self.number:
            self.events.append(got)
        assert "error" not in got, f"{method}: {got['error']}"
        return got["result"]

    def wait_for(self, method):
        """The next event of that name, be it that it came already."""
        while True:
            for i, event in enumerate(self.events):
                if event.get("method") == method:
                    return self.events.pop(i)["params"]
            self.events.append(self.message())

    def open(self, path, size=DESKTOP, theme="light", script=True):
        """The page as a file, once its own script is through and all that it shows is there."""
        self.resize(size)
        self.show_as(theme)
        self.ask("Emulation.setScriptExecutionDisabled", value=not script)
        self.events.clear()
        self.ask("Page.navigate", url=path.absolute().as_uri())
        self.wait_for("Page.loadEventFired")
        if script:
            self.until("document.documentElement.className === 'enabled'")
            self.settle()

    def resize(self, size):
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=size[0],
            height=size[1],
            deviceScaleFactor=1,
            mobile=size[0] < 600,
        )

    def show_as(self, theme, media=""):
        feature = {"name": "prefers-color-scheme", "value": theme}
        self.ask("Emulation.setEmulatedMedia", media=media, features=[feature])

    def run(self, expression):
        """The value of an expression of JavaScript, awaited."""
        got = self.ask(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in got, got["exceptionDetails"]
        return got["result"].get("value")

    def until(self, expression):
        """Waits for it to be true, a frame at a time; what takes two minutes won't be."""
        self.run(
            "new Promise((done, fail) => { const begin = performance.now(); const look = () => "
            f"({expression}) ? done() : performance.now() - begin > 120000 "
            f"? fail({json.dumps(expression)}) : requestAnimationFrame(look); look(); }})"
        )

    def settle(self):
        """Until what was asked for in one frame is drawn: what is out of view comes a frame later."""
        self.run("new Promise((done) => { let n = 3; const next = () => "
                 "n-- ? requestAnimationFrame(next) : done(); next(); })")

    def point(self, selector, across=0.5, kinds=("mouseMoved",)):
        """The mouse to the middle of what is there, or to another share of its width."""
        self.run(
            f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'center'}})"
        )
        self.settle()
        x, y = self.run(
            f"(() => {{ const r = document.querySelector({json.dumps(selector)})"
            ".getBoundingClientRect();"
            f"return [r.x + r.width * {across}, r.y + r.height / 2]; }})()"
        )
        for kind in kinds:
            self.ask(
                "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1
            )

    def click(self, selector, across=0.5):
        self.point(selector, across, ("mousePressed", "mouseReleased"))

    def press(self, key, code=0, text=""):
        for kind in ("keyDown", "keyUp"):
            typed = {"text": text} if text and kind == "keyDown" else {}
            self.ask(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=code,
                **typed,
            )

    def type(self, text):
        self.ask("Input.insertText", text=text)

    def busy_ms(self):
        """CPU time that the page's thread has spent so far on scripts, styles, layout and drawing."""
        metrics = self.ask("Performance.getMetrics")["metrics"]
        return 1000 * next(m["value"] for m in metrics if m["name"] == "TaskDuration")

    def shot(self, path, whole=False):
        got = self.ask("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(got["data"]))

    def pdf(self, path):
        path.write_bytes(base64.b64decode(self.ask("Page.printToPDF", **PAPER)["data"]))

    def said(self):
        """What came to the console, and what the page asked for besides itself."""
        texts = []
        for event in self.events:
            params = event.get("params", {})
            if event.get("method") == "Log.entryAdded":
                texts.append(params["entry"]["text"])
            elif event.get("method") in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown"):
                texts.append(json.dumps(params))
            elif event.get("method") == "Network.requestWillBeSent":
                texts.append(params["request"]["url"])
        return texts

    def close(self):
        self.session = None
        os.write(self.write, json.dumps({"id": 0, "method": "Browser.close"}).encode() + b"\0")
        self.process.wait()
        os.close(self.read)
        os.close(self.write)


@contextlib.contextmanager
def chromium():
    profile = tempfile.mkdtemp(prefix="oomtrace-chromium-")
    browser = Chromium(profile)
    try:
        yield browser
    finally:
        browser.close()
        shutil.rmtree(profile, ignore_errors=True)
