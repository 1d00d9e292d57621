"""How responses show the rows of each table, for the checks of an import."""

from itertools import chain

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import (
    Agent,
    Client,
    Currency,
    Invoice,
    InvoiceChange,
    InvoiceViewers,
    Record,
)
from mockvoice.vendors.halo.render.responses import Json
from mockvoice.vendors.halo.rules.fields import (
    HEADER_DETAILS,
    HEADER_FIELDS,
)
from mockvoice.web.record_views import RecordView

_STORED_PROPERTIES = frozenset(
    [
        *chain.from_iterable(HEADER_FIELDS),
        "most_recent_invoice_id",
        "pdf_attachment_id",
    ]
)
_PAYMENT_TERMS = range(4)


def invoice(backend: HaloBackend, row: Invoice) -> Json:
    """Return an invoice as a single record. Raises ``ValueError``."""
    if row.id <= 0:
        raise ValueError(f"the id of an invoice must be positive, not {row.id}")
    return _header(backend, row)


def template(backend: HaloBackend, row: Invoice) -> Json:
    """Return a template as a single record. Raises ``ValueError``."""
    if row.id >= 0:
        raise ValueError(f"the id of a template must be negative, not {row.id}")
    if row.timer is None:
        raise ValueError("timer must not be null")
    return _header(backend, row)


def _header(backend: HaloBackend, row: Invoice) -> Json:
    """Return the header with the properties that only some responses show. Raises ``ValueError``.

    Each property is checked that is read without being shown.
    """
    for name in row.extra.keys() - _STORED_PROPERTIES:
        raise ValueError(f"extra.{name} is unknown")
    terms = row.extra.get("due_date_type", 0)
    if terms not in _PAYMENT_TERMS:
        raise ValueError(f"extra.due_date_type must be 0 to 3, not {terms!r}")
    if row.rate <= 0:
        raise ValueError(f"rate must be positive, not {row.rate}")
    fields = render.header(backend, row)
    return fields | {name: row.extra[name] for name in HEADER_DETAILS if name in row.extra}


def client(backend: HaloBackend, row: Client) -> Json:
    """Return a client as a single record."""
    return render.client(backend, row, single=True)


def currency(backend: HaloBackend, row: Currency) -> Json:
    """Return a currency. Raises ``ValueError``."""
    if row.rate <= 0:
        raise ValueError(f"rate must be positive, not {row.rate}")
    return render.currency(row)


def change(backend: HaloBackend, row: InvoiceChange) -> Json:
    """Return a change record."""
    return render.change(row)


def cost_centre(backend: HaloBackend, row: Record) -> Json:
    """Return a cost centre."""
    return render.cost_centre(row)


def budget_type(backend: HaloBackend, row: Record) -> Json:
    """Return a budget type."""
    return render.budget_type(row)


def status(backend: HaloBackend, row: Record) -> Json:
    """Return an invoice status."""
    return render.status(row)


def lookup(backend: HaloBackend, row: Record) -> Json:
    """Return an entry of a pick list, which must have the number of its list."""
    return {**render.lookup(row), "lookupid": row.values["lookupid"]}


def agent(backend: HaloBackend, row: Agent) -> Json:
    """Return an agent, without the claims of a token."""
    return {"id": row.id, "name": row.name, "claims": []}


def viewers(backend: HaloBackend, row: InvoiceViewers) -> Json:
    """Return the viewers of an invoice."""
    invoice = backend.invoices.get(row.id)
    if invoice is None:
        raise KeyError(f"invoice {row.id}")
    return render.viewers(invoice, row, stale=False)


# Tables that other rows show come first: their own rows' errors are then reported.
RECORD_VIEWS = {
    "statuses": RecordView(status, "InvoiceStatus"),
    "lookups": RecordView(lookup, "LookupRow"),
    "agents": RecordView(agent, "AgentMe"),
    "currencies": RecordView(currency, "Currency"),
    "taxes": RecordView(render.tax, "Tax"),
    "charge_rates": RecordView(render.charge_rate, "ChargeRate"),
    "clients": RecordView(client, "ClientRecord"),
    "items": RecordView(render.item, "Item"),
    "invoices": RecordView(invoice, "InvoiceHeader"),
    "templates": RecordView(template, "InvoiceHeader"),
    "payments": RecordView(render.payment, "InvoicePayment"),
    "changes": RecordView(change, "InvoiceChange"),
    "pro_ratas": RecordView(render.pro_rata, "InvoiceDetailProRata"),
    "tax_rules": RecordView(render.tax_rule, "TaxRule"),
    "cost_centres": RecordView(cost_centre, "CostCentre"),
    "expenses": RecordView(render.expense, "Expense"),
    "budget_types": RecordView(budget_type, "BudgetType"),
    "viewings": RecordView(viewers, "ViewersRecord"),
}
