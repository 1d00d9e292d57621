"""Rows of lists have the properties of a live account's rows."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings

LISTS: dict[str, Any] = json.loads(
    Path(__file__).with_name("published").joinpath("list_rows.json").read_text()
)["lists"]
# Properties that only some rows have, since the service leaves null properties out.
WHEN_SET = {
    "Invoice": {"approval_start", "approval_process_id", "client_to_invoice_to_id"},
    "BudgetType": {"chargerate", "ticket_id"},
    "ChargeRate": {"expirydate"},
    "InvoiceChange": {"old_value", "new_value", "line_description"},
    "InvoicePayment": {"reference", "nominalcode", "intent_id", "payment_method", "credit_note_id"},
    "Tax": {"linked_rates", "qbo_company_id", "third_party_id"},
    "Template": {"lastcreated"},
    "Expense": {"ihid", "date_invoiced", "date_reimbursed", "client_id", "client_name", "site_id"},
    "InvoiceStatus": {"lock_edits"},  # A property of the published schema.
}


@pytest.fixture(scope="module")
def rows() -> Iterator[Any]:
    with Server(Settings(port=0, vendors=("halo",))) as server, requests.Session() as session:
        session.headers["Authorization"] = "Bearer halo-demo-token"
        root = server.urls["vendors"]["halo"]["root_url"]

        def rows(name: str) -> list[dict[str, Any]]:
            body = session.get(f"{root}/api/{name}", timeout=10).json()
            return body if isinstance(body, list) else next(filter(is_list, body.values()))

        yield rows


def is_list(value: Any) -> bool:
    return isinstance(value, list)


@pytest.mark.parametrize("name", LISTS)
def test_rows_have_the_properties_of_live_rows(rows: Any, name: str) -> None:
    live = LISTS[name]["properties"]
    served = [set(row) for row in rows(name)]
    if not LISTS[name]["complete"]:
        served = [{key for key in row if key <= live[-1]} for row in served]
    when_set = WHEN_SET.get(name, set())

    assert set(live) <= set.union(*served)
    for row in served:
        assert row - when_set == set(live) - when_set
