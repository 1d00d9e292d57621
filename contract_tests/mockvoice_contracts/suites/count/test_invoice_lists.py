"""Lists of documents: pages, order and filters."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory, Record


@pytest.fixture(scope="module")
def many(factory: Factory) -> list[Record]:
    """Return the documents of a new customer, newest first."""
    customer = factory.customer(email=factory.email())["id"]
    created = [
        factory.invoice(
            100 + n,
            customerUuid=customer,
            date=factory.day(-n // 2),
            dueDate=factory.day(10),
            isDraft=n % 3 == 0,
            invoiceType=("invoice", "estimate", "memo", "quote")[n % 4],
            notes=f"Order {n} from {customer}",
        )
        for n in range(10)
    ]
    by_creation = list(enumerate(created))
    return [
        row
        for _, row in sorted(by_creation, key=lambda pair: (pair[1]["date"], pair[0]), reverse=True)
    ]


def search(api: Api, many: list[Record], **query: object) -> list[str]:
    query = {"customerUuid": many[0]["customerUuid"], "limit": 100} | query
    page = api.call("invoices.search", expect=200, query=query)["data"]
    assert page["totalRecords"] == len(page["records"])
    assert page["records"] == page["invoices"]
    return [row["id"] for row in page["records"]]


def ids(rows: list[Record]) -> list[str]:
    return [row["id"] for row in rows]


def test_the_newest_date_comes_first_and_rows_equal_their_records(
    api: Api, factory: Factory, many: list[Record]
) -> None:
    assert search(api, many) == ids(many)
    page = api.call("invoices.search", expect=200, query={"customerUuid": many[0]["customerUuid"]})[
        "data"
    ]
    assert page["records"][0] == factory.get_invoice(many[0])


def test_pages_divide_the_list(api: Api, many: list[Record]) -> None:
    seen: list[str] = []
    for number in (1, 2, 3, 4):
        query = {"customerUuid": many[0]["customerUuid"], "limit": 4, "page": number}
        page = api.call("invoices.search", expect=200, query=query)["data"]
        assert (page["page"], page["limit"], page["totalRecords"], page["totalPages"]) == (
            number,
            4,
            10,
            3,
        )
        seen += ids(page["records"])

    assert seen == ids(many)


def test_the_default_page_has_twenty_rows(api: Api) -> None:
    page = api.call("invoices.search", expect=200)["data"]

    assert (page["page"], page["limit"]) == (1, 20)
    assert len(page["records"]) <= 20


@pytest.mark.parametrize(
    "query",
    [
        {"page": 0}, {"page": 10001}, {"limit": 0}, {"limit": 101}, {"limit": "ten"}, {"limit": 1.5},
        {"status": "lost"}, {"status": "sent,,paid"}, {"startDate": "1.1.2026"}, {"isDraft": "maybe"},
        {"invoiceType": "bill"}, {"customerUuid": "x"}, {"customerUuids": "x,y"},
        {"approvalStatus": "sent"},
    ],
)  # fmt: skip
def test_an_invalid_query_is_rejected(api: Api, query: dict) -> None:
    error = api.call("invoices.search", expect=400, query=query)

    assert error["code"] == "validation_error"


def test_an_unknown_filter_is_ignored(api: Api, many: list[Record]) -> None:
    assert search(api, many, colour="red") == ids(many)


def test_every_filter_finds_the_matching_rows(api: Api, many: list[Record]) -> None:
    drafts = [row for row in many if row["isDraft"]]
    rest = [row for row in many if not row["isDraft"]]
    assert (
        search(api, many, isDraft=True) == ids(drafts) == search(api, many, approvalStatus="draft")
    )
    assert search(api, many, isDraft=False) == ids(rest)
    assert search(api, many, approvalStatus="approved") == ids(rest)
    assert search(api, many, approvalStatus="approved", isDraft=True) == []
    for kind in ("invoice", "quote", "estimate", "memo"):
        assert search(api, many, invoiceType=kind) == ids(
            [row for row in many if row["invoiceType"] == kind]
        )
    assert search(api, many, status="draft") == ids(drafts)
    assert search(api, many, status="draft,approved") == ids(many)
    assert search(api, many, status="paid,partial") == []


def test_start_and_end_dates_are_inclusive(api: Api, factory: Factory, many: list[Record]) -> None:
    first, last = factory.day(-3), factory.day(-1)
    expected = [row for row in many if first <= row["date"] <= last]

    assert search(api, many, startDate=first, endDate=last) == ids(expected)
    assert search(api, many, startDate=first) == ids([e for e in many if first <= e["date"]])
    assert search(api, many, endDate=last, status="draft,approved") == ids(
        [e for e in many if e["date"] <= last]
    )
    assert search(api, many, startDate=last, endDate=first) == []


def test_a_search_covers_number_name_and_notes(
    api: Api, factory: Factory, many: list[Record]
) -> None:
    name = many[0]["customer"]["customer"]
    tagged = factory.invoice(
        customerUuid=many[0]["customerUuid"], invoiceNumber=factory.unique_name("Q")
    )

    assert search(api, many, search=tagged["invoiceNumber"].lower()) == [tagged["id"]]
    assert set(search(api, many, search=name.upper())) == {*ids(many), tagged["id"]}
    assert search(api, many, search="oRDER 7 FROM") == ids(
        [row for row in many if (row["notes"] or "").startswith("Order 7")]
    )
    assert search(api, many, search=factory.unique_name("nothing")) == []
    api.call("invoices.delete", expect=200, invoiceId=tagged["id"])


def test_customer_ids_can_be_comma_separated_or_repeated(
    api: Api, factory: Factory, many: list[Record]
) -> None:
    other = factory.invoice(customerUuid=factory.customer()["id"], date=factory.day(1))
    one, two = many[0]["customerUuid"], other["customerUuid"]
    everything = [other["id"], *ids(many)]

    for value in (f"{one},{two}", [one, two], [f"{one},{UNKNOWN_ID}", two.upper()]):
        query = {"customerUuids": value, "limit": 100}
        page = api.call("invoices.search", expect=200, query=query)["data"]
        assert ids(page["invoices"]) == everything
        assert page["totalRecords"] == len(everything)
    query = {"customerUuids": f"{one},{two}", "status": "draft,approved", "limit": 3, "page": 2}
    page = api.call("invoices.search", expect=200, query=query)["data"]
    assert ids(page["invoices"]) == everything[3:6]


def test_a_page_beyond_the_end_is_empty(api: Api, many: list[Record]) -> None:
    query = {"customerUuid": many[0]["customerUuid"], "page": 9}
    page = api.call("invoices.search", expect=200, query=query)["data"]

    assert (page["records"], page["totalRecords"]) == ([], 10)
