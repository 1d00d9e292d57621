"""Lists of documents: pages, order and filters."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.comparison import shared_members
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory, Record


@pytest.fixture(scope="module")
def rows(factory: Factory) -> list[Record]:
    """Return the documents of a new customer, newest first."""
    customer = factory.customer(email=factory.email())["id"]
    created = [
        factory.invoice(
            100 + number,
            customerUuid=customer,
            date=factory.day(-number // 2),
            dueDate=factory.day(10),
            isDraft=number % 3 == 0,
            invoiceType=("invoice", "estimate", "memo", "quote")[number % 4],
            notes=f"Order {number} from {customer}",
        )
        for number in range(10)
    ]
    by_creation = list(enumerate(created))
    return [
        row
        for _, row in sorted(by_creation, key=lambda pair: (pair[1]["date"], pair[0]), reverse=True)
    ]


def search(api: Api, rows: list[Record], **query: object) -> list[str]:
    query = {"customerUuid": rows[0]["customerUuid"], "limit": 100} | query
    page = api.call("invoices.search", expect=200, query=query)["data"]
    assert page["totalRecords"] == len(page["records"])
    assert page["records"] == page["invoices"]
    return ids(page["records"])


def ids(rows: list[Record]) -> list[str]:
    """Return the sorted ids: only the test of the order depends on it."""
    return sorted(row["id"] for row in rows)


@rule(
    "Invoices are sorted by date, newest first, then by creation, newest first.",
    source="Assumed: the vendor states no order",
)
@pytest.mark.assumed
def test_the_newest_date_comes_first_and_rows_equal_their_records(
    api: Api, factory: Factory, rows: list[Record]
) -> None:
    query = {"customerUuid": rows[0]["customerUuid"], "limit": 100}
    page = api.call("invoices.search", expect=200, query=query)["data"]
    assert [row["id"] for row in page["records"]] == [row["id"] for row in rows]
    read, first = factory.get_invoice(rows[0]), page["records"][0]
    assert shared_members(first, read) == shared_members(read, first)


@rule(
    "page and limit divide the list without gaps or duplicates; totalRecords and totalPages count all matches.",
    source="Documented: developers.getcount.com/api-reference/customers/list-customers",
)
def test_pages_have_no_gaps_or_duplicates(api: Api, rows: list[Record]) -> None:
    listed_ids: list[str] = []
    for number in (1, 2, 3, 4):
        query = {"customerUuid": rows[0]["customerUuid"], "limit": 4, "page": number}
        page = api.call("invoices.search", expect=200, query=query)["data"]
        assert (page["page"], page["limit"], page["totalRecords"], page["totalPages"]) == (
            number,
            4,
            10,
            3,
        )
        listed_ids += ids(page["records"])

    assert sorted(listed_ids) == ids(rows)


@rule(
    "Without limit, a page of {resource} has at most {size} rows.",
    source="Assumed: the vendor states the sizes of other lists only",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("resource", "size"),
    [("invoices", 20), ("products", 20), ("tags", 20), ("transactions", 50), ("accounts", 5000)],
)
def test_a_page_has_a_default_size(api: Api, target: Target, resource: str, size: int) -> None:
    if not target.is_mock:
        pytest.skip("other servers may have other page sizes")
    page = api.call(f"{resource}.search", expect=200)["data"]

    assert (page["page"], page["limit"]) == (1, size)
    assert len(page["records"]) == min(size, page["totalRecords"])


@rule(
    "An invalid filter value in the list of invoices returns 400.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize(
    "query",
    [
        {"status": "lost"}, {"status": "sent,,paid"}, {"startDate": "1.1.2026"}, {"isDraft": "maybe"},
        {"invoiceType": "bill"}, {"customerUuid": "x"}, {"customerUuids": "x,y"},
        {"approvalStatus": "sent"},
    ],
)  # fmt: skip
def test_an_invalid_query_is_rejected(api: Api, query: dict) -> None:
    error = api.call("invoices.search", expect=400, query=query)

    assert error["code"] == "validation_error"


@rule(
    "page below 1 or above 10000 and limit below 1 or above 100 return 400 in the list of {resource}.",
    source="Assumed: the vendor states the bounds, not the error",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    "resource",
    ["invoices", "customers", "products", "tags", "tag_groups", "transactions", "taxes",
     "recurring_invoice_templates", "webhooks"],
)  # fmt: skip
def test_a_page_out_of_bounds_is_rejected(api: Api, resource: str) -> None:
    for query in (
        {"page": 0}, {"page": 10001}, {"limit": 0}, {"limit": 101}, {"limit": "ten"}, {"limit": 1.5},
    ):  # fmt: skip
        error = api.call(f"{resource}.search", expect=400, query=query)
        assert error["code"] == "validation_error"


@rule(
    "An unknown query parameter is ignored.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_an_unknown_filter_is_ignored(api: Api, rows: list[Record]) -> None:
    assert search(api, rows, colour="red") == ids(rows)


@rule(
    "isDraft, approvalStatus, invoiceType and status filter the list of invoices and are combined with AND.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_every_filter_finds_the_matching_rows(api: Api, rows: list[Record]) -> None:
    drafts = [row for row in rows if row["isDraft"]]
    approved = [row for row in rows if not row["isDraft"]]
    assert search(api, rows, isDraft=True) == ids(drafts)
    assert search(api, rows, approvalStatus="draft") == ids(drafts)
    assert search(api, rows, isDraft=False) == ids(approved)
    assert search(api, rows, approvalStatus="approved") == ids(approved)
    assert search(api, rows, approvalStatus="approved", isDraft=True) == []
    for kind in ("invoice", "quote", "estimate", "memo"):
        assert search(api, rows, invoiceType=kind) == ids(
            [row for row in rows if row["invoiceType"] == kind]
        )
    assert search(api, rows, status="draft") == ids(drafts)
    assert search(api, rows, status="draft,approved") == ids(rows)
    assert search(api, rows, status="paid,partial") == []


@rule(
    "startDate and endDate filter by date, both inclusive.",
    source="Assumed: the vendor's client has the filters; inclusive is stated for transactions only",
)
@pytest.mark.assumed
def test_start_and_end_dates_are_inclusive(api: Api, factory: Factory, rows: list[Record]) -> None:
    first, last = factory.day(-3), factory.day(-1)
    expected = [row for row in rows if first <= row["date"] <= last]

    assert search(api, rows, startDate=first, endDate=last) == ids(expected)
    assert search(api, rows, startDate=first) == ids([row for row in rows if first <= row["date"]])
    assert search(api, rows, endDate=last, status="draft,approved") == ids(
        [row for row in rows if row["date"] <= last]
    )
    assert search(api, rows, startDate=last, endDate=first) == []


@rule(
    "search finds a part of invoiceNumber, customer name or notes, in any case.",
    source="Assumed: the vendor's client has the filter, not the searched fields",
)
@pytest.mark.assumed
def test_a_search_covers_number_name_and_notes(
    api: Api, factory: Factory, rows: list[Record]
) -> None:
    name = rows[0]["customer"]["customer"]
    numbered = factory.invoice(
        customerUuid=rows[0]["customerUuid"], invoiceNumber=factory.unique_name("Q")
    )

    assert search(api, rows, search=numbered["invoiceNumber"].lower()) == [numbered["id"]]
    assert set(search(api, rows, search=name.upper())) == {*ids(rows), numbered["id"]}
    assert search(api, rows, search="oRDER 7 FROM") == ids(
        [row for row in rows if (row["notes"] or "").startswith("Order 7")]
    )
    assert search(api, rows, search=factory.unique_name("nothing")) == []
    api.call("invoices.delete", expect=200, invoiceId=numbered["id"])


@rule(
    "customerUuids is one comma-separated value or a repeated parameter, with the same result.",
    source="Observed: requests of github.com/getcount/count-cli 0.2.3",
)
def test_customer_ids_can_be_comma_separated_or_repeated(
    api: Api, factory: Factory, rows: list[Record]
) -> None:
    other = factory.invoice(customerUuid=factory.customer()["id"], date=factory.day(1))
    customer_ids = [rows[0]["customerUuid"], other["customerUuid"]]
    joined = ",".join(customer_ids)
    with_unknown = [f"{customer_ids[0]},{UNKNOWN_ID}", customer_ids[1].upper()]
    everything = ids([other, *rows])

    for value in (joined, customer_ids, with_unknown):
        query = {"customerUuids": value, "limit": 100}
        page = api.call("invoices.search", expect=200, query=query)["data"]
        assert ids(page["invoices"]) == everything
        assert page["totalRecords"] == len(everything)


@rule(
    "customerUuids and status with several values each are both applied, on every page.",
    source="Assumed: the vendor's client has the filters, not how they are combined",
)
@pytest.mark.assumed
def test_several_customers_and_several_statuses_are_combined(
    api: Api, factory: Factory, rows: list[Record]
) -> None:
    other = factory.invoice(customerUuid=factory.customer()["id"], isDraft=False)
    outsider = factory.invoice(customerUuid=factory.customer()["id"])
    customers = {"customerUuids": [rows[0]["customerUuid"], other["customerUuid"]]}
    listed: list[Record] = []
    for number in (1, 2, 3, 4):
        query = {**customers, "status": "draft,approved", "limit": 3, "page": number}
        page = api.call("invoices.search", expect=200, query=query)["data"]
        listed += page["invoices"]

    assert ids(listed) == ids([other, *rows])
    assert page["totalRecords"] == len(listed)
    query = {**customers, "status": "paid,sent"}
    assert api.call("invoices.search", expect=200, query=query)["data"]["records"] == []
    query = {"customerUuids": [outsider["customerUuid"], other["customerUuid"]], "status": "draft"}
    page = api.call("invoices.search", expect=200, query=query)["data"]
    assert ids(page["records"]) == [outsider["id"]]


@rule(
    "A page beyond the end returns 200 with no records and the unchanged totalRecords.",
    source="Documented: developers.getcount.com/api-reference/customers/list-customers",
)
def test_a_page_beyond_the_end_is_empty(api: Api, rows: list[Record]) -> None:
    query = {"customerUuid": rows[0]["customerUuid"], "limit": 20, "page": 9}
    page = api.call("invoices.search", expect=200, query=query)["data"]

    assert (page["records"], page["totalRecords"]) == ([], 10)
