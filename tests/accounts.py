"""What the vendors' accounts in a mock hold, read through their own APIs."""

import hmac
import time
from urllib.parse import urlsplit

import requests

DEMO = {
    "growcrm": "growcrm-demo-key",
    "optiflow": "1|optiflow-demo-owner",
    "halo": "halo-demo-token",
    "count": "count-demo-token",
}


class Accounts:
    """Whole lists, page by page."""

    def __init__(self, urls):
        self._urls = {key: each["root_url"] for key, each in urls["vendors"].items()}
        self._main = urls["main"]

    def growcrm(self, path):
        return self._pages("growcrm", path, "limit=100&sort=id&order=asc", lambda a: a["data"])

    def optiflow(self, path):
        return self._pages("optiflow", path, "per_page=100", lambda answer: answer["data"])

    def count(self, path):
        return self._pages("count", path, "limit=100", lambda answer: answer["data"]["records"])

    def halo(self, path, key):
        return self._get("halo", path)[key]

    def _pages(self, vendor, path, query, rows):
        found, page = [], 1
        while more := rows(self._get(vendor, f"{path}?{query}&page={page}")):
            found += more
            page += 1
        return found

    def _get(self, vendor, path):
        url = self._urls[vendor] + path
        headers = {"Authorization": f"Bearer {DEMO[vendor]}"}
        if vendor == "count":
            headers |= self._signature(url)
        answer = requests.get(url, headers=headers, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _signature(self, url):
        clock = requests.get(f"{self._main}/_mock/sandboxes/default/clock", timeout=10).json()
        stamp = str(
            int(time.mktime(time.strptime(clock["now"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone)
        )
        path = urlsplit(url).path.removeprefix("/partners")
        text = f"GET:{path}:{stamp}:"
        signature = hmac.digest(b"count-demo-secret", text.encode(), "sha256").hex()
        return {"x-client-id": "count-demo-client", "x-timestamp": stamp, "x-signature": signature}
