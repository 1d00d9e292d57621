"""Known amounts of the bills in ``fixtures/growcrm/totals``."""

import json
from typing import Any

import pytest

from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import Factory, Record

CASES = sorted(targets.fixtures("growcrm").joinpath("totals").iterdir(), key=lambda path: path.name)


def lines_of(factory: Factory, case: Record) -> Record:
    """Return the case's lines as a request body, with the ids of its tax rates."""
    items = [
        {name: value for name, value in item.items() if name != "tax_rate"}
        | (
            {"tax_rate_id": factory.tax_rate_id(str(item["tax_rate"]))}
            if "tax_rate" in item
            else {}
        )
        for item in case["items"]
    ]
    return {
        "items": items,
        "tax_rate_ids": [factory.tax_rate_id(str(percent)) for percent in case["taxes"]],
    }


def amounts_of(bill: Record) -> Record:
    """Return the amounts of a bill in the format of the cases."""
    fields = ("quantity", "rate", "total", "tax_status", "discount")
    lines = [{name: line[name] for name in fields} for line in bill["line_items"]]
    return {"lines": lines, "totals": bill["totals"]}


@rule(
    "The totals of {kind} are calculated as the CRM does: line totals rounded, discount before tax, the rates added, then each amount rounded by itself.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@pytest.mark.parametrize("kind", ["invoices", "estimates"])
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name.removesuffix(".json"))
def test_a_bill_has_the_known_amounts(api: Api, factory: Factory, path: Any, kind: str) -> None:
    case = json.loads(path.read_bytes())
    lines = lines_of(factory, case)
    bill = getattr(factory, kind[:-1])(bill_tax_type=case["tax_type"])
    parameters = {f"{kind[:-1]}Id": bill["id"]}
    header = {"bill_categoryid": bill["category"]["id"], "bill_date": bill["dates"]["date"]}

    api.call(f"{kind}.set_items", expect=200, body=lines, **parameters)
    api.call(f"{kind}.update", expect=200, body={**header, **case["header"]}, **parameters)
    read = api.call(f"{kind}.get", expect=200, **parameters)["data"]

    assert amounts_of(read) == case["expected"], case["name"]


@rule(
    "The totals are the same whether PATCH with discount and adjustment or PUT items comes first.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name.removesuffix(".json"))
def test_the_order_of_header_and_lines_does_not_matter(
    api: Api, factory: Factory, path: Any
) -> None:
    case = json.loads(path.read_bytes())
    lines = lines_of(factory, case)
    invoice = factory.invoice(bill_tax_type=case["tax_type"])
    header = {"bill_categoryid": invoice["category"]["id"], "bill_date": invoice["dates"]["date"]}

    api.call(
        "invoices.update", expect=200, body={**header, **case["header"]}, invoiceId=invoice["id"]
    )
    updated = api.call("invoices.set_items", expect=200, body=lines, invoiceId=invoice["id"])[
        "data"
    ]

    assert amounts_of(updated) == case["expected"], case["name"]
