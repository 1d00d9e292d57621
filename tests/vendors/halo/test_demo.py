"""The demo world: made by its script, and with the records that the contract's examples speak of."""

import importlib.util
import json
from datetime import datetime
from typing import Any

import pytest

from mockvoice.kernel.clock import Clock
from mockvoice.vendors.halo import VENDOR
from mockvoice.web import contract
from mockvoice.web.fixture_replay import resolve_placeholders
from mockvoice.web.schemas import RequestValidator
from mockvoice.web.state_cache import StateCache

FOLDER = contract.resource("fixtures", "halo")
HISTORY = json.loads(FOLDER.joinpath("demo.json").read_bytes())
DOCUMENT = contract.load("halo")
DAYS = ["2026-03-02", "2027-12-31", "2028-02-29", "2029-02-28", "2100-03-01"]


def world(day: str) -> Any:
    return StateCache().open(
        VENDOR, "demo", Clock(datetime.fromisoformat(f"{day}T00:00:01Z"), frozen=True)
    )


def test_the_script_makes_the_file_byte_for_byte() -> None:
    spec = importlib.util.spec_from_file_location("make_demo", str(FOLDER.joinpath("make_demo.py")))
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)

    assert script.text().encode() == FOLDER.joinpath("demo.json").read_bytes()


def test_every_body_keeps_the_contract() -> None:
    schemas = {
        operation["operationId"]: next(iter(operation["requestBody"]["content"].values()))["schema"]
        for item in DOCUMENT["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict) and "requestBody" in operation
    }
    for request in HISTORY["requests"]:
        if "body" in request["arguments"]:
            validator = RequestValidator(
                schemas[request["operation"]], DOCUMENT["components"], "body"
            )
            body = resolve_placeholders(request["arguments"]["body"], datetime(2026, 3, 2).date())  # noqa: DTZ001
            assert validator.violations(body) == []


@pytest.mark.parametrize("day", DAYS)
def test_the_records_of_the_examples_have_their_ids_on_any_day(day: str) -> None:
    backend = world(day)

    totals = {
        number: str(backend.invoices.get(number).figures.total) for number in range(1001, 1006)
    }
    assert totals == {1001: "120.00", 1002: "277.33", 1003: "11.31", 1004: "100.00", 1005: "-60.00"}
    assert [line.id for line in backend.invoices.get(1002).lines] == [3, 4, 5]
    assert [line.id for line in backend.templates.get(-5).lines] == [1]
    assert [line.id for line in backend.templates.get(-6).lines] == [13]
    assert backend.templates.get(-5).timer.id == 31
    assert backend.clients.get(8).name == "Aster Dental Ltd"
    assert [payment.id for payment in backend.payments][:2] == [1, 2]
    for table, number in ((backend.charge_rates, 6), (backend.cost_centres, 3), (backend.budget_types, 2),
                          (backend.expenses, 5), (backend.tax_rules, 2), (backend.currencies, 2)):  # fmt: skip
        assert number in table, table.name


@pytest.mark.parametrize("day", DAYS)
def test_every_state_is_there_on_any_day(day: str) -> None:
    backend = world(day)

    assert {invoice.status_id for invoice in backend.invoices} == set(range(1, 9))
    assert {invoice.kind for invoice in backend.invoices} == {0, 1, 2}
    assert {invoice.payment_status for invoice in backend.invoices} >= {-1, 1, 2}
