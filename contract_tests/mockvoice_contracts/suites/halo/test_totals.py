"""Amounts of invoices: the worked examples in ``fixtures/halo/totals``, and other rules."""

import json
from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness import targets
from mockvoice_contracts.suites.halo.factories import Factory, Record, decimals, line, money

CASES = sorted(targets.fixtures("halo").joinpath("totals").iterdir(), key=lambda path: path.name)


def create_invoice(factory: Factory, case: Record) -> Record:
    rate = case["expected"].get("rate")
    fields = {"currency_conversion_rate": Decimal(rate)} if rate else {}
    return factory.invoice(*case["lines"], **fields)


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


def test_amounts_in_a_body_are_ignored(factory: Factory) -> None:
    invoice = factory.invoice(line(10, net_amount=1, tax_amount=5, tax_rate=20), total=1)

    assert money(invoice, "revenue", "tax_total", "total", "amountdue") == decimals(
        "10", "2", "12", "12"
    )


def test_a_composite_rate_is_rounded_once(factory: Factory) -> None:
    parts = [factory.tax(5)["id"], factory.tax(7)["id"]]
    composite = factory.save("tax", {"name": factory.unique_name("Both"), "is_composite": True,
                              "linked_rates": [{"id": part} for part in parts]})  # fmt: skip

    invoice = factory.invoice(line(10.1, tax_code=str(composite["id"])))

    assert composite["value"] == 12
    assert money(invoice, "tax_total", "composite_tax_total") == decimals("1.21", "1.21")
    assert factory.assert_rejected("tax.delete", taxId=parts[0])


def test_line_updates_recalculate_the_header(api: Any, factory: Factory) -> None:
    invoice = factory.invoice(line(10, tax_rate=20), line(5, tax_rate=20))
    first, second = invoice["lines"]

    updated = api.call(
        "invoice.update_lines", expect=200, body=[{"id": first["id"], "qty_order": 3}]
    )
    after = factory.read(invoice)

    assert updated["net_amount"] == 30
    assert money(after, "total", "amountdue") == decimals("42", "42")
    assert after["change_seq"] == invoice["change_seq"] + 1
    assert [row["id"] for row in after["lines"]] == [first["id"], second["id"]]


def test_lines_of_a_header_replace_all_lines(factory: Factory) -> None:
    invoice = factory.invoice(line(10), line(5))
    kept_id = invoice["lines"][0]["id"]

    after = factory.save("invoice", {"id": invoice["id"], "lines": [{"id": kept_id}, line(1)]})
    extended = factory.save("invoice", {"id": invoice["id"], "add_lines": [line(2)]})
    unchanged = factory.save("invoice", {"id": invoice["id"], "lines": None, "reference": "x"})

    assert [row["unit_price"] for row in after["lines"]] == [10, 1]
    assert [row["unit_price"] for row in extended["lines"]] == [10, 1, 2]
    assert len(unchanged["lines"]) == 3


def test_lines_are_sorted_by_sequence_and_default_to_their_item(factory: Factory) -> None:
    item = factory.item(baseprice=7.5, costprice=3, nominalcode="4000")

    invoice = factory.invoice(line(1, sequenceid=20), {"_itemid": item["id"], "sequenceid": 10})

    first = invoice["lines"][0]
    assert (first["unit_price"], first["unit_cost"], first["qty_order"]) == (Decimal("7.5"), 3, 1)
    assert (first["item_shortdescription"], first["nominal_code"]) == (item["name"], "4000")
