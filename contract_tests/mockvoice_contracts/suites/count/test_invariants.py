"""Invariants of every workspace, whatever its data."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.invariant_checks import (
    UniqueValues,
    check_rows_match_records,
    check_unchanged,
    existing_rows,
    read_twice,
)
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory, Record
from mockvoice_contracts.suites.count.invariants import check_document

LISTS = [
    ("invoices", "invoices", "invoiceId"), ("customers", "customers", "customerId"),
    ("products", "products", "productId"), ("transactions", "transactions", "transactionId"),
    ("tags", "tags", "tagId"),
]  # fmt: skip


def documents(api: Api, pages: int = 3) -> list[Record]:
    """Return the newest documents."""
    result: list[Record] = []
    for page in range(1, pages + 1):
        query = {"page": page, "limit": 100}
        result += api.call("invoices.search", expect=200, query=query)["data"]["invoices"]
    return result


@rule(
    "Each row in the list of {resource} has the values that GET by its id returns.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize(("resource", "property_name", "parameter"), LISTS)
def test_every_row_of_the_first_page_equals_its_record(
    api: Api, factory: Factory, resource: str, property_name: str, parameter: str
) -> None:
    create_functions = {"transactions": factory.transaction, "tags": factory.tag}
    if api.can_write:
        create_functions.get(resource, factory.invoice)()
    page = read_twice(api, f"{resource}.search", query={"limit": 20})

    rows = existing_rows(api, page.body["data"][property_name], resource)
    assert check_rows_match_records(
        api, rows, f"{resource}.get", parameter, lambda body: body["data"]
    )


@rule(
    "total is subtotal + taxTotal - discount, and amountDue is total - paidAmount - creditedAmount.",
    source="Documented: the vendor's sample application, github.com/getcount/example-react-app",
)
def test_the_amounts_of_every_document_are_consistent(api: Api, factory: Factory) -> None:
    if api.can_write:
        factory.invoice(
            33.335, discount="0.99", products=[factory.line(10.005, 3), factory.line(0.005)]
        )
        factory.invoice(taxSetting="inclusive", products=[factory.line(110, 1.5)])
    for document in existing_rows(api, documents(api), "invoices"):
        check_document(document)


@rule(
    "No two documents of one invoiceType have the same invoiceNumber, and no two the same id.",
    source="Assumed: the vendor does not state that numbers are unique",
)
@pytest.mark.assumed
def test_no_two_documents_have_the_same_number(api: Api, factory: Factory) -> None:
    if api.can_write:
        factory.invoice(), factory.invoice()
    ids, numbers = UniqueValues(), UniqueValues()
    for document in existing_rows(api, documents(api), "invoices"):
        ids.add("the id", document["id"])
        if document["invoiceNumber"] is not None:
            numbers.add(f"the {document['invoiceType']} number", document["invoiceNumber"])


@rule(
    "A request that returns 400 or 404 changes no document and no list.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_rejected_request_changes_nothing(api: Api, factory: Factory) -> None:
    draft = factory.invoice()

    def rejected_update(status: int, **body: Any) -> Any:
        return lambda: api.call("invoices.update", expect=status, invoiceId=draft["id"], body=body)

    check_unchanged(
        lambda: (factory.get_invoice(draft), api.call("invoices.search", expect=200)["data"]),
        rejected_update(400, notes="Changed", dueDate="no day"),
        rejected_update(400, notes="Changed", discount=1_000_000),
        rejected_update(404, notes="Changed", customerUuid=UNKNOWN_ID),
        rejected_update(400, products=[{**factory.line(), "quantity": "many"}]),
        lambda: api.call("invoices.create", expect=400, body=factory.invoice_body(products=[])),
    )
