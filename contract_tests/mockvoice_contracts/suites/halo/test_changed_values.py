"""Lists after a change: filters, search and sorting use the current values of each record."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, Record, line

HEADERS = ["invoice", "recurring_invoice"]
# Query parameters, the fields before the change, and the fields after it, which match.
CHANGES: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({"contract_id": 21}, {"contract_id": 22}, {"contract_id": 21}),
    ({"site_id": 5}, {}, {"sitenumber": 5}),
    ({"user_id": 31}, {"uid": 30}, {"uid": 31}),
    ({"billingcategory_ids": "3"}, {"billingcategory": 4}, {"billingcategory": 3}),
    ({"salesorder_id": 8}, {}, {"salesorder_id": 8}),
    ({"purchaseorder_id": 9}, {"purchaseorder_id": 8}, {"purchaseorder_id": 9}),
    ({"postedonly": "true"}, {}, {"posted": True}),
    ({"reviewrequired": "true"}, {}, {"reviewrequired": True}),
    ({"third_party_id": "SI-7"}, {"thirdpartyinvoicenumber": "SI-6"}, {"thirdpartyinvoicenumber": "SI-7"}),
    ({"xero_id": "x-7"}, {"xeroid": "x-6"}, {"xeroid": "x-7"}),
    ({"quickbooks_id": 17}, {"qboid": 16}, {"qboid": 17}),
    ({"datesearch": "duedate", "start_date": "2026-03-01"}, {"duedate": "2026-02-01"}, {"duedate": "2026-03-01"}),
]  # fmt: skip
ASSUMED_CHANGES: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({"search": "zebra"}, {"reference": "horse"}, {"reference": "Zebra"}),
    ({"advanced_search": "lion"}, {}, {"thirdpartyinvoicenumber": "lion"}),
    ({"start_date": "2026-03-01"}, {"invoice_date": "2026-02-01"}, {"invoice_date": "2026-03-01"}),
    ({"ticket_id": 903}, {"lines": [line()]}, {"add_lines": [line(ticket_id=903)]}),
    ({"asset_id": 77}, {}, {"lines": [line(asset_id=77)]}),
    ({"sent_status": 1}, {}, {"datesent": "2026-01-05"}),
    ({"rinvoice_type": "contracts"}, {}, {"contract_id": 5}),
    ({"awaiting_approval": "true"}, {"requires_approval": True, "approval_status": 2}, {"approval_status": 1}),
    ({"includeinvoices": "false", "includecredits": "true"}, {}, {"type": 1}),
]  # fmt: skip


def check_filters_follow(
    factory: Factory, resource: str, changes: list[tuple[dict[str, Any], ...]]
) -> None:
    """Update all properties at once, and check each filter before and after."""
    befores, afters = {}, {}
    for _, before, after in changes:
        befores |= before
        afters |= after
    record = factory.header(resource, **befores)

    def matching() -> list[dict[str, Any]]:
        operation, client = f"{resource}.search", record["client_id"]
        return [query for query, *_ in changes if factory.list_ids(client, operation, **query)]

    assert matching() == []
    factory.save(resource, {"id": record["id"], **afters})
    assert matching() == [query for query, *_ in changes]


@rule(
    "After an update, each filter of the list finds the {resource} by its new value only.",
    source="Documented: usehalo.com/swagger, GET /Invoice",
)
@pytest.mark.parametrize("resource", HEADERS)
def test_filters_follow_an_update(factory: Factory, resource: str) -> None:
    check_filters_follow(factory, resource, CHANGES)


@rule(
    "After an update, each filter of the list finds the {resource} by its new value only.",
    source="Assumed: the parameters are documented, what they compare is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
def test_assumed_filters_follow_an_update(factory: Factory, resource: str) -> None:
    check_filters_follow(factory, resource, ASSUMED_CHANGES)


@rule(
    "order=total and order=reference sort by the current values after lines and header are updated.",
    source="Documented: usehalo.com/swagger, GET /Invoice",
)
@pytest.mark.parametrize("resource", HEADERS)
def test_sorting_follows_an_update(api: Api, factory: Factory, resource: str) -> None:
    client = factory.client()["id"]
    first, second, third = (
        factory.header(resource, line(price), client_id=client, reference=f"{price}")
        for price in (1, 2, 3)
    )

    def order(name: str, **query: str) -> list[int]:
        return factory.list_ids(client, f"{resource}.search", order=name, **query)

    ids = [first["id"], second["id"], third["id"]]
    assert order("total") == order("reference") == ids
    api.call(
        f"{resource}.update_lines",
        expect=200,
        body=[{"id": first["lines"][0]["id"], "unit_price": 9}],
    )
    factory.save(resource, {"id": third["id"], "lines": [line(1), line(0.5)], "reference": "0"})

    assert order("total") == [third["id"], second["id"], first["id"]]
    assert order("total", orderdesc="true") == [first["id"], second["id"], third["id"]]
    assert order("reference") == [third["id"], first["id"], second["id"]]


@rule(
    "A record that is moved to another client_id is listed with this client only, also its payments.",
    source="Documented: usehalo.com/swagger, GET /Invoice",
)
@pytest.mark.parametrize("resource", HEADERS)
def test_a_moved_record_is_listed_with_its_new_client(
    api: Api, factory: Factory, resource: str
) -> None:
    record, client = factory.header(resource, line(10)), factory.client()
    payments = [factory.payment(record, 4)["id"]] if resource == "invoice" else []

    def payments_of(client_id: int) -> list[int]:
        rows = api.call("invoice_payment.search", expect=200, query={"client_id": client_id})
        return [row["id"] for row in rows["payments"]]

    operation = f"{resource}.search"
    assert factory.list_ids(record["client_id"], operation) == [record["id"]]
    assert payments_of(record["client_id"]) == payments

    moved = factory.save(resource, {"id": record["id"], "client_id": client["id"]})

    assert (moved["client_id"], moved["client_name"]) == (client["id"], client["name"])
    assert factory.list_ids(client, operation) == [record["id"]]
    assert factory.list_ids(record["client_id"], operation) == []
    assert (payments_of(client["id"]), payments_of(record["client_id"])) == (payments, [])


@rule(
    "ready_for_invoicing lists a recurring invoice until process has created the invoices of all due runs.",
    source="Assumed: the parameter is documented, the rule is not",
)
@pytest.mark.assumed
def test_a_processed_template_is_no_longer_ready(api: Api, factory: Factory) -> None:
    template = factory.template(line(5), period=9, nextcreationdate="2025-01-31")

    def ready() -> list[int]:
        query = {"ready_for_invoicing": "true"}
        return factory.list_ids(template["client_id"], "recurring_invoice.search", **query)

    assert ready() == [template["id"]]
    api.call("recurring_invoice.process", expect=200, body=[template["id"]])
    assert ready() == []


@rule(
    "A renamed or repriced {resource} is listed with its new values, and search finds it by the new name only.",
    source="Assumed: the parameter is documented, the searched properties are not",
)
@pytest.mark.assumed
@pytest.mark.parametrize(("resource", "rows"), [("client", "clients"), ("item", "items")])
def test_search_follows_a_new_name(api: Api, factory: Factory, resource: str, rows: str) -> None:
    create = factory.client if resource == "client" else factory.item
    record = create()
    name = factory.unique_name("Renamed")

    def found(text: str) -> list[Record]:
        listed: list[Record] = api.call(f"{resource}.search", expect=200, query={"search": text})[
            rows
        ]
        return listed

    assert [row["id"] for row in found(record["name"])] == [record["id"]]
    factory.save(resource, {"id": record["id"], "name": name})
    assert [(row["id"], row["name"]) for row in found(name)] == [(record["id"], name)]
    assert found(record["name"]) == []
