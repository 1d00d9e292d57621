"""One list of each vendor: create its records, and count them."""

from datetime import UTC, datetime

import requests

from mockvoice.vendor_registry import load_vendor
from tests.operation_requests import auth_of

# For each vendor: the path of a list, a body that creates a row of it, and the length of the list.
RECORDS = {
    "count": (
        "/partners/customers",
        lambda number: {"customer": f"Customer {number}"},
        lambda body: body["data"]["totalRecords"],
    ),
    "growcrm": (
        "/api/clients",
        lambda number: {"first_name": "A", "last_name": "B", "email": f"client-{number}@example.com"},
        lambda body: body["meta"]["total"],
    ),
    "halo": ("/api/Client", lambda number: [{"name": f"Client {number}"}], lambda body: body["record_count"]),
    "optiflow": (
        "/api/v1/contacts",
        lambda number: {"name": f"Contact {number}", "contact_type": "customer"},
        lambda body: body["meta"]["total"],
    ),
}  # fmt: skip


class RecordList:
    """The list of one vendor in the sandbox ``default``."""

    def __init__(self, server, vendor):
        self.vendor = vendor
        self._sandbox = f"{server.urls['main']}/_mock/sandboxes/default"
        self.root = server.urls["vendors"][vendor]["root_url"].rstrip("/")
        self.path, self._body_of, self._length_of = RECORDS[vendor]
        self._credentials = dict(load_vendor(vendor).credentials)

    def call(self, method, path, **options):
        auth = auth_of(self.vendor, self._credentials, datetime.now(UTC))
        return requests.request(method, self.root + path, auth=auth, timeout=30, **options)

    def advance(self, **by):
        return requests.post(f"{self._sandbox}/clock/advance", json=by, timeout=120)

    def reset(self):
        return requests.post(f"{self._sandbox}/reset", json={}, timeout=30)

    def create(self, number):
        return self.call("POST", self.path, json=self._body_of(number))

    def length(self):
        response = self.call("GET", self.path)
        assert response.status_code == 200, response.text
        return self._length_of(response.json())
