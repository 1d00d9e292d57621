"""Rules of payments, asked of each way to record one: by itself, for an invoice, with a new invoice, other income."""

from decimal import Decimal

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import (
    UNKNOWN_ID,
    Factory,
    Record,
    id_parameter,
    workspace_header,
)
from mockvoice_contracts.suites.optiflow.same_records import check_same


def invoice_payment(factory: Factory, invoice: Record, **fields: object) -> Record:
    """Return the body of a payment whose path names the invoice."""
    body = factory.payment_body(invoice, **fields)
    return {name: value for name, value in body.items() if name != "invoice_id"}


def paid_invoice_body(factory: Factory, amount: object = 10, **fields: object) -> Record:
    """Return the body of a new invoice with a payment."""
    return factory.invoice_body(
        register_payment=True,
        payment_amount=amount,
        payment_method="cash",
        **{"payment_bank_account_id": factory.shared_account["id"], **fields},
    )


def income_body(factory: Factory, price: object = 10, **fields: object) -> Record:
    """Return the body of other income of one line without tax."""
    line = {"chart_account_id": 1, "description": "Alquiler", "quantity": 1, "unit_price": price}
    return {
        "payment_type": "other_income", "bank_account_id": factory.shared_account["id"], "payment_date": factory.day(),
        "payment_method": "cash", "lines": [line], **fields,
    }  # fmt: skip


def currency_and_account(factory: Factory) -> tuple[int, int]:
    currency = factory.create("currencies.create", factory.currency_body())["id"]
    return currency, factory.bank_account(currency_id=currency)["id"]


@rule(
    "All ways to record a payment take consecutive numbers of the workspace's series, and an update of a payment keeps its number.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreatePaymentAction.php",
)
def test_all_payments_are_numbered_by_one_series(api: Api, factory: Factory) -> None:
    workspace, series = factory.workspace(), factory.series(type="payment", start_number=98)
    preferred = {"workspaceId": workspace["id"], **id_parameter("document_subtypes", series)}
    api.call("document_subtypes.set_preferred", expect=200, **preferred)
    headers = workspace_header(workspace)

    def create(operation: str, body: Record, **path: int) -> Record:
        record: Record = api.call(operation, expect=201, body=body, headers=headers, **path)["data"]
        return record

    first = create("invoices.create", paid_invoice_body(factory))
    path = id_parameter("invoices", first)
    payments = [
        first["payments"][0],
        create("payments.create", factory.payment_body(first)),
        create("payments.create_for_invoice", invoice_payment(factory, first), **path),
        create("payments.create", income_body(factory)),
    ]
    body = factory.payment_body(first, "80.01")
    api.call("payments.create", expect=422, body=body, headers=headers)
    payments.append(create("payments.create", factory.payment_body(first, 5)))
    renamed = [
        api.call("payments.update", expect=200, body={"note": "N", "payment_number": "X"}, headers=headers,
                 **id_parameter("payments", payment))["data"]
        for payment in payments
    ]  # fmt: skip
    path_of_series = id_parameter("document_subtypes", series)
    api.call("document_subtypes.toggle_active", expect=200, **path_of_series)

    numbers = [f"{series['prefix']}{number:04d}" for number in range(98, 103)]
    assert [payment["payment_number"] for payment in payments] == numbers
    assert [payment["payment_number"] for payment in renamed] == numbers
    assert factory.read("document_subtypes", series)["next_number"] == 103


@rule(
    "Payments that are recorded by any way have the same fields: type, status, amounts, currency of the account, invoice.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Payment.php",
)
def test_all_ways_record_the_same_payment(factory: Factory) -> None:
    currency, account = currency_and_account(factory)
    body = paid_invoice_body(
        factory, "12.50", payment_bank_account_id=account, currency_id=currency, payment_notes="A"
    )
    invoice = factory.create("invoices.create", body)
    fields = {"bank_account_id": account, "note": "A", "amount": "12.50"}
    path = id_parameter("invoices", invoice)
    payments = [
        invoice["payments"][0],
        factory.create("payments.create", {**factory.payment_body(invoice), **fields}),
        factory.create(
            "payments.create_for_invoice", {**invoice_payment(factory, invoice), **fields}, **path
        ),
    ]
    expected = {
        "payment_type": "invoice_payment", "status": "completed", "invoice_id": invoice["id"], "currency_id": currency,
        "bank_account_id": account, "subtotal_amount": "12.50", "amount": "12.50", "tax_amount": "0.00",
        "withholding_amount": "0.00", "note": "A", "payment_method": "cash", "payment_date": factory.day(),
        "deleted_at": None,
    }  # fmt: skip

    for payment in payments:
        check_same(factory.read("payments", payment), expected)
    after = factory.read("invoices", invoice)
    assert (after["amount_paid"], after["amount_due"]) == ("37.50", "62.50")
    assert factory.read("bank_accounts", {"id": account})["balance"] == "37.50"


@rule(
    "An account in another currency than the invoice's gets 422 on its field from every way to pay and from an update of a payment, also if the amount is too much.",
    source="Assumed: the source compares the amounts without conversion",
)
@pytest.mark.assumed
def test_every_way_needs_an_account_in_the_currency(factory: Factory) -> None:
    _, account = currency_and_account(factory)
    invoice = factory.invoice()
    payment, into = factory.payment(invoice), {"bank_account_id": account}
    before = factory.read("invoices", invoice)
    path = id_parameter("invoices", invoice)
    for amount in (10, 1000):
        body = {**invoice_payment(factory, invoice), **into, "amount": amount}
        errors = factory.error_fields("payments.create_for_invoice", body, **path)
        assert errors == ["bank_account_id"]
        body = paid_invoice_body(factory, amount, payment_bank_account_id=account)
        assert factory.error_fields("invoices.create", body) == ["payment_bank_account_id"]
    path_of_payment = id_parameter("payments", payment)

    assert factory.error_fields("payments.update", into, **path_of_payment) == ["bank_account_id"]
    check_same(factory.read("invoices", invoice), before)
    assert factory.read("bank_accounts", {"id": account})["balance"] == "0.00"


@rule(
    "POST /invoices/ID/payments with a missing or invalid {field} gets 422 on {field} and changes nothing.",
    source="Assumed: the operation is a convenience without a source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("bank_account_id", [None, UNKNOWN_ID]),
        ("payment_date", [None, "2026-02-30"]),
        ("payment_method", [None, "debit_card"]),
        ("amount", [None, 0, "0.001", -1, "100.01"]),
        ("note", ["x" * 1001]),
    ],
)
def test_a_payment_of_one_invoice_needs_valid_fields(
    factory: Factory, field: str, values: list[object]
) -> None:
    invoice = factory.invoice()
    path = id_parameter("invoices", invoice)

    for value in values:
        body = {**invoice_payment(factory, invoice), field: value}
        assert factory.error_fields("payments.create_for_invoice", body, **path) == [field]
    check_same(factory.read("invoices", invoice), invoice)


@rule(
    "A cancelled invoice takes no payment: POST /payments gets 422 on invoice_id, POST /invoices/ID/payments 422 on error; it lists none.",
    source="Assumed: the source enforces it in its screens only",
)
@pytest.mark.assumed
def test_a_cancelled_invoice_takes_no_payment(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()
    cancelled = factory.update("invoices", invoice, status="cancelled")
    path = id_parameter("invoices", invoice)
    errors = factory.error_fields("payments.create", factory.payment_body(invoice, 1))
    body = invoice_payment(factory, invoice)

    assert errors == ["invoice_id"]
    assert factory.error_fields("payments.create_for_invoice", body, **path) == ["error"]
    check_same(factory.read("invoices", invoice), cancelled)
    assert api.call("payments.search_for_invoice", expect=200, **path)["data"] == []


@rule(
    "Other income changes the balance of its account from initial_balance_date on, as its lines, its date and its account change, until it is voided.",
    source="Observed: github.com/luisscruza/optiflow, app/Jobs/RecalculateBankAccount.php",
)
def test_the_balance_follows_other_income(api: Api, factory: Factory) -> None:
    account = factory.bank_account(initial_balance="1.00", initial_balance_date="2026-01-10")
    other = factory.bank_account()
    body = income_body(factory, "40.00", payment_date="2026-01-10", bank_account_id=account["id"])
    income = factory.create("payments.create", body)
    line = body["lines"][0]
    seen = [balances(factory, account, other)]
    for change in (
        {"lines": [line, {**line, "unit_price": "0.05"}]},
        {"payment_date": "2026-01-09"},
        {"bank_account_id": other["id"]},
        {"note": "Nada"},
    ):
        factory.update("payments", income, **change)
        seen.append(balances(factory, account, other))
    api.call("payments.delete", expect=204, **id_parameter("payments", income))
    seen.append(balances(factory, account, other))

    more = Decimal("40.05")
    assert seen == [(41, 0), (1 + more, 0), (1, 0), (1, more), (1, more), (1, 0)]


def balances(factory: Factory, *accounts: Record) -> tuple[Decimal, ...]:
    rows = (factory.read("bank_accounts", account) for account in accounts)
    return tuple(Decimal(row["balance"]) for row in rows)


@rule(
    "The fields of a line of other_income are required, and {field} {value} gets 422 on lines.0.{field}.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests/StorePaymentRequest.php",
)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("description", None),
        ("description", "x" * 256),
        ("quantity", None),
        ("quantity", 0),
        ("quantity", "0.001"),
        ("unit_price", None),
        ("unit_price", "-0.01"),
    ],
)
def test_a_line_of_other_income_needs_valid_fields(
    factory: Factory, field: str, value: object
) -> None:
    body = income_body(factory)
    (line,) = body["lines"]
    invalid = {**body, "lines": [{**line, field: value}]}

    assert factory.error_fields("payments.create", invalid) == [f"lines.0.{field}"]


@rule(
    "Lines of other_income keep the order in which they are sent, and each has its own subtotal, tax_amount and total; so have those of an update.",
    source="Assumed: the fields of the API are inferred",
)
@pytest.mark.assumed
def test_lines_of_other_income_have_their_own_amounts(factory: Factory) -> None:
    body, tax = income_body(factory), factory.tax_id("itbis 18.00")
    (line,) = body["lines"]
    lines = [
        {**line, "description": "C", "quantity": "1.50", "unit_price": "9.99", "tax_id": tax},
        {**line, "description": "A", "unit_price": "0.00"},
        {**line, "description": "B", "quantity": "0.01", "unit_price": "150.00"},
    ]
    created = factory.create("payments.create", {**body, "lines": lines})
    updated = factory.update("payments", created, lines=lines[::-1])
    names = ("description", "subtotal", "tax_amount", "total")
    expected = [("C", "14.99", "2.70", "17.69"), ("A", "0.00", "0.00", "0.00"), ("B", "1.50", "0.00", "1.50")]  # fmt: skip

    assert [tuple(row[name] for name in names) for row in created["lines"]] == expected
    assert [tuple(row[name] for name in names) for row in updated["lines"]] == expected[::-1]
    check_same(factory.read("payments", created), updated)
