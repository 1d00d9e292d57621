"""Requests about the lines of several records, and headers that name lines in two ways."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.change_trail import fields, trail
from mockvoice_contracts.suites.halo.factories import Factory, assert_same, line

HEADERS = ["invoice", "recurring_invoice"]


@rule(
    "updatelines with lines of two records of {resource} changes both, with their totals, change_seq and rows of GET /InvoiceChange, and no other record.",
    source="Assumed: only the name of the operation is documented",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
def test_lines_of_two_records_are_updated_together(
    api: Api, factory: Factory, resource: str
) -> None:
    first, second, other = (factory.header(resource, line(10), line(1)) for _ in range(3))
    body = [
        {"id": first["lines"][0]["id"], "qty_order": 3},
        {"id": second["lines"][1]["id"], "unit_price": 7},
    ]
    rows = api.call(f"{resource}.update_lines", expect=200, body=body)
    after = [factory.read(record) for record in (first, second)]

    assert [row["ihid"] for row in rows] == [first["id"], second["id"]]
    assert [record["total"] for record in after] == [31, 17]
    for record, before in zip(after, (first, second), strict=True):
        assert record["change_seq"] > before["change_seq"]
    assert fields(trail(api, first))[0] == ("qty_order", "1", "3")
    assert fields(trail(api, second))[0] == ("unit_price", "1.00", "7.00")
    assert_same(factory.read(other), other)


@rule(
    "updatelines of {resource} with one invalid line changes no record of the request.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
def test_one_invalid_line_stops_the_whole_request(factory: Factory, resource: str) -> None:
    first, second = (factory.header(resource, line(10)) for _ in range(2))
    bodies: list[dict[str, Any]] = [
        {"id": first["lines"][0]["id"], "qty_order": 3},
        {"id": second["lines"][0]["id"], "tax_code": str(2**31 - 1)},
    ]
    factory.assert_rejected(f"{resource}.update_lines", *bodies)

    for record in (first, second):
        after = factory.read(record)
        assert_same(after, record)
        assert after["change_seq"] == record["change_seq"]


@rule(
    "A header of {resource} with lines and add_lines has both: lines are the whole set, and add_lines come on top.",
    source="Assumed: the reference names both properties, not their combination",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
def test_lines_and_added_lines_are_combined(factory: Factory, resource: str) -> None:
    record = factory.header(resource, line(10), line(20))
    kept = {"id": record["lines"][1]["id"]}
    body = {"id": record["id"], "lines": [kept], "add_lines": [line(5)]}
    changed = factory.save(resource, body)

    assert [row["unit_price"] for row in changed["lines"]] == [20, 5]
    assert changed["lines"][0]["id"] == record["lines"][1]["id"]
    assert (changed["total"], factory.read(record)["total"]) == (25, 25)


@rule(
    "updatelines of {resource} with an ihid and no id adds a line, keeps the others, and sorts it by its sequenceid.",
    source="Assumed: only the name of the operation is documented",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
def test_a_line_without_an_id_is_added(api: Api, factory: Factory, resource: str) -> None:
    record = factory.header(resource, line(10))
    body = [{**line(5, tax_rate=20), "ihid": record["id"], "sequenceid": 3}]
    added = api.call(f"{resource}.update_lines", expect=200, body=body)
    after = factory.read(record)

    assert [row["id"] for row in after["lines"]] == [added["id"], record["lines"][0]["id"]]
    assert (added["net_amount"], added["tax_amount"], after["total"]) == (5, 1, 16)
