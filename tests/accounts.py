"""Read the records of the vendors' accounts in a mock through the vendors' APIs."""

import hmac
import time
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
