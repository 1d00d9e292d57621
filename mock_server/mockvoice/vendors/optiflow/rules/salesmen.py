"""Salesmen who are credited with sales."""

from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import general_error
from mockvoice.vendors.optiflow.models import Salesman
from mockvoice.vendors.optiflow.rules.contacts import IN_USE
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    find,
    parse_id_or_none,
    resolve_reference,
    submitted_fields,
)
from mockvoice.web.laravel import Errors, raise_if_errors


def create(backend: OptiBackend, body: Body) -> Salesman:
    """Create a salesman. Raises ``Invalid`` for an unknown user."""
    now = backend.clock.now()
    values = {"user_id": None, **_parse_fields(backend, body)}
    return backend.salesmen.put(
        Salesman(id=backend.ids.next("salesman"), created_at=now, updated_at=now, **values)
    )


def update(backend: OptiBackend, salesman_id: int, body: Body) -> Salesman:
    """Update the submitted fields of a salesman. Raises ``Invalid``."""
    salesman = find(backend.salesmen, salesman_id)
    values = _parse_fields(backend, body)
    return backend.salesmen.put(replace(salesman, **values, updated_at=backend.clock.now()))


def _parse_fields(backend: OptiBackend, body: Body) -> dict[str, Any]:
    errors: Errors = {}
    resolve_reference(body, "user_id", backend.users, errors)
    raise_if_errors(errors)
    values: dict[str, Any] = submitted_fields(body, ("name", "surname"))
    if "user_id" in body:
        values["user_id"] = parse_id_or_none(body["user_id"])
    return values


def delete(backend: OptiBackend, salesman_id: int) -> None:
    """Delete a salesman. Raises ``Invalid`` if an invoice names the salesman. Observed: the rule."""
    find(backend.salesmen, salesman_id)
    if backend.invoices.count("salesman_id", salesman_id):
        raise general_error(IN_USE)
    backend.salesmen.delete(salesman_id)
