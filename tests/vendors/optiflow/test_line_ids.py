"""Ids of lines: those of a new record have no meaning, and those of an update must be whole numbers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests.vendors.record_lists import RecordList

TODAY = datetime.now(UTC).date().isoformat()
ANYTHING = [{}, {"a": 1}, [], [1], "x", "1", 1.5, True, 10**30]


@pytest.fixture(scope="module")
def optiflow() -> Iterator[RecordList]:
    with Server(Settings(port=0, vendors=("optiflow",))) as server:
        yield RecordList(server, "optiflow")


def first_record(optiflow: RecordList, path: str) -> Any:
    record_id = optiflow.call("GET", path).json()["data"][0]["id"]
    return optiflow.call("GET", f"{path}/{record_id}").json()["data"]


@pytest.mark.parametrize("path", ["/api/v1/invoices", "/api/v1/quotations"])
@pytest.mark.parametrize("line_id", ANYTHING)
def test_ids_in_the_lines_of_a_new_record_are_ignored(
    optiflow: RecordList, path: str, line_id: object
) -> None:
    service = next(
        product["id"]
        for product in optiflow.call("GET", "/api/v1/products").json()["data"]
        if product["product_type"] == "service"
    )
    item = {"id": line_id, "product_id": service, "quantity": 1, "unit_price": 10}
    subtype = first_record(optiflow, path)["document_subtype_id"]
    if path.endswith("invoices"):
        subtype = 1  # the first invoice of the demo data may be a credit note
    body = {"contact_id": 1, "document_subtype_id": subtype, "issue_date": TODAY}
    response = optiflow.call("POST", path, json={**body, "items": [item]})
    missing = optiflow.call("POST", path, json={"items": [item]})

    assert response.status_code == 201, response.text
    assert missing.status_code == 422, missing.text


@pytest.mark.parametrize("path", ["/api/v1/invoices", "/api/v1/quotations"])
@pytest.mark.parametrize("line_id", [{}, [1], "x", 1.5])
def test_ids_in_the_lines_of_an_update_must_be_whole_numbers(
    optiflow: RecordList, path: str, line_id: object
) -> None:
    record_id = first_record(optiflow, path)["id"]
    response = optiflow.call("PUT", f"{path}/{record_id}", json={"items": [{"id": line_id}]})

    assert response.status_code == 422, response.text
    assert "items.0.id" in response.json()["errors"]
