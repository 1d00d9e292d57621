"""Filters by payment, approval and date, asked of all states at once; searches in the trail; ties."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.change_trail import trail
from mockvoice_contracts.suites.halo.factories import Factory, Record, line

HEADERS = ["invoice", "recurring_invoice"]
World = tuple[int, dict[int, str]]


def listed(factory: Factory, world: World, resource: str, query: Record) -> set[str]:
    """Return the names of the listed records of a world."""
    client, names = world
    return {names[one] for one in factory.list_ids(client, f"{resource}.search", **query)}


@pytest.fixture(scope="module")
def payment_states(api: Api, factory: Factory) -> World:
    """Create invoices in each payment state; return their client and their names by id."""
    client = factory.client()["id"]

    def create(price: int = 10, **body: Any) -> Record:
        fields = {"include_in_autopay": True, **body}
        return factory.invoice(line(price), client_id=client, **fields)

    states = {name: create() for name in ("new", "reopened", "part", "paid", "over", "pending")}
    states |= {"manual": create(include_in_autopay=False), "free": create(0), "voided": create(),
               "credit": create(-10, typeid=1)}  # fmt: skip
    payment = factory.payment(states["reopened"], 10)
    api.call("invoice_payment.delete", expect=200, paymentId=payment["id"])
    for name, amount in (("part", 9.99), ("paid", 10), ("over", 10.01)):
        factory.payment(states[name], amount)
    factory.payment(states["pending"], 10, status=0)
    api.call("invoice.void", expect=200, invoiceId=states["voided"]["id"])
    return client, {record["id"]: name for name, record in states.items()}


@rule(
    "GET /Invoice with {query} lists the invoices in just these states: {names}.",
    source="Assumed: the codes of paymentstatus and the rule of stripeautopaymentrequired have no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"paymentstatuses": "-1"}, "new manual free credit"),
        ({"paymentstatuses": "0"}, "reopened pending"),
        ({"paymentstatuses": "1"}, "paid over"),
        ({"paymentstatuses": "2"}, "part"),
        ({"paymentstatuses": "2,1"}, "part paid over"),
        ({"stripeautopaymentrequired": "true"}, "new reopened part pending"),
    ],
    ids=str,
)
def test_filters_by_payment(
    factory: Factory, payment_states: World, query: Record, names: str
) -> None:
    assert listed(factory, payment_states, "invoice", query) == {*names.split()}


@rule(
    "awaiting_approval=true lists the records of {resource} that need an approval and were neither accepted nor rejected.",
    source="Assumed: the parameters are documented, what they compare is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
def test_filters_by_approval(factory: Factory, resource: str) -> None:
    client = factory.client()["id"]
    ids = {}
    for required in (True, False):
        for status in (0, 1, 2, 3):
            body = {"requires_approval": required, "approval_status": status}
            ids[factory.header(resource, client_id=client, **body)["id"]] = (required, status)

    waiting = factory.list_ids(client, f"{resource}.search", awaiting_approval="true")
    everything = factory.list_ids(client, f"{resource}.search", awaiting_approval="undefined")

    assert {ids[one] for one in waiting} == {(True, 0), (True, 1)}
    assert len(everything) == 8


# The properties that datesearch limits: its value, and the property of invoices and of templates.
DATES = {
    "duedate": ("duedate", "duedate"),
    "schedulestartdate": ("period_start_date", "startdate"),
    "scheduleenddate": ("period_end_date", "enddate"),
}


@rule(
    "datesearch={name} with start_date and end_date lists the records of {resource} of the days from one limit to the other, both included.",
    source="Assumed: the parameters are documented, their limits are not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("name", DATES)
@pytest.mark.parametrize("resource", HEADERS)
def test_each_date_has_both_limits(factory: Factory, resource: str, name: str) -> None:
    client = factory.client()["id"]
    field = DATES[name][HEADERS.index(resource)]
    times = {"before": "2026-03-01T23:59:59", "first": "2026-03-02", "last": "2026-03-03T23:59:59",
             "after": "2026-03-04"}  # fmt: skip
    records = {}
    for key, time in times.items():
        # The invoice date says the opposite, so that a filter by it finds the others.
        date = "2026-03-02" if key in ("before", "after") else "2026-07-01"
        record = factory.header(resource, client_id=client, invoice_date=date, **{field: time})
        records[record["id"]] = key

    def found(**query: str) -> set[str]:
        return listed(factory, (client, records), resource, {"datesearch": name, **query})

    first, last = {"start_date": "2026-03-02"}, {"end_date": "2026-03-03"}
    assert found(**first, **last) == {"first", "last"}
    assert found(**first) == {"first", "last", "after"}
    assert found(**last) == {"before", "first", "last"}


@rule(
    "GET /InvoiceChange with search finds a part of field_name, old_value, new_value and who, each alone and in any case.",
    source="Assumed: the parameter is documented, the searched properties are not",
)
@pytest.mark.assumed
def test_the_trail_is_searched_in_four_properties(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()
    words = {"field_name": "Maple", "old_value": "Birch", "new_value": "Aspen", "who": "Rowan"}
    rows = [{"invoice_id": invoice["id"], "field_name": "x", name: f"the {word} tree"}
            for name, word in words.items()]  # fmt: skip
    ids = [row["id"] for row in factory.save("invoice_change", *rows)]

    for word, row_id in zip(words.values(), ids, strict=True):
        assert [row["id"] for row in trail(api, invoice, search=word.upper()[1:])] == [row_id], word
    newest_first = [row["id"] for row in trail(api, invoice, search=" TREE")]
    assert newest_first == ids[::-1]


@rule(
    "POST /InvoiceChange sets datetime and who if they are missing, and each row of one request has its own id.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_missing_values_of_a_row_are_set(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()
    created = trail(api, invoice)[0]
    body = {"invoice_id": invoice["id"], "field_name": "outside", "new_value": "1"}
    first, second = factory.save("invoice_change", body, {**body, "who": None, "datetime": None})

    assert first["id"] != second["id"]
    for row in (first, second):
        assert row["who"] == created["who"]
        assert row["datetime"][:10] >= created["datetime"][:10]


@rule(
    "Rows of {operation} with equal values are in the order of their ids, ascending and descending; without order, by id.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("operation", "rows", "order"),
    [("invoice_payment.search", "payments", "amount"), ("client.search", "clients", "tax_number"),
     ("item.search", "items", "baseprice"), ("recurring_invoice.search", "invoices", "contract_id")],
)  # fmt: skip
def test_equal_rows_are_ordered_by_id(
    api: Api, factory: Factory, operation: str, rows: str, order: str
) -> None:
    resource = operation.removesuffix(".search")
    word = factory.unique_name("Tie")
    values = [5, 2, 5, 2, 9]
    query: Record = {"search": word}
    if resource == "invoice_payment":
        invoice = factory.invoice(line(100))
        query = {"invoice_id": invoice["id"]}
        bodies = [{"invoice_id": invoice["id"], "amount": value} for value in values]
    elif resource == "recurring_invoice":
        query = {"client_id": factory.client()["id"]}
        bodies = [{**query, "contract_id": value} for value in values]
    else:
        text = order == "tax_number"
        bodies = [{"name": f"{word} {n}", order: str(value) if text else value}
                  for n, value in enumerate(values)]  # fmt: skip
    ids = [row["id"] for row in factory.save(resource, *bodies)]
    # The ids of recurring invoices are negative, so the newest one has the lowest.
    two, five = (sorted((ids[first], ids[first + 2])) for first in (1, 0))

    def found(**switches: str) -> list[int]:
        body = api.call(operation, expect=200, query={**query, **switches})
        return [row["id"] for row in body[rows]]

    assert found(order=order) == [*two, *five, ids[4]]
    assert found(order=order, orderdesc="true") == [ids[4], *five, *two]
    if resource != "recurring_invoice":
        assert found() == sorted(ids)
