"""Contacts in the console: customers, suppliers and optometrists."""

from collections.abc import Iterable

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.models import DELETED, Contact, Invoice, Payment, Quotation
from mockvoice.web.record_kinds import (
    GOOD,
    NEUTRAL,
    DocumentLayout,
    PartTable,
    RecordKind,
    RelatedRecords,
    Summary,
)


def _contact(_: OptiBackend, row: Contact) -> Summary:
    return Summary(
        key=row.id,
        name=row.name,
        position=row.id,
        date=row.created_at.date(),
        status=row.status,
        detail=row.identification_number or "",
    )


def _invoices(backend: OptiBackend, row: Contact) -> Iterable[Invoice]:
    invoices = backend.invoices.find_by("contact_id", row.id)
    return [invoice for invoice in invoices if invoice.status != DELETED]


def _quotations(backend: OptiBackend, row: Contact) -> Iterable[Quotation]:
    return backend.quotations.find_by("contact_id", row.id)


def _payments(backend: OptiBackend, row: Contact) -> Iterable[Payment]:
    """Return the payments of a contact's invoices, and its other income."""
    for invoice in backend.invoices.find_by("contact_id", row.id):
        yield from backend.payments.find_by("invoice_id", invoice.id)
    yield from backend.payments.find_by("contact_id", row.id)


CONTACTS = RecordKind(
    key="contacts",
    title="Contacts",
    noun="contact",
    table="contacts",
    columns={
        "name": "Name",
        "detail": "RNC or cédula",
        "date": "Created",
        "status": "Status",
    },
    summarize=_contact,
    render=render.contact,
    tones={"active": GOOD, "inactive": NEUTRAL},
    operations=("contacts.",),
    layout=DocumentLayout(
        parties={
            "Address": (
                "primary_address/street",
                "primary_address/city",
                "primary_address/country",
            )
        },
        facts={
            "Type": "contact_type",
            "Identification": "identification_type",
            "Number": "identification_number",
            "E-mail": "email",
            "Phone": "phone",
            "Fax": "fax",
            "Credit limit": "credit_limit",
            "Birth date": "birth_date",
            "Gender": "gender",
            "Created": "created_at",
            "Updated": "updated_at",
        },
        tables=(
            PartTable(
                "Addresses",
                "addresses",
                {"Type": "type", "Address": "full_address", "Primary": "is_primary"},
            ),
            PartTable(
                "Relationships",
                "relationships",
                {"Contact": "name", "Relationship": "relationship"},
            ),
        ),
        notes={"Observations": "observations"},
        related=(
            RelatedRecords("Invoices", "invoices", _invoices),
            RelatedRecords("Quotations", "quotations", _quotations),
            RelatedRecords("Payments", "payments", _payments),
        ),
    ),
)
