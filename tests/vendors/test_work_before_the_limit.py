"""Long work does not begin on the event loop, and work beyond the limit does not begin at all."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.vendor_registry import load_vendor
from mockvoice.vendors.count import auth
from mockvoice.vendors.count.rules import ignored_fields
from mockvoice.vendors.halo.rules import line_updates, template_runs
from mockvoice.vendors.optiflow.render import envelopes
from mockvoice.vendors.optiflow.rules import lines as optiflow_lines
from tests.operation_requests import auth_of
from tests.vendors.record_lists import RecordList

HANDLER_THREADS = "mockvoice-handlers"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(Settings(port=0, vendors=("count", "halo", "optiflow"))) as server:
        yield server


@pytest.fixture
def threads_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], list[str]]:
    """A function that returns the kind of thread of each later call of a module's function."""

    def watch(module: Any, name: str) -> list[str]:
        original, threads = getattr(module, name), []

        def watched(*args: Any, **kwargs: Any) -> Any:
            threads.append(threading.current_thread().name.partition("_")[0])
            return original(*args, **kwargs)

        monkeypatch.setattr(module, name, watched)
        return threads

    return watch


def template_id(halo: RecordList) -> int:
    found: int = halo.call("GET", "/api/RecurringInvoice").json()["invoices"][0]["id"]
    return found


def test_halo_begins_no_run_if_there_are_too_many(
    server: Server, threads_of: Callable[[Any, str], list[str]]
) -> None:
    halo, runs = RecordList(server, "halo"), threads_of(template_runs, "run_template")
    ids = [template_id(halo)] * 45_000
    response = halo.call("POST", "/api/RecurringInvoice/process", json=ids)

    assert response.status_code == 413
    assert runs == []


def test_halo_begins_many_runs_in_a_thread(
    server: Server, threads_of: Callable[[Any, str], list[str]]
) -> None:
    halo, runs = RecordList(server, "halo"), threads_of(template_runs, "run_template")
    response = halo.call("POST", "/api/RecurringInvoice/process", json=[template_id(halo)] * 40)

    assert response.status_code == 200
    assert runs == [HANDLER_THREADS] * 40


def test_halo_begins_updates_of_many_lines_in_a_thread(
    server: Server, threads_of: Callable[[Any, str], list[str]]
) -> None:
    halo, updates = RecordList(server, "halo"), threads_of(line_updates, "_update_line")
    created = {"client_id": 8, "lines": [{"qty_order": 1, "unit_price": 2}]}
    line = halo.call("POST", "/api/Invoice", json=[created]).json()["lines"][0]["id"]
    response = halo.call("POST", "/api/Invoice/updatelines", json=[{"id": line}] * 200)

    assert response.status_code in (200, 201)
    assert updates == [HANDLER_THREADS] * 200


def test_count_warns_about_many_unknown_fields_in_a_thread(
    server: Server, threads_of: Callable[[Any, str], list[str]]
) -> None:
    count, warnings = RecordList(server, "count"), threads_of(ignored_fields, "_warning")
    customer = count.create(1).json()["data"]["uuid"]
    unknown = {f"name{number}": number for number in range(10_000)}
    response = count.call("PUT", f"{count.path}/{customer}", json=unknown)

    assert response.status_code == 200
    assert len(response.json()["data"]["_partnerWarnings"]) == 10_000
    assert warnings == [HANDLER_THREADS] * 10_000


def test_count_does_not_parse_a_body_with_too_many_values_to_check_its_signature(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed, body = [], b"[" + b"{}," * 6_000 + b"{}]"
    loads = auth.orjson.loads
    monkeypatch.setattr(auth.orjson, "loads", lambda text: parsed.append(text) or loads(text))
    url = server.urls["vendors"]["count"]["root_url"].rstrip("/") + "/partners/tags"
    signed = auth_of("count", load_vendor("count").credentials, datetime.now(UTC))
    request = requests.Request("POST", url, data=body, auth=signed).prepare()
    request.headers["x-signature"] = "0" * 64
    with requests.Session() as session:
        response = session.send(request, timeout=30)

    assert response.status_code == 401
    assert body not in parsed


def test_optiflow_calculates_many_lines_in_a_thread(
    server: Server, threads_of: Callable[[Any, str], list[str]]
) -> None:
    optiflow, parsed = RecordList(server, "optiflow"), threads_of(optiflow_lines, "_parse_line")
    first = optiflow.call("GET", "/api/v1/quotations").json()["data"][0]
    quotation = optiflow.call("GET", f"/api/v1/quotations/{first['id']}").json()["data"]
    item = {"product_id": quotation["items"][0]["product_id"], "quantity": 1, "unit_price": 2}
    response = optiflow.call(
        "PUT", f"/api/v1/quotations/{first['id']}", json={"items": [item] * 1_000}
    )

    assert response.status_code == 200, response.text[:300]
    assert parsed == [HANDLER_THREADS] * 1_000


def test_optiflow_encodes_a_long_query_once_for_all_links(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    optiflow, encoded = RecordList(server, "optiflow"), []
    original = envelopes.urlencode

    def watched(query: Any, **options: Any) -> str:
        encoded.append(len(query))
        return original(query, **options)

    monkeypatch.setattr(envelopes, "urlencode", watched)
    links = optiflow.call("GET", "/api/v1/contacts?page=2&per_page=1&a=%C3%B1").json()["links"]

    assert encoded == [3]
    assert [links[name].partition("?")[2] for name in ("first", "prev", "next")] == [
        f"per_page=1&a=%C3%B1&page={number}" for number in (1, 1, 3)
    ]
