"""Clients and payments in the console."""

from collections.abc import Callable, Iterable

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import (
    CREDIT,
    FAILED,
    INVOICE,
    PENDING,
    PO_INVOICE,
    SETTLED,
    Client,
    Invoice,
    Payment,
)
from mockvoice.vendors.halo.rules.sorting import invoice_number
from mockvoice.web.record_kinds import (
    BAD,
    GOOD,
    NEUTRAL,
    WARNING,
    DocumentLayout,
    RecordKind,
    RelatedRecords,
    Summary,
)

_STATUSES = {PENDING: "pending", SETTLED: "settled", FAILED: "failed"}


def _client(_: HaloBackend, row: Client) -> Summary:
    return Summary(
        key=row.id,
        name=row.name,
        position=row.id,
        status="inactive" if row.extra.get("inactive") else "active",
        detail=str(row.extra.get("accountsid") or ""),
    )


def _payment(backend: HaloBackend, row: Payment) -> Summary:
    invoice = backend.invoices.get(row.invoice_id)
    return Summary(
        row.id,
        str(row.id),
        row.id,
        invoice.client_name if invoice else "",
        invoice.client_id if invoice else None,
        row.at.date(),
        None,
        _STATUSES[row.status],
        row.amount,
        currency=invoice.currency if invoice else "",
        detail=invoice_number(invoice) if invoice else "",
    )


def _invoices(kind: int) -> Callable[[HaloBackend, Client], Iterable[Invoice]]:
    return lambda backend, row: backend.invoices.select({"client_id": row.id, "kind": kind})


def _templates(backend: HaloBackend, row: Client) -> Iterable[Invoice]:
    return backend.templates.find_by("client_id", row.id)


def _paid_invoice(backend: HaloBackend, row: Payment) -> Iterable[Invoice]:
    invoice = backend.invoices.get(row.invoice_id)
    return (invoice,) if invoice else ()


def _used_credit(backend: HaloBackend, row: Payment) -> Iterable[Invoice]:
    credit = backend.invoices.get(row.credit_id) if row.credit_id else None
    return (credit,) if credit else ()


CLIENTS = RecordKind(
    key="clients",
    title="Clients",
    noun="client",
    table="clients",
    columns={"name": "Name", "detail": "Account", "status": "Status"},
    summarize=_client,
    render=render.client,
    tones={"active": GOOD, "inactive": NEUTRAL},
    operations=("client.",),
    layout=DocumentLayout(
        facts={
            "Account": "accountsid",
            "Main site": "main_site_name",
            "Top level": "toplevel_name",
            "Currency": "clientcurrency",
            "Tax number": "tax_number",
            "Tax of items": "item_tax_code_name",
            "Tax of services": "service_tax_code_name",
            "Tax of contracts": "contract_tax_code_name",
            "Extra days to pay": "invoiceduedaysextraclient",
            "Invoiced client": "client_to_invoice_name",
            "Is not invoiced": "dontinvoice",
        },
        related=(
            RelatedRecords("Invoices", "invoices", _invoices(INVOICE)),
            RelatedRecords("Credits", "credits", _invoices(CREDIT)),
            RelatedRecords("PO invoices", "po-invoices", _invoices(PO_INVOICE)),
            RelatedRecords("Recurring invoices", "recurring-invoices", _templates),
        ),
    ),
)

PAYMENTS = RecordKind(
    key="payments",
    title="Payments",
    noun="payment",
    table="payments",
    columns={
        "name": "Payment",
        "detail": "Invoice",
        "party": "Client",
        "date": "Date",
        "status": "Status",
        "amount": "Amount",
    },
    summarize=_payment,
    render=render.payment,
    tones={"settled": GOOD, "pending": WARNING, "failed": BAD},
    clients="clients",
    operations=("invoice_payment.",),
    layout=DocumentLayout(
        parties={"Client": ("client_name",)},
        facts={
            "Invoice": "invoice_invoicenumber",
            "Date": "date",
            "Method": "payment_method_name",
            "Reference": "reference",
            "Nominal code": "nominalcode",
            "Credit": "credit_note_id",
            "Posted": "posted",
        },
        totals={"Amount": "amount"},
        related=(
            RelatedRecords("Invoice", "invoices", _paid_invoice),
            RelatedRecords("Used credit", "credits", _used_credit),
        ),
    ),
)
