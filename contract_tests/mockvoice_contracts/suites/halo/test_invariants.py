"""Statements that hold of every instance, whatever is in it."""

from typing import Any

import pytest

from mockvoice_contracts.harness.checks import (
    UniqueValues,
    nothing_changed,
    rows_within_reads,
    same_twice,
)
from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.halo.factories import NO_RECORD, Factory, line
from mockvoice_contracts.suites.halo.invariants import check_document

LISTS = [
    ("invoice", "invoices", "invoiceId"), ("client", "clients", "clientId"),
    ("item", "items", "itemId"), ("invoice_payment", "payments", "paymentId"),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "rows", "parameter"), LISTS)
def test_every_row_of_the_first_page_is_the_record_as_it_is_read(
    api: Api, make: Factory, resource: str, rows: str, parameter: str
) -> None:
    make.item(), make.payment(make.invoice(line()), 1)
    query = {"pageinate": "true", "page_size": 20, "page_no": 1}
    page = same_twice(api, f"{resource}.search", query=query)

    found = page.body[rows]
    assert rows_within_reads(api, found, f"{resource}.get", parameter, lambda body: body)


def test_the_amounts_of_every_invoice_belong_together(api: Api, make: Factory) -> None:
    made = make.invoice(line(10.005, qty_order=3, tax_rate=20), line(12.345, discount_perc=10))
    make.payment(made, 1)
    for row in api.call("invoice.search", expect=200)["invoices"]:
        check_document(row)
        check_document(make.read(row))


def test_no_number_stands_on_two_invoices(api: Api, make: Factory) -> None:
    make.invoice(line()), make.invoice(line())
    given = UniqueValues()
    for row in api.call("invoice.search", expect=200)["invoices"]:
        given.add("the id", row["id"])
        given.add("the number", row["invoicenumber"])


def test_a_refused_request_changes_nothing(api: Api, make: Factory) -> None:
    made = make.invoice(line(10), line(20))

    def refused(status: int, **body: Any) -> Any:
        return lambda: make.refused("invoice.save", {"id": made["id"], **body}, status=status)

    nothing_changed(
        lambda: (make.read(made), api.call("invoice.search", expect=200)),
        refused(400, reference="Changed", lines=[{"unit_price": "much"}]),
        refused(400, reference="Changed", client_id=NO_RECORD),
        lambda: make.refused("invoice_payment.save", {"invoice_id": NO_RECORD, "amount": 1}),
        lambda: make.refused("invoice.save", {"client_id": NO_RECORD, "lines": [line()]}),
    )
