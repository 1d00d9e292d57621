"""Taxes that can be applied to lines."""

from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import field_error, general_error
from mockvoice.vendors.optiflow.models import Tax
from mockvoice.vendors.optiflow.rules.contacts import IN_USE
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    already_taken,
    find,
    parse_amount,
    submitted_fields,
)
from mockvoice.web.laravel import boolean


def create(backend: OptiBackend, body: Body) -> Tax:
    """Create a tax. Raises ``Invalid``. Observed: names are unique."""
    _check_name(backend, body, None)
    now = backend.clock.now()
    tax = Tax(
        id=backend.ids.next("tax"),
        name=body["name"],
        type=body["type"],
        rate=parse_amount(body["rate"]),
        is_default=False,
        created_at=now,
        updated_at=now,
    )
    return _apply_default(backend, backend.taxes.put(tax), body)


def update(backend: OptiBackend, tax_id: int, body: Body) -> Tax:
    """Update the submitted fields of a tax. Raises ``Invalid``.

    Observed: while the tax is in use, another type or rate is ignored without an error.
    """
    tax = find(backend.taxes, tax_id)
    _check_name(backend, body, tax_id)
    values: dict[str, Any] = submitted_fields(body, ("name",))
    if not is_used(backend, tax_id):
        values |= submitted_fields(body, ("type",))
        if "rate" in body:
            values["rate"] = parse_amount(body["rate"])
    tax = backend.taxes.put(replace(tax, **values, updated_at=backend.clock.now()))
    return _apply_default(backend, tax, body)


def _apply_default(backend: OptiBackend, tax: Tax, body: Body) -> Tax:
    """Set whether the tax is the default one. Observed: the previous one loses the flag."""
    if body.get("is_default") is None:
        return tax
    is_default = boolean(body["is_default"])
    if is_default:
        for other in backend.taxes:
            if other.is_default and other.id != tax.id:
                backend.taxes.put(replace(other, is_default=False))
    return backend.taxes.put(replace(tax, is_default=is_default))


def _check_name(backend: OptiBackend, body: Body, own_id: int | None) -> None:
    name = body.get("name")
    if name is not None and any(
        key != own_id for key in backend.taxes.keys_by("name", name.lower())
    ):
        raise field_error("name", already_taken("name"))


def is_used(backend: OptiBackend, tax_id: int) -> bool:
    """Return whether a product or a line has the tax. Assumed: lines of quotations count."""
    return bool(
        backend.products.count("default_tax_id", tax_id)
        or backend.invoices.count("tax_id", tax_id)
        or backend.quotations.count("tax_id", tax_id)
    )


def delete(backend: OptiBackend, tax_id: int) -> None:
    """Delete a tax. Raises ``Invalid`` if it is in use, or if it is the last tax and the default."""
    tax = find(backend.taxes, tax_id)
    if is_used(backend, tax_id) or (tax.is_default and len(backend.taxes) == 1):
        raise general_error(IN_USE)
    backend.taxes.delete(tax_id)
