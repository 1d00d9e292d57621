"""Rules of all lists, asked of the lists that other tests leave out: rows, equal values, filters, pages."""

from typing import Any

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


def used_records(api: Api, factory: Factory) -> dict[str, Record]:
    """Return records of each kind whose values other requests have changed."""
    tax = factory.tax_id("itbis 18.00")
    series, account, salesman = factory.series(), factory.bank_account(), factory.salesman()
    invoice = factory.invoice(
        {"taxes": [tax]}, document_subtype_id=series["id"], salesmen_ids=[salesman["id"]]
    )
    factory.payment(invoice, 40, bank_account_id=account["id"])
    factory.update("salesmen", salesman, surname="Gil")
    currency = factory.create("currencies.create", factory.currency_body())
    path = {"documentSubtypeId": series["id"]}
    api.call("document_subtypes.toggle_active", expect=200, **path)
    return {
        "document_subtypes": series,
        "bank_accounts": account,
        "salesmen": salesman,
        "currencies": currency,
        "taxes": {"id": tax},
    }


@rule(
    "A row of the lists of series, accounts, salesmen, currencies and taxes has the values of the record that is read by its id: next_number, is_active, balance, full_name, current_rate.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/overview",
)
def test_rows_of_reference_data_have_the_present_values(api: Api, factory: Factory) -> None:
    records = used_records(api, factory)
    single = {kind: factory.read(kind, record) for kind, record in records.items()}

    for kind, record in single.items():
        (row,) = [row for row in factory.all_rows(kind) if row["id"] == record["id"]]
        check_same(row, record)
        for name in ("next_number", "is_active", "balance", "full_name", "current_rate", "rate"):
            assert (name in record) <= (name in row), f"a row of {kind} has no {name}"
    assert single["document_subtypes"]["next_number"] == 2
    assert single["document_subtypes"]["is_active"] is False
    assert single["bank_accounts"]["balance"] == "40.00"
    assert single["salesmen"]["full_name"].endswith(" Gil")
    assert single["currencies"]["current_rate"] == "2.5000"


@rule(
    "stock_quantity in a row of GET /products is the stock of the workspace of the request, also after a sale.",
    source="Assumed: the reference gives no source for stock_quantity",
)
@pytest.mark.assumed
def test_the_rows_of_products_have_the_stock_of_the_workspace(api: Api, factory: Factory) -> None:
    product, other = factory.product(8), factory.workspace()
    factory.invoice({"product_id": product["id"], "quantity": 3})
    body = {"product_id": product["id"], "quantity": 20}
    factory_headers = workspace_header(other)
    api.call("initial_stock.create", expect=201, body=body, headers=factory_headers)

    def stock(headers: dict[str, str] | None) -> str:
        query = {"search": product["sku"]}
        rows = api.call("products.search", expect=200, query=query, headers=headers)["data"]
        return str(next(row["stock_quantity"] for row in rows if row["id"] == product["id"]))

    assert (stock(None), stock(factory_headers)) == ("5.00", "20.00")


@rule(
    "Rows of {kind} with an equal {sort} are sorted by id in the same direction, so sort=-{sort} returns them in reverse order.",
    source="Assumed: the reference gives no source for ties",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("kind", "sort"),
    [
        ("quotations", "issue_date"),
        ("quotations", "total_amount"),
        ("payments", "payment_date"),
        ("contacts", "name"),
        ("products", "name"),
        ("products", "price"),
    ],
)
def test_equal_rows_are_sorted_by_id(api: Api, factory: Factory, kind: str, sort: str) -> None:
    query, records = equal_records(factory, kind)
    ids = [record["id"] for record in records]

    def listed(order: str) -> list[int]:
        rows = api.call(f"{kind}.search", expect=200, query={**query, "sort": order})["data"]
        return [row["id"] for row in rows]

    assert listed(sort) == ids
    assert listed(f"-{sort}") == ids[::-1]


def equal_records(factory: Factory, kind: str) -> tuple[dict[str, Any], list[Record]]:
    """Create three records with equal values; return them with a query that finds only them."""
    if kind == "payments":
        invoice = factory.invoice()
        query: dict[str, Any] = {"filter[invoice_id]": invoice["id"]}
        return query, [factory.payment(invoice, 10) for _ in range(3)]
    if kind == "quotations":
        contact = factory.contact()["id"]
        query = {"filter[contact_id]": contact}
        return query, [factory.quotation(contact_id=contact) for _ in range(3)]
    name = factory.unique_name("Igual")
    create = factory.contact if kind == "contacts" else factory.service
    return {"search": name}, [create(name=name) for _ in range(3)]


@rule(
    "GET /quotations is sorted by {sort} in both directions.",
    source="Assumed: only the default order of quotations is documented",
)
@pytest.mark.assumed
@pytest.mark.parametrize("sort", ["issue_date", "total_amount", "document_number"])
def test_quotations_are_sorted(api: Api, factory: Factory, sort: str) -> None:
    contact, series = factory.contact()["id"], factory.series(type="quotation")["id"]
    rows = [("2026-02-02", 9), ("2026-02-03", 100), ("2026-02-01", 20)]
    created = [
        factory.quotation(
            {"unit_price": price},
            issue_date=day,
            contact_id=contact,
            document_subtype_id=series,
        )["id"]
        for day, price in rows
    ]
    order = {"issue_date": [2, 0, 1], "total_amount": [0, 2, 1], "document_number": [0, 1, 2]}[sort]
    expected = [created[position] for position in order]

    def listed(**query: str) -> list[int]:
        query = {"filter[contact_id]": str(contact), **query}
        found = api.call("quotations.search", expect=200, query=query)["data"]
        return [row["id"] for row in found]

    assert listed(sort=sort) == expected
    assert listed(sort=f"-{sort}") == expected[::-1]
    assert listed() == [created[1], created[0], created[2]]


@rule(
    "Several filters of GET /{kind} return only the rows that match all of them, on every page, and total counts these.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/overview",
)
@pytest.mark.parametrize("kind", ["quotations", "payments", "contacts", "products"])
def test_all_filters_of_a_list_must_match(api: Api, factory: Factory, kind: str) -> None:
    query, matching = filtered_records(factory, kind)
    ids = [record["id"] for record in matching]
    pages = [
        api.call(f"{kind}.search", expect=200, query={**query, "per_page": 1, "page": number})
        for number in (1, 2)
    ]

    assert sorted(row["id"] for page in pages for row in page["data"]) == sorted(ids)
    assert [(page["meta"]["total"], page["meta"]["last_page"]) for page in pages] == [(2, 2)] * 2


def filtered_records(factory: Factory, kind: str) -> tuple[dict[str, Any], list[Record]]:
    """Create records of which two match the returned query, and others that miss one filter of it."""
    if kind == "payments":
        account, invoice, other = factory.bank_account()["id"], factory.invoice(), factory.invoice()
        into = {"bank_account_id": account}
        matching = [factory.payment(invoice, 5, payment_method="check", **into) for _ in range(2)]
        factory.payment(invoice, 5, payment_method="cash", **into)
        factory.payment(invoice, 5, payment_method="check")
        factory.payment(other, 5, payment_method="check", **into)
        filters = {"invoice_id": invoice["id"], "bank_account_id": account}
        return brackets(**filters, payment_method="check"), matching
    if kind == "quotations":
        contact = factory.contact()["id"]
        rows = [factory.quotation(contact_id=contact) for _ in range(3)]
        for quotation in (*rows[:2], factory.quotation()):
            factory.update("quotations", quotation, status="sent")
        return brackets(contact_id=contact, status="sent"), rows[:2]
    word = factory.unique_name("Varios")
    if kind == "contacts":
        supplier = {"contact_type": "supplier", "status": "inactive"}
        matching = [factory.contact(name=word, **supplier) for _ in range(2)]
        factory.contact(name=word, **{**supplier, "status": "active"})
        factory.contact(name=word, **{**supplier, "contact_type": "customer"})
        factory.contact(**supplier)
        return {"search": word, **brackets(**supplier)}, matching
    matching = [factory.product(name=word, track_stock=True) for _ in range(2)]
    factory.product(name=word, track_stock=False)
    factory.product(name=word, track_stock=True, product_type="digital")
    factory.product(track_stock=True)
    return {"search": word, **brackets(product_type="physical", track_stock="true")}, matching


def brackets(**filters: Any) -> dict[str, Any]:
    return {f"filter[{name}]": value for name, value in filters.items()}


@rule(
    "Rows of GET /payments with filter[status]=voided and of GET /invoices/ID/payments have the values of GET /payments/ID.",
    source="Assumed: payments have no API page; the operations are inferred",
)
@pytest.mark.assumed
def test_other_lists_of_payments_have_the_values_of_the_record(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()
    voided, kept = (factory.payment(invoice, 10, note=note) for note in ("A", "B"))
    api.call("payments.delete", expect=204, **id_parameter("payments", voided))
    factory.update("payments", kept, amount=30, payment_method="check")
    query = brackets(invoice_id=invoice["id"], status="voided")
    rows = api.call("payments.search", expect=200, query=query)["data"]
    path = id_parameter("invoices", invoice)
    of_invoice = api.call("payments.search_for_invoice", expect=200, **path)["data"]

    check_same(rows, [factory.read("payments", voided)])
    check_same(of_invoice, [factory.read("payments", kept)])
    check_same(factory.read("invoices", invoice)["payments"], of_invoice)
    assert (rows[0]["status"], of_invoice[0]["amount"]) == ("voided", "30.00")
