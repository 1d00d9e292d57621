"""Values of headers: zeros that are sent, kinds, sequences, and defaults that a client has."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, Record, assert_same, line

HEADERS = ["invoice", "recurring_invoice"]
KINDS = ("invoicetype", "type", "typeid")


@rule(
    "currency_code 0 of a record of {resource} is the home currency, also if its client has another one, on create and on update.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
def test_the_home_currency_can_be_chosen(factory: Factory, resource: str) -> None:
    currency = factory.currency(1.25, symbol="K")["id"]
    client = factory.client(default_currency_code=currency)["id"]
    foreign = factory.header(resource, line(100), client_id=client)
    home = factory.header(resource, line(100), client_id=client, currency_code=0)
    moved = factory.save(resource, {"id": foreign["id"], "currency_code": 0})

    assert (foreign["currency_code"], foreign["currency"]) == (currency, "K")
    for record in (home, moved):
        assert (record["currency_code"], record["currency_conversion_rate"]) == (0, 1)
        assert record["currency"] != "K"
        assert record["lines"][0]["net_amount_converted"] == 100


@rule(
    "due_date_int, paymentterms and due_date_type that an update sets to 0 count no longer: the invoice is due on its date.",
    source="Assumed: the terms are observed, an update is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    "terms",
    [{"due_date_int": 30}, {"paymentterms": 14}, {"due_date_type": 2, "due_date_int": 10}],
    ids=str,
)
def test_terms_of_zero_days_are_due_at_once(factory: Factory, terms: dict[str, int]) -> None:
    invoice = factory.invoice(invoice_date="2026-01-31", **terms)
    zero = factory.save("invoice", {"id": invoice["id"], **dict.fromkeys(terms, 0)})

    assert invoice["duedate"][:10] > "2026-01-31"
    assert zero["duedate"][:10] == "2026-01-31"


@rule(
    "The extra days of a client are added for all payment terms, here {terms}: an invoice of 2026-01-31 is due on {day}.",
    source="Assumed: the terms are observed, the extra days have no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("terms", "day"),
    [
        ({}, "2026-02-05"),
        ({"paymentterms": 14}, "2026-02-19"),
        ({"due_date_type": 1, "due_date_int": 0}, "2026-02-05"),
        ({"due_date_type": 2, "due_date_int": 31}, "2026-03-05"),
        ({"due_date_type": 3, "due_date_int": 31}, "2026-02-05"),
        ({"due_date_type": 3, "due_date_int": 31, "invoice_date": "2028-02-10"}, "2028-03-05"),
        ({"due_date_int": 30, "paymentterms": 14}, "2026-03-07"),
    ],
    ids=str,
)
def test_extra_days_are_added_to_all_terms(
    factory: Factory, terms: dict[str, Any], day: str
) -> None:
    client = factory.client(invoiceduedaysextraclient=5)["id"]
    invoice = factory.invoice(client_id=client, **{"invoice_date": "2026-01-31", **terms})

    assert invoice["duedate"][:10] == day


@rule(
    "last_change_seq 0 is below every change_seq, so a record of {resource} that has it is not saved.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
def test_a_sequence_of_zero_is_outdated(factory: Factory, resource: str) -> None:
    record = factory.header(resource, line(5))
    stale = {"id": record["id"], "reference": "y", "last_change_seq": 0}

    assert isinstance(factory.assert_rejected(f"{resource}.save", stale), str)
    assert_same(factory.read(record), record)


@rule(
    "{name} sets the kind of a record of {resource}, on create and on update, and invoicetype, type and typeid are equal.",
    source="Assumed: the properties are documented, their codes are not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("resource", HEADERS)
def test_a_kind_has_three_names(factory: Factory, resource: str, name: str) -> None:
    plain = factory.header(resource)
    records = [
        plain,
        factory.header(resource, **{name: 1}),
        factory.save(resource, {"id": plain["id"], name: 2}),
        factory.save(resource, {"id": plain["id"], name: 0}),
    ]

    kinds = [[record[key] for key in KINDS] for record in records]
    assert kinds == [[0, 0, 0], [1, 1, 1], [2, 2, 2], [0, 0, 0]]


@rule(
    "Quantity 0 and sequenceid 0 of a new line of {resource} are stored, and tax_rate 0 precedes the tax of the client.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
def test_zeros_of_a_new_line_are_stored(factory: Factory, resource: str) -> None:
    tax = factory.tax(20)["id"]
    client = factory.client(item_tax_code=tax, contract_tax_code=tax)["id"]
    untaxed, none = line(10, tax_rate=0), line(40, qty_order=0)
    record = factory.header(
        resource, line(7), none, untaxed, line(3, sequenceid=0), client_id=client
    )

    rows = [(row["unit_price"], row["qty_order"], row["tax_amount"]) for row in record["lines"]]
    assert [row[0] for row in rows] == [3, 7, 40, 10]
    assert rows[2:] == [(40, 0, 0), (10, 1, 0)]
    assert record["total"] == 22


@rule(
    "{query} lists the records of {resource} that have no such value.",
    source="Assumed: the parameters are documented, 0 is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
@pytest.mark.parametrize(
    ("query", "other"),
    [({"site_id": 0}, {"sitenumber": 5}), ({"user_id": 0}, {"uid": 5}), ({"quickbooks_id": 0}, {"qboid": 5}),
     ({"billingcategory_ids": "0"}, {"billingcategory": 5}), ({"contract_id": 0}, {"contract_id": 5})],
    ids=lambda case: str(case),
)  # fmt: skip
def test_a_filter_by_zero_is_a_filter(
    factory: Factory, resource: str, query: Record, other: Record
) -> None:
    client = factory.client()["id"]
    record = factory.header(resource, client_id=client)
    factory.header(resource, client_id=client, **other)

    assert factory.list_ids(client, f"{resource}.search", **query) == [record["id"]]


@rule(
    "change_seq of a record of {resource} is 1 higher after each save of its header, its lines and its timer, after process and after void.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
def test_each_save_raises_the_sequence_by_one(api: Api, factory: Factory, resource: str) -> None:
    record = factory.header(resource, line(5))
    first = {"id": record["lines"][0]["id"], "ihid": record["id"]}
    sequences = [record["change_seq"]]

    def call(operation: str, body: Any = None, **path: Any) -> None:
        api.call(operation, expect=(200, 201), body=body, **path)
        sequences.append(factory.read(record)["change_seq"])

    call(f"{resource}.save", [{"id": record["id"], "reference": "x", "internal_note": "y"}])
    call(f"{resource}.update_lines", [first | {"qty_order": 2, "unit_price": 7}])
    call(f"{resource}.update_lines", [{"ihid": record["id"], "unit_price": 1}])
    call(f"{resource}.save", [{"id": record["id"], "add_lines": [line(1), line(2)]}])
    if resource == "invoice":
        call("invoice.void", invoiceId=record["id"])
    else:
        call("recurring_invoice.add_lines", [{"ihid": record["id"], "unit_price": 1}])
        call("template.save", [{"id": record["schedule_id"], "period": 1}])
        call("recurring_invoice.process", [record["id"]])

    assert sequences == list(range(1, len(sequences) + 1))
