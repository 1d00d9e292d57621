"""The change trail: a row for each changed field of an invoice."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, Record, assert_same, line


def trail(api: Api, invoice: Record, **query: Any) -> list[Record]:
    query = {"invoice_id": invoice["id"], **query}
    rows: list[Record] = api.call("invoice_change.search", expect=200, query=query)["changehistory"]
    return rows


def fields(rows: list[Record]) -> list[tuple[Any, ...]]:
    return [(row.get("field_name"), row.get("old_value"), row.get("new_value")) for row in rows]


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
    "GET /InvoiceChange has a row for each line added or removed, each change of paymentstatus and the change of voided.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_lines_payments_and_voiding_are_logged(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(10), line(20))
    factory.save(
        "invoice", {"id": invoice["id"], "lines": [{"id": invoice["lines"][0]["id"]}, line(5)]}
    )
    payment = factory.payment(invoice, 1)
    api.call("invoice_payment.delete", expect=200, paymentId=payment["id"])
    api.call("invoice.void", expect=200, invoiceId=invoice["id"])

    rows = fields(trail(api, invoice))

    assert rows[:3] == [
        ("voided", "False", "True"),
        ("paymentstatus", "2", "0"),
        ("paymentstatus", "-1", "2"),
    ]
    assert {row[0] for row in rows[3:5]} == {"Created", "Deleted"}


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
    "Deleting an {resource} leaves its rows of GET /InvoiceChange, also those of its lines.",
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
    "GET /InvoiceChange has a row of an {resource} for each line that is added, changed or removed, with its "
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
    "After a payment is deleted or moved, the newest row of paymentstatus says what the invoice has now.",
    source="Assumed: the codes of paymentstatus have no source",
)
@pytest.mark.assumed
def test_the_trail_follows_payments_that_are_undone(api: Api, factory: Factory) -> None:
    invoice, other = factory.invoice(line(100)), factory.invoice(line(100))

    def statuses(record: Record) -> list[tuple[Any, Any]]:
        rows = trail(api, record, search="paymentstatus")
        return [(row["old_value"], row["new_value"]) for row in rows]

    payment = factory.payment(invoice, 100)
    factory.save("invoice_payment", {"id": payment["id"], "amount": 40})
    factory.save("invoice_payment", {"id": payment["id"], "invoice_id": other["id"]})
    assert statuses(invoice) == [("2", "0"), ("1", "2"), ("-1", "1")]
    assert statuses(other) == [("-1", "2")]

    api.call("invoice_payment.delete", expect=200, paymentId=payment["id"])
    assert statuses(other) == [("2", "0"), ("-1", "2")]
    factory.save("invoice", {"id": other["id"], "markaspaid": True})
    assert statuses(other)[0] == ("0", "1")


@rule(
    "GET /InvoiceChange has the rows of lastcreated and nextcreationdate after process and after POST /Template, "
    "and Created of the new invoice.",
    source="Assumed: only the properties of a row are documented",
)
@pytest.mark.assumed
def test_runs_and_timers_are_logged(api: Api, factory: Factory) -> None:
    template = factory.template(line(5), period=2, nextcreationdate="2026-01-31")
    invoice = api.call("recurring_invoice.process", expect=200, body=[template["id"]])[0]
    factory.save("template", {"id": template["schedule_id"], "nextcreationdate": "2026-05-01"})

    def moves(name: str) -> list[tuple[str | None, str | None]]:
        return [
            (old and old[:10], new and new[:10])
            for field, old, new in fields(trail(api, template))
            if field == name
        ]

    assert moves("nextcreationdate") == [("2026-02-28", "2026-05-01"), ("2026-01-31", "2026-02-28")]
    assert moves("lastcreated") == [(None, "2026-01-31")]
    assert fields(trail(api, invoice)) == [("Created", None, None)]


@rule(
    "A credit note has its own row Created, and applying it adds rows to the invoice that it pays only.",
    source="Assumed: only the properties of a row are documented",
)
@pytest.mark.assumed
def test_a_credit_is_logged_where_it_is_used(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(100))
    credit = factory.save("invoice", {"id": invoice["id"], "_create_credit_note": True})
    use = {"apply_credit": True, "apply_credit_id": credit["id"], "apply_credit_amount": 100}
    factory.save("invoice", {"id": invoice["id"], **use})

    assert fields(trail(api, credit)) == [("Created", None, None)]
    assert fields(trail(api, invoice))[0] == ("paymentstatus", "-1", "1")


@rule(
    "A rejected request, a rejected void and _validateonly add no row to GET /InvoiceChange: {resource}.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_what_does_not_happen_is_not_logged(api: Api, factory: Factory, resource: str) -> None:
    record = factory.header(resource, line(10))
    factory.assert_rejected(
        f"{resource}.save", {"id": record["id"], "reference": "x", "client_id": 2**31 - 1}
    )
    factory.save(resource, {"id": record["id"], "reference": "x", "_validateonly": True})
    if resource == "invoice":
        factory.payment(record, 1)
        factory.assert_rejected("invoice.void", invoiceId=record["id"])

    changed = [name for name, _, _ in fields(trail(api, record))]
    assert changed == (["paymentstatus", "Created"] if resource == "invoice" else ["Created"])


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
