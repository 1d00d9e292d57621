"""Paging of lists."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.growcrm.factories import Factory
from mockvoice_contracts.suites.growcrm.lists import ids, search
from mockvoice_contracts.suites.growcrm.record_sets import KINDS, record_set

EVERY_KIND = pytest.mark.parametrize("kind", KINDS)


@rule(
    "With `limit=2`, three pages of GET /{kind} have each of 5 records once, and `meta` counts them.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
@EVERY_KIND
def test_pages_have_no_gaps_or_duplicates(api: Api, factory: Factory, kind: str) -> None:
    records, query = record_set(factory, kind, 5)
    pages = [search(api, kind, query, limit=2, page=number) for number in (1, 2, 3)]

    assert [len(page["data"]) for page in pages] == [2, 2, 1]
    page_ids = [record_id for page in pages for record_id in ids(page)]
    assert sorted(page_ids) == [record["id"] for record in records]
    assert [page["meta"] for page in pages] == [
        {"current_page": number, "per_page": 2, "total": 5, "last_page": 3} for number in (1, 2, 3)
    ]


@rule(
    "A page has at most 100 rows, also with `limit=150`.",
    source="Documented: api-development-guide.md of nextloopdevs/growcrm-modules-docs-api",
)
def test_a_page_has_at_most_a_hundred_rows(api: Api, target: Target, factory: Factory) -> None:
    if target.mode != "full":
        pytest.skip("creates more than a hundred records, which is too many for an account in use")
    invoice = factory.invoice()
    query = {"client_id": invoice["client"]["id"]}
    for _ in range(100):
        factory.invoice(bill_clientid=query["client_id"])

    assert len(search(api, "invoices", query, limit=150)["data"]) == 100, (
        "the page size is not capped at 100"
    )


@rule(
    "A row of GET /{kind} equals the record that GET /{kind}/<id> returns.",
    source="Documented: api-development-guide.md of nextloopdevs/growcrm-modules-docs-api",
)
@EVERY_KIND
def test_a_row_of_a_list_equals_the_single_record(api: Api, factory: Factory, kind: str) -> None:
    _, query = record_set(factory, kind, 2)

    for row in search(api, kind, query)["data"]:
        assert factory.read(kind, row) == row


@rule(
    "A page of {kind} after the last is empty, with the true `total` and `last_page`.",
    source="Assumed: the reference gives no source; Laravel does so",
)
@EVERY_KIND
@pytest.mark.assumed
def test_a_page_past_the_end_is_empty_and_has_the_correct_total(
    api: Api, factory: Factory, kind: str
) -> None:
    _, query = record_set(factory, kind, 3)
    page = search(api, kind, query, limit=2, page=9)

    assert page["data"] == []
    assert page["meta"] == {"current_page": 9, "per_page": 2, "total": 3, "last_page": 2}


@rule(
    "A list of {kind} without records has `total` 0 and `last_page` 1.",
    source="Assumed: the reference gives no source; Laravel does so",
)
@EVERY_KIND
@pytest.mark.assumed
def test_an_empty_list_has_one_page(api: Api, factory: Factory, kind: str) -> None:
    page = search(api, kind, {"search": factory.unique_name("no such name")})

    assert page["data"] == []
    assert (page["meta"]["total"], page["meta"]["last_page"]) == (0, 1)


@rule(
    "4 records with `limit=2` give `last_page` 2.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
def test_a_full_page_can_be_the_last_one(api: Api, factory: Factory) -> None:
    _, query = record_set(factory, "invoices", 4)

    assert search(api, "invoices", query, limit=2)["meta"]["last_page"] == 2


@rule(
    "Without `limit`, GET /{kind} has the page size of the system, 35 on a fresh install, and begins with page 1.",
    source="Observed: the CRM core 3.2, Abdulkaderr/factuuren",
)
@EVERY_KIND
def test_the_default_page_size_is_thirty_five(api: Api, factory: Factory, kind: str) -> None:
    _, query = record_set(factory, kind, 1)
    meta = api.call(f"{kind}.search", expect=200, query=query)["meta"]

    assert meta["current_page"] == 1
    if api.target.is_mock:
        assert meta["per_page"] == 35


@rule(
    "GET /{kind} with `limit=101` has `per_page` 100.",
    source="Documented: api-development-guide.md of nextloopdevs/growcrm-modules-docs-api",
)
@EVERY_KIND
def test_the_page_size_is_capped_at_a_hundred(api: Api, kind: str) -> None:
    assert search(api, kind, {}, limit=101)["meta"]["per_page"] == 100
    assert search(api, kind, {}, limit=100)["meta"]["per_page"] == 100


@rule(
    "GET /{kind} with `limit={limit}` has the default page size.",
    source="Assumed: the reference gives no source",
)
@EVERY_KIND
@pytest.mark.assumed
@pytest.mark.parametrize("limit", [0, -1, "abc", "", "1.5", "10 "])
def test_an_invalid_limit_is_ignored(api: Api, kind: str, limit: object) -> None:
    default = api.call(f"{kind}.search", expect=200)["meta"]["per_page"]

    assert search(api, kind, {}, limit=limit)["meta"]["per_page"] == default


@rule(
    "GET /{kind} with `page={page}` returns page 1.",
    source="Assumed: the reference gives no source",
)
@EVERY_KIND
@pytest.mark.assumed
@pytest.mark.parametrize("page", [0, -1, "abc", "", "1.5"])
def test_an_invalid_page_number_returns_the_first_page(api: Api, kind: str, page: object) -> None:
    assert search(api, kind, {}, page=page)["meta"]["current_page"] == 1


@rule(
    "`page` and `limit` of many digits cause no error.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("number", ["9" * 18, "9" * 19, "9" * 40])
def test_a_huge_page_or_limit_causes_no_error(api: Api, number: str) -> None:
    assert search(api, "invoices", {}, page=number)["meta"]["current_page"] >= 1
    assert 1 <= search(api, "invoices", {}, limit=number)["meta"]["per_page"] <= 100


@rule(
    "A query parameter that the API does not know is ignored.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_unknown_parameter_is_ignored(api: Api, factory: Factory) -> None:
    records, query = record_set(factory, "invoices", 2)

    assert len(search(api, "invoices", query, colour="red")["data"]) == len(records)


@rule(
    "If a query has a parameter twice, its last value counts.",
    source="Assumed: the reference gives no source; PHP does so",
)
@pytest.mark.assumed
def test_the_last_value_of_a_repeated_parameter_is_used(api: Api, factory: Factory) -> None:
    _, query = record_set(factory, "invoices", 3)
    page = search(api, "invoices", query, limit=[1, 2])

    assert page["meta"]["per_page"] == 2
