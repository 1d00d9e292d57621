"""Paging of lists."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.growcrm.factories import Factory
from mockvoice_contracts.suites.growcrm.lists import ids, search
from mockvoice_contracts.suites.growcrm.record_sets import KINDS, record_set

EVERY_KIND = pytest.mark.parametrize("kind", KINDS)


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


@EVERY_KIND
def test_a_row_of_a_list_equals_the_single_record(api: Api, factory: Factory, kind: str) -> None:
    _, query = record_set(factory, kind, 2)

    for row in search(api, kind, query)["data"]:
        assert factory.read(kind, row) == row


@EVERY_KIND
@pytest.mark.assumed
def test_a_page_past_the_end_is_empty_and_has_the_correct_total(
    api: Api, factory: Factory, kind: str
) -> None:
    _, query = record_set(factory, kind, 3)
    page = search(api, kind, query, limit=2, page=9)

    assert page["data"] == []
    assert page["meta"] == {"current_page": 9, "per_page": 2, "total": 3, "last_page": 2}


@EVERY_KIND
@pytest.mark.assumed
def test_an_empty_list_has_one_page(api: Api, factory: Factory, kind: str) -> None:
    page = search(api, kind, {"search": factory.unique_name("no such name")})

    assert page["data"] == []
    assert (page["meta"]["total"], page["meta"]["last_page"]) == (0, 1)


def test_a_full_page_can_be_the_last_one(api: Api, factory: Factory) -> None:
    _, query = record_set(factory, "invoices", 4)

    assert search(api, "invoices", query, limit=2)["meta"]["last_page"] == 2


@EVERY_KIND
def test_the_default_page_size_is_thirty_five(api: Api, factory: Factory, kind: str) -> None:
    _, query = record_set(factory, kind, 1)
    meta = search(api, kind, query)["meta"]

    assert (meta["per_page"], meta["current_page"]) == (35, 1)


@EVERY_KIND
def test_the_page_size_is_capped_at_a_hundred(api: Api, kind: str) -> None:
    assert search(api, kind, {}, limit=101)["meta"]["per_page"] == 100
    assert search(api, kind, {}, limit=100)["meta"]["per_page"] == 100


@EVERY_KIND
@pytest.mark.assumed
@pytest.mark.parametrize("limit", [0, -1, "abc", "", "1.5", "10 "])
def test_an_invalid_limit_is_ignored(api: Api, kind: str, limit: object) -> None:
    assert search(api, kind, {}, limit=limit)["meta"]["per_page"] == 35


@EVERY_KIND
@pytest.mark.assumed
@pytest.mark.parametrize("page", [0, -1, "abc", "", "1.5"])
def test_an_invalid_page_number_returns_the_first_page(api: Api, kind: str, page: object) -> None:
    assert search(api, kind, {}, page=page)["meta"]["current_page"] == 1


@pytest.mark.assumed
@pytest.mark.parametrize("number", ["9" * 18, "9" * 19, "9" * 40])
def test_a_huge_page_or_limit_causes_no_error(api: Api, number: str) -> None:
    assert search(api, "invoices", {}, page=number)["meta"]["current_page"] >= 1
    assert 1 <= search(api, "invoices", {}, limit=number)["meta"]["per_page"] <= 100


def test_an_unknown_parameter_is_ignored(api: Api, factory: Factory) -> None:
    records, query = record_set(factory, "invoices", 2)

    assert len(search(api, "invoices", query, colour="red")["data"]) == len(records)


def test_the_last_value_of_a_repeated_parameter_is_used(api: Api, factory: Factory) -> None:
    _, query = record_set(factory, "invoices", 3)
    page = search(api, "invoices", query, limit=[1, 2])

    assert page["meta"]["per_page"] == 2
