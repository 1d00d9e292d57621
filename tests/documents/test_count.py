"""Statements of COUNT's pages that no kind of check can try."""

from typing import Any
from uuid import UUID

import pytest
import requests
from requests.auth import AuthBase

from tests.documents.conftest import NewContext
from tests.documents.count_service import create_auth
from tests.documents.service import CheckContext
from tests.documents.statements import covers


class Without(AuthBase):
    """The demo application's authentication without one header, or with another value."""

    def __init__(self, header: str, value: str | None) -> None:
        self._header, self._value, self._auth = header, value, create_auth()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        signed = self._auth(request)
        del signed.headers[self._header]
        if self._value is not None:
            signed.headers[self._header] = self._value
        return signed


@covers(
    "count/authentication/x-client-id", "count/authentication/x-signature", "count/authentication/authorization",
    "count/response/401", "count/response/401/status", "count/response/401/message", "count/response/401/code",
)  # fmt: skip
@pytest.mark.parametrize("value", [None, "wrong"])
@pytest.mark.parametrize("header", ["x-client-id", "x-signature", "Authorization"])
def test_each_header_is_needed(new_context: NewContext, header: str, value: str | None) -> None:
    context = new_context("count")
    url = f"{context.service.url}/invoices/{context['new_invoice']}"

    rejected = requests.get(url, auth=Without(header, value), timeout=10)
    accepted = requests.get(url, auth=create_auth(), timeout=10)

    assert (rejected.status_code, accepted.status_code) == (401, 200)
    body = rejected.json()
    assert body["status"] == "error"
    assert all(isinstance(body[name], str) and body[name] for name in ("message", "code"))
    # These never occur with this status, which is why no check tries their types.
    assert not {"details", "errors"} & set(body)


def balance(context: CheckContext) -> float:
    query = {"includeBalances": "true", "type": "Income"}
    response = context.service.send("GET", "/chart-of-accounts", params=query)
    accounts = {row["id"]: row for row in response.json()["data"]["accounts"]}
    return float(accounts[context["new_account"]]["balance"])


@covers("count/lifecycle/draft/reports", "count/lifecycle/approved/reports")
def test_an_invoice_is_in_the_balances_once_it_is_approved(new_context: NewContext) -> None:
    context = new_context("count")
    path = f"/invoices/{context['new_invoice']}/approve"
    draft = balance(context)

    assert context.service.send("PATCH", path, json={}).status_code == 200

    assert (draft, balance(context)) == (0, 250)


def ids_in(value: Any) -> list[Any]:
    """Return the values of all ids in a record, at any depth."""
    if isinstance(value, list):
        return [found for item in value for found in ids_in(item)]
    if not isinstance(value, dict):
        return []
    own = [item for name, item in value.items() if name.lower().endswith(("id", "uuid")) and item]
    return own + [found for item in value.values() for found in ids_in(item)]


@covers("count/create/uuids")
def test_an_invoice_and_its_parts_have_no_other_ids_than_uuids(new_context: NewContext) -> None:
    context = new_context("count")
    tax = context.service.send("GET", "/taxes").json()["data"]["taxes"][0]["id"]
    body = context["new_body"]
    line = {**body["products"][0], "taxes": [tax]}
    body = {**body, "products": [line], "tagUuids": [context["new_tag"]]}

    invoice = context.service.save("POST", "/invoices", body)

    found = ids_in(invoice)
    assert len(found) > 5
    assert [str(UUID(value)) for value in found if not isinstance(value, bool)] == found


@covers("count/create/addresses")
def test_both_addresses_have_every_part(new_context: NewContext) -> None:
    context = new_context("count")
    parts = {"street": "1 Road", "city": "Town", "state": "ST", "zipCode": "12345", "country": "US"}
    addresses = {"billingAddress": parts, "shippingAddress": {**parts, "city": "Port"}}
    body = {"customer": "Full address", **addresses}

    customer = context.service.save("POST", "/customers", body)

    stored = context.service.send("GET", f"/customers/{customer['id']}").json()["data"]
    assert {name: stored[name] for name in addresses} == addresses


@covers("count/response/400/message/names")
@pytest.mark.parametrize(
    ("missing", "text"),
    [("productUuid", "products.0 needs productUuid or uuid."), ("price", "products.0 needs price or unitPrice."),
     ("quantity", "products.0.quantity is required.")],
)  # fmt: skip
def test_a_rejection_names_what_a_line_lacks(
    new_context: NewContext, missing: str, text: str
) -> None:
    context = new_context("count")
    body = context["new_body"]
    line = {name: value for name, value in body["products"][0].items() if name != missing}

    response = context.service.send("POST", "/invoices", json={**body, "products": [line]})

    assert response.status_code == 400
    assert response.json()["message"] == text
