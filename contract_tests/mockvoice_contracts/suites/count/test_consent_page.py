"""The consent page in a real browser."""

import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from mockvoice_contracts.harness.client import Anonymous, Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.request_signer import signed_auth

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-dev-shm-usage", "--no-first-run",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> str:
    """Return a browser that can run headless; skip the test if there is none."""
    for name in BROWSERS:
        path = shutil.which(name)
        if path:
            return path
    pytest.skip(f"no browser is installed: none of {', '.join(BROWSERS)} is on the path")


class Application(ThreadingHTTPServer):
    """The application that requests access.

    Besides its callback it serves a copy of the consent page, in which a script clicks the button.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Pages)
        self.page = b""
        self.callback_query: dict[str, list[str]] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Pages(BaseHTTPRequestHandler):
    server: Application

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        body = self.server.page
        if parts.path == "/callback":
            self.server.callback_query = parse_qs(parts.query)
            body = b"<!doctype html><title>Connected</title><p id=done>connected</p>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@pytest.fixture
def application(target: Target) -> Iterator[Application]:
    if not target.is_mock:
        pytest.skip("the consent page of a real service must be used by a person")
    with Application() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(5)


def run_browser(browser: str, tmp_path: Path, url: str) -> str:
    """Return the HTML of a page in the browser after its scripts have run."""
    command = [
        browser, *FLAGS, f"--user-data-dir={tmp_path}", "--virtual-time-budget=8000", "--timeout=20000",
        "--dump-dom", url,
    ]  # fmt: skip
    process = subprocess.run(command, capture_output=True, timeout=90, check=False)
    return process.stdout.decode("utf-8", "replace")


@rule(
    "The consent page redirects to redirectUri with code and state after allow, with error and state after deny.",
    source="Documented: developers.getcount.com/api-reference",
)
@pytest.mark.parametrize("button", ["allow", "deny"])
def test_a_person_decides_on_the_consent_page(
    api: Api,
    target: Target,
    browser: str,
    application: Application,
    tmp_path: Path,
    button: str,
) -> None:
    query = {
        "clientId": target.credentials["client_id"],
        "redirectUri": f"{application.url}/callback",
        "state": "from the browser",
    }
    started = api.with_auth(Anonymous()).call("authorization.start", expect=200, query=query)
    page = started["data"]["redirectUri"]
    html = run_browser(browser, tmp_path / "look", page)
    assert target.credentials["client_id"] in html
    assert re.search(rf'<button[^>]*id="{button}"', html)

    # The same page, with an absolute URL in its form and a script that clicks the button.
    click = f'<script>document.getElementById("{button}").click()</script>'
    form = f'<form method="post" action="{page.replace("&", "&amp;")}"'
    application.page = (
        html.replace('<form method="post"', form, 1).replace("</body>", click + "</body>").encode()
    )
    run_browser(browser, tmp_path / "click", f"{application.url}/press?{quote(button)}")
    deadline = time.monotonic() + 10
    while application.callback_query is None and time.monotonic() < deadline:
        time.sleep(0.05)

    assert application.callback_query is not None, "the browser did not open the callback"
    assert application.callback_query["state"] == ["from the browser"]
    if button == "deny":
        assert application.callback_query["error"] == ["access_denied"]
        return
    signer = api.with_auth(signed_auth(target))
    body = {"grantType": "authorization_code", "code": application.callback_query["code"][0]}
    signer.call("tokens.grant", expect=200, body=body)
