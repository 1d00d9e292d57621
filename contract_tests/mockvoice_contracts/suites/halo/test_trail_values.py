"""The texts of old and new values in the change trail, for each type of property of headers and lines."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.change_trail import fields, trail, trail_ids
from mockvoice_contracts.suites.halo.factories import Factory, line

HEADERS = ["invoice", "recurring_invoice"]
# A property, its values before and after the change, and the texts of both.
HEADER_CHANGES: list[tuple[str, Any, Any, str, str]] = [
    ("reference", "one", "two", "one", "two"), ("internal_note", "a", "b", "a", "b"), ("contract_id", 4, 5, "4", "5"),
    ("sitenumber", 6, 7, "6", "7"), ("hideinvoice", True, False, "True", "False"), ("posted", False, True, "False", "True"),
    ("requires_approval", False, True, "False", "True"), ("approval_status", 1, 2, "1", "2"),
    ("invoice_date", "2026-02-03", "2026-02-04T10:30:00", "2026-02-03T00:00:00", "2026-02-04T10:30:00"),
    ("datesent", "2026-01-05", "2026-01-06", "2026-01-05T00:00:00", "2026-01-06T00:00:00"),
]  # fmt: skip
LINE_CHANGES: list[tuple[str, Any, Any, str, str]] = [
    ("unit_price", 10, 12.5, "10.00", "12.50"), ("unit_cost", 0.5, 3, "0.50", "3.00"),
    ("item_shortdescription", "Work", "Play", "Work", "Play"), ("isgroupdesc", False, True, "False", "True"),
    ("isinactive", True, False, "True", "False"), ("nominal_code", "4000", "5000", "4000", "5000"),
    ("sequenceid", 20, 30, "20", "30"),
]  # fmt: skip


def changed(rows: list[tuple[Any, ...]], changes: list[tuple[str, Any, Any, str, str]]) -> Any:
    """Return the rows of the changed properties, and what they are expected to be, by name."""
    names = {name for name, *_ in changes}
    return (
        sorted(row for row in rows if row[0] in names),
        sorted((name, old, new) for name, _, _, old, new in changes),
    )


@rule(
    "Each changed property of the header of a record of {resource} has one row with its old and new value as text: dates in ISO 8601, booleans as True or False.",
    source="Assumed: only the properties of a row are documented",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
def test_the_trail_has_the_values_of_headers(api: Api, factory: Factory, resource: str) -> None:
    before = {name: old for name, old, *_ in HEADER_CHANGES}
    after = {name: new for name, _, new, *_ in HEADER_CHANGES}
    record = factory.header(resource, line(5), **before)
    factory.save(resource, {"id": record["id"], **after})

    rows = trail(api, record)
    actual, expected = changed(fields(rows), HEADER_CHANGES)
    assert actual == expected
    assert {(row["type_id"], row.get("invoice_line_id", 0)) for row in rows} == {(0, 0)}


@rule(
    "Each changed property of a line of a record of {resource} has one row with its old and new value as text, money with two decimals, and the line's id.",
    source="Assumed: only the properties of a row are documented",
)
@pytest.mark.assumed
@pytest.mark.parametrize("way", ["lines", "updatelines"])
@pytest.mark.parametrize("resource", HEADERS)
def test_the_trail_has_the_values_of_lines(
    api: Api, factory: Factory, resource: str, way: str
) -> None:
    before = {name: old for name, old, *_ in LINE_CHANGES}
    record = factory.header(resource, line(**before), line(1))
    line_id, other_id = (record["lines"][index]["id"] for index in (1, 0))
    assert record["lines"][0]["unit_price"] == 1
    after = {"id": line_id, **{name: new for name, _, new, *_ in LINE_CHANGES}}
    if way == "lines":
        factory.save(resource, {"id": record["id"], "lines": [after, {"id": other_id}]})
    else:
        api.call(f"{resource}.update_lines", expect=200, body=[after])

    rows = trail(api, record, line_id=line_id)
    assert changed(fields(rows), LINE_CHANGES)[0] == changed([], LINE_CHANGES)[1]
    assert len(rows) == len(LINE_CHANGES)
    assert {(row["type_id"], row["invoice_line_id"]) for row in rows} == {(1, line_id)}
    assert trail(api, record, line_id=other_id) == []


@rule(
    "Calculated amounts of a record of {resource} are not logged: a new quantity and a new tax rate have their own rows only.",
    source="Assumed: only the properties of a row are documented",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
def test_calculated_amounts_are_not_logged(api: Api, factory: Factory, resource: str) -> None:
    record = factory.header(resource, line(10, tax_rate=20))
    body = [{"id": record["lines"][0]["id"], "qty_order": 3, "tax_rate": 5, "discount_perc": 50}]
    api.call(f"{resource}.update_lines", expect=200, body=body)

    names = {row["field_name"] for row in trail(api, record)}
    assert names == {"qty_order", "tax_rate", "discount_perc", "Created"}


@rule(
    "Neither View, nor PDF, nor reading an invoice changes it or adds a row to its trail.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_looking_at_an_invoice_changes_nothing(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(5))
    rows = trail_ids(api, invoice)
    api.call("invoice.view", expect=200, body=[{"id": invoice["id"], "viewers": []}])
    api.call("invoice.pdf", expect=200, invoiceId=invoice["id"])
    after = factory.read(invoice, includedetails="true")

    names = ("change_seq", "last_modified", "total", "amountdue", "status_name", "datesent")
    assert [after[name] for name in names] == [invoice[name] for name in names]
    assert trail_ids(api, invoice) == rows


@rule(
    "View adds no _warning for the current changeseq or without one, and a _warning for a lower one, also 0.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("seen", "warns"), [({}, False), ({"changeseq": 3}, False), ({"changeseq": 2}, True), ({"changeseq": 0}, True)], ids=str
)  # fmt: skip
def test_an_outdated_view_is_warned(
    api: Api, factory: Factory, seen: dict[str, int], warns: bool
) -> None:
    invoice = factory.invoice(line(5))
    for reference in ("x", "y"):
        factory.save("invoice", {"id": invoice["id"], "reference": reference})
    viewed = api.call("invoice.view", expect=200, body=[{"id": invoice["id"], **seen}])

    assert bool(viewed.get("_warning")) is warns
