"""Payments of memos and estimates, forms of amounts, and rejected payments and credit."""

from decimal import Decimal

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.comparison import shared_members
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory, Record, to_decimal


def remove(api: Api, document: Record, transaction: Record) -> Record:
    body, path = {"transactionId": transaction["id"]}, {"invoiceId": document["id"]}
    result: Record = api.call("invoices.remove_transaction", expect=200, body=body, **path)["data"]
    return result


@rule(
    "A memo is paid back in parts up to its balance, a cent more returns 400; after a removal it can be paid back again.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_memo_is_paid_back_in_parts(api: Api, factory: Factory) -> None:
    memo = factory.memo(50)
    first, second = (factory.transaction(50, type="Expense") for _ in range(2))
    factory.pay(first, (memo, 20))
    error = factory.pay(second, (memo, 30.01), expect=400)
    assert (error["code"], error["details"]["balance"]) == ("payment_exceeds_balance", 30)
    factory.pay(second, (memo, 30))
    paid = factory.get_invoice(memo)
    after = remove(api, memo, first)
    factory.pay(first, (memo, 20))

    assert (paid["status"], paid["paidAmount"], paid["amountDue"]) == ("paid", 50, 0)
    assert (after["status"], after["paidAmount"], after["amountDue"]) == ("partial", 30, 20)
    assert factory.get_transaction(first)["assignedAmount"] == 20
    assert factory.get_invoice(memo)["amountDue"] == 0


@rule(
    "An {kind} can neither be paid nor get credit: both return 400 and change nothing.",
    source="Assumed: the vendor states payments and credit for invoices and memos only",
)
@pytest.mark.assumed
@pytest.mark.parametrize("kind", ["estimate", "quote"])
def test_an_estimate_is_neither_paid_nor_credited(api: Api, factory: Factory, kind: str) -> None:
    document = factory.invoice(invoiceType=kind, isDraft=False)
    memo, deposit = factory.memo(20), factory.transaction()
    assert factory.pay(deposit, (document, 1), expect=400)["code"] == "payment_mismatch"
    for operation, rows, one, other in (
        ("apply_multiple_credit_to_invoice", "creditMemos", document, memo),
        ("apply_credit_to_multiple_invoices", "invoices", memo, document),
        ("apply_credit_to_multiple_invoices", "invoices", document, memo),
    ):
        body = {rows: [{"id": other["id"], "amount": 1}]}
        error = api.call(f"invoices.{operation}", expect=400, body=body, invoiceId=one["id"])
        assert error["code"] == "credit_mismatch"

    for record in (document, memo):
        after = factory.get_invoice(record)
        assert shared_members(after, record) == shared_members(record, after)
    assert factory.get_transaction(deposit)["assignments"] == []


@rule(
    "paymentAmount, amounts of credit and of transactions can be numeric strings.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_amounts_can_be_strings(api: Api, factory: Factory, approved: Record) -> None:
    deposit, memo = factory.transaction("40.10"), factory.memo("30.20")
    factory.pay(deposit, (approved, "40.10"))
    path = {"invoiceId": approved["id"]}
    body = {"creditMemos": [{"id": memo["id"], "amount": "30.20"}]}
    api.call("invoices.apply_multiple_credit_to_invoice", expect=200, body=body, **path)
    factory.pay(factory.transaction(), (approved, "29.71"), expect=400)

    after = factory.get_invoice(approved)
    amounts = [to_decimal(after[name]) for name in ("paidAmount", "creditedAmount", "amountDue")]
    assert amounts == [Decimal("40.1"), Decimal("30.2"), Decimal("29.7")]


@rule(
    "A payment with an unknown parentCategoryAccountUuid returns 404, and one with an invalid matchingType or no rows 400; nothing is assigned.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_rejected_payment_assigns_nothing(api: Api, factory: Factory, approved: Record) -> None:
    deposit = factory.transaction()
    record = {"id": approved["id"], "paymentAmount": 10}
    valid: Record = {"matchingType": "invoice", "records": [record]}
    path = {"transactionId": deposit["id"]}
    for status, fields in (
        (404, {"parentCategoryAccountUuid": UNKNOWN_ID}),
        (400, {"parentCategoryAccountUuid": "7"}),
        (400, {"matchingType": "order"}),
        (400, {"records": []}),
        (400, {"records": [record, {"id": approved["id"]}]}),
    ):
        body = valid | fields
        api.call("transactions.assign_to_bills_invoices", expect=status, body=body, **path)

    after = factory.get_transaction(deposit)
    assert shared_members(after, deposit) == shared_members(deposit, after)
    assert factory.get_invoice(approved)["payments"] == []


@rule(
    "remove-credit through the memo, and remove-transaction of a payment of another invoice, return 404 and change nothing.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_only_the_own_payments_and_credit_are_removed(
    api: Api, factory: Factory, approved: Record
) -> None:
    other, memo, deposit = factory.invoice(isDraft=False), factory.memo(20), factory.transaction()
    factory.pay(deposit, (approved, 10))
    body: Record = {"creditMemos": [{"id": memo["id"], "amount": 20}]}
    path = {"invoiceId": approved["id"]}
    api.call("invoices.apply_multiple_credit_to_invoice", expect=200, body=body, **path)
    before = [factory.get_invoice(record) for record in (approved, other, memo)]
    for operation, body, document, code in (
        ("remove_transaction", {"transactionId": deposit["id"]}, other, "transaction_not_applied"),
        ("remove_transaction", {"transactionId": deposit["id"]}, memo, "transaction_not_applied"),
        ("remove_credit", {"memoId": memo["id"]}, other, "credit_not_applied"),
        ("remove_credit", {"memoId": memo["id"]}, memo, "credit_not_applied"),
    ):
        path = {"invoiceId": document["id"]}
        assert api.call(f"invoices.{operation}", expect=404, body=body, **path)["code"] == code

    after = [factory.get_invoice(record) for record in (approved, other, memo)]
    for now, then in zip(after, before, strict=True):
        assert shared_members(now, then) == shared_members(then, now)


@rule(
    "remove-transaction keeps the other payments and the credit of the invoice, which is then partial.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_removing_a_payment_keeps_the_credit(api: Api, factory: Factory, approved: Record) -> None:
    memo, deposit, other = factory.memo(20), factory.transaction(), factory.transaction()
    body = {"creditMemos": [{"id": memo["id"], "amount": 20}]}
    path = {"invoiceId": approved["id"]}
    api.call("invoices.apply_multiple_credit_to_invoice", expect=200, body=body, **path)
    factory.pay(deposit, (approved, 50))
    factory.pay(other, (approved, 30))
    after = remove(api, approved, deposit)

    assert (after["paidAmount"], after["creditedAmount"], after["amountDue"]) == (30, 20, 50)
    assert (after["status"], after["paymentStatus"]) == ("partial", "partial")
    assert [row["transactionId"] for row in after["payments"]] == [other["id"]]
    assert [(row["memoId"], row["amount"]) for row in after["appliedCredits"]] == [(memo["id"], 20)]
    assert factory.get_transaction(other)["assignedAmount"] == 30
