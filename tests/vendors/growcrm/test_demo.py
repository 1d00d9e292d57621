"""The demo data: written by its script, conforming to the contract, and current on any day."""

import importlib.util
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from mockvoice.kernel.clock import Clock
from mockvoice.resources import resource
from mockvoice.sandboxes.fixture_replay import resolve_placeholders
from mockvoice.sandboxes.state_cache import StateCache
from mockvoice.vendors.growcrm import VENDOR
from mockvoice.vendors.growcrm.rules import estimates
from mockvoice.web.request_validator import request_validator

FOLDER = resource("fixtures", "growcrm")
DEMO = json.loads(FOLDER.joinpath("demo.json").read_bytes())
DOCUMENT = VENDOR.contract.document
DAYS = [
    "2026-03-02",
    "2027-12-31",
    "2028-01-01",
    "2028-02-29",
    "2028-03-01",
    "2029-02-28",
    "2100-03-01",
]


def open_demo(day: str, time: str = "00:00:01") -> Any:
    return StateCache().create_backend(
        VENDOR, "demo", Clock(datetime.fromisoformat(f"{day}T{time}Z"), frozen=True)
    )


def test_the_script_writes_the_file_byte_for_byte() -> None:
    spec = importlib.util.spec_from_file_location("make_demo", str(FOLDER.joinpath("make_demo.py")))
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)

    assert script.text().encode() == FOLDER.joinpath("demo.json").read_bytes()


def test_no_request_is_in_the_future_or_out_of_order() -> None:
    times = [(request["day"], request["time"]) for request in DEMO["requests"]]

    assert times == sorted(times)
    assert times[-1][0] < 0


def test_every_body_conforms_to_the_contract() -> None:
    schemas = {
        operation.id: DOCUMENT.resolve(operation.spec["requestBody"])["content"][
            "application/json"
        ]["schema"]
        for operation in DOCUMENT.operations.values()
        if "requestBody" in operation.spec
    }
    today = datetime(2026, 3, 2, tzinfo=UTC).date()
    for request in DEMO["requests"]:
        body = resolve_placeholders(request["arguments"], today).get("body")
        if body is not None:
            schema = DOCUMENT.expand(schemas[request["operation"]])
            assert (
                request_validator(schema, DOCUMENT.data["components"], "body").violations(body)
                == []
            ), request


@pytest.mark.parametrize("day", DAYS)
def test_every_status_occurs_on_any_day(day: str) -> None:
    demo = open_demo(day)

    assert {invoice.status_id for invoice in demo.invoices} == {row.id for row in demo.statuses}
    assert {estimate.status for estimate in demo.estimates} == {
        "draft", "new", "accepted", "declined", "revised", "expired",
    }  # fmt: skip
    assert {payment.status for payment in demo.payments} == {"paid", "refunded"}
    assert {project.status for project in demo.projects} >= {
        "not_started",
        "in_progress",
        "on_hold",
        "completed",
    }
    assert {client.status for client in demo.clients} == {"active", "suspended"}
    assert any(estimates.converted_invoice(demo, estimate) for estimate in demo.estimates)


@pytest.mark.parametrize("day", DAYS)
def test_no_due_events_are_left_when_the_sandbox_opens(day: str) -> None:
    demo = open_demo(day, "23:59:59")

    assert demo.next_event_at() > demo.clock.now()


def test_both_tax_modes_discounts_adjustments_and_tags_occur() -> None:
    bills = [invoice.bill for invoice in open_demo("2026-03-02").invoices]

    assert {bill.tax_type for bill in bills} == {"summary", "inline"}
    assert {bill.discount_type for bill in bills} == {"none", "fixed", "percentage"}
    assert {line.discount_type for bill in bills for line in bill.lines} == {
        "none",
        "fixed",
        "percentage",
    }
    assert any(bill.adjustment_amount > 0 for bill in bills)
    assert any(bill.adjustment_amount < 0 for bill in bills)
    assert any(bill.tags for bill in bills)


def test_the_contracts_example_ids_exist() -> None:
    demo = open_demo("2026-03-02")
    tables = {"contactId": demo.users, "categoryId": demo.categories, "userId": demo.users} | {
        f"{table.name[:-1]}Id": table
        for table in (demo.invoices, demo.clients, demo.projects, demo.payments, demo.refunds,
                      demo.estimates, demo.items)
    }  # fmt: skip
    examples = {
        parameter["name"]: parameter["example"]
        for parameter in DOCUMENT.data["components"]["parameters"].values()
        if parameter["in"] == "path"
    }

    assert examples.keys() == tables.keys()
    assert {name for name, example in examples.items() if example not in tables[name]} == set()
