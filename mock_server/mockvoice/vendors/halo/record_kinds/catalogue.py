"""Items, expenses, taxes and currencies in the console."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from mockvoice.kernel.money import quantize
from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import Currency, Invoice, Item, Record, Tax
from mockvoice.vendors.halo.rules import calendar, taxes
from mockvoice.web.record_kinds import (
    GOOD,
    WARNING,
    DocumentLayout,
    PartTable,
    RecordKind,
    RelatedRecords,
    Summary,
)


def _amount(value: Any) -> Decimal:
    return quantize(Decimal(str(value)))


def _item(_: HaloBackend, row: Item) -> Summary:
    extra = row.extra
    return Summary(
        key=row.id,
        name=row.name,
        position=row.id,
        amount=_amount(extra.get("baseprice", 0)),
        detail="recurring" if extra.get("isrecurringitem") else "",
    )


def _expense(backend: HaloBackend, row: Record) -> Summary:
    values = row.values
    client = backend.clients.get(values.get("client_id") or 0)
    added = values.get("date_added")
    return Summary(
        key=row.id,
        name=str(values.get("description") or row.id),
        position=row.id,
        party=client.name if client else "",
        party_key=client.id if client else None,
        date=calendar.parse_datetime(added).date() if added else None,
        status="billed" if values.get("ihid") else "not billed",
        amount=_amount(values.get("amount", 0)),
    )


def _tax(backend: HaloBackend, row: Tax) -> Summary:
    return Summary(
        key=row.id,
        name=row.name,
        position=row.id,
        status="composite" if row.composite else "",
        detail=f"{taxes.value(backend, row).normalize():f} %",
    )


def _currency(_: HaloBackend, row: Currency) -> Summary:
    return Summary(
        key=row.id,
        name=row.name,
        position=row.id,
        status=row.code or "",
        detail=f"{row.rate.normalize():f}",
    )


def _billing_invoice(backend: HaloBackend, row: Record) -> Iterable[Invoice]:
    invoice = backend.invoices.get(row.values.get("ihid") or 0)
    return (invoice,) if invoice else ()


ITEMS = RecordKind(
    key="items",
    title="Items",
    noun="item",
    table="items",
    columns={"name": "Name", "detail": "Recurrence", "amount": "Base price"},
    summarize=_item,
    render=render.item,
    operations=("item.",),
    layout=DocumentLayout(
        facts={
            "Base price": "baseprice",
            "Cost price": "costprice",
            "Recurring price": "recurringprice",
            "Recurring cost": "recurringcost",
            "Tax": "taxcode_name",
            "Taxable": "taxable",
            "Nominal code": "nominalcode",
            "Account": "accountsid",
            "Is not invoiced": "dontinvoice",
        },
    ),
)

EXPENSES = RecordKind(
    key="expenses",
    title="Expenses",
    noun="expense",
    table="expenses",
    columns={
        "name": "Description",
        "party": "Client",
        "date": "Added",
        "status": "Status",
        "amount": "Amount",
    },
    summarize=_expense,
    render=render.expense,
    tones={"billed": GOOD, "not billed": WARNING},
    clients="clients",
    operations=("expense.",),
    layout=DocumentLayout(
        parties={"Client": ("client_name",)},
        facts={
            "Type": "type_name",
            "Added": "date_added",
            "Invoiced": "date_invoiced",
            "Reimbursed": "date_reimbursed",
            "Agent": "agent_id",
            "Ticket": "fault_id",
            "Invoiceable": "invoiceable",
            "Reviewed": "reviewed",
        },
        totals={"Amount": "amount"},
        notes={"Description": "description"},
        related=(RelatedRecords("Billed on", "invoices", _billing_invoice),),
    ),
)

TAXES = RecordKind(
    key="taxes",
    title="Taxes",
    noun="tax",
    table="taxes",
    columns={"name": "Name", "detail": "Rate", "status": "Type"},
    summarize=_tax,
    render=render.tax,
    operations=("tax.",),
    layout=DocumentLayout(
        facts={"Rate in percent": "value", "Code": "code", "Composite": "is_composite"},
        tables=(
            PartTable(
                "Linked rates",
                "linked_rates",
                {"Name": "name", "Code": "code", "Rate in percent": "value"},
            ),
        ),
    ),
)

CURRENCIES = RecordKind(
    key="currencies",
    title="Currencies",
    noun="currency",
    table="currencies",
    columns={"name": "Name", "status": "Code", "detail": "Conversion rate"},
    summarize=_currency,
    render=lambda _, row: render.currency(row),
    operations=("currency.",),
    layout=DocumentLayout(
        facts={
            "Code": "code",
            "Symbol": "symbol",
            "Conversion rate": "conversion_rate",
            "Last updated": "last_updated",
        },
    ),
)
