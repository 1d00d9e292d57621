"""Credit memos: how they are applied to invoices and removed."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.comparison import shared_members
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory, Record


def apply_memos(
    api: Api, invoice: Record, *rows: tuple[Record, float], expect: int = 200
) -> Record:
    body = {"creditMemos": [{"id": memo["id"], "amount": amount} for memo, amount in rows]}
    response: Record = api.call(
        "invoices.apply_multiple_credit_to_invoice",
        expect=expect,
        body=body,
        invoiceId=invoice["id"],
    )
    return response["data"] if expect == 200 else response


@rule(
    "apply-multiple-credit-to-invoice lowers amountDue of the invoice and of each memo by its amount.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_several_memos_pay_one_invoice(api: Api, factory: Factory, approved: Record) -> None:
    first, second = factory.memo(30), factory.memo(80)
    after = apply_memos(api, approved, (first, 30), (second, 20.5))

    assert (after["creditedAmount"], after["amountDue"], after["paidAmount"]) == (50.5, 49.5, 0)
    assert [(row["memoId"], row["amount"]) for row in after["appliedCredits"]] == [
        (first["id"], 30),
        (second["id"], 20.5),
    ]
    used, partly_used = factory.get_invoice(first), factory.get_invoice(second)
    assert (used["status"], used["amountDue"]) == ("paid", 0)
    assert (partly_used["status"], partly_used["amountDue"]) == ("partial", 59.5)
    assert partly_used["creditedAmount"] == 20.5
    assert partly_used["appliedCredits"][0]["invoiceId"] == approved["id"]


@rule(
    "apply-credit-to-multiple-invoices lowers amountDue of the memo and of each invoice by its amount.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_one_memo_pays_several_invoices(api: Api, factory: Factory) -> None:
    invoices = [factory.invoice(40, isDraft=False) for _ in range(2)]
    memo = factory.memo(60)
    body = {"invoices": [{"id": row["id"], "amount": "30"} for row in invoices]}
    after = api.call(
        "invoices.apply_credit_to_multiple_invoices",
        expect=200,
        body=body,
        invoiceId=memo["id"],
    )["data"]

    assert (after["id"], after["status"], after["amountDue"]) == (memo["id"], "paid", 0)
    assert [factory.get_invoice(row)["amountDue"] for row in invoices] == [10, 10]


@rule(
    'An invoice whose whole total is covered by credit has amountDue 0 and status "paid".',
    source="Documented: support.getcount.com, How to create and assign credit memos",
)
def test_credit_that_covers_everything_pays_the_invoice(
    api: Api, factory: Factory, approved: Record
) -> None:
    after = apply_memos(api, approved, (factory.memo(100), 100))

    assert (after["status"], after["paymentStatus"], after["amountDue"]) == ("paid", "paid", 0)


@rule(
    "If one of several credit amounts exceeds a balance, the request returns 400 and nothing is applied.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_nothing_is_applied_if_one_amount_is_too_high(
    api: Api, factory: Factory, approved: Record
) -> None:
    first, second = factory.memo(30), factory.memo(30)
    error = apply_memos(api, approved, (first, 30), (second, 30.01), expect=400)

    assert error["code"] == "credit_exceeds_balance"
    assert (error["details"]["id"], error["details"]["balance"]) == (second["id"], 30)
    for document in (approved, first):
        read = factory.get_invoice(document)
        assert shared_members(read, document) == shared_members(document, read)


@rule(
    "Credit above amountDue of the invoice returns 400.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_credit_cannot_exceed_the_balance_of_the_invoice(
    api: Api, factory: Factory, approved: Record
) -> None:
    error = apply_memos(api, approved, (factory.memo(300), 100.01), expect=400)
    assert (error["details"]["id"], error["details"]["balance"]) == (approved["id"], 100)

    factory.pay(factory.transaction(), (approved, 100))
    assert (
        apply_memos(api, approved, (factory.memo(1), 1), expect=400)["code"]
        == "credit_exceeds_balance"
    )


@rule(
    "Credit of one memo that is applied twice to an invoice is one entry of appliedCredits with the sum.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_repeated_credit_of_one_memo_is_added_up(
    api: Api, factory: Factory, approved: Record
) -> None:
    memo = factory.memo(50)
    apply_memos(api, approved, (memo, 10))
    after = apply_memos(api, approved, (memo, 15))

    assert [(row["memoId"], row["amount"]) for row in after["appliedCredits"]] == [(memo["id"], 25)]


@rule(
    "remove-credit restores amountDue of invoice and memo; a memo that is not applied returns 404.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_removing_a_memo_restores_both_balances(
    api: Api, factory: Factory, approved: Record
) -> None:
    memo = factory.memo(60)
    apply_memos(api, approved, (memo, 60))
    request = {"invoiceId": approved["id"], "body": {"memoId": memo["id"]}}
    after = api.call("invoices.remove_credit", expect=200, **request)["data"]

    assert (after["creditedAmount"], after["amountDue"], after["status"]) == (0, 100, "approved")
    assert after["appliedCredits"] == []
    assert (factory.get_invoice(memo)["amountDue"], factory.get_invoice(memo)["status"]) == (
        60,
        "approved",
    )
    assert api.call("invoices.remove_credit", expect=404, **request)["code"] == "credit_not_applied"


@rule(
    "Credit is applied from a memo to an invoice of the same customer and currency; else 400.",
    source="Assumed: the same customer is in a support article, the rest has no source",
)
@pytest.mark.assumed
def test_a_memo_can_only_be_applied_to_a_matching_invoice(
    api: Api, factory: Factory, approved: Record
) -> None:
    memo_of_another_customer = factory.memo(customerUuid=factory.customer()["id"])
    memo_in_another_currency = factory.memo(currency="EUR")
    estimate = factory.invoice(invoiceType="estimate", isDraft=False)
    memo = factory.memo()

    for invoice, other in (
        (approved, memo_of_another_customer),
        (approved, memo_in_another_currency),
        (approved, approved),
        (estimate, memo),
        (memo, memo),
    ):
        assert apply_memos(api, invoice, (other, 1), expect=400)["code"] == "credit_mismatch"


@rule(
    'Credit from or to a draft returns 400 with a message that contains "must be approved".',
    source="Assumed: the text is in github.com/getcount/count-cli, for memos it has no source",
)
@pytest.mark.assumed
def test_drafts_cannot_receive_or_provide_credit(
    api: Api, factory: Factory, approved: Record
) -> None:
    for invoice, memo in (
        (factory.invoice(), factory.memo()),
        (approved, factory.memo(isDraft=True)),
    ):
        error = apply_memos(api, invoice, (memo, 1), expect=400)
        assert error["code"] == "invoice_not_approved"
        assert "must be approved" in error["message"]


@rule(
    "A credit amount of {amount} returns 400.",
    source="Assumed: the vendor states only the upper bound",
)
@pytest.mark.assumed
@pytest.mark.parametrize("amount", [0, -1, "x", None])
def test_the_amount_of_credit_must_be_greater_than_zero(
    api: Api, factory: Factory, approved: Record, amount: object
) -> None:
    body = {"creditMemos": [{"id": factory.memo()["id"], "amount": amount}]}
    error = api.call(
        "invoices.apply_multiple_credit_to_invoice",
        expect=400,
        body=body,
        invoiceId=approved["id"],
    )

    assert error["code"] == "validation_error"


@rule(
    "Credit with an unknown memo or invoice id returns 404.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_unknown_memos_and_invoices_are_not_found(
    api: Api, factory: Factory, approved: Record
) -> None:
    unknown = {"id": UNKNOWN_ID}
    details = apply_memos(api, approved, (unknown, 1), expect=404)["details"]
    assert (details["field"], details["uuid"]) == ("creditMemos.0.id", UNKNOWN_ID)
    assert apply_memos(api, unknown, (factory.memo(), 1), expect=404)["code"] == "not_found"
    error = api.call(
        "invoices.remove_credit", expect=404, body={"memoId": UNKNOWN_ID}, invoiceId=approved["id"]
    )
    assert error["code"] == "reference_not_found"


@rule(
    "appliedToInvoiceUuid links a memo to an invoice without changing balances.",
    source="Assumed: the vendor's client describes a link, not its effect",
)
@pytest.mark.assumed
def test_linking_a_memo_does_not_apply_it(factory: Factory, approved: Record) -> None:
    memo = factory.memo(appliedToInvoiceUuid=approved["id"])

    assert memo["appliedToInvoiceUuid"] == approved["id"]
    read = factory.get_invoice(approved)
    assert shared_members(read, approved) == shared_members(approved, read)
    assert factory.invoice(appliedToInvoiceUuid=UNKNOWN_ID)["appliedToInvoiceUuid"] is None


@rule(
    "applyCredit with creditMemo applies the memo to the new invoice if isDraft is false; a failure creates no invoice.",
    source="Assumed: the vendor's client has the fields, not the rules",
)
@pytest.mark.assumed
def test_credit_can_be_applied_on_creation(api: Api, factory: Factory) -> None:
    memo = factory.memo(60)
    credit = {"applyCredit": True, "creditMemo": {"id": memo["id"], "amount": 60}}
    invoice = factory.invoice(isDraft=False, **credit)
    assert (invoice["amountDue"], invoice["status"]) == (40, "partial")

    query = {"limit": 1, "customerUuid": invoice["customerUuid"]}
    before = api.call("invoices.search", expect=200, query=query)["data"]["totalRecords"]
    for body in (
        factory.invoice_body(**credit),
        factory.invoice_body(isDraft=False, applyCredit=True),
        factory.invoice_body(isDraft=False, **credit),
    ):
        api.call("invoices.create", expect=400, body=body)
    after = api.call("invoices.search", expect=200, query=query)["data"]["totalRecords"]
    assert after == before
    assert factory.invoice(creditMemo={"id": memo["id"], "amount": 1})["creditedAmount"] == 0
