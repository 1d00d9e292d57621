"""Documents that are no drafts: what is locked, in every status and for every type."""

from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.comparison import shared_members
from mockvoice_contracts.suites.count.factories import Factory, Record


def _overdue(api: Api, factory: Factory) -> Record:
    return factory.invoice(isDraft=False, date=factory.day(-9), dueDate=factory.day(-2))


def _sent(api: Api, factory: Factory) -> Record:
    invoice = factory.invoice(isDraft=False)
    api.call("invoices.send", expect=200, invoiceId=invoice["id"])
    return invoice


def _paid(amount: int) -> Callable[[Api, Factory], Record]:
    def pay(api: Api, factory: Factory) -> Record:
        invoice = factory.invoice(isDraft=False)
        factory.pay(factory.transaction(), (invoice, amount))
        return invoice

    return pay


def _credited(api: Api, factory: Factory) -> Record:
    invoice = factory.invoice(isDraft=False)
    body = {"creditMemos": [{"id": factory.memo(30)["id"], "amount": 30}]}
    api.call(
        "invoices.apply_multiple_credit_to_invoice",
        expect=200,
        body=body,
        invoiceId=invoice["id"],
    )
    return invoice


STATES: dict[str, Callable[[Api, Factory], Record]] = {
    "sent": _sent, "overdue": _overdue, "partly paid": _paid(40), "paid": _paid(100),
    "credited": _credited,
}  # fmt: skip


def check_locked(api: Api, factory: Factory, document: Record) -> None:
    """Check that a document can neither be updated, deleted nor approved, and does not change."""
    path = {"invoiceId": document["id"]}
    before = factory.get_invoice(document)
    for body in ({"notes": "Late"}, {"products": [factory.line(1)]}, {"isDraft": True}):
        error = api.call("invoices.update", expect=400, body=body, **path)
        assert error["code"] == "invoice_locked"
        assert "cannot update" in error["message"]
    assert api.call("invoices.delete", expect=400, **path)["code"] == "invoice_locked"
    error = api.call("invoices.approve", expect=400, body={}, **path)
    assert error["code"] == "invoice_already_approved"
    assert "already approved" in error["message"]
    after = factory.get_invoice(document)
    assert shared_members(after, before) == shared_members(before, after)


@rule(
    "PATCH, DELETE and approve of an invoice that is {state} return 400 and change nothing.",
    source="Documented: developers.getcount.com/api-reference/invoices",
)
@pytest.mark.parametrize("state", STATES)
def test_an_invoice_is_locked_in_every_status(api: Api, factory: Factory, state: str) -> None:
    check_locked(api, factory, STATES[state](api, factory))


@rule(
    "PATCH, DELETE and approve of an approved {kind} return 400 and change nothing.",
    source="Assumed: the vendor states it for invoices",
)
@pytest.mark.assumed
@pytest.mark.parametrize("kind", ["quote", "estimate", "memo"])
def test_every_type_is_locked_after_approval(api: Api, factory: Factory, kind: str) -> None:
    check_locked(api, factory, factory.invoice(invoiceType=kind, isDraft=False))


@rule(
    "A {kind} whose payment was removed stays approved, and is still locked.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize(("kind", "type_"), [("invoice", "Income"), ("memo", "Expense")])
def test_a_document_stays_locked_after_its_payment_was_removed(
    api: Api, factory: Factory, kind: str, type_: str
) -> None:
    document = factory.invoice(invoiceType=kind, isDraft=False)
    payment = factory.transaction(type=type_)
    factory.pay(payment, (document, 100))
    body = {"transactionId": payment["id"]}
    after = api.call(
        "invoices.remove_transaction", expect=200, body=body, invoiceId=document["id"]
    )["data"]

    assert (after["status"], after["isDraft"], after["amountDue"]) == ("approved", False, 100)
    assert after["payments"] == []
    check_locked(api, factory, document)


@rule(
    "An invoice can be sent again when it is {state}, and keeps its amounts.",
    source="Assumed: the vendor states it for approved and sent invoices",
)
@pytest.mark.assumed
@pytest.mark.parametrize("state", STATES)
def test_an_invoice_can_be_sent_in_every_status(api: Api, factory: Factory, state: str) -> None:
    invoice = factory.get_invoice(STATES[state](api, factory))
    sent = api.call("invoices.send", expect=200, body={}, invoiceId=invoice["id"])["data"]

    assert sent["isSent"] is True
    for name in ("total", "paidAmount", "creditedAmount", "amountDue", "paymentStatus"):
        assert sent[name] == invoice[name], name


@rule(
    "Files can be attached to an invoice that is {state}, by url and as an upload; its amounts stay.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
@pytest.mark.parametrize("state", STATES)
def test_files_are_attached_in_every_status(api: Api, factory: Factory, state: str) -> None:
    invoice = factory.get_invoice(STATES[state](api, factory))
    path = {"invoiceId": invoice["id"]}
    body = {"attachments": [{"url": "https://files.example.com/terms.pdf"}]}
    api.call("invoices.add_attachments", expect=201, body=body, **path)
    files = {"file": ("notes.txt", b"Notes", "text/plain")}
    after = api.call("invoices.upload_attachments", expect=201, files=files, **path)["data"]

    assert len(after["attachments"]) == 2
    for name in ("status", "total", "paidAmount", "creditedAmount", "amountDue"):
        assert after[name] == invoice[name], name


@rule(
    "A draft {kind} can neither be sent nor have a public link: both return 400.",
    source="Assumed: the vendor states it for invoices",
)
@pytest.mark.assumed
@pytest.mark.parametrize("kind", ["quote", "estimate"])
def test_a_draft_of_every_type_is_not_visible(api: Api, factory: Factory, kind: str) -> None:
    draft = factory.invoice(invoiceType=kind)
    path = {"invoiceId": draft["id"]}

    for operation in ("invoices.send", "invoices.public_link"):
        body = {} if operation == "invoices.send" else None
        error = api.call(operation, expect=400, body=body, **path)
        assert error["code"] == "invoice_not_approved"
    assert factory.get_invoice(draft)["status"] == "draft"


@rule(
    "A draft memo can neither be paid back nor have a public link: both return 400.",
    source="Assumed: the vendor states it for invoices",
)
@pytest.mark.assumed
def test_a_draft_memo_is_neither_paid_nor_visible(api: Api, factory: Factory) -> None:
    memo = factory.memo(isDraft=True)
    expense = factory.transaction(type="Expense")

    error = factory.pay(expense, (memo, 1), expect=400)
    assert error["code"] == "invoice_not_approved"
    error = api.call("invoices.public_link", expect=400, invoiceId=memo["id"])
    assert error["code"] == "invoice_not_approved"
    assert factory.get_transaction(expense)["assignments"] == []


@rule(
    "A draft of type {kind} is deleted, and its invoiceNumber can be used again.",
    source="Assumed: the vendor states the deletion, not that numbers become free",
)
@pytest.mark.assumed
@pytest.mark.parametrize("kind", ["invoice", "quote", "estimate", "memo"])
def test_the_number_of_a_deleted_draft_is_free_again(api: Api, factory: Factory, kind: str) -> None:
    draft = factory.invoice(invoiceType=kind)
    number = draft["invoiceNumber"]
    body = factory.invoice_body(invoiceType=kind, invoiceNumber=number)
    error = api.call("invoices.create", expect=409, body=body)
    assert error["code"] == "invoice_number_exists"
    api.call("invoices.delete", expect=200, invoiceId=draft["id"])

    assert factory.invoice(invoiceType=kind, invoiceNumber=number)["invoiceNumber"] == number
