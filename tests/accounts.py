"""Read the records of the vendors' accounts in a mock through the vendors' APIs."""

import hmac
import json
import time
from hashlib import sha256
from urllib.parse import urlsplit

import requests

DEMO_TOKENS = {
    "growcrm": "growcrm-demo-key",
    "optiflow": "1|optiflow-demo-owner",
    "halo": "halo-demo-token",
    "count": "count-demo-token",
}


class Accounts:
    """Lists of all records of a path, read page by page."""

    def __init__(self, urls):
        self._urls = {key: vendor["root_url"] for key, vendor in urls["vendors"].items()}
        self._main = urls["main"]

    def growcrm(self, path):
        return self._pages(
            "growcrm", path, "limit=100&sort=id&order=asc", lambda body: body["data"]
        )

    def optiflow(self, path):
        return self._pages("optiflow", path, "per_page=100", lambda body: body["data"])

    def count(self, path):
        return self._pages("count", path, "limit=100", lambda body: body["data"]["records"])

    def halo(self, path, key):
        return self._get("halo", path)[key]

    def _pages(self, vendor, path, query, rows_of):
        rows, page = [], 1
        while more := rows_of(self._get(vendor, f"{path}?{query}&page={page}")):
            rows += more
            page += 1
        return rows

    def _get(self, vendor, path):
        url = self._urls[vendor] + path
        headers = {"Authorization": f"Bearer {DEMO_TOKENS[vendor]}"}
        if vendor == "count":
            headers |= self._signature_headers(url)
        response = requests.get(url, headers=headers, timeout=30)
        assert response.status_code == 200, response.text
        return response.json()

    def _signature_headers(self, url):
        clock = requests.get(f"{self._main}/_mock/sandboxes/default/clock", timeout=10).json()
        timestamp = str(
            int(time.mktime(time.strptime(clock["now"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone)
        )
        path = urlsplit(url).path.removeprefix("/partners")
        signed_text = f"GET:{path}:{timestamp}:"
        signature = hmac.digest(b"count-demo-secret", signed_text.encode(), "sha256").hex()
        return {
            "x-client-id": "count-demo-client",
            "x-timestamp": timestamp,
            "x-signature": signature,
        }


def signed_post(http, url, path, body, credentials):
    """Send a signed POST to COUNT, or a GET without a body; return the response's JSON."""
    method, data = ("GET", b"") if body is None else ("POST", json.dumps(body).encode())
    stamp = str(int(time.time()))
    hashed = sha256(data).hexdigest() if data else ""
    text = f"{method}:{path}:{stamp}:{hashed}".encode()
    headers = {
        "x-client-id": credentials["client_id"],
        "x-timestamp": stamp,
        "x-signature": hmac.digest(credentials["client_secret"].encode(), text, "sha256").hex(),
        "Authorization": f"Bearer {credentials['access_token']}",
        "Content-Type": "application/json",
    }
    response = http.request(method, f"{url}/partners{path}", data=data, headers=headers)
    assert response.status_code < 300, response.text
    return response.json()
