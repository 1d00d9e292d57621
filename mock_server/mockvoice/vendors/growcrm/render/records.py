"""JSON of clients, contacts, team members, projects, categories, payments, refunds and catalogue items."""

from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.models import (
    Category,
    Client,
    Item,
    Payment,
    Project,
    Refund,
    User,
)
from mockvoice.vendors.growcrm.render.parts import (
    Json,
    address,
    category_link,
    client_link,
    format_date,
    record_dates,
    user_link,
    yes_no,
)
from mockvoice.vendors.growcrm.rules import categories, clients, mail, payments, team
from mockvoice.vendors.growcrm.rules.bills import format_instant
from mockvoice.vendors.growcrm.rules.projects import PERMISSIONS
from mockvoice.vendors.growcrm.rules.totals import format_amount

_SOCIAL = dict.fromkeys(("facebook", "twitter", "linkedin", "github", "dribbble"))
_CLIENT_ROLE = {"id": 2, "name": "Client"}  # Observed: every contact has this role.
_TEAM_ROLES = {team.ADMINISTRATOR: "Administrator", team.STAFF: "Staff"}


def client(backend: GrowBackend, row: Client) -> Json:
    """Render a client."""
    owner = backend.users.get(row.owner_id) if row.owner_id else None
    due_days = row.invoice_due_days
    return {
        "id": row.id,
        "company_name": row.company_name,
        "description": row.description,
        "status": row.status,
        "phone": row.phone,
        "website": row.website,
        "vat": row.vat,
        "category": category_link(backend, row.category_id),
        "owner": {"id": owner.id, "name": owner.name} if owner else None,
        "billing": {
            **address(row.billing),
            "invoice_due_days": None if due_days is None else str(due_days),
        },
        "shipping": address(row.shipping),
        "dates": record_dates(row),
        "tags": row.tags,
    }


def contact(backend: GrowBackend, row: User) -> Json:
    """Render a contact."""
    company = backend.clients.get(row.client_id) if row.client_id else None
    return {
        "id": row.id,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "name": row.name,
        "email": row.email,
        "phone": row.phone,
        "job_position": row.position,
        "account_owner": clients.account_owner_flag(backend, row),
        "status": row.status,
        "client": {"id": company.id, "company_name": company.company_name} if company else None,
        "role": _CLIENT_ROLE,
        "social": _SOCIAL,
        "dates": record_dates(row),
    }


def team_member(backend: GrowBackend, row: User) -> Json:
    """Render a member of the team. Assumed: everyone may use the dashboard."""
    role = team.role_id(backend, row)
    return {
        "id": row.id,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "name": row.name,
        "email": row.email,
        "phone": row.phone,
        "job_position": row.position,
        "role": {"id": role, "name": _TEAM_ROLES[role]},
        "status": row.status,
        "dashboard_access": "yes",
        "social": _SOCIAL,
        "dates": record_dates(row),
    }


def project(backend: GrowBackend, row: Project) -> Json:
    """Render a project."""
    return {
        "id": row.id,
        "title": row.title,
        "description": row.description,
        "reference": None,
        "status": row.status,
        "active_state": "archived" if row.archived else "active",
        "progress": row.progress,
        "progress_manually": yes_no(row.progress_manually),
        "client": client_link(backend, row.client_id),
        "category": category_link(backend, row.category_id),
        "dates": {
            "start": format_date(row.start_date),
            "due": row.due_date and format_date(row.due_date),
            **record_dates(row),
        },
        "billing": {
            "type": row.billing_type,
            "rate": format_amount(row.billing_rate),
            "estimated_hours": row.estimated_hours,
            "costs_estimate": format_amount(row.costs_estimate),
        },
        "permissions": {name: yes_no(name in row.permissions) for name in PERMISSIONS},
        "assigned": [user_link(backend, user_id) for user_id in row.assigned],
        "managers": [user_link(backend, row.manager_id)] if row.manager_id else [],
        "tags": row.tags,
    }


def category(backend: GrowBackend, row: Category) -> Json:
    """Render a category."""
    return {
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "type": row.type,
        "visibility": row.visibility,
        "icon": row.icon,
        "system_default": yes_no(row.system_default),
        "slug": f"{row.id}-{'-'.join(row.name.lower().split())}",
        "count": categories.count_records(backend, row),
        "users_count": len(row.users),
        "dates": record_dates(row),
    }


def payment(backend: GrowBackend, row: Payment) -> Json:
    """Render a payment with its refund."""
    refund = payments.refund_of(backend, row)
    return {
        "id": row.id,
        "status": row.status,
        "amount": format_amount(row.amount),
        "date": format_date(row.date),
        "gateway": row.gateway,
        "transaction_id": row.transaction_id,
        "notes": row.notes,
        "invoice": {"id": row.invoice_id, "formatted_id": mail.invoice_number(row.invoice_id)},
        "client": client_link(backend, row.client_id),
        "project_id": row.project_id,
        "creator_id": backend.settings.administrator_id,
        "dates": {"date": format_date(row.date), "created": format_instant(row.created_at)},
        "refund": {
            "has_refund": refund is not None,
            "id": refund and refund.id,
            "amount": refund and format_amount(refund.amount),
            "date": refund and format_date(refund.date),
            "notes": refund and refund.notes,
        },
        "tags": row.tags,
    }


def refund(backend: GrowBackend, row: Refund) -> Json:
    """Render a refund."""
    return {
        "id": row.id,
        "formatted_id": payments.refund_number(row.id),
        "amount": format_amount(row.amount),
        "date": format_date(row.date),
        "notes": row.notes,
        "payment": {"id": row.payment_id},
        "invoice_id": row.invoice_id,
        "client": client_link(backend, row.client_id),
        "creator_id": backend.settings.administrator_id,
        "dates": {"date": format_date(row.date), "created": format_instant(row.created_at)},
        "tags": row.tags,
    }


def item(backend: GrowBackend, row: Item) -> Json:
    """Render a catalogue item."""
    tax, unit = backend.tax_rates.get(row.default_tax_id), backend.units.get(row.unit_id)
    if tax is None or unit is None:
        raise KeyError(f"tax {row.default_tax_id} or unit {row.unit_id} of item {row.id}")
    return {
        "id": row.id,
        "type": "standard",
        "description": row.description,
        "notes": row.notes,
        "rate": format_amount(row.rate),
        "tax_status": "taxable",
        "default_tax": {"id": tax.id, "name": tax.name},
        "unit": {"id": unit.id, "name": unit.name},
        "category": category_link(backend, row.category_id),
        "creator_id": backend.settings.administrator_id,
        "estimation_notes": row.estimation_notes,
        "custom_fields": _custom_fields(backend, row),
        "dates": record_dates(row),
    }


def _custom_fields(backend: GrowBackend, row: Item) -> list[Json]:
    """Render the custom fields that the settings enable.

    Documented: id, name and value of each enabled field. Assumed: null for a field without a value.
    """
    values = dict(row.custom_fields)
    return [
        {"id": number, "name": name, "value": values.get(number)}
        for number, name in backend.settings.item_custom_fields
    ]
