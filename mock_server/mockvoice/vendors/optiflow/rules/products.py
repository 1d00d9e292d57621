"""Products and services; each workspace has its own stock of a tracked product."""

from typing import Any

from msgspec.structs import replace

from mockvoice.kernel.money import decimal
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import general_error
from mockvoice.vendors.optiflow.models import ADJUSTMENT, INITIAL, Actor, Product
from mockvoice.vendors.optiflow.rules import stock
from mockvoice.vendors.optiflow.rules.contacts import IN_USE
from mockvoice.vendors.optiflow.rules.lists import (
    PageResult,
    Query,
    paginate,
    parse_boolean,
    parse_word,
)
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    already_taken,
    find,
    parse_amount,
    parse_amount_or_none,
    parse_id_or_none,
    resolve_reference,
    submitted_fields,
)
from mockvoice.web.laravel import Errors, boolean, raise_if_errors

_FLAGS = ("track_stock", "allow_negative_stock", "is_active")


def search(backend: OptiBackend, query: Query) -> PageResult[Product]:
    """Return a page of products.

    Documented: filters, sort fields and a free-text search. Observed: without a filter only active
    products, the default scope of the source. Assumed: the name of the search's parameter.
    """
    is_filtered = query["filter_is_active"] not in (None, "")
    return paginate(
        backend.products,
        query,
        where=None if is_filtered else {"is_active": True},
        filters={
            "is_active": parse_boolean,
            "track_stock": parse_boolean,
            "product_type": parse_word,
        },
        search=query["search"],
    )


def create(backend: OptiBackend, actor: Actor, body: Body) -> Product:
    """Create a product, with its initial stock in the workspace if it is tracked. Raises ``Invalid``.

    Observed: it is tracked unless it is a service; an initial quantity creates a movement.
    """
    values = parse_fields(backend, body, None)
    now = backend.clock.now()
    product = backend.products.put(
        _untrack_service(
            Product(id=backend.ids.next("product"), created_at=now, updated_at=now, **values)
        )
    )
    quantity = parse_amount_or_none(body.get("initial_quantity"))
    if product.track_stock and quantity:
        stock.record_initial_stock(
            backend,
            actor,
            product,
            quantity,
            unit_cost=parse_amount_or_none(body.get("unit_cost")),
            minimum_quantity=parse_amount_or_none(body.get("minimum_quantity")),
        )
    return product


def update(backend: OptiBackend, product_id: int, body: Body) -> Product:
    """Update the submitted fields of a product; documents keep their prices. Raises ``Invalid``."""
    product = find(backend.products, product_id)
    changed = replace(
        product, **parse_fields(backend, body, product_id), updated_at=backend.clock.now()
    )
    return backend.products.put(_untrack_service(changed))


def _untrack_service(product: Product) -> Product:
    """Turn off the tracking of a service. Observed: a service has no stock."""
    return replace(product, track_stock=False) if product.product_type == "service" else product


def parse_fields(backend: OptiBackend, body: Body, own_id: int | None) -> dict[str, Any]:
    """Return the attributes of a body, of which all fields may be absent. Raises ``Invalid``."""
    errors: Errors = {}
    values: dict[str, Any] = submitted_fields(body, ("name", "sku", "description"))
    sku = body.get("sku")
    if sku is not None and any(
        key != own_id for key in backend.products.keys_by("sku", sku.lower())
    ):
        errors["sku"] = [already_taken("sku")]
    for field in ("price", "cost"):
        value = body.get(field)
        if value is not None and _has_too_many_places(value):
            errors[field] = [f"The {field} field must have 0-2 decimal places."]
        if field in body:
            values[field] = parse_amount_or_none(value)
    resolve_reference(body, "default_tax_id", backend.taxes, errors)
    if "default_tax_id" in body:
        values["default_tax_id"] = parse_id_or_none(body["default_tax_id"])
    if "product_type" in body:
        # The source says "product" where the documentation says "physical".
        kind = body["product_type"]
        values["product_type"] = "physical" if kind == "product" else kind
    values |= {flag: boolean(body[flag]) for flag in _FLAGS if flag in body}
    raise_if_errors(errors)
    return values


def _has_too_many_places(value: Any) -> bool:
    """Return whether a price has more than two decimals. Assumed: zeros at the end of a text count."""
    places = len(value.partition(".")[2]) if isinstance(value, str) else 0
    return places > 2 or decimal(value) != parse_amount(value)


def set_active(backend: OptiBackend, product_id: int, active: bool) -> Product:
    """Set whether a product is active; the same value again changes nothing."""
    product = find(backend.products, product_id)
    if product.is_active == active:
        return product
    return backend.products.put(replace(product, is_active=active, updated_at=backend.clock.now()))


def delete(backend: OptiBackend, product_id: int) -> None:
    """Delete a product. Raises ``Invalid`` once it has been sold, quoted or transferred.

    Observed: initial stock and adjustments do not count. Assumed: quotations count.
    """
    product = find(backend.products, product_id)
    for documents in (backend.invoices, backend.quotations):
        if documents.count("product_id", product_id):
            raise general_error(IN_USE)
    movements = (
        backend.movements.get(key) for key in backend.movements.keys_by("product_id", product_id)
    )
    if any(movement and movement.type not in (INITIAL, ADJUSTMENT) for movement in movements):
        raise general_error(IN_USE)
    stock.delete_history(backend, product)
    backend.products.delete(product_id)
