"""Rows of credit and of payments: the same rules in both directions, and one target twice."""

from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.comparison import shared_members
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory, Record

# The operation on one document, and the property with the rows of the others.
DIRECTIONS = {
    "creditMemos": "invoices.apply_multiple_credit_to_invoice",
    "invoices": "invoices.apply_credit_to_multiple_invoices",
}
both_directions = pytest.mark.parametrize("rows", DIRECTIONS)


def create_pair(
    factory: Factory, rows: str, one_total: float, row_total: float
) -> tuple[Record, Callable[..., Record]]:
    """Return the one document of a direction, and the function that creates those of its rows."""
    if rows == "creditMemos":
        one = factory.invoice(one_total, isDraft=False)
        return one, lambda **fields: factory.memo(row_total, **fields)
    return factory.memo(one_total), lambda **fields: factory.invoice(
        row_total, **({"isDraft": False} | fields)
    )


def apply(
    api: Api, rows: str, one: Record, *pairs: tuple[Record, object], expect: int = 200
) -> Record:
    body = {rows: [{"id": document["id"], "amount": amount} for document, amount in pairs]}
    response: Record = api.call(DIRECTIONS[rows], expect=expect, body=body, invoiceId=one["id"])
    return response["data"] if expect == 200 else response


def check_unchanged_documents(factory: Factory, *documents: Record) -> None:
    for document in documents:
        after = factory.get_invoice(document)
        assert shared_members(after, document) == shared_members(document, after)


@rule(
    "Two rows of {rows} for one document are checked together: above its balance they return 400 and nothing is applied.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@both_directions
def test_rows_for_one_document_cannot_exceed_its_balance(
    api: Api, factory: Factory, rows: str
) -> None:
    one, create = create_pair(factory, rows, 200, 100)
    document = create()
    error = apply(api, rows, one, (document, 80), (document, 80), expect=400)

    assert error["code"] == "credit_exceeds_balance"
    check_unchanged_documents(factory, one, document)


@rule(
    "Two rows of {rows} for one document within its balance add up.",
    source="Assumed: the vendor states only the bound of the sum",
)
@pytest.mark.assumed
@both_directions
def test_rows_for_one_document_add_up(api: Api, factory: Factory, rows: str) -> None:
    one, create = create_pair(factory, rows, 200, 100)
    document = create()
    after = apply(api, rows, one, (document, 30), (document, 20.5))

    assert (after["creditedAmount"], after["amountDue"]) == (50.5, 149.5)
    other = factory.get_invoice(document)
    assert (other["creditedAmount"], other["amountDue"]) == (50.5, 49.5)
    assert sum(row["amount"] for row in other["appliedCredits"]) == 50.5


@rule(
    "If one row of {rows} exceeds a balance, the request returns 400 and no row is applied.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@both_directions
def test_one_row_above_a_balance_rejects_all_rows(api: Api, factory: Factory, rows: str) -> None:
    one, create = create_pair(factory, rows, 120, 100)
    first, second = create(), create()

    for amounts in ((20, 100.01), (60, 60.01)):
        pairs = zip((first, second), amounts, strict=True)
        error = apply(api, rows, one, *pairs, expect=400)
        assert error["code"] == "credit_exceeds_balance"
        check_unchanged_documents(factory, one, first, second)


@rule(
    "A row of {rows} with an unknown id returns 404 and no row is applied.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@both_directions
def test_an_unknown_row_rejects_all_rows(api: Api, factory: Factory, rows: str) -> None:
    one, create = create_pair(factory, rows, 120, 100)
    first = create()
    error = apply(api, rows, one, (first, 20), ({"id": UNKNOWN_ID}, 1), expect=404)

    assert error["code"] == "reference_not_found"
    assert (error["details"]["field"], error["details"]["uuid"]) == (f"{rows}.1.id", UNKNOWN_ID)
    check_unchanged_documents(factory, one, first)


@rule(
    "A row of {rows} with another customer or currency, or with a draft, returns 400 and no row is applied.",
    source="Assumed: the same customer is in a support article, the rest has no source",
)
@pytest.mark.assumed
@both_directions
@pytest.mark.parametrize("difference", ["customer", "currency", "draft"])
def test_a_row_that_does_not_match_rejects_all_rows(
    api: Api, factory: Factory, rows: str, difference: str
) -> None:
    one, create = create_pair(factory, rows, 120, 100)
    fields: Record = {
        "customer": {"customerUuid": factory.customer()["id"]},
        "currency": {"currency": "EUR"},
        "draft": {"isDraft": True},
    }[difference]
    first, different = create(), create(**fields)
    error = apply(api, rows, one, (first, 20), (different, 20), expect=400)

    code = "invoice_not_approved" if difference == "draft" else "credit_mismatch"
    assert error["code"] == code
    check_unchanged_documents(factory, one, first, different)


@rule(
    "An amount of 0, a negative amount or text in a row of {rows} returns 400.",
    source="Assumed: the vendor states only the upper bound",
)
@pytest.mark.assumed
@both_directions
def test_the_amount_of_a_row_must_be_greater_than_zero(
    api: Api, factory: Factory, rows: str
) -> None:
    one, create = create_pair(factory, rows, 120, 100)
    document = create()

    for amount in (0, -1, "x", None):
        error = apply(api, rows, one, (document, amount), expect=400)
        assert error["code"] == "validation_error"
    check_unchanged_documents(factory, one, document)


@rule(
    "remove-credit of one memo keeps the credit of the others.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_removing_one_memo_keeps_the_others(api: Api, factory: Factory, approved: Record) -> None:
    kept, removed = factory.memo(30), factory.memo(50)
    apply(api, "creditMemos", approved, (kept, 30), (removed, 50))
    body = {"memoId": removed["id"]}
    after = api.call("invoices.remove_credit", expect=200, body=body, invoiceId=approved["id"])[
        "data"
    ]

    assert (after["creditedAmount"], after["amountDue"], after["status"]) == (30, 70, "partial")
    assert [row["memoId"] for row in after["appliedCredits"]] == [kept["id"]]
    assert factory.get_invoice(removed)["appliedCredits"] == []
    assert (factory.get_invoice(kept)["amountDue"], factory.get_invoice(removed)["amountDue"]) == (
        0,
        50,
    )


@rule(
    "A memo that was removed can be applied to another invoice.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_removed_memo_can_be_applied_again(api: Api, factory: Factory, approved: Record) -> None:
    memo, other = factory.memo(60), factory.invoice(60, isDraft=False)
    apply(api, "creditMemos", approved, (memo, 60))
    body = {"memoId": memo["id"]}
    api.call("invoices.remove_credit", expect=200, body=body, invoiceId=approved["id"])
    after = apply(api, "creditMemos", other, (memo, 60))

    assert (after["amountDue"], after["status"]) == (0, "paid")
    api.call("invoices.remove_credit", expect=404, body=body, invoiceId=approved["id"])
    assert factory.get_invoice(memo)["amountDue"] == 0


@rule(
    "Two rows of one payment for one invoice add up, and remove-transaction removes both.",
    source="Assumed: the vendor states only the bound of the sum",
)
@pytest.mark.assumed
def test_two_payment_rows_for_one_invoice_add_up(
    api: Api, factory: Factory, approved: Record
) -> None:
    deposit = factory.transaction(100)
    after = factory.pay(deposit, (approved, 30), (approved, 45))["data"]
    assert (after["assignedAmount"], after["unassignedAmount"]) == (75, 25)
    invoice = factory.get_invoice(approved)
    assert (invoice["paidAmount"], invoice["amountDue"]) == (75, 25)
    assert sum(row["amount"] for row in invoice["payments"]) == 75

    body = {"transactionId": deposit["id"]}
    removed = api.call(
        "invoices.remove_transaction", expect=200, body=body, invoiceId=approved["id"]
    )["data"]
    assert (removed["paidAmount"], removed["amountDue"], removed["payments"]) == (0, 100, [])
    assert factory.get_transaction(deposit)["unassignedAmount"] == 100


@rule(
    "If one row of a payment is rejected, no row is applied.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize(
    ("reason", "status"),
    [("unknown", 404), ("draft", 400), ("estimate", 400), ("memo", 400), ("amount", 400)],
)
def test_one_rejected_payment_row_rejects_all_rows(
    api: Api, factory: Factory, approved: Record, reason: str, status: int
) -> None:
    deposit = factory.transaction(500)
    bad: Record = {
        "unknown": lambda: {"id": UNKNOWN_ID},
        "draft": factory.invoice,
        "estimate": lambda: factory.invoice(invoiceType="estimate", isDraft=False),
        "memo": factory.memo,
        "amount": lambda: factory.invoice(1, isDraft=False),
    }[reason]()
    factory.pay(deposit, (approved, 10), (bad, 2), expect=status)

    check_unchanged_documents(factory, approved)
    after = factory.get_transaction(deposit)
    assert shared_members(after, deposit) == shared_members(deposit, after)


@rule(
    "remove-transaction of one of two payments keeps the other.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_removing_one_payment_keeps_the_other(api: Api, factory: Factory, approved: Record) -> None:
    other_invoice = factory.invoice(40, isDraft=False)
    first, second = factory.transaction(70), factory.transaction(50)
    factory.pay(first, (approved, 30), (other_invoice, 40))
    factory.pay(second, (approved, 50))
    body = {"transactionId": first["id"]}
    after = api.call(
        "invoices.remove_transaction", expect=200, body=body, invoiceId=approved["id"]
    )["data"]

    assert (after["paidAmount"], after["amountDue"], after["status"]) == (50, 50, "partial")
    assert [row["transactionId"] for row in after["payments"]] == [second["id"]]
    assert factory.get_invoice(other_invoice)["status"] == "paid"
    transaction = factory.get_transaction(first)
    assert (transaction["assignedAmount"], transaction["unassignedAmount"]) == (40, 30)
