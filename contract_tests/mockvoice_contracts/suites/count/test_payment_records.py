"""What a payment leaves on both records, in their lists, and after a second request."""

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.comparison import shared_members
from mockvoice_contracts.suites.count.factories import Factory, Record


@rule(
    "notes of a payment are in payments of the invoice and in assignments of the transaction.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_the_notes_of_a_payment_are_on_both_records(
    api: Api, factory: Factory, approved: Record
) -> None:
    deposit = factory.transaction()
    record = {"id": approved["id"], "paymentAmount": 10, "notes": "Instalment"}
    api.call(
        "transactions.assign_to_bills_invoices",
        expect=200,
        body={"matchingType": "invoice", "records": [record]},
        transactionId=deposit["id"],
    )

    assert [row["notes"] for row in factory.get_invoice(approved)["payments"]] == ["Instalment"]
    assignments = factory.get_transaction(deposit)["assignments"]
    assert [(row["notes"], row["amount"]) for row in assignments] == [("Instalment", 10)]


@rule(
    "A transaction pays one invoice in two requests, up to its amount; a cent more returns 400 and changes nothing.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_transaction_pays_an_invoice_in_two_requests(factory: Factory, approved: Record) -> None:
    deposit = factory.transaction(70)
    factory.pay(deposit, (approved, 30))
    error = factory.pay(deposit, (approved, 40.01), expect=400)
    assert error["code"] == "payment_exceeds_balance"
    partly_paid = factory.get_invoice(approved)
    factory.pay(deposit, (approved, 40))

    assert (partly_paid["paidAmount"], partly_paid["amountDue"]) == (30, 70)
    paid, transaction = factory.get_invoice(approved), factory.get_transaction(deposit)
    assert (paid["paidAmount"], paid["amountDue"]) == (70, 30)
    assert sum(row["amount"] for row in paid["payments"]) == 70
    assert (transaction["assignedAmount"], transaction["unassignedAmount"]) == (70, 0)


@rule(
    "Payment and credit of one invoice have one balance: after both, more than the rest returns 400.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_payment_and_credit_share_a_balance(api: Api, factory: Factory, approved: Record) -> None:
    memo, deposit = factory.memo(100), factory.transaction(100)
    path = {"invoiceId": approved["id"]}

    def credit(amount: float, expect: int = 200) -> Record:
        body = {"creditMemos": [{"id": memo["id"], "amount": amount}]}
        response: Record = api.call(
            "invoices.apply_multiple_credit_to_invoice", expect=expect, body=body, **path
        )
        return response

    credit(30)
    assert factory.pay(deposit, (approved, 70.01), expect=400)["details"]["balance"] == 70
    factory.pay(deposit, (approved, 60))
    assert credit(10.01, 400)["code"] == "credit_exceeds_balance"
    credit(10)

    after = factory.get_invoice(approved)
    assert (after["paidAmount"], after["creditedAmount"], after["amountDue"]) == (60, 40, 0)
    assert (after["status"], after["paymentStatus"]) == ("paid", "paid")
    assert factory.get_invoice(memo)["amountDue"] == 60


@rule(
    "A memo that was partly paid back can be applied up to the rest; a cent more returns 400.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_memo_is_paid_back_and_applied_from_one_balance(
    api: Api, factory: Factory, approved: Record
) -> None:
    memo, refund = factory.memo(50), factory.transaction(100, type="Expense")
    factory.pay(refund, (memo, 20))
    request = {"invoiceId": memo["id"]}
    for amount, status in ((30.01, 400), (30, 200)):
        body = {"invoices": [{"id": approved["id"], "amount": amount}]}
        api.call("invoices.apply_credit_to_multiple_invoices", expect=status, body=body, **request)
    factory.pay(refund, (memo, 0.01), expect=400)

    after = factory.get_invoice(memo)
    assert (after["paidAmount"], after["creditedAmount"], after["amountDue"]) == (20, 30, 0)
    assert factory.get_invoice(approved)["amountDue"] == 70


@rule(
    "In their lists, an invoice and a memo with payment, credit, tags and attachment, and the transactions, are as in GET by id.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_rows_with_payments_and_credit_equal_their_records(api: Api, factory: Factory) -> None:
    customer, bank = factory.customer()["id"], factory.account("Assets")["id"]
    invoice = factory.invoice(
        customerUuid=customer, isDraft=False, tagUuids=[factory.tag()["id"]], discount=1
    )
    memo = factory.memo(60, customerUuid=customer)
    deposit = factory.transaction(40, accUuid=bank)
    refund = factory.transaction(5, accUuid=bank, type="Expense")
    path = {"invoiceId": invoice["id"]}
    factory.pay(deposit, (invoice, 30))
    factory.pay(refund, (memo, 5))
    body: Record = {"creditMemos": [{"id": memo["id"], "amount": 20}]}
    api.call("invoices.apply_multiple_credit_to_invoice", expect=200, body=body, **path)
    body = {"attachments": [{"url": "https://files.example.com/a.pdf"}]}
    api.call("invoices.add_attachments", expect=201, body=body, **path)
    query: Record = {"customerUuid": customer, "limit": 100}
    invoices = api.call("invoices.search", expect=200, query=query)["data"]["records"]
    query = {"accUuid": bank, "limit": 100}
    payments = api.call("transactions.search", expect=200, query=query)["data"]["records"]

    assert {row["id"] for row in invoices} == {invoice["id"], memo["id"]}
    assert {row["id"] for row in payments} == {deposit["id"], refund["id"]}
    for rows, get in ((invoices, factory.get_invoice), (payments, factory.get_transaction)):
        for row in rows:
            record = get(row)
            assert shared_members(row, record) == shared_members(record, row)


@rule(
    "exclude-bulk and change-category-bulk leave a transaction that pays an invoice unchanged, and change the others.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_bulk_changes_leave_a_paying_transaction(
    api: Api, factory: Factory, approved: Record
) -> None:
    paying, other = factory.transaction(), factory.transaction()
    factory.pay(paying, (approved, 100))
    before = factory.get_transaction(paying)
    for operation, fields in (
        ("change_category_bulk", {"categoryAccountUuid": factory.income_account_id}),
        ("exclude_bulk", {"excluded": True}),
    ):
        body = {"transactionUuids": [paying["id"], other["id"]], **fields}
        result = api.call(f"transactions.{operation}", expect=200, body=body)["data"]
        assert [row["transactionUuid"] for row in result["failures"]] == [paying["id"]]

    after, changed = factory.get_transaction(paying), factory.get_transaction(other)
    assert shared_members(after, before) == shared_members(before, after)
    assert changed["excluded"] is True
    assert changed["categoryAccountUuid"] == factory.income_account_id
