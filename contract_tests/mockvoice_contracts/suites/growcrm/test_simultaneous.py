"""Requests that arrive at the same time, where only one of them may succeed or both must count."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api, Response
from mockvoice_contracts.harness.concurrent_requests import send_concurrently
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import PAID, Factory, id_parameter, line
from mockvoice_contracts.suites.growcrm.lists import search

REPETITIONS = 3


def send_pair(
    api: Api, operation: str, expect: tuple[int, int], body: Any = None, **path: int
) -> list[Response]:
    """Send a request twice at once; return both responses by ascending status."""

    def send(client: Api) -> Response:
        return client.exchange(operation, expect=expect, body=body, **path)

    return sorted(send_concurrently(api, send, send), key=lambda response: response.status)


def statuses(pair: list[Response]) -> tuple[int, ...]:
    return tuple(response.status for response in pair)


@rule(
    "Of two simultaneous refunds of a payment ({operation}), one gets 201 and the other 409, and the payment has one refund.",
    source="Documented: docs-api.growcrm.io/payments",
)
@pytest.mark.parametrize("operation", ["payments.refund", "refunds.create"])
def test_a_payment_is_refunded_once_by_two_requests_at_once(
    api: Api, factory: Factory, operation: str
) -> None:
    invoice = factory.published_invoice()
    for _ in range(REPETITIONS):
        payment = factory.payment(invoice, 1)
        body = {"refund_date": factory.day(), "refund_paymentid": payment["id"]}
        path = {"paymentId": payment["id"]} if operation == "payments.refund" else {}
        pair = send_pair(api, operation, (201, 409), body, **path)
        refunds = search(api, "refunds", {"payment_id": payment["id"]})

        assert statuses(pair) == (201, 409)
        assert refunds["meta"]["total"] == 1


@rule(
    "Of two simultaneous publish requests of a draft in {kind}, one gets 200 and the other 409.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@pytest.mark.parametrize("kind", ["invoices", "estimates"])
def test_a_draft_is_published_once_by_two_requests_at_once(
    api: Api, factory: Factory, kind: str
) -> None:
    for _ in range(REPETITIONS):
        draft = factory.record(kind)
        pair = send_pair(api, f"{kind}.publish", (200, 409), **id_parameter(kind, draft))

        assert statuses(pair) == (200, 409)


@rule(
    "Of two simultaneous requests for a category with the same name and type, one gets 201 and the other 422.",
    source="Documented: docs-api.growcrm.io/categories",
)
def test_a_category_name_is_given_once_by_two_requests_at_once(api: Api, factory: Factory) -> None:
    for _ in range(REPETITIONS):
        body = {"category_name": factory.unique_name("Pair"), "category_type": "invoice"}
        pair = send_pair(api, "categories.create", (201, 422), body)
        found = search(api, "categories", {"search": body["category_name"]})

        assert statuses(pair) == (201, 422)
        assert found["meta"]["total"] == 1


@rule(
    "Of two simultaneous requests for a client with the same `email`, one gets 201 and the other 422.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_an_email_address_is_given_once_by_two_requests_at_once(api: Api, factory: Factory) -> None:
    for _ in range(REPETITIONS):
        body = {"first_name": "Ada", "last_name": "Pair", "email": factory.email()}
        pair = send_pair(api, "clients.create", (201, 422), body)
        found = search(api, "contacts", {"search": body["email"]})

        assert statuses(pair) == (201, 422)
        assert found["meta"]["total"] == 1


@rule(
    "Of two simultaneous deletions of a record of {kind}, one gets 200 and the other 404.",
    source="Documented: api-development-guide.md of nextloopdevs/growcrm-modules-docs-api",
)
@pytest.mark.parametrize("kind", ["invoices", "payments", "clients"])
def test_a_record_is_deleted_once_by_two_requests_at_once(
    api: Api, factory: Factory, kind: str
) -> None:
    for _ in range(REPETITIONS):
        record = factory.record(kind)
        pair = send_pair(api, f"{kind}.delete", (200, 404), **id_parameter(kind, record))

        assert statuses(pair) == (200, 404)


@rule(
    "Two simultaneous payments of 60 and 40 both count: an invoice of 100.00 is Paid (5).",
    source="Observed: the CRM core 3.2, Abdulkaderr/factuuren",
)
def test_two_payments_at_once_both_count(api: Api, factory: Factory) -> None:
    for _ in range(REPETITIONS):
        invoice = factory.published_invoice(amount=100)
        body = {"payment_invoiceid": invoice["id"], "payment_date": factory.day()}
        bodies = [{**body, "payment_amount": amount} for amount in (60, 40)]
        send_concurrently(
            api,
            lambda client: client.call("payments.create", expect=201, body=bodies[0]),  # noqa: B023
            lambda client: client.call("payments.create", expect=201, body=bodies[1]),  # noqa: B023
        )
        payments = search(api, "payments", {"invoice_id": invoice["id"]})

        assert payments["meta"]["total"] == 2
        assert factory.read("invoices", invoice)["status"]["id"] == PAID


@rule(
    "Of two simultaneous PUT items of {kind}, one replaces the lines of the other: lines of both never mix.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@pytest.mark.parametrize("kind", ["invoices", "estimates"])
def test_lines_of_two_replacements_at_once_do_not_mix(
    api: Api, factory: Factory, kind: str
) -> None:
    bodies = [{"items": [line(rate=rate)] * 2} for rate in (10, 25)]
    for _ in range(REPETITIONS):
        bill = factory.record(kind)
        path = id_parameter(kind, bill)
        send_concurrently(
            api,
            lambda client: client.call(f"{kind}.set_items", expect=200, body=bodies[0], **path),  # noqa: B023
            lambda client: client.call(f"{kind}.set_items", expect=200, body=bodies[1], **path),  # noqa: B023
        )
        current = factory.read(kind, bill)
        rates = {item["rate"] for item in current["line_items"]}

        assert len(current["line_items"]) == 2
        assert (rates, current["totals"]["final_amount"]) in (
            ({"10.00"}, "20.00"),
            ({"25.00"}, "50.00"),
        )


@rule(
    "After two contacts were made account owner at once, the client has one owner, and only that contact has `account_owner` `yes`.",
    source="Documented: docs-api.growcrm.io/contacts",
)
def test_a_client_has_one_owner_after_two_changes_at_once(api: Api, factory: Factory) -> None:
    client = factory.client()
    first, second = factory.contact(client), factory.contact(client)
    for _ in range(REPETITIONS):
        send_concurrently(
            api,
            lambda api: api.call("contacts.set_account_owner", expect=200, contactId=first["id"]),
            lambda api: api.call("contacts.set_account_owner", expect=200, contactId=second["id"]),
        )
        owners = search(api, "contacts", {"client_id": client["id"], "account_owner": "yes"})

        assert [row["id"] for row in owners["data"]] == [
            factory.read("clients", client)["owner"]["id"]
        ]
