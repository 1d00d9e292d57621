"""Known amounts of the documents in ``fixtures/count/totals``, taxes and discounts."""

import json
from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.factories import Factory, Record, to_decimal
from mockvoice_contracts.suites.count.known_amounts import CASES, lines_of


@rule(
    "Lines, taxes, subtotal, taxTotal and total are rounded to the cent, half up, line by line; discount comes off last.",
    source="Assumed: half up and the sums are in the vendor's samples, the order of steps is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("kind", ["invoice", "estimate", "memo"])
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name.removesuffix(".json"))
def test_a_document_has_the_known_amounts(factory: Factory, path: Any, kind: str) -> None:
    case = json.loads(path.read_bytes())
    invoice = factory.invoice(
        invoiceType=kind,
        taxSetting=case["taxSetting"],
        discount=case["discount"],
        products=lines_of(factory, case),
    )
    expected = case["expected"]

    for name in ("subtotal", "taxTotal", "total"):
        assert to_decimal(invoice[name]) == Decimal(expected[name]), f"{name}: {case['source']}"
    assert to_decimal(invoice["amountDue"]) == Decimal(expected["total"])
    line_amounts = [
        [line["amount"], line["taxAmount"], line["total"]] for line in invoice["products"]
    ]
    assert [[*map(to_decimal, line)] for line in line_amounts] == [
        [*map(Decimal, line)] for line in expected["lines"]
    ], case["source"]
    assert [to_decimal(row["amount"]) for row in invoice["taxes"]] == [
        *map(Decimal, expected["taxes"])
    ]


@rule(
    "taxes of a line accepts {form} of a tax rate.",
    source="Assumed: the vendor does not show the elements of taxes",
)
@pytest.mark.assumed
@pytest.mark.parametrize("form", ["uuid", "id", "object with uuid", "object with id"])
def test_a_tax_rate_can_be_referenced_in_every_form(factory: Factory, form: str) -> None:
    tax = factory.tax(8.25)
    reference = {
        "uuid": tax["uuid"],
        "id": tax["id"],
        "object with uuid": {"uuid": tax["uuid"]},
        "object with id": {"id": tax["id"]},
    }[form]

    created = factory.invoice(products=[factory.line(taxes=[reference])])

    assert to_decimal(created["taxTotal"]) == Decimal("8.25")


@rule(
    "An element of taxes that is neither a UUID nor an integer id returns 400.",
    source="Assumed: the vendor does not show the elements of taxes",
)
@pytest.mark.assumed
@pytest.mark.parametrize("reference", [0, "GST", {}, {"name": "GST"}, None])
def test_an_invalid_tax_reference_is_rejected(api: Api, factory: Factory, reference: Any) -> None:
    body = factory.invoice_body(products=[factory.line(taxes=[reference])])

    assert api.call("invoices.create", expect=400, body=body)["code"] == "validation_error"


@rule(
    "An unknown tax id in a line returns 404 with the field in details.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_an_unknown_tax_rate_is_not_found(api: Api, factory: Factory) -> None:
    body = factory.invoice_body(products=[factory.line(taxes=[2_147_483_647])])
    error = api.call("invoices.create", expect=404, body=body)

    details = error["details"]
    assert (details["field"], details["uuid"]) == ("products.0.taxes.0", "2147483647")


@rule(
    "A line without taxes has those of its product, or else of its customer unless either is tax-exempt.",
    source="Assumed: stated for invoices in the vendor's user interface",
)
@pytest.mark.assumed
def test_tax_rates_come_from_the_line_then_the_product_then_the_customer(factory: Factory) -> None:
    state_tax, gst = factory.tax(8.25), factory.tax(5)
    taxed, untaxed, exempt = (
        factory.product(taxUuids=[state_tax["uuid"]]),
        factory.product(),
        factory.product(taxExempt=True),
    )
    customer = factory.customer(taxes=[gst["id"]])
    untaxed_customer = factory.customer(taxes=[gst["id"]], taxExcluded=True)

    def taxes(customer: Record, product: Record, **fields: Any) -> list[Decimal]:
        line = factory.line(product=product, **fields)
        if "taxes" not in fields:
            del line["taxes"]
        invoice = factory.invoice(customerUuid=customer["id"], products=[line])
        return [to_decimal(row["percentage"]) for row in invoice["taxes"]]

    assert taxes(customer, taxed) == [8.25]
    assert taxes(customer, taxed, taxes=[]) == []
    assert taxes(customer, untaxed) == [5]
    assert taxes(customer, untaxed, taxes=[state_tax["id"], state_tax["uuid"]]) == [8.25]
    assert taxes(customer, exempt) == []
    assert taxes(untaxed_customer, untaxed) == []
    assert taxes(untaxed_customer, taxed) == [8.25]


@rule(
    "discount is an amount of at most subtotal + taxTotal; more returns 400.",
    source="Assumed: the vendor does not state the unit of discount",
)
@pytest.mark.assumed
def test_a_discount_can_be_subtotal_plus_tax_but_not_more(api: Api, factory: Factory) -> None:
    line = factory.line(taxes=[factory.tax(8.25)["uuid"]])
    largest, too_large = (
        factory.invoice_body(products=[line], discount=discount) for discount in (108.25, 108.26)
    )

    assert api.call("invoices.create", expect=200, body=largest)["data"]["total"] == 0
    error = api.call("invoices.create", expect=400, body=too_large)
    assert error["errors"][0]["field"] == "discount"


@rule(
    "110.00 with 10 % tax is 100 + 10 inclusive, 110 + 0 without tax, and 110 + 11 exclusive.",
    source="Assumed: the figures are in the vendor's user interface, the name taxSetting is not",
)
@pytest.mark.assumed
def test_changing_the_tax_mode_recalculates_all_amounts(api: Api, factory: Factory) -> None:
    draft = factory.invoice(products=[factory.line(110, taxes=[factory.tax(10)["uuid"]])])
    path = {"invoiceId": draft["id"]}
    amounts = []
    for mode in ("inclusive", "none", "exclusive"):
        body = {"taxSetting": mode}
        updated = api.call("invoices.update", expect=200, body=body, **path)["data"]
        amounts.append([to_decimal(updated[name]) for name in ("subtotal", "taxTotal", "total")])

    assert amounts == [[100, 10, 110], [110, 0, 110], [110, 11, 121]]


@rule(
    "Amounts are decimal: 99,999 x 99,999,999.99 + 0.5 x 0.01 is exactly 9,999,899,999,000.02.",
    source="Assumed: two decimals and half up are in the vendor's sample, bounds have no source",
)
@pytest.mark.assumed
def test_the_largest_numbers_are_exact(factory: Factory) -> None:
    invoice = factory.invoice(
        products=[factory.line(99_999_999.99, 99_999), factory.line(0.01, 0.5)]
    )

    assert to_decimal(invoice["total"]) == Decimal("9999899999000.02")
