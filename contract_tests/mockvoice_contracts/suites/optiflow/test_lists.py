"""Lists: pagination, filters and sorting."""

from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.optiflow.factories import (
    UNKNOWN_ID,
    Factory,
    Record,
    workspace_header,
)
from mockvoice_contracts.suites.optiflow.same_records import check_same, instant

RESOURCES = [
    "invoices", "payments", "quotations", "contacts", "products", "taxes", "currencies", "document_subtypes",
    "salesmen", "bank_accounts", "stock_transfers", "inventory_adjustments", "stock_movements",
]  # fmt: skip
SORT_FIELDS = ["issue_date", "document_number", "total_amount"]


def search(api: Api, kind: str, headers: dict[str, str] | None = None, **query: object) -> Record:
    """Return a page of a list, by default of a hundred rows, since other sizes are not documented."""
    filter_query = {
        name.replace("filter_", "filter[") + "]" * name.startswith("filter_"): value
        for name, value in {"per_page": 100, **query}.items()
    }
    result: Record = api.call(f"{kind}.search", expect=200, query=filter_query, headers=headers)
    return result


def ids(result: Record) -> list[int]:
    return [row["id"] for row in result["data"]]


@pytest.fixture(scope="module")
def workspace_with_invoices(api: Api, factory: Factory) -> Record:
    """A new workspace with a dozen invoices in different statuses."""
    workspace = factory.workspace()
    other = factory.contact()
    headers = workspace_header(workspace)
    for number in range(12):
        body = factory.invoice_body(
            {"unit_price": 100 - number % 4},
            issue_date=f"2026-03-{1 + number // 3:02d}",
            contact_id=other["id"] if number % 3 == 0 else factory.customer["id"],
        )
        invoice = factory.create("invoices.create", body, headers=headers)
        if number % 2:
            amount = 1 if number % 4 == 1 else invoice["total_amount"]
            factory.create(
                "payments.create", factory.payment_body(invoice, amount), headers=headers
            )
    return {"headers": headers, "other": other["id"]}


@rule(
    "per_page=5&page=2 of 12 invoices returns rows 6 to 10, with current_page 2, last_page 3, per_page 5 and total 12 in meta.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/overview",
)
def test_a_list_has_rows_meta_and_links(api: Api, workspace_with_invoices: Record) -> None:
    headers = workspace_with_invoices["headers"]
    rows = ids(search(api, "invoices", headers, per_page=12))
    result = search(api, "invoices", headers, per_page=5, page=2)
    documented = ("current_page", "last_page", "per_page", "total")

    assert [result["meta"][name] for name in documented] == [2, 3, 5, 12]
    assert ids(result) == rows[5:10]


@rule(
    "The second of three pages has from 6 and to 10 in meta, and links to the first, last, previous and next page with the same per_page.",
    source="Assumed: only four keys of meta are documented; the others are Laravel's",
)
@pytest.mark.assumed
def test_a_page_has_links_to_the_other_pages(api: Api, workspace_with_invoices: Record) -> None:
    result = search(api, "invoices", workspace_with_invoices["headers"], per_page=5, page=2)
    meta = result["meta"]

    assert (meta["from"], meta["to"]) == (6, 10)
    assert meta["path"].endswith("/api/v1/invoices")
    pages = {
        name: parse_qs(urlsplit(result["links"][name]).query)
        for name in ("first", "last", "prev", "next")
    }
    assert {name: query["page"] for name, query in pages.items()} == {
        "first": ["1"], "last": ["3"], "prev": ["1"], "next": ["3"],
    }  # fmt: skip
    assert {name: query["per_page"] for name, query in pages.items()} == {
        name: ["5"] for name in pages
    }


@rule(
    "Following links.next to the end returns every row once, in the order of the list.",
    source="Assumed: only meta is documented; links are Laravel's",
)
@pytest.mark.assumed
def test_following_the_next_links_returns_every_row_once(
    api: Api, workspace_with_invoices: Record
) -> None:
    path, row_ids = (
        "/api/v1/invoices?per_page=5&filter[status]=pending_payment,partially_paid",
        [],
    )
    while path:
        body = api.send("GET", path, headers=workspace_with_invoices["headers"]).body
        row_ids += ids(body)
        following = body["links"]["next"]
        path = following and "/api/v1/" + following.partition("/api/v1/")[2]

    expected = search(
        api,
        "invoices",
        workspace_with_invoices["headers"],
        per_page=100,
        filter_status="partially_paid,pending_payment",
    )
    assert len(row_ids) == 9
    assert row_ids == ids(expected)


@rule(
    "per_page={requested} gives pages of {size} rows.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
@pytest.mark.parametrize(("requested", "size"), [(1, 1), (100, 100), (1000, 100)])
def test_the_page_size_is_limited(api: Api, requested: int, size: int) -> None:
    assert search(api, "contacts", per_page=requested)["meta"]["per_page"] == size


@rule(
    "per_page={requested} is no error: the page has a size from 1 to 100.",
    source="Assumed: the reference gives no source for invalid sizes",
)
@pytest.mark.assumed
@pytest.mark.parametrize("requested", [0, "x", -3, ""])
def test_an_invalid_page_size_is_replaced(api: Api, requested: object) -> None:
    size = search(api, "contacts", per_page=requested)["meta"]["per_page"]

    assert 1 <= size <= 100
    if api.target.is_mock:
        assert size == 15
        assert api.call("contacts.search", expect=200)["meta"]["per_page"] == 15


@rule(
    "A page of invoices has at most 100 rows, also with per_page=150.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
def test_a_page_has_at_most_a_hundred_rows(api: Api, target: Target, factory: Factory) -> None:
    if target.mode != "full":
        pytest.skip("the test creates a hundred records, which is too many for an account in use")
    body = factory.invoice_body()
    for _ in range(101 - search(api, "invoices", per_page=1)["meta"]["total"]):
        factory.create("invoices.create", body)

    assert len(search(api, "invoices", per_page=150)["data"]) == 100, "per_page is at most 100"


@rule(
    "page={page} counts as page 1.",
    source="Assumed: the reference gives no source for invalid pages",
)
@pytest.mark.assumed
@pytest.mark.parametrize("page", [0, -1, "x", "", "1.5"])
def test_an_invalid_page_number_returns_the_first_page(api: Api, page: object) -> None:
    assert search(api, "contacts", page=page)["meta"]["current_page"] == 1


@rule(
    "A page of {kind} past the end has no rows, from and to null, and no next link.",
    source="Assumed: as Laravel's paginator does",
)
@pytest.mark.assumed
@pytest.mark.parametrize("kind", RESOURCES)
def test_a_page_past_the_end_is_empty(api: Api, kind: str) -> None:
    result = search(api, kind, page=9999)
    meta = result["meta"]

    assert (result["data"], meta["from"], meta["to"], meta["current_page"]) == (
        [],
        None,
        None,
        9999,
    )
    assert result["links"]["next"] is None


@rule(
    "A filter[…] that the list of {kind} does not have gets 400 with a message; a parameter without brackets is ignored.",
    source="Assumed: the reference gives no source for unknown filters",
)
@pytest.mark.assumed
@pytest.mark.parametrize("kind", RESOURCES)
def test_an_unknown_filter_is_rejected(api: Api, kind: str) -> None:
    for name in ("filter[colour]", "filter[", "filter[id]"):
        response = api.call(f"{kind}.search", expect=400, query={name: "1"})
        assert response["message"]
    api.call(f"{kind}.search", expect=200, query={"colour": "1"})


@rule(
    "sort={sort} gets 400 with a message from the list of {kind}.",
    source="Assumed: the reference gives no source for unknown sort fields",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    "kind", ["invoices", "payments", "quotations", "contacts", "products", "stock_movements"]
)
@pytest.mark.parametrize("sort", ["colour", "-", "", "name,email"])
def test_an_unknown_sort_field_is_rejected(api: Api, kind: str, sort: str) -> None:
    assert api.call(f"{kind}.search", expect=400, query={"sort": sort})["message"]


@rule(
    "filter[status], filter[contact_id] and filter[issue_date] select the invoices with that status, contact and day.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
def test_invoices_are_filtered_by_status_contact_and_date(
    api: Api, workspace_with_invoices: Record
) -> None:
    def total(**query: object) -> int:
        count: int = search(api, "invoices", workspace_with_invoices["headers"], **query)["meta"][
            "total"
        ]
        return count

    assert total(filter_status="pending_payment") == 6
    assert total(filter_status="partially_paid") == total(filter_status="paid") == 3
    assert total(filter_contact_id=workspace_with_invoices["other"]) == 4
    assert total(filter_issue_date="2026-03-02") == 3
    assert total(filter_issue_date="2026-03-02", filter_status="paid") == 1


@rule(
    "A filter takes several values separated by commas, of which a row must have one; an unknown value matches nothing, and an empty filter counts as none.",
    source="Assumed: the reference gives no source for several values",
)
@pytest.mark.assumed
def test_a_filter_takes_several_values(api: Api, workspace_with_invoices: Record) -> None:
    def total(**query: object) -> int:
        result = search(api, "invoices", workspace_with_invoices["headers"], **query)
        count: int = result["meta"]["total"]
        return count

    assert total(filter_status="paid,partially_paid") == 6
    assert total(filter_status="paid, pending_payment ,paid") == 9
    assert total(filter_status="nothing") == 0
    assert total(filter_issue_date="x") == 0
    assert total(filter_contact_id="x") == 0
    assert total(filter_status="") == 12
    assert (
        total(filter_issue_date="2026-03-02,2026-03-03", filter_status="paid,partially_paid") == 3
    )
    other_ids = ",".join(map(str, range(1, 200)))
    assert (
        total(
            filter_contact_id=f"{other_ids},{workspace_with_invoices['other']}",
            filter_status="pending_payment",
        )
        >= 2
    )


@rule(
    "sort={sort} sorts invoices by {sort}, sort=-{sort} in descending order.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
@pytest.mark.parametrize("sort", SORT_FIELDS)
def test_invoices_are_sorted(api: Api, workspace_with_invoices: Record, sort: str) -> None:
    parse = Decimal if sort == "total_amount" else str
    headers = workspace_with_invoices["headers"]
    ascending, descending = (
        [parse(row[sort]) for row in search(api, "invoices", headers, sort=order)["data"]]
        for order in (sort, f"-{sort}")
    )

    assert ascending == sorted(ascending)
    assert descending == sorted(descending, reverse=True)


@rule(
    "Invoices with an equal {sort} are sorted by id in the same direction, so sort=-{sort} returns them in reverse order.",
    source="Assumed: the reference gives no source for ties",
)
@pytest.mark.assumed
@pytest.mark.parametrize("sort", SORT_FIELDS)
@pytest.mark.parametrize("query", [{}, {"filter_status": "paid,partially_paid,pending_payment"}])
def test_invoices_are_sorted_and_ties_are_broken_by_id(
    api: Api, workspace_with_invoices: Record, sort: str, query: Record
) -> None:
    headers = workspace_with_invoices["headers"]
    ascending = search(api, "invoices", headers, sort=sort, **query)
    descending = search(api, "invoices", headers, sort=f"-{sort}", **query)
    parse = Decimal if sort == "total_amount" else str
    values = [(parse(row[sort]), row["id"]) for row in ascending["data"]]

    assert values == sorted(values)
    assert ids(descending) == ids(ascending)[::-1]


@rule(
    "Without sort, invoices are sorted by issue_date, the latest first.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
def test_the_latest_invoices_come_first(api: Api, workspace_with_invoices: Record) -> None:
    rows = search(api, "invoices", workspace_with_invoices["headers"])["data"]
    dates = [row["issue_date"] for row in rows]

    assert len(set(dates)) == 4
    assert dates == sorted(dates, reverse=True)


@rule(
    "Invoices of one issue_date are sorted by id, the latest first.",
    source="Assumed: the reference gives no source for ties",
)
@pytest.mark.assumed
def test_the_latest_of_the_invoices_of_one_day_comes_first(
    api: Api, workspace_with_invoices: Record
) -> None:
    rows = search(api, "invoices", workspace_with_invoices["headers"])["data"]
    days_and_ids = [(row["issue_date"], row["id"]) for row in rows]

    assert days_and_ids == sorted(days_and_ids, reverse=True)


@rule(
    "A row of GET /invoices has the values of GET /invoices/ID.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/overview",
)
def test_invoice_rows_match_the_single_invoices(api: Api, workspace_with_invoices: Record) -> None:
    headers = workspace_with_invoices["headers"]
    for row in search(api, "invoices", headers)["data"]:
        invoice = api.call("invoices.get", expect=200, invoiceId=row["id"], headers=headers)
        check_same(row, invoice["data"])


@rule(
    "The rows of GET /invoices have no items, payments and salesmen.",
    source="Assumed: only the rows of quotations are documented as flat",
)
@pytest.mark.assumed
def test_the_rows_of_a_list_have_no_lines(api: Api, workspace_with_invoices: Record) -> None:
    for row in search(api, "invoices", workspace_with_invoices["headers"])["data"]:
        assert not {"items", "payments", "salesmen"} & row.keys()


@rule(
    "GET /payments is filtered by filter[invoice_id], [payment_method], [payment_type], [bank_account_id] and [status].",
    source="Assumed: payments have no API page; the filters are inferred",
)
@pytest.mark.assumed
def test_payments_are_filtered(api: Api, workspace_with_invoices: Record) -> None:
    headers = workspace_with_invoices["headers"]
    payments = search(api, "payments", headers, per_page=100)["data"]
    first = payments[0]

    assert len(payments) == 6
    assert ids(search(api, "payments", headers, filter_invoice_id=first["invoice_id"])) == [
        first["id"]
    ]
    assert len(ids(search(api, "payments", headers, filter_payment_method="cash,check"))) == 6
    assert ids(search(api, "payments", headers, filter_payment_method="check")) == []
    assert len(ids(search(api, "payments", headers, filter_payment_type="invoice_payment"))) == 6
    assert (
        len(ids(search(api, "payments", headers, filter_bank_account_id=first["bank_account_id"])))
        == 6
    )
    assert ids(search(api, "payments", headers, filter_status="voided")) == []


@rule(
    "filter[status] and filter[contact_id] select quotations.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/quotations",
)
def test_quotations_are_filtered(api: Api, factory: Factory) -> None:
    headers, other = workspace_header(factory.workspace()), factory.contact()
    created = [
        factory.create(
            "quotations.create",
            factory.invoice_body(
                document_subtype_id=factory.quotation_series_id, contact_id=contact["id"]
            ),
            headers=headers,
        )
        for contact in (other, factory.customer)
    ]
    path_params = {"quotationId": created[0]["id"]}
    api.call(
        "quotations.update", expect=200, body={"status": "sent"}, headers=headers, **path_params
    )

    assert ids(search(api, "quotations", headers, filter_status="sent")) == [created[0]["id"]]
    assert ids(search(api, "quotations", headers, filter_status="draft")) == [created[1]["id"]]
    assert ids(search(api, "quotations", headers, filter_contact_id=other["id"])) == [
        created[0]["id"]
    ]


@rule(
    "search finds contacts by name, email, phone and identification_number in any case, and filters apply to the result.",
    source="Assumed: the search is documented, the name of its parameter was lost",
)
@pytest.mark.assumed
def test_contacts_are_searched_by_name_email_phone_and_identification(
    api: Api, factory: Factory
) -> None:
    word = factory.unique_name("Ñandú").replace(" ", "")
    fields = [
        {"name": f"A {word}"}, {"name": "C", "email": f"{factory.unique_name('x').replace(' ', '')}@contract.example"},
        {"name": "B", "identification_number": word}, {"name": "D", "mobile": word[-19:]},
    ]  # fmt: skip
    by_name, by_email, by_number, by_phone = (factory.contact(**field) for field in fields)

    assert ids(search(api, "contacts", search=word.lower())) == [by_name["id"], by_number["id"]]
    assert ids(search(api, "contacts", search=by_email["email"].upper())) == [by_email["id"]]
    assert by_phone["id"] in ids(search(api, "contacts", search=word[-19:], per_page=100))
    assert ids(search(api, "contacts", search=word, filter_status="inactive")) == []
    descending = search(
        api, "contacts", search=word, sort="-name", filter_contact_type="customer,both"
    )
    assert ids(descending) == [by_number["id"], by_name["id"]]


@rule(
    "status, contact_id and issue_date filter invoices like filter[status], filter[contact_id] and filter[issue_date].",
    source="Assumed: the page names these filters with and without brackets",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    "query",
    [
        {"status": "paid"},
        {"status": "paid,pending_payment"},
        {"status": "other"},
        {"issue_date": "2026-03-02"},
        {"issue_date": "2026-03-02", "status": "partially_paid"},
    ],
)
def test_filters_of_invoices_need_no_brackets(
    api: Api, workspace_with_invoices: Record, query: Record
) -> None:
    headers = workspace_with_invoices["headers"]
    bracketed = {f"filter_{name}": value for name, value in query.items()}
    plain = ids(search(api, "invoices", headers, **query))

    assert plain == ids(search(api, "invoices", headers, **bracketed))
    assert len(plain) < 12
    assert (plain == []) is ("other" in query.values())


@rule("filter[contact_id] wins over contact_id.", source="Assumed: the reference gives no source")
@pytest.mark.assumed
def test_a_filter_with_brackets_precedes_one_without(
    api: Api, workspace_with_invoices: Record
) -> None:
    headers, other = workspace_with_invoices["headers"], workspace_with_invoices["other"]
    by_contact = ids(search(api, "invoices", headers, contact_id=other))
    both = search(api, "invoices", headers, filter_contact_id=other, contact_id=UNKNOWN_ID)

    assert len(by_contact) == 4
    assert ids(both) == by_contact


@rule(
    "status and contact_id filter quotations like filter[status] and filter[contact_id].",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_filters_of_quotations_need_no_brackets(api: Api, factory: Factory) -> None:
    contact = factory.contact()
    sent, draft = (factory.quotation(contact_id=contact["id"]) for _ in range(2))
    factory.update("quotations", sent, status="sent")

    assert ids(search(api, "quotations", contact_id=contact["id"])) == [draft["id"], sent["id"]]
    found = search(api, "quotations", contact_id=contact["id"], status="sent")
    assert ids(found) == [sent["id"]]


@rule(
    "GET /products returns inactive products only if filter[is_active] asks for them.",
    source="Observed: github.com/luisscruza/optiflow, app/Scopes/ActiveProductScope.php",
)
def test_inactive_products_are_listed_only_when_asked_for(api: Api, factory: Factory) -> None:
    active, inactive = factory.service(), factory.service(is_active=False)

    def listed(**query: object) -> list[int]:
        rows = ids(search(api, "products", sort="-created_at", per_page=100, **query))
        return [record["id"] for record in (active, inactive) if record["id"] in rows]

    assert listed() == [active["id"]]
    assert listed(filter_is_active="") == [active["id"]]
    assert listed(filter_is_active="false") == [inactive["id"]]
    assert listed(filter_is_active="true") == [active["id"]]


@rule(
    "search finds products by name and description, sort orders them, and filter[is_active], [track_stock] and [product_type] select them.",
    source="Assumed: the search is documented, the name of its parameter was lost",
)
@pytest.mark.assumed
def test_products_are_searched_and_filtered(api: Api, factory: Factory) -> None:
    word = factory.unique_name("Lupa")
    first = factory.product(1, name=f"B {word}", price=3)
    second = factory.service(name="A", description=f"con {word}", price=20, is_active=False)

    both = {"search": word, "filter_is_active": "0,1"}
    assert ids(search(api, "products", **both)) == [second["id"], first["id"]]
    assert ids(search(api, "products", sort="price", **both)) == [first["id"], second["id"]]
    assert ids(search(api, "products", sort="-created_at", **both)) == [second["id"], first["id"]]
    for query in (
        {"filter_is_active": "true"},
        {"filter_track_stock": "1"},
        {"filter_product_type": "physical"},
    ):
        assert ids(search(api, "products", search=word, **query)) == [first["id"]]
    assert ids(search(api, "products", search=word, filter_is_active="0")) == [second["id"]]
    assert ids(search(api, "products", search=word, filter_is_active="maybe")) == []
    assert len(ids(search(api, "products", search=word, filter_is_active="0,1"))) == 2


def create_named(factory: Factory, kind: str, letter: str) -> Record:
    """Create a contact or product whose fields for sorting begin with a letter."""
    name = factory.unique_name(letter)
    if kind == "contacts":
        address = f"{name.lower().replace(' ', '')}@contract.example"
        return factory.contact(name=name, email=address)
    return factory.service(name=name, sku=name, price=ord(letter))


def ids_in_order(api: Api, kind: str, selected: list[int], **query: object) -> list[int]:
    """Return the selected ids in the order of a list, which may have many pages."""
    row_ids, page, last_page = [], 0, 1
    while page < last_page:
        page += 1
        result = search(api, kind, per_page=100, page=page, **query)
        row_ids += [row_id for row_id in ids(result) if row_id in selected]
        last_page = result["meta"]["last_page"]
    return row_ids


@rule(
    "The list of {kind} is sorted by the field that sort names, by name also after an update of the name.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/contacts and api/products",
)
@pytest.mark.parametrize(("kind", "sorts"), [("contacts", ("name", "email")),
                                             ("products", ("name", "sku", "price"))])  # fmt: skip
def test_contacts_and_products_are_sorted(
    api: Api, factory: Factory, kind: str, sorts: tuple[str, ...]
) -> None:
    first, second, third = (create_named(factory, kind, letter) for letter in "BCA")
    expected = [third["id"], first["id"], second["id"]]
    for sort in sorts:
        assert ids_in_order(api, kind, expected, sort=sort) == expected
        assert ids_in_order(api, kind, expected, sort=f"-{sort}") == expected[::-1]
    factory.update(kind, third, name=factory.unique_name("D"))
    renamed = [first["id"], second["id"], third["id"]]
    assert ids_in_order(api, kind, renamed, sort="name") == renamed
    latest = search(api, kind, sort="-created_at", per_page=100)["data"]
    moments = [instant(row["created_at"]) for row in latest]
    assert moments == sorted(moments, reverse=True)
    assert {first["id"], second["id"], third["id"]} <= {row["id"] for row in latest}


@rule(
    "GET /stock-movements is filtered by filter[type], filter[invoice_id] and filter[product_id].",
    source="Assumed: the operation is not documented",
)
@pytest.mark.assumed
def test_movements_are_filtered(api: Api, factory: Factory) -> None:
    headers, product = workspace_header(factory.workspace()), factory.product(None)
    factory.create(
        "initial_stock.create", {"product_id": product["id"], "quantity": 5}, headers=headers
    )
    invoice = factory.create(
        "invoices.create", factory.invoice_body({"product_id": product["id"]}), headers=headers
    )
    rows = search(api, "stock_movements", headers, sort="created_at")["data"]

    assert [row["type"] for row in rows] == ["initial_stock", "sale"]
    for query in ({"filter_type": "sale"}, {"filter_invoice_id": invoice["id"]},
                  {"filter_type": "sale,return_in", "filter_product_id": product["id"]}):  # fmt: skip
        assert ids(search(api, "stock_movements", headers, **query)) == [rows[1]["id"]]
