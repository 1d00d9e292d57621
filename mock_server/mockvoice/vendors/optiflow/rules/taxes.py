"""Taxes that lines can carry."""

from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import invalid, refusal
from mockvoice.vendors.optiflow.models import Tax
from mockvoice.vendors.optiflow.rules.contacts import IN_USE
from mockvoice.vendors.optiflow.rules.records import Body, amount, changes, find, taken
from mockvoice.web.laravel import boolean


def create(backend: OptiBackend, body: Body) -> Tax:
    """A new tax. Raises ``Invalid``. Observed: names are unique."""
    _check_name(backend, body, None)
    now = backend.clock.now()
    tax = Tax(
        id=backend.ids.next("tax"),
        name=body["name"],
        type=body["type"],
        rate=amount(body["rate"]),
        is_default=False,
        created_at=now,
        updated_at=now,
    )
    return _marked(backend, backend.taxes.put(tax), body)


def update(backend: OptiBackend, tax_id: int, body: Body) -> Tax:
    """The tax with what a body changes. Raises ``Invalid``.

    Observed: while it is in use, another kind or rate is skipped without complaint.
    """
    tax = find(backend.taxes, tax_id)
    _check_name(backend, body, tax_id)
    values: dict[str, Any] = changes(body, ("name",))
    if not is_used(backend, tax_id):
        values |= changes(body, ("type",))
        if "rate" in body:
            values["rate"] = amount(body["rate"])
    tax = backend.taxes.put(replace(tax, **values, updated_at=backend.clock.now()))
    return _marked(backend, tax, body)


def _marked(backend: OptiBackend, tax: Tax, body: Body) -> Tax:
    """The tax as the default one or not. Observed: the mark leaves every other tax."""
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
        raise invalid("name", taken("name"))


def is_used(backend: OptiBackend, tax_id: int) -> bool:
    """Whether a product or a line carries the tax. Observed: so. Assumed: quotations count."""
    return bool(
        backend.products.count("default_tax_id", tax_id)
        or backend.invoices.count("tax_id", tax_id)
        or backend.quotations.count("tax_id", tax_id)
    )


def delete(backend: OptiBackend, tax_id: int) -> None:
    """Remove the tax. Raises ``Invalid`` while it is used, and for a default that is the last."""
    tax = find(backend.taxes, tax_id)
    if is_used(backend, tax_id) or (tax.is_default and len(backend.taxes) == 1):
        raise refusal(IN_USE)
    backend.taxes.delete(tax_id)
