"""Sorting of payments, changes, clients, items and recurring invoices by each of their properties."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, Record, line

Rows = tuple[str, Record]
SORTED: dict[str, tuple[str, list[str]]] = {
    "invoice_payment": ("payments", ["id", "invoice_id", "date", "amount", "method", "status", "type", "module_id",
                                     "thirdpartyid", "payment_method_name", "client_name", "intent_date"]),
    "invoice_change": ("changehistory", ["id", "type_id", "field_name", "old_value", "new_value", "who", "datetime",
                                         "invoice_line_id"]),
    "client": ("clients", ["id", "name", "accountsid", "tax_number", "toplevel_id", "invoiceduedaysextraclient"]),
    "item": ("items", ["id", "name", "baseprice", "costprice", "recurringprice", "nominalcode", "taxcode"]),
    "recurring_invoice": ("invoices", ["id", "reference", "contract_id", "total", "tax_total", "invoice_date", "period",
                                       "startdate", "nextcreationdate", "lastcreated", "change_seq", "sitenumber"]),
}  # fmt: skip


def _payments(factory: Factory, word: str) -> Record:
    client = factory.client()["id"]
    first, second = (factory.invoice(line(100), client_id=client) for _ in range(2))
    bodies: list[Record] = [
        {"amount": 20, "date": "2026-03-01", "method": 2, "thirdpartyid": "b", "status": 0},
        {"amount": 100, "date": "2026-01-05", "module_id": 7, "thirdpartyid": "A", "payment_method_name": "Card"},
        {"amount": 9.5, "date": "2026-02-10T10:00:00", "method": 1, "type": 1, "intent_date": "2026-02-01"},
        {"amount": 20, "date": "2025-12-31", "status": 2, "payment_method_name": "bank"},
    ]  # fmt: skip
    owners = (second, first, second, first)
    rows = zip(bodies, owners, strict=True)
    factory.save("invoice_payment", *({**body, "invoice_id": row["id"]} for body, row in rows))
    return {"client_id": client}


def _changes(factory: Factory, word: str) -> Record:
    invoice = factory.invoice()["id"]
    bodies: list[Record] = [
        {"field_name": "outside b", "old_value": "9", "who": "zoe", "datetime": "2026-03-01", "type_id": 2},
        {"field_name": "Outside A", "old_value": "10", "new_value": "x", "who": "Ann", "datetime": "2026-01-01"},
        {"field_name": "outside c", "new_value": "X", "who": "ann", "datetime": "2026-02-01", "invoice_line_id": 4},
    ]  # fmt: skip
    factory.save("invoice_change", *({**body, "invoice_id": invoice} for body in bodies))
    return {"invoice_id": invoice, "search": "outside"}


def _clients(factory: Factory, word: str) -> Record:
    bodies: list[Record] = [
        {"name": f"{word} b", "accountsid": "b", "toplevel_id": 20}, {"name": f"{word} A", "tax_number": "t", "toplevel_id": 9},
        {"name": f"{word} c", "accountsid": "A", "invoiceduedaysextraclient": 100}, {"name": f"{word} d", "invoiceduedaysextraclient": 20},
    ]  # fmt: skip
    factory.save("client", *bodies)
    return {"search": word}


def _items(factory: Factory, word: str) -> Record:
    tax = factory.tax()["id"]
    bodies: list[Record] = [
        {"name": f"{word} b", "baseprice": 20, "costprice": 3, "nominalcode": "b"},
        {"name": f"{word} A", "baseprice": 100, "recurringprice": 9, "taxcode": tax},
        {"name": f"{word} c", "baseprice": 9.5, "recurringprice": 10, "nominalcode": "A"},
    ]  # fmt: skip
    factory.save("item", *bodies)
    return {"search": word}


def _templates(factory: Factory, word: str) -> Record:
    client = factory.client()["id"]
    bodies: list[Record] = [
        {"reference": "b", "lines": [line(20, tax_rate=20)], "period": 3, "startdate": "2026-03-01", "invoice_date": "2026-01-03"},
        {"reference": "A", "lines": [line(100)], "contract_id": 5, "nextcreationdate": "2026-02-01", "invoice_date": "2026-01-01"},
        {"lines": [line(9.5, tax_rate=5)], "period": 1, "lastcreated": "2026-01-01", "sitenumber": 4, "invoice_date": "2026-01-02"},
    ]  # fmt: skip
    rows = factory.save("recurring_invoice", *({**body, "client_id": client} for body in bodies))
    factory.save("recurring_invoice", {"id": rows[1]["id"], "internal_note": "x"})
    return {"client_id": client}


CREATORS = {"invoice_payment": _payments, "invoice_change": _changes, "client": _clients, "item": _items,
            "recurring_invoice": _templates}  # fmt: skip


def sort_value(value: Any) -> tuple[Any, ...]:
    """Return the sort value: nothing first, text regardless of case."""
    return () if value is None else (value.lower() if isinstance(value, str) else value,)


@rule(
    "The list of {resource} is sorted by each property, ascending and descending: numbers by value, text in any case, missing values first, equal rows by id.",
    source="Assumed: that order names properties is documented, which ones is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", SORTED)
def test_each_property_sorts(api: Api, factory: Factory, resource: str) -> None:
    key, names = SORTED[resource]
    query = CREATORS[resource](factory, factory.unique_name("Sort"))

    def rows(**switches: str) -> list[Record]:
        body = api.call(f"{resource}.search", expect=200, query={**query, **switches})
        listed: list[Record] = body[key]
        return listed

    by_id = sorted(rows(), key=lambda row: row["id"])
    assert len(by_id) >= 3
    for name in names:
        for descending in (False, True):
            expected = sorted(by_id, key=lambda row: sort_value(row.get(name)), reverse=descending)
            if descending:  # equal rows stay in the order of their ids
                expected = [
                    row
                    for value in dict.fromkeys(sort_value(one.get(name)) for one in expected)
                    for row in by_id
                    if sort_value(row.get(name)) == value
                ]
            listed = rows(order=name, orderdesc=str(descending).lower())
            assert [row["id"] for row in listed] == [row["id"] for row in expected], (
                f"order={name}, {descending=}"
            )
