"""Clients that sign or hold tokens by real time, in a sandbox whose clock was moved."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from mockvoice_contracts.harness.client import Bearer
from mockvoice_contracts.suites.count.request_signer import SignedAuth

UNKNOWN_ID = "0f0e0d0c-0b0a-4908-8706-050403020100"
MONTH = {"days": 31}


class Client:
    """One sandbox, with clients of COUNT and of Halo that know only real time."""

    def __init__(self, vendors_server, http, settings):
        self._http = http
        self._roots = {
            key: urls["root_url"] for key, urls in vendors_server.urls["vendors"].items()
        }
        sandboxes = f"{vendors_server.urls['main']}/_mock/sandboxes"
        created = http.post(sandboxes, json={"settings": settings}).json()
        self.credentials = created["credentials"]
        self.url = f"{sandboxes}/{created['name']}"

    def advance(self):
        assert self._http.post(f"{self.url}/clock/advance", json=MONTH).ok

    def count(self, method="GET", path="/partners/customers", token=None, **content):
        credentials = self.credentials["count"]
        auth = SignedAuth(
            credentials, lambda: datetime.now(UTC), bearer=token or credentials["access_token"]
        )
        return self._http.request(method, self._roots["count"] + path, auth=auth, **content)

    def halo_token(self):
        form = {"grant_type": "client_credentials", "scope": "all"}
        form |= {name: self.credentials["halo"][name] for name in ("client_id", "client_secret")}
        return self._http.post(f"{self._roots['halo']}/auth/token", data=form).json()[
            "access_token"
        ]

    def halo(self, token):
        return self._http.get(f"{self._roots['halo']}/api/Currency", auth=Bearer(token))

    def note(self):
        return self._http.get(f"{self.url}/journal", params={"limit": 1}).json()[0]["note"]


@pytest.fixture
def client(vendors_server, http):
    """Return a function that creates a client in a new sandbox with these settings."""

    def client(**settings):
        return Client(vendors_server, http, settings)

    return client


def test_a_client_that_signs_by_real_time_works_in_another_month(client):
    client = client()
    client.advance()

    assert client.count().status_code == 200


@pytest.mark.parametrize(
    ("clock", "note"),
    [
        ("sandbox", "seconds behind the sandbox's clock; the maximum is 300 (signature_clock: sandbox)"),
        ("either", None),
        ("real", None),
    ],
)  # fmt: skip
def test_the_clock_of_signatures_can_be_chosen(client, clock, note):
    client = client(signature_clock=clock)
    client.advance()
    response = client.count()

    assert response.status_code == (200 if note is None else 401)
    if note is not None:
        assert client.note().startswith("x-timestamp is 2678")
        assert client.note().endswith(note)


def test_a_timestamp_near_to_neither_clock_is_rejected_with_both_distances(client, http):
    client = client()
    client.advance()
    headers = {"x-client-id": client.credentials["count"]["client_id"], "x-signature": "0" * 64}
    long_ago = int((datetime.now(UTC) - timedelta(days=1)).timestamp())
    http.get(
        f"{client._roots['count']}/partners/customers",
        headers={**headers, "x-timestamp": str(long_ago), "Authorization": "Bearer x"},
    )

    assert " seconds behind the sandbox's clock and 86" in client.note()
    assert " seconds behind real time; the maximum is 300" in client.note()


@pytest.mark.parametrize(("clock", "status"), [("sandbox", 401), ("real", 200)])
def test_tokens_expire_by_the_chosen_clock(client, clock, status):
    client = client(token_clock=clock)
    refresh = {"grantType": "refresh_token", "refreshToken": client.credentials["count"]["refresh_token"]}  # fmt: skip
    granted = client.count("POST", "/partners/refresh-user-access-token", json=refresh).json()[
        "data"
    ]["result"]
    token = client.halo_token()
    assert client.halo(token).status_code == 200
    client.advance()

    assert client.count(token=granted["accessToken"]).status_code == status
    assert client.halo(token).status_code == status
    assert client.halo(client.halo_token()).status_code == 200


def test_the_date_of_a_response_is_the_sandbox_s(client, http, vendors_server):
    client = client()
    client.advance()
    expected = datetime.now(UTC) + timedelta(**MONTH)
    responses = [
        client.count(),
        client.count(path=f"/partners/customers/{UNKNOWN_ID}"),
        client.halo("x"),
    ]

    for response in responses[:2]:
        at = parsedate_to_datetime(response.headers["Date"])
        assert abs(at - expected) < timedelta(minutes=1)
    for response in (responses[2], http.get(vendors_server.urls["main"]), http.get(client.url)):
        at = parsedate_to_datetime(response.headers["Date"])
        assert abs(at - datetime.now(UTC)) < timedelta(minutes=1)
        assert response.raw.headers.getlist("Date") == [response.headers["Date"]]
