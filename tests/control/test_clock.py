"""Time in sandboxes of their own: what falls due happens in order and once, at every real vendor."""

import time
from datetime import datetime

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice_contracts.harness.client import Bearer
from mockvoice_contracts.suites.count.signing import Signed

NOW = "2026-03-02T10:00:00Z"


@pytest.fixture(scope="module")
def house():
    with Server(Settings(port=0)) as server, requests.Session() as session:
        session.trust_env = False
        yield server, session


class Sandbox:
    """A demo sandbox whose clock stands on a Monday morning."""

    def __init__(self, house):
        self.server, self.session = house
        self._all = f"{self.server.urls['main']}/_mock/sandboxes"
        made = self.ask("POST", self._all, {"now": NOW})
        self.url, self.credentials = f"{self._all}/{made['name']}", made["credentials"]
        self.set(now=NOW, frozen=True)

    def ask(self, method, url, body=None):
        answer = self.session.request(method, url, json=body, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def set(self, **clock):
        return self.ask("PUT", f"{self.url}/clock", clock)

    def advance(self, **span):
        return self.ask("POST", f"{self.url}/clock/advance", span)

    def counts(self, vendor):
        return self.ask("GET", self.url)["counts"][vendor]

    def added(self, vendor, table):
        found = self.ask("GET", f"{self.url}/snapshots/start/diff/current")["added"]
        return [
            each["after"] for each in found if (each["vendor"], each["table"]) == (vendor, table)
        ]

    def save(self):
        self.ask("POST", f"{self.url}/snapshots", {"name": "start"})

    def call(self, vendor, method, path, auth, **request):
        root = self.server.urls["vendors"][vendor]["root_url"].rstrip("/")
        return self.session.request(method, root + path, auth=auth, timeout=30, **request)

    def count_auth(self, bearer=None):
        own = self.credentials["count"]
        clock = f"{self.url}/clock"

        def now():
            return datetime.fromisoformat(self.ask("GET", clock)["now"])

        return Signed(own, now, bearer=bearer or own["access_token"])


@pytest.fixture
def sandbox(house):
    made = Sandbox(house)
    yield made
    made.ask("DELETE", made.url)


@pytest.mark.parametrize(
    ("vendor", "made_by", "instant"),
    [("count", "template_id", "created"), ("halo", "template_id", "created_at")],
)
def test_schedules_make_each_document_once_at_its_own_time_and_in_order(
    sandbox, vendor, made_by, instant
):
    sandbox.save()
    sandbox.advance(days=75)
    made = [each for each in sandbox.added(vendor, "invoices") if each[made_by]]
    number = sandbox.counts(vendor)["invoices"]

    assert len(made) >= 4
    in_order = sorted(made, key=lambda each: each.get("serial", each["id"]))
    times = [each[instant] for each in in_order]
    assert times == sorted(times)
    assert len(set(times)) > 2  # each at its own instant, and not all in the end
    # Back and forth again: what has been made is not made again.
    sandbox.set(now=NOW)
    assert sandbox.counts(vendor)["invoices"] == number
    sandbox.advance(days=75)
    assert sandbox.counts(vendor)["invoices"] == number


def test_count_statuses_follow_the_clock_both_ways(sandbox):
    def overdue():
        listed = sandbox.call(
            "count", "GET", "/partners/invoices", sandbox.count_auth(), params={"status": "overdue", "limit": 100}
        )  # fmt: skip
        assert listed.status_code == 200, listed.text
        return sorted(each["id"] for each in listed.json()["data"]["records"])

    before = overdue()
    sandbox.set(now="2026-07-01T10:00:00Z")
    later = overdue()
    assert len(later) > len(before)
    sandbox.set(now=NOW)

    assert overdue() == before


def test_growcrm_statuses_follow_the_clock_both_ways(sandbox):
    auth = Bearer(sandbox.credentials["growcrm"]["api_key"])

    def overdue():
        listed = sandbox.call(
            "growcrm", "GET", "/api/invoices", auth, params={"status": 3, "limit": 100}
        )
        assert listed.status_code == 200, listed.text
        return listed.json()["meta"]["total"]

    before = overdue()
    sandbox.advance(days=60)
    assert overdue() > before
    sandbox.set(now=NOW)

    assert overdue() == before


def test_an_optiflow_series_ends_with_its_last_day_and_is_good_again_before_it(sandbox):
    auth = Bearer(sandbox.credentials["optiflow"]["owner"])

    listed = sandbox.call("optiflow", "GET", "/api/v1/document-subtypes", auth).json()["data"]
    series = next(each for each in listed if each["valid_until_date"] and each["is_active"])
    number = f"{series['prefix']}{series['next_number'] + 1:08d}"

    def verdict():
        answer = sandbox.call(
            "optiflow", "POST", "/api/v1/invoices/validate-ncf", auth, json={"ncf": number}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["valid"]

    assert verdict() is True
    sandbox.set(now=f"{series['valid_until_date']}T23:00:00Z")
    sandbox.advance(hours=2)
    assert verdict() is False
    sandbox.set(now=NOW)

    assert verdict() is True


def test_halo_tokens_end_by_the_sandboxes_own_clock(sandbox):
    own = sandbox.credentials["halo"]
    form = {"grant_type": "client_credentials", "client_id": own["client_id"],
            "client_secret": own["client_secret"], "scope": "all"}  # fmt: skip
    granted = sandbox.call("halo", "POST", "/auth/token", None, data=form).json()
    auth = Bearer(granted["access_token"])

    def status():
        return sandbox.call("halo", "GET", "/api/Invoice", auth, params={"count": 1}).status_code

    assert status() == 200
    sandbox.advance(hours=2)
    assert status() == 401
    sandbox.set(now=NOW)
    assert status() == 200
    sandbox.ask("POST", f"{sandbox.url}/reset")
    assert status() == 401  # what was granted went with the world in which it was


def test_count_tokens_end_by_the_sandboxes_own_clock(sandbox):
    own = sandbox.credentials["count"]
    body = {"grant_type": "refresh_token", "refresh_token": own["refresh_token"],
            "client_id": own["client_id"], "client_secret": own["client_secret"]}  # fmt: skip
    path = "/partners/refresh-user-access-token"
    granted = sandbox.call("count", "POST", path, sandbox.count_auth(), json=body)
    assert granted.status_code == 200, granted.text
    token = granted.json()["data"]["result"]["accessToken"]

    def status():
        auth = sandbox.count_auth(token)
        return sandbox.call("count", "GET", "/partners/customers", auth).status_code

    assert status() == 200
    sandbox.advance(hours=2)
    assert status() == 401
    sandbox.set(now=NOW)
    assert status() == 200


def test_one_sandboxes_time_is_no_others(sandbox, house):
    other = Sandbox(house)
    before = other.ask("GET", f"{other.url}/snapshots/current")
    sandbox.advance(days=90)

    assert other.ask("GET", f"{other.url}/snapshots/current") == before
    other.ask("DELETE", other.url)


def test_a_leap_of_thousands_of_years_ends_soon(sandbox):
    begun = time.monotonic()
    sandbox.set(now="9800-01-01T00:00:00Z")

    assert time.monotonic() - begun < 10
    sandbox.set(now=NOW)
