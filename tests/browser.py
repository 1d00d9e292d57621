"""Headless Chromium, driven by the DevTools protocol over two pipes."""

import json
import os
import subprocess
import time
from itertools import count
from pathlib import Path
from typing import Any

TIMEOUT_SECONDS = 60
KEYS = {"Tab": 9, "Enter": 13}


class Browser:
    """One page of a browser with a temporary profile."""

    def __init__(self, program: str, profile: Path) -> None:
        browser_reads, we_write = os.pipe()
        we_read, browser_writes = os.pipe()
        self._process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{browser_reads} 4>&{browser_writes}', "bash", program,
             "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
             "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(browser_reads, browser_writes), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(browser_reads)
        os.close(browser_writes)
        self._out = os.fdopen(we_write, "wb", buffering=0)
        self._in = os.fdopen(we_read, "rb")
        self._buffer = b""
        self._ids = count(1)
        self._session: str | None = None
        target = self._call("Target.createTarget", url="about:blank")
        attached = self._call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        self._call("Page.enable")

    def show(self, width: int, *, dark: bool = False) -> None:
        """Set the width of the page, and light or dark mode."""
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=800,
                   deviceScaleFactor=1, mobile=width < 500)  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", features=[scheme])

    def run_in_new_pages(self, script: str) -> None:
        """Run a script at the start of each page that is opened from now on."""
        self._call("Page.addScriptToEvaluateOnNewDocument", source=script)

    def open(self, url: str) -> None:
        self._call("Page.navigate", url=url)
        self.wait(f"location.href.startsWith({json.dumps(url)}) && document.readyState")

    def wait(self, expression: str) -> None:
        """Wait until an expression is ``true`` or ``'complete'``, a value of ``readyState``."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while (
            self.value(
                f"(() => {{ const v = {expression}; return v === true || v === 'complete'; }})()"
            )
            is not True
        ):
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"{expression} did not become true at {self.value('location.href')}"
                )
            time.sleep(0.02)

    def value(self, expression: str, *, user_gesture: bool = False) -> Any:
        """Evaluate a JavaScript expression in the page; with a user's gesture, it may open windows."""
        response = self._call(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            userGesture=user_gesture,
        )
        if "exceptionDetails" in response:
            raise AssertionError(response["exceptionDetails"])
        return response["result"].get("value")

    def press(self, key: str) -> None:
        text = "\r" if key == "Enter" else ""
        for kind in ("keyDown", "keyUp"):
            self._call("Input.dispatchKeyEvent", type=kind, key=key, code=key, text=text,
                       windowsVirtualKeyCode=KEYS[key])  # fmt: skip

    def type(self, text: str) -> None:
        self._call("Input.insertText", text=text)

    def tab_to(self, expression: str) -> None:
        """Press Tab until an expression about the focused ``element`` is true."""
        for _ in range(200):
            self.press("Tab")
            if self.value(f"(element => {expression})(document.activeElement)"):
                return
        raise AssertionError(f"200 presses of Tab reached no element with {expression}")

    def close(self) -> None:
        self._out.close()
        self._in.close()
        self._process.kill()
        self._process.wait()

    def _call(self, method: str, **params: Any) -> Any:
        message_id = next(self._ids)
        message: dict[str, Any] = {"id": message_id, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        self._out.write(json.dumps(message).encode() + b"\0")
        while True:
            response = self._next()
            if response.get("id") == message_id:
                if "error" in response:
                    raise AssertionError(response["error"])
                return response["result"]

    def _next(self) -> Any:
        while b"\0" not in self._buffer:
            chunk = os.read(self._in.fileno(), 1 << 16)
            if not chunk:
                raise AssertionError("the browser has exited")
            self._buffer += chunk
        text, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(text)
