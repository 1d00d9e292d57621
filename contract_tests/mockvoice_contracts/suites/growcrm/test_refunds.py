"""Refunds of whole payments, and how they are undone."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import DUE, PAID, UNKNOWN_ID, Factory, Record
from mockvoice_contracts.suites.growcrm.messages import check_errors, required


def status_of(factory: Factory, invoice: Record) -> int:
    status: int = factory.read("invoices", invoice)["status"]["id"]
    return status


@pytest.fixture
def payment(factory: Factory) -> Record:
    """A payment of 100.00 that covers its invoice."""
    return factory.payment(factory.published_invoice(amount=100), 100)


@rule(
    "POST /payments/<id>/refund sets the payment to `refunded`, with id, amount, date and notes of its refund.",
    source="Documented: docs-api.growcrm.io/payments",
)
def test_a_refunded_payment_shows_its_refund(api: Api, factory: Factory, payment: Record) -> None:
    body = {"refund_date": "2026-02-28", "refund_notes": "Paid twice"}
    refunded = api.call("payments.refund", expect=201, paymentId=payment["id"], body=body)["data"]
    refund = refunded["refund"]

    assert refunded["status"] == "refunded"
    assert {**refund, "id": None} == {
        "has_refund": True,
        "id": None,
        "amount": "100.00",
        "date": "2026-02-28",
        "notes": "Paid twice",
    }
    assert factory.read("payments", payment) == refunded
    assert factory.read("refunds", refund)["payment"]["id"] == payment["id"]


@rule(
    "POST /refunds creates a refund of the whole payment, with its payment, invoice_id, client, and `formatted_id` of # and six digits.",
    source="Documented: docs-api.growcrm.io/refunds",
)
def test_a_refund_covers_the_whole_payment_and_has_the_ids_of_payment_invoice_and_client(
    factory: Factory, payment: Record
) -> None:
    refund = factory.refund(payment, refund_date="2026-02-28", refund_notes="Paid twice")

    assert refund["amount"] == payment["amount"]
    assert refund["payment"] == {"id": payment["id"]}
    assert refund["invoice_id"] == payment["invoice"]["id"]
    assert refund["client"] == payment["client"]
    assert (refund["date"], refund["dates"]["date"]) == ("2026-02-28", "2026-02-28")
    assert (refund["notes"], refund["creator_id"], refund["tags"]) == ("Paid twice", 1, [])
    assert refund["formatted_id"] == f"#{refund['id']:06d}"
    assert factory.read("refunds", refund) == refund


@rule(
    "A refunded payment no longer counts: its Paid invoice is Due (2) again.",
    source="Observed: the CRM core 3.2, Abdulkaderr/factuuren",
)
@pytest.mark.parametrize("resource", ["payments", "refunds"])
def test_a_refunded_payment_no_longer_counts(
    api: Api, factory: Factory, payment: Record, resource: str
) -> None:
    invoice = payment["invoice"]
    assert status_of(factory, invoice) == PAID
    if resource == "payments":
        body = {"refund_date": factory.day()}
        api.call("payments.refund", expect=201, paymentId=payment["id"], body=body)
    else:
        factory.refund(payment)

    assert status_of(factory, invoice) == DUE


@rule(
    "After a refund is undone, the payment is as before, and the invoice is Paid (5) again.",
    source="Assumed: the refresh of the invoice after an undo is a choice",
)
@pytest.mark.assumed
@pytest.mark.parametrize("operation", ["payments.undo_refund", "refunds.delete"])
def test_a_payment_counts_again_after_its_refund_is_undone(
    api: Api, factory: Factory, payment: Record, operation: str
) -> None:
    refund = factory.refund(payment)
    path = (
        {"paymentId": payment["id"]}
        if operation == "payments.undo_refund"
        else {"refundId": refund["id"]}
    )
    api.call(operation, expect=200, **path)

    assert factory.read("payments", payment) == payment
    assert status_of(factory, payment["invoice"]) == PAID
    api.call("refunds.get", expect=404, refundId=refund["id"])


@rule(
    "A second refund of a payment gets 409 and changes neither payment nor refund, here {operation}.",
    source="Documented: docs-api.growcrm.io/payments",
)
@pytest.mark.parametrize("operation", ["payments.refund", "refunds.create"])
def test_a_payment_can_be_refunded_only_once(
    api: Api, factory: Factory, payment: Record, operation: str
) -> None:
    refund = factory.refund(payment)
    before = factory.read("payments", payment)
    if operation == "payments.refund":
        body: Record = {"refund_date": factory.day()}
        response = api.call(operation, expect=409, paymentId=payment["id"], body=body)
    else:
        body = {"refund_paymentid": payment["id"], "refund_date": factory.day()}
        response = api.call(operation, expect=409, body=body)

    assert set(response) == {"message"}
    assert factory.read("payments", payment) == before
    assert factory.read("refunds", refund) == refund


@rule(
    "After DELETE /payments/<id>/refund the payment can be refunded again, with a new refund id.",
    source="Documented: docs-api.growcrm.io/payments",
)
def test_a_payment_can_be_refunded_again_after_the_refund_is_undone(
    api: Api, factory: Factory, payment: Record
) -> None:
    first = factory.refund(payment)
    api.call("payments.undo_refund", expect=200, paymentId=payment["id"])
    second = factory.refund(payment)

    assert second["id"] != first["id"]
    assert factory.read("payments", payment)["refund"]["id"] == second["id"]


@rule(
    "DELETE /payments/<id>/refund of a payment without refund gets 404 and changes nothing.",
    source="Assumed: the page does not say what happens without a refund",
)
@pytest.mark.assumed
def test_undoing_a_missing_refund_is_not_found(api: Api, factory: Factory, payment: Record) -> None:
    api.call("payments.undo_refund", expect=404, paymentId=payment["id"])

    assert factory.read("payments", payment) == payment


@rule(
    "A refund without `refund_date` gets 422 with an error for it, and the payment stays `paid`.",
    source="Documented: docs-api.growcrm.io/payments",
)
def test_a_refund_requires_a_date(api: Api, factory: Factory, payment: Record) -> None:
    response = api.call(
        "payments.refund", expect=422, paymentId=payment["id"], body={"refund_notes": "?"}
    )

    check_errors(api, response, required("refund_date"))
    assert factory.read("payments", payment) == payment


@rule(
    "POST /refunds without or with an unknown `refund_paymentid` gets 422; refund of an unknown payment id gets 404.",
    source="Documented: docs-api.growcrm.io/refunds",
)
def test_a_refund_requires_an_existing_payment(api: Api, factory: Factory) -> None:
    body = {"refund_date": factory.day()}
    missing = api.call("refunds.create", expect=422, body=body)
    unknown = api.call("refunds.create", expect=422, body={**body, "refund_paymentid": UNKNOWN_ID})

    assert list(missing["errors"]) == ["refund_paymentid"]
    assert list(unknown["errors"]) == ["refund_paymentid"]
    api.call("payments.refund", expect=404, paymentId=UNKNOWN_ID, body=body)


@rule(
    "PATCH of a refund changes date and notes only, and the payment shows the new date.",
    source="Documented: docs-api.growcrm.io/refunds",
)
def test_an_update_changes_date_and_notes_and_nothing_else(
    api: Api, factory: Factory, payment: Record
) -> None:
    refund = factory.refund(payment)
    body = {
        "refund_date": "2026-02-01",
        "refund_notes": "Later",
        "refund_amount": 1,
        "refund_paymentid": 1,
    }
    updated = api.call("refunds.update", expect=200, refundId=refund["id"], body=body)["data"]

    assert updated == {
        **refund,
        "date": "2026-02-01",
        "notes": "Later",
        "dates": {**refund["dates"], "date": "2026-02-01"},
    }
    assert factory.read("payments", payment)["refund"]["date"] == "2026-02-01"


@rule(
    "PATCH of a refund keeps notes that are left out; null clears them.",
    source="Assumed: the reference marks absent fields of an update as a choice",
)
@pytest.mark.assumed
def test_an_update_keeps_notes_left_out_and_null_clears_them(
    api: Api, factory: Factory, payment: Record
) -> None:
    refund = factory.refund(payment, refund_notes="Note")
    body = {"refund_date": refund["date"]}
    unchanged = api.call("refunds.update", expect=200, refundId=refund["id"], body=body)["data"]
    body["refund_notes"] = None
    cleared = api.call("refunds.update", expect=200, refundId=refund["id"], body=body)["data"]

    assert (unchanged["notes"], cleared["notes"]) == ("Note", None)


@rule(
    "PATCH of a refund without `refund_date` gets 422 with an error for it.",
    source="Documented: docs-api.growcrm.io/refunds",
)
def test_an_update_requires_the_date(api: Api, factory: Factory, payment: Record) -> None:
    refund = factory.refund(payment)
    response = api.call("refunds.update", expect=422, refundId=refund["id"], body={})

    assert list(response["errors"]) == ["refund_date"]


@rule(
    "GET and PATCH of a refund id that does not exist get 404.",
    source="Documented: docs-api.growcrm.io/refunds",
)
def test_an_unknown_refund_is_not_found(api: Api, factory: Factory) -> None:
    api.call("refunds.get", expect=404, refundId=UNKNOWN_ID)
    api.call("refunds.update", expect=404, refundId=UNKNOWN_ID, body={"refund_date": factory.day()})


@rule(
    "After PATCH of the amount of a refunded payment, the refund has the new amount.",
    source="Assumed: follows from a refund being always the full payment",
)
@pytest.mark.assumed
def test_a_refund_always_has_the_amount_of_its_payment(
    api: Api, factory: Factory, payment: Record
) -> None:
    refund = factory.refund(payment)
    body = {"payment_amount": 60, "payment_date": factory.day()}
    updated = api.call("payments.update", expect=200, paymentId=payment["id"], body=body)["data"]

    assert updated["status"] == "refunded"
    assert factory.read("refunds", refund)["amount"] == updated["refund"]["amount"] == "60.00"
