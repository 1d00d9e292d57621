"""What differs between the settings strict and observed, both ways."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings

Send = Callable[..., requests.Response]


@pytest.fixture(scope="module")
def server() -> Any:
    with Server(Settings(port=0)) as server:
        yield server


@pytest.fixture
def send(server: Server) -> Send:
    def send(method: str, path: str, body: Any = None) -> requests.Response:
        url = f"{server.urls['main']}/halo/api/{path}"
        headers = {"Authorization": "Bearer halo-demo-token"}
        return requests.request(method, url, json=body, headers=headers, timeout=10)

    return send


@pytest.fixture(params=["strict", "observed"])
def strict(request: pytest.FixtureRequest, server: Server) -> bool:
    url = f"{server.urls['main']}/_mock/sandboxes/default/settings"
    response = requests.put(url, json={"quirks": request.param}, timeout=10)
    assert response.status_code == 200, response.text
    return bool(request.param == "strict")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("InvoiceChange", {"invoice_id": 1002}),
        ("InvoicePayment", {"invoice_id": 1002, "amount": 1}),
        ("Tax", {"name": "Reduced", "value": 7}),
        ("TaxRule", {"name": "Rule", "taxid": 1, "tax_conditions": []}),
        ("Currency", {"name": "Krona", "conversion_rate": 3}),
        ("CostCentres", {"name": "Workshop"}),
        ("BudgetType", {"name": "Project"}),
        ("Expense", {"amount": 5}),
    ],
)
def test_records_are_saved_with_200_and_observed_with_201(
    send: Send, strict: bool, path: str, body: Any
) -> None:
    created = send("POST", path, [body])
    updated = send("POST", path, [{**body, "id": created.json()["id"]}])

    expected = 200 if strict else 201
    assert (created.status_code, updated.status_code) == (expected, expected)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("Invoice", {"client_id": 8}),
        ("RecurringInvoice", {"client_id": 8}),
        ("Client", {"name": "Acme"}),
        ("Item", {"name": "Cable"}),
    ],
)
def test_invoices_and_neighbours_are_saved_with_201_in_both(
    send: Send, strict: bool, path: str, body: Any
) -> None:
    assert send("POST", path, [body]).status_code == 201


def test_lines_of_all_clients_are_listed_and_observed_need_a_client(
    send: Send, strict: bool
) -> None:
    everything = send("GET", "Invoice/lines?pageinate=true&page_size=3")
    one_client = send("GET", "Invoice/lines?client_id=8")

    assert one_client.status_code == 200
    if strict:
        assert everything.status_code == 200
        assert len(everything.json()["invoices"]) == 3
        assert everything.json()["record_count"] > 3
    else:
        assert everything.status_code == 400
        assert everything.json() == "Parameter client_id must be included"
