"""Grow CRM's records as JSON, in its envelopes; and its refusals."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from mock_server.vendors.growcrm.backend import GrowBackend
from mock_server.vendors.growcrm.errors import GrowError, Invalid, NotFound
from mock_server.vendors.growcrm.models import (
    NOTHING,
    Address,
    Bill,
    Category,
    Client,
    Estimate,
    Invoice,
    Item,
    Line,
    Payment,
    Project,
    Refund,
    User,
)
from mock_server.vendors.growcrm.rules import categories, clients, estimates, mail, payments
from mock_server.vendors.growcrm.rules.bills import instant
from mock_server.vendors.growcrm.rules.lists import Listed
from mock_server.vendors.growcrm.rules.projects import PERMISSIONS
from mock_server.vendors.growcrm.rules.totals import shown
from mock_server.web.answers import Answer
from mock_server.web.laravel import errors_of
from mock_server.web.refusals import (
    BodyTooLarge,
    InvalidRequest,
    MethodNotAllowed,
    Refusal,
    RouteNotFound,
    Unauthorized,
)

Json = dict[str, Any]
Record = TypeVar("Record")
Renderer = Callable[[GrowBackend, Record], Json]

_NO_DISCOUNT = {"type": "none", "value": NOTHING, "amount": NOTHING}
_SOCIAL = dict.fromkeys(("facebook", "twitter", "linkedin", "github", "dribbble"))
_CLIENT_ROLE = {"id": 2, "name": "Client"}  # Observed: the role of every contact.


def page(backend: GrowBackend, found: Listed[Record], one: Renderer[Record], message: str) -> Json:
    """A page of records. Documented: the keys of ``meta``."""
    return {
        "data": [one(backend, record) for record in found.rows],
        "meta": {
            "current_page": found.page.number,
            "per_page": found.page.size,
            "total": found.page.total,
            "last_page": found.page.last,
        },
        "message": message,
    }


def answer(data: Json, message: str) -> Json:
    """One record. Documented: no ``meta``."""
    return {"data": data, "message": message}


def only_id(record_id: int, message: str) -> Json:
    """What is left of a deleted record, or all that a command shows."""
    return {"data": {"id": record_id}, "message": message}


def invoice(backend: GrowBackend, row: Invoice) -> Json:
    bill = row.bill
    status = backend.statuses.get(row.status_id)
    if status is None:
        raise KeyError(row.status_id)
    return {
        "id": row.id,
        "status": {"id": status.id, "title": status.title, "color": status.color},
        "client": _client_link(backend, bill.client_id),
        "project_id": bill.project_id,
        "category": _category_link(backend, bill.category_id),
        "dates": {
            "date": _day(bill.date),
            "due_date": _day(row.due_date),
            "created": bill.created,
        },
        "notes": bill.notes,
        "terms": bill.terms,
        "tax_type": bill.tax_type,
        "totals": _totals(bill),
        "line_items": [_line(line) for line in bill.lines],
        "taxes": _taxes(bill),
        "tags": bill.tags,
    }


def estimate(backend: GrowBackend, row: Estimate) -> Json:
    bill = row.bill
    made = estimates.invoice_of(backend, row)
    return {
        "id": row.id,
        "status": row.status,
        "client": _client_link(backend, bill.client_id),
        "project_id": bill.project_id,
        "category": _category_link(backend, bill.category_id),
        "dates": {
            "date": _day(bill.date),
            "expiry_date": row.expiry_date and _day(row.expiry_date),
            "created": bill.created,
        },
        "notes": bill.notes,
        "terms": bill.terms,
        "tax_type": bill.tax_type,
        "totals": _totals(bill),
        "converted": {"is_converted": made is not None, "invoice_id": made.id if made else None},
        "line_items": [_line(line) for line in bill.lines],
        "taxes": _taxes(bill),
        "tags": bill.tags,
    }


def _totals(bill: Bill) -> Json:
    figures = bill.figures
    return {
        "subtotal": figures.subtotal,
        "subtotal_before_discount": figures.subtotal_before_discount,
        "discount_type": bill.discount_type,
        "discount_percentage": figures.discount_percentage,
        "discount_amount": figures.discount_amount,
        "amount_before_tax": figures.amount_before_tax,
        "tax_total_percentage": figures.tax_total_percentage,
        "tax_total_amount": figures.tax_total_amount,
        "adjustment_description": bill.adjustment_description,
        "adjustment_amount": figures.adjustment_amount,
        "final_amount": figures.final_amount,
    }


def _line(line: Line) -> Json:
    return {
        "id": line.id,
        "description": line.description,
        "unit": line.unit,
        "quantity": line.shown_quantity,
        "rate": line.shown_rate,
        "total": line.shown_total,
        "type": "plain",
        "tax_status": "yes" if line.tax and line.tax.rate > 0 else "no",
        "discount": _NO_DISCOUNT
        if line.discount_type == "none"
        else {
            "type": line.discount_type,
            "value": line.shown_discount_value,
            "amount": line.shown_discount_amount,
        },
    }


def _taxes(bill: Bill) -> list[Json]:
    """Rows of the taxes: of the bill in summary mode, of its lines in inline mode.

    Assumed: a line with a rate of zero has a row, one without a rate has none.
    """
    if bill.tax_type == "inline":
        return [
            {"name": line.tax.name, "rate": line.tax.shown_rate, "lineitem_id": line.id}
            for line in bill.lines
            if line.tax
        ]
    return [{"name": tax.name, "rate": tax.shown_rate, "lineitem_id": None} for tax in bill.taxes]


def client(backend: GrowBackend, row: Client) -> Json:
    owner = backend.users.get(row.owner_id) if row.owner_id else None
    days = row.invoice_due_days
    return {
        "id": row.id,
        "company_name": row.company_name,
        "description": row.description,
        "status": row.status,
        "phone": row.phone,
        "website": row.website,
        "vat": row.vat,
        "category": _category_link(backend, row.category_id),
        "owner": {"id": owner.id, "name": owner.name} if owner else None,
        "billing": {
            **_address(row.billing),
            "invoice_due_days": None if days is None else str(days),
        },
        "shipping": _address(row.shipping),
        "dates": _record_dates(row),
        "tags": row.tags,
    }


def contact(backend: GrowBackend, row: User) -> Json:
    of = backend.clients.get(row.client_id) if row.client_id else None
    return {
        "id": row.id,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "name": row.name,
        "email": row.email,
        "phone": row.phone,
        "job_position": row.position,
        "account_owner": clients.is_account_owner(backend, row),
        "status": row.status,
        "client": {"id": of.id, "company_name": of.company_name} if of else None,
        "role": _CLIENT_ROLE,
        "social": _SOCIAL,
        "dates": _record_dates(row),
    }


def project(backend: GrowBackend, row: Project) -> Json:
    return {
        "id": row.id,
        "title": row.title,
        "description": row.description,
        "reference": None,
        "status": row.status,
        "active_state": "archived" if row.archived else "active",
        "progress": row.progress,
        "progress_manually": _yes(row.progress_manually),
        "client": _client_link(backend, row.client_id),
        "category": _category_link(backend, row.category_id),
        "dates": {
            "start": _day(row.start_date),
            "due": row.due_date and _day(row.due_date),
            **_record_dates(row),
        },
        "billing": {
            "type": row.billing_type,
            "rate": shown(row.billing_rate),
            "estimated_hours": row.estimated_hours,
            "costs_estimate": shown(row.costs_estimate),
        },
        "permissions": {name: _yes(name in row.permissions) for name in PERMISSIONS},
        "assigned": [_user_link(backend, user_id) for user_id in row.assigned],
        "managers": [_user_link(backend, row.manager_id)] if row.manager_id else [],
        "tags": row.tags,
    }


def category(backend: GrowBackend, row: Category) -> Json:
    return {
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "type": row.type,
        "visibility": row.visibility,
        "icon": row.icon,
        "system_default": _yes(row.system_default),
        "slug": f"{row.id}-{'-'.join(row.name.lower().split())}",
        "count": categories.count(backend, row),
        "users_count": len(row.users),
        "dates": _record_dates(row),
    }


def payment(backend: GrowBackend, row: Payment) -> Json:
    made = payments.refund_of(backend, row)
    return {
        "id": row.id,
        "status": row.status,
        "amount": shown(row.amount),
        "date": _day(row.date),
        "gateway": row.gateway,
        "transaction_id": row.transaction_id,
        "notes": row.notes,
        "invoice": {"id": row.invoice_id, "formatted_id": mail.invoice_number(row.invoice_id)},
        "client": _client_link(backend, row.client_id),
        "project_id": row.project_id,
        "creator_id": backend.settings.administrator_id,
        "dates": {"date": _day(row.date), "created": instant(row.created_at)},
        "refund": {
            "has_refund": made is not None,
            "id": made and made.id,
            "amount": made and shown(made.amount),
            "date": made and _day(made.date),
            "notes": made and made.notes,
        },
        "tags": row.tags,
    }


def refund(backend: GrowBackend, row: Refund) -> Json:
    return {
        "id": row.id,
        "formatted_id": payments.refund_number(row.id),
        "amount": shown(row.amount),
        "date": _day(row.date),
        "notes": row.notes,
        "payment": {"id": row.payment_id},
        "invoice_id": row.invoice_id,
        "client": _client_link(backend, row.client_id),
        "creator_id": backend.settings.administrator_id,
        "dates": {"date": _day(row.date), "created": instant(row.created_at)},
        "tags": row.tags,
    }


def item(backend: GrowBackend, row: Item) -> Json:
    """A catalogue item. Assumed: custom fields are shown once the settings enable them."""
    tax, unit = backend.tax_rates.get(row.default_tax_id), backend.units.get(row.unit_id)
    if tax is None or unit is None:
        raise KeyError(row.id)
    return {
        "id": row.id,
        "type": "standard",
        "description": row.description,
        "notes": row.notes,
        "rate": shown(row.rate),
        "tax_status": "taxable",
        "default_tax": {"id": tax.id, "name": tax.name},
        "unit": {"id": unit.id, "name": unit.name},
        "category": _category_link(backend, row.category_id),
        "creator_id": backend.settings.administrator_id,
        "estimation_notes": row.estimation_notes,
        "custom_fields": [],
        "dates": _record_dates(row),
    }


@lru_cache(maxsize=4096)
def _day(day: date) -> str:
    """A day as it is shown; most of a list's days are few."""
    return day.isoformat()


def _record_dates(row: Client | User | Project | Category | Item) -> Json:
    return {"created": instant(row.created_at), "updated": instant(row.updated_at)}


def _client_link(backend: GrowBackend, client_id: int) -> Json:
    found = backend.clients.get(client_id)
    if found is None:
        raise KeyError(client_id)
    return {"id": client_id, "name": found.company_name}


def _category_link(backend: GrowBackend, category_id: int) -> Json:
    found = backend.categories.get(category_id)
    if found is None:
        raise KeyError(category_id)
    return {"id": category_id, "name": found.name}


def _user_link(backend: GrowBackend, user_id: int) -> Json:
    found = backend.users.get(user_id)
    if found is None:
        raise KeyError(user_id)
    return {"id": user_id, "name": found.name}


def _address(address: Address) -> Json:
    return {
        "street": address.street,
        "city": address.city,
        "state": address.state,
        "zip": address.zip,
        "country": address.country,
    }


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def refuse(error: Exception) -> Answer:
    """Any failure, in Grow CRM's envelope. The only place that builds one.

    Documented: ``message``, and ``errors`` with 422 only. Assumed: a path that holds no number is
    an unknown record, and the texts of 404, 405 and 413.
    """
    match error:
        case Invalid():
            return Answer({"message": str(error), "errors": error.errors}, error.status)
        case GrowError():
            return Answer({"message": str(error)}, error.status)
        case InvalidRequest() if any(each.place == "path" for each in error.violations):
            return refuse(NotFound())
        case InvalidRequest():
            return refuse(Invalid(errors_of(error.violations)))
        case Unauthorized():
            return Answer({"message": "Unauthorized. A valid API key is required."}, 401)
        case MethodNotAllowed():
            text = f"The {error.method} method is not supported for this route."
            return Answer({"message": text}, 405, {"Allow": ", ".join(error.allow)})
        case RouteNotFound():
            return Answer({"message": "The route could not be found."}, 404)
        case BodyTooLarge():
            return Answer({"message": "The request is too large."}, 413)
        case Refusal():
            return Answer({"message": str(error)}, error.status)
        case _:
            return Answer({"message": "Server Error"}, 500)
