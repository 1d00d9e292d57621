"""Replacement of the lines and taxes of a bill."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import (
    UNKNOWN_ID,
    Factory,
    Record,
    id_parameter,
    line,
    required_header,
)

BILLS = pytest.mark.parametrize("kind", ["invoices", "estimates"])
SET_ITEMS = {"invoices": "invoices.set_items", "estimates": "estimates.set_items"}


def set_items(api: Api, kind: str, bill: Record, **body: Any) -> Record:
    updated: Record = api.call(SET_ITEMS[kind], expect=200, body=body, **id_parameter(kind, bill))[
        "data"
    ]
    return updated


@rule(
    "Lines of {kind} come in the order of `items` in the request.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@BILLS
def test_lines_keep_the_order_of_the_request(api: Api, factory: Factory, kind: str) -> None:
    names = ["Zinc", "Amber", "Mica", "Amber"]
    bill = set_items(
        api, kind, factory.record(kind), items=[line(description=name) for name in names]
    )

    assert [item["description"] for item in bill["line_items"]] == names
    assert factory.read(kind, bill) == bill


@rule(
    "2.5 x 1234.5 gives quantity 2.50, rate 1234.50 and total 3086.25, type `plain` and tax_status `no`.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_a_line_has_the_fields_that_were_sent(api: Api, factory: Factory) -> None:
    item = {"description": "Cleaning", "quantity": 2.5, "rate": 1234.5, "unit": "hours"}
    returned_line = set_items(api, "invoices", factory.invoice(), items=[item])["line_items"][0]

    assert {**returned_line, "id": None} == {
        "id": None,
        "description": "Cleaning",
        "unit": "hours",
        "quantity": "2.50",
        "rate": "1234.50",
        "total": "3086.25",
        "type": "plain",
        "tax_status": "no",
        "discount": {"type": "none", "value": "0.00", "amount": "0.00"},
    }


@rule(
    "`unit` of a line is null if it was not sent, and `long_description` is not returned.",
    source="Assumed: the documented line object lacks long_description",
)
@pytest.mark.assumed
def test_a_missing_unit_is_null_and_the_long_description_is_not_returned(
    api: Api, factory: Factory
) -> None:
    bill = set_items(api, "invoices", factory.invoice(), items=[line(long_description="All of it")])

    assert bill["line_items"][0]["unit"] is None
    assert "long_description" not in bill["line_items"][0]


@rule(
    "PUT /{kind}/<id>/items replaces all lines, with new ids, and recalculates the totals.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@BILLS
def test_new_lines_replace_all_old_ones(api: Api, factory: Factory, kind: str) -> None:
    first = set_items(api, kind, factory.record(kind), items=[line(rate=10), line(rate=20)])
    second = set_items(api, kind, first, items=[line(description="Only", rate=5)])

    assert [item["description"] for item in second["line_items"]] == ["Only"]
    assert second["totals"]["final_amount"] == "5.00"
    old_ids = {item["id"] for item in first["line_items"]}
    assert old_ids.isdisjoint(item["id"] for item in second["line_items"])


@rule(
    "PUT /{kind}/<id>/items with `items: []` removes all lines, and subtotal and final_amount are 0.00.",
    source="Assumed: by api-development-guide.md, which asks that the key is present",
)
@pytest.mark.assumed
@BILLS
def test_an_empty_list_of_lines_resets_the_amounts_to_zero(
    api: Api, factory: Factory, kind: str
) -> None:
    bill = set_items(
        api, kind, factory.record(kind), items=[line()], tax_rate_ids=[factory.tax_rate_id("10")]
    )
    updated = set_items(api, kind, bill, items=[])

    assert updated["line_items"] == []
    assert updated["totals"]["subtotal"] == updated["totals"]["final_amount"] == "0.00"


@rule(
    "In `summary` mode, each of `tax_rate_ids` gives a tax with name, rate and `lineitem_id` null, and lines have tax_status `no`.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_taxes_of_the_whole_bill_have_a_name_and_a_rate(api: Api, factory: Factory) -> None:
    rates = [factory.tax_rate_id("20"), factory.tax_rate_id("5")]
    bill = set_items(api, "invoices", factory.invoice(), items=[line()], tax_rate_ids=rates)

    assert [(tax["rate"], tax["lineitem_id"]) for tax in bill["taxes"]] == [
        ("20.00", None),
        ("5.00", None),
    ]
    assert all(tax["name"] for tax in bill["taxes"])
    assert [item["tax_status"] for item in bill["line_items"]] == ["no"]


@rule(
    "PUT items without `tax_rate_ids` removes the taxes of a summary invoice.",
    source="Assumed: the CRM core deletes all taxes before it adds those sent",
)
@pytest.mark.assumed
def test_omitted_taxes_are_removed(api: Api, factory: Factory) -> None:
    bill = set_items(
        api, "invoices", factory.invoice(), items=[line()], tax_rate_ids=[factory.tax_rate_id("20")]
    )
    updated = set_items(api, "invoices", bill, items=[line()])

    assert updated["taxes"] == []
    assert updated["totals"]["tax_total_amount"] == "0.00"
    assert updated["totals"]["final_amount"] == "100.00"


@rule(
    "A tax rate that `tax_rate_ids` of {kind} names several times is applied once.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@BILLS
def test_a_repeated_tax_rate_is_applied_once(api: Api, factory: Factory, kind: str) -> None:
    ten = factory.tax_rate_id("10")
    bill = set_items(
        api, kind, factory.record(kind), items=[line()], tax_rate_ids=[ten, str(ten), ten]
    )

    assert len(bill["taxes"]) == 1
    assert bill["totals"]["final_amount"] == "110.00"


@rule(
    "In `inline` mode, each line with `tax_rate_id` has tax_status `yes` and a tax whose `lineitem_id` is its id.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_inline_taxes_have_the_id_of_their_line(api: Api, factory: Factory) -> None:
    items = [
        line(tax_rate_id=factory.tax_rate_id("20")),
        line(),
        line(tax_rate_id=factory.tax_rate_id("5")),
    ]
    bill = set_items(api, "invoices", factory.invoice(bill_tax_type="inline"), items=items)
    ids = [item["id"] for item in bill["line_items"]]

    assert [item["tax_status"] for item in bill["line_items"]] == ["yes", "no", "yes"]
    assert [(tax["rate"], tax["lineitem_id"]) for tax in bill["taxes"]] == [
        ("20.00", ids[0]),
        ("5.00", ids[2]),
    ]


@rule(
    "In `inline` mode, a rate of 0 % gives a tax with rate 0.00, and the line has tax_status `no`.",
    source="Assumed: the page shows no line with a rate of zero",
)
@pytest.mark.assumed
def test_a_rate_of_zero_has_a_tax_row_but_its_line_is_not_taxed(api: Api, factory: Factory) -> None:
    items = [line(tax_rate_id=factory.tax_rate_id("0"))]
    bill = set_items(api, "invoices", factory.invoice(bill_tax_type="inline"), items=items)

    assert [tax["rate"] for tax in bill["taxes"]] == ["0.00"]
    assert bill["line_items"][0]["tax_status"] == "no"


@rule(
    "In `summary` mode, discount and tax_rate_id of a line are ignored.",
    source="Assumed: the page does not say what fields of the other mode do",
)
@pytest.mark.assumed
def test_summary_mode_ignores_discounts_and_taxes_of_lines(api: Api, factory: Factory) -> None:
    item = line(discount_type="fixed", discount_value=30, tax_rate_id=UNKNOWN_ID)
    bill = set_items(api, "invoices", factory.invoice(), items=[item])

    assert bill["line_items"][0]["discount"] == {
        "type": "none",
        "value": "0.00",
        "amount": "0.00",
    }
    assert bill["totals"]["final_amount"] == "100.00"
    assert bill["taxes"] == []


@rule(
    "In `inline` mode, `tax_rate_ids` is ignored.",
    source="Assumed: the page does not say what fields of the other mode do",
)
@pytest.mark.assumed
def test_inline_mode_ignores_taxes_of_the_whole_bill(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(bill_tax_type="inline")
    bill = set_items(api, "invoices", invoice, items=[line()], tax_rate_ids=[UNKNOWN_ID])

    assert bill["taxes"] == []
    assert bill["totals"]["final_amount"] == "100.00"


@rule(
    "`discount_type` `fixed` of a line without `discount_value` has no effect.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_line_discount_without_a_value_has_no_effect(api: Api, factory: Factory) -> None:
    item = line(discount_type="fixed")
    bill = set_items(api, "invoices", factory.invoice(bill_tax_type="inline"), items=[item])

    assert bill["totals"]["discount_amount"] == "0.00"
    assert bill["totals"]["final_amount"] == "100.00"


@rule(
    "`discount_type` `none` of a line ignores `discount_value`.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_line_discount_of_type_none_ignores_its_value(api: Api, factory: Factory) -> None:
    item = line(discount_type="none", discount_value=30)
    bill = set_items(api, "invoices", factory.invoice(bill_tax_type="inline"), items=[item])

    assert bill["line_items"][0]["discount"] == {
        "type": "none",
        "value": "0.00",
        "amount": "0.00",
    }
    assert bill["totals"]["final_amount"] == "100.00"


@rule(
    "Lines are calculated with all decimals sent: 0.333333 x 3000 is 1000.00, shown as 0.33 x 3000.00.",
    source="Assumed: by the core's columns, which keep more decimals than are shown",
)
@pytest.mark.assumed
def test_quantity_and_rate_keep_their_full_precision(api: Api, factory: Factory) -> None:
    items = [line(quantity=0.333333, rate=3000), line(quantity="1000", rate="0.004999")]
    bill = set_items(api, "invoices", factory.invoice(), items=items)

    assert [item["total"] for item in bill["line_items"]] == ["1000.00", "5.00"]
    assert [item["quantity"] for item in bill["line_items"]] == ["0.33", "1000.00"]
    assert [item["rate"] for item in bill["line_items"]] == ["3000.00", "0.00"]


@rule(
    "PUT /{kind}/<id>/items with an invalid `{field}` gets 422 with an error for it, and lines, taxes and totals stay.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("items.1.quantity", {"items": [line(), line(quantity=-1)]}),
        ("tax_rate_ids.0", {"items": [line(rate=5)], "tax_rate_ids": [UNKNOWN_ID]}),
    ],
)
@BILLS
def test_a_rejected_replacement_keeps_the_old_lines(
    api: Api, factory: Factory, kind: str, field: str, body: Any
) -> None:
    bill = set_items(
        api, kind, factory.record(kind), items=[line()], tax_rate_ids=[factory.tax_rate_id("10")]
    )
    response = api.call(SET_ITEMS[kind], expect=422, body=body, **id_parameter(kind, bill))

    assert list(response["errors"]) == [field]
    assert factory.read(kind, bill) == bill


@rule(
    "PUT items of an id of {kind} that does not exist gets 404.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@BILLS
def test_lines_of_an_unknown_bill_are_not_found(api: Api, kind: str) -> None:
    api.call(
        SET_ITEMS[kind], expect=404, body={"items": []}, **id_parameter(kind, {"id": UNKNOWN_ID})
    )


@rule(
    "A line's `rate` is any number: {rate} is accepted, and reduces the total if it is negative.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@BILLS
@pytest.mark.parametrize("tax_type", ["summary", "inline"])
@pytest.mark.parametrize("rate", [0, "0.00", -25.5, "-25.5"])
def test_a_line_can_be_free_or_reduce_the_bill(
    api: Api, factory: Factory, kind: str, tax_type: str, rate: Any
) -> None:
    expected = api.target.expected_status(strict=200, observed=422)
    new_bill = {"invoices": factory.invoice, "estimates": factory.estimate}[kind]
    path_params = id_parameter(kind, new_bill(bill_tax_type=tax_type))
    body = {"items": [line(rate=100), line(rate=rate)]}
    response = api.call(SET_ITEMS[kind], expect=expected, body=body, **path_params)
    if "errors" in response:
        assert list(response["errors"]) == ["items.1.rate"]
        return
    bill = response["data"]
    free = float(rate) == 0
    assert bill["line_items"][1]["rate"] == ("0.00" if free else "-25.50")
    assert bill["line_items"][1]["total"] == ("0.00" if free else "-25.50")
    assert bill["totals"]["final_amount"] == ("100.00" if free else "74.50")


@rule(
    "The core's web form rejects a line's `rate` of zero or less; the API's page only asks for a number.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@BILLS
@pytest.mark.needs("settings")
def test_only_the_core_demands_a_rate_above_zero(
    api: Api, factory: Factory, settings: Callable[..., None], kind: str
) -> None:
    bill = factory.record(kind)
    path_params = id_parameter(kind, bill)
    items = [line(rate="0.00"), line(rate=-1, quantity=0), line(rate="x"), line(rate=0.01)]
    settings(quirks="observed")
    response = api.call(SET_ITEMS[kind], expect=422, body={"items": items}, **path_params)

    assert response["errors"] == {
        "items.0.rate": ["The items.0.rate field must be greater than 0."],
        "items.1.quantity": ["The items.1.quantity field must be greater than 0."],
        "items.1.rate": ["The items.1.rate field must be greater than 0."],
        "items.2.rate": ["The items.2.rate field must be a number."],
    }
    settings(quirks="strict")
    bill = set_items(api, kind, bill, items=[line(rate="0.00"), line(rate=-1)])
    assert [item["rate"] for item in bill["line_items"]] == ["0.00", "-1.00"]


@rule(
    "A discount of a line with a negative rate has no effect.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.needs("settings")
def test_a_discount_of_a_negative_line_has_no_effect(
    api: Api, factory: Factory, settings: Callable[..., None]
) -> None:
    settings(quirks="strict")
    items = [
        line(rate=-10, discount_type="fixed", discount_value=3),
        line(rate=-10, discount_type="percentage", discount_value=50),
    ]
    bill = set_items(api, "invoices", factory.invoice(bill_tax_type="inline"), items=items)

    assert [item["total"] for item in bill["line_items"]] == ["-10.00", "-10.00"]
    assert bill["totals"]["discount_amount"] == "0.00"


@rule(
    "A payment of an invoice with a negative final_amount gets 422 with an error for `payment_amount`.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_invoice_with_a_negative_final_amount_takes_no_payment(
    api: Api, factory: Factory
) -> None:
    invoice = factory.published_invoice()
    set_items(api, "invoices", invoice, items=[line(rate=5)])
    api.call(
        "invoices.update",
        expect=200,
        body={**required_header(invoice), "bill_adjustment_amount": -15},
        **id_parameter("invoices", invoice),
    )
    before = factory.read("invoices", invoice)
    payment = {
        "payment_invoiceid": invoice["id"],
        "payment_amount": 10,
        "payment_date": factory.day(),
    }
    response = api.call("payments.create", expect=422, body=payment)

    assert list(response["errors"]) == ["payment_amount"]
    assert before["totals"]["final_amount"] == "-10.00"
    assert factory.read("invoices", invoice) == before
    assert before["status"] == invoice["status"]
