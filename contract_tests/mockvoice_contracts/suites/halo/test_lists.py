"""Pages, counts and sorting."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.halo.factories import Factory, line


@pytest.fixture(scope="module")
def four_invoices(factory: Factory) -> tuple[int, list[int]]:
    """Create four invoices with totals 4, 1, 4, 2 and ascending dates; return client id and ids."""
    client = factory.client()["id"]
    ids = [
        factory.invoice(line(price), client_id=client, invoice_date=f"2026-01-0{day}", reference=word)["id"]
        for day, (price, word) in enumerate([(4, "b"), (1, "C"), (4, "a"), (2, None)], start=1)
    ]  # fmt: skip
    return client, ids


def page(api: Api, client: int, **query: Any) -> tuple[list[int], int, dict[str, Any]]:
    """Return the ids of a page, its ``record_count`` and its whole body."""
    body = api.call("invoice.search", expect=200, query={"client_id": client, **query})
    return [row["id"] for row in body["invoices"]], body["record_count"], body


def test_the_default_order_is_newest_first(api: Api, four_invoices: tuple[int, list[int]]) -> None:
    client, ids = four_invoices

    assert page(api, client)[:2] == (ids[::-1], 4)


def test_a_row_has_the_values_of_the_single_invoice(
    api: Api, factory: Factory, four_invoices: tuple[int, list[int]]
) -> None:
    names = ("client_id", "client_name", "invoice_date", "duedate", "total", "amountdue",
             "paymentstatus", "reference")  # fmt: skip
    client, ids = four_invoices
    rows = page(api, client)[2]["invoices"]

    for invoice_id, row in zip(reversed(ids), rows, strict=True):
        invoice = factory.read({"id": invoice_id})
        assert {name: row.get(name) for name in names} == {
            name: invoice.get(name) for name in names
        }


@pytest.mark.parametrize(
    ("query", "indexes"),
    [
        ({"order": "total"}, [1, 3, 0, 2]),
        ({"order": "total", "orderdesc": "TRUE"}, [0, 2, 3, 1]),
        ({"order": "total", "orderdesc": "true", "order2": "id", "orderdesc2": "true"}, [2, 0, 3, 1]),
        ({"order": "total", "order2": "invoice_date", "orderdesc2": "true"}, [1, 3, 2, 0]),
        ({"order": "reference"}, [3, 2, 0, 1]),
        ({"order": "reference", "orderdesc": "true"}, [1, 0, 2, 3]),
        ({"order": "client_name", "order2": "posted", "order3": "currency", "order4": "paymentstatus",
          "order5": "duedate", "orderdesc5": "true"}, [3, 2, 1, 0]),
        ({"order": "nothing", "order2": "id"}, [0, 1, 2, 3]),
    ],
    ids=str,
)  # fmt: skip
def test_up_to_five_sort_keys_apply(
    api: Api, four_invoices: tuple[int, list[int]], query: dict[str, Any], indexes: list[int]
) -> None:
    client, ids = four_invoices

    assert page(api, client, **query)[0] == [ids[index] for index in indexes]


def test_record_count_covers_all_pages_and_is_0_past_the_end(
    api: Api, four_invoices: tuple[int, list[int]]
) -> None:
    client, ids = four_invoices

    second = page(api, client, pageinate="true", page_no=2, page_size=3)
    beyond = page(api, client, pageinate="true", page_no=3, page_size=3)
    invalid = page(api, client, page_no=0, page_size=-1)

    assert second[:2] == ([ids[0]], 4)
    assert (second[2]["page_no"], second[2]["page_size"]) == (2, 3)
    assert beyond[:2] == ([], 0)
    assert (invalid[1], invalid[2]["page_no"], invalid[2]["page_size"]) == (4, 1, 50)


def test_count_applies_only_without_paging(api: Api, four_invoices: tuple[int, list[int]]) -> None:
    client, ids = four_invoices

    counted = page(api, client, count=2)
    unpaged = page(api, client, count=1, page_no=2, page_size=1, pageinate="false")
    paged = page(api, client, count=1, page_no=1, page_size=2)

    assert counted[:2] == (ids[:1:-1], 4)
    assert "page_no" not in counted[2]
    assert unpaged[:2] == (ids[:2:-1], 4)
    assert len(paged[0]) == 2


def test_a_page_has_at_most_a_hundred_rows(api: Api, four_invoices: tuple[int, list[int]]) -> None:
    assert page(api, four_invoices[0], page_no=1, page_size=5000)[2]["page_size"] == 100


@pytest.mark.parametrize(
    ("operation", "key"),
    [("client.search", "clients"), ("item.search", "items"), ("invoice_payment.search", "payments"),
     ("invoice_change.search", "changehistory"), ("recurring_invoice.search", "invoices")],
)  # fmt: skip
def test_other_lists_support_paging(api: Api, factory: Factory, operation: str, key: str) -> None:
    factory.item(), factory.payment(factory.invoice(line()), 1), factory.template()

    body = api.call(
        operation,
        expect=200,
        query={"page_no": 1, "page_size": 1, "order": "id", "orderdesc": "true"},
    )

    assert len(body[key]) == 1
    assert body["record_count"] >= 1


@pytest.mark.parametrize(
    "operation",
    ["tax.search", "tax_rule.search", "currency.search", "charge_rate.search", "cost_centres.search", "budget_type.search"],
)  # fmt: skip
def test_some_lists_are_bare_arrays_and_ignore_count(
    api: Api, factory: Factory, operation: str
) -> None:
    factory.tax(1), factory.tax(2)

    rows = api.call(operation, expect=200)
    path = api.contract.find(operation).path
    counted = api.send("GET", f"{path}?count=1").body

    assert isinstance(rows, list)
    assert len(counted) == len(rows)


def test_names_are_searched_case_insensitively(api: Api, factory: Factory) -> None:
    client, item = factory.client(), factory.item()

    clients = api.call("client.search", expect=200, query={"search": client["name"].upper()})
    items = api.call("item.search", expect=200, query={"search": item["name"].lower()})

    assert [row["id"] for row in clients["clients"]] == [client["id"]]
    assert [row["id"] for row in items["items"]] == [item["id"]]
