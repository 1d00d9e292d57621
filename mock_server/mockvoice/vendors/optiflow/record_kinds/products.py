"""Products and the movements of their stock in the console."""

from collections.abc import Iterable
from decimal import Decimal

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.auth import resolve_actor
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.models import (
    ADJUSTMENT,
    DELETED,
    INITIAL,
    RETURN,
    SALE,
    TRANSFER_IN,
    TRANSFER_OUT,
    Invoice,
    Movement,
    Product,
)
from mockvoice.web.record_kinds import (
    GOOD,
    INFO,
    NEUTRAL,
    WARNING,
    DocumentLayout,
    RecordKind,
    RelatedRecords,
    Summary,
)


def _product(_: OptiBackend, row: Product) -> Summary:
    return Summary(
        key=row.id,
        name=row.name,
        position=row.id,
        status="active" if row.is_active else "inactive",
        amount=row.price,
        detail=row.sku,
    )


def _rendered_product(backend: OptiBackend, row: Product) -> render.Json:
    """Render a product with its stock in the owner's workspace, as a request without a header does."""
    return render.product(backend, resolve_actor(backend, "owner", None), row)


def _movement(backend: OptiBackend, row: Movement) -> Summary:
    product = backend.products.get(row.product_id)
    workspace = backend.workspaces.get(row.workspace_id)
    return Summary(
        key=row.id,
        name=product.name if product else "",
        position=row.id,
        date=row.created_at.date(),
        status=row.type,
        amount=Decimal(row.quantity),
        detail=workspace.name if workspace else "",
    )


def _movements(backend: OptiBackend, row: Product) -> Iterable[Movement]:
    return backend.movements.find_by("product_id", row.id)


def _moved_product(backend: OptiBackend, row: Movement) -> Iterable[Product]:
    product = backend.products.get(row.product_id)
    return (product,) if product else ()


def _causing_invoice(backend: OptiBackend, row: Movement) -> Iterable[Invoice]:
    invoice = backend.invoices.get(row.invoice_id) if row.invoice_id else None
    return (invoice,) if invoice and invoice.status != DELETED else ()


PRODUCTS = RecordKind(
    key="products",
    title="Products",
    noun="product",
    table="products",
    columns={"name": "Name", "detail": "SKU", "status": "Status", "amount": "Price"},
    summarize=_product,
    render=_rendered_product,
    tones={"active": GOOD, "inactive": NEUTRAL},
    operations=("products.", "initial_stock."),
    layout=DocumentLayout(
        facts={
            "SKU": "sku",
            "Type": "product_type",
            "Price": "price",
            "Cost": "cost",
            "Profit": "profit",
            "Margin in percent": "profit_margin",
            "Stock": "stock_quantity",
            "Tracks stock": "track_stock",
            "Negative stock": "allow_negative_stock",
            "Default tax": "default_tax_id",
            "Created": "created_at",
            "Updated": "updated_at",
        },
        notes={"Description": "description"},
        related=(RelatedRecords("Stock movements", "stock-movements", _movements),),
    ),
)

STOCK_MOVEMENTS = RecordKind(
    key="stock-movements",
    title="Stock movements",
    noun="stock movement",
    table="stock_movements",
    columns={
        "name": "Product",
        "date": "Date",
        "detail": "Workspace",
        "status": "Type",
        "amount": "Quantity",
    },
    summarize=_movement,
    render=render.movement,
    tones={
        SALE: GOOD,
        RETURN: WARNING,
        ADJUSTMENT: WARNING,
        TRANSFER_OUT: INFO,
        TRANSFER_IN: INFO,
        INITIAL: NEUTRAL,
        "purchase": INFO,
    },
    operations=("stock_movements.", "stock_transfers."),
    layout=DocumentLayout(
        facts={
            "Product": "product/name",
            "SKU": "product/sku",
            "Type": "type",
            "Date": "created_at",
            "Quantity": "quantity",
            "Stock before": "previous_quantity",
            "Stock after": "current_quantity",
            "From workspace": "from_workspace_id",
            "To workspace": "to_workspace_id",
            "Reference": "reference",
            "Reason": "reason",
            "Created by": "created_by/name",
        },
        notes={"Notes": "notes"},
        related=(
            RelatedRecords("Product", "products", _moved_product),
            RelatedRecords("Invoice", "invoices", _causing_invoice),
        ),
    ),
)
