"""Recurring invoice templates."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend, creation_day
from mockvoice.vendors.count.models import (
    Invoice,
    Template,
)
from mockvoice.vendors.count.record_kinds.parts import CUSTOMER, LINES, TONES, TOTALS, customer_name
from mockvoice.web.record_kinds import (
    DocumentLayout,
    RecordKind,
    RelatedRecords,
    Summary,
)


def _template(backend: CountBackend, row: Template) -> Summary:
    customer = customer_name(backend, row.content.customer_id)
    return Summary(
        key=row.id,
        name=customer,
        position=row.serial,
        party=customer,
        party_key=row.content.customer_id,
        date=row.schedule.anchor,
        due=row.next_run and dt.date.fromordinal(creation_day(row)),
        status="paused" if row.paused else "active",
        amount=Decimal(row.content.totals.total),
        currency=row.content.currency,
        detail=f"{row.schedule.pattern}, every {row.schedule.interval}",
    )


def _generated(backend: CountBackend, row: Template) -> Iterable[Invoice]:
    return backend.invoices.find_by("template", row.id)


TEMPLATES = RecordKind(
    key="templates",
    title="Recurring templates",
    noun="recurring template",
    table="templates",
    columns={
        "name": "Customer",
        "detail": "Recurrence",
        "date": "First date",
        "due": "Next invoice",
        "status": "Status",
        "amount": "Total",
    },
    summarize=_template,
    render=render.template,
    tones=TONES,
    clients="customers",
    on_due="creates an invoice",
    days_after_due=0,
    operations=("recurring_invoice_templates.",),
    layout=DocumentLayout(
        parties={"Customer": CUSTOMER},
        facts={
            "Recurrence": "recurrencePattern",
            "Interval": "recurrenceInterval",
            "Next run": "nextRunDate",
            "Last run": "lastRunDate",
            "Days in advance": "inAdvanceCreationDays",
            "Currency": "currency",
        },
        tables=(LINES,),
        totals=TOTALS,
        notes={"Notes": "notes"},
        related=(RelatedRecords("Generated invoices", "invoices", _generated),),
    ),
)
