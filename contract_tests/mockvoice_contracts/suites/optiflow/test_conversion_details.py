"""Conversions of quotations from every status, with several lines, and refused ones that change nothing."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import Factory, Record, id_parameter
from mockvoice_contracts.suites.optiflow.same_records import check_same

LINE_FIELDS = (
    "product_id", "description", "quantity", "unit_price", "discount_rate", "discount_amount", "subtotal", "tax_rate",
    "tax_amount", "total", "taxes",
)  # fmt: skip
AMOUNTS = ("subtotal_amount", "discount_amount", "tax_amount", "total_amount")


def convert(factory: Factory, quotation: Record, **fields: object) -> Record:
    body = {"document_subtype_id": factory.invoice_series_id, **fields}
    return factory.create("quotations.convert", body, **id_parameter("quotations", quotation))


def mixed_quotation(factory: Factory, **fields: object) -> Record:
    """Create a quotation whose lines have all kinds of discounts and taxes."""
    itbis, tip = factory.tax_id("itbis 18.00"), factory.tax_id("propina_legal 10.00")
    return factory.quotation(
        {"quantity": 2, "unit_price": "1250.00", "discount_rate": 10, "taxes": [itbis]},
        {"quantity": "1.50", "unit_price": 640, "discount_amount": 60, "taxes": [itbis, tip]},
        {"quantity": 4, "unit_price": "199.99", "discount_rate": "12.5", "description": "A medida"},
        **fields,
    )


@rule(
    "The invoice of a quotation has each of its lines in order, with description, discounts, taxes and amounts, and all four totals.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/quotations",
)
def test_a_conversion_copies_every_line(factory: Factory) -> None:
    quotation = mixed_quotation(factory)
    invoice = convert(factory, quotation)
    copied = [{name: item[name] for name in LINE_FIELDS} for item in quotation["items"]]

    check_same(invoice["items"], copied)
    assert len(invoice["items"]) == 3
    assert [invoice[name] for name in AMOUNTS] == [quotation[name] for name in AMOUNTS]
    assert (invoice["amount_paid"], invoice["amount_due"]) == ("0.00", quotation["total_amount"])
    check_same(factory.read("invoices", invoice), invoice)


@rule(
    "A quotation that is {status} is converted, and both the quotation and its row are converted then, with all other values as before.",
    source="Assumed: the documentation says approved, but documents no operation that approves",
)
@pytest.mark.assumed
@pytest.mark.parametrize("status", ["draft", "sent", "approved"])
def test_each_open_status_can_be_converted(api: Api, factory: Factory, status: str) -> None:
    contact = factory.contact()["id"]
    quotation, other = (mixed_quotation(factory, contact_id=contact) for _ in range(2))
    before = factory.update("quotations", quotation, status=status)
    invoice = convert(factory, quotation)
    after = factory.read("quotations", quotation)
    query = {"filter[contact_id]": contact}
    rows = api.call("quotations.search", expect=200, query=query)["data"]

    check_same(after, {**before, "status": "converted"}, ignoring=["updated_at"])
    check_same({row["id"]: row for row in rows}[quotation["id"]], after)
    check_same(factory.read("quotations", other), other)
    assert (invoice["contact_id"], invoice["quotation_id"]) == (contact, quotation["id"])


@rule(
    "A conversion that gets 422 for its status, its dates or its series makes no invoice, uses no number, moves no stock and leaves the quotation.",
    source="Assumed: only the refusal of converted and cancelled quotations has a source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("status", ["cancelled", "rejected", "draft"])
def test_a_refused_conversion_changes_nothing(api: Api, factory: Factory, status: str) -> None:
    product, series, contact = factory.product(9), factory.series(), factory.contact()["id"]
    quotation = factory.quotation({"product_id": product["id"]}, contact_id=contact)
    before = factory.update("quotations", quotation, status=status)
    dates = {"issue_date": "2026-03-02", "due_date": "2026-03-01"} if status == "draft" else {}
    body, path = {"document_subtype_id": series["id"], **dates}, id_parameter("quotations", quotation)  # fmt: skip
    errors = [factory.error_fields("quotations.convert", body, **path) for _ in range(2)]
    query = {"filter[contact_id]": contact}

    assert errors == [["due_date"] if dates else ["error"]] * 2
    check_same(factory.read("quotations", quotation), before)
    assert factory.read("document_subtypes", series)["next_number"] == 1
    assert factory.stock(product) == 9
    assert api.call("invoices.search", expect=200, query=query)["data"] == []


@rule(
    "An invoice with quotation_id that gets 422 for its stock leaves the quotation open, and it can be converted afterwards.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreateInvoiceAction.php (one transaction)",
)
def test_a_refused_invoice_leaves_its_quotation_open(factory: Factory) -> None:
    product, quotation = factory.product(1), factory.quotation()
    body = factory.invoice_body(
        {"product_id": product["id"], "quantity": 2}, quotation_id=quotation["id"]
    )
    errors = factory.error_fields("invoices.create", body)
    check_same(factory.read("quotations", quotation), quotation)
    invoice = convert(factory, quotation)

    assert errors == ["items.0.quantity"]
    assert (invoice["quotation_id"], factory.stock(product)) == (quotation["id"], 1)


@rule(
    "The invoice of a quotation without notes has only the sentence with its number; the quotation's due_date equal to the issue_date stays, one day earlier becomes null.",
    source="Assumed: the texts are those of the source's form; the dates have no source",
)
@pytest.mark.assumed
def test_a_conversion_has_bounds(factory: Factory) -> None:
    day, before = "2026-03-10", "2026-03-09"
    equal = factory.quotation(issue_date=before, due_date=day)
    past = factory.quotation(issue_date=before, due_date=before)
    invoices = [convert(factory, quotation, issue_date=day) for quotation in (equal, past)]
    same_day = convert(factory, factory.quotation(), issue_date=day, due_date=day)

    assert [invoice["due_date"] for invoice in invoices] == [day, None]
    assert (same_day["issue_date"], same_day["due_date"]) == (day, day)
    for invoice, quotation in zip(invoices, (equal, past), strict=True):
        assert quotation["document_number"] in invoice["notes"]
        assert "None" not in invoice["notes"]
