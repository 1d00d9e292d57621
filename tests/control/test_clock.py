"""Clocks of sandboxes: due events of every real vendor run once and in order."""

import time
from datetime import datetime

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice_contracts.harness.client import Bearer
from mockvoice_contracts.suites.count.request_signer import SignedAuth

NOW = "2026-03-02T10:00:00Z"


@pytest.fixture(scope="module")
def server_and_session():
    with Server(Settings(port=0)) as server, requests.Session() as session:
        session.trust_env = False
        yield server, session


class Sandbox:
    """A demo sandbox whose clock is frozen on a Monday morning."""

    def __init__(self, server_and_session):
        self.server, self.session = server_and_session
        self._sandboxes_url = f"{self.server.urls['main']}/_mock/sandboxes"
        created = self.send("POST", self._sandboxes_url, {"now": NOW})
        self.url = f"{self._sandboxes_url}/{created['name']}"
        self.credentials = created["credentials"]
        self.set_clock(now=NOW, frozen=True)

    def send(self, method, url, body=None):
        response = self.session.request(method, url, json=body, timeout=60)
        response.raise_for_status()
        return response.json() if response.content else None

    def set_clock(self, **clock):
        return self.send("PUT", f"{self.url}/clock", clock)

    def advance(self, **span):
        return self.send("POST", f"{self.url}/clock/advance", span)

    def counts(self, vendor):
        return self.send("GET", self.url)["counts"][vendor]

    def added(self, vendor, table):
        """Return the rows that were added since ``save``."""
        changes = self.send("GET", f"{self.url}/snapshots/start/diff/current")["added"]
        return [
            change["after"]
            for change in changes
            if (change["vendor"], change["table"]) == (vendor, table)
        ]

    def save(self):
        """Create the snapshot ``start``."""
        self.send("POST", f"{self.url}/snapshots", {"name": "start"})

    def call(self, vendor, method, path, auth, **request):
        root = self.server.urls["vendors"][vendor]["root_url"].rstrip("/")
        return self.session.request(method, root + path, auth=auth, timeout=30, **request)

    def count_auth(self, bearer=None):
        credentials = self.credentials["count"]
        clock = f"{self.url}/clock"

        def now():
            return datetime.fromisoformat(self.send("GET", clock)["now"])

        return SignedAuth(credentials, now, bearer=bearer or credentials["access_token"])


@pytest.fixture
def sandbox(server_and_session):
    sandbox = Sandbox(server_and_session)
    yield sandbox
    sandbox.send("DELETE", sandbox.url)


@pytest.mark.parametrize(
    ("vendor", "template_field", "created_field"),
    [("count", "template_id", "created"), ("halo", "template_id", "created_at")],
)
def test_schedules_create_each_document_once_when_it_is_due_and_in_order(
    sandbox, vendor, template_field, created_field
):
    sandbox.save()
    sandbox.advance(days=75)
    created = [row for row in sandbox.added(vendor, "invoices") if row[template_field]]
    count = sandbox.counts(vendor)["invoices"]

    assert len(created) >= 4
    in_order = sorted(created, key=lambda row: row.get("serial", row["id"]))
    times = [row[created_field] for row in in_order]
    assert times == sorted(times)
    assert len(set(times)) > 2  # not all at the end
    # No document is created again after going back and forward.
    sandbox.set_clock(now=NOW)
    assert sandbox.counts(vendor)["invoices"] == count
    sandbox.advance(days=75)
    assert sandbox.counts(vendor)["invoices"] == count


def test_count_statuses_follow_the_clock_forward_and_back(sandbox):
    def overdue():
        response = sandbox.call(
            "count", "GET", "/partners/invoices", sandbox.count_auth(), params={"status": "overdue", "limit": 100}
        )  # fmt: skip
        assert response.status_code == 200, response.text
        return sorted(record["id"] for record in response.json()["data"]["records"])

    before = overdue()
    sandbox.set_clock(now="2026-07-01T10:00:00Z")
    later = overdue()
    assert len(later) > len(before)
    sandbox.set_clock(now=NOW)

    assert overdue() == before


def test_growcrm_statuses_follow_the_clock_forward_and_back(sandbox):
    auth = Bearer(sandbox.credentials["growcrm"]["api_key"])

    def overdue():
        response = sandbox.call(
            "growcrm", "GET", "/api/invoices", auth, params={"status": 3, "limit": 100}
        )
        assert response.status_code == 200, response.text
        return response.json()["meta"]["total"]

    before = overdue()
    sandbox.advance(days=60)
    assert overdue() > before
    sandbox.set_clock(now=NOW)

    assert overdue() == before


def test_an_optiflow_series_is_valid_until_its_last_day(sandbox):
    auth = Bearer(sandbox.credentials["optiflow"]["owner"])

    listed = sandbox.call("optiflow", "GET", "/api/v1/document-subtypes", auth).json()["data"]
    series = next(row for row in listed if row["valid_until_date"] and row["is_active"])
    ncf = f"{series['prefix']}{series['next_number'] + 1:08d}"

    def is_valid():
        response = sandbox.call(
            "optiflow", "POST", "/api/v1/invoices/validate-ncf", auth, json={"ncf": ncf}
        )
        assert response.status_code == 200, response.text
        return response.json()["valid"]

    assert is_valid() is True
    sandbox.set_clock(now=f"{series['valid_until_date']}T23:00:00Z")
    sandbox.advance(hours=2)
    assert is_valid() is False
    sandbox.set_clock(now=NOW)

    assert is_valid() is True


def test_halo_tokens_expire_by_the_sandboxes_clock(sandbox):
    credentials = sandbox.credentials["halo"]
    form = {"grant_type": "client_credentials", "client_id": credentials["client_id"],
            "client_secret": credentials["client_secret"], "scope": "all"}  # fmt: skip
    token = sandbox.call("halo", "POST", "/auth/token", None, data=form).json()
    auth = Bearer(token["access_token"])

    def status():
        return sandbox.call("halo", "GET", "/api/Invoice", auth, params={"count": 1}).status_code

    assert status() == 200
    sandbox.advance(hours=2)
    assert status() == 401
    sandbox.set_clock(now=NOW)
    assert status() == 200
    sandbox.send("POST", f"{sandbox.url}/reset")
    assert status() == 401  # the reset deleted the token


def test_count_tokens_expire_by_the_sandboxes_clock(sandbox):
    credentials = sandbox.credentials["count"]
    body = {"grant_type": "refresh_token", "refresh_token": credentials["refresh_token"],
            "client_id": credentials["client_id"], "client_secret": credentials["client_secret"]}  # fmt: skip
    path = "/partners/refresh-user-access-token"
    response = sandbox.call("count", "POST", path, sandbox.count_auth(), json=body)
    assert response.status_code == 200, response.text
    token = response.json()["data"]["result"]["accessToken"]

    def status():
        auth = sandbox.count_auth(token)
        return sandbox.call("count", "GET", "/partners/customers", auth).status_code

    assert status() == 200
    sandbox.advance(hours=2)
    assert status() == 401
    sandbox.set_clock(now=NOW)
    assert status() == 200


def test_advancing_one_sandbox_does_not_change_another(sandbox, server_and_session):
    other = Sandbox(server_and_session)
    before = other.send("GET", f"{other.url}/snapshots/current")
    sandbox.advance(days=90)

    assert other.send("GET", f"{other.url}/snapshots/current") == before
    other.send("DELETE", other.url)


def test_a_jump_of_thousands_of_years_is_fast(sandbox):
    start = time.monotonic()
    sandbox.set_clock(now="9800-01-01T00:00:00Z")

    assert time.monotonic() - start < 10
    sandbox.set_clock(now=NOW)
