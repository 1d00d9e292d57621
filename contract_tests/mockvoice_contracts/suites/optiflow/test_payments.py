"""Payments: their effect on invoices, and rejected requests."""

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


def payment_state(factory: Factory, invoice: Record) -> tuple[str, str, str]:
    result = factory.read("invoices", invoice)
    return result["amount_paid"], result["amount_due"], result["status"]


def void(api: Api, payment: Record, expect: int = 204) -> None:
    api.call("payments.delete", expect=expect, **id_parameter("payments", payment))


@rule(
    "Payments of 1000.00 and 1950.00 take an invoice over 2950.00 to partially_paid and paid, voiding them takes it back, and an amount above amount_due gets 422 on amount.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Invoice.php and app/Actions/CreatePaymentAction.php",
)
def test_payments_move_an_invoice_to_paid_and_back(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(
        {"quantity": 2, "unit_price": 1250, "taxes": [factory.tax_id("itbis 18.00")]}
    )
    assert payment_state(factory, invoice) == ("0.00", "2950.00", "pending_payment")
    first = factory.payment(invoice, 1000)
    assert payment_state(factory, invoice) == ("1000.00", "1950.00", "partially_paid")
    assert factory.error_fields("payments.create", factory.payment_body(invoice, "1950.01")) == [
        "amount"
    ]
    second = factory.payment(invoice, "1950.00")
    assert payment_state(factory, invoice) == ("2950.00", "0.00", "paid")
    assert factory.error_fields("payments.create", factory.payment_body(invoice, 1)) == [
        "invoice_id"
    ]
    void(api, first)
    assert payment_state(factory, invoice) == ("1950.00", "1000.00", "partially_paid")
    void(api, second)
    assert payment_state(factory, invoice) == ("0.00", "2950.00", "pending_payment")


@rule(
    "An invoice over 100.00 with payments of 99.99 is partially_paid with 0.01 due, and paid after 0.01 more.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Invoice.php",
)
def test_an_invoice_is_partially_paid_if_a_cent_is_missing(factory: Factory) -> None:
    invoice = factory.invoice()
    factory.payment(invoice, "99.99")
    before = payment_state(factory, invoice)
    factory.payment(invoice, "0.01")

    assert before == ("99.99", "0.01", "partially_paid"), "a balance of one cent is not paid"
    assert payment_state(factory, invoice) == ("100.00", "0.00", "paid")


@rule(
    "A payment that gets 422 leaves its invoice as it was.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreatePaymentAction.php",
)
@pytest.mark.parametrize(
    "overrides", [{"amount": "100.01"}, {"amount": 0}, {"bank_account_id": UNKNOWN_ID}]
)
def test_a_rejected_payment_does_not_change_the_invoice(
    factory: Factory, overrides: Record
) -> None:
    invoice = factory.invoice()
    before = factory.read("invoices", invoice)

    factory.error_fields("payments.create", factory.payment_body(invoice, **overrides))

    check_same(factory.read("invoices", invoice), before)


@rule(
    "The payments of an invoice are those that are not voided.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/DeletePaymentAction.php",
)
def test_an_invoice_lists_its_payments_without_voided_ones(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()
    payments = [factory.payment(invoice, amount) for amount in (10, 20, 30)]
    void(api, payments[1])

    listed = factory.read("invoices", invoice)["payments"]
    check_same(sorted(listed, key=lambda row: row["id"]), [payments[0], payments[2]])
    if api.target.is_mock:  # The order is not documented.
        assert [row["id"] for row in listed] == [payments[0]["id"], payments[2]["id"]]


@rule(
    "A payment of an invoice is completed, has the currency of its bank account, its amount as subtotal_amount, and no tax or withholding.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Payment.php",
)
def test_a_payment_has_the_currency_of_its_account(factory: Factory) -> None:
    invoice = factory.invoice()
    created = factory.payment(
        invoice, "12.5", note="A cuenta", payment_method="check", payment_date="2026-01-31"
    )

    check_same(factory.read("payments", created), created)
    assert (created["payment_type"], created["status"], created["amount"]) == (
        "invoice_payment",
        "completed",
        "12.50",
    )
    assert (created["subtotal_amount"], created["tax_amount"], created["withholding_amount"]) == (
        "12.50",
        "0.00",
        "0.00",
    )
    assert (created["payment_date"], created["payment_method"], created["note"]) == (
        "2026-01-31",
        "check",
        "A cuenta",
    )
    assert (created["currency_id"], created["lines"], created["withholdings"]) == (
        factory.shared_account["currency_id"],
        [],
        [],
    )


@rule(
    "A payment with the amount {amount} gets 422 on amount, since the least is 0.01.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests/StorePaymentRequest.php",
)
@pytest.mark.parametrize("amount", [0, "0.00", -1, 0.001, None, "x"])
def test_a_payment_below_a_cent_is_rejected(factory: Factory, amount: object) -> None:
    assert factory.error_fields(
        "payments.create", factory.payment_body(factory.invoice(), amount)
    ) == ["amount"]


@rule(
    "A payment with a missing or invalid field gets 422 on {field}.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests/StorePaymentRequest.php",
)
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"invoice_id": UNKNOWN_ID}, "invoice_id"),
        ({"bank_account_id": UNKNOWN_ID}, "bank_account_id"),
        ({"bank_account_id": None}, "bank_account_id"),
        ({"payment_method": "debit_card"}, "payment_method"),
        ({"payment_date": None}, "payment_date"),
        ({"payment_type": "gift"}, "payment_type"),
        ({"invoice_id": None}, "payment_type"),
        ({"invoice_id": None, "payment_type": "invoice_payment"}, "invoice_id"),
        ({"payment_type": "other_income"}, "lines"),
    ],
)
def test_a_missing_or_invalid_payment_field_is_rejected(
    factory: Factory, fields: Record, field: str
) -> None:
    assert factory.error_fields(
        "payments.create", factory.payment_body(factory.invoice(), **fields)
    ) == [field]


@rule(
    "A payment to a bank account in another currency than the invoice's gets 422 on bank_account_id.",
    source="Assumed: the source compares the amounts without conversion",
)
@pytest.mark.assumed
def test_the_account_must_have_the_invoices_currency(factory: Factory) -> None:
    other_currency_id = next(
        (
            currency_id
            for currency_id in factory.currency_ids.values()
            if currency_id != factory.default_currency["id"]
        ),
        None,
    )
    if other_currency_id is None:
        pytest.skip("the account has one currency only")
    account = factory.bank_account(currency_id=other_currency_id)

    body = factory.payment_body(factory.invoice(), bank_account_id=account["id"])
    assert factory.error_fields("payments.create", body) == ["bank_account_id"]


@rule(
    "PATCH changes the amount of a payment up to the invoice's total less its other payments; more gets 422 on amount.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/UpdatePaymentAction.php",
)
def test_a_changed_amount_is_limited_by_the_other_payments(factory: Factory) -> None:
    invoice = factory.invoice()
    payment, _ = factory.payment(invoice, 30), factory.payment(invoice, 20)
    path_params = id_parameter("payments", payment)

    assert factory.error_fields("payments.update", {"amount": "80.01"}, **path_params) == ["amount"]
    assert factory.read("payments", payment)["amount"] == "30.00"
    assert factory.update("payments", payment, amount=80)["amount"] == "80.00"


@rule(
    "A changed payment amount sets amount_paid, amount_due and status of the invoice again.",
    source="Assumed: the source forgets to set the status",
)
@pytest.mark.assumed
def test_changing_the_amount_updates_the_status(factory: Factory) -> None:
    invoice = factory.invoice()
    payment, other = factory.payment(invoice, 30), factory.payment(invoice, 20)

    factory.update("payments", payment, amount=80)
    assert payment_state(factory, invoice) == ("100.00", "0.00", "paid")
    factory.update("payments", other, amount="0.01")
    assert payment_state(factory, invoice) == ("80.01", "19.99", "partially_paid")


@rule(
    "PATCH of a payment keeps the fields that the body leaves out, and changes payment_method, payment_date and note.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/UpdatePaymentAction.php",
)
def test_an_update_keeps_omitted_fields(factory: Factory) -> None:
    payment = factory.payment(factory.invoice(), note="Nota")
    unchanged = factory.update("payments", payment)
    changed = factory.update(
        "payments", payment, note="Nota 2", payment_method="other", payment_date="2026-02-01"
    )

    check_same(unchanged, payment, ignoring=["updated_at"])
    assert (changed["note"], changed["payment_method"], changed["payment_date"]) == (
        "Nota 2",
        "other",
        "2026-02-01",
    )


@rule(
    "In an update of a payment, null clears note.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_null_clears_the_note_of_a_payment(factory: Factory) -> None:
    payment = factory.payment(factory.invoice(), note="Nota")

    assert factory.update("payments", payment, note=None)["note"] is None


@rule(
    "A voided payment is still read by its id, is listed only with filter[status]=voided, and gets 404 from PATCH and DELETE.",
    source="Assumed: in the source it is a soft deletion; the visible status has no source",
)
@pytest.mark.assumed
def test_a_voided_payment_can_be_read_but_not_changed_or_voided_again(
    api: Api, factory: Factory
) -> None:
    invoice = factory.invoice()
    payment = factory.payment(invoice)
    void(api, payment)
    result = factory.read("payments", payment)

    assert result["status"] == "voided"
    assert result["deleted_at"] is not None
    void(api, payment, expect=404)
    api.call(
        "payments.update", expect=404, body={"amount": "x"}, **id_parameter("payments", payment)
    )
    query = {"filter[invoice_id]": invoice["id"]}
    assert api.call("payments.search", expect=200, query=query)["data"] == []
    voided = api.call("payments.search", expect=200, query={**query, "filter[status]": "voided"})
    check_same(voided["data"], [result])


@rule(
    "A bank account's balance is its initial_balance plus the payments that are not voided, from initial_balance_date on.",
    source="Observed: github.com/luisscruza/optiflow, app/Jobs/RecalculateBankAccount.php",
)
def test_an_account_balance_includes_the_payments_from_its_first_day_on(
    api: Api, factory: Factory
) -> None:
    account = factory.bank_account(initial_balance="-5.50", initial_balance_date="2026-01-10")
    other = factory.bank_account()
    invoice = factory.invoice({"unit_price": 1000})
    to_account = {"bank_account_id": account["id"]}
    factory.payment(invoice, 100, payment_date="2026-01-09", **to_account)
    payment = factory.payment(invoice, 40, payment_date="2026-01-10", **to_account)
    balances = []
    for change in ({}, {"amount": 60}, {"payment_date": "2026-01-01"}, {"payment_date": "2026-02-01"},
                   {"bank_account_id": other["id"]}):  # fmt: skip
        factory.update("payments", payment, **change)
        balances.append(factory.read("bank_accounts", account)["balance"])
    void(api, payment)

    assert balances == ["34.50", "54.50", "-5.50", "54.50", "-5.50"]
    assert factory.read("bank_accounts", other)["balance"] == "0.00"


@rule(
    "The amount of other_income is its lines plus their taxes less the withholdings, each rounded to the cent.",
    source="Assumed: the formula is the source's; the fields of the API are inferred",
)
@pytest.mark.assumed
def test_other_income_is_lines_plus_taxes_less_withholdings(factory: Factory) -> None:
    tax = factory.tax_id("itbis 18.00")
    rent = {
        "chart_account_id": 1,
        "description": "Alquiler",
        "quantity": 1,
        "unit_price": 10000,
        "tax_id": tax,
    }
    body = {
        "payment_type": "other_income", "contact_id": factory.customer["id"], "bank_account_id": factory.shared_account["id"],
        "payment_date": factory.day(), "payment_method": "bank_transfer", "lines": [rent],
        "withholdings": [{"withholding_type_id": 2, "base_amount": 10000}],
    }  # fmt: skip
    created = factory.create("payments.create", body)
    names = ("amount", "subtotal_amount", "tax_amount", "withholding_amount")

    assert [created[name] for name in names] == ["10800.00", "10000.00", "1800.00", "1000.00"]
    assert (created["invoice_id"], created["contact_id"]) == (None, factory.customer["id"])
    assert (created["lines"][0]["total"], created["withholdings"][0]["percentage"]) == (
        "11800.00",
        "10.00",
    )
    changed = factory.update(
        "payments", created, withholdings=None, lines=[{**rent, "quantity": 2}]
    )
    assert [changed[name] for name in names] == ["23600.00", "20000.00", "3600.00", "0.00"]
    rounded = factory.update(
        "payments", created, lines=[{**rent, "quantity": 0.5, "unit_price": 0.05}]
    )
    assert [rounded[name] for name in names] == ["0.03", "0.03", "0.00", "0.00"], (
        "18 % of 0.025 is 0.00; only the total of the line is rounded to 0.03"
    )
    for field, invalid in {
        "lines.0.tax_id": {"lines": [{**rent, "tax_id": UNKNOWN_ID}]},
        "withholdings.0.withholding_type_id": {
            "withholdings": [{"withholding_type_id": UNKNOWN_ID, "base_amount": 1}]
        },
        "contact_id": {"contact_id": UNKNOWN_ID},
    }.items():
        assert factory.error_fields("payments.create", {**body, **invalid}) == [field]


@rule(
    "GET and POST /invoices/ID/payments list and record the payments of that invoice only, the latest payment_date first.",
    source="Assumed: the operations are a convenience without a source",
)
@pytest.mark.assumed
def test_the_payments_of_one_invoice_can_be_listed_and_recorded(api: Api, factory: Factory) -> None:
    invoice, other = factory.invoice(), factory.invoice()
    path_params = id_parameter("invoices", invoice)
    body = {
        name: value for name, value in factory.payment_body(invoice).items() if name != "invoice_id"
    }
    late = factory.create(
        "payments.create_for_invoice", {**body, "payment_date": "2026-03-05"}, **path_params
    )
    early = factory.create(
        "payments.create_for_invoice", {**body, "payment_date": "2026-03-01"}, **path_params
    )
    factory.payment(other)

    listed = api.call("payments.search_for_invoice", expect=200, **path_params)["data"]
    check_same(listed, [late, early])
    assert factory.error_fields(
        "payments.create_for_invoice", {**body, "amount": 81}, **path_params
    ) == ["amount"]
    factory.create("payments.create_for_invoice", {**body, "amount": 80}, **path_params)
    assert factory.error_fields("payments.create_for_invoice", body, **path_params) == ["error"]


def payment_fields(factory: Factory, amount: object, **fields: object) -> Record:
    return {
        "register_payment": True, "payment_amount": amount, "payment_method": "cash",
        "payment_bank_account_id": factory.shared_account["id"], **fields,
    }  # fmt: skip


@rule(
    "POST /invoices with register_payment pays the new invoice with payment_amount on payment_date, by default on its issue_date.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests/CreateInvoiceRequest.php",
)
def test_an_invoice_can_be_created_with_a_payment(factory: Factory) -> None:
    paid = factory.invoice(
        **payment_fields(factory, 100, payment_notes="Al contado"), issue_date="2026-03-01"
    )
    partly = factory.invoice(**payment_fields(factory, "40.00", payment_date="2026-03-03"))
    unpaid = factory.invoice(**payment_fields(factory, 0))
    plain = factory.invoice(**payment_fields(factory, 100, register_payment=False))

    assert (paid["status"], paid["amount_due"], paid["payments"][0]["note"]) == (
        "paid",
        "0.00",
        "Al contado",
    )
    assert paid["payments"][0]["payment_date"] == "2026-03-01"
    assert (partly["status"], partly["payments"][0]["payment_date"]) == (
        "partially_paid",
        "2026-03-03",
    )
    assert [invoice["status"] for invoice in (unpaid, plain)] == [
        "pending_payment",
        "pending_payment",
    ]


@rule(
    "POST /invoices with register_payment and without {field} gets 422 on {field}.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests/CreateInvoiceRequest.php",
)
@pytest.mark.parametrize("field", ["payment_amount", "payment_bank_account_id", "payment_method"])
def test_a_payment_at_creation_requires_all_of_its_fields(factory: Factory, field: str) -> None:
    body = factory.invoice_body(**payment_fields(factory, 10, **{field: None}))

    assert factory.error_fields("invoices.create", body) == [field]


@rule(
    "A payment of another workspace gets 404 and is in no list, and its invoice cannot be paid: 422 on invoice_id.",
    source="Observed: github.com/luisscruza/optiflow, app/Concerns/BelongsToWorkspace.php",
)
def test_payments_of_another_workspace_are_not_found(api: Api, factory: Factory) -> None:
    payment, headers = factory.payment(factory.invoice()), workspace_header(factory.workspace())

    api.call("payments.get", expect=404, headers=headers, **id_parameter("payments", payment))
    assert api.call("payments.search", expect=200, headers=headers)["data"] == []
    body = factory.payment_body({"id": payment["invoice_id"]})
    assert factory.error_fields("payments.create", body, headers=headers) == ["invoice_id"]


@rule(
    "payment_number is the prefix of the workspace's preferred series of type payment and its next number with four digits.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreatePaymentAction.php",
)
def test_receipts_are_numbered_by_the_workspaces_preferred_series(
    api: Api, factory: Factory
) -> None:
    workspace = factory.workspace()
    invoice = factory.create(
        "invoices.create", factory.invoice_body(), headers=workspace_header(workspace)
    )
    series = factory.series(type="payment", start_number=12)
    preferred = {"workspaceId": workspace["id"], **id_parameter("document_subtypes", series)}
    api.call("document_subtypes.set_preferred", expect=200, **preferred)
    payment = factory.create(
        "payments.create", factory.payment_body(invoice), headers=workspace_header(workspace)
    )
    api.call(
        "document_subtypes.toggle_active", expect=200, **id_parameter("document_subtypes", series)
    )

    assert payment["payment_number"] == f"{series['prefix']}0012"
