"""Expected amounts of invoices and quotations, from ``fixtures/optiflow/totals``."""

import json
from typing import Any

import pytest

from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import Factory, Record
from mockvoice_contracts.suites.optiflow.same_records import check_same

CASES = sorted(
    targets.fixtures("optiflow").joinpath("totals").iterdir(), key=lambda path: path.name
)
LINE_AMOUNTS = ("subtotal", "discount_rate", "discount_amount", "tax_rate", "tax_amount", "total")
DOCUMENT_AMOUNTS = ("subtotal_amount", "discount_amount", "tax_amount", "total_amount")


def request_parts(factory: Factory, case: Record) -> tuple[list[Record], Record]:
    """Return the lines of a case for a request, and the other fields of the body."""
    items = [
        {**item, "taxes": [factory.tax_id(tax) for tax in item["taxes"]]} for item in case["items"]
    ]
    currency = case.get("currency")
    if currency and currency not in factory.currency_ids:
        pytest.skip(f"the account has no currency {currency}")
    return items, {"currency_id": factory.currency_ids[currency]} if currency else {}


def amounts_in(document: Record) -> Record:
    """Return the amounts of a document in the format of the cases."""
    items = [
        {
            **{name: line[name] for name in LINE_AMOUNTS},
            "taxes": [tax["amount"] for tax in line["taxes"]],
        }
        for line in document["items"]
    ]
    return {"items": items, **{name: document[name] for name in DOCUMENT_AMOUNTS}}


@rule(
    "Each item has a discount on quantity × unit_price, then every tax on the same base, each rounded to cents, half away from zero; the document has the sums.",
    source="Observed: github.com/luisscruza/optiflow, resources/js/components/invoices/invoice-form.tsx and app/Actions/CreateInvoiceItemAction.php",
)
@pytest.mark.parametrize("kind", ["invoice", "quotation"])
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name.removesuffix(".json"))
def test_a_document_has_the_expected_amounts(factory: Factory, path: Any, kind: str) -> None:
    case = json.loads(path.read_bytes())
    items, fields = request_parts(factory, case)
    created = getattr(factory, kind)(*items, **fields)

    assert amounts_in(created) == case["expected"], case["name"]
    assert amounts_in(factory.read(f"{kind}s", created)) == case["expected"], case["name"]


@rule(
    "An update of {kind} with items computes discounts, taxes and totals as a creation does, for new lines and for lines that it keeps.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/UpdateInvoiceAction.php",
)
@pytest.mark.parametrize("kind", ["invoices", "quotations"])
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name.removesuffix(".json"))
def test_an_updated_document_has_the_expected_amounts(
    factory: Factory, path: Any, kind: str
) -> None:
    case = json.loads(path.read_bytes())
    items, fields = request_parts(factory, case)
    document = factory.document(kind, {"unit_price": 1})
    new_lines = [factory.line(**item) for item in items]
    replaced = factory.update(kind, document, items=new_lines, **fields)
    one_each = [{"quantity": 1, "unit_price": 1} for _ in items]
    other = factory.document(kind, *one_each, **fields)
    kept_lines = [
        {**item, "id": line["id"]} for item, line in zip(items, other["items"], strict=True)
    ]
    changed = factory.update(kind, other, items=kept_lines)

    assert amounts_in(replaced) == case["expected"], case["name"]
    assert amounts_in(changed) == case["expected"], case["name"]


@rule(
    "The server computes the amounts, and ignores totals in the body.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
def test_submitted_totals_are_ignored(factory: Factory) -> None:
    wrong_totals = {"subtotal": 1, "tax_amount": 1, "total": 1}
    invoice = factory.invoice(
        {"quantity": 2, **wrong_totals}, subtotal_amount="1.00", total_amount="1.00"
    )

    assert invoice["total_amount"] == "200.00"


@rule(
    "quantity 1.005 and unit_price 9.995 count as 1.01 and 10.00, so the total is 10.10.",
    source="Assumed: rounding has no source",
)
@pytest.mark.assumed
def test_quantity_and_price_are_rounded_before_the_calculation(factory: Factory) -> None:
    invoice = factory.invoice({"quantity": 1.005, "unit_price": 9.995})

    assert (invoice["items"][0]["quantity"], invoice["items"][0]["unit_price"]) == ("1.01", "10.00")
    assert invoice["total_amount"] == "10.10"


@rule(
    "A discount below 0, a rate above 100 or an amount above the subtotal gets 422 on items.0.{field}.",
    source="Assumed: the source limits the rate only",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("discount", "field"),
    [
        ({"discount_amount": "100.01"}, "discount_amount"),
        ({"discount_rate": "100.01"}, "discount_rate"),
        ({"discount_rate": -1}, "discount_rate"),
        ({"discount_amount": -1}, "discount_amount"),
    ],
)
def test_a_discount_below_zero_or_above_the_subtotal_is_rejected(
    factory: Factory, discount: Record, field: str
) -> None:
    assert factory.error_fields("invoices.create", factory.invoice_body(discount)) == [
        f"items.0.{field}"
    ]


@rule(
    "A total above 9,999,999,999.99 gets 422 on items.",
    source="Assumed: the limit is the size of the source's columns",
)
@pytest.mark.assumed
def test_a_total_above_the_column_limit_is_rejected(factory: Factory) -> None:
    body = factory.invoice_body({"quantity": "99999999.99", "unit_price": "101"})

    assert factory.error_fields("invoices.create", body) == ["items"]


@rule(
    "{first} and {second} on one item get 422 on items.0.taxes, since their types exclude each other.",
    source="Assumed: the source enforces it in its screen only",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("itbis 18.00", "isc 10.00"),
        ("itbis 18.00", "itbis 16.00"),
        ("exento 0.00", "no_facturable 0.00"),
    ],
)
def test_exclusive_tax_types_cannot_be_combined(factory: Factory, first: str, second: str) -> None:
    body = factory.invoice_body({"taxes": [factory.tax_id(first), factory.tax_id(second)]})

    assert factory.error_fields("invoices.create", body) == ["items.0.taxes"]


@rule(
    "itbis 18, propina_legal 10 and another 2.50 on one item of 100.00 give a tax_rate of 30.50 and a tax_amount of 30.50.",
    source="Observed: github.com/luisscruza/optiflow, app/Enums/TaxType.php",
)
def test_other_taxes_can_be_combined_with_any_tax(factory: Factory) -> None:
    taxes = [factory.tax_id(name) for name in ("itbis 18.00", "propina_legal 10.00", "other 2.50")]
    line = factory.invoice({"taxes": taxes})["items"][0]

    assert (line["tax_rate"], line["tax_amount"], line["total"]) == ("30.50", "30.50", "130.50")


@rule(
    "A tax id that an item names twice counts once.",
    source="Observed: github.com/luisscruza/optiflow, database/migrations/tenant (unique key of invoice_item_tax)",
)
def test_a_tax_that_is_named_twice_counts_once(factory: Factory) -> None:
    low, high = sorted([factory.tax_id("itbis 18.00"), factory.tax_id("propina_legal 10.00")])
    line = factory.invoice({"taxes": [high, low, high]})["items"][0]

    assert sorted(tax["id"] for tax in line["taxes"]) == [low, high]
    assert line["tax_rate"] == "28.00"


@rule(
    "An item without taxes has the default_tax_id of its product; taxes: [] means none.",
    source="Assumed: in the source the form fills the tax in",
)
@pytest.mark.assumed
def test_the_products_default_tax_applies_if_no_tax_is_sent(factory: Factory) -> None:
    product = factory.service(default_tax_id=factory.tax_id("itbis 16.00"))
    items = [
        {"product_id": product["id"], "taxes": None},
        {"product_id": product["id"], "taxes": []},
        {"product_id": factory.service_id, "taxes": None},
    ]
    lines = factory.invoice(*items)["items"]

    assert [line["tax_rate"] for line in lines] == ["16.00", "0.00", "0.00"]


@rule(
    "tax_ids is another name of taxes, which wins if both are sent; an object with the id counts as the id.",
    source="Assumed: the documentation gives the field no name",
)
@pytest.mark.assumed
def test_tax_ids_is_an_alias_of_taxes(factory: Factory) -> None:
    low, high = factory.tax_id("itbis 18.00"), factory.tax_id("itbis 16.00")
    line_with_both = factory.line(taxes=[high], tax_ids=[low])
    line_with_alias = {
        name: value for name, value in factory.line(tax_ids=[low]).items() if name != "taxes"
    }
    line_with_objects = factory.line(taxes=[{"id": low}, {"id": str(low)}])
    items = [line_with_both, line_with_alias, line_with_objects]
    lines = factory.create("invoices.create", {**factory.invoice_body(), "items": items})["items"]

    assert [line["tax_rate"] for line in lines] == ["16.00", "18.00", "18.00"]


@rule(
    "An invoice keeps the rate of a tax at its creation, also for lines that are updated without taxes.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/UpdateTaxAction.php and UpdateInvoiceItemAction.php",
)
def test_changing_a_tax_does_not_affect_existing_documents(api: Api, factory: Factory) -> None:
    tax = factory.create(
        "taxes.create", {"name": factory.unique_name("Tasa"), "type": "other", "rate": "10.00"}
    )
    invoice = factory.invoice({"taxes": [tax["id"]]})
    changed = factory.update("taxes", tax, rate="50", type="isc", name=factory.unique_name("Otra"))

    assert (changed["rate"], changed["type"]) == ("10.00", "other")
    check_same(factory.read("invoices", invoice)["items"], invoice["items"])
    assert (
        factory.update(
            "invoices", invoice, items=[{"id": invoice["items"][0]["id"], "quantity": 2}]
        )["total_amount"]
        == "220.00"
    )
