"""Changes of one figure of a line: the others follow, a sent zero is a value, and equal dates are no error."""

from typing import Any

import pytest

from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import Factory, Record, id_parameter
from mockvoice_contracts.suites.optiflow.same_records import check_same

every_document = pytest.mark.parametrize("kind", ["invoices", "quotations"])
FIGURES = ("subtotal", "discount_rate", "discount_amount", "tax_rate", "tax_amount", "total")


def figures(document: Record) -> list[str]:
    return [document["items"][0][name] for name in FIGURES]


def change_line(factory: Factory, kind: str, document: Record, **fields: Any) -> Record:
    items = [{"id": document["items"][0]["id"], **fields}]
    changed = factory.update(kind, document, items=items)
    check_same(factory.read(kind, document), changed)
    return changed


@rule(
    "An update of one figure of a line of {kind} computes the others again: quantity, unit_price, discount_rate, discount_amount, taxes, each alone and also to 0.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/UpdateInvoiceItemAction.php",
)
@every_document
def test_each_figure_of_a_line_changes_alone(factory: Factory, kind: str) -> None:
    itbis, tip = factory.tax_id("itbis 18.00"), factory.tax_id("propina_legal 10.00")
    line = {"quantity": 5, "unit_price": 320, "discount_rate": 10, "taxes": [itbis, tip]}
    document = factory.document(kind, line)
    steps: list[tuple[Record, list[str]]] = [
        ({}, ["1600.00", "10.00", "160.00", "28.00", "403.20", "1843.20"]),
        ({"quantity": 10}, ["3200.00", "10.00", "320.00", "28.00", "806.40", "3686.40"]),
        ({"unit_price": "99.99"}, ["999.90", "10.00", "99.99", "28.00", "251.97", "1151.88"]),
        ({"discount_rate": 0}, ["999.90", "0.00", "0.00", "28.00", "279.97", "1279.87"]),
        ({"discount_rate": "12.5"}, ["999.90", "12.50", "124.99", "28.00", "244.97", "1119.88"]),
        ({"taxes": [tip]}, ["999.90", "12.50", "124.99", "10.00", "87.49", "962.40"]),
        ({"taxes": []}, ["999.90", "12.50", "124.99", "0.00", "0.00", "874.91"]),
        ({"unit_price": 0}, ["0.00", "12.50", "0.00", "0.00", "0.00", "0.00"]),
    ]
    seen = [figures(change_line(factory, kind, document, **change)) for change, _ in steps]

    assert seen == [expected for _, expected in steps]


@rule(
    "A line with a discount_amount keeps this amount when its quantity changes, discount_rate is its share of the new subtotal, and above the subtotal it gets 422 and changes nothing.",
    source="Assumed: the source's forms enforce it, not its API",
)
@pytest.mark.assumed
@every_document
def test_an_absolute_discount_stays(factory: Factory, kind: str) -> None:
    tax = factory.tax_id("itbis 16.00")
    line = {"quantity": 5, "unit_price": 320, "discount_amount": 150, "taxes": [tax]}
    document = factory.document(kind, line)
    more = change_line(factory, kind, document, quantity=10)
    equal = change_line(factory, kind, document, quantity=1, unit_price=150)
    too_small = [{"id": document["items"][0]["id"], "unit_price": "149.99"}]
    errors = factory.error_fields(
        f"{kind}.update", {"items": too_small}, **id_parameter(kind, document)
    )
    unchanged = factory.read(kind, document)

    assert figures(document) == ["1600.00", "9.38", "150.00", "16.00", "232.00", "1682.00"]
    assert figures(more) == ["3200.00", "4.69", "150.00", "16.00", "488.00", "3538.00"]
    assert figures(equal) == ["150.00", "100.00", "150.00", "16.00", "0.00", "0.00"]
    assert errors == ["items.0.discount_amount"]
    check_same(unchanged, equal)


@rule(
    "A discount_rate of 0 wins over a discount_amount on a new line of {kind}, and discount_amount 0 is no discount.",
    source="Observed: github.com/luisscruza/optiflow, resources/js/components/invoices/invoice-form.tsx",
)
@every_document
def test_a_rate_of_zero_wins(factory: Factory, kind: str) -> None:
    both = factory.document(kind, {"discount_rate": 0, "discount_amount": 40})
    rate = factory.document(kind, {"discount_rate": 25, "discount_amount": 0})
    none = factory.document(kind, {"discount_amount": "0.00"}, {"unit_price": 0, "discount_amount": 0})  # fmt: skip

    assert (both["discount_amount"], both["total_amount"]) == ("0.00", "100.00")
    assert (rate["discount_amount"], rate["total_amount"]) == ("25.00", "75.00")
    assert (none["discount_amount"], none["total_amount"]) == ("0.00", "100.00")
    assert [item["discount_rate"] for item in none["items"]] == ["0.00", "0.00"]


@rule(
    "Each tax of a line of {kind} has its id, name, type, rate and amount on the same base, rounded alone; tax_amount is the sum of the rounded ones.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/InvoiceItem.php",
)
@every_document
def test_each_tax_of_a_line_is_rounded_alone(factory: Factory, kind: str) -> None:
    body = {"type": "other", "rate": "5.00"}
    taxes = [
        factory.create("taxes.create", {**body, "name": factory.unique_name("Tasa")})
        for _ in range(3)
    ]
    line = {"unit_price": "0.10", "taxes": [tax["id"] for tax in taxes]}
    document = factory.document(kind, line, {**line, "unit_price": "0.09"})
    first, second = document["items"]

    rows = {row["id"]: row for row in first["taxes"]}
    for tax in taxes:
        expected = {name: tax[name] for name in ("id", "name", "type", "rate")}
        check_same(rows[tax["id"]], {**expected, "amount": "0.01"})
    assert (first["tax_rate"], first["tax_amount"], first["total"]) == ("15.00", "0.03", "0.13")
    assert (second["tax_amount"], second["total"]) == ("0.00", "0.09")
    assert (document["tax_amount"], document["total_amount"]) == ("0.03", "0.22")


@rule(
    "A due_date equal to issue_date is accepted by {kind} in a creation and in an update of either of them.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests/CreateInvoiceRequest.php",
)
@every_document
def test_a_due_date_may_be_the_issue_date(factory: Factory, kind: str) -> None:
    document = factory.document(kind, issue_date="2026-03-10", due_date="2026-03-10")
    earlier = factory.update(kind, document, issue_date="2026-03-05")
    due = factory.update(kind, document, due_date="2026-03-05")
    later = factory.update(kind, document, issue_date="2026-03-20", due_date="2026-03-20")

    for record in (document, due, later):
        assert record["due_date"] == record["issue_date"]
    assert (earlier["issue_date"], earlier["due_date"]) == ("2026-03-05", "2026-03-10")
    for body in ({"issue_date": "2026-03-21"}, {"due_date": "2026-03-19"}):
        path = id_parameter(kind, document)
        assert factory.error_fields(f"{kind}.update", body, **path) == ["due_date"]
    check_same(factory.read(kind, document), later)


@rule(
    "An invoice with a total of 0 takes no payment of 0.01 (422 on amount), stays pending_payment with nothing due, and can be updated and paid once it has a total.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Invoice.php and app/Actions/CreatePaymentAction.php",
)
def test_an_invoice_of_nothing_stays_open(factory: Factory) -> None:
    invoice = factory.invoice({"unit_price": 0}, {"discount_rate": 100})
    payment = factory.error_fields("payments.create", factory.payment_body(invoice, "0.01"))
    lines = [{"id": item["id"]} for item in invoice["items"]]
    emptied = factory.update("invoices", invoice, notes="B", items=lines)
    raised = factory.update("invoices", invoice, items=[{**lines[0], "unit_price": 5}])
    factory.payment(invoice, 5)
    paid = factory.read("invoices", invoice)

    assert payment == ["amount"]
    for record, status, due in (
        (invoice, "pending_payment", "0.00"),
        (emptied, "pending_payment", "0.00"),
        (raised, "pending_payment", "5.00"),
        (paid, "paid", "0.00"),
    ):
        assert (record["status"], record["amount_due"]) == (status, due)
