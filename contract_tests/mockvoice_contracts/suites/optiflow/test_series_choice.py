"""The series of documents whose request names none: the preferred one, the default one, the others."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import (
    Factory,
    Record,
    id_parameter,
    workspace_header,
)
from mockvoice_contracts.suites.optiflow.numbering import (
    new_series,
    prefer,
    set_default,
    toggle_active,
)


def receipt_number(factory: Factory, workspace: Record) -> str:
    """Pay a new invoice of a workspace, and return the number of the payment."""
    headers = workspace_header(workspace)
    invoice = factory.create("invoices.create", factory.invoice_body(), headers=headers)
    body = factory.payment_body(invoice)
    number: str = factory.create("payments.create", body, headers=headers)["payment_number"]
    return number


def converted_number(factory: Factory, workspace: Record) -> str:
    """Convert a new quotation of a workspace without a body, and return the invoice's number."""
    headers = workspace_header(workspace)
    body = factory.document_body("quotations")
    quotation = factory.create("quotations.create", body, headers=headers)
    path_params = id_parameter("quotations", quotation)
    invoice = factory.create("quotations.convert", {}, headers=headers, **path_params)
    number: str = invoice["document_number"]
    return number


NUMBERED = {"payment": (receipt_number, 4), "invoice": (converted_number, 8)}


def first_usable(factory: Factory, kind: str) -> Record:
    """Return the active series with the lowest id, or for invoices the first name, that has not ended."""
    order = "id" if kind == "payment" else "name"
    usable = (
        row
        for row in factory.all_rows("document_subtypes")
        if row["type"] == kind
        and row["is_active"]
        and (row["end_number"] is None or row["next_number"] <= row["end_number"])
        and (row["valid_until_date"] is None or row["valid_until_date"] > factory.day())
    )
    return min(usable, key=lambda row: row[order])


@rule(
    "A document of type {kind} without a named series is numbered by the preferred series of its workspace, else by the default one, even if others have lower ids and names.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreatePaymentAction.php and app/Http/Controllers/CreateInvoiceFromQuotationController.php",
)
@pytest.mark.parametrize("kind", ["payment", "invoice"])
def test_the_preferred_series_precedes_the_default_one(
    api: Api, factory: Factory, kind: str
) -> None:
    issue, digits = NUMBERED[kind]
    preferring, other = factory.workspace(), factory.workspace()
    seen = []
    with new_series(api, factory, kind, "000 A", "Z", "000 B") as series:
        lowest, default, preferred = series
        set_default(api, default)
        seen.append(issue(factory, preferring))
        prefer(api, preferring, preferred)
        seen += [issue(factory, preferring), issue(factory, other)]
        set_default(api, preferred)
        seen.append(issue(factory, other))
        prefer(api, preferring, lowest)
        seen += [issue(factory, preferring), issue(factory, other)]
        counters = [factory.read("document_subtypes", row)["next_number"] for row in series]

    expected = [(default, 1), (preferred, 1), (default, 2), (preferred, 2), (lowest, 1), (preferred, 3)]  # fmt: skip
    assert seen == [f"{row['prefix']}{number:0{digits}d}" for row, number in expected]
    assert counters == [2, 3, 4]


@rule(
    "Receipts of every kind are numbered by one counter: POST /payments, POST /invoices/ID/payments, register_payment and other_income.",
    source="Assumed: the operations and fields are inferred from the source",
)
@pytest.mark.assumed
def test_all_receipts_have_numbers_of_the_default_series(api: Api, factory: Factory) -> None:
    paid_at_once = {
        "register_payment": True, "payment_amount": 1, "payment_method": "cash",
        "payment_bank_account_id": factory.shared_account["id"],
    }  # fmt: skip
    line = {"chart_account_id": 1, "description": "Renta", "quantity": 1, "unit_price": 5}
    income = {
        "payment_type": "other_income", "bank_account_id": factory.shared_account["id"], "lines": [line],
        "payment_date": factory.day(), "payment_method": "cash",
    }  # fmt: skip
    with new_series(api, factory, "payment", "A", "B") as (_, default):
        set_default(api, default)
        invoice = factory.invoice(**paid_at_once)
        body = factory.payment_body(invoice)
        del body["invoice_id"]
        path_params = id_parameter("invoices", invoice)
        payments = [
            invoice["payments"][0],
            factory.create("payments.create_for_invoice", body, **path_params),
            factory.create("payments.create", income),
            factory.payment(invoice),
        ]

    numbers = [payment["payment_number"] for payment in payments]
    assert numbers == [f"{default['prefix']}000{number}" for number in (1, 2, 3, 4)]


@rule(
    "An inactive series of type {kind} numbers nothing, even if it is the preferred or the default one.",
    source="Assumed: the source does not say whether a preferred series must be active",
)
@pytest.mark.assumed
@pytest.mark.parametrize("kind", ["payment", "invoice"])
def test_an_inactive_series_is_passed_over(api: Api, factory: Factory, kind: str) -> None:
    issue, digits = NUMBERED[kind]
    workspace = factory.workspace()
    with new_series(api, factory, kind, "000 A", "Z", "000 B") as (_, default, preferred):
        set_default(api, default)
        prefer(api, workspace, preferred)
        toggle_active(api, preferred)
        seen = [issue(factory, workspace)]
        toggle_active(api, default)
        expected = first_usable(factory, kind)
        last = issue(factory, workspace)
        toggle_active(api, preferred)
        seen.append(issue(factory, workspace))

    first = f"{1:0{digits}d}"
    assert seen == [f"{default['prefix']}{first}", f"{preferred['prefix']}{first}"]
    # The account may have other series with a lower id, or with a name before the new ones.
    assert last == f"{expected['prefix']}{expected['next_number']:0{digits}d}"


@rule(
    "Once the default series has expired, convert-to-invoice without a body takes the first series by name, whichever ids they have.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Controllers/CreateInvoiceFromQuotationController.php",
)
@pytest.mark.needs("clock")
def test_after_the_default_series_the_first_by_name_follows(
    api: Api, factory: Factory, clock: ServerClock
) -> None:
    workspace = factory.workspace()
    with new_series(api, factory, "invoice", "000 B", "000 A"):
        ending = factory.series(valid_until_date=factory.day(2))
        set_default(api, ending)
        before = converted_number(factory, workspace)
        clock.advance(days=3)
        first = first_usable(factory, "invoice")
        after = converted_number(factory, workspace)
        toggle_active(api, ending)

    assert before == f"{ending['prefix']}00000001"
    assert after == f"{first['prefix']}{first['next_number']:08d}"
