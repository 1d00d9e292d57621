"""Payments: bank transactions that are assigned to documents and removed from them."""

from decimal import Decimal

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.comparison import shared_members
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory, Record


@rule(
    'A payment equal to amountDue makes the invoice "paid" with amountDue 0 and is listed in payments.',
    source="Documented: support.getcount.com, Record an invoice payment in COUNT",
)
def test_an_equal_amount_pays_the_invoice(factory: Factory, approved: Record) -> None:
    deposit = factory.transaction(100, postedDate=factory.day(-2))
    after = factory.pay(deposit, (approved, "100.00"))["data"]

    assert (after["assignedAmount"], after["unassignedAmount"], after["split"]) == (100, 0, False)
    assert [(row["id"], row["amount"]) for row in after["assignments"]] == [(approved["id"], 100)]
    paid = factory.get_invoice(approved)
    assert (paid["status"], paid["paidAmount"], paid["amountDue"]) == ("paid", 100, 0)
    assert [
        (row["transactionId"], row["amount"], row["date"], row["notes"]) for row in paid["payments"]
    ] == [(deposit["id"], 100, factory.day(-2), None)]


@rule(
    'A payment below amountDue makes the invoice "partial" and lowers amountDue by the amount.',
    source="Documented: support.getcount.com, Record an invoice payment in COUNT",
)
def test_a_smaller_amount_is_a_partial_payment(factory: Factory, approved: Record) -> None:
    factory.pay(factory.transaction(60), (approved, 25.5))
    after = factory.get_invoice(approved)

    assert (after["status"], after["paymentStatus"], after["amountDue"]) == (
        "partial",
        "partial",
        74.5,
    )


@rule(
    'With 99.99 of 100 paid, status is "partial" and amountDue 0.01; the last cent makes it "paid".',
    source="Documented: support.getcount.com, Record an invoice payment in COUNT",
)
def test_a_missing_cent_is_still_due(factory: Factory, approved: Record) -> None:
    factory.pay(factory.transaction(100), (approved, 99.99))
    before = factory.get_invoice(approved)
    factory.pay(factory.transaction(1), (approved, 0.01))

    assert (before["status"], before["paymentStatus"], before["amountDue"]) == (
        "partial",
        "partial",
        Decimal("0.01"),
    )
    assert factory.get_invoice(approved)["status"] == "paid"


@rule(
    "A transaction above the payment is split: the rest stays unassigned with parentCategoryAccountUuid as category.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_the_rest_of_a_transaction_stays_unassigned(factory: Factory, approved: Record) -> None:
    deposit = factory.transaction(250)
    income = factory.income_account_id
    after = factory.pay(deposit, (approved, 100), parentCategoryAccountUuid=income)["data"]

    assert (after["split"], after["unassignedAmount"]) == (True, 150)
    assert after["categoryAccountUuid"] == income
    assert after["splits"] == []


@rule(
    "One transaction can pay several invoices, and several transactions one invoice.",
    source="Documented: support.getcount.com, How to record multiple payments to an invoice",
)
def test_one_deposit_can_pay_several_invoices_and_several_deposits_one(factory: Factory) -> None:
    first, second = factory.invoice(40, isDraft=False), factory.invoice(80, isDraft=False)
    factory.pay(factory.transaction(100), (first, 40), (second, 60))
    factory.pay(factory.transaction(20), (second, 20))

    assert factory.get_invoice(first)["status"] == "paid"
    assert [row["amount"] for row in factory.get_invoice(second)["payments"]] == [60, 20]
    assert factory.get_invoice(second)["status"] == "paid"


@rule(
    "paymentAmount above amountDue, also as the sum of two rows for one invoice, returns 400 and nothing is applied.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_payment_cannot_exceed_the_balance_of_the_document(
    factory: Factory, approved: Record
) -> None:
    deposit = factory.transaction(500)
    error = factory.pay(deposit, (approved, 100.01), expect=400)
    assert error["code"] == "payment_exceeds_balance"
    assert (error["details"]["id"], error["details"]["balance"]) == (approved["id"], 100)

    error = factory.pay(deposit, (approved, 60), (approved, 60), expect=400)
    assert error["details"]["balance"] == 40
    invoice, transaction = factory.get_invoice(approved), factory.get_transaction(deposit)
    assert shared_members(invoice, approved) == shared_members(approved, invoice)
    assert shared_members(transaction, deposit) == shared_members(deposit, transaction)


@rule(
    "The sum of paymentAmount above the transaction's amount returns 400 and nothing is applied.",
    source="Assumed: the vendor states only the bound of the document",
)
@pytest.mark.assumed
def test_payments_cannot_exceed_the_transaction(factory: Factory) -> None:
    first, second = factory.invoice(80, isDraft=False), factory.invoice(80, isDraft=False)
    deposit = factory.transaction(100)
    error = factory.pay(deposit, (first, 80), (second, 20.01), expect=400)

    assert (error["details"]["id"], error["details"]["balance"]) == (deposit["id"], 20)
    read = factory.get_invoice(first)
    assert shared_members(read, first) == shared_members(first, read)


@rule(
    "A payment of a draft returns 400.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_draft_cannot_be_paid(factory: Factory, draft: Record) -> None:
    error = factory.pay(factory.transaction(), (draft, 1), expect=400)

    assert error["code"] == "invoice_not_approved"


@rule(
    "An invoice is paid by an Income transaction and a memo by an Expense transaction; other pairs return 400.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_the_transaction_type_must_match_the_document(factory: Factory, approved: Record) -> None:
    memo = factory.memo(50)
    expense, income = factory.transaction(type="Expense"), factory.transaction()
    for transaction, document in (
        (expense, approved),
        (income, memo),
        (factory.transaction(type="Transfer"), approved),
        (income, factory.invoice(invoiceType="estimate", isDraft=False)),
    ):
        error = factory.pay(transaction, (document, 1), expect=400)
        assert error["code"] == "payment_mismatch"

    factory.pay(expense, (memo, 50))
    assert (factory.get_invoice(memo)["status"], factory.get_invoice(memo)["paidAmount"]) == (
        "paid",
        50,
    )


@rule(
    "A transaction in another currency than the invoice returns 400.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_the_currency_must_match_the_document(factory: Factory, approved: Record) -> None:
    error = factory.pay(factory.transaction(currency="EUR"), (approved, 1), expect=400)

    assert error["code"] == "payment_mismatch"


@rule(
    "An excluded transaction cannot pay an invoice and returns 400.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_an_excluded_transaction_cannot_pay(api: Api, factory: Factory, approved: Record) -> None:
    deposit = factory.transaction()
    body = {"transactionUuids": [deposit["id"]], "excluded": True}
    api.call("transactions.exclude_bulk", expect=200, body=body)

    assert factory.pay(deposit, (approved, 1), expect=400)["code"] == "payment_mismatch"


@rule(
    "A payment of an unknown invoice or bill, or by an unknown transaction, returns 404.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_bills_and_unknown_documents_are_not_found(api: Api, factory: Factory) -> None:
    deposit = factory.transaction()
    details = factory.pay(deposit, ({"id": UNKNOWN_ID}, 1), expect=404)["details"]
    assert (details["field"], details["uuid"]) == ("records.0.id", UNKNOWN_ID)
    error = api.call(
        "transactions.assign_to_bills_invoices",
        expect=404,
        body={"matchingType": "bill", "records": [{"id": UNKNOWN_ID, "paymentAmount": 1}]},
        transactionId=deposit["id"],
    )
    assert error["code"] == "reference_not_found"
    assert (
        factory.pay({"id": UNKNOWN_ID}, ({"id": UNKNOWN_ID}, 1), expect=404)["code"] == "not_found"
    )


@rule(
    "remove-transaction restores amountDue and status of the invoice and unassigns the transaction; without that payment it returns 404.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_removed_payment_leaves_the_transaction_unassigned(
    api: Api, factory: Factory, approved: Record
) -> None:
    deposit = factory.transaction(100)
    factory.pay(deposit, (approved, 60))
    request = {"invoiceId": approved["id"], "body": {"transactionId": deposit["id"]}}
    after = api.call("invoices.remove_transaction", expect=200, **request)["data"]

    assert (after["payments"], after["amountDue"], after["status"]) == ([], 100, "approved")
    transaction = factory.get_transaction(deposit)
    assert (transaction["assignments"], transaction["unassignedAmount"]) == ([], 100)
    error = api.call("invoices.remove_transaction", expect=404, **request)
    assert error["code"] == "transaction_not_applied"
    request["body"] = {"transactionId": UNKNOWN_ID}
    error = api.call("invoices.remove_transaction", expect=404, **request)
    assert error["code"] == "reference_not_found"


@rule(
    "A transaction that pays an invoice cannot be split, categorised, lowered below the paid amount, excluded or deleted.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_transaction_that_pays_a_document_is_protected(
    api: Api, factory: Factory, approved: Record
) -> None:
    deposit = factory.transaction(100)
    factory.pay(deposit, (approved, 100))
    path = {"transactionId": deposit["id"]}

    for operation, body in (
        ("split", {"splits": [{"amount": 10}]}),
        ("change_category", {"categoryAccountUuid": None}),
        ("update", {"amount": 99.99}),
        ("delete", None),
    ):
        error = api.call(f"transactions.{operation}", expect=400, body=body, **path)
        assert error["code"] == "transaction_assigned"
    api.call("transactions.update", expect=200, body={"amount": 120}, **path)
    body = {"transactionUuids": [deposit["id"]], "excluded": True}
    result = api.call("transactions.exclude_bulk", expect=200, body=body)["data"]
    assert (result["successCount"], result["failedCount"]) == (0, 1)


@rule(
    "A payment by a reconciled transaction is assigned and removed only with withCaution true; split and delete return 400.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_reconciled_transaction_can_change_only_with_caution(api: Api, factory: Factory) -> None:
    """The API cannot reconcile transactions; the demo data has one that pays an invoice."""
    query = {"reconciled": True, "limit": 100}
    result = api.call("transactions.search", expect=200, query=query)["data"]["transactions"]
    paying = [row for row in result if row["assignments"]]
    if not paying:
        pytest.skip("the workspace has no reconciled transaction that pays an invoice")
    deposit, invoice = paying[0], {"id": paying[0]["assignments"][0]["id"]}
    path = {"invoiceId": invoice["id"]}
    body: Record = {"transactionId": deposit["id"]}
    error = api.call("invoices.remove_transaction", expect=400, body=body, **path)
    assert error["code"] == "reconciled_period"

    body["withCaution"] = True
    api.call("invoices.remove_transaction", expect=200, body=body, **path)
    amount = deposit["assignedAmount"]
    assert factory.pay(deposit, (invoice, amount), expect=400)["code"] == "reconciled_period"
    split = {"splits": [{"amount": 0.5}]}
    path = {"transactionId": deposit["id"]}
    assert api.call("transactions.split", expect=400, body=split, **path)["code"] == (
        "reconciled_period"
    )
    assert api.call("transactions.delete", expect=400, **path)["code"] == "reconciled_period"
    factory.pay(deposit, (invoice, amount), withCaution=True)


@rule(
    "Approving an invoice posts it: the income account rises by the net amount, the bank account by payments; a memo posts the reverse.",
    source="Documented: developers.getcount.com/api-reference/invoices",
)
def test_account_balances_follow_documents_and_payments(api: Api, factory: Factory) -> None:
    income, bank = factory.account("Income")["id"], factory.account("Assets")["id"]
    product = factory.product(categoryAccountUuid=income)
    invoice = factory.invoice(products=[factory.line(product=product)])
    assert factory.balances(income, bank) == [0, 0]

    api.call("invoices.approve", expect=200, invoiceId=invoice["id"])
    assert factory.balances(income) == [100]
    factory.pay(factory.transaction(100, accUuid=bank), (invoice, 100))
    assert factory.balances(income, bank) == [100, 100]
    factory.memo(products=[factory.line(30, product=product)])
    assert factory.balances(income) == [70]


@pytest.mark.parametrize(
    ("tax_setting", "net"), [("exclusive", 110), ("inclusive", 100), ("none", 110)]
)
@rule(
    "A line of 110 with 10 % tax and taxSetting {tax_setting} raises the balance of its account by {net}, when an update approves the draft, not before.",
    source="Assumed: the vendor documents that approval posts; the reference gives no account of the tax",
)
@pytest.mark.assumed
def test_an_update_that_approves_posts_the_net_amounts(
    api: Api, factory: Factory, tax_setting: str, net: int
) -> None:
    income = factory.account("Income")["id"]
    product = factory.product(categoryAccountUuid=income)
    line = factory.line(110, product=product, taxes=[factory.tax(10)["uuid"]])
    draft = factory.invoice(products=[line], taxSetting=tax_setting)
    assert factory.balances(income) == [0]

    api.call("invoices.update", expect=200, body={"isDraft": False}, invoiceId=draft["id"])
    assert factory.balances(income) == [net]
