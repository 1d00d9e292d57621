"""Invariants that hold in every instance."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.invariant_checks import (
    UniqueValues,
    check_rows_match_records,
    check_unchanged,
    read_twice,
)
from mockvoice_contracts.suites.halo.factories import UNKNOWN_ID, Factory, line
from mockvoice_contracts.suites.halo.invariants import check_document

LISTS = [
    ("invoice", "invoices", "invoiceId"), ("client", "clients", "clientId"),
    ("item", "items", "itemId"), ("invoice_payment", "payments", "paymentId"),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "rows", "parameter"), LISTS)
def test_every_row_of_the_first_page_matches_the_single_record(
    api: Api, factory: Factory, resource: str, rows: str, parameter: str
) -> None:
    factory.item(), factory.payment(factory.invoice(line()), 1)
    query = {"pageinate": "true", "page_size": 20, "page_no": 1}
    page = read_twice(api, f"{resource}.search", query=query)

    listed = page.body[rows]
    assert check_rows_match_records(api, listed, f"{resource}.get", parameter, lambda body: body)


def test_the_amounts_of_every_invoice_add_up(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(
        line(10.005, qty_order=3, tax_rate=20), line(12.345, discount_perc=10)
    )
    factory.payment(invoice, 1)
    for row in api.call("invoice.search", expect=200)["invoices"]:
        check_document(row)
        check_document(factory.read(row))


def test_invoice_numbers_are_unique(api: Api, factory: Factory) -> None:
    factory.invoice(line()), factory.invoice(line())
    values = UniqueValues()
    for row in api.call("invoice.search", expect=200)["invoices"]:
        values.add("the id", row["id"])
        values.add("the number", row["invoicenumber"])


def test_a_rejected_request_changes_nothing(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(10), line(20))

    def rejected(status: int, **body: Any) -> Any:
        return lambda: factory.assert_rejected(
            "invoice.save", {"id": invoice["id"], **body}, status=status
        )

    check_unchanged(
        lambda: (factory.read(invoice), api.call("invoice.search", expect=200)),
        rejected(400, reference="Changed", lines=[{"unit_price": "much"}]),
        rejected(400, reference="Changed", client_id=UNKNOWN_ID),
        lambda: factory.assert_rejected(
            "invoice_payment.save", {"invoice_id": UNKNOWN_ID, "amount": 1}
        ),
        lambda: factory.assert_rejected(
            "invoice.save", {"client_id": UNKNOWN_ID, "lines": [line()]}
        ),
    )
