"""A sandbox whose requests tests look at in the console."""

import json
import re
import time
from contextlib import contextmanager

import requests

from mockvoice_contracts.suites.count.request_signer import body_hash, signature

HTML = {"Accept": "text/html"}


class Page:
    """A sandbox of its own, with requests to Grow CRM and COUNT, and its pages."""

    def __init__(self, main, name=None):
        self.http = requests.Session()
        self.http.trust_env = False
        sandboxes = f"{main}/_mock/sandboxes"
        if name is None:
            sandbox = self.http.post(sandboxes, json={"data": "demo"}).json()
        else:
            sandbox = self.http.get(f"{sandboxes}/{name}").json()
        self.main, self.name = main, sandbox["name"]
        self.address = f"{main}/sandboxes/{self.name}"
        self.control = f"{main}/_mock/sandboxes/{self.name}"
        self.credentials = sandbox["credentials"]
        self.key = {"Authorization": f"Bearer {self.credentials['growcrm']['api_key']}"}

    def send(self, method="GET", path="/api/invoices/1", **options):
        options = {"headers": self.key} | options
        return self.http.request(method, f"{self.main}/growcrm{path}", timeout=10, **options)

    def sign(self, path, body, *, text_path=None, secret=None, stamp=None):
        """Send a signed request to COUNT, perhaps with a mistake."""
        own, data = self.credentials["count"], json.dumps(body).encode()
        stamp = stamp or str(int(time.time()))
        hashed = body_hash("POST", data)
        value = signature(secret or own["client_secret"], "POST", text_path or path, stamp, hashed)
        headers = {
            "x-client-id": own["client_id"], "x-timestamp": stamp, "x-signature": value,
            "Authorization": f"Bearer {own['access_token']}", "Content-Type": "application/json",
        }  # fmt: skip
        url = f"{self.main}/count/partners{path}"
        return self.http.post(url, data=data, headers=headers, timeout=10)

    def journal(self):
        return self.http.get(f"{self.control}/journal").json()

    def show(self, path="/journal"):
        response = self.http.get(self.address + path, headers=HTML, timeout=10)
        assert response.status_code == 200, response.text
        return response.text

    def entry(self, number=None):
        """Return the page of a request, as text without tags; by default the newest."""
        number = number or self.journal()[0]["id"]
        return as_text(self.show(f"/journal/{number}"))

    def act(self, action, number=None, **form):
        number = number or self.journal()[0]["id"]
        return self.http.post(
            f"{self.address}/journal/{number}/{action}", data=form, headers=HTML, timeout=30
        )

    @contextmanager
    def stream(self, query="", **headers):
        url = f"{self.address}/journal/live{query}"
        with requests.get(url, stream=True, headers=headers, timeout=10) as response:
            yield response, response.iter_lines(decode_unicode=True)


def as_text(html):
    text = re.sub(r"<[^>]+>", "", html)
    for entity, character in {"&#39;": "'", "&#34;": '"', "&lt;": "<", "&amp;": "&"}.items():
        text = text.replace(entity, character)
    return re.sub(r"\s+", " ", text)


def rows_until(lines, text):
    """Return the lines of a stream up to the one that contains a text."""
    seen = []
    for line in lines:
        seen.append(line)
        if text in line:
            return seen
    raise AssertionError(f"the stream ended before {text!r}: {seen}")
