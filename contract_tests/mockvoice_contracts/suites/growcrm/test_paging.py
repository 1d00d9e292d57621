"""Pages of lists."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.growcrm.factories import Factory, Record
from mockvoice_contracts.suites.growcrm.record_sets import KINDS, record_set

SEARCH = {
    "invoices": "invoices.search",
    "estimates": "estimates.search",
    "clients": "clients.search",
    "contacts": "contacts.search",
    "projects": "projects.search",
    "categories": "categories.search",
    "payments": "payments.search",
    "refunds": "refunds.search",
    "items": "items.search",
}
EVERY_KIND = pytest.mark.parametrize("kind", KINDS)


def search(api: Api, kind: str, query: dict[str, Any], **more: Any) -> Record:
    page: Record = api.call(SEARCH[kind], expect=200, query={**query, **more})
    return page


def ids(page: Record) -> list[int]:
    return [row["id"] for row in page["data"]]


@EVERY_KIND
def test_pages_follow_each_other_without_gap_or_repetition(
    api: Api, make: Factory, kind: str
) -> None:
    records, query = record_set(make, kind, 5)
    pages = [search(api, kind, query, limit=2, page=number) for number in (1, 2, 3)]

    assert [len(page["data"]) for page in pages] == [2, 2, 1]
    found = [each for page in pages for each in ids(page)]
    assert sorted(found) == [record["id"] for record in records]
    assert [page["meta"] for page in pages] == [
        {"current_page": number, "per_page": 2, "total": 5, "last_page": 3} for number in (1, 2, 3)
    ]


def test_a_page_has_a_hundred_rows_at_most(api: Api, target: Target, make: Factory) -> None:
    if target.mode != "full":
        pytest.skip("a hundred records are too many to make in an account that is used")
    invoice = make.invoice()
    query = {"client_id": invoice["client"]["id"]}
    for _ in range(100):
        make.invoice(bill_clientid=query["client_id"])

    assert len(search(api, "invoices", query, limit=150)["data"]) == 100, "limit is capped at 100"


@EVERY_KIND
def test_a_row_of_a_list_is_the_record_as_it_is_read(api: Api, make: Factory, kind: str) -> None:
    _, query = record_set(make, kind, 2)

    for row in search(api, kind, query)["data"]:
        assert make.read(kind, row) == row


@EVERY_KIND
@pytest.mark.assumed
def test_a_page_past_the_end_is_empty_and_tells_the_true_total(
    api: Api, make: Factory, kind: str
) -> None:
    _, query = record_set(make, kind, 3)
    page = search(api, kind, query, limit=2, page=9)

    assert page["data"] == []
    assert page["meta"] == {"current_page": 9, "per_page": 2, "total": 3, "last_page": 2}


@EVERY_KIND
@pytest.mark.assumed
def test_a_list_of_nothing_has_one_empty_page(api: Api, make: Factory, kind: str) -> None:
    page = search(api, kind, {"search": make.name("nothing of this name")})

    assert page["data"] == []
    assert (page["meta"]["total"], page["meta"]["last_page"]) == (0, 1)


def test_a_full_last_page_is_the_last_one(api: Api, make: Factory) -> None:
    _, query = record_set(make, "invoices", 4)

    assert search(api, "invoices", query, limit=2)["meta"]["last_page"] == 2


@EVERY_KIND
def test_an_account_shows_thirty_five_rows_on_a_page_unless_asked_otherwise(
    api: Api, make: Factory, kind: str
) -> None:
    _, query = record_set(make, kind, 1)
    meta = search(api, kind, query)["meta"]

    assert (meta["per_page"], meta["current_page"]) == (35, 1)


@EVERY_KIND
def test_more_than_a_hundred_rows_on_a_page_are_not_given(api: Api, kind: str) -> None:
    assert search(api, kind, {}, limit=101)["meta"]["per_page"] == 100
    assert search(api, kind, {}, limit=100)["meta"]["per_page"] == 100


@EVERY_KIND
@pytest.mark.assumed
@pytest.mark.parametrize("limit", [0, -1, "abc", "", "1.5", "10 "])
def test_a_limit_that_is_no_number_above_zero_counts_as_not_sent(
    api: Api, kind: str, limit: object
) -> None:
    assert search(api, kind, {}, limit=limit)["meta"]["per_page"] == 35


@EVERY_KIND
@pytest.mark.assumed
@pytest.mark.parametrize("page", [0, -1, "abc", "", "1.5"])
def test_a_page_that_is_no_number_above_zero_counts_as_the_first(
    api: Api, kind: str, page: object
) -> None:
    assert search(api, kind, {}, page=page)["meta"]["current_page"] == 1


@pytest.mark.assumed
@pytest.mark.parametrize("number", ["9" * 18, "9" * 19, "9" * 40])
def test_a_number_beyond_all_bounds_is_no_failure(api: Api, number: str) -> None:
    assert search(api, "invoices", {}, page=number)["meta"]["current_page"] >= 1
    assert 1 <= search(api, "invoices", {}, limit=number)["meta"]["per_page"] <= 100


def test_a_parameter_that_the_contract_does_not_know_is_ignored(api: Api, make: Factory) -> None:
    records, query = record_set(make, "invoices", 2)

    assert len(search(api, "invoices", query, colour="red")["data"]) == len(records)


def test_of_a_parameter_that_is_sent_twice_the_last_counts(api: Api, make: Factory) -> None:
    _, query = record_set(make, "invoices", 3)
    page = search(api, "invoices", query, limit=[1, 2])

    assert page["meta"]["per_page"] == 2
