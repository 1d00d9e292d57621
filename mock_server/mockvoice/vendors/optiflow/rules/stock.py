"""Stock per product and workspace, and the movements that change it.

Documented: the types of movements and their signs. Observed: movements are only added; a correction
is another movement.
"""

from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from mockvoice.kernel.money import ZERO
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import NotFound, field_error
from mockvoice.vendors.optiflow.models import (
    ADJUSTMENT,
    INITIAL,
    RETURN,
    SALE,
    TRANSFER_IN,
    TRANSFER_OUT,
    Actor,
    Movement,
    Product,
    Stock,
)
from mockvoice.vendors.optiflow.rules import workspaces
from mockvoice.vendors.optiflow.rules.lists import PageResult, Query, paginate, parse_id, parse_word
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    find,
    format_amount,
    get_existing,
    parse_amount,
    parse_amount_or_none,
    resolve_reference,
)
from mockvoice.web.laravel import Errors, integer, raise_if_errors, selected_is_invalid

NOT_TRACKED = "El producto no lleva control de inventario."


def get_stock(backend: OptiBackend, workspace_id: int, product_id: int) -> Stock:
    """Return the stock of a product in a workspace. Observed: zero without a record."""
    key = f"{workspace_id}:{product_id}"
    return backend.stocks.get(key) or Stock(key)


def add_movement(
    backend: OptiBackend,
    actor: Actor,
    product_id: int,
    kind: str,
    change: Decimal,
    *,
    workspace_id: int | None = None,
    **details: Any,
) -> Movement:
    """Add a movement and update the stock, by default in the actor's workspace."""
    if workspace_id is None:
        workspace_id = actor.workspace_id
    stock = get_stock(backend, workspace_id, product_id)
    current = format_amount(Decimal(stock.quantity) + change)
    backend.stocks.put(replace(stock, quantity=current, opened=stock.opened or kind == INITIAL))
    return backend.movements.put(
        Movement(
            id=backend.ids.next("stock_movement"),
            workspace_id=workspace_id,
            product_id=product_id,
            type=kind,
            quantity=format_amount(change),
            previous_quantity=stock.quantity,
            current_quantity=current,
            created_by=actor.user_id,
            created_at=details.pop("at", None) or backend.clock.now(),
            **details,
        )
    )


def check_available(
    backend: OptiBackend, workspace_id: int, product: Product, requested: Decimal, field: str
) -> None:
    """Reject a quantity that exceeds the stock. Raises ``Invalid``.

    Observed: ``allow_negative_stock`` does not affect sales and transfers. Assumed: status and text.
    """
    available = Decimal(get_stock(backend, workspace_id, product.id).quantity)
    if available < requested:
        raise field_error(
            field,
            f"Stock insuficiente para {product.name}: {format_amount(available)} disponibles, "
            f"{format_amount(requested)} solicitadas.",
        )


def adjust(backend: OptiBackend, actor: Actor, body: Body) -> list[Movement]:
    """Add one movement for each adjusted product. Raises ``Invalid``.

    Documented: signed quantities and a reason; a stock below zero is rejected unless the product
    allows it. Assumed: the fields' names, and that each product can occur only once.
    """
    errors: Errors = {}
    products: list[Product] = []
    for position, item in enumerate(body["items"]):
        prefix = f"items.{position}."
        product = _resolve_tracked_product(
            backend, item["product_id"], prefix + "product_id", errors
        )
        if product is not None and product in products:
            errors[prefix + "product_id"] = [f"The {prefix}product id field has a duplicate value."]
        elif product is not None:
            products.append(product)
        if not parse_amount(item["quantity"]):
            errors[prefix + "quantity"] = [f"The {prefix}quantity field must not be zero."]
    raise_if_errors(errors)
    return [
        _adjust_product(backend, actor, product, parse_amount(item["quantity"]), position, body)
        for position, (product, item) in enumerate(zip(products, body["items"], strict=True))
    ]


def _adjust_product(
    backend: OptiBackend,
    actor: Actor,
    product: Product,
    change: Decimal,
    position: int,
    body: Body,
) -> Movement:
    if change < 0 and not product.allow_negative_stock:
        field = f"items.{position}.quantity"
        check_available(backend, actor.workspace_id, product, -change, field)
    return add_movement(
        backend,
        actor,
        product.id,
        ADJUSTMENT,
        change,
        reference=body.get("reference"),
        notes=body.get("notes"),
        reason=body["reason"],
    )


def transfer(backend: OptiBackend, actor: Actor, body: Body) -> Movement:
    """Add the outgoing movement in one workspace and the incoming one in the other.

    Raises ``Invalid``. Observed: two different workspaces that the user may access, and enough stock.
    Assumed: the response is the outgoing movement.
    """
    errors: Errors = {}
    product = _resolve_tracked_product(backend, body["product_id"], "product_id", errors)
    workspace_ids = {}
    for field in ("from_workspace_id", "to_workspace_id"):
        workspace = resolve_reference(body, field, backend.workspaces, errors)
        if workspace is not None and not workspaces.can_access(actor, workspace):
            errors[field] = [selected_is_invalid(field)]
        workspace_ids[field] = integer(body[field])
    source_id, target_id = workspace_ids.values()
    if source_id == target_id:
        errors.setdefault(
            "to_workspace_id", ["The to workspace id and from workspace id must be different."]
        )
    raise_if_errors(errors)
    if product is None:
        raise KeyError(body["product_id"])
    quantity = parse_amount(body["quantity"])
    check_available(backend, source_id, product, quantity, "quantity")
    details = {**workspace_ids, "reference": body.get("reference"), "notes": body.get("notes")}
    outgoing = add_movement(
        backend, actor, product.id, TRANSFER_OUT, -quantity, workspace_id=source_id, **details
    )
    add_movement(
        backend,
        actor,
        product.id,
        TRANSFER_IN,
        quantity,
        workspace_id=target_id,
        at=outgoing.created_at,
        **details,
    )
    return outgoing


def set_initial_stock(backend: OptiBackend, actor: Actor, body: Body) -> Movement:
    """Set the initial stock of a product in the workspace. Raises ``Invalid``.

    Observed: only once; later corrections are adjustments.
    """
    errors: Errors = {}
    product = _resolve_tracked_product(backend, body["product_id"], "product_id", errors)
    raise_if_errors(errors)
    if product is None:
        raise KeyError(body["product_id"])
    if get_stock(backend, actor.workspace_id, product.id).opened:
        raise field_error("product_id", "El inventario inicial de este producto ya fue registrado.")
    return record_initial_stock(
        backend,
        actor,
        product,
        parse_amount(body["quantity"]),
        unit_cost=parse_amount_or_none(body.get("unit_cost")),
        notes=body.get("notes"),
    )


def record_initial_stock(
    backend: OptiBackend,
    actor: Actor,
    product: Product,
    quantity: Decimal,
    *,
    unit_cost: Decimal | None = None,
    minimum_quantity: Decimal | None = None,
    notes: str | None = None,
) -> Movement:
    """Add the movement ``initial_stock``, and store unit cost and minimum quantity."""
    movement = add_movement(backend, actor, product.id, INITIAL, quantity, notes=notes)
    stock = get_stock(backend, actor.workspace_id, product.id)
    backend.stocks.put(replace(stock, unit_cost=unit_cost, minimum_quantity=minimum_quantity))
    return movement


def _resolve_tracked_product(
    backend: OptiBackend, value: Any, field: str, errors: Errors
) -> Product | None:
    product = backend.products.get(integer(value))
    if product is None:
        errors[field] = [selected_is_invalid(field)]
    elif not product.track_stock:
        errors[field] = [NOT_TRACKED]
    return product


def search(backend: OptiBackend, actor: Actor, query: Query) -> PageResult[Movement]:
    """Return a page of the workspace's movements. Assumed: the whole operation."""
    return paginate(
        backend.movements,
        query,
        where={"workspace": actor.workspace_id},
        filters={"invoice_id": parse_id, "product_id": parse_id, "type": parse_word},
    )


def search_transfers(backend: OptiBackend, actor: Actor, query: Query) -> PageResult[Movement]:
    """Return a page of both movements of the transfers from or to the workspace."""
    return paginate(
        backend.movements,
        query,
        where={"transfer": actor.workspace_id},
        filters={"product_id": parse_id, "type": parse_word},
    )


def search_adjustments(backend: OptiBackend, actor: Actor, query: Query) -> PageResult[Movement]:
    """Return a page of the workspace's adjustments."""
    return paginate(
        backend.movements,
        query,
        where={"workspace": actor.workspace_id, "type": ADJUSTMENT},
        filters={"product_id": parse_id},
    )


def find_transfer(backend: OptiBackend, actor: Actor, movement_id: int) -> Movement:
    """Return a movement of a transfer from or to the workspace. Raises ``NotFound``."""
    movement = find(backend.movements, movement_id)
    if movement.type not in (TRANSFER_OUT, TRANSFER_IN):
        raise NotFound
    if actor.workspace_id not in (movement.from_workspace_id, movement.to_workspace_id):
        raise NotFound
    return movement


def delete_history(backend: OptiBackend, product: Product) -> None:
    """Delete the stock and the movements of a product, before its deletion."""
    for movement in backend.movements.find_by("product_id", product.id):
        backend.movements.delete(movement.id)
    for workspace in backend.workspaces:
        key = f"{workspace.id}:{product.id}"
        if key in backend.stocks:
            backend.stocks.delete(key)


def sell_quantity(
    backend: OptiBackend,
    actor: Actor,
    product_id: int,
    quantity: Decimal,
    *,
    field: str,
    details: Body,
) -> None:
    """Take stock for an invoice's line. Raises ``Invalid`` if there is too little.

    Observed: lines are checked one after the other, so two lines together cannot exceed the stock.
    """
    product = get_existing(backend.products, product_id)
    check_available(backend, actor.workspace_id, product, quantity, field)
    add_movement(backend, actor, product_id, SALE, -quantity, **details)


def return_quantity(
    backend: OptiBackend, actor: Actor, product_id: int, quantity: Decimal, *, details: Body
) -> None:
    """Return the stock of an invoice's line to the workspace."""
    if quantity != ZERO:
        add_movement(backend, actor, product_id, RETURN, quantity, **details)
