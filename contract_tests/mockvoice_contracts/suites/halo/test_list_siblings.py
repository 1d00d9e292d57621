"""Sorting, pages and counts of the lists besides invoices, and properties that only the server sets."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, Record, line

Rows = tuple[dict[str, Any], list[Record]]


def invoice_rows(factory: Factory) -> Rows:
    client = factory.client()["id"]
    return {"client_id": client}, [factory.invoice(line(n), client_id=client) for n in (1, 2, 3)]


def template_rows(factory: Factory) -> Rows:
    client = factory.client()["id"]
    return {"client_id": client}, [factory.template(line(n), client_id=client) for n in (1, 2, 3)]


def payment_rows(factory: Factory) -> Rows:
    invoice = factory.invoice(line(10))
    return {"invoice_id": invoice["id"]}, [factory.payment(invoice, n) for n in (1, 2, 3)]


def change_rows(factory: Factory) -> Rows:
    invoice = factory.invoice()
    query = {"invoice_id": invoice["id"], "search": "outside"}
    rows = [{"invoice_id": invoice["id"], "field_name": f"outside {n}"} for n in (1, 2, 3)]
    return query, factory.save("invoice_change", *rows)


def client_rows(factory: Factory) -> Rows:
    word = factory.unique_name("Sorted")
    return {"search": word}, factory.save("client", *({"name": f"{word} {n}"} for n in (1, 2, 3)))


def item_rows(factory: Factory) -> Rows:
    word = factory.unique_name("Sorted")
    return {"search": word}, factory.save("item", *({"name": f"{word} {n}"} for n in (1, 2, 3)))


# The list operation, its rows, the property to sort by, and the function that creates three rows.
LISTS: list[tuple[str, str, str, Callable[[Factory], Rows]]] = [
    ("invoice.search", "invoices", "total", invoice_rows),
    ("recurring_invoice.search", "invoices", "total", template_rows),
    ("invoice_payment.search", "payments", "amount", payment_rows),
    ("invoice_change.search", "changehistory", "field_name", change_rows),
    ("client.search", "clients", "name", client_rows),
    ("item.search", "items", "name", item_rows),
]


@rule(
    "{operation} is sorted by order={name}, descending with orderdesc=true, and pages and record_count cover all "
    "matching rows.",
    source="Documented: usehalo.com/swagger, lists",
)
@pytest.mark.parametrize(
    ("operation", "rows", "name", "create"), LISTS, ids=lambda case: str(case)[:24]
)
def test_each_list_sorts_and_has_pages(
    api: Api,
    factory: Factory,
    operation: str,
    rows: str,
    name: str,
    create: Callable[[Factory], Rows],
) -> None:
    query, records = create(factory)
    ids = [record["id"] for record in records]

    def listed(**switches: Any) -> list[int]:
        body = api.call(operation, expect=200, query={**query, "order": name, **switches})
        if "page_no" in switches:
            assert body["record_count"] == 3
        return [row["id"] for row in body[rows]]

    paging = {"pageinate": "true", "page_size": 2}
    assert listed() == ids
    assert listed(orderdesc="true") == ids[::-1]
    assert listed(**paging, page_no=1) == ids[:2]
    assert listed(**paging, page_no=2) == ids[2:]
    assert listed(**paging, page_no=1, orderdesc="true") == ids[:0:-1]
    assert listed(count=2) == ids[:2]


@rule(
    "{operation}: a page after the last one has no rows and record_count 0.",
    source="Assumed: observed for GET /Invoice only",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("operation", "rows", "name", "create"), LISTS, ids=lambda case: str(case)[:24]
)
def test_each_list_ends_with_an_empty_page(
    api: Api,
    factory: Factory,
    operation: str,
    rows: str,
    name: str,
    create: Callable[[Factory], Rows],
) -> None:
    query, _ = create(factory)
    beyond = {**query, "pageinate": "true", "page_size": 2, "page_no": 3, "order": name}

    body = api.call(operation, expect=200, query=beyond)

    assert (body[rows], body["record_count"]) == ([], 0)


@rule(
    "TaxRule is listed by sequence, and the other tables by id.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_rows_have_a_default_order(api: Api, factory: Factory) -> None:
    no_line = {"tax_conditions": [{"value_type": 4, "value": str(2**31 - 1)}]}
    tax = factory.tax()["id"]
    late, early = (
        factory.save("tax_rule", {"taxid": tax, "sequence": sequence, **no_line})["id"]
        for sequence in (9002, 9001)
    )
    rules = [row["id"] for row in api.call("tax_rule.search", expect=200)]
    for rule_id in (late, early):
        api.call("tax_rule.delete", expect=200, taxRuleId=rule_id)

    assert rules.index(early) < rules.index(late)
    for resource in ("tax", "currency", "cost_centres", "budget_type"):
        ids = [row["id"] for row in api.call(f"{resource}.search", expect=200)]
        assert ids == sorted(ids), resource


@rule(
    "GET /Expense with count has at most that many rows, and record_count is the number of all matching rows.",
    source="Assumed: the parameter is not documented",
)
@pytest.mark.assumed
def test_the_count_of_expenses_covers_all_rows(api: Api, factory: Factory) -> None:
    client = factory.client()["id"]
    ids = [factory.save("expense", {"amount": n, "client_id": client})["id"] for n in (1, 2, 3)]

    body = api.call("expense.search", expect=200, query={"client_id": client, "count": 2})

    assert [row["id"] for row in body["data"]] == ids[:2]
    assert body["record_count"] == 3
