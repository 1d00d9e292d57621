"""Pages, counts and sorting."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.halo.factories import Factory, line, page


@pytest.fixture(scope="module")
def four_invoices(factory: Factory) -> tuple[int, list[int]]:
    """Create four invoices with totals 4, 1, 4, 2 and ascending dates; return client id and ids."""
    client = factory.client()["id"]
    ids = [
        factory.invoice(line(price), client_id=client, invoice_date=f"2026-01-0{day}", reference=word)["id"]
        for day, (price, word) in enumerate([(4, "b"), (1, "C"), (4, "a"), (2, None)], start=1)
    ]  # fmt: skip
    return client, ids


@rule(
    "Without order, GET /Invoice is sorted by invoice_date descending.",
    source="Assumed: Halo's own page asks for this order",
)
@pytest.mark.assumed
def test_the_default_order_is_newest_first(api: Api, four_invoices: tuple[int, list[int]]) -> None:
    client, ids = four_invoices

    assert page(api, client)[:2] == (ids[::-1], 4)


@rule(
    "A row of GET /Invoice has the same values as the single invoice.",
    source="Documented: usehalo.com/swagger, InvoiceHeader_View",
)
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


@rule(
    "GET /Invoice is sorted by order to order5, each descending with its orderdesc: {query}.",
    source="Documented: usehalo.com/swagger, GET /Invoice",
)
@pytest.mark.parametrize(
    ("query", "indexes"),
    [
        ({"order": "invoice_date"}, [0, 1, 2, 3]),
        ({"order": "total", "orderdesc": "true", "order2": "id", "orderdesc2": "true"}, [2, 0, 3, 1]),
        ({"order": "total", "order2": "invoice_date", "orderdesc2": "true"}, [1, 3, 2, 0]),
        ({"order": "client_name", "order2": "posted", "order3": "currency", "order4": "paymentstatus",
          "order5": "duedate", "orderdesc5": "true"}, [3, 2, 1, 0]),
    ],
    ids=str,
)  # fmt: skip
def test_up_to_five_sort_keys_apply(
    api: Api, four_invoices: tuple[int, list[int]], query: dict[str, Any], indexes: list[int]
) -> None:
    client, ids = four_invoices

    assert page(api, client, **query)[0] == [ids[index] for index in indexes]


@rule(
    "Missing values sort first, text in any case, equal rows by id, and an unknown order is ignored: {query}.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("query", "indexes"),
    [
        ({"order": "total"}, [1, 3, 0, 2]),
        ({"order": "total", "orderdesc": "TRUE"}, [0, 2, 3, 1]),
        ({"order": "reference"}, [3, 2, 0, 1]),
        ({"order": "reference", "orderdesc": "true"}, [1, 0, 2, 3]),
        ({"order": "nothing", "order2": "id"}, [0, 1, 2, 3]),
    ],
    ids=str,
)
def test_missing_values_sort_first_and_equal_rows_by_id(
    api: Api, four_invoices: tuple[int, list[int]], query: dict[str, Any], indexes: list[int]
) -> None:
    client, ids = four_invoices

    assert page(api, client, **query)[0] == [ids[index] for index in indexes]


@rule(
    "With pageinate=true, each page has at most page_size rows, and record_count is the number of all matching rows.",
    source="Observed: github.com/homotechsual/HaloAPI, paging of lists",
)
def test_record_count_covers_all_pages(api: Api, four_invoices: tuple[int, list[int]]) -> None:
    client, ids = four_invoices
    paging = {"pageinate": "true", "page_size": 3, "order": "id"}

    first, second = (page(api, client, **paging, page_no=number) for number in (1, 2))

    assert (first[0], second[0]) == (ids[:3], ids[3:])
    assert (first[1], second[1]) == (4, 4)


@rule(
    "A page after the last one has no rows and record_count 0.",
    source="Assumed: github.com/qmexnetworks/halopsa-api.ts loops until it sees this",
)
@pytest.mark.assumed
def test_a_page_after_the_last_is_empty_with_record_count_0(
    api: Api, four_invoices: tuple[int, list[int]]
) -> None:
    assert page(api, four_invoices[0], pageinate="true", page_no=3, page_size=3)[:2] == ([], 0)


@rule(
    "A page has page_no and page_size; page_no below 1 counts as 1, and page_size below 1 as absent.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_page_names_its_number_and_size(
    api: Api, target: Target, four_invoices: tuple[int, list[int]]
) -> None:
    client, _ = four_invoices

    second = page(api, client, pageinate="true", page_no=2, page_size=3)[2]
    invalid = page(api, client, page_no=0, page_size=-1)

    assert (second["page_no"], second["page_size"]) == (2, 3)
    assert (invalid[1], invalid[2]["page_no"]) == (4, 1)
    if target.is_mock:  # other services may have another default
        assert invalid[2]["page_size"] == 50


@rule(
    "Without paging, count limits the rows.",
    source="Observed: github.com/homotechsual/HaloAPI, count",
)
def test_count_limits_the_rows(api: Api, four_invoices: tuple[int, list[int]]) -> None:
    client, ids = four_invoices

    assert page(api, client, count=2, order="id")[0] == ids[:2]


@rule(
    "count applies only without paging; then page_no and page_size are ignored, and record_count is the number of all matching rows.",
    source="Assumed: only that count limits the rows is observed",
)
@pytest.mark.assumed
def test_count_applies_only_without_paging(api: Api, four_invoices: tuple[int, list[int]]) -> None:
    client, ids = four_invoices

    counted = page(api, client, count=2)
    unpaged = page(api, client, count=1, page_no=2, page_size=1, pageinate="false")
    paged = page(api, client, count=1, page_no=1, page_size=2)

    assert counted[:2] == (ids[:1:-1], 4)
    assert "page_no" not in counted[2]
    assert unpaged[:2] == (ids[:2:-1], 4)
    assert len(paged[0]) == 2


@rule(
    "page_size is limited to 100.",
    source="Assumed: github.com/alex-thorne/haloitsm-mcp limits it so",
)
@pytest.mark.assumed
def test_a_page_has_at_most_a_hundred_rows(api: Api, four_invoices: tuple[int, list[int]]) -> None:
    assert page(api, four_invoices[0], page_no=1, page_size=5000)[2]["page_size"] == 100


@rule(
    "{operation} returns one row with pageinate=true and page_size=1, and record_count.",
    source="Documented: usehalo.com/swagger, lists",
)
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
        query={
            "pageinate": "true",
            "page_no": 1,
            "page_size": 1,
            "order": "id",
            "orderdesc": "true",
        },
    )

    assert len(body[key]) == 1
    assert body["record_count"] >= 1


@rule(
    "{operation} returns a bare array and ignores count.",
    source="Observed: github.com/Midtown-Technology-Group/halocli, sweep_results.json",
)
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


@rule(
    "search finds clients and items by their name, in any case.",
    source="Assumed: the parameter is documented, the searched properties are not",
)
@pytest.mark.assumed
def test_names_are_searched_case_insensitively(api: Api, factory: Factory) -> None:
    client, item = factory.client(), factory.item()

    clients = api.call("client.search", expect=200, query={"search": client["name"].upper()})
    items = api.call("item.search", expect=200, query={"search": item["name"].lower()})

    assert [row["id"] for row in clients["clients"]] == [client["id"]]
    assert [row["id"] for row in items["items"]] == [item["id"]]
