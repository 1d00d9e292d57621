"""Properties that no rule reads, such as those of accounts packages, are stored as sent."""

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.halo.factories import Factory, Record, line

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


def assert_holds(record: Record, properties: Record) -> None:
    assert {name: record.get(name) for name in properties} == properties


def test_unread_properties_stay_until_they_are_reset(factory: Factory) -> None:
    for create, resource in ((factory.invoice, "invoice"), (factory.template, "recurring_invoice")):
        created = create(line(**LINE), **HEADER)
        line_id = created["lines"][0]["id"]
        factory.save(resource, {"id": created["id"], "reference": "R1"})

        kept = factory.read(created)
        assert_holds(kept, HEADER)
        assert_holds(kept["lines"][0], LINE)

        reset = factory.save(
            resource,
            {
                "id": created["id"],
                "qbo_term": None,
                "lines": [{"id": line_id, "meter_tiers": None}],
            },
        )
        assert_holds(reset, {**HEADER, "qbo_term": None})
        assert_holds(reset["lines"][0], {**LINE, "meter_tiers": None})


def test_external_links_are_among_the_details(factory: Factory) -> None:
    links = [{"module_id": 5, "third_party_id": "INV-9", "primary": True}]
    invoice = factory.invoice(external_links=links)

    assert factory.read(invoice, includedetails="true")["external_links"] == links
    assert "external_links" not in factory.read(invoice)


def test_rows_have_an_address_and_no_properties_of_single_records(
    api: Api, factory: Factory
) -> None:
    address = {"line1": "4 Mill Lane", "postcode": "AB1 2CD"}
    invoice = factory.invoice(line(), address=address, address1="4 Mill Lane")

    query = {"client_id": invoice["client_id"]}
    row = api.call("invoice.search", expect=200, query=query)["invoices"][0]

    assert_holds(row, {"address": address, "address1": "4 Mill Lane", "approvalnote": ""})
    assert not {"amount_remaining", "assigned_agent_name", "_cantedit"} & row.keys()
