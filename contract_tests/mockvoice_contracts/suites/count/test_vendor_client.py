"""Requests like those of the vendor's client: times in milliseconds, ``{}`` as the empty body."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from mockvoice_contracts.harness.client import Anonymous, Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.factories import Factory
from mockvoice_contracts.suites.count.request_signer import signed_auth

CALLBACK = "http://127.0.0.1:17845/callback"


class Client:
    """Signs in, stores its tokens and refreshes them once when a response says that they expired."""

    def __init__(self, api: Api, target: Target) -> None:
        self._api, self._target = api, target
        self.tokens: dict[str, Any] = {}
        self.refreshes = 0

    def sign_in(self) -> None:
        query = {
            "clientId": self._target.credentials["client_id"],
            "redirectUri": CALLBACK,
            "state": "s",
        }
        anonymous = self._api.with_auth(Anonymous())
        page = anonymous.call("authorization.start", expect=200, query=query)["data"]
        response = requests.post(
            page["redirectUri"], data={"decision": "allow"}, timeout=10, allow_redirects=False
        )
        code = parse_qs(urlsplit(response.headers["location"]).query)["code"][0]
        body = {"grantType": "authorization_code", "code": code, "state": "s"}
        self.tokens = self._signed(None).call("tokens.grant", expect=200, body=body)["data"][
            "result"
        ]

    def request(self, method: str, path: str, data: bytes | None = None) -> Any:
        response = self._send(method, path, data)
        if response.status == 401 and self._is_token_error(response.body):
            self.refreshes += 1
            body = {"grantType": "refresh_token", "refreshToken": self.tokens["refreshToken"]}
            refreshed = self._signed(None).call("tokens.refresh", expect=200, body=body)
            self.tokens = refreshed["data"]["result"]
            response = self._send(method, path, data)
        assert response.status < 300, response.content
        assert "application/json" in response.headers["content-type"]
        return response.body

    def rows(self, path: str, name: str) -> list[dict[str, Any]]:
        body = self.request("GET", path)
        page = body if name in body else body["data"]
        assert isinstance(page["totalRecords"], int)
        rows: list[dict[str, Any]] = page[name]
        return rows

    def _send(self, method: str, path: str, data: bytes | None) -> Any:
        body = b"{}" if data is None and method not in ("GET", "DELETE") else data
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        signed = self._signed(self.tokens["accessToken"])
        return signed.send(method, path, data=body, headers=headers)

    def _signed(self, bearer: str | None) -> Api:
        return self._api.with_auth(signed_auth(self._target, bearer, milliseconds=True))

    @staticmethod
    def _is_token_error(body: dict[str, Any]) -> bool:
        return (
            body.get("error") == "invalid_token"
            or body.get("error_description") == "The access token expired"
            or body.get("message") == "Invalid access token."
        )


@pytest.fixture
def client(api: Api, target: Target) -> Client:
    signed_in = Client(api, target)
    signed_in.sign_in()
    return signed_in


@rule(
    "The vendor's client, with millisecond timestamps and an empty object as body, signs in, reads all lists, approves, sends and pays.",
    source="Observed: requests of github.com/getcount/count-cli 0.2.3",
)
def test_the_client_signs_in_lists_creates_approves_and_pays(
    client: Client, factory: Factory
) -> None:
    assert isinstance(client.tokens["workspaceId"], str)
    for path, name in (
        ("/partners/chart-of-accounts?limit=5000", "accounts"),
        ("/partners/customers?limit=100", "customers"),
        ("/partners/products", "products"),
        ("/partners/tags", "tags"),
        ("/partners/invoices", "invoices"),
        ("/partners/transactions", "transactions"),
        ("/partners/recurring-invoice-templates", "recurringInvoiceTemplates"),
        ("/partners/webhooks", "webhooks"),
    ):
        client.rows(path, name)
    invoice = factory.invoice()
    path = f"/partners/invoices/{invoice['id']}"

    assert client.request("PATCH", f"{path}/approve")["data"]["status"] == "approved"
    assert client.request("POST", f"{path}/send")["data"]["status"] == "sent"
    factory.pay(factory.transaction(), (invoice, 100))
    assert client.request("GET", path)["data"]["status"] == "paid"
    assert client.refreshes == 0


@rule(
    "After the accessToken expired, the vendor's client refreshes once and continues.",
    source="Observed: requests of github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.needs("clock")
def test_the_client_recovers_from_an_expired_token_with_one_refresh(
    client: Client, clock: ServerClock
) -> None:
    clock.advance(seconds=2 * 3600)
    client.rows("/partners/customers", "customers")
    client.rows("/partners/customers", "customers")

    assert client.refreshes == 1
