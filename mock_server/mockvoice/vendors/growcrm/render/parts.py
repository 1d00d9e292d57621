"""Pieces that several records have: other records by id and name, days and instants, addresses."""

from datetime import date
from functools import lru_cache
from typing import Any

from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.models import Address, Category, Client, Item, Project, User
from mockvoice.vendors.growcrm.rules.bills import format_instant

Json = dict[str, Any]


@lru_cache(maxsize=4096)
def format_date(day: date) -> str:
    """A day as it is shown; most of a list's days are few."""
    return day.isoformat()


def record_dates(row: Client | User | Project | Category | Item) -> Json:
    """When a record was made and changed."""
    return {"created": format_instant(row.created_at), "updated": format_instant(row.updated_at)}


def client_link(backend: GrowBackend, client_id: int) -> Json:
    """A client by id and name."""
    found = backend.clients.get(client_id)
    if found is None:
        raise KeyError(client_id)
    return {"id": client_id, "name": found.company_name}


def category_link(backend: GrowBackend, category_id: int) -> Json:
    """A category by id and name."""
    found = backend.categories.get(category_id)
    if found is None:
        raise KeyError(category_id)
    return {"id": category_id, "name": found.name}


def user_link(backend: GrowBackend, user_id: int) -> Json:
    """A member of the team by id and name."""
    found = backend.users.get(user_id)
    if found is None:
        raise KeyError(user_id)
    return {"id": user_id, "name": found.name}


def address(address: Address) -> Json:
    """A postal address."""
    return {
        "street": address.street,
        "city": address.city,
        "state": address.state,
        "zip": address.zip,
        "country": address.country,
    }


def yes_no(value: bool) -> str:
    """``yes`` or ``no``."""
    return "yes" if value else "no"
