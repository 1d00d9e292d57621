"""Products: what is sold, with a price and, if tracked, a stock in each workspace."""

from typing import Any

from msgspec.structs import replace

from mockvoice.kernel.money import decimal
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import refusal
from mockvoice.vendors.optiflow.models import ADJUSTMENT, INITIAL, Product, Visit
from mockvoice.vendors.optiflow.rules import stock
from mockvoice.vendors.optiflow.rules.contacts import IN_USE
from mockvoice.vendors.optiflow.rules.lists import Listed, Query, listed, word, yes_or_no
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    amount,
    amount_or_none,
    changes,
    find,
    id_or_none,
    referred,
    refuse,
    taken,
)
from mockvoice.web.laravel import Errors, boolean

_FLAGS = ("track_stock", "allow_negative_stock", "is_active")


def search(backend: OptiBackend, query: Query) -> Listed[Product]:
    """A page of products. Documented: filters, sorts, and a free text. Assumed: that text's name."""
    return listed(
        backend.products,
        query,
        filters={"is_active": yes_or_no, "track_stock": yes_or_no, "product_type": word},
        search=query["search"],
    )


def create(backend: OptiBackend, visit: Visit, body: Body) -> Product:
    """A new product, with its first stock in the workspace if it is tracked. Raises ``Invalid``.

    Observed: tracked unless it is a service; a quantity makes a movement.
    """
    values = _values(backend, body, None)
    now = backend.clock.now()
    product = backend.products.put(
        _consistent(
            Product(id=backend.ids.next("product"), created_at=now, updated_at=now, **values)
        )
    )
    quantity = amount_or_none(body.get("initial_quantity"))
    if product.track_stock and quantity:
        stock.set_first(
            backend,
            visit,
            product,
            quantity,
            unit_cost=amount_or_none(body.get("unit_cost")),
            minimum_quantity=amount_or_none(body.get("minimum_quantity")),
        )
    return product


def update(backend: OptiBackend, product_id: int, body: Body) -> Product:
    """The product with what a body changes. Raises ``Invalid``. Documents keep their prices."""
    product = find(backend.products, product_id)
    changed = replace(product, **_values(backend, body, product_id), updated_at=backend.clock.now())
    return backend.products.put(_consistent(changed))


def _consistent(product: Product) -> Product:
    """Observed: a service has no stock."""
    return replace(product, track_stock=False) if product.product_type == "service" else product


def _values(backend: OptiBackend, body: Body, own_id: int | None) -> dict[str, Any]:
    errors: Errors = {}
    values: dict[str, Any] = changes(body, ("name", "sku", "description"))
    sku = body.get("sku")
    if sku is not None and any(
        key != own_id for key in backend.products.keys_by("sku", sku.lower())
    ):
        errors["sku"] = [taken("sku")]
    for field in ("price", "cost"):
        value = body.get(field)
        if value is not None and decimal(value) != amount(value):
            errors[field] = [f"The {field} field must have 0-2 decimal places."]
        if field in body:
            values[field] = amount_or_none(value)
    referred(body, "default_tax_id", backend.taxes, errors)
    if "default_tax_id" in body:
        values["default_tax_id"] = id_or_none(body["default_tax_id"])
    if "product_type" in body:
        # The source's word for what the documentation calls physical.
        kind = body["product_type"]
        values["product_type"] = "physical" if kind == "product" else kind
    values |= {flag: boolean(body[flag]) for flag in _FLAGS if flag in body}
    refuse(errors)
    return values


def set_active(backend: OptiBackend, product_id: int, active: bool) -> Product:
    """The product, switched on or off; one that is so already stays as it is."""
    product = find(backend.products, product_id)
    if product.is_active == active:
        return product
    return backend.products.put(replace(product, is_active=active, updated_at=backend.clock.now()))


def delete(backend: OptiBackend, product_id: int) -> None:
    """Remove the product. Raises ``Invalid`` once it was sold, offered or moved.

    Observed: opening stock and adjustments do not count. Assumed: quotations count.
    """
    product = find(backend.products, product_id)
    for documents in (backend.invoices, backend.quotations):
        if documents.count("product_id", product_id):
            raise refusal(IN_USE)
    moved = (
        backend.movements.get(key) for key in backend.movements.keys_by("product_id", product_id)
    )
    if any(movement and movement.type not in (INITIAL, ADJUSTMENT) for movement in moved):
        raise refusal(IN_USE)
    stock.forget(backend, product)
    backend.products.delete(product_id)
