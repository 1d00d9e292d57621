"""Requests that need much work: others are served meanwhile, and see all of it or nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.web import long_requests
from tests.vendors.record_lists import RecordList

LINES = 2_500


@pytest.fixture
def halo() -> Iterator[RecordList]:
    with Server(Settings(port=0, vendors=("halo",))) as server:
        yield RecordList(server, "halo")


def invoice(lines: int, **last: Any) -> list[dict[str, Any]]:
    line = {"qty_order": 1, "unit_price": 2}
    return [{"client_id": 8, "lines": [line] * (lines - 1) + [{**line, **last}]}]


def invoice_count(halo: RecordList) -> int:
    count: int = halo.call("GET", "/api/Invoice?count=1").json()["record_count"]
    return count


def test_others_read_while_a_large_invoice_is_saved(halo: RecordList) -> None:
    before = invoice_count(halo)
    counts = []
    with ThreadPoolExecutor() as threads:
        saving = threads.submit(halo.call, "POST", "/api/Invoice", json=invoice(LINES))
        while not saving.done():
            counts.append(invoice_count(halo))
    response = saving.result()

    assert response.status_code == 201
    assert len(response.json()["lines"]) == LINES
    assert set(counts) <= {before, before + 1}
    assert counts.count(before) > 3
    assert invoice_count(halo) == before + 1


def test_changes_wait_for_a_large_one_and_none_is_lost(halo: RecordList) -> None:
    invoices, clients = invoice_count(halo), halo.length()
    with ThreadPoolExecutor(8) as threads:
        saving = [
            threads.submit(halo.call, "POST", "/api/Invoice", json=invoice(1_000)) for _ in range(2)
        ]
        creating = [threads.submit(halo.create, number) for number in range(12)]
        responses = [future.result() for future in (*saving, *creating)]
    ids = [response.json()["id"] for response in responses[:2]]

    assert {response.status_code for response in responses} == {201}
    assert len(set(ids)) == 2
    assert invoice_count(halo) == invoices + 2
    assert halo.length() == clients + 12


def test_a_large_request_that_is_rejected_changes_nothing(halo: RecordList) -> None:
    before = invoice_count(halo)
    rejected = halo.call("POST", "/api/Invoice", json=invoice(LINES, tax_code=987_654))
    next_ids = [halo.call("POST", "/api/Invoice", json=invoice(1)).json()["id"] for _ in range(2)]

    assert rejected.status_code == 400
    assert invoice_count(halo) == before + 2
    assert next_ids[1] == next_ids[0] + 1


def test_a_request_that_needs_too_much_work_is_rejected(
    halo: RecordList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_requests, "MAX_WORK", 5_000)
    templates = halo.call("GET", "/api/RecurringInvoice").json()["invoices"]
    before = invoice_count(halo)
    ids = [templates[0]["id"]] * 40_000
    rejected = halo.call("POST", "/api/RecurringInvoice/process", json=ids)

    assert rejected.status_code == 413
    assert invoice_count(halo) == before


def test_a_large_page_has_every_row_once(halo: RecordList) -> None:
    body = [{"client_id": 8, "lines": [{"qty_order": 1}] * 4} for _ in range(300)]
    assert halo.call("POST", "/api/Invoice", json=body).status_code == 201
    page = halo.call("GET", "/api/Invoice?count=1000&includelines=true").json()

    assert len(page["invoices"]) == page["record_count"] > 300
    assert len({row["id"] for row in page["invoices"]}) == page["record_count"]


def test_others_are_served_while_a_clock_moves(halo: RecordList) -> None:
    template = {"client_id": 8, "lines": [{"qty_order": 1, "unit_price": 2}]}
    created = halo.call("POST", "/api/RecurringInvoice", json=[template] * 100).json()
    soon = datetime.now(UTC).date() + timedelta(days=2)
    monthly = [
        {"id": row["schedule_id"], "period": 2, "nextcreationdate": f"{soon}T00:00:00"}
        for row in created
    ]
    assert halo.call("POST", "/api/Template", json=monthly).status_code in (200, 201)
    before, answers = invoice_count(halo), 0
    with ThreadPoolExecutor() as threads:
        moving = threads.submit(halo.advance, days=365)
        while not moving.done():
            answers += halo.call("GET", "/api/Client?count=1").status_code == 200
    added = invoice_count(halo) - before

    assert moving.result().status_code == 200
    assert added >= 1_200
    assert answers > 5


def test_a_clock_that_moves_in_a_sandbox_that_is_reset_stops(halo: RecordList) -> None:
    with ThreadPoolExecutor() as threads:
        moves = [threads.submit(halo.advance, days=40_000) for _ in range(2)]
        while not any(move.done() for move in moves):
            assert halo.reset().status_code == 200
    statuses = [move.result().status_code for move in moves]

    assert set(statuses) <= {200, 409}
    assert 409 in statuses
