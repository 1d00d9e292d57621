"""Every property that a client may write is stored and returned, or excepted on Halo's page."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests.vendors.halo.stored_properties import PUBLISHED, Contract, exceptions

Record = dict[str, Any]

CLIENT, OTHER_CLIENT, OTHER_CURRENCY, TAX = 8, 9, 2, "2"
# Values of properties that must be those of an existing record, or of a certain form.
VALUES = {
    "client_id": OTHER_CLIENT,
    "currency_code": OTHER_CURRENCY,
    "tax_code": TAX,
    "override_tax_code": 2,
}


class Api:
    """Saves and reads records of Halo through HTTP."""

    def __init__(self, url: str, session: requests.Session) -> None:
        self._url, self._session = url, session

    def save(self, resource: str, body: Record) -> requests.Response:
        return self._session.post(f"{self._url}/{resource}", json=[body], timeout=10)

    def saved(self, resource: str, body: Record) -> Record:
        response = self.save(resource, body)
        assert response.ok, f"{body}: {response.text}"
        return response.json()

    def get(self, path: str, **query: Any) -> Any:
        response = self._session.get(f"{self._url}/{path}", params=query, timeout=10)
        assert response.ok, response.text
        return response.json()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(Settings(port=0, vendors=("halo",))) as server:
        yield server


@pytest.fixture
def api(server: Server, http: requests.Session) -> Api:
    http.headers["Authorization"] = "Bearer halo-demo-token"
    return Api(f"{server.urls['vendors']['halo']['root_url']}/api", http)


@pytest.fixture(scope="module")
def contract(server: Server) -> Contract:
    url = f"{server.urls['main']}/_mock/vendors/halo/openapi.json"
    return Contract(requests.get(url, timeout=10).json())


def header(api: Api, resource: str, body: Record) -> Record:
    start = {} if "id" in body else {"client_id": CLIENT, "lines": [{"unit_price": 100}]}
    saved = api.saved(resource, {**start, **body})
    return api.get(f"{resource}/{saved['id']}", includedetails="true")


def line(api: Api, resource: str, body: Record) -> Record:
    if "id" not in body:
        invoice = header(api, resource, {"lines": [{"unit_price": 100, **body}]})
        return invoice["lines"][0]
    changed = api.save(f"{resource}/updatelines", body).json()
    return api.get(f"{resource}/{changed['ihid']}", includedetails="true")["lines"][0]


WRITES: dict[str, Callable[[Api, Record], Record]] = {
    "Invoice": lambda api, body: header(api, "Invoice", body),
    "RecurringInvoice": lambda api, body: header(api, "RecurringInvoice", body),
    "Lines of Invoice": lambda api, body: line(api, "Invoice", body),
    "Lines of RecurringInvoice": lambda api, body: line(api, "RecurringInvoice", body),
}
SCHEMAS = {
    "Invoice": ("InvoiceHeaderInput", "InvoiceHeader"),
    "RecurringInvoice": ("InvoiceHeaderInput", "InvoiceHeader"),
    "Lines of Invoice": ("InvoiceDetailInput", "InvoiceDetail"),
    "Lines of RecurringInvoice": ("InvoiceDetailInput", "InvoiceDetail"),
}


@pytest.mark.parametrize("resource", WRITES)
def test_each_property_is_stored_until_it_is_reset(
    api: Api, contract: Contract, resource: str
) -> None:
    write, lost = WRITES[resource], []
    default = write(api, {})
    for name, schema in contract.properties(SCHEMAS[resource][0]).items():
        if name in exceptions(resource):
            continue
        values = [VALUES[name]] if name in VALUES else contract.fitting_values(name, schema)
        sent = next(value for value in values if value != default.get(name))
        created = write(api, {name: sent})
        kept = write(api, {"id": created["id"]})
        if not sent == created.get(name) == kept.get(name):
            lost.append(f"{name}: sent {sent!r}, got {created.get(name)!r}, {kept.get(name)!r}")
        elif name not in VALUES:
            reset = write(api, {"id": created["id"], name: None}).get(name)
            if reset == sent:
                lost.append(f"{name}: null does not reset it")

    assert lost == []


@pytest.mark.parametrize("resource", SCHEMAS)
def test_each_published_property_is_stored_or_excepted(contract: Contract, resource: str) -> None:
    own, published = SCHEMAS[resource]
    known = contract.properties(own).keys() | exceptions(resource).keys()

    assert PUBLISHED["schemas"][published].keys() - known == set()
    assert (
        exceptions(resource).keys()
        <= contract.properties(own).keys() | PUBLISHED["schemas"][published].keys()
    )


def test_exports_carry_the_stored_properties(server: Server, api: Api, contract: Contract) -> None:
    sent = {
        name: next(contract.fitting_values(name, schema))
        for name, schema in contract.properties("InvoiceHeaderInput").items()
        if name not in exceptions("Invoice") and name not in VALUES
    }
    saved = api.saved("Invoice", {"client_id": CLIENT, **sent})
    before = api.get(f"Invoice/{saved['id']}", includedetails="true")
    sandbox = f"{server.urls['main']}/_mock/sandboxes/default"

    exported = requests.get(f"{sandbox}/snapshots/current", timeout=10).json()
    imported = requests.post(f"{sandbox}/reset", json={"data": exported}, timeout=30)

    assert imported.ok, imported.text
    assert api.get(f"Invoice/{saved['id']}", includedetails="true") == before
