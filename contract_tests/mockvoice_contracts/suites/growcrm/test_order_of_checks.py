"""Which of two errors comes first: the body, the record, the business rule."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import (
    ID_PARAMETERS,
    UNKNOWN_ID,
    Factory,
    id_parameter,
    line,
)
from mockvoice_contracts.suites.growcrm.updates import update_of

# Operations on one record, with an invalid body of a form that the operation reads.
INVALID = {
    **{
        f"{kind}.update": {}
        for kind in ("estimates", "clients", "contacts", "projects", "categories", "payments", "refunds", "items")
    },
    **{f"{kind}.set_tags": {"tags": None} for kind in ("invoices", "estimates", "clients", "projects", "payments", "refunds")},
    **{f"{kind}.set_items": {"items": "x"} for kind in ("invoices", "estimates")},
    **{f"{kind}.set_status": {"status": "x"} for kind in ("invoices", "estimates", "clients", "projects")},
    **{f"{kind}.clone": {} for kind in ("invoices", "estimates", "projects")},
    "clients.set_owner": {}, "projects.set_progress": {"progress": 101}, "projects.assign": {},
    "categories.set_team": {}, "categories.migrate": {}, "payments.refund": {},
}  # fmt: skip


@rule(
    "{operation} with an invalid body gets 422 for an id that does not exist: the body is checked before the record is looked up.",
    source="Assumed: derived from the form requests of api-development-guide.md",
)
@pytest.mark.assumed
@pytest.mark.parametrize("operation", INVALID)
def test_an_invalid_body_for_an_unknown_record_gets_422(api: Api, operation: str) -> None:
    path = {ID_PARAMETERS[operation.partition(".")[0]]: UNKNOWN_ID}
    response = api.call(operation, expect=422, body=INVALID[operation], **path)

    assert response["errors"]


@rule(
    "A request that breaks a rule of the body and a business rule gets 422, not 409: refund of a refunded payment, clone with a project of another client.",
    source="Assumed: derived from the form requests of api-development-guide.md",
)
@pytest.mark.assumed
def test_the_body_is_checked_before_the_business_rules(api: Api, factory: Factory) -> None:
    payment = factory.record("payments")
    factory.refund(payment)
    path = id_parameter("payments", payment)
    refund = api.call("payments.refund", expect=422, body={"refund_date": "soon"}, **path)
    body = {"refund_paymentid": payment["id"]}
    created = api.call("refunds.create", expect=422, body=body)
    invoice, foreign = factory.invoice(), factory.project()
    clone = {
        "bill_clientid": invoice["client"]["id"],
        "bill_projectid": foreign["id"],
        "bill_date": factory.day(),
        "bill_due_date": factory.day(-1),
    }
    path = id_parameter("invoices", invoice)
    cloned = api.call("invoices.clone", expect=422, body=clone, **path)

    assert list(refund["errors"]) == list(created["errors"]) == ["refund_date"]
    assert list(cloned["errors"]) == ["bill_due_date"]


@rule(
    "Sending, publishing and cloning of an unknown id, and deletion of a record that is gone, get 404 and not 409.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_an_unknown_record_gets_404_before_a_business_rule(api: Api, factory: Factory) -> None:
    for kind in ("invoices", "estimates"):
        path = {ID_PARAMETERS[kind]: UNKNOWN_ID}
        for action in ("publish", "send_email"):
            assert api.call(f"{kind}.{action}", expect=404, **path)["message"]
    payment = factory.record("payments")
    factory.refund(payment)
    path = id_parameter("payments", payment)
    api.call("payments.delete", expect=200, **path)
    body = {"refund_date": factory.day()}

    assert api.call("payments.refund", expect=404, body=body, **path)["message"]
    assert api.call("payments.undo_refund", expect=404, **path)["message"]


@rule(
    "A second refund, undo and new refund of the same payment always show the present refund, in the payment, its row and GET /refunds.",
    source="Documented: docs-api.growcrm.io/refunds",
)
def test_a_payment_shows_its_present_refund(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(items=[line()])
    payment = factory.payment(invoice, 25)
    path = id_parameter("payments", payment)
    query = {"payment_id": payment["id"]}
    seen = []
    for notes in ("first", "second"):
        body = {"refund_date": factory.day(), "refund_notes": notes}
        api.call("payments.refund", expect=201, body=body, **path)
        row = api.call("payments.search", expect=200, query={"invoice_id": invoice["id"]})["data"][
            0
        ]
        refunds = api.call("refunds.search", expect=200, query=query)["data"]
        record = factory.read("payments", payment)
        assert row == record
        seen.append(([refund["notes"] for refund in refunds], record["refund"]["notes"]))
        assert record["refund"]["id"] == refunds[0]["id"]
        api.call("payments.undo_refund", expect=200, **path)
        assert api.call("refunds.search", expect=200, query=query)["data"] == []
        api.call("refunds.get", expect=404, refundId=refunds[0]["id"])

    assert seen == [(["first"], "first"), (["second"], "second")]
    assert factory.read("payments", payment) == payment


@rule(
    "PATCH of a refunded payment keeps it `refunded`, and PATCH of a payment keeps its tags.",
    source="Documented: docs-api.growcrm.io/payments",
)
def test_an_update_keeps_refund_and_tags_of_a_payment(api: Api, factory: Factory) -> None:
    payment = factory.record("payments")
    path = id_parameter("payments", payment)
    api.call("payments.set_tags", expect=200, body={"tags": ["late"]}, **path)
    factory.refund(payment, refund_notes="Back")
    body = {**update_of("payments", payment), "payment_notes": "New"}
    updated = api.call("payments.update", expect=200, body=body, **path)["data"]

    assert (updated["status"], updated["tags"]) == ("refunded", ["late"])
    assert (updated["refund"]["notes"], updated["notes"]) == ("Back", "New")
