"""Projects of clients."""

from datetime import date
from typing import Any

from msgspec.structs import replace

from mockvoice.kernel.money import quantize
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.models import Estimate, Invoice, Project
from mockvoice.vendors.growcrm.rules import bills, estimates, invoices
from mockvoice.vendors.growcrm.rules.lists import PageResult, Query, paginate, text_filter
from mockvoice.vendors.growcrm.rules.records import (
    Body,
    References,
    check_date_order,
    check_references,
    find,
    normalized_tags,
    text_changes,
)
from mockvoice.web.laravel import (
    Errors,
    check_ids,
    day,
    integer,
    number,
    raise_if_errors,
    selected_is_invalid,
    unique_ids,
)

PERMISSIONS = (
    "clientperm_tasks_view",
    "clientperm_tasks_collaborate",
    "clientperm_tasks_create",
    "clientperm_timesheets_view",
    "clientperm_expenses_view",
    "assignedperm_tasks_collaborate",
)


def search(backend: GrowBackend, query: Query) -> PageResult[Project]:
    """Return a page of projects. Documented: filters and sorts. Assumed: archived ones too."""
    return paginate(
        backend.projects,
        query,
        default_size=backend.settings.page_size,
        filters=("status", "client_id", "category_id"),
        predicate=text_filter(query["search"], lambda project: project.title),
        sorts=(
            "project_title",
            "project_status",
            "project_date_start",
            "project_date_due",
            "project_created",
            "project_progress",
        ),
    )


def create(backend: GrowBackend, body: Body) -> Project:
    """Create a project without assignees or manager. Raises ``Invalid``."""
    check_body(backend, body)
    now = backend.clock.now()
    project = Project(
        id=backend.ids.next("project"),
        client_id=integer(body["project_clientid"]),
        category_id=integer(body["project_categoryid"]),
        title=body["project_title"],
        start_date=day(body["project_date_start"]),
        due_date=_optional_day(body.get("project_date_due")),
        created_at=now,
        updated_at=now,
        description=body.get("project_description"),
    )
    return backend.projects.put(_with_checkboxes(_with_billing(project, body), body))


def update(backend: GrowBackend, project_id: int, body: Body) -> Project:
    """Update a project; its client cannot change. Raises ``Invalid``.

    Assumed: omitted fields keep their value.
    """
    check_body(backend, {**body, "project_clientid": None, "project_creatorid": None})
    project = find(backend.projects, project_id)
    due_date = project.due_date
    if "project_date_due" in body:
        due_date = _optional_day(body["project_date_due"])
    changed = replace(
        project,
        title=body["project_title"],
        category_id=integer(body["project_categoryid"]),
        start_date=day(body["project_date_start"]),
        due_date=due_date,
        **text_changes(body, {"project_description": "description"}),
    )
    return _save(backend, _with_checkboxes(_with_billing(changed, body), body))


def check_body(backend: GrowBackend, body: Body) -> None:
    """Check the references of a body and the order of its dates. Raises ``Invalid``."""
    errors: Errors = {}
    references: References = {
        "project_clientid": backend.clients,
        "project_categoryid": backend.categories,
        "project_creatorid": backend.users,
    }
    check_references(body, references, errors)
    check_date_order(body, "project_date_start", "project_date_due", errors)
    raise_if_errors(errors)


def _with_billing(project: Project, body: Body) -> Project:
    """Return the project with the billing fields of a body; null is treated as omitted."""
    changes: dict[str, Any] = {}
    if body.get("project_billing_type"):
        changes["billing_type"] = body["project_billing_type"]
    if body.get("project_billing_rate") is not None:
        changes["billing_rate"] = number(body["project_billing_rate"])
    if body.get("project_billing_estimated_hours") is not None:
        changes["estimated_hours"] = int(
            quantize(number(body["project_billing_estimated_hours"]), 0)
        )
    if body.get("project_billing_costs_estimate") is not None:
        changes["costs_estimate"] = number(body["project_billing_costs_estimate"])
    return replace(project, **changes)


def _with_checkboxes(project: Project, body: Body) -> Project:
    """Return the project with the checkboxes of a body: ``on`` enables, null disables."""
    enabled = {name for name in PERMISSIONS if body.get(name) == "on"}
    disabled = {name for name in PERMISSIONS if name in body} - enabled
    progress_manually = project.progress_manually
    if "project_progress_manually" in body:
        progress_manually = body["project_progress_manually"] == "on"
    return replace(
        project,
        permissions=(project.permissions | enabled) - disabled,
        progress_manually=progress_manually,
    )


def assign(backend: GrowBackend, project_id: int, body: Body) -> Project:
    """Replace the assigned team members of a project. Raises ``Invalid``."""
    check_team(backend, "assigned", body["assigned"])
    return _save(backend, find(backend.projects, project_id), assigned=unique_ids(body["assigned"]))


def check_team(backend: GrowBackend, field: str, ids: list[Any]) -> None:
    """Raise ``Invalid`` unless all ids are those of team members."""
    errors: Errors = {}
    check_ids(field, ids, backend.users, errors)
    for position, user_id in enumerate(ids):
        user = backend.users.get(integer(user_id))
        if user is not None and not user.in_team:
            errors[f"{field}.{position}"] = [selected_is_invalid(f"{field}.{position}")]
    raise_if_errors(errors)


def set_manager(backend: GrowBackend, project_id: int, body: Body) -> Project:
    """Set the manager of a project; null removes the manager. Raises ``Invalid``."""
    manager = body["manager"]
    if manager is not None:
        user = backend.users.get(integer(manager))
        if user is None or not user.in_team:
            raise_if_errors({"manager": [selected_is_invalid("manager")]})
    project = find(backend.projects, project_id)
    return _save(backend, project, manager_id=None if manager is None else integer(manager))


def set_status(backend: GrowBackend, project_id: int, body: Body) -> Project:
    """Set any status of a project, from any other."""
    return _save(backend, find(backend.projects, project_id), status=body["status"])


def set_progress(backend: GrowBackend, project_id: int, body: Body) -> Project:
    """Set the progress of a project by hand."""
    project = find(backend.projects, project_id)
    return _save(backend, project, progress=integer(body["progress"]), progress_manually=True)


def set_tags(backend: GrowBackend, project_id: int, body: Body) -> Project:
    """Replace all tags of a project."""
    return _save(backend, find(backend.projects, project_id), tags=normalized_tags(body["tags"]))


def set_archived(backend: GrowBackend, project_id: int, archived: bool) -> Project:
    """Archive or restore a project. Assumed: repeating it has no effect."""
    return _save(backend, find(backend.projects, project_id), archived=archived)


def stop_timers(backend: GrowBackend, project_id: int) -> Project:
    """Return the project unchanged: it has no timers, since tasks are not part of the mock."""
    return find(backend.projects, project_id)


def clone(backend: GrowBackend, project_id: int, body: Body) -> Project:
    """Create a copy of a project in the status ``not_started``. Raises ``Invalid``.

    Assumed: assignees, manager, tags and progress are not copied; copied bills keep their dates
    and get the client of the new project.
    """
    check_body(backend, body)
    source = find(backend.projects, project_id)
    now = backend.clock.now()
    copy = backend.projects.put(
        replace(
            source,
            id=backend.ids.next("project"),
            title=body["project_title"],
            client_id=integer(body.get("project_clientid") or source.client_id),
            category_id=integer(body.get("project_categoryid") or source.category_id),
            start_date=_optional_day(body.get("project_date_start")) or source.start_date,
            due_date=_optional_day(body.get("project_date_due")) or source.due_date,
            created_at=now,
            updated_at=now,
            status="not_started",
            archived=False,
            progress=0,
            progress_manually=False,
            assigned=(),
            manager_id=None,
            tags=(),
        )
    )
    _copy_bills(backend, source, copy, body)
    return copy


def _copy_bills(backend: GrowBackend, source: Project, copy: Project, body: Body) -> None:
    header = {"client_id": copy.client_id, "project_id": copy.id}
    if body.get("copy_invoices") == "on":
        for invoice in backend.invoices.find_by("project_id", source.id):
            bill = bills.clone(backend, invoice.bill, header)
            backend.invoices.put(Invoice(backend.ids.next("invoice"), bill, invoice.due_date))
    if body.get("copy_estimates") == "on":
        for estimate in backend.estimates.find_by("project_id", source.id):
            bill = bills.clone(backend, estimate.bill, header)
            backend.estimates.put(
                Estimate(backend.ids.next("estimate"), bill, estimate.expiry_date)
            )


def delete(backend: GrowBackend, project_id: int) -> Project:
    """Delete a project with its bills. Documented: the cascade."""
    project = find(backend.projects, project_id)
    for invoice in backend.invoices.find_by("project_id", project_id):
        invoices.delete(backend, invoice.id)
    for estimate in backend.estimates.find_by("project_id", project_id):
        estimates.delete(backend, estimate.id)
    backend.projects.delete(project_id)
    return project


def _optional_day(value: str | None) -> date | None:
    return None if value is None else day(value)


def _save(backend: GrowBackend, project: Project, **changes: Any) -> Project:
    return backend.projects.put(replace(project, updated_at=backend.clock.now(), **changes))
