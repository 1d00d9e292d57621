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
# Values of properties that must be those of an existing record.
VALUES = {
    "client_id": OTHER_CLIENT,
    "currency_code": OTHER_CURRENCY,
    "tax_code": TAX,
    "override_tax_code": 2,
    "invoice_id": 1003,
    "taxid": 1,
}
# A record must have them, so null is rejected.
REQUIRED = {"name", "amount"}


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


def single(resource: str, required: Record, **query: str) -> Callable[[Api, Record], Record]:
    """Return a function that saves a record and reads it by its id."""

    def write(api: Api, body: Record) -> Record:
        saved = api.saved(resource, {**({} if "id" in body else required), **body})
        record: Record = api.get(f"{resource}/{saved['id']}", **query)
        return record

    return write


def expense(api: Api, body: Record) -> Record:
    saved = api.saved("Expense", body)
    return next(row for row in api.get("Expense")["data"] if row["id"] == saved["id"])


def change(api: Api, body: Record) -> Record:
    """Save a change record and read it in the list; a saved one is never updated."""
    saved = body if "id" in body else api.saved("InvoiceChange", {"field_name": "x", **body})
    rows = api.get("InvoiceChange", order="id", orderdesc="true", count=3)["changehistory"]
    return next(row for row in rows if row["id"] == saved["id"])


def timer(api: Api, body: Record) -> Record:
    schedule = body.get("id") or header(api, "RecurringInvoice", {})["schedule_id"]
    api.saved("Template", {**body, "id": schedule})
    record: Record = api.get(f"Template/{schedule}")
    return record


RULE = {"taxid": 2, "tax_conditions": [{"value_type": 4, "value": "2147483647"}]}
WRITES: dict[str, Callable[[Api, Record], Record]] = {
    "Invoice": lambda api, body: header(api, "Invoice", body),
    "RecurringInvoice": lambda api, body: header(api, "RecurringInvoice", body),
    "Lines of Invoice": lambda api, body: line(api, "Invoice", body),
    "Lines of RecurringInvoice": lambda api, body: line(api, "RecurringInvoice", body),
    "InvoicePayment": single("InvoicePayment", {"invoice_id": 1002, "amount": 1}),
    "InvoiceChange": change,
    "Expense": expense,
    "BudgetType": single("BudgetType", {"name": "Budget"}),
    "CostCentres": single("CostCentres", {"name": "Centre"}),
    "Tax": single("Tax", {"name": "Rate"}, includeqbotaxrates="true"),
    "TaxRule": single("TaxRule", RULE),
    "Currency": single("Currency", {"name": "Currency", "conversion_rate": 3}),
    "Client": single("Client", {"name": "Client"}),
    "Item": single("Item", {"name": "Item"}),
    "Template": timer,
}
LINES = ["Lines of Invoice", "Lines of RecurringInvoice"]
# The contract's schema for requests, and the published schema.
SCHEMAS = {
    "Invoice": ("InvoiceHeaderInput", "InvoiceHeader"),
    "RecurringInvoice": ("InvoiceHeaderInput", "InvoiceHeader"),
    "Lines of Invoice": ("InvoiceDetailInput", "InvoiceDetail"),
    "Lines of RecurringInvoice": ("InvoiceDetailInput", "InvoiceDetail"),
    "InvoicePayment": ("InvoicePaymentInput", "InvoicePayment_List"),
    "InvoiceChange": ("InvoiceChangeInput", "InvoiceChange"),
    "Expense": ("ExpenseInput", "Expense"),
    "BudgetType": ("BudgetTypeInput", "BudgetType"),
    "CostCentres": ("CostCentreInput", "Costcentres"),
    "Tax": ("TaxInput", "Tax"),
    "TaxRule": ("TaxRuleInput", "TaxRule"),
    "Currency": ("CurrencyInput", "Currency"),
    # No list of properties: the contract has those that billing reads.
    "Client": ("ClientInput", None),
    "Item": ("ItemInput", None),
    "Template": ("TemplateInput", None),
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
        elif name not in REQUIRED | VALUES.keys() and resource != "InvoiceChange":
            reset = write(api, {"id": created["id"], name: None}).get(name)
            if reset == sent:
                lost.append(f"{name}: null does not reset it")

    assert lost == []


@pytest.mark.parametrize("resource", [name for name, pair in SCHEMAS.items() if pair[1]])
def test_each_published_property_is_stored_or_excepted(contract: Contract, resource: str) -> None:
    own, published = SCHEMAS[resource]
    writable, properties = contract.properties(own).keys(), PUBLISHED["schemas"][published].keys()

    assert properties - writable - exceptions(resource).keys() == set()
    assert exceptions(resource).keys() - properties - writable == set()


SENT = {"int32": 7777, "double": 7777.25, "string": "sent"}


@pytest.mark.parametrize("resource", ["Invoice", "RecurringInvoice", *LINES])
def test_calculated_properties_are_not_those_of_the_body(api: Api, resource: str) -> None:
    types = PUBLISHED["schemas"][SCHEMAS[resource][1]]
    default = WRITES[resource](api, {})
    sent = {
        name: not default.get(name) if types[name] == "boolean" else SENT[types[name]]
        for name, reason in exceptions(resource).items()
        if reason.startswith("calculated") and types[name] in (*SENT, "boolean")
    }

    record = WRITES[resource](api, sent)

    assert len(sent) > 10
    assert {name: value for name, value in sent.items() if record.get(name) == value} == {}


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
