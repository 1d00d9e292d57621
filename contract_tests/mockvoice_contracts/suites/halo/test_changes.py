"""The change trail: a row for each changed field of an invoice."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.change_trail import fields, trail
from mockvoice_contracts.suites.halo.factories import Factory, Record, assert_same, line


@rule(
    "A changed field of an invoice or recurring invoice is a row of GET /InvoiceChange with field_name, old_value, new_value and who.",
    source="Documented: usehalo.com/swagger, InvoiceChange",
)
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_a_changed_field_is_in_the_trail(api: Api, factory: Factory, resource: str) -> None:
    record = factory.header(resource, line(10), reference="one")
    factory.save(resource, {"id": record["id"], "reference": "two"})

    rows = [row for row in trail(api, record) if row.get("field_name") == "reference"]

    assert fields(rows) == [("reference", "one", "two")]
    assert rows[0]["invoice_id"] == record["id"]
    assert rows[0]["who"]


@rule(
    "Each changed field of the header or a line adds one row to GET /InvoiceChange, newest first, with money as text of two decimals and booleans as True or False; the first row of an invoice is Created.",
    source="Assumed: only the properties of a row are documented",
)
@pytest.mark.assumed
def test_every_changed_field_adds_a_row_newest_first(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(10))
    factory.save(
        "invoice",
        {"id": invoice["id"], "reference": "x", "hideinvoice": True, "invoice_date": "2026-02-03"},
    )
    factory.save(
        "invoice",
        {
            "id": invoice["id"],
            "lines": [{"id": invoice["lines"][0]["id"], "unit_price": 12.5, "qty_order": 2}],
        },
    )

    rows = trail(api, invoice)

    assert fields(rows)[:2] == [("unit_price", "10.00", "12.50"), ("qty_order", "1", "2")]
    assert {row["field_name"] for row in rows[2:5]} == {"reference", "hideinvoice", "invoice_date"}
    assert ("hideinvoice", "False", "True") in fields(rows)
    assert fields(rows)[-1] == ("Created", None, None)
    assert [row["id"] for row in rows] == sorted((row["id"] for row in rows), reverse=True)
    assert rows[0]["line_description"] == "Work"


@rule(
    "GET /InvoiceChange is filtered by line_id, type_id (1 is a line) and search, and limited by count; idonly=true leaves only the ids.",
    source="Assumed: the parameters are documented, the codes of type_id are not",
)
@pytest.mark.assumed
def test_rows_are_filtered_by_line_type_and_text(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(10))
    line_id = invoice["lines"][0]["id"]
    factory.save("invoice", {"id": invoice["id"], "reference": "Needle"})
    api.call("invoice.update_lines", expect=200, body=[{"id": line_id, "qty_order": 2}])

    assert fields(trail(api, invoice, line_id=line_id)) == [("qty_order", "1", "2")]
    assert fields(trail(api, invoice, type_id=1)) == [("qty_order", "1", "2")]
    assert fields(trail(api, invoice, search="NEEDLE")) == [("reference", None, "Needle")]
    assert len(trail(api, invoice, count=1)) == 1
    assert "field_name" not in trail(api, invoice, idonly="true", order="id")[0]


@rule(
    "Deleting a record of {resource} leaves its rows of GET /InvoiceChange, also those of its lines.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_the_trail_remains_after_the_record_is_deleted(
    api: Api, factory: Factory, resource: str
) -> None:
    record = factory.header(resource, line(10))
    line_id = record["lines"][0]["id"]
    body = [{"id": line_id, "qty_order": 2}]
    api.call(f"{resource}.update_lines", expect=200, body=body)
    before = trail(api, record)
    parameter = {"invoice": "invoiceId", "recurring_invoice": "recurringInvoiceId"}[resource]
    api.call(f"{resource}.delete", expect=200, **{parameter: record["id"]})

    assert fields(trail(api, record)) == fields(before)
    assert fields(trail(api, record, line_id=line_id)) == [("qty_order", "1", "2")]


@rule(
    "GET /InvoiceChange has a row of a record of {resource} for each line that is added, changed or removed, with its "
    "invoice_line_id, also after the line is removed.",
    source="Assumed: only the properties of a row are documented",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_each_line_has_its_own_trail(api: Api, factory: Factory, resource: str) -> None:
    record = factory.header(resource, line(10))
    first = record["lines"][0]["id"]
    added = api.call(
        f"{resource}.update_lines", expect=200, body=[{"ihid": record["id"], "unit_price": 5}]
    )["id"]
    api.call(f"{resource}.update_lines", expect=200, body=[{"id": added, "unit_price": 6}])
    factory.save(resource, {"id": record["id"], "lines": [{"id": first}]})

    assert fields(trail(api, record, line_id=added)) == [
        ("Deleted", None, None),
        ("unit_price", "5.00", "6.00"),
        ("Created", None, None),
    ]
    assert trail(api, record, line_id=first) == []


@rule(
    "POST /InvoiceChange stores a row as sent and assigns its id.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_created_rows_are_stored_as_sent(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()
    body = {"invoice_id": invoice["id"], "invoice_line_id": 3, "type_id": 2, "field_name": "outside", "old_value": "3",
            "who": "Somebody", "datetime": "2026-02-03T11:20:00", "id": 1}  # fmt: skip

    stored = factory.save("invoice_change", body)

    assert stored["id"] != 1
    assert {name: stored[name] for name in body if name != "id"} == {
        name: value for name, value in body.items() if name != "id"
    }
    assert_same(trail(api, invoice)[0], stored)


@rule(
    "A POST /Invoice that changes no value adds no row to GET /InvoiceChange.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("update", [{}, {"reference": "same"}])
def test_a_save_that_changes_nothing_adds_no_row(
    api: Api, factory: Factory, update: Record
) -> None:
    invoice = factory.invoice(reference="same")
    factory.save("invoice", {"id": invoice["id"], **update})

    assert len(trail(api, invoice)) == 1
