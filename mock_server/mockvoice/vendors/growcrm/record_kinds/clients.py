"""Clients, their contacts and their projects in the console."""

from collections.abc import Callable, Iterable
from typing import Any

from mockvoice.vendors.growcrm import render
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.models import Client, Project, User
from mockvoice.web.record_kinds import (
    BAD,
    GOOD,
    INFO,
    NEUTRAL,
    WARNING,
    DocumentLayout,
    PartTable,
    RecordKind,
    RelatedRecords,
    Summary,
)


def _client(backend: GrowBackend, row: Client) -> Summary:
    owner = backend.users.get(row.owner_id) if row.owner_id else None
    return Summary(
        key=row.id,
        name=row.company_name,
        position=row.id,
        status=row.status,
        date=row.created_at.date(),
        detail=owner.name if owner else "",
    )


def _contact(backend: GrowBackend, row: User) -> Summary:
    client = backend.clients.get(row.client_id) if row.client_id else None
    return Summary(
        key=row.id,
        name=row.name,
        position=row.id,
        party=client.company_name if client else "",
        party_key=row.client_id,
        status=row.status,
        detail=row.email,
    )


def _project(backend: GrowBackend, row: Project) -> Summary:
    client = backend.clients.get(row.client_id)
    return Summary(
        key=row.id,
        name=row.title,
        position=row.id,
        party=client.company_name if client else "",
        party_key=row.client_id,
        date=row.start_date,
        due=row.due_date,
        status=row.status,
        detail=f"{row.progress} %",
    )


def _of_client(table: str) -> Callable[[GrowBackend, Client], Iterable[Any]]:
    return lambda backend, row: backend.all_tables()[table].find_by("client_id", row.id)


def _of_project(table: str) -> Callable[[GrowBackend, Project], Iterable[Any]]:
    return lambda backend, row: backend.all_tables()[table].find_by("project_id", row.id)


def _address_paths(name: str) -> tuple[str, ...]:
    return tuple(f"{name}/{part}" for part in ("street", "zip", "city", "state", "country"))


CLIENTS = RecordKind(
    key="clients",
    title="Clients",
    noun="client",
    table="clients",
    columns={
        "name": "Company name",
        "detail": "Account owner",
        "date": "Created",
        "status": "Status",
    },
    summarize=_client,
    render=render.client,
    tones={"active": GOOD, "suspended": BAD},
    operations=("clients.",),
    layout=DocumentLayout(
        parties={
            "Billing address": _address_paths("billing"),
            "Shipping address": _address_paths("shipping"),
        },
        facts={
            "Account owner": "owner/name",
            "Category": "category/name",
            "Phone": "phone",
            "Website": "website",
            "VAT": "vat",
            "Due days of invoices": "billing/invoice_due_days",
            "Tags": "tags",
            "Created": "dates/created",
            "Updated": "dates/updated",
        },
        notes={"Description": "description"},
        related=(
            RelatedRecords("Invoices", "invoices", _of_client("invoices")),
            RelatedRecords("Estimates", "estimates", _of_client("estimates")),
            RelatedRecords("Payments", "payments", _of_client("payments")),
            RelatedRecords("Refunds", "refunds", _of_client("refunds")),
            RelatedRecords("Projects", "projects", _of_client("projects")),
            RelatedRecords("Contacts", "contacts", _of_client("users")),
        ),
    ),
)

CONTACTS = RecordKind(
    key="contacts",
    title="Contacts",
    noun="contact",
    table="users",
    columns={"name": "Name", "party": "Client", "detail": "E-mail", "status": "Status"},
    summarize=_contact,
    render=render.contact,
    includes=lambda row: not row.in_team,
    tones={"active": GOOD, "suspended": BAD, "deleted": BAD},
    clients="clients",
    operations=("contacts.",),
    mail_subject="contacts",
    layout=DocumentLayout(
        parties={"Client": ("client/company_name",)},
        facts={
            "E-mail": "email",
            "Phone": "phone",
            "Job position": "job_position",
            "Account owner": "account_owner",
            "Role": "role/name",
            "Created": "dates/created",
            "Updated": "dates/updated",
        },
    ),
)

PROJECTS = RecordKind(
    key="projects",
    title="Projects",
    noun="project",
    table="projects",
    columns={
        "name": "Title",
        "party": "Client",
        "date": "Start",
        "due": "Due date",
        "detail": "Progress",
        "status": "Status",
    },
    summarize=_project,
    render=render.project,
    tones={
        "not_started": NEUTRAL,
        "in_progress": INFO,
        "on_hold": WARNING,
        "cancelled": BAD,
        "completed": GOOD,
    },
    clients="clients",
    operations=("projects.",),
    layout=DocumentLayout(
        parties={"Client": ("client/name",)},
        facts={
            "Start": "dates/start",
            "Due date": "dates/due",
            "Progress in percent": "progress",
            "State": "active_state",
            "Category": "category/name",
            "Billing type": "billing/type",
            "Billing rate": "billing/rate",
            "Estimated hours": "billing/estimated_hours",
            "Estimated costs": "billing/costs_estimate",
            "Tags": "tags",
            "Created": "dates/created",
        },
        tables=(
            PartTable("Assigned", "assigned", {"Id": "id", "Name": "name"}),
            PartTable("Managers", "managers", {"Id": "id", "Name": "name"}),
        ),
        notes={"Description": "description"},
        related=(
            RelatedRecords("Invoices", "invoices", _of_project("invoices")),
            RelatedRecords("Estimates", "estimates", _of_project("estimates")),
            RelatedRecords("Payments", "payments", _of_project("payments")),
        ),
    ),
)
