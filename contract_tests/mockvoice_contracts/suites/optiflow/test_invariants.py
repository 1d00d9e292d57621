"""Invariants of any workspace, whatever data it has."""

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
from mockvoice_contracts.suites.optiflow.factories import UNKNOWN_ID, Factory
from mockvoice_contracts.suites.optiflow.invariants import check_document

LISTS = [
    ("invoices", "invoiceId"), ("quotations", "quotationId"), ("payments", "paymentId"),
    ("contacts", "contactId"), ("products", "productId"),
]  # fmt: skip


@rule(
    "Each row of GET /{resource} has the values of the record that is read by its id, and a repeated read returns the same.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/overview",
)
@pytest.mark.parametrize(("resource", "parameter"), LISTS)
def test_list_rows_match_the_single_records(
    api: Api, factory: Factory, resource: str, parameter: str
) -> None:
    if api.can_write:
        factory.payment(factory.invoice()), factory.quotation()
    rows = existing_rows(api, read_twice(api, f"{resource}.search").body["data"], resource)

    assert check_rows_match_records(
        api, rows, f"{resource}.get", parameter, lambda body: body["data"]
    )


@rule(
    "In every document of /{resource}, total_amount is subtotal_amount - discount_amount + tax_amount, and each amount is the sum over the items.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
@pytest.mark.parametrize(("resource", "parameter"), LISTS[:2])
def test_the_amounts_of_every_document_add_up(
    api: Api, factory: Factory, resource: str, parameter: str
) -> None:
    create = factory.invoice if resource == "invoices" else factory.quotation
    if api.can_write:
        create(
            {"quantity": 1.005, "unit_price": 9.995, "discount_rate": 7.5}, {"unit_price": "0.01"}
        )
    listed = api.call(f"{resource}.search", expect=200)["data"]
    for row in existing_rows(api, listed, resource):
        check_document(row)
        check_document(api.call(f"{resource}.get", expect=200, **{parameter: row["id"]})["data"])


@rule(
    "No two invoices have the same id or document_number.",
    source="Observed: github.com/luisscruza/optiflow, app/Support/NCFValidator.php and the unique column of the number",
)
def test_no_document_number_is_issued_twice(api: Api, factory: Factory) -> None:
    issued = UniqueValues()
    created = [factory.invoice(), factory.invoice()] if api.can_write else []
    for invoice in created:
        issued.add("the number", invoice["document_number"])
    created_ids = {invoice["id"] for invoice in created}
    for page in (1, 2, 3):
        for row in api.call("invoices.search", expect=200, query={"page": page})["data"]:
            issued.add("the id", row["id"])
            if row["id"] not in created_ids:
                issued.add("the number", row["document_number"])


@rule(
    "A request that gets 422 changes no invoice.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreateInvoiceAction.php (one transaction)",
)
def test_a_rejected_request_changes_nothing(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()

    def rejected_update(**body: Any) -> Any:
        return lambda: factory.error_fields("invoices.update", body, invoiceId=invoice["id"])

    check_unchanged(
        lambda: (
            factory.read("invoices", invoice),
            api.call("invoices.search", expect=200)["data"],
        ),
        rejected_update(notes="Changed", issue_date="not a date"),
        rejected_update(notes="Changed", items=[{"quantity": 1}]),
        lambda: factory.error_fields("payments.create", factory.payment_body(invoice, 1_000_000)),
        lambda: factory.error_fields(
            "invoices.create", factory.invoice_body(contact_id=UNKNOWN_ID)
        ),
    )
