"""Recurring invoices in the console: the templates whose timers create invoices."""

from collections.abc import Iterable

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import Invoice
from mockvoice.vendors.halo.record_kinds.documents import LINES, NOTES, PARTIES, TOTALS, history
from mockvoice.vendors.halo.rules.calendar import PERIOD_NAMES
from mockvoice.vendors.halo.rules.sorting import invoice_number
from mockvoice.web.record_kinds import (
    GOOD,
    NEUTRAL,
    DocumentLayout,
    RecordKind,
    RelatedRecords,
    Summary,
)


def _summary(_: HaloBackend, row: Invoice) -> Summary:
    timer = row.timer
    anchor_at = timer.anchor_at if timer else None
    next_at = timer.next_at if timer else None
    period = timer.period if timer else None
    return Summary(
        key=row.id,
        name=invoice_number(row),
        position=-row.id,
        party=row.client_name,
        party_key=row.client_id,
        date=anchor_at.date() if anchor_at else None,
        due=next_at.date() if next_at else None,
        status="disabled" if row.disabled else "active",
        amount=row.figures.total,
        currency=row.currency,
        detail="" if period is None else PERIOD_NAMES[period],
    )


def _created(backend: HaloBackend, row: Invoice) -> Iterable[Invoice]:
    invoices = backend.invoices.find_by("client_id", row.client_id)
    return [invoice for invoice in invoices if invoice.template_id == row.id]


RECURRING_INVOICES = RecordKind(
    key="recurring-invoices",
    title="Recurring invoices",
    noun="recurring invoice",
    table="templates",
    columns={
        "name": "Number",
        "party": "Client",
        "detail": "Period",
        "date": "Start date",
        "due": "Next creation",
        "status": "Status",
        "amount": "Total",
    },
    summarize=_summary,
    render=render.header,
    tones={"active": GOOD, "disabled": NEUTRAL},
    clients="clients",
    on_due="creates an invoice",
    days_after_due=0,
    waiting_statuses=frozenset(("active",)),
    operations=("recurring_invoice.",),
    layout=DocumentLayout(
        parties=PARTIES,
        facts={
            "Period": "periodname",
            "Start date": "startdate",
            "Next creation date": "nextcreationdate",
            "Last created": "lastcreated",
            "End date": "enddate",
            "Terms": "duedatename",
            "Reference": "reference",
            "Currency": "currency",
            "Created": "date_created",
            "Changed": "last_modified",
        },
        tables=(LINES,),
        totals=TOTALS,
        notes=NOTES,
        related=(RelatedRecords("Created invoices", "invoices", _created),),
        history=history,
    ),
)
