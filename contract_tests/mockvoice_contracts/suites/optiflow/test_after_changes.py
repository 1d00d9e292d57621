"""Lists and totals after their records changed: updates, payments, voids and deletions."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import (
    Factory,
    Record,
    id_parameter,
    workspace_header,
)
from mockvoice_contracts.suites.optiflow.same_records import check_same

AMOUNTS = ("subtotal_amount", "discount_amount", "tax_amount", "total_amount")


def listed(
    api: Api,
    kind: str,
    records: list[Record],
    sort: str,
    headers: dict[str, str] | None = None,
    **filters: object,
) -> list[int]:
    """Return the positions in ``records`` of the rows of a list, in the order of the list."""
    query = {f"filter[{name}]": value for name, value in filters.items()}
    all_query = {"sort": sort, "per_page": 100, **query}
    rows = api.call(f"{kind}.search", expect=200, query=all_query, headers=headers)["data"]
    record_ids = [record["id"] for record in records]
    return [record_ids.index(row["id"]) for row in rows if row["id"] in record_ids]


@rule(
    "filter[status] of invoices follows payments and their voiding: pending_payment, partially_paid, paid and back.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
def test_the_status_filter_follows_the_payments(api: Api, factory: Factory) -> None:
    contact = factory.contact()
    invoice = factory.invoice(contact_id=contact["id"])

    def statuses() -> list[str]:
        return [
            status
            for status in ("pending_payment", "partially_paid", "paid")
            if listed(
                api, "invoices", [invoice], "-issue_date", status=status, contact_id=contact["id"]
            )
        ]

    seen = [statuses()]
    first, second = factory.payment(invoice, 40), None
    seen.append(statuses())
    second = factory.payment(invoice, 60)
    seen.append(statuses())
    for payment in (first, second):
        api.call("payments.delete", expect=204, **id_parameter("payments", payment))
        seen.append(statuses())

    assert seen == [
        ["pending_payment"], ["partially_paid"], ["paid"], ["partially_paid"], ["pending_payment"],
    ]  # fmt: skip


@rule(
    "filter[contact_id], filter[issue_date] and sort of {kind} use the values after an update, and a deleted document is in no list.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices and api/quotations",
)
@pytest.mark.parametrize("kind", ["invoices", "quotations"])
def test_lists_follow_updates_of_a_document(api: Api, factory: Factory, kind: str) -> None:
    old, new = factory.contact(), factory.contact()
    days = ("2026-02-01", "2026-02-02", "2026-02-03")
    documents = [factory.document(kind, contact_id=old["id"], issue_date=day) for day in days]
    changes = {
        "contact_id": new["id"],
        "issue_date": "2026-02-05",
        "items": [factory.line(unit_price=7)],
    }
    factory.update(kind, documents[0], **changes)
    factory.update(kind, documents[1], contact_id=new["id"])

    assert listed(api, kind, documents, "-issue_date", contact_id=old["id"]) == [2]
    assert listed(api, kind, documents, "-issue_date", contact_id=new["id"]) == [0, 1]
    assert listed(api, kind, documents, "issue_date", contact_id=new["id"]) == [1, 0]
    if kind == "invoices":
        sorted_by_total = listed(api, kind, documents, "total_amount", contact_id=new["id"])
        assert sorted_by_total == [0, 1]
        assert (
            listed(
                api, kind, documents, "-issue_date", issue_date="2026-02-01", contact_id=new["id"]
            )
            == []
        )
        assert listed(
            api, kind, documents, "-issue_date", issue_date="2026-02-05", contact_id=new["id"]
        ) == [0]
    api.call(f"{kind}.delete", expect=204, **id_parameter(kind, documents[0]))
    assert listed(api, kind, documents, "-issue_date", contact_id=new["id"]) == [1]


@rule(
    "sort={sort} of invoices uses the values after an update with another ncf, issue_date and items, with and without a filter.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
@pytest.mark.parametrize("sort", ["document_number", "issue_date", "total_amount"])
def test_the_order_follows_an_update(api: Api, factory: Factory, sort: str) -> None:
    series, headers = factory.series(), workspace_header(factory.workspace())
    invoices = [
        factory.create(
            "invoices.create",
            factory.invoice_body(
                {"unit_price": price}, document_subtype_id=series["id"], issue_date=day
            ),
            headers=headers,
        )
        for price, day in ((1, "2026-02-01"), (2, "2026-02-02"), (3, "2026-02-03"))
    ]
    assert listed(api, "invoices", invoices, sort, headers) == [0, 1, 2]
    changes = {
        "ncf": f"{series['prefix']}00000009",
        "issue_date": "2026-02-04",
        "items": [factory.line(unit_price=4)],
    }
    path_params = id_parameter("invoices", invoices[0])
    api.call("invoices.update", expect=200, body=changes, headers=headers, **path_params)

    for filters in ({}, {"status": "pending_payment"}):
        assert listed(api, "invoices", invoices, sort, headers, **filters) == [1, 2, 0]
        assert listed(api, "invoices", invoices, f"-{sort}", headers, **filters) == [0, 2, 1]


@rule(
    "filter[status] of quotations follows an update and the conversion.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/quotations",
)
def test_the_status_filter_follows_a_quotation(api: Api, factory: Factory) -> None:
    contact = factory.contact()
    quotation = factory.quotation(contact_id=contact["id"])

    def check_status(expected: str) -> None:
        for status in ("draft", "sent", "converted"):
            rows = listed(
                api,
                "quotations",
                [quotation],
                "-issue_date",
                status=status,
                contact_id=contact["id"],
            )
            assert rows == [0] * (status == expected), f"filter[status]={status} returns {rows}"

    check_status("draft")
    factory.update("quotations", quotation, status="sent")
    check_status("sent")
    body = {"document_subtype_id": factory.invoice_series_id}
    factory.create("quotations.convert", body, **id_parameter("quotations", quotation))
    check_status("converted")


@rule(
    "Filters and sort of {kind} use the values after an update.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/contacts and api/products",
)
@pytest.mark.parametrize(
    ("kind", "before", "after", "filters"),
    [
        (
            "contacts",
            {"contact_type": "customer"},
            {"contact_type": "optometrist"},
            ["contact_type"],
        ),
        ("contacts", {"status": "active"}, {"status": "inactive"}, ["status"]),
        ("products", {"track_stock": True}, {"track_stock": False}, ["track_stock"]),
        ("products", {"product_type": "physical"}, {"product_type": "digital"}, ["product_type"]),
        ("products", {"is_active": True}, {"is_active": False}, ["is_active"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_filters_follow_an_update(
    api: Api, factory: Factory, kind: str, before: Record, after: Record, filters: list[str]
) -> None:
    create = factory.contact if kind == "contacts" else factory.product
    records = [create(**before), create(**before)]
    factory.update(kind, records[0], **after)

    for name in filters:
        assert listed(api, kind, records, "-created_at", **{name: after[name]}) == [0]
        assert listed(api, kind, records, "-created_at", **{name: before[name]}) == [1]


@rule(
    "GET /payments is filtered and sorted by the values after an update, and a voided payment leaves it.",
    source="Assumed: payments have no API page; the filters are inferred",
)
@pytest.mark.assumed
def test_the_list_of_payments_follows_updates(api: Api, factory: Factory) -> None:
    invoice, account = factory.invoice(), factory.bank_account()
    payments = [factory.payment(invoice, 10, payment_date=f"2026-01-0{day}") for day in (1, 2)]
    changes = {
        "payment_date": "2026-01-03",
        "payment_method": "check",
        "bank_account_id": account["id"],
    }
    of_invoice = {"invoice_id": invoice["id"]}
    assert listed(api, "payments", payments, "-payment_date", **of_invoice) == [1, 0]
    factory.update("payments", payments[0], **changes)

    assert listed(api, "payments", payments, "-payment_date", **of_invoice) == [0, 1]
    assert listed(api, "payments", payments, "payment_date", **of_invoice) == [1, 0]
    for name in ("payment_method", "bank_account_id"):
        assert listed(
            api, "payments", payments, "-payment_date", **{name: changes[name]}, **of_invoice
        ) == [0]
    cash = listed(api, "payments", payments, "-payment_date", payment_method="cash", **of_invoice)
    assert cash == [1]
    api.call("payments.delete", expect=204, **id_parameter("payments", payments[0]))
    assert listed(api, "payments", payments, "-payment_date", **of_invoice) == [1]
    of_invoice_itself = api.call(
        "payments.search_for_invoice", expect=200, **id_parameter("invoices", invoice)
    )
    assert [row["id"] for row in of_invoice_itself["data"]] == [payments[1]["id"]]


@rule(
    "search finds a contact and a product by the texts after an update, and no longer by those before.",
    source="Assumed: the search is documented, the name of its parameter was lost",
)
@pytest.mark.assumed
def test_the_search_follows_an_update(api: Api, factory: Factory) -> None:
    old, new = (factory.unique_name(word).replace(" ", "") for word in ("Viejo", "Nuevo"))
    for kind, create, name in (
        ("contacts", factory.contact, "name"),
        ("contacts", factory.contact, "identification_number"),
        ("products", factory.service, "sku"),
        ("products", factory.service, "description"),
    ):
        record = create(**{name: old})
        factory.update(kind, record, **{name: new})
        for text, expected in ((old, []), (new, [record["id"]])):
            rows = api.call(f"{kind}.search", expect=200, query={"search": text})["data"]
            assert [row["id"] for row in rows] == expected, f"search={text} of {kind} by {name}"
        factory.update(kind, record, **{name: factory.unique_name("Otro")})


@rule(
    "After an update that changes one line of {kind} and removes another, all four amounts are those of the lines left, in the record and in its row.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/UpdateInvoiceAction.php",
)
@pytest.mark.parametrize("kind", ["invoices", "quotations"])
def test_the_totals_follow_changed_and_removed_lines(api: Api, factory: Factory, kind: str) -> None:
    tax, contact = factory.tax_id("itbis 18.00"), factory.contact()
    lines = [
        {"unit_price": 100, "taxes": [tax]},
        {"unit_price": 50, "discount_amount": 5, "taxes": [tax]},
        {"unit_price": 30, "discount_rate": 10},
    ]
    created = factory.document(kind, *lines, contact_id=contact["id"])
    first, _, third = created["items"]
    items = [{"id": first["id"], "quantity": 2, "discount_rate": 25}, {"id": third["id"]}]
    updated = factory.update(kind, created, items=items)
    rows = api.call(f"{kind}.search", expect=200, query={"filter[contact_id]": contact["id"]})

    assert [created[name] for name in AMOUNTS] == ["180.00", "8.00", "26.10", "198.10"]
    expected = ["230.00", "53.00", "27.00", "204.00"]
    for document in (updated, factory.read(kind, created), rows["data"][0]):
        assert [document[name] for name in AMOUNTS] == expected
    if kind == "invoices":
        assert (updated["amount_paid"], updated["amount_due"]) == ("0.00", "204.00")


@rule(
    "A kept line without other fields keeps quantity, unit_price, description, discount and taxes in an update of {kind}.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/UpdateInvoiceItemAction.php",
)
@pytest.mark.parametrize("kind", ["invoices", "quotations"])
def test_a_kept_line_does_not_change(factory: Factory, kind: str) -> None:
    line = {
        "quantity": "1.50", "unit_price": "640.00", "discount_amount": 60, "description": "A medida",
        "taxes": [factory.tax_id("itbis 18.00"), factory.tax_id("propina_legal 10.00")],
    }  # fmt: skip
    created = factory.document(kind, line, {})
    kept = created["items"][0]
    updated = factory.update(kind, created, items=[{"id": kept["id"]}])

    check_same(updated["items"], [kept])
