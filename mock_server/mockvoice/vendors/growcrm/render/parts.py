"""Parts that several records share: links to other records, dates, addresses, flags."""

from datetime import date
from functools import lru_cache
from typing import Any

from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.models import Address, Category, Client, Item, Project, User
from mockvoice.vendors.growcrm.rules.bills import format_instant

Json = dict[str, Any]


@lru_cache(maxsize=4096)
def format_date(day: date) -> str:
    """Format a day. Cached, since many rows have the same day."""
    return day.isoformat()


def record_dates(row: Client | User | Project | Category | Item) -> Json:
    """Render the creation and update times of a record."""
    return {"created": format_instant(row.created_at), "updated": format_instant(row.updated_at)}


def client_link(backend: GrowBackend, client_id: int) -> Json:
    """Render a link to a client: id and name."""
    client = backend.clients.get(client_id)
    if client is None:
        raise KeyError(f"client {client_id}")
    return {"id": client_id, "name": client.company_name}


def category_link(backend: GrowBackend, category_id: int) -> Json:
    """Render a link to a category: id and name."""
    category = backend.categories.get(category_id)
    if category is None:
        raise KeyError(f"category {category_id}")
    return {"id": category_id, "name": category.name}


def user_link(backend: GrowBackend, user_id: int) -> Json:
    """Render a link to a team member: id and name."""
    user = backend.users.get(user_id)
    if user is None:
        raise KeyError(f"user {user_id}")
    return {"id": user_id, "name": user.name}


def address(address: Address) -> Json:
    """Render a postal address."""
    return {
        "street": address.street,
        "city": address.city,
        "state": address.state,
        "zip": address.zip,
        "country": address.country,
    }


def yes_no(value: bool) -> str:
    """Render a flag as ``yes`` or ``no``."""
    return "yes" if value else "no"
