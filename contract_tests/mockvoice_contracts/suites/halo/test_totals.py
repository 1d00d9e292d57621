"""Known amounts: what Halo computes for the invoices in ``fixtures/halo/totals``."""

import json
from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness import targets
from mockvoice_contracts.suites.halo.factories import Factory, Record, cents, line, money

CASES = sorted(targets.fixtures("halo").joinpath("totals").iterdir(), key=lambda path: path.name)


def stored(make: Factory, case: Record) -> Record:
    rate = case["expected"].get("rate")
    more = {"currency_conversion_rate": Decimal(rate)} if rate else {}
    return make.invoice(*case["lines"], **more)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name.removesuffix(".json"))
def test_an_invoice_has_the_amounts_that_were_worked_out(make: Factory, path: Any) -> None:
    case = json.loads(path.read_bytes())
    expected = case["expected"]

    read = make.read(stored(make, case))

    assert money(read, "revenue", "tax_total", "total") == cents(
        expected["revenue"], expected["tax_total"], expected["total"]
    ), case["name"]
    assert Decimal(read["invoice_totals"]["discount"]) == Decimal(expected["discount"])
    for shown, wanted in zip(read["lines"], expected["lines"], strict=True):
        assert money(shown, *wanted) == cents(*wanted.values()), case["name"]


def test_amounts_in_a_body_are_overruled(make: Factory) -> None:
    made = make.invoice(line(10, net_amount=1, tax_amount=5, tax_rate=20), total=1)

    assert money(made, "revenue", "tax_total", "total", "amountdue") == cents("10", "2", "12", "12")


def test_a_composite_rate_is_rounded_once(make: Factory) -> None:
    parts = [make.tax(5)["id"], make.tax(7)["id"]]
    whole = make.save("tax", {"name": make.name("Both"), "is_composite": True,
                              "linked_rates": [{"id": part} for part in parts]})  # fmt: skip

    made = make.invoice(line(10.1, tax_code=str(whole["id"])))

    assert whole["value"] == 12
    assert money(made, "tax_total", "composite_tax_total") == cents("1.21", "1.21")
    assert make.refused("tax.delete", taxId=parts[0])


def test_line_changes_compute_the_header_anew(api: Any, make: Factory) -> None:
    made = make.invoice(line(10, tax_rate=20), line(5, tax_rate=20))
    first, second = made["lines"]

    changed = api.call(
        "invoice.update_lines", expect=200, body=[{"id": first["id"], "qty_order": 3}]
    )
    after = make.read(made)

    assert changed["net_amount"] == 30
    assert money(after, "total", "amountdue") == cents("42", "42")
    assert after["change_seq"] == made["change_seq"] + 1
    assert [each["id"] for each in after["lines"]] == [first["id"], second["id"]]


def test_lines_of_a_header_are_the_whole_set(make: Factory) -> None:
    made = make.invoice(line(10), line(5))
    kept = made["lines"][0]["id"]

    after = make.save("invoice", {"id": made["id"], "lines": [{"id": kept}, line(1)]})
    more = make.save("invoice", {"id": made["id"], "add_lines": [line(2)]})
    same = make.save("invoice", {"id": made["id"], "lines": None, "reference": "x"})

    assert [each["unit_price"] for each in after["lines"]] == [10, 1]
    assert [each["unit_price"] for each in more["lines"]] == [10, 1, 2]
    assert len(same["lines"]) == 3


def test_lines_come_by_sequence_and_what_they_sell_by_item(make: Factory) -> None:
    item = make.item(baseprice=7.5, costprice=3, nominalcode="4000")

    made = make.invoice(line(1, sequenceid=20), {"_itemid": item["id"], "sequenceid": 10})

    first = made["lines"][0]
    assert (first["unit_price"], first["unit_cost"], first["qty_order"]) == (Decimal("7.5"), 3, 1)
    assert (first["item_shortdescription"], first["nominal_code"]) == (item["name"], "4000")
