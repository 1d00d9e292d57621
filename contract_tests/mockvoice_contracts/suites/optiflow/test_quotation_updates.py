"""Updates of quotations field by field, and the independence of a quotation and its invoice."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import Factory, id_parameter
from mockvoice_contracts.suites.optiflow.same_records import check_same

AMOUNTS = ("subtotal_amount", "discount_amount", "tax_amount", "total_amount")


@rule(
    "An update of a quotation by {field} alone changes this field and keeps number, lines, amounts and all others.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/quotations",
)
@pytest.mark.parametrize("field", ["contact_id", "issue_date", "due_date", "notes", "status"])
def test_an_update_of_one_field_keeps_the_rest(factory: Factory, field: str) -> None:
    tax = factory.tax_id("itbis 18.00")
    line = {"quantity": "1.50", "unit_price": "9.99", "discount_rate": 10, "taxes": [tax]}
    quotation = factory.quotation(line, notes="A", due_date=factory.day(30))
    value = {
        "contact_id": factory.contact()["id"],
        "issue_date": factory.day(-3),
        "due_date": factory.day(9),
        "notes": "B",
        "status": "sent",
    }[field]
    changed = factory.update("quotations", quotation, **{field: value})

    assert changed[field] == value
    check_same(changed, quotation, ignoring=(field, "contact", "updated_at"))
    check_same(factory.read("quotations", quotation), changed)


@rule(
    "In an update of a quotation, null clears notes and due_date, and a due_date before the issue_date gets 422 and changes nothing.",
    source="Assumed: the reference gives no source for null",
)
@pytest.mark.assumed
def test_null_clears_notes_and_due_date(factory: Factory) -> None:
    quotation = factory.quotation(notes="A", due_date=factory.day(30))
    body = {"notes": "never", "due_date": factory.day(-1)}
    path = id_parameter("quotations", quotation)
    assert factory.error_fields("quotations.update", body, **path) == ["due_date"]
    check_same(factory.read("quotations", quotation), quotation)
    cleared = factory.update("quotations", quotation, notes=None, due_date=None)

    assert (cleared["notes"], cleared["due_date"]) == (None, None)
    check_same(cleared, quotation, ignoring=("notes", "due_date", "updated_at"))


@rule(
    "Payments, updates and deletion of the invoice of a quotation leave the quotation, which stays converted, and its other quotations as they are.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/quotations",
)
def test_the_invoice_of_a_quotation_changes_alone(api: Api, factory: Factory) -> None:
    contact, tax = factory.contact()["id"], factory.tax_id("itbis 18.00")
    line = {"unit_price": 100, "discount_rate": 10, "taxes": [tax]}
    quotation, other = (factory.quotation(line, contact_id=contact) for _ in range(2))
    body = {"document_subtype_id": factory.invoice_series_id}
    path = id_parameter("quotations", quotation)
    invoice = factory.create("quotations.convert", body, **path)
    before = factory.read("quotations", quotation)
    items = [{"id": invoice["items"][0]["id"], "quantity": 3}]
    updated = factory.update("invoices", invoice, items=items, notes="Otra")
    payment = factory.payment(invoice, 10)
    api.call("payments.delete", expect=204, **id_parameter("payments", payment))
    api.call("invoices.delete", expect=204, **id_parameter("invoices", invoice))

    assert before["status"] == "converted"
    assert [invoice[name] for name in AMOUNTS] == [quotation[name] for name in AMOUNTS]
    assert [updated[name] for name in AMOUNTS] == ["300.00", "30.00", "48.60", "318.60"]
    check_same(factory.read("quotations", quotation), before)
    check_same(factory.read("quotations", other), other)
