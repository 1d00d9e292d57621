"""Known amounts: what COUNT computes for the documents in ``fixtures/count/totals``."""

import json
from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.count.factories import Factory, Record, exact

CASES = sorted(targets.fixtures("count").joinpath("totals").iterdir(), key=lambda path: path.name)


def lines_of(make: Factory, case: Record) -> list[Record]:
    """The case's lines as a request says them, its rates by their UUIDs."""
    return [
        make.line(
            each["unitPrice"],
            each["quantity"],
            taxes=[make.tax(rate)["uuid"] for rate in each["taxes"]],
        )
        for each in case["products"]
    ]


@pytest.mark.parametrize("kind", ["invoice", "estimate", "memo"])
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name.removesuffix(".json"))
def test_a_document_comes_to_what_was_worked_out(make: Factory, path: Any, kind: str) -> None:
    case = json.loads(path.read_bytes())
    invoice = make.invoice(
        invoiceType=kind,
        taxSetting=case["taxSetting"],
        discount=case["discount"],
        products=lines_of(make, case),
    )
    expected = case["expected"]

    for name in ("subtotal", "taxTotal", "total"):
        assert exact(invoice[name]) == Decimal(expected[name]), f"{name}: {case['source']}"
    assert exact(invoice["amountDue"]) == Decimal(expected["total"])
    shown = [[line["amount"], line["taxAmount"], line["total"]] for line in invoice["products"]]
    assert [[*map(exact, line)] for line in shown] == [
        [*map(Decimal, line)] for line in expected["lines"]
    ], case["source"]
    assert [exact(each["amount"]) for each in invoice["taxes"]] == [
        *map(Decimal, expected["taxes"])
    ]


@pytest.mark.parametrize("form", ["uuid", "id", "object with uuid", "object with id"])
def test_a_rate_may_be_named_in_every_form(make: Factory, form: str) -> None:
    tax = make.tax(8.25)
    named = {
        "uuid": tax["uuid"],
        "id": tax["id"],
        "object with uuid": {"uuid": tax["uuid"]},
        "object with id": {"id": tax["id"]},
    }[form]

    made = make.invoice(products=[make.line(taxes=[named])])

    assert exact(made["taxTotal"]) == Decimal("8.25")


@pytest.mark.parametrize("named", [0, "GST", {}, {"name": "GST"}, None])
def test_what_names_no_rate_is_refused(api: Api, make: Factory, named: Any) -> None:
    body = make.invoice_body(products=[make.line(taxes=[named])])

    assert api.call("invoices.create", expect=400, body=body)["code"] == "validation_error"


def test_a_rate_that_does_not_exist_is_not_found(api: Api, make: Factory) -> None:
    body = make.invoice_body(products=[make.line(taxes=[2_147_483_647])])
    refusal = api.call("invoices.create", expect=404, body=body)

    assert refusal["details"] == {"field": "products.0.taxes.0", "uuid": "2147483647"}


@pytest.mark.assumed
def test_rates_come_from_the_line_else_the_product_else_the_customer(make: Factory) -> None:
    state, gst = make.tax(8.25), make.tax(5)
    taxed, plain, exempt = (
        make.product(taxUuids=[state["uuid"]]),
        make.product(),
        make.product(taxExempt=True),
    )
    customer = make.customer(taxes=[gst["id"]])
    excluded = make.customer(taxes=[gst["id"]], taxExcluded=True)

    def taxes(customer: Record, product: Record, **fields: Any) -> list[Decimal]:
        line = make.line(product=product, **fields)
        if "taxes" not in fields:
            del line["taxes"]
        invoice = make.invoice(customerUuid=customer["id"], products=[line])
        return [exact(each["percentage"]) for each in invoice["taxes"]]

    assert taxes(customer, taxed) == [8.25]
    assert taxes(customer, taxed, taxes=[]) == []
    assert taxes(customer, plain) == [5]
    assert taxes(customer, plain, taxes=[state["id"], state["uuid"]]) == [8.25]
    assert taxes(customer, exempt) == []
    assert taxes(excluded, plain) == []
    assert taxes(excluded, taxed) == [8.25]


def test_a_discount_takes_off_everything_at_most(api: Api, make: Factory) -> None:
    line = make.line(taxes=[make.tax(8.25)["uuid"]])

    assert make.invoice(products=[line], discount=108.25)["total"] == 0
    refusal = api.call(
        "invoices.create", expect=400, body=make.invoice_body(products=[line], discount=108.26)
    )
    assert refusal["errors"][0]["field"] == "discount"


def test_changing_the_tax_mode_works_everything_out_anew(api: Api, make: Factory) -> None:
    draft = make.invoice(products=[make.line(110, taxes=[make.tax(10)["uuid"]])])
    where = {"invoiceId": draft["id"]}
    seen = []
    for mode in ("inclusive", "none", "exclusive"):
        body = {"taxSetting": mode}
        changed = api.call("invoices.update", expect=200, body=body, **where)["data"]
        seen.append([exact(changed[name]) for name in ("subtotal", "taxTotal", "total")])

    assert seen == [[100, 10, 110], [110, 0, 110], [110, 11, 121]]


def test_the_largest_numbers_are_exact(make: Factory) -> None:
    invoice = make.invoice(products=[make.line(99_999_999.99, 99_999), make.line(0.01, 0.5)])

    assert exact(invoice["total"]) == Decimal("9999899999000.02")
