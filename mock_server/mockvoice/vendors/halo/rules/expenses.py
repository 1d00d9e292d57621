"""Expenses, and their links to the invoices that bill them."""

from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import NO_EXTRA, Invoice, Record
from mockvoice.vendors.halo.rules import calendar
from mockvoice.vendors.halo.rules.fields import EXPENSE, merge_extra
from mockvoice.vendors.halo.rules.records import Body, existing_record

_READ_ONLY = ("ihid", "date_invoiced")


def save(backend: HaloBackend, body: Body) -> Record:
    """Create or update an expense. Assumed: its date is now by default; the server sets its invoice."""
    before = existing_record(backend.expenses, body)
    expense_id = before.id if before else backend.ids.next("expense")
    sent = {name: value for name, value in body.items() if name not in _READ_ONLY}
    values = merge_extra(before.values if before else NO_EXTRA, sent, EXPENSE)
    now = calendar.format_datetime(backend.clock.now())
    return backend.expenses.put(Record(expense_id, {"date_added": now, **values}))


def sync_billed_expenses(
    backend: HaloBackend, before: Invoice | None, after: Invoice | None
) -> None:
    """Link the expenses of an invoice's lines to it, and unlink those that it no longer bills.

    Assumed: an expense that another invoice bills stays linked to that invoice.
    """
    old, new = _billed_expense_ids(before), _billed_expense_ids(after)
    if old == new:
        return
    invoice_id = after.id if after else 0
    for expense_id in old - new:
        _set_invoice(backend, expense_id, before.id if before else 0, 0)
    for expense_id in new - old:
        _set_invoice(backend, expense_id, 0, invoice_id)


def _billed_expense_ids(invoice: Invoice | None) -> frozenset[int]:
    if invoice is None or invoice.id < 0:
        return frozenset()
    return frozenset(
        line.extra["expense_id"] for line in invoice.lines if "expense_id" in line.extra
    )


def _set_invoice(backend: HaloBackend, expense_id: int, before: int, invoice_id: int) -> None:
    expense = backend.expenses.get(expense_id)
    if expense is None or expense.values.get("ihid", 0) != before:
        return
    values = {
        name: value
        for name, value in expense.values.items()
        if name not in ("ihid", "date_invoiced")
    }
    if invoice_id:
        values |= {
            "ihid": invoice_id,
            "date_invoiced": calendar.format_datetime(backend.clock.now()),
        }
    backend.expenses.put(Record(expense_id, values))
