"""Invoices, quotations and payments: list rows, full records, and the data of PDF documents."""

from decimal import Decimal

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.models import (
    Invoice,
    Line,
    Payment,
    PaymentLine,
    Quotation,
    Withholding,
)
from mockvoice.vendors.optiflow.render.parts import (
    Json,
    format_date,
    format_datetime,
    product_summary,
)
from mockvoice.vendors.optiflow.render.records import contact, document_subtype, salesman
from mockvoice.vendors.optiflow.rules import balances, headers
from mockvoice.vendors.optiflow.rules.records import format_amount, get_existing
from mockvoice.vendors.optiflow.rules.totals import amount_due


def _header(row: Invoice | Quotation) -> Json:
    """Return the fields that invoices and quotations share."""
    figures = row.figures
    return {
        "id": row.id,
        "workspace_id": row.workspace_id,
        "contact_id": row.contact_id,
        "document_subtype_id": row.document_subtype_id,
        "document_number": row.document_number,
        "issue_date": row.issue_date.isoformat(),
        "due_date": format_date(row.due_date),
        "status": row.status,
        "subtotal_amount": figures.subtotal_amount,
        "discount_amount": figures.discount_amount,
        "tax_amount": figures.tax_amount,
        "total_amount": figures.total_amount,
    }


def invoice_row(backend: OptiBackend, row: Invoice) -> Json:
    """Return an invoice as a list row. Assumed: without embedded records."""
    paid = balances.amount_paid(backend, row)
    return {
        **_header(row),
        "amount_paid": format_amount(paid),
        "amount_due": format_amount(amount_due(Decimal(row.figures.total_amount), paid)),
        "currency_id": row.currency_id,
        "payment_term": row.payment_term,
        "payment_terms": row.payment_term,
        "notes": row.notes,
        "is_electronic": row.is_electronic,
        "quotation_id": row.quotation_id,
        "created_at": format_datetime(row.created_at),
        "updated_at": format_datetime(row.updated_at),
    }


def invoice(backend: OptiBackend, row: Invoice) -> Json:
    """Return the full invoice. Documented: with lines, payments and customer."""
    series = get_existing(backend.document_subtypes, row.document_subtype_id)
    return {
        **invoice_row(backend, row),
        "items": _lines(backend, row, "invoice_id"),
        "payments": [
            payment(backend, live_payment)
            for live_payment in balances.payments_not_voided(backend, row)
        ],
        "salesmen": [
            salesman(backend, get_existing(backend.salesmen, salesman_id))
            for salesman_id in row.salesmen_ids
        ],
        "contact": contact(backend, headers.get_contact(backend, row)),
        "document_subtype": document_subtype(backend, series),
    }


def quotation_row(_: OptiBackend, row: Quotation) -> Json:
    """Return a quotation as a list row."""
    return {
        **_header(row),
        "currency_id": row.currency_id,
        "notes": row.notes,
        "created_at": format_datetime(row.created_at),
        "updated_at": format_datetime(row.updated_at),
    }


def quotation(backend: OptiBackend, row: Quotation) -> Json:
    """Return the full quotation."""
    series = get_existing(backend.document_subtypes, row.document_subtype_id)
    return {
        **quotation_row(backend, row),
        "items": _lines(backend, row, "quotation_id"),
        "contact": contact(backend, headers.get_contact(backend, row)),
        "document_subtype": document_subtype(backend, series),
    }


def _lines(backend: OptiBackend, row: Invoice | Quotation, owner: str) -> list[Json]:
    backend.budget.spend_nested(len(row.lines))
    return [_line(backend, line, owner, row.id) for line in row.lines]


def _line(backend: OptiBackend, line: Line, owner: str, owner_id: int) -> Json:
    taxes = line.taxes.taxes
    amounts = line.tax_amounts or ((line.tax_amount,) if taxes else ())
    return {
        "id": line.id,
        owner: owner_id,
        "product_id": line.product_id,
        "product": product_summary(backend, line.product_id),
        "description": line.description,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "subtotal": line.subtotal,
        "discount_rate": line.discount_rate,
        "discount_amount": line.discount_amount,
        "taxes": [
            {"id": t.id, "name": t.name, "type": t.type, "rate": t.shown_rate, "amount": amount}
            for t, amount in zip(taxes, amounts, strict=True)
        ],
        "tax_rate": line.taxes.shown_rate,
        "tax_amount": line.tax_amount,
        "total": line.total,
    }


def payment(_: OptiBackend, row: Payment) -> Json:
    """Return a payment, with its lines and withholdings."""
    return {
        "id": row.id,
        "payment_type": row.payment_type,
        "payment_number": row.payment_number,
        "invoice_id": row.invoice_id,
        "contact_id": row.contact_id,
        "bank_account_id": row.bank_account_id,
        "currency_id": row.currency_id,
        "payment_date": row.payment_date.isoformat(),
        "payment_method": row.payment_method,
        "amount": row.amount,
        "subtotal_amount": row.subtotal_amount,
        "tax_amount": row.tax_amount,
        "withholding_amount": row.withholding_amount,
        "note": row.note,
        "status": row.status,
        "lines": [_payment_line(line, order) for order, line in enumerate(row.lines)],
        "withholdings": [_withholding(withholding) for withholding in row.withholdings],
        "created_at": format_datetime(row.created_at),
        "updated_at": format_datetime(row.updated_at),
        "deleted_at": row.deleted_at and format_datetime(row.deleted_at),
    }


def _payment_line(line: PaymentLine, order: int) -> Json:
    return {
        "id": line.id,
        "chart_account_id": line.chart_account_id,
        "payment_concept_id": line.payment_concept_id,
        "description": line.description,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "tax_id": line.tax_id,
        "subtotal": line.subtotal,
        "tax_amount": line.tax_amount,
        "total": line.total,
        "sort_order": order,
    }


def _withholding(row: Withholding) -> Json:
    return {
        "id": row.id,
        "withholding_type_id": row.withholding_type_id,
        "base_amount": row.base_amount,
        "percentage": row.percentage,
        "amount": row.amount,
    }


def receipt(backend: OptiBackend, row: Payment) -> Json:
    """Return a payment with the other data of its receipt: the invoice's number and the payer."""
    invoice = None if row.invoice_id is None else get_existing(backend.invoices, row.invoice_id)
    payer_id = invoice.contact_id if invoice else row.contact_id
    payer = None if payer_id is None else contact(backend, get_existing(backend.contacts, payer_id))
    return {
        **payment(backend, row),
        "document_number": invoice and invoice.document_number,
        "contact": payer,
    }


def letterhead(backend: OptiBackend, currency_id: int) -> Json:
    """Return the data that every PDF document shows: the company and the currency's symbol."""
    company = get_existing(backend.companies, 1)
    return {
        "company": {
            "name": company.name,
            "rnc": company.rnc,
            "phone": company.phone,
            "email": company.email,
            "address": company.address,
        },
        "symbol": get_existing(backend.currencies, currency_id).symbol,
    }
