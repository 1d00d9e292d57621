"""Lists after a change: filters, search and sorting use the current values of each record."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, Record, line

LIST_RULES = "Documented: usehalo.com/swagger, GET /Invoice"
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
    ({"notpostedonly": "true"}, {"posted": True}, {"posted": False}),
    ({"reviewrequired": "true"}, {}, {"reviewrequired": True}),
    ({"third_party_id": "SI-7"}, {"thirdpartyinvoicenumber": "SI-6"}, {"thirdpartyinvoicenumber": "SI-7"}),
    ({"xero_id": "x-7"}, {"xeroid": "x-6"}, {"xeroid": "x-7"}),
    ({"quickbooks_id": 17}, {"qboid": 16}, {"qboid": 17}),
    ({"datesearch": "duedate", "start_date": "2026-03-01"}, {"duedate": "2026-02-01"}, {"duedate": "2026-03-01"}),
]  # fmt: skip
ASSUMED_CHANGES: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({"search": "zebra"}, {"reference": "horse"}, {"reference": "Zebra"}),
    ({"advanced_search": "zebra"}, {}, {"thirdpartyinvoicenumber": "zebra"}),
    ({"start_date": "2026-03-01"}, {"invoice_date": "2026-02-01"}, {"invoice_date": "2026-03-01"}),
    ({"ticket_id": 903}, {"lines": [line()]}, {"add_lines": [line(ticket_id=903)]}),
    ({"asset_id": 77}, {"lines": [line()]}, {"lines": [line(asset_id=77)]}),
    ({"sent_status": 1}, {}, {"datesent": "2026-01-05"}),
    ({"rinvoice_type": "contracts"}, {}, {"contract_id": 5}),
    ({"awaiting_approval": "true"}, {"requires_approval": True, "approval_status": 2}, {"approval_status": 1}),
    ({"includeinvoices": "false", "includecredits": "true"}, {}, {"type": 1}),
]  # fmt: skip


def check_filter_follows(
    factory: Factory,
    resource: str,
    query: dict[str, Any],
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    record = factory.header(resource, **before)

    def listed() -> list[int]:
        return factory.list_ids(record["client_id"], f"{resource}.search", **query)

    assert listed() == []
    factory.save(resource, {"id": record["id"], **after})
    assert listed() == [record["id"]]


@rule(
    "After an update, the list with {query} finds the {resource} by its new value only.",
    source=LIST_RULES,
)
@pytest.mark.parametrize(("query", "before", "after"), CHANGES, ids=lambda case: str(case)[:40])
@pytest.mark.parametrize("resource", HEADERS)
def test_filters_follow_an_update(
    factory: Factory, resource: str, query: Any, before: Any, after: Any
) -> None:
    check_filter_follows(factory, resource, query, before, after)


@rule(
    "After an update, the list with {query} finds the {resource} by its new value only.",
    source="Assumed: the parameters are documented, what they compare is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("query", "before", "after"), ASSUMED_CHANGES, ids=lambda case: str(case)[:40]
)
@pytest.mark.parametrize("resource", HEADERS)
def test_assumed_filters_follow_an_update(
    factory: Factory, resource: str, query: Any, before: Any, after: Any
) -> None:
    check_filter_follows(factory, resource, query, before, after)


@rule(
    "order=total and order=reference sort by the current values after lines and header are updated.",
    source=LIST_RULES,
)
@pytest.mark.parametrize("resource", HEADERS)
def test_sorting_follows_an_update(api: Api, factory: Factory, resource: str) -> None:
    client = factory.client()["id"]
    first, second, third = (
        factory.header(resource, line(price), client_id=client, reference=f"{price}")
        for price in (1, 2, 3)
    )
    api.call(
        f"{resource}.update_lines",
        expect=200,
        body=[{"id": first["lines"][0]["id"], "unit_price": 9}],
    )
    factory.save(resource, {"id": third["id"], "lines": [line(1), line(0.5)], "reference": "0"})

    def order(name: str, **query: str) -> list[int]:
        return factory.list_ids(client, f"{resource}.search", order=name, **query)

    assert order("total") == [third["id"], second["id"], first["id"]]
    assert order("total", orderdesc="true") == [first["id"], second["id"], third["id"]]
    assert order("reference") == [third["id"], first["id"], second["id"]]


@rule(
    "order=amountdue and order=amountpaid sort by the current values after payments are added, changed and deleted.",
    source=LIST_RULES,
)
def test_sorting_follows_the_payments(api: Api, factory: Factory) -> None:
    client = factory.client()["id"]
    first, second, third = (factory.invoice(line(100), client_id=client) for _ in range(3))
    payment = factory.payment(first, 10)
    factory.payment(second, 20)
    removed = factory.payment(third, 30)

    def order(name: str) -> list[int]:
        return factory.list_ids(client, order=name)

    assert order("amountpaid") == [first["id"], second["id"], third["id"]]
    assert order("amountdue") == [third["id"], second["id"], first["id"]]
    factory.save("invoice_payment", {"id": payment["id"], "amount": 40})
    api.call("invoice_payment.delete", expect=200, paymentId=removed["id"])
    assert order("amountpaid") == [third["id"], second["id"], first["id"]]
    assert order("amountdue") == [first["id"], second["id"], third["id"]]


@rule(
    "GET /InvoicePayment with order={name} sorts by the current value after the invoice or its client is updated.",
    source="Documented: usehalo.com/swagger, GET /InvoicePayment",
)
@pytest.mark.parametrize("name", ["client_id", "client_name", "invoice_invoicenumber"])
def test_payments_sort_by_the_current_values_of_their_invoice(
    api: Api, factory: Factory, name: str
) -> None:
    # The names sort last, so that the payments are on the first page of a descending list.
    names = (factory.unique_name(f"zz {letter}") for letter in "ABC")
    first, second, third = (factory.client(name=client_name) for client_name in names)
    invoices = [
        factory.invoice(line(10), client_id=client["id"], invoicenumber=client["name"])
        for client in (first, second)
    ]
    ids = [factory.payment(invoice, 4)["id"] for invoice in invoices]

    def order() -> list[int]:
        query = {"order": name, "orderdesc": "true", "pageinate": "true", "page_size": 20}
        rows = api.call("invoice_payment.search", expect=200, query=query)["payments"]
        return [row["id"] for row in rows if row["id"] in ids]

    assert order() == ids[::-1]
    moved = {"client_id": third["id"], "invoicenumber": third["name"]}
    factory.save("invoice", {"id": invoices[0]["id"], **moved})
    assert order() == ids


@rule(
    "paymentstatuses and stripeautopaymentrequired follow each payment, its update, its deletion and void.",
    source="Assumed: the parameters are documented, the codes are not",
)
@pytest.mark.assumed
def test_filters_by_payment_follow_the_payments(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(100), include_in_autopay=True)

    def matching() -> list[str]:
        queries = {"unpaid": {"paymentstatuses": "0,-1"}, "paid": {"paymentstatuses": "1"}, "part": {"paymentstatuses": "2"},
                   "auto": {"stripeautopaymentrequired": "true"}}  # fmt: skip
        return [
            name
            for name, query in queries.items()
            if factory.list_ids(invoice["client_id"], **query)
        ]

    assert matching() == ["unpaid", "auto"]
    payment = factory.payment(invoice, 40)
    assert matching() == ["part", "auto"]
    factory.save("invoice_payment", {"id": payment["id"], "amount": 100})
    assert matching() == ["paid"]
    factory.save("invoice_payment", {"id": payment["id"], "status": 0})
    assert matching() == ["unpaid", "auto"]
    api.call("invoice_payment.delete", expect=200, paymentId=payment["id"])
    assert matching() == ["unpaid", "auto"]
    api.call("invoice.void", expect=200, invoiceId=invoice["id"])
    assert matching() == []


@rule(
    "A record that is moved to another client_id is listed with this client only, also its payments.",
    source=LIST_RULES,
)
@pytest.mark.parametrize("resource", HEADERS)
def test_a_moved_record_is_listed_with_its_new_client(
    api: Api, factory: Factory, resource: str
) -> None:
    record, client = factory.header(resource, line(10)), factory.client()
    payments = [factory.payment(record, 4)["id"]] if resource == "invoice" else []

    moved = factory.save(resource, {"id": record["id"], "client_id": client["id"]})

    def payments_of(client_id: int) -> list[int]:
        rows = api.call("invoice_payment.search", expect=200, query={"client_id": client_id})
        return [row["id"] for row in rows["payments"]]

    operation = f"{resource}.search"
    assert (moved["client_id"], moved["client_name"]) == (client["id"], client["name"])
    assert factory.list_ids(client, operation) == [record["id"]]
    assert factory.list_ids(record["client_id"], operation) == []
    assert (payments_of(client["id"]), payments_of(record["client_id"])) == (payments, [])


@rule(
    "A payment that is moved to another invoice_id is listed with this invoice and its client only.",
    source="Documented: usehalo.com/swagger, GET /InvoicePayment",
)
def test_a_moved_payment_is_listed_with_its_new_invoice(api: Api, factory: Factory) -> None:
    old, new = factory.invoice(line(10)), factory.invoice(line(10))
    payment = factory.payment(old, 4, intent_id="before")
    factory.save(
        "invoice_payment", {"id": payment["id"], "invoice_id": new["id"], "intent_id": "after"}
    )

    def ids(**query: Any) -> list[int]:
        rows = api.call("invoice_payment.search", expect=200, query=query)["payments"]
        return [row["id"] for row in rows]

    assert ids(invoice_id=old["id"]) == ids(client_id=old["client_id"]) == []
    assert ids(invoice_id=new["id"]) == ids(client_id=new["client_id"]) == [payment["id"]]
    assert ids(invoice_id=new["id"], intent_id="after") == [payment["id"]]
    assert ids(invoice_id=new["id"], intent_id="before") == []


@rule(
    "GET /InvoicePayment with search finds a payment by the current number of its invoice and the current name of its client.",
    source="Assumed: the parameter is documented, the searched properties are not",
)
@pytest.mark.assumed
def test_payments_are_searched_by_the_current_number_and_client(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(10), invoicenumber=factory.unique_name("Old"))
    payment = factory.payment(invoice, 4)
    number, name = factory.unique_name("New"), factory.unique_name("Renamed")
    factory.save("invoice", {"id": invoice["id"], "invoicenumber": number})
    factory.save("client", {"id": invoice["client_id"], "name": name})

    def ids(text: str) -> list[int]:
        rows = api.call("invoice_payment.search", expect=200, query={"search": text})["payments"]
        return [row["id"] for row in rows]

    assert ids(number) == ids(name) == [payment["id"]]
    assert ids(invoice["invoicenumber"]) == ids(invoice["client_name"]) == []
    current = api.call("invoice_payment.get", expect=200, paymentId=payment["id"])
    assert (current["invoice_invoicenumber"], current["client_name"]) == (number, name)


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
    factory.save(resource, {"id": record["id"], "name": name})

    def found(text: str) -> list[Record]:
        listed: list[Record] = api.call(f"{resource}.search", expect=200, query={"search": text})[
            rows
        ]
        return listed

    assert [(row["id"], row["name"]) for row in found(name)] == [(record["id"], name)]
    assert found(record["name"]) == []
