"""Shutdown while responses are in the making: no failure is logged, and clients get a response or an end."""

import json
import os
import signal
import threading
import time

import pytest
import requests

from tests.processes import serving
from tests.server.conftest import PROGRAMS

KEY = {"Authorization": "Bearer growcrm-demo-key"}
SEEDING = {"vendor": "growcrm", "clients": 500, "invoices": 30_000, "seed": 7}  # takes some seconds
# Requests that take longer than a shutdown: path, body, and the keys of an error in their format.
SLOW = {
    "delayed": ("/growcrm/api/invoices", None, {"message"}),
    "seeding": ("/_mock/sandboxes/default/seed", SEEDING, {"error"}),
}


class Client(threading.Thread):
    """A client whose request is in the making."""

    def __init__(self, url: str, body: object, delay: float = 5) -> None:
        super().__init__()
        self._url, self._body, self._delay = url, body, delay
        self.response: requests.Response | None = None

    def run(self) -> None:
        headers = {**KEY, "X-Mock-Fault": f"delay={self._delay}"}
        method = "GET" if self._body is None else "POST"
        try:
            self.response = requests.request(
                method, self._url, json=self._body, headers=headers, timeout=30
            )
        except requests.ConnectionError:
            self.response = None


# Each pair of program, request and signal occurs once.
@pytest.mark.parametrize(("program", "slow", "number"), [
    ("httptools", "delayed", signal.SIGTERM),
    ("httptools", "seeding", signal.SIGINT),
    ("h11", "delayed", signal.SIGINT),
    ("h11", "seeding", signal.SIGTERM),
])  # fmt: skip
def test_a_server_with_a_request_in_the_making_ends_quickly(tmp_path, program, slow, number):
    path, body, keys = SLOW[slow]
    command = [*PROGRAMS[program], "serve", "--port", "0", "--vendor", "growcrm"]
    with serving(command, tmp_path, os.environ) as (process, urls):
        requests.get(f"{urls['main']}/_mock/health", timeout=30)
        client = Client(urls["main"] + path, body)
        client.start()
        time.sleep(1)
        started = time.monotonic()
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
        seconds = time.monotonic() - started
        client.join()

    assert err == ""
    assert seconds < 2.5
    if client.response is not None:
        assert client.response.status_code == 503
        assert client.response.json().keys() == keys


def test_a_request_that_ends_in_time_gets_its_response(tmp_path):
    command = [*PROGRAMS["httptools"], "serve", "--port", "0", "--vendor", "growcrm"]
    with serving(command, tmp_path, os.environ) as (process, urls):
        client = Client(urls["main"] + "/growcrm/api/invoices", None, delay=2)
        client.start()
        time.sleep(1.5)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
        client.join()

    assert err == ""
    assert client.response is not None
    assert client.response.status_code == 200
    assert json.loads(client.response.content)["data"]


def test_a_server_that_fills_a_sandbox_for_the_console_ends_quickly(tmp_path):
    """The request has its response, and the filling goes on without it."""
    command = [*PROGRAMS["httptools"], "serve", "--port", "0", "--vendor", "growcrm"]
    with serving(command, tmp_path, os.environ) as (process, urls):
        form = {name: str(value) for name, value in SEEDING.items()}
        url = f"{urls['main']}/sandboxes/default/seed"
        page = requests.post(url, data=form, headers={"Accept": "text/html"}, timeout=30)
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
        seconds = time.monotonic() - started

    assert "<progress" in page.text
    assert err == ""
    assert seconds < 2.5
