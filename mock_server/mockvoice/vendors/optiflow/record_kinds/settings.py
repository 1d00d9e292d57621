"""Numbering series and workspaces in the console."""

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.auth import resolve_actor
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.models import DocumentSubtype, Workspace
from mockvoice.web.record_kinds import (
    BAD,
    GOOD,
    DocumentLayout,
    PartTable,
    RecordKind,
    Summary,
)


def _document_subtype(_: OptiBackend, row: DocumentSubtype) -> Summary:
    return Summary(
        key=row.id,
        name=row.name,
        position=row.id,
        due=row.valid_until_date,
        status="active" if row.is_active else "inactive",
        detail=row.prefix,
    )


def _workspace(_: OptiBackend, row: Workspace) -> Summary:
    return Summary(
        key=row.id,
        name=row.name,
        position=row.id,
        date=row.created_at.date(),
        status="default" if row.is_default else "",
        detail=row.slug,
    )


def _rendered_workspace(backend: OptiBackend, row: Workspace) -> render.Json:
    return render.workspace(backend, resolve_actor(backend, "owner", None), row)


DOCUMENT_SUBTYPES = RecordKind(
    key="document-subtypes",
    title="Document subtypes",
    noun="document subtype",
    table="document_subtypes",
    columns={
        "name": "Name",
        "detail": "Prefix",
        "due": "Valid until",
        "status": "Status",
    },
    summarize=_document_subtype,
    render=render.document_subtype,
    tones={"active": GOOD, "inactive": BAD},
    on_due="expires",
    waiting_statuses=frozenset(("active",)),
    operations=("document_subtypes.",),
    layout=DocumentLayout(
        facts={
            "Type": "type",
            "Prefix": "prefix",
            "First number": "start_number",
            "Last number": "end_number",
            "Next number": "next_number",
            "Valid until": "valid_until_date",
            "Default": "is_default",
            "Electronic": "is_electronic",
            "Preferred workspaces": "preferred_workspace_ids",
            "Created": "created_at",
            "Updated": "updated_at",
        },
    ),
)

WORKSPACES = RecordKind(
    key="workspaces",
    title="Workspaces",
    noun="workspace",
    table="workspaces",
    columns={"name": "Name", "detail": "Slug", "date": "Created", "status": "Status"},
    summarize=_workspace,
    render=_rendered_workspace,
    tones={"default": GOOD},
    operations=("workspaces.",),
    layout=DocumentLayout(
        parties={"Address": ("address", "phone")},
        facts={
            "Slug": "slug",
            "Code": "code",
            "Owner": "owner/name",
            "Members": "members_count",
            "Created": "created_at",
            "Updated": "updated_at",
        },
        tables=(
            PartTable("Members", "members", {"Name": "name", "E-mail": "email", "Role": "role"}),
        ),
        notes={"Description": "description"},
    ),
)
