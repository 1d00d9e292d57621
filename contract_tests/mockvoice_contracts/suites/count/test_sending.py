"""Sending documents by e-mail: addresses, attachment, estimates, quotes and memo drafts."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.factories import Factory, Record


def mails(target: Any, document: Record) -> list[Record]:
    """Return the e-mails about a document, in the order of sending."""
    about = f"invoices/{document['id']}"
    return [mail for mail in target.control.outbox() if mail["about"] == about]


@rule(
    "send names cc and bcc in its e-mail, whose recipients are only those of recipients, and attaches a PDF unless attachPdf is false.",
    source="Assumed: the vendor's client has the options, not the text of the e-mail",
)
@pytest.mark.needs("outbox")
@pytest.mark.assumed
def test_copies_and_the_attachment_are_options(api: Api, target: Any, approved: Record) -> None:
    bodies: list[Record] = [
        {"bcc": ["hidden@contract.example", "h2@contract.example"]},
        {"attachPdf": False, "cc": ["seen@contract.example"]},
        {"attachPdf": True, "recipients": ["to@contract.example"]},
    ]
    for body in bodies:
        api.call("invoices.send", expect=200, body=body, invoiceId=approved["id"])
    first, second, third = mails(target, approved)

    email = approved["customer"]["email"]
    assert [mail["to"] for mail in (first, second, third)] == [email, email, "to@contract.example"]
    for address in bodies[0]["bcc"]:
        assert address in first["body"]
    assert "seen@contract.example" in second["body"]
    assert "contract.example" not in third["body"]
    assert [".pdf" in mail["body"] for mail in (first, second, third)] == [True, False, True]


@rule(
    "send of an {kind} writes to the customer's current email and names the number and the total.",
    source="Assumed: the vendor's client has the route, not the text of the e-mail",
)
@pytest.mark.needs("outbox")
@pytest.mark.assumed
@pytest.mark.parametrize("kind", ["invoice", "estimate", "quote", "memo"])
def test_every_type_is_sent_to_the_current_email(
    api: Api, factory: Factory, target: Any, kind: str
) -> None:
    customer, email = factory.customer(email=factory.email()), factory.email()
    document = factory.invoice(
        "61.35", customerUuid=customer["id"], invoiceType=kind, isDraft=False
    )
    path = {"customerId": customer["id"]}
    api.call("customers.update", expect=200, body={"email": email}, **path)
    sent = api.call("invoices.send", expect=200, body={}, invoiceId=document["id"])["data"]

    assert (sent["status"], sent["isSent"]) == ("sent", True)
    (mail,) = mails(target, document)
    assert mail["to"] == email
    assert document["invoiceNumber"] in mail["subject"]
    assert "61.35" in mail["body"]


@rule(
    "send with an address in {field} that is not an email address returns 400 and sends nothing.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize("field", ["recipients", "cc", "bcc"])
def test_every_address_must_be_an_email_address(
    api: Api, factory: Factory, approved: Record, field: str
) -> None:
    body = {field: ["fine@contract.example", "nobody"]}
    error = api.call("invoices.send", expect=400, body=body, invoiceId=approved["id"])
    assert error["code"] == "validation_error"
    assert error["errors"][0]["field"] == f"{field}.1"

    after = factory.get_invoice(approved)
    assert (after["isSent"], after["sentAt"], after["status"]) == (False, None, "approved")


@rule(
    "send of a draft estimate or quote returns 400 like that of a draft invoice, and it stays a draft.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize("kind", ["estimate", "quote"])
def test_a_draft_estimate_is_not_sent(api: Api, factory: Factory, kind: str) -> None:
    draft = factory.invoice(invoiceType=kind)
    error = api.call("invoices.send", expect=400, body={}, invoiceId=draft["id"])
    assert error["code"] == "invoice_not_approved"

    after = factory.get_invoice(draft)
    assert (after["isDraft"], after["isSent"]) == (True, False)


@rule(
    "send of a memo draft posts it once, lists approved and sent in its audit-log, and the memo can be applied.",
    source="Assumed: the vendor's text names the route, not what it posts",
)
@pytest.mark.assumed
def test_a_sent_memo_draft_is_posted_and_can_be_applied(
    api: Api, factory: Factory, approved: Record
) -> None:
    income = factory.account("Income")["id"]
    line = factory.line(60, product=factory.product(categoryAccountUuid=income))
    memo = factory.memo(isDraft=True, products=[line])
    path = {"invoiceId": memo["id"]}
    assert factory.balances(income) == [0]
    for _ in range(2):
        sent = api.call("invoices.send", expect=200, body={}, **path)["data"]
        assert (sent["isDraft"], sent["approved"], sent["isSent"]) == (False, True, True)
        assert factory.balances(income) == [-60]
    body = {"invoices": [{"id": approved["id"], "amount": 60}]}
    api.call("invoices.apply_credit_to_multiple_invoices", expect=200, body=body, **path)

    assert factory.get_invoice(approved)["amountDue"] == 40
    records = api.call("invoices.audit_log", expect=200, **path)["data"]["records"]
    assert [row["action"] for row in records] == [
        "created", "approved", "sent", "sent", "credit_applied",
    ]  # fmt: skip


@rule(
    "send of a memo draft writes one e-mail with the number and total of the memo.",
    source="Assumed: the vendor's text names the route, not the e-mail",
)
@pytest.mark.needs("outbox")
@pytest.mark.assumed
def test_a_sent_memo_draft_is_in_one_email(api: Api, factory: Factory, target: Any) -> None:
    memo = factory.memo("61.35", isDraft=True)
    api.call("invoices.send", expect=200, body={}, invoiceId=memo["id"])

    (mail,) = mails(target, memo)
    assert mail["to"] == memo["customer"]["email"]
    assert memo["invoiceNumber"] in mail["subject"]
    assert "61.35" in mail["body"]


@rule(
    "send of a partly paid, a paid and an overdue invoice keeps its status and sets isSent.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_sending_keeps_the_status_of_a_payment(api: Api, factory: Factory) -> None:
    deposit = factory.transaction(150)
    partial, paid = (factory.invoice(isDraft=False) for _ in range(2))
    overdue = factory.invoice(isDraft=False, date=factory.day(-9), dueDate=factory.day(-1))
    factory.pay(deposit, (partial, 50), (paid, 100))
    for document, status in ((partial, "partial"), (paid, "paid"), (overdue, "overdue")):
        before = factory.get_invoice(document)
        sent = api.call("invoices.send", expect=200, body={}, invoiceId=document["id"])["data"]

        assert (sent["status"], sent["isSent"]) == (status, True)
        for name in ("amountDue", "paidAmount", "paymentStatus", "total"):
            assert sent[name] == before[name], name
