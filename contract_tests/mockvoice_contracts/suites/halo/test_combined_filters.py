"""Several filters of one list: a row must match all of them, with search, order and pages too."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, line

DAYS = {"start_date": "2026-02-01", "end_date": "2026-02-28"}


@rule(
    "Filters, dates and search of the list of {resource} are combined: each row matches all, pages hold the rows in order, and record_count counts them.",
    source="Assumed: the parameters are documented, what they compare is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_all_filters_must_match(api: Api, factory: Factory, resource: str) -> None:
    client, word = factory.client()["id"], factory.unique_name("Word")
    fields: dict[str, Any] = {
        "client_id": client,
        "contract_id": 21,
        "uid": 31,
        "reference": word,
        "invoice_date": "2026-02-10",
    }
    matching = [factory.header(resource, line(price), **fields)["id"] for price in (3, 1, 2)]
    for change in (
        {"contract_id": 22},
        {"uid": 30},
        {"reference": "else"},
        {"invoice_date": "2026-03-10"},
        {"client_id": factory.client()["id"]},
    ):
        factory.header(resource, line(9), **{**fields, **change})
    filters = {"client_id": client, "contract_id": 21, "user_id": 31, "search": word}
    query = {**filters, **DAYS, "order": "total"}

    def listed(**switches: Any) -> tuple[list[int], int]:
        body = api.call(f"{resource}.search", expect=200, query={**query, **switches})
        return [row["id"] for row in body["invoices"]], body["record_count"]

    ordered = [matching[1], matching[2], matching[0]]
    paging = {"pageinate": "true", "page_size": 2}
    assert listed() == (ordered, 3)
    assert listed(orderdesc="true") == (ordered[::-1], 3)
    assert listed(**paging, page_no=1) == (ordered[:2], 3)
    assert listed(**paging, page_no=2) == (ordered[2:], 3)
    assert listed(idonly="true")[0] == ordered


@rule(
    "paymentstatuses of GET /Invoice is combined with client_id, contract_id and the kinds of invoices.",
    source="Assumed: the codes of paymentstatus and the kinds have no source",
)
@pytest.mark.assumed
def test_payment_statuses_are_combined_with_other_filters(factory: Factory) -> None:
    client = factory.client()["id"]
    unpaid, paid, other = (
        factory.invoice(line(10), client_id=client, contract_id=contract)
        for contract in (21, 21, 22)
    )
    credit = factory.invoice(line(-10), client_id=client, contract_id=21, invoicetype=1)
    factory.payment(paid, 10)
    factory.payment(other, 10)
    query = {"contract_id": 21}

    assert factory.list_ids(client, paymentstatuses="1", **query) == [paid["id"]]
    without_credits = {"includeinvoices": "true", "includecredits": "false"}
    open_ones = factory.list_ids(client, paymentstatuses="0,-1", **query, **without_credits)
    assert open_ones == [unpaid["id"]]
    listed = factory.list_ids(client, includecredits="true", includeinvoices="false", **query)
    assert listed == [credit["id"]]


@rule(
    "invoice_id, client_id, intent_id and search of GET /InvoicePayment are combined, also on pages.",
    source="Assumed: the parameter is documented, the searched properties are not",
)
@pytest.mark.assumed
def test_filters_of_payments_are_combined(api: Api, factory: Factory) -> None:
    client, intent = factory.client()["id"], factory.unique_name("pi").replace(" ", "")
    first, second = (factory.invoice(line(100), client_id=client) for _ in range(2))
    fields = {"intent_id": intent, "reference": intent}
    matching = [factory.payment(first, amount, **fields)["id"] for amount in (1, 2, 3)]
    factory.payment(first, 4, reference=intent)
    factory.payment(first, 5, intent_id=intent, reference="else")
    factory.payment(second, 6, **fields)
    query = {"invoice_id": first["id"], "client_id": client, "intent_id": intent, "search": intent}

    def listed(**switches: Any) -> tuple[list[int], int]:
        body = api.call("invoice_payment.search", expect=200, query={**query, **switches})
        return [row["id"] for row in body["payments"]], body["record_count"]

    assert listed(order="amount") == (matching, 3)
    paging = {"pageinate": "true", "page_size": 2, "order": "amount"}
    assert listed(**paging, page_no=2) == (matching[2:], 3)


@rule(
    "invoice_id, line_id, type_id and search of GET /InvoiceChange are combined, and no row of another record is listed.",
    source="Assumed: the parameters are documented, the codes of type_id are not",
)
@pytest.mark.assumed
def test_filters_of_the_trail_are_combined(api: Api, factory: Factory) -> None:
    invoice, other = (factory.invoice(line(10), line(20)) for _ in range(2))
    for record in (invoice, other):
        body = [
            {"id": record["lines"][0]["id"], "qty_order": 3, "nominal_code": "4000"},
            {"id": record["lines"][1]["id"], "qty_order": 3},
        ]
        api.call("invoice.update_lines", expect=200, body=body)
    line_id = invoice["lines"][0]["id"]
    query = {"invoice_id": invoice["id"], "line_id": line_id, "type_id": 1, "search": "qty_order"}
    body = api.call("invoice_change.search", expect=200, query=query)

    found = [(row["invoice_line_id"], row["field_name"]) for row in body["changehistory"]]
    assert found == [(line_id, "qty_order")]
    none = api.call("invoice_change.search", expect=200, query={**query, "type_id": 0})
    assert none["changehistory"] == []
