"""Salesmen, who are credited with sales."""

from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import refusal
from mockvoice.vendors.optiflow.models import Salesman
from mockvoice.vendors.optiflow.rules.contacts import IN_USE
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    changes,
    find,
    id_or_none,
    referred,
    refuse,
)
from mockvoice.web.laravel import Errors


def create(backend: OptiBackend, body: Body) -> Salesman:
    """A new salesman. Raises ``Invalid`` for a user who is not there."""
    now = backend.clock.now()
    values = {"user_id": None, **_values(backend, body)}
    return backend.salesmen.put(
        Salesman(id=backend.ids.next("salesman"), created_at=now, updated_at=now, **values)
    )


def update(backend: OptiBackend, salesman_id: int, body: Body) -> Salesman:
    """The salesman with what a body changes. Raises ``Invalid``."""
    salesman = find(backend.salesmen, salesman_id)
    values = _values(backend, body)
    return backend.salesmen.put(replace(salesman, **values, updated_at=backend.clock.now()))


def _values(backend: OptiBackend, body: Body) -> dict[str, Any]:
    errors: Errors = {}
    referred(body, "user_id", backend.users, errors)
    refuse(errors)
    values: dict[str, Any] = changes(body, ("name", "surname"))
    if "user_id" in body:
        values["user_id"] = id_or_none(body["user_id"])
    return values


def delete(backend: OptiBackend, salesman_id: int) -> None:
    """Remove the salesman. Raises ``Invalid`` while an invoice names him. Observed: so."""
    find(backend.salesmen, salesman_id)
    if backend.invoices.count("salesman_id", salesman_id):
        raise refusal(IN_USE)
    backend.salesmen.delete(salesman_id)
