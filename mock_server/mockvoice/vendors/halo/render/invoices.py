"""Invoices, templates and their lines as JSON."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from mockvoice.kernel.money import quantize
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import CREDIT, Client, Invoice, Line, Payment
from mockvoice.vendors.halo.render import records
from mockvoice.vendors.halo.render.values import (
    datetime_or_unset,
    number,
    optional_datetime,
    without_nulls,
)
from mockvoice.vendors.halo.rules import (
    calendar,
    currencies,
    invoices,
    linked_values,
    payments,
    pro_rata,
)
from mockvoice.vendors.halo.rules.fields import (
    HEADER,
    HEADER_DETAILS,
    HEADER_ECHOED,
    HEADER_OBJECTS,
    HEADER_RENDERED_SEPARATELY,
    LINE_LINKS,
)
from mockvoice.vendors.halo.rules.lines import display_order
from mockvoice.vendors.halo.rules.linked_values import LINKED_VALUES
from mockvoice.vendors.halo.rules.sorting import invoice_number, period_end, period_start
from mockvoice.vendors.halo.rules.totals import line_figures, to_home_currency

Json = dict[str, Any]

_DEFAULTS = without_nulls(HEADER)
_NOT_IN_ROWS = frozenset(
    [*HEADER_OBJECTS, *HEADER_ECHOED, *HEADER_DETAILS, *HEADER_RENDERED_SEPARATELY]
)
# Properties of a row that it has on request only.
PERIOD_DATES: Mapping[str, Callable[[Invoice], datetime]] = {
    "invoicedatestart": period_start,
    "invoicedateend": period_end,
}
_EMPTY_DETAILS: Json = {
    "custombuttons": [],
    "extratabs": [],
    "note_count": 0,
    "xero_default_payment_nominalcode": "",
}


def list_row(
    backend: HaloBackend,
    invoice: Invoice,
    *,
    include_lines: bool = False,
    include_items: bool = False,
    period_dates: Iterable[str] = (),
) -> Json:
    """Return a row of a list. Observed: fewer properties than in a single record.

    Documented: switches add the fields in ``period_dates``. Assumed: they are the billed period.
    """
    fields = _row_fields(backend, invoice)
    fields["address"] = invoice.extra.get("address", {})
    for name in period_dates:
        fields[name] = calendar.format_datetime(PERIOD_DATES[name](invoice))
    if include_lines:
        fields["lines"] = _lines(backend, invoice, include_items=include_items)
    return fields


def header(backend: HaloBackend, invoice: Invoice, *, details: bool = False) -> Json:
    """Return a single invoice or template, with its lines."""
    figures, due, extra = invoice.figures, number(invoice.due), invoice.extra
    fields = _row_fields(backend, invoice)
    fields["assigned_agent_name"] = linked_values.assigned_agent_name(backend, invoice)
    fields["amount_remaining"] = due
    fields["_cantedit"] = invoices.is_locked(backend, invoice)
    for name, default in HEADER_OBJECTS.items():
        fields[name] = extra.get(name, default)
    fields |= {name: extra[name] for name in HEADER_ECHOED.keys() & extra}
    fields["invoice_totals"] = {
        "subTotal": number(figures.revenue),
        "taxTotal": number(figures.tax_total),
        "total": number(figures.total),
        "discount": number(figures.discount),
        "amountPaid": number(invoice.paid),
        "amountDue": due,
        "cost": number(figures.cost),
        "profit": number(figures.revenue - figures.cost),
        "conversionRate": number(invoice.rate),
    }
    fields["lines"] = _lines(backend, invoice, include_items=False)
    if invoice.timer is not None:
        fields["schedule"] = records.timer(invoice, invoice.timer)
    credit_payments = payments.credit_uses(backend, invoice.id) if invoice.kind == CREDIT else ()
    if credit_payments:
        fields["credit_note_allocations"] = [_allocation(use) for use in credit_payments]
    if details:
        fields |= _details(backend, invoice)
    return fields


def _allocation(payment: Payment) -> Json:
    return {
        "id": payment.id,
        "type": payment.type,
        "amount": number(payment.amount),
        "halo_payment_id": payment.id,
        "halo_invoice_id": payment.invoice_id,
    }


def _details(backend: HaloBackend, invoice: Invoice) -> Json:
    """Return the properties that ``includedetails`` adds.

    Observed: their names. Assumed: the viewers, which no other response to a GET contains.
    """
    currency = backend.currencies.get(invoice.currency_code) or currencies.home(backend)
    client = _client(backend, invoice)
    viewing = backend.viewings.get(invoice.id)
    return {
        **_EMPTY_DETAILS,
        "viewers": [dict(viewer) for viewer in viewing.viewers] if viewing else [],
        "currency_code_name": currency.name if currency else "",
        "conversion_rate": number(currency.rate) if currency else 1,
        **{name: invoice.extra.get(name, empty) for name, empty in HEADER_DETAILS.items()},
        "payments": [
            records.payment(backend, payment)
            for payment in payments.invoice_payments(backend, invoice.id)
        ],
        "credit_outstanding_for_customer": number(
            payments.client_credit_outstanding(backend, client)
        ),
    }


def _client(backend: HaloBackend, invoice: Invoice) -> Client:
    client = backend.clients.get(invoice.client_id)
    if client is None:
        raise KeyError(invoice.client_id)
    return client


def _row_fields(backend: HaloBackend, invoice: Invoice) -> Json:
    extra, figures, is_template = invoice.extra, invoice.figures, invoice.id < 0
    due, paid = number(invoice.due), number(invoice.paid)
    status_id = invoice.status_id
    status = backend.statuses.get(status_id)
    fields: Json = {**_DEFAULTS, **extra}
    for name in _NOT_IN_ROWS.intersection(extra):
        del fields[name]
    fields |= {
        "id": invoice.id,
        "use": "recurringinvoice" if is_template else "invoice",
        "client_id": invoice.client_id,
        "client_name": invoice.client_name,
        "name": invoice.client_name,
        "toplevel_name": records.TOP_LEVEL_NAME,
        "invoicenumber": invoice_number(invoice),
        "invoice_display": extra.get("thirdpartyinvoicenumber") or str(invoice.id),
        "invoicetype": invoice.kind,
        "type": invoice.kind,
        "typeid": invoice.kind,
        "original_client_id": 0,
        "original_client_name": "",
        "createdbyagentname": backend.agent.name,
        "change_seq": invoice.change_seq,
        "invoice_date": calendar.format_seconds(invoice.at),
        "date_created": calendar.format_datetime(invoice.created_at),
        "last_modified": calendar.format_datetime(invoice.modified_at),
        "posted": invoice.posted,
        "datepaid": datetime_or_unset(invoice.paid_at),
        "total": number(figures.total),
        "tax_total": number(figures.tax_total),
        "composite_tax_total": number(figures.composite_tax_total),
        "revenue": number(figures.revenue),
        "amountpaid": paid,
        "amountdue": due,
        "customer_paid_total": paid,
        "credit_total": number(payments.credit_total(invoice)),
        "credit_used": number(payments.credit_used(backend, invoice)),
        "credit_outstanding": number(payments.credit_outstanding(backend, invoice)),
        "paymentstatus": invoice.payment_status,
        "payments_pending": invoice.pending,
        "currency": invoice.currency,
        "currency_code": invoice.currency_code,
        "currency_conversion_rate": number(invoice.rate),
        "creditlinkedtoinvoiceid_thirdpartynumber": linked_values.credited_number(backend, invoice),
        "voided": invoice.voided,
        "status": status_id,
        "status_name": status.values["status_name"] if status else "",
        "is_recurring_invoice": is_template,
        "recurring_invoice_id": invoice.template_id,
    }
    for name in ("site_name", "accountsid", "creditlinkedtoinvoiceid_typeid"):
        value = LINKED_VALUES[name](backend, invoice)
        if value is not None:
            fields[name] = value
    if invoice.due_at is not None:
        fields["duedate"] = calendar.format_seconds(invoice.due_at)
        fields["duedatename"] = calendar.due_date_name(*invoices.payment_terms(extra))
    if invoice.timer is not None:
        fields |= _timer(invoice)
    return fields


def _timer(template: Invoice) -> Json:
    timer = template.timer
    if timer is None:
        return {}
    return without_nulls(
        {
            "schedule_id": timer.id,
            "period": timer.period,
            "periodname": None if timer.period is None else calendar.PERIOD_NAMES[timer.period],
            "startdate": optional_datetime(timer.anchor_at),
            "lastcreated": optional_datetime(timer.last_at),
            "nextcreationdate": optional_datetime(timer.next_at),
        }
    )


def _lines(backend: HaloBackend, invoice: Invoice, *, include_items: bool) -> list[Json]:
    backend.budget.spend_nested(len(invoice.lines))
    return [
        line(backend, invoice, row, include_items=include_items) for row in display_order(invoice)
    ]


def line(backend: HaloBackend, invoice: Invoice, row: Line, *, include_items: bool = False) -> Json:
    """Return a line, with its amounts in the invoice's currency and in the home currency."""
    figures, rate, tax = line_figures(row), invoice.rate, row.tax
    unit_price, unit_cost = number(row.price), number(row.cost)
    net, price, discount = number(figures.net), number(figures.price), number(figures.discount)
    tax_amount, cost = number(figures.tax), number(figures.cost)
    home_price, home_cost = unit_price, unit_cost
    home_net, home_total, home_tax = net, price, tax_amount
    home_discount, home_total_cost = discount, cost
    if rate != 1:
        home_price, home_cost = (
            number(to_home_currency(amount, rate, 4)) for amount in (row.price, row.cost)
        )
        home_net, home_total, home_tax, home_discount, home_total_cost = (
            number(to_home_currency(amount, rate))
            for amount in (figures.net, figures.price, figures.tax, figures.discount, figures.cost)
        )
    profit = figures.net - figures.cost
    fields: Json = {
        **LINE_LINKS,
        **row.extra,
        "id": row.id,
        "ihid": invoice.id,
        "_itemid": row.item_id,
        "qty_order": number(row.quantity),
        "unit_price": unit_price,
        "baseprice": unit_price,
        "unit_cost": unit_cost,
        "discount_perc": number(row.discount),
        "net_amount": net,
        "tax_rate": number(tax.rate),
        "tax_amount": tax_amount,
        "total_tax": tax_amount,
        "total_price": price,
        "total_discount": discount,
        "net_total": net,
        "total_net_total": net,
        "total_costprice": cost,
        "unit_price_converted": home_price,
        "net_amount_converted": home_net,
        "tax_converted": home_tax,
        "total_tax_converted": home_tax,
        "total_price_converted": home_total,
        "discount_converted": home_discount,
        "total_discount_converted": home_discount,
        "cost_converted": home_cost,
        "total_cost_converted": home_total_cost,
        "line_totals": {
            "netTotal": net,
            "netTotalConverted": home_net,
            "price": price,
            "priceConverted": home_total,
            "costPrice": cost,
            "costPriceConverted": home_total_cost,
            "profit": number(profit),
            "profitConverted": number(quantize(to_home_currency(profit, rate))),
            "tax": tax_amount,
            "taxConverted": home_tax,
            "discount": discount,
            "discountConverted": home_discount,
        },
        "isinactive": row.inactive,
        "isActive": not row.inactive,
        "isgroupdesc": row.heading,
        "sequenceid": row.sequence,
    }
    if row.text is not None:
        fields["item_shortdescription"] = row.text
    if tax.code:
        fields["tax_code"] = tax.code
        fields["tax_name"] = tax.name
    if row.item_id:
        _add_item(backend, row, fields, include_items=include_items)
    if row.ruled_at is not None:
        fields["taxRuleResult"] = [_rule_result(backend, row, tax_amount)]
    entries = pro_rata.unbilled_entries(backend, row.id) if invoice.id < 0 else ()
    if entries:
        fields["prorata_data"] = [records.pro_rata(backend, entry) for entry in entries]
    return fields


def _add_item(backend: HaloBackend, row: Line, fields: Json, *, include_items: bool) -> None:
    item = backend.items.get(row.item_id)
    if item is None:
        return
    fields["item_name"] = item.name
    if item.extra.get("taxcode"):
        fields["item_tax_code"] = item.extra["taxcode"]
        tax = backend.taxes.get(item.extra["taxcode"])
        if tax is not None:
            fields["item_tax_name"] = tax.name
    if include_items:
        fields["linked_item"] = records.item(backend, item)


def _rule_result(backend: HaloBackend, row: Line, tax_amount: float) -> Json:
    """Return the result of a tax rule for a line. Assumed: it has the id of the line."""
    tax = backend.taxes.get(int(row.tax.code))
    return {
        "id": row.id,
        "lineid": row.id,
        "taxid": int(row.tax.code),
        "taxcode": (tax.code if tax else None) or "",
        "taxamount": tax_amount,
        "datecreated": datetime_or_unset(row.ruled_at),
    }
