"""Credit memos: set off against invoices, all or nothing, and taken off again."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.count.factories import NOBODY, Factory, Record


def set_off(api: Api, invoice: Record, *rows: tuple[Record, float], expect: int = 200) -> Record:
    body = {"creditMemos": [{"id": memo["id"], "amount": amount} for memo, amount in rows]}
    answer: Record = api.call(
        "invoices.apply_multiple_credit_to_invoice",
        expect=expect,
        body=body,
        invoiceId=invoice["id"],
    )
    return answer["data"] if expect == 200 else answer


def test_several_memos_pay_one_invoice(api: Api, make: Factory, approved: Record) -> None:
    first, second = make.memo(30), make.memo(80)
    after = set_off(api, approved, (first, 30), (second, 20.5))

    assert (after["creditedAmount"], after["amountDue"], after["paidAmount"]) == (50.5, 49.5, 0)
    assert [(each["memoId"], each["amount"]) for each in after["appliedCredits"]] == [
        (first["id"], 30),
        (second["id"], 20.5),
    ]
    used, left = make.read(first), make.read(second)
    assert (used["status"], used["amountDue"]) == ("paid", 0)
    assert (left["status"], left["amountDue"], left["creditedAmount"]) == ("partial", 59.5, 20.5)
    assert left["appliedCredits"][0]["invoiceId"] == approved["id"]


def test_one_memo_pays_several_invoices(api: Api, make: Factory) -> None:
    invoices = [make.invoice(40, isDraft=False) for _ in range(2)]
    memo = make.memo(60)
    body = {"invoices": [{"id": each["id"], "amount": "30"} for each in invoices]}
    after = api.call(
        "invoices.apply_credit_to_multiple_invoices",
        expect=200,
        body=body,
        invoiceId=memo["id"],
    )["data"]

    assert (after["id"], after["status"], after["amountDue"]) == (memo["id"], "paid", 0)
    assert [make.read(each)["amountDue"] for each in invoices] == [10, 10]


def test_credit_that_covers_everything_pays_the_invoice(
    api: Api, make: Factory, approved: Record
) -> None:
    after = set_off(api, approved, (make.memo(100), 100))

    assert (after["status"], after["paymentStatus"], after["amountDue"]) == ("paid", "paid", 0)


def test_nothing_is_applied_when_one_row_is_too_much(
    api: Api, make: Factory, approved: Record
) -> None:
    first, second = make.memo(30), make.memo(30)
    refusal = set_off(api, approved, (first, 30), (second, 30.01), expect=400)

    assert refusal["code"] == "credit_exceeds_balance"
    assert refusal["details"] == {"id": second["id"], "balance": 30}
    assert (make.read(approved), make.read(first)) == (approved, first)


def test_no_more_than_the_invoice_has_due(api: Api, make: Factory, approved: Record) -> None:
    refusal = set_off(api, approved, (make.memo(300), 100.01), expect=400)
    assert refusal["details"] == {"id": approved["id"], "balance": 100}

    make.pay(make.transaction(), (approved, 100))
    assert set_off(api, approved, (make.memo(1), 1), expect=400)["code"] == "credit_exceeds_balance"


@pytest.mark.assumed
def test_the_same_pair_adds_up(api: Api, make: Factory, approved: Record) -> None:
    memo = make.memo(50)
    set_off(api, approved, (memo, 10))
    after = set_off(api, approved, (memo, 15))

    assert [(each["memoId"], each["amount"]) for each in after["appliedCredits"]] == [
        (memo["id"], 25)
    ]


def test_taking_a_memo_off_gives_both_balances_back(
    api: Api, make: Factory, approved: Record
) -> None:
    memo = make.memo(60)
    set_off(api, approved, (memo, 60))
    where = {"invoiceId": approved["id"], "body": {"memoId": memo["id"]}}
    after = api.call("invoices.remove_credit", expect=200, **where)["data"]

    assert (after["creditedAmount"], after["amountDue"], after["status"]) == (0, 100, "approved")
    assert after["appliedCredits"] == []
    assert (make.read(memo)["amountDue"], make.read(memo)["status"]) == (60, "approved")
    assert api.call("invoices.remove_credit", expect=404, **where)["code"] == "credit_not_applied"


@pytest.mark.assumed
def test_memo_and_invoice_have_to_go_together(api: Api, make: Factory, approved: Record) -> None:
    stranger = make.memo(customerUuid=make.customer()["id"])
    foreign = make.memo(currency="EUR")
    estimate = make.invoice(invoiceType="estimate", isDraft=False)
    memo = make.memo()

    for invoice, other in (
        (approved, stranger),
        (approved, foreign),
        (approved, approved),
        (estimate, memo),
        (memo, memo),
    ):
        assert set_off(api, invoice, (other, 1), expect=400)["code"] == "credit_mismatch"


@pytest.mark.assumed
def test_drafts_take_and_give_no_credit(api: Api, make: Factory, approved: Record) -> None:
    for invoice, memo in ((make.invoice(), make.memo()), (approved, make.memo(isDraft=True))):
        refusal = set_off(api, invoice, (memo, 1), expect=400)
        assert refusal["code"] == "invoice_not_approved"
        assert "must be approved" in refusal["message"]


@pytest.mark.parametrize("amount", [0, -1, "x", None])
def test_an_amount_is_above_zero(api: Api, make: Factory, approved: Record, amount: object) -> None:
    body = {"creditMemos": [{"id": make.memo()["id"], "amount": amount}]}
    refusal = api.call(
        "invoices.apply_multiple_credit_to_invoice",
        expect=400,
        body=body,
        invoiceId=approved["id"],
    )

    assert refusal["code"] == "validation_error"


def test_what_does_not_exist_is_not_found(api: Api, make: Factory, approved: Record) -> None:
    nobody = {"id": NOBODY}
    assert set_off(api, approved, (nobody, 1), expect=404)["details"] == {
        "field": "creditMemos.0.id",
        "uuid": NOBODY,
    }
    assert set_off(api, nobody, (make.memo(), 1), expect=404)["code"] == "not_found"
    refusal = api.call(
        "invoices.remove_credit", expect=404, body={"memoId": NOBODY}, invoiceId=approved["id"]
    )
    assert refusal["code"] == "reference_not_found"


@pytest.mark.assumed
def test_a_memo_may_be_linked_without_moving_money(make: Factory, approved: Record) -> None:
    memo = make.memo(appliedToInvoiceUuid=approved["id"])

    assert memo["appliedToInvoiceUuid"] == approved["id"]
    assert make.read(approved) == approved
    assert make.invoice(appliedToInvoiceUuid=NOBODY)["appliedToInvoiceUuid"] is None


@pytest.mark.assumed
def test_credit_may_be_applied_while_creating(api: Api, make: Factory) -> None:
    memo = make.memo(60)
    credit = {"applyCredit": True, "creditMemo": {"id": memo["id"], "amount": 60}}
    invoice = make.invoice(isDraft=False, **credit)
    assert (invoice["amountDue"], invoice["status"]) == (40, "partial")

    taken = {"limit": 1, "customerUuid": invoice["customerUuid"]}
    count = api.call("invoices.search", expect=200, query=taken)["data"]["totalRecords"]
    for body in (
        make.invoice_body(**credit),
        make.invoice_body(isDraft=False, applyCredit=True),
        make.invoice_body(isDraft=False, **credit),
    ):
        api.call("invoices.create", expect=400, body=body)
    after = api.call("invoices.search", expect=200, query=taken)["data"]["totalRecords"]
    assert after == count
    assert make.invoice(creditMemo={"id": memo["id"], "amount": 1})["creditedAmount"] == 0
