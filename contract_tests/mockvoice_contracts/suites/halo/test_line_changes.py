"""Totals, due amounts and payment states after lines are added, changed and removed."""

from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, Record, decimals, line, money
from mockvoice_contracts.suites.halo.invariants import check_document

HEADERS = ["invoice", "recurring_invoice"]
AMOUNTS = ("revenue", "tax_total", "total")


@rule(
    "revenue, tax_total, total and invoice_totals of a record of {resource} are those of its current lines after lines are "
    "added, changed, switched off and removed.",
    source="Observed: report queries on INVOICEHEADER and INVOICEDETAIL",
)
@pytest.mark.parametrize("resource", HEADERS)
def test_totals_follow_every_change_of_lines(api: Api, factory: Factory, resource: str) -> None:
    record = factory.header(resource, line(10, tax_rate=20), line(20, tax_rate=10))
    first, second = ({"id": row["id"], "ihid": record["id"]} for row in record["lines"])
    steps = [money(record, *AMOUNTS)]

    def step() -> None:
        current = factory.read(record)
        check_document(current)
        steps.append(money(current, *AMOUNTS))

    def update(body: Record) -> None:
        api.call(f"{resource}.update_lines", expect=200, body=[body])
        step()

    update(first | {"qty_order": 3})
    update(first | {"tax_rate": 0})
    update(second | {"discount_perc": 50})
    factory.save(resource, {"id": record["id"], "lines": [{"id": second["id"]}]})
    step()
    factory.save(resource, {"id": record["id"], "lines": []})
    step()

    assert steps == [
        decimals("30", "4", "34"),
        decimals("50", "8", "58"),
        decimals("50", "2", "52"),
        decimals("40", "1", "41"),
        decimals("10", "1", "11"),
        decimals("0", "0", "0"),
    ]


@rule(
    "A line of a record of {resource} that becomes isinactive or a heading (isgroupdesc) counts no longer, and counts again "
    "when it is switched back.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("switch", ["isinactive", "isgroupdesc"])
@pytest.mark.parametrize("resource", HEADERS)
def test_a_switched_line_leaves_the_totals(
    api: Api, factory: Factory, resource: str, switch: str
) -> None:
    record = factory.header(resource, line(10, tax_rate=20), line(5))
    line_id = record["lines"][0]["id"]

    totals = []
    for value in (True, False):
        body = [{"id": line_id, "ihid": record["id"], switch: value}]
        api.call(f"{resource}.update_lines", expect=200, body=body)
        totals.append(factory.read(record)["total"])

    assert totals == [5, 17]


@rule(
    "RecurringInvoice/Lines and add_lines add lines to a recurring invoice, keep the others, and its total follows.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_added_lines_of_a_template_count(api: Api, factory: Factory) -> None:
    template = factory.template(line(10))

    body = [{"ihid": template["id"], "unit_price": 5, "tax_rate": 20}]
    added = api.call("recurring_invoice.add_lines", expect=200, body=body)
    both = factory.read(template)
    extended = factory.save("recurring_invoice", {"id": template["id"], "add_lines": [line(1)]})

    assert [row["id"] for row in both["lines"]] == [template["lines"][0]["id"], added["id"]]
    assert (both["total"], extended["total"], len(extended["lines"])) == (16, 17, 3)
    assert both["change_seq"] == template["change_seq"] + 1


@rule(
    "A paid invoice is part paid after its total rises and paid after it falls; amountdue is total less amountpaid, "
    "and datepaid follows.",
    source="Assumed: the codes of paymentstatus and the rule of datepaid have no source",
)
@pytest.mark.assumed
def test_the_payment_state_follows_the_total(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(100))
    line_id = invoice["lines"][0]["id"]
    factory.payment(invoice, 100, date="2026-02-10")

    def state() -> tuple[Decimal, int, str]:
        current = factory.read(invoice)
        return current["amountdue"], current["paymentstatus"], current["datepaid"][:10]

    states = [state()]
    factory.save("invoice", {"id": invoice["id"], "add_lines": [line(20)]})
    states.append(state())
    factory.save("invoice", {"id": invoice["id"], "lines": [{"id": line_id, "unit_price": 80}]})
    states.append(state())
    api.call("invoice.update_lines", expect=200, body=[{"id": line_id, "unit_price": 100}])
    states.append(state())

    assert states == [
        (0, 1, "2026-02-10"),
        (20, 2, "1900-01-01"),
        (-20, 1, "2026-02-10"),
        (0, 1, "2026-02-10"),
    ]


@rule(
    "Amounts in another currency follow currency_conversion_rate of the {resource}: net_amount_converted is net_amount "
    "divided by the rate, also after the line changes.",
    source="Assumed: the properties are documented, the direction is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
def test_converted_amounts_follow_the_line(api: Api, factory: Factory, resource: str) -> None:
    currency = factory.currency(1.25)["id"]
    record = factory.header(resource, line(100, tax_rate=20), currency_code=currency)
    line_id = record["lines"][0]["id"]

    body = [{"id": line_id, "ihid": record["id"], "qty_order": 2}]
    api.call(f"{resource}.update_lines", expect=200, body=body)

    names = ("net_amount_converted", "total_tax_converted")
    after = factory.read(record)["lines"][0]
    assert money(record["lines"][0], *names) == decimals("80", "16")
    assert money(after, *names) == decimals("160", "32")


@rule(
    "{name} of a line of {resource} that is sent as null gets its default again: {default}.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("name", "default"),
    [("qty_order", 1), ("unit_price", 0), ("unit_cost", 0), ("discount_perc", 0), ("tax_rate", 0),
     ("isgroupdesc", False), ("isinactive", False), ("sequenceid", 10), ("nominal_code", None)],
)  # fmt: skip
@pytest.mark.parametrize("resource", HEADERS)
def test_null_restores_the_default_of_a_line(
    api: Api, factory: Factory, resource: str, name: str, default: Any
) -> None:
    values = {"qty_order": 3, "unit_cost": 2, "discount_perc": 10, "tax_rate": 20, "isgroupdesc": True,
              "isinactive": True, "sequenceid": 7, "nominal_code": "4000"}  # fmt: skip
    record = factory.header(resource, line(50, **values))
    (row,) = record["lines"]

    api.call(f"{resource}.update_lines", expect=200, body=[{"id": row["id"], name: None}])

    (after,) = factory.read(record)["lines"]
    assert after.get(name) == default
    kept = values.keys() - {name}
    assert {key: after[key] for key in kept} == {key: values[key] for key in kept}
