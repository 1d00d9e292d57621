"""Catalogue items, categories and the team in the console."""

from mockvoice.kernel.money import quantize
from mockvoice.vendors.growcrm import render
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.models import Category, Item, User
from mockvoice.web.record_kinds import (
    BAD,
    GOOD,
    DocumentLayout,
    PartTable,
    RecordKind,
    Summary,
)


def _item(backend: GrowBackend, row: Item) -> Summary:
    unit = backend.units.get(row.unit_id)
    return Summary(
        key=row.id,
        name=row.description,
        position=row.id,
        amount=quantize(row.rate),
        detail=unit.name if unit else "",
    )


def _category(_: GrowBackend, row: Category) -> Summary:
    return Summary(
        key=row.id,
        name=row.name,
        position=row.id,
        status=row.type,
        detail=row.visibility or "",
    )


def _team_member(_: GrowBackend, row: User) -> Summary:
    return Summary(key=row.id, name=row.name, position=row.id, status=row.status, detail=row.email)


ITEMS = RecordKind(
    key="items",
    title="Items",
    noun="item",
    table="items",
    columns={"name": "Description", "detail": "Unit", "amount": "Rate"},
    summarize=_item,
    render=render.item,
    operations=("items.",),
    layout=DocumentLayout(
        facts={
            "Rate": "rate",
            "Unit": "unit/name",
            "Category": "category/name",
            "Default tax": "default_tax/name",
            "Tax status": "tax_status",
            "Created": "dates/created",
            "Updated": "dates/updated",
        },
        tables=(PartTable("Custom fields", "custom_fields", {"Field": "name", "Value": "value"}),),
        notes={"Notes": "notes", "Estimation notes": "estimation_notes"},
    ),
)

CATEGORIES = RecordKind(
    key="categories",
    title="Categories",
    noun="category",
    table="categories",
    columns={"name": "Name", "status": "Type", "detail": "Visibility"},
    summarize=_category,
    render=render.category,
    operations=("categories.",),
    layout=DocumentLayout(
        facts={
            "Type": "type",
            "Visibility": "visibility",
            "Records": "count",
            "Team members": "users_count",
            "System default": "system_default",
            "Slug": "slug",
            "Created": "dates/created",
            "Updated": "dates/updated",
        },
        notes={"Description": "description"},
    ),
)

TEAM = RecordKind(
    key="team",
    title="Team members",
    noun="team member",
    table="users",
    columns={"name": "Name", "detail": "E-mail", "status": "Status"},
    summarize=_team_member,
    render=render.team_member,
    includes=lambda row: row.in_team,
    tones={"active": GOOD, "suspended": BAD, "deleted": BAD},
    operations=("team.",),
    layout=DocumentLayout(
        facts={
            "E-mail": "email",
            "Phone": "phone",
            "Job position": "job_position",
            "Role": "role/name",
            "Dashboard access": "dashboard_access",
            "Created": "dates/created",
        },
    ),
)
