"""Each filter of a list with each of its values, default orders, and the pages of exact sizes."""

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


def found(api: Api, kind: str, records: list[Record], **query: Any) -> list[int]:
    """Return the positions in ``records`` of the rows of a list, in the order of the list."""
    headers = query.pop("headers", None)
    all_query = {"per_page": 100, **query}
    rows = api.call(f"{kind}.search", expect=200, query=all_query, headers=headers)["data"]
    ids = [record["id"] for record in records]
    return [ids.index(row["id"]) for row in rows if row["id"] in ids]


CHOICES = [
    ("contacts", "contact_type", ["customer", "supplier", "optometrist", "both"]),
    ("contacts", "status", ["active", "inactive"]),
    ("products", "product_type", ["physical", "service", "digital"]),
    ("products", "track_stock", [True, False]),
]


@rule(
    "filter[{field}] of {kind} selects the records with exactly this value, for each of {values}.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/contacts and api/products",
)
@pytest.mark.parametrize(("kind", "field", "values"), CHOICES)
def test_each_value_of_a_filter_selects_its_records(
    api: Api, factory: Factory, kind: str, field: str, values: list[Any]
) -> None:
    word = factory.unique_name("Valor")
    create = factory.contact if kind == "contacts" else factory.product
    records = [create(name=word, **{field: value}) for value in values]

    for position, value in enumerate(values):
        query = {"search": word, f"filter[{field}]": str(value).lower()}
        assert found(api, kind, records, **query) == [position]


@rule(
    "filter[status] of quotations selects those of exactly this status: each of draft, sent, approved, rejected, cancelled and converted.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/quotations",
)
def test_each_status_selects_its_quotations(api: Api, factory: Factory) -> None:
    contact = factory.contact()["id"]
    statuses = ["draft", "sent", "approved", "rejected", "cancelled", "converted"]
    quotations = [factory.quotation(contact_id=contact) for _ in statuses]
    for quotation, status in zip(quotations[1:5], statuses[1:5], strict=True):
        factory.update("quotations", quotation, status=status)
    body = {"document_subtype_id": factory.invoice_series_id}
    factory.create("quotations.convert", body, **id_parameter("quotations", quotations[5]))

    for position, status in enumerate(statuses):
        query = {"filter[contact_id]": contact, "filter[status]": status}
        assert found(api, "quotations", quotations, **query) == [position]


@rule(
    "filter[issue_date] selects the invoices of exactly this day, not those of the day before or after, and not by due_date.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
def test_the_filter_of_the_day_has_no_neighbours(api: Api, factory: Factory) -> None:
    contact, day = factory.contact()["id"], "2024-02-29"
    days = ("2024-02-28", day, "2024-03-01")
    invoices = [factory.invoice(contact_id=contact, issue_date=each) for each in days]
    factory.update("invoices", invoices[0], due_date=day)
    of_contact = {"filter[contact_id]": contact}

    assert found(api, "invoices", invoices, **of_contact) == [2, 1, 0]
    assert found(api, "invoices", invoices, **of_contact, **{"filter[issue_date]": day}) == [1]


@rule(
    "filter[contact_id] of {kind} selects the documents of this contact, and a longer number that contains its id selects none.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices and api/quotations",
)
@pytest.mark.parametrize("kind", ["invoices", "quotations"])
def test_the_filter_of_a_contact_is_exact(api: Api, factory: Factory, kind: str) -> None:
    contacts = [factory.contact()["id"] for _ in range(2)]
    documents = [factory.document(kind, contact_id=contact) for contact in contacts]
    longer = (f"{contacts[0]}000000", f"9000000{contacts[0]}")

    for position, contact in enumerate(contacts):
        assert found(api, kind, documents, **{"filter[contact_id]": contact}) == [position]
    for number in longer:
        assert found(api, kind, documents, **{"filter[contact_id]": number}) == []


@rule(
    "GET /payments has each payment under its type, its method, its account and its status alone, in a new workspace.",
    source="Assumed: payments have no API page; the filters are inferred",
)
@pytest.mark.assumed
def test_each_filter_of_payments_selects_its_payments(api: Api, factory: Factory) -> None:
    headers = workspace_header(factory.workspace())
    accounts = [factory.bank_account()["id"] for _ in range(2)]
    invoice = api.call("invoices.create", expect=201, body=factory.invoice_body(), headers=headers)
    bodies = [
        factory.payment_body(
            invoice["data"], 1, payment_method=method, bank_account_id=account, payment_date=day
        )
        for method, account, day in (
            ("check", accounts[0], "2026-03-02"),
            ("transfer", accounts[1], "2026-03-03"),
            ("bank_transfer", accounts[1], "2026-03-01"),
        )
    ]
    line = {"chart_account_id": 1, "description": "A", "quantity": 1, "unit_price": 1}
    income = {**bodies[0], "payment_type": "other_income", "invoice_id": None, "lines": [line]}
    income["payment_date"] = "2026-03-04"
    payments = [
        api.call("payments.create", expect=201, body=body, headers=headers)["data"]
        for body in (*bodies, income)
    ]
    path = id_parameter("payments", payments[2])
    api.call("payments.delete", expect=204, headers=headers, **path)

    def listed(**filters: Any) -> list[int]:
        query = {f"filter[{name}]": value for name, value in filters.items()}
        return found(api, "payments", payments, headers=headers, **query)

    assert listed() == [3, 1, 0]
    assert listed(payment_type="other_income") == [3]
    assert listed(payment_type="invoice_payment") == [1, 0]
    assert listed(payment_method="transfer") == [1]
    assert listed(payment_method="bank_transfer") == []
    assert listed(bank_account_id=accounts[0]) == [3, 0]
    assert listed(bank_account_id=accounts[1]) == [1]
    assert listed(invoice_id=invoice["data"]["id"]) == [1, 0]
    assert listed(status="voided") == [2]
    assert listed(status="completed") == [3, 1, 0]
    assert listed(status="completed,voided") == [3, 1, 0, 2]
    assert listed(status="voided", payment_method="transfer") == []


@rule(
    "Without sort, {kind} are listed by name from A to Z, whatever the order of their creation.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/contacts and api/products",
)
@pytest.mark.parametrize("kind", ["contacts", "products"])
def test_names_are_the_default_order(api: Api, factory: Factory, kind: str) -> None:
    word = factory.unique_name("Orden")
    create = factory.contact if kind == "contacts" else factory.service
    records = [create(name=f"{letter} {word}") for letter in "CAB"]

    assert found(api, kind, records, search=word) == [1, 2, 0]
    assert found(api, kind, records, search=word, sort="-name") == [0, 2, 1]


@rule(
    "sort=price of products sorts by the amount: 9.00 before 20.00 before 100.00, in both directions, also after an update.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/products",
)
def test_prices_are_sorted_as_amounts(api: Api, factory: Factory) -> None:
    word = factory.unique_name("Precio")
    products = [factory.service(name=word, price=price) for price in ("100.00", "9.00", "20.00")]
    before = found(api, "products", products, search=word, sort="price")
    factory.update("products", products[1], price="1000.50")

    assert before == [1, 2, 0]
    assert found(api, "products", products, search=word, sort="price") == [2, 0, 1]
    assert found(api, "products", products, search=word, sort="-price") == [1, 0, 2]


@rule(
    "Four rows on pages of {size} are {pages} pages: last_page and total say so, each row is on one page, and the page after the last is empty.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/overview",
)
@pytest.mark.parametrize(("size", "pages"), [(1, 4), (2, 2), (3, 2), (4, 1), (5, 1)])
@pytest.mark.parametrize("kind", ["invoices", "quotations", "contacts"])
def test_the_last_page_is_counted(
    api: Api, factory: Factory, four: dict[str, dict[str, Any]], kind: str, size: int, pages: int
) -> None:
    query, seen = four[kind], []
    for page in range(1, pages + 2):
        paged = {**query, "per_page": size, "page": page}
        result = api.call(f"{kind}.search", expect=200, query=paged)
        meta = result["meta"]
        assert (meta["last_page"], meta["total"], meta["current_page"]) == (pages, 4, page)
        seen += [row["id"] for row in result["data"]]

    assert result["data"] == []
    assert len(seen) == len(set(seen)) == 4


@pytest.fixture(scope="module")
def four(factory: Factory) -> dict[str, dict[str, Any]]:
    """Queries that find four records of each kind."""
    contact, word = factory.contact()["id"], factory.unique_name("Cuatro")
    for _ in range(4):
        factory.invoice(contact_id=contact)
        factory.quotation(contact_id=contact)
        factory.contact(name=word)
    of_contact = {"filter[contact_id]": contact}
    return {"invoices": of_contact, "quotations": of_contact, "contacts": {"search": word}}


@rule(
    "A list without any row has last_page 1 and total 0.",
    source="Assumed: as Laravel's paginator does",
)
@pytest.mark.assumed
@pytest.mark.parametrize("kind", ["invoices", "quotations", "payments", "stock_transfers"])
def test_an_empty_list_has_one_page(api: Api, empty_workspace: dict[str, str], kind: str) -> None:
    result = api.call(f"{kind}.search", expect=200, headers=empty_workspace)

    assert result["data"] == []
    assert (result["meta"]["last_page"], result["meta"]["total"]) == (1, 0)


@pytest.fixture(scope="module")
def empty_workspace(factory: Factory) -> dict[str, str]:
    """The header that selects a workspace without records."""
    return workspace_header(factory.workspace())
