"""How OptiFlow's responses show the rows of each table."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.models import (
    CANCELLED,
    DELETED,
    OWNER,
    Actor,
    Currency,
    Invoice,
    Product,
    User,
    Workspace,
)
from mockvoice.web.record_views import RecordView

# The actor does not affect whether a record matches its schema.
_ACTOR = Actor(user_id=1, workspace_id=1, role=OWNER, view_all_locations=True)


def _invoice(backend: OptiBackend, invoice: Invoice) -> render.Json:
    """Render an invoice; a deleted one, which no response shows, as cancelled."""
    shown = replace(invoice, status=CANCELLED) if invoice.status == DELETED else invoice
    return render.invoice(backend, shown)


def _product(backend: OptiBackend, product: Product) -> render.Json:
    return render.product(backend, _ACTOR, product)


def _workspace(backend: OptiBackend, workspace: Workspace) -> render.Json:
    return render.workspace(backend, _ACTOR, workspace)


def _member(_: OptiBackend, user: User) -> render.Json:
    return render.member(user, OWNER)


def _rates(backend: OptiBackend, currency: Currency) -> list[render.Json]:
    return [render.currency_rate(backend, rate) for rate in currency.rates]


# Records that others contain come first: an import names the first table that is wrong.
RECORD_VIEWS: Mapping[str, RecordView | Sequence[RecordView]] = {
    "users": RecordView(_member, "Member"),
    "workspaces": RecordView(_workspace, "Workspace"),
    "invitations": RecordView(render.invitation, "Invitation"),
    "taxes": RecordView(render.tax, "Tax"),
    "currencies": (RecordView(render.currency, "Currency"), RecordView(_rates, "CurrencyRate")),
    "document_subtypes": RecordView(render.document_subtype, "DocumentSubtype"),
    "salesmen": RecordView(render.salesman, "Salesman"),
    "bank_accounts": RecordView(render.bank_account, "BankAccount"),
    "contacts": RecordView(render.contact, "Contact"),
    "products": RecordView(_product, "Product"),
    "stock_movements": RecordView(render.movement, "StockMovement"),
    "payments": RecordView(render.payment, "Payment"),
    "quotations": RecordView(render.quotation, "Quotation"),
    "invoices": RecordView(_invoice, "Invoice"),
}
