"""Stock per product and workspace, and the movements that change it.

Movements are only ever added: a correction is a movement of its own. Documented: the kinds of
movements and their signs. Observed: that history is append-only.
"""

from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from mockvoice.kernel.money import ZERO
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import NotFound, invalid
from mockvoice.vendors.optiflow.models import (
    ADJUSTMENT,
    INITIAL,
    TRANSFER_IN,
    TRANSFER_OUT,
    Movement,
    Product,
    Stock,
    Visit,
)
from mockvoice.vendors.optiflow.rules import workspaces
from mockvoice.vendors.optiflow.rules.lists import Listed, Query, identifier, listed, word
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    amount,
    amount_or_none,
    find,
    known,
    referred,
    refuse,
    shown,
)
from mockvoice.web.laravel import Errors, integer, selected_is_invalid

NOT_TRACKED = "El producto no lleva control de inventario."


def stock_of(backend: OptiBackend, workspace_id: int, product_id: int) -> Stock:
    """What a workspace has of a product; nothing where no record is. Observed: the default."""
    key = f"{workspace_id}:{product_id}"
    return backend.stocks.get(key) or Stock(key)


def move(
    backend: OptiBackend,
    visit: Visit,
    product_id: int,
    kind: str,
    change: Decimal,
    *,
    workspace_id: int | None = None,
    **about: Any,
) -> Movement:
    """A movement in a workspace, and the stock that follows from it."""
    where = visit.workspace_id if workspace_id is None else workspace_id
    stock = stock_of(backend, where, product_id)
    current = shown(Decimal(stock.quantity) + change)
    backend.stocks.put(replace(stock, quantity=current, opened=stock.opened or kind == INITIAL))
    return backend.movements.put(
        Movement(
            id=backend.ids.next("stock_movement"),
            workspace_id=where,
            product_id=product_id,
            type=kind,
            quantity=shown(change),
            previous_quantity=stock.quantity,
            current_quantity=current,
            created_by=visit.user_id,
            created_at=about.pop("at", None) or backend.clock.now(),
            **about,
        )
    )


def check_available(
    backend: OptiBackend, workspace_id: int, product: Product, wanted: Decimal, field: str
) -> None:
    """Refuse more than there is. Raises ``Invalid``.

    Observed: ``allow_negative_stock`` does not help a sale or a transfer. Assumed: status and text.
    """
    available = Decimal(stock_of(backend, workspace_id, product.id).quantity)
    if available < wanted:
        raise invalid(
            field,
            f"Stock insuficiente para {product.name}: {shown(available)} disponibles, "
            f"{shown(wanted)} solicitadas.",
        )


def adjust(backend: OptiBackend, visit: Visit, body: Body) -> list[Movement]:
    """One movement for each product that gains or loses; all of them or none.

    Documented: signed quantities and a reason; below zero is refused unless the product allows it.
    Assumed: the fields' names, and that each product may be named once.
    """
    errors: Errors = {}
    products: list[Product] = []
    for position, item in enumerate(body["items"]):
        prefix = f"items.{position}."
        product = _tracked(backend, item["product_id"], prefix + "product_id", errors)
        if product is not None and product in products:
            errors[prefix + "product_id"] = [f"The {prefix}product id field has a duplicate value."]
        elif product is not None:
            products.append(product)
        if not amount(item["quantity"]):
            errors[prefix + "quantity"] = [f"The {prefix}quantity field must not be zero."]
    refuse(errors)
    return [
        _adjusted(backend, visit, product, amount(item["quantity"]), position, body)
        for position, (product, item) in enumerate(zip(products, body["items"], strict=True))
    ]


def _adjusted(
    backend: OptiBackend,
    visit: Visit,
    product: Product,
    change: Decimal,
    position: int,
    body: Body,
) -> Movement:
    if change < 0 and not product.allow_negative_stock:
        field = f"items.{position}.quantity"
        check_available(backend, visit.workspace_id, product, -change, field)
    return move(
        backend,
        visit,
        product.id,
        ADJUSTMENT,
        change,
        reference=body.get("reference"),
        notes=body.get("notes"),
        reason=body["reason"],
    )


def transfer(backend: OptiBackend, visit: Visit, body: Body) -> Movement:
    """What goes out at one workspace; the same comes in at the other.

    Observed: different workspaces, enough stock, membership in both. Assumed: the answer is the
    outgoing side.
    """
    errors: Errors = {}
    product = _tracked(backend, body["product_id"], "product_id", errors)
    ends = {}
    for field in ("from_workspace_id", "to_workspace_id"):
        workspace = referred(body, field, backend.workspaces, errors)
        if workspace is not None and not workspaces.may_enter(visit, workspace):
            errors[field] = [selected_is_invalid(field)]
        ends[field] = integer(body[field])
    start, end = ends.values()
    if start == end:
        errors.setdefault(
            "to_workspace_id", ["The to workspace id and from workspace id must be different."]
        )
    refuse(errors)
    if product is None:
        raise KeyError(body["product_id"])
    quantity = amount(body["quantity"])
    check_available(backend, start, product, quantity, "quantity")
    about = {**ends, "reference": body.get("reference"), "notes": body.get("notes")}
    out = move(backend, visit, product.id, TRANSFER_OUT, -quantity, workspace_id=start, **about)
    move(
        backend,
        visit,
        product.id,
        TRANSFER_IN,
        quantity,
        workspace_id=end,
        at=out.created_at,
        **about,
    )
    return out


def open_stock(backend: OptiBackend, visit: Visit, body: Body) -> Movement:
    """The first stock of a product in the workspace. Observed: once; then adjustments serve."""
    errors: Errors = {}
    product = _tracked(backend, body["product_id"], "product_id", errors)
    refuse(errors)
    if product is None:
        raise KeyError(body["product_id"])
    if stock_of(backend, visit.workspace_id, product.id).opened:
        raise invalid("product_id", "El inventario inicial de este producto ya fue registrado.")
    return set_first(
        backend,
        visit,
        product,
        amount(body["quantity"]),
        unit_cost=amount_or_none(body.get("unit_cost")),
        notes=body.get("notes"),
    )


def set_first(
    backend: OptiBackend,
    visit: Visit,
    product: Product,
    quantity: Decimal,
    *,
    unit_cost: Decimal | None = None,
    minimum_quantity: Decimal | None = None,
    notes: str | None = None,
) -> Movement:
    """The movement ``initial_stock``, and what is kept beside the stock."""
    made = move(backend, visit, product.id, INITIAL, quantity, notes=notes)
    stock = stock_of(backend, visit.workspace_id, product.id)
    backend.stocks.put(replace(stock, unit_cost=unit_cost, minimum_quantity=minimum_quantity))
    return made


def _tracked(backend: OptiBackend, value: Any, field: str, errors: Errors) -> Product | None:
    product = backend.products.get(integer(value))
    if product is None:
        errors[field] = [selected_is_invalid(field)]
    elif not product.track_stock:
        errors[field] = [NOT_TRACKED]
    return product


def search(backend: OptiBackend, visit: Visit, query: Query) -> Listed[Movement]:
    """A page of the workspace's movements. Assumed: the whole call."""
    return listed(
        backend.movements,
        query,
        where={"workspace": visit.workspace_id},
        filters={"invoice_id": identifier, "product_id": identifier, "type": word},
    )


def search_transfers(backend: OptiBackend, visit: Visit, query: Query) -> Listed[Movement]:
    """A page of both sides of the transfers that leave or reach the workspace."""
    return listed(
        backend.movements,
        query,
        where={"transfer": visit.workspace_id},
        filters={"product_id": identifier, "type": word},
    )


def search_adjustments(backend: OptiBackend, visit: Visit, query: Query) -> Listed[Movement]:
    """A page of the workspace's adjustments."""
    return listed(
        backend.movements,
        query,
        where={"workspace": visit.workspace_id, "type": ADJUSTMENT},
        filters={"product_id": identifier},
    )


def find_transfer(backend: OptiBackend, visit: Visit, movement_id: int) -> Movement:
    """One side of a transfer, seen from either end. Raises ``NotFound``."""
    movement = find(backend.movements, movement_id)
    if movement.type not in (TRANSFER_OUT, TRANSFER_IN):
        raise NotFound
    if visit.workspace_id not in (movement.from_workspace_id, movement.to_workspace_id):
        raise NotFound
    return movement


def forget(backend: OptiBackend, product: Product) -> None:
    """Remove the stock and the movements of a product that goes itself."""
    for movement in backend.movements.find_by("product_id", product.id):
        backend.movements.delete(movement.id)
    for workspace in backend.workspaces:
        key = f"{workspace.id}:{product.id}"
        if key in backend.stocks:
            backend.stocks.delete(key)


def sell(
    backend: OptiBackend,
    visit: Visit,
    product_id: int,
    quantity: Decimal,
    *,
    field: str,
    about: Body,
) -> None:
    """Goods that leave with an invoice. Raises ``Invalid`` if there are too few.

    Observed: lines are checked one after the other, so that two of one product cannot exceed it
    together.
    """
    product = known(backend.products, product_id)
    check_available(backend, visit.workspace_id, product, quantity, field)
    move(backend, visit, product_id, "sale", -quantity, **about)


def take_back(
    backend: OptiBackend, visit: Visit, product_id: int, quantity: Decimal, *, about: Body
) -> None:
    """Goods that come back to an invoice's workspace."""
    if quantity != ZERO:
        move(backend, visit, product_id, "return_in", quantity, **about)
