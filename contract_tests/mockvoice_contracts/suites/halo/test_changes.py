"""The change trail."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.halo.factories import Factory, Record, line


def trail(api: Api, invoice: Record, **query: Any) -> list[Record]:
    query = {"invoice_id": invoice["id"], **query}
    found: list[Record] = api.call("invoice_change.search", expect=200, query=query)[
        "changehistory"
    ]
    return found


def fields(rows: list[Record]) -> list[tuple[Any, ...]]:
    return [(row.get("field_name"), row.get("old_value"), row.get("new_value")) for row in rows]


def test_every_changed_field_is_a_row_newest_first(api: Api, make: Factory) -> None:
    made = make.invoice(line(10))
    make.save(
        "invoice",
        {"id": made["id"], "reference": "x", "hideinvoice": True, "invoice_date": "2026-02-03"},
    )
    make.save(
        "invoice",
        {
            "id": made["id"],
            "lines": [{"id": made["lines"][0]["id"], "unit_price": 12.5, "qty_order": 2}],
        },
    )

    rows = trail(api, made)

    assert fields(rows)[:2] == [("unit_price", "10.00", "12.50"), ("qty_order", "1", "2")]
    assert {row["field_name"] for row in rows[2:5]} == {"reference", "hideinvoice", "invoice_date"}
    assert ("hideinvoice", "False", "True") in fields(rows)
    assert fields(rows)[-1] == ("Created", None, None)
    assert [row["id"] for row in rows] == sorted((row["id"] for row in rows), reverse=True)
    assert rows[0]["line_description"] == "Work"


def test_lines_payments_and_voiding_leave_their_trace(api: Api, make: Factory) -> None:
    made = make.invoice(line(10), line(20))
    make.save("invoice", {"id": made["id"], "lines": [{"id": made["lines"][0]["id"]}, line(5)]})
    payment = make.payment(made, 1)
    api.call("invoice_payment.delete", expect=200, paymentId=payment["id"])
    api.call("invoice.void", expect=200, invoiceId=made["id"])

    rows = fields(trail(api, made))

    assert rows[:3] == [
        ("voided", "False", "True"),
        ("paymentstatus", "2", "0"),
        ("paymentstatus", "-1", "2"),
    ]
    assert {row[0] for row in rows[3:5]} == {"Created", "Deleted"}


def test_rows_are_found_by_line_type_and_text(api: Api, make: Factory) -> None:
    made = make.invoice(line(10))
    line_id = made["lines"][0]["id"]
    make.save("invoice", {"id": made["id"], "reference": "Needle"})
    api.call("invoice.update_lines", expect=200, body=[{"id": line_id, "qty_order": 2}])

    assert fields(trail(api, made, line_id=line_id)) == [("qty_order", "1", "2")]
    assert fields(trail(api, made, type_id=1)) == [("qty_order", "1", "2")]
    assert fields(trail(api, made, search="NEEDLE")) == [("reference", None, "Needle")]
    assert len(trail(api, made, count=1)) == 1
    assert trail(api, made, idonly="true", order="id")[0].keys() == {"id"}


def test_the_trail_outlives_the_invoice(api: Api, make: Factory) -> None:
    made = make.invoice()
    api.call("invoice.delete", expect=200, invoiceId=made["id"])

    assert fields(trail(api, made)) == [("Created", None, None)]


def test_rows_from_outside_are_kept_as_they_were_sent(api: Api, make: Factory) -> None:
    made = make.invoice()
    body = {"invoice_id": made["id"], "invoice_line_id": 3, "type_id": 2, "field_name": "outside", "old_value": "3",
            "who": "Somebody", "datetime": "2026-02-03T11:20:00", "id": 1}  # fmt: skip

    stored = make.save("invoice_change", body)

    assert stored["id"] != 1
    assert {name: stored[name] for name in body if name != "id"} == {
        k: v for k, v in body.items() if k != "id"
    }
    assert trail(api, made)[0] == stored


@pytest.mark.parametrize("again", [{}, {"reference": "same"}])
def test_a_save_that_changes_nothing_is_no_row(api: Api, make: Factory, again: Record) -> None:
    made = make.invoice(reference="same")
    make.save("invoice", {"id": made["id"], **again})

    assert len(trail(api, made)) == 1
