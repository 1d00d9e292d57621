"""The key: without a valid one nothing is answered and nothing happens."""

import pytest
from requests.auth import AuthBase

from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.client import Anonymous, Api, Bearer
from mockvoice_contracts.harness.contract import Contract, Operation
from mockvoice_contracts.suites.growcrm.factories import UNKNOWN_ID, Factory, required_header

UNAUTHORIZED = {"message": "Unauthorized. A valid API key is required."}
OPERATIONS = list(Contract(targets.document("growcrm"), closed=True).operations.values())


class Header(AuthBase):
    """An ``Authorization`` header of any kind."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __call__(self, request):  # type: ignore[no-untyped-def]
        request.headers["Authorization"] = self._value
        return request


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.id)
def test_every_operation_needs_a_key(api: Api, operation: Operation) -> None:
    path = dict.fromkeys(operation.path_names, UNKNOWN_ID)
    body = {} if operation.body else None
    refused = api.acting_as(Anonymous()).call(operation.id, expect=401, body=body, **path)

    assert refused == UNAUTHORIZED


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.id)
def test_every_operation_refuses_a_wrong_key(api: Api, operation: Operation) -> None:
    path = dict.fromkeys(operation.path_names, UNKNOWN_ID)
    body = {} if operation.body else None
    refused = api.acting_as(Bearer("no-such-key")).call(operation.id, expect=401, body=body, **path)

    assert refused == UNAUTHORIZED


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "Bearer ÿ",
        "Token x",
        "Bearer " + "x" * 5000,
    ],
)
def test_whatever_is_no_key_is_refused(api: Api, header: str) -> None:
    refused = api.acting_as(Header(header)).call("invoices.search", expect=401)

    assert refused == UNAUTHORIZED


@pytest.mark.assumed
def test_letter_case_counts_in_the_key_and_not_in_the_scheme(api: Api) -> None:
    key = api.target.credentials["api_key"]

    api.acting_as(Header(f"bearer {key}")).call("invoices.search", expect=200)
    api.acting_as(Header(f"BEARER {key}")).call("invoices.search", expect=200)
    api.acting_as(Header(f"Bearer {key.swapcase()}")).call("invoices.search", expect=401)
    api.acting_as(Header(f"Bearer {key}x")).call("invoices.search", expect=401)


@pytest.mark.assumed
def test_a_key_in_the_address_does_not_count(api: Api) -> None:
    key = api.target.credentials["api_key"]
    reply = api.acting_as(Anonymous()).send("GET", f"/api/invoices?api_key={key}&token={key}")

    assert reply.status == 401


def test_nothing_happens_without_a_key(api: Api, make: Factory) -> None:
    invoice = make.invoice()
    stranger = api.acting_as(Anonymous())
    where = {"invoiceId": invoice["id"]}
    body = {**required_header(invoice), "bill_notes": "Changed"}

    stranger.call("invoices.update", expect=401, body=body, **where)
    stranger.call("invoices.publish", expect=401, **where)
    stranger.call("invoices.delete", expect=401, **where)
    assert make.read("invoices", invoice) == invoice


@pytest.mark.assumed
def test_the_key_is_asked_for_before_the_body_and_the_record_and_after_the_route(api: Api) -> None:
    stranger = api.acting_as(Anonymous())

    stranger.call("invoices.update", expect=401, invoiceId=UNKNOWN_ID, body={})
    stranger.call("invoices.get", expect=401, invoiceId=UNKNOWN_ID)
    assert stranger.send("GET", "/api/unknown").status == 404
    assert stranger.send("PUT", "/api/invoices").status == 405


def test_what_a_key_makes_is_made_by_the_main_administrator(make: Factory) -> None:
    payment = make.payment(make.published_invoice())

    assert (
        payment["creator_id"]
        == make.refund(payment)["creator_id"]
        == make.item()["creator_id"]
        == 1
    )
