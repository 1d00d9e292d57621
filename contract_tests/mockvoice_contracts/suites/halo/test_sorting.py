"""Sorting by the fields of a row, of other records and of timers."""

import itertools
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, Record, line, page

ROWS_OF_ALL_KINDS: list[Record] = [
    {"lines": [line(5)], "posted": True, "contract_id": 4, "reference": "b", "sitenumber": 1},
    {"lines": [line(-20)], "type": 1, "due_date_int": 9, "assigned_agent": 12, "datesent": "2026-01-05"},
    {"lines": [line(-3)], "type": 1, "due_date_type": 2, "due_date_int": 3, "accountsid": "A1", "assigned_agent": 4},
    {"lines": [line(8)], "markaspaid": True, "requires_approval": True, "period_start_date": "2026-04-01"},
]  # fmt: skip


@pytest.fixture(scope="module")
def rows_of_all_kinds(api: Api, factory: Factory) -> tuple[int, Record]:
    """Create invoices and credits that differ in many fields; return the client and the schema of rows."""
    client = factory.client(accountsid="Z9")
    bodies = [{"client_id": client["id"], **body} for body in ROWS_OF_ALL_KINDS]
    ids = [factory.save("invoice", body)["id"] for body in bodies]
    factory.save("invoice", {"id": ids[0], "sitenumber": client["main_site_id"]})
    factory.save("invoice", {"id": ids[0], "_create_credit_note": True})
    pay = {"apply_credit": True, "apply_credit_id": ids[2], "apply_credit_amount": 2}
    factory.save("invoice", {"id": ids[0], **pay})
    factory.save("invoice", {"client_id": client["id"]})
    schemas = api.contract.document["components"]["schemas"]
    return client["id"], api.contract.resolve(schemas["InvoiceRow"])["properties"]


@rule(
    "order accepts every property of a row, with missing values first and text in any case.",
    source="Assumed: that order names properties is documented, which ones is not",
)
@pytest.mark.assumed
def test_every_scalar_field_of_a_row_sorts(api: Api, rows_of_all_kinds: tuple[int, Record]) -> None:
    client, properties = rows_of_all_kinds
    names = [
        name for name, node in properties.items() if is_scalar(api, node) and name != "_warning"
    ]
    assert {"credit_used", "duedatename", "site_name", "accountsid"} <= set(names)

    for name, descending in itertools.product(names, (False, True)):
        switches = {name: "true"} if name.startswith("invoicedate") else {}
        query = {"client_id": client, "order": name, "orderdesc": str(descending), **switches}
        response = api.call("invoice.search", expect=200, query=query)
        values = [row_value(row.get(name)) for row in response["invoices"]]
        assert values == sorted(values, reverse=descending), f"order={name}, {descending=}"


def is_scalar(api: Api, node: Any) -> bool:
    node = api.contract.resolve(node)
    parts = [api.contract.resolve(part) for part in node.get("allOf", [node])]
    return parts[0]["type"] not in ("array", "object")


def row_value(value: Any) -> tuple[Any, ...]:
    """Return the sort value: nothing first, text regardless of case."""
    return () if value is None else (value.lower() if isinstance(value, str) else value,)


@rule(
    "order=credit_used sorts together with other sort keys and on pages.",
    source="Assumed: that order names properties is documented, which ones is not",
)
@pytest.mark.assumed
def test_fields_of_other_records_sort_together_with_others_and_on_pages(
    api: Api, rows_of_all_kinds: tuple[int, Record]
) -> None:
    client, _ = rows_of_all_kinds
    order = {"order": "credit_used", "orderdesc": "true", "order2": "total"}

    whole = page(api, client, **order)
    second = page(api, client, **order, pageinate="true", page_no=2, page_size=2)
    beyond = page(api, client, **order, pageinate="true", page_no=9, page_size=2)
    used = [(-row["credit_used"], row["total"], row["id"]) for row in whole[2]["invoices"]]

    assert used == sorted(used)
    assert used[0][0] == -2
    assert (second[0], second[1]) == (whole[0][2:4], whole[1])
    assert beyond[:2] == ([], 0)


@rule(
    "GET /RecurringInvoice is sorted by order={name}, with missing values first.",
    source="Assumed: that order names properties is documented, which ones is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("name", ["most_recent_invoice_id", "periodname"])
def test_templates_sort_by_the_fields_of_their_timer(api: Api, factory: Factory, name: str) -> None:
    client = factory.client()["id"]
    weekly, monthly, never = (
        factory.template(client_id=client, period=period)["id"] for period in (1, 2, None)
    )
    for template in (monthly, weekly):
        api.call("recurring_invoice.process", expect=200, body=[template])

    ids = factory.list_ids(client, "recurring_invoice.search", order=name)

    assert ids == [never, monthly, weekly]
