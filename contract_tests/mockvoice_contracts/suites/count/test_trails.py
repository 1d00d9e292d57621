"""The audit log of documents after changes that were undone or rejected."""

from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.comparison import to_instant
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory, Record

pytestmark = pytest.mark.assumed


def audit_log(api: Api, document: Record) -> list[Record]:
    response = api.call("invoices.audit_log", expect=200, invoiceId=document["id"])
    records: list[Record] = response["data"]["records"]
    times = [to_instant(row["at"]) for row in records]
    assert times == sorted(times)
    return records


def actions(api: Api, document: Record) -> list[str]:
    return [row["action"] for row in audit_log(api, document)]


def amounts(record: Record) -> list[tuple[str, Decimal, Decimal]]:
    """Return the changed amounts of an entry: the property, the old and the new value."""
    return [(row["field"], Decimal(row["from"]), Decimal(row["to"])) for row in record["changes"]]


@rule(
    "audit-log has payment_applied and payment_removed with paidAmount before and after; a removal deletes no entry.",
    source="Assumed: the vendor's client has the route, not its records",
)
@pytest.mark.parametrize(("kind", "type_"), [("invoice", "Income"), ("memo", "Expense")])
def test_the_audit_log_keeps_a_removed_payment(
    api: Api, factory: Factory, kind: str, type_: str
) -> None:
    document = factory.invoice(invoiceType=kind, isDraft=False)
    payment = factory.transaction(type=type_)
    factory.pay(payment, (document, 40))
    api.call(
        "invoices.remove_transaction",
        expect=200,
        body={"transactionId": payment["id"]},
        invoiceId=document["id"],
    )

    *_, applied, removed = audit_log(api, document)
    assert [applied["action"], removed["action"]] == ["payment_applied", "payment_removed"]
    assert amounts(applied) == [("paidAmount", 0, 40)]
    assert amounts(removed) == [("paidAmount", 40, 0)]
    assert actions(api, document)[:2] == ["created", "approved"]


@rule(
    "audit-log of invoice and memo has credit_applied and credit_removed with creditedAmount before and after.",
    source="Assumed: the vendor's client has the route, not its records",
)
@pytest.mark.parametrize("from_memo", [False, True])
def test_the_audit_log_keeps_removed_credit(
    api: Api, factory: Factory, approved: Record, *, from_memo: bool
) -> None:
    memo = factory.memo(60)
    one, other, rows, operation = (
        (memo, approved, "invoices", "apply_credit_to_multiple_invoices")
        if from_memo
        else (approved, memo, "creditMemos", "apply_multiple_credit_to_invoice")
    )
    body: Record = {rows: [{"id": other["id"], "amount": 25}]}
    api.call(f"invoices.{operation}", expect=200, body=body, invoiceId=one["id"])
    body = {"memoId": memo["id"]}
    api.call("invoices.remove_credit", expect=200, body=body, invoiceId=approved["id"])

    for document in (approved, memo):
        *_, applied, removed = audit_log(api, document)
        assert [applied["action"], removed["action"]] == ["credit_applied", "credit_removed"]
        assert amounts(applied) == [("creditedAmount", 0, 25)]
        assert amounts(removed) == [("creditedAmount", 25, 0)]


@rule(
    "A rejected request adds no entry to audit-log.",
    source="Assumed: the vendor's client has the route, not its records",
)
def test_the_audit_log_omits_rejected_requests(
    api: Api, factory: Factory, approved: Record, draft: Record
) -> None:
    memo, deposit = factory.memo(10), factory.transaction(500)
    path, draft_path = {"invoiceId": approved["id"]}, {"invoiceId": draft["id"]}
    before = [actions(api, document) for document in (approved, memo, draft)]
    factory.pay(deposit, (approved, 60), (approved, 60), expect=400)
    rejected: list[tuple[str, int, Any, Record]] = [
        ("apply_multiple_credit_to_invoice", 400,
         {"creditMemos": [{"id": memo["id"], "amount": 8}, {"id": memo["id"], "amount": 8}]}, path),
        ("approve", 400, {}, path),
        ("update", 400, {"notes": "Late"}, path),
        ("remove_credit", 404, {"memoId": memo["id"]}, path),
        ("remove_transaction", 404, {"transactionId": deposit["id"]}, path),
        ("send", 400, {"recipients": ["nobody"]}, path),
        ("add_attachments", 400, {"attachments": [{"url": "https://files.example.com/a"}, {"url": "x"}]}, path),
        ("update", 404, {"notes": "Lost", "tagUuids": [UNKNOWN_ID]}, draft_path),
        ("send", 400, {}, draft_path),
    ]  # fmt: skip
    for action, status, body, target in rejected:
        api.call(f"invoices.{action}", expect=status, body=body, **target)

    after = [actions(api, document) for document in (approved, memo, draft)]
    assert after == before
    assert factory.get_invoice(approved)["attachments"] == []


@rule(
    "audit-log lists the changed fields of each PATCH, the total included, and the approval by isDraft false.",
    source="Assumed: the vendor's client has the route, not its records",
)
def test_the_audit_log_lists_changed_fields(api: Api, factory: Factory, draft: Record) -> None:
    path = {"invoiceId": draft["id"]}
    number = factory.unique_name("No")
    for body in (
        {"products": [factory.line(30)]},
        {"invoiceNumber": number, "dueDate": factory.day(3)},
        {"discount": 5, "isDraft": False},
    ):
        api.call("invoices.update", expect=200, body=body, **path)

    _, lines, number_and_date, discount, approval = audit_log(api, draft)
    assert amounts(lines) == [("total", 100, 30)]
    changes = {row["field"]: (row["from"], row["to"]) for row in number_and_date["changes"]}
    assert changes == {
        "invoiceNumber": (draft["invoiceNumber"], number),
        "dueDate": (draft["dueDate"], factory.day(3)),
    }
    assert ("total", 30, 25) in amounts(discount)
    assert approval["action"] == "approved"


@rule(
    "audit-log has attachment_added for uploads and for urls, and sent for each send.",
    source="Assumed: the vendor's client has the route, not its records",
)
def test_the_audit_log_lists_attachments_and_repeated_sending(api: Api, approved: Record) -> None:
    path = {"invoiceId": approved["id"]}
    files = {"file": ("a.txt", b"a", "text/plain")}
    api.call("invoices.upload_attachments", expect=201, files=files, **path)
    api.call("invoices.send", expect=200, body={}, **path)
    body = {"attachments": [{"url": "https://files.example.com/a"}]}
    api.call("invoices.add_attachments", expect=201, body=body, **path)
    api.call("invoices.send", expect=200, body={}, **path)

    assert actions(api, approved)[2:] == [
        "attachment_added", "sent", "attachment_added", "sent",
    ]  # fmt: skip
