"""Amounts of invoices: the worked examples in ``fixtures/halo/totals``, and other rules."""

import json
from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import (
    Factory,
    Record,
    decimals,
    line,
    money,
)

CASES = sorted(targets.fixtures("halo").joinpath("totals").iterdir(), key=lambda path: path.name)


def create_invoice(factory: Factory, case: Record) -> Record:
    rate = case["expected"].get("rate")
    fields = {"currency_conversion_rate": Decimal(rate)} if rate else {}
    return factory.invoice(*case["lines"], **fields)


@rule(
    "Amounts are rounded to two places, half away from zero, line by line; headings and inactive lines do not count.",
    source="Assumed: the meaning of the amounts is observed, the rounding has no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name.removesuffix(".json"))
def test_an_invoice_has_the_expected_amounts(factory: Factory, path: Any) -> None:
    case = json.loads(path.read_bytes())
    expected = case["expected"]

    invoice = factory.read(create_invoice(factory, case))

    assert money(invoice, "revenue", "tax_total", "total") == decimals(
        expected["revenue"], expected["tax_total"], expected["total"]
    ), case["name"]
    assert Decimal(invoice["invoice_totals"]["discount"]) == Decimal(expected["discount"])
    for row, amounts in zip(invoice["lines"], expected["lines"], strict=True):
        assert money(row, *amounts) == decimals(*amounts.values()), case["name"]


@rule(
    "net_amount and tax_amount are of the whole line, and total is the sum of both.",
    source="Observed: report queries on INVOICEDETAIL",
)
def test_amounts_of_a_line_are_for_the_whole_line(factory: Factory) -> None:
    invoice = factory.read(factory.invoice(line(40, qty_order=3, tax_rate=20), line(5)))

    first, second = invoice["lines"]
    assert money(first, "net_amount", "tax_amount") == decimals("120", "24")
    assert money(second, "net_amount", "tax_amount") == decimals("5", "0")
    assert money(invoice, "total", "amountdue") == decimals("149", "149")


@rule(
    "total, net_amount and tax_amount in a body are ignored; the server calculates them.",
    source="Assumed: only total is documented as read-only",
)
@pytest.mark.assumed
def test_amounts_in_a_body_are_ignored(factory: Factory) -> None:
    invoice = factory.invoice(line(10, net_amount=1, tax_amount=5, tax_rate=20), total=1)

    assert money(invoice, "revenue", "tax_total", "total", "amountdue") == decimals(
        "10", "2", "12", "12"
    )


@rule(
    "A composite rate has the sum of its linked_rates as value, and its tax is rounded once.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_composite_rate_is_rounded_once(factory: Factory) -> None:
    parts = [factory.tax(5)["id"], factory.tax(7)["id"]]
    composite = factory.save("tax", {"name": factory.unique_name("Both"), "is_composite": True,
                              "linked_rates": [{"id": part} for part in parts]})  # fmt: skip

    invoice = factory.invoice(line(10.1, tax_code=str(composite["id"])))

    assert composite["value"] == 12
    assert money(invoice, "tax_total", "composite_tax_total") == decimals("1.21", "1.21")
    assert factory.assert_rejected("tax.delete", taxId=parts[0])


@rule(
    "POST updatelines changes the line with this id, and the total of its record follows.",
    source="Documented: usehalo.com/swagger, POST /Invoice/updatelines",
)
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_updatelines_changes_a_line_and_the_total(
    api: Api, factory: Factory, resource: str
) -> None:
    record = factory.header(resource, line(10, tax_rate=20))
    line_id = record["lines"][0]["id"]

    body = [{"id": line_id, "ihid": record["id"], "qty_order": 3}]
    api.call(f"{resource}.update_lines", expect=200, body=body)

    after = factory.read(record)
    assert [row["qty_order"] for row in after["lines"]] == [3]
    assert after["total"] == 36


@rule(
    "updatelines calculates the totals of the header anew, raises change_seq by 1 and keeps the lines that it does not name.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_line_updates_recalculate_the_header(api: Api, factory: Factory, resource: str) -> None:
    record = factory.header(resource, line(10, tax_rate=20), line(5, tax_rate=20))
    first, second = record["lines"]

    updated = api.call(
        f"{resource}.update_lines", expect=200, body=[{"id": first["id"], "qty_order": 3}]
    )
    after = factory.read(record)

    assert updated["net_amount"] == 30
    assert money(after, "revenue", "tax_total", "total") == decimals("35", "7", "42")
    assert after["amountdue"] == (42 if resource == "invoice" else 0)
    assert after["change_seq"] == record["change_seq"] + 1
    assert [row["id"] for row in after["lines"]] == [first["id"], second["id"]]


@rule(
    "lines replaces all lines, add_lines adds to them, and lines null leaves them.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
def test_lines_of_a_header_replace_all_lines(factory: Factory) -> None:
    invoice = factory.invoice(line(10), line(5))
    kept_id = invoice["lines"][0]["id"]

    after = factory.save("invoice", {"id": invoice["id"], "lines": [{"id": kept_id}, line(1)]})
    extended = factory.save("invoice", {"id": invoice["id"], "add_lines": [line(2)]})
    unchanged = factory.save("invoice", {"id": invoice["id"], "lines": None, "reference": "x"})

    assert [row["unit_price"] for row in after["lines"]] == [10, 1]
    assert [row["unit_price"] for row in extended["lines"]] == [10, 1, 2]
    assert len(unchanged["lines"]) == 3


@rule(
    "Lines are sorted by sequenceid, and a line with only _itemid takes price, cost, text and nominal_code from the item.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_lines_are_sorted_by_sequence_and_default_to_their_item(factory: Factory) -> None:
    item = factory.item(baseprice=7.5, costprice=3, nominalcode="4000")

    invoice = factory.invoice(line(1, sequenceid=20), {"_itemid": item["id"], "sequenceid": 10})

    first = invoice["lines"][0]
    assert (first["unit_price"], first["unit_cost"], first["qty_order"]) == (Decimal("7.5"), 3, 1)
    assert (first["item_shortdescription"], first["nominal_code"]) == (item["name"], "4000")


@rule(
    "invoice_totals and line_totals repeat the amounts of an invoice and its lines; profit is the net less the cost.",
    source="Assumed: the names are documented, the amounts are not",
)
@pytest.mark.assumed
def test_totals_of_the_newer_form_are_the_amounts_of_the_invoice(factory: Factory) -> None:
    goods = line(100, qty_order=2, discount_perc=10, unit_cost=30, tax_rate=20)
    heading = line(999, unit_cost=500, isgroupdesc=True)
    created = factory.invoice(goods, heading, currency_conversion_rate=2)
    factory.payment(created, 16)

    invoice = factory.read(created)

    expected = {
        "subTotal": 180, "taxTotal": 36, "total": 216, "discount": 20, "amountPaid": 16,
        "amountDue": 200, "cost": 60, "profit": 120, "conversionRate": 2,
    }  # fmt: skip
    expected_of_line = {
        "netTotal": 180, "price": 200, "costPrice": 60, "profit": 120, "tax": 36, "discount": 20,
        "netTotalConverted": 90, "priceConverted": 100, "costPriceConverted": 30,
        "profitConverted": 60, "taxConverted": 18, "discountConverted": 10,
    }  # fmt: skip
    totals, line_totals = invoice["invoice_totals"], invoice["lines"][0]["line_totals"]
    assert {name: totals[name] for name in expected} == expected
    assert {name: line_totals[name] for name in expected_of_line} == expected_of_line
