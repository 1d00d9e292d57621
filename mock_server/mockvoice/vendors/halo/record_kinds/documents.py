"""What the pages of invoices, credits, PO invoices and recurring invoices share."""

from collections.abc import Iterable

from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import Invoice, InvoiceChange
from mockvoice.vendors.halo.rules import calendar
from mockvoice.vendors.halo.rules.changes import CREATED, DELETED
from mockvoice.web.record_kinds import HistoryEntry, PartTable

PARTIES = {
    "Client": ("client_name", "site_name", "contactname", "tel_number"),
    "Delivery address": tuple(f"deladdress{number}" for number in range(1, 6)),
}
LINES = PartTable(
    "Lines",
    "lines",
    {
        "Description": "item_shortdescription",
        "Item": "item_name",
        "Quantity": "qty_order",
        "Unit price": "unit_price",
        "Price": "total_price",
        "Discount %": "discount_perc",
        "Net": "net_amount",
        "Tax %": "tax_rate",
        "Tax": "tax_amount",
        # Headings and inactive lines do not count in the totals.
        "Heading": "isgroupdesc",
        "Inactive": "isinactive",
    },
    amounts=("Unit price", "Price", "Net", "Tax"),
)
TOTALS = {
    "Net": "revenue",
    "Discount": "invoice_totals/discount",
    "Tax": "tax_total",
    "Total": "total",
}
NOTES = {"Notes": "notes_1", "Second notes": "notes_2", "Third notes": "notes_3"}


def history(backend: HaloBackend, row: Invoice) -> Iterable[HistoryEntry]:
    """Return the change records of an invoice or a template, the oldest first."""
    for key in sorted(backend.changes.keys_between("invoice", row.id, row.id)):
        change = backend.changes.get(key)
        if change is not None:
            yield HistoryEntry(calendar.format_seconds(change.at), _text(change))


def _text(change: InvoiceChange) -> str:
    if change.field_name in (CREATED, DELETED):
        record = f"line {change.line_id}" if change.line_id else "the record"
        return f"{change.who} {change.field_name.lower()} {record}"
    line = f" of line {change.line_id}" if change.line_id else ""
    changed = f"{change.field_name or 'a field'}{line}"
    old, new = change.old or "nothing", change.new or "nothing"
    return f"{change.who} changed {changed} from {old} to {new}"
