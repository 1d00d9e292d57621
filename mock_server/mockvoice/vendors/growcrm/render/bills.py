"""JSON of invoices and estimates."""

from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.models import ZERO_AMOUNT, Bill, Estimate, Invoice, Line
from mockvoice.vendors.growcrm.render.parts import Json, category_link, client_link, format_date
from mockvoice.vendors.growcrm.rules import estimates

_NO_DISCOUNT = {"type": "none", "value": ZERO_AMOUNT, "amount": ZERO_AMOUNT}


def invoice(backend: GrowBackend, row: Invoice) -> Json:
    """Render an invoice."""
    bill = row.bill
    status = backend.statuses.get(row.status_id)
    if status is None:
        raise KeyError(f"status {row.status_id} of invoice {row.id}")
    return {
        "id": row.id,
        "status": {"id": status.id, "title": status.title, "color": status.color},
        "client": client_link(backend, bill.client_id),
        "project_id": bill.project_id,
        "category": category_link(backend, bill.category_id),
        "dates": {
            "date": format_date(bill.date),
            "due_date": format_date(row.due_date),
            "created": bill.created,
        },
        "notes": bill.notes,
        "terms": bill.terms,
        "tax_type": bill.tax_type,
        "totals": _totals(bill),
        "line_items": _lines(backend, bill),
        "taxes": _taxes(bill),
        "tags": bill.tags,
    }


def estimate(backend: GrowBackend, row: Estimate) -> Json:
    """Render an estimate."""
    bill = row.bill
    converted = estimates.converted_invoice(backend, row)
    return {
        "id": row.id,
        "status": row.status,
        "client": client_link(backend, bill.client_id),
        "project_id": bill.project_id,
        "category": category_link(backend, bill.category_id),
        "dates": {
            "date": format_date(bill.date),
            "expiry_date": row.expiry_date and format_date(row.expiry_date),
            "created": bill.created,
        },
        "notes": bill.notes,
        "terms": bill.terms,
        "tax_type": bill.tax_type,
        "totals": _totals(bill),
        "converted": {
            "is_converted": converted is not None,
            "invoice_id": converted.id if converted else None,
        },
        "line_items": _lines(backend, bill),
        "taxes": _taxes(bill),
        "tags": bill.tags,
    }


def _totals(bill: Bill) -> Json:
    figures = bill.figures
    return {
        "subtotal": figures.subtotal,
        "subtotal_before_discount": figures.subtotal_before_discount,
        "discount_type": bill.discount_type,
        "discount_percentage": figures.discount_percentage,
        "discount_amount": figures.discount_amount,
        "amount_before_tax": figures.amount_before_tax,
        "tax_total_percentage": figures.tax_total_percentage,
        "tax_total_amount": figures.tax_total_amount,
        "adjustment_description": bill.adjustment_description,
        "adjustment_amount": figures.adjustment_amount,
        "final_amount": figures.final_amount,
    }


def _lines(backend: GrowBackend, bill: Bill) -> list[Json]:
    backend.budget.spend_nested(len(bill.lines))
    return [_line(line) for line in bill.lines]


def _line(line: Line) -> Json:
    return {
        "id": line.id,
        "description": line.description,
        "unit": line.unit,
        "quantity": line.shown_quantity,
        "rate": line.shown_rate,
        "total": line.shown_total,
        "type": "plain",
        "tax_status": line.tax.status if line.tax else "no",
        "discount": _NO_DISCOUNT
        if line.discount_type == "none"
        else {
            "type": line.discount_type,
            "value": line.shown_discount_value,
            "amount": line.shown_discount_amount,
        },
    }


def _taxes(bill: Bill) -> list[Json]:
    """Render the taxes of the bill in summary mode, or of its lines in inline mode.

    Assumed: a line with a rate of zero has an entry, a line without a rate has none.
    """
    if bill.tax_type == "inline":
        return [
            {"name": line.tax.name, "rate": line.tax.shown_rate, "lineitem_id": line.id}
            for line in bill.lines
            if line.tax
        ]
    return [{"name": tax.name, "rate": tax.shown_rate, "lineitem_id": None} for tax in bill.taxes]
