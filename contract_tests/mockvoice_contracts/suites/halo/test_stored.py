"""Properties that no rule reads, such as those of accounts packages, are stored as sent."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, assert_holds, line

HEADER = {
    "qbo_term": {"value": "3", "label": "Net 30"},
    "intacct_project": "P-17",
    "generic_online_invoice_payment_url": "https://pay.example/17",
    "merge_data": [{"salesorder_id": 5, "percent": 40, "due_date": "2026-02-01T00:00:00"}],
}
LINE = {
    "customfields": [{"id": 4, "name": "CFRack", "value": "B2"}],
    "meter_tiers": [{"minquantity": 0, "maxquantity": 100, "price": 2}],
    "item_external_reference": "SKU-9",
}


@rule(
    "A record of {resource} stores and returns the writable properties of its header and lines as sent, and keeps them in an update that does not name them.",
    source="Documented: usehalo.com/swagger, InvoiceHeader and InvoiceDetail",
)
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_unread_properties_are_stored_as_sent(factory: Factory, resource: str) -> None:
    created = factory.header(resource, line(**LINE), **HEADER)
    factory.save(resource, {"id": created["id"], "reference": "R1"})

    kept = factory.read(created)
    assert_holds(kept, HEADER)
    assert_holds(kept["lines"][0], LINE)


@rule(
    "A property of a record of {resource} or its lines that is sent as null is reset, and others stay.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_null_resets_an_unread_property(factory: Factory, resource: str) -> None:
    created = factory.header(resource, line(**LINE), **HEADER)
    lines = [{"id": created["lines"][0]["id"], "meter_tiers": None}]

    reset = factory.save(resource, {"id": created["id"], "qbo_term": None, "lines": lines})

    assert_holds(reset, {**HEADER, "qbo_term": None})
    assert_holds(reset["lines"][0], {**LINE, "meter_tiers": None})


@rule(
    "includedetails=true adds external_links to an invoice.",
    source="Observed: pypi.org/project/halopsa",
)
def test_external_links_are_among_the_details(factory: Factory) -> None:
    links = [{"module_id": 5, "third_party_id": "INV-9", "primary": True}]
    invoice = factory.invoice(external_links=links)

    assert_holds(factory.read(invoice, includedetails="true")["external_links"], links)
    assert "external_links" not in factory.read(invoice)


@rule(
    "A row of GET /Invoice has address, address1 and approvalnote.",
    source="Observed: github.com/Midtown-Technology-Group/halocli, sweep_results.json",
)
def test_rows_have_the_address_of_the_invoice(api: Api, factory: Factory) -> None:
    address = {"line1": "4 Mill Lane", "postcode": "AB1 2CD"}
    invoice = factory.invoice(line(), address=address, address1="4 Mill Lane")

    query = {"client_id": invoice["client_id"]}
    row = api.call("invoice.search", expect=200, query=query)["invoices"][0]

    assert_holds(row, {"address": address, "address1": "4 Mill Lane", "approvalnote": ""})
