"""Invoices and templates: creating, updating, voiding and deleting them."""

from dataclasses import replace
from datetime import datetime

from mockvoice.kernel.shared_values import shared_day
from mockvoice.kernel.store import Table
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.errors import RuleViolation
from mockvoice.vendors.halo.models import (
    NEW,
    ONE,
    STATUS_VOIDED,
    Client,
    Currency,
    Extra,
    Invoice,
)
from mockvoice.vendors.halo.rules import (
    calendar,
    changes,
    currencies,
    expenses,
    lines,
    payments,
    pro_rata,
    schedules,
    totals,
)
from mockvoice.vendors.halo.rules.fields import (
    HEADER_FIELDS,
    merge_extra,
    to_decimal,
    value_or_default,
)
from mockvoice.vendors.halo.rules.records import Body, find

FIRST_INVOICE_ID = 1001


def save(backend: HaloBackend, body: Body) -> Invoice:
    """Create or update an invoice from one element of a body. Raises ``NotFound``.

    Documented: one call creates and updates. Assumed: an update changes only the sent properties.
    """
    if not body.get("id"):
        return _run_commands(backend, _create(backend, body, backend.invoices), body)
    before = find(backend.invoices, body["id"])
    check_change_seq(before, body)
    return _run_commands(backend, _update(backend, before, body), body)


def save_template(backend: HaloBackend, body: Body) -> Invoice:
    """Create or update a recurring template."""
    if not body.get("id"):
        return _create(backend, body, backend.templates)
    before = find(backend.templates, body["id"])
    check_change_seq(before, body)
    return _update(backend, before, body)


def check_change_seq(invoice: Invoice, body: Body) -> None:
    """Raise ``RuleViolation`` if the body is based on an outdated state of the record.

    Assumed: there is no check if the body has no sequence.
    """
    seen = body.get("last_change_seq")
    if seen is not None and seen < invoice.change_seq and not body.get("ignore_change_seq"):
        raise RuleViolation(
            f"The record has changed: its change_seq is {invoice.change_seq}, not {seen}"
        )


def _create(backend: HaloBackend, body: Body, table: Table[Invoice]) -> Invoice:
    client = billed_client(backend, body.get("client_id"))
    is_template = table is backend.templates
    if is_template:
        invoice_id = -backend.ids.next("template", 2)
    else:
        invoice_id = backend.ids.next("invoice", FIRST_INVOICE_ID)
    now = backend.clock.now()
    currency = currencies.invoice_currency(backend, client, body)
    start = Invoice(
        id=invoice_id,
        client_id=client.id,
        client_name=client.name,
        at=now.replace(microsecond=0),
        created_at=now,
        modified_at=now,
        currency_code=currency.id if currency else 0,
        currency=currencies.symbol(backend, currency),
        rate=currency.rate if currency else ONE,
        timer=schedules.new_timer(backend) if is_template else None,
    )
    invoice = table.put(with_totals(backend, with_body(backend, start, body, client)))
    changes.log_created(backend, invoice)
    return invoice


def _update(backend: HaloBackend, before: Invoice, body: Body) -> Invoice:
    client = billed_client(backend, body.get("client_id", before.client_id))
    start = before
    if client.id != before.client_id:
        start = replace(before, client_id=client.id, client_name=client.name)
    after = with_totals(backend, with_body(backend, start, body, client))
    return store(backend, before, after)


def store(backend: HaloBackend, before: Invoice, after: Invoice) -> Invoice:
    """Store the next state of a record, with the next change sequence and its change trail.

    Assumed: every save increments the sequence, even if it changes nothing.
    """
    backend.budget.spend_nested(len(after.lines))
    after = replace(after, change_seq=before.change_seq + 1, modified_at=backend.clock.now())
    changes.log_changes(backend, before, after)
    expenses.sync_billed_expenses(backend, before, after)
    return table_of(backend, after.id).put(after)


def table_of(backend: HaloBackend, invoice_id: int) -> Table[Invoice]:
    """Return the table of a record. Observed: a negative id is a template's."""
    return backend.templates if invoice_id < 0 else backend.invoices


def billed_client(backend: HaloBackend, client_id: int | None) -> Client:
    """Return the client with this id. Raises ``RuleViolation`` if there is none. Assumed."""
    if client_id is None:
        raise RuleViolation("Parameter client_id must be included")
    client = backend.clients.get(client_id)
    if client is None:
        raise RuleViolation(f"The client {client_id} does not exist")
    return client


def with_body(backend: HaloBackend, invoice: Invoice, body: Body, client: Client) -> Invoice:
    """Return the invoice with the properties of the body; its totals are not calculated yet."""
    is_template = invoice.id < 0
    now = backend.clock.now()
    posted = bool(body["posted"]) if "posted" in body else invoice.posted
    extra = merge_extra(invoice.extra, body, *HEADER_FIELDS)
    if posted and not invoice.posted and "dateposted" not in extra:
        extra = {**extra, "dateposted": calendar.format_datetime(now)}
    kinds = (body[name] for name in ("invoicetype", "type", "typeid") if name in body)
    kind = next(kinds, invoice.kind) or 0
    at = invoice.at
    if "invoice_date" in body:
        sent = body["invoice_date"]
        at = (
            calendar.parse_datetime(sent).replace(microsecond=0)
            if sent
            else now.replace(microsecond=0)
        )
    credit_closed = invoice.credit_closed
    if body.get("mark_credit_as_used") is not None:
        credit_closed = bool(body["mark_credit_as_used"])
    if not _CURRENCY_FIELDS.isdisjoint(body):
        invoice = _with_currency(backend, invoice, body, client)
    due = _sent_due_at(extra) if is_template else due_at(at, extra, client)
    invoice = replace(
        invoice,
        at=shared_day(at),
        due_at=due and shared_day(due),
        kind=kind,
        posted=posted,
        credit_closed=credit_closed,
        timer=schedules.updated_timer(backend, invoice.timer, body) if is_template else None,
        extra=extra,
    )
    return _with_sent_lines(backend, invoice, body)


_CURRENCY_FIELDS = frozenset(
    ["currency", "currency_code", "currency_conversion_rate", "update_invoice_conversion_rate"]
)


def _with_currency(backend: HaloBackend, invoice: Invoice, body: Body, client: Client) -> Invoice:
    """Return the invoice with its currency, symbol and rate as sent, or from the currency."""
    if "currency_code" in body:
        chosen = currencies.invoice_currency(backend, client, body)
        invoice = replace(
            invoice,
            currency_code=chosen.id if chosen else 0,
            currency=currencies.symbol(backend, chosen),
            rate=chosen.rate if chosen else ONE,
        )
    current: Currency | None = backend.currencies.get(invoice.currency_code)
    if body.get("update_invoice_conversion_rate") or (
        "currency_conversion_rate" in body and body["currency_conversion_rate"] is None
    ):
        invoice = replace(invoice, rate=current.rate if current else ONE)
    if body.get("currency_conversion_rate") is not None:
        invoice = replace(invoice, rate=to_decimal(body["currency_conversion_rate"]))
    if "currency" in body:
        symbol = body["currency"] or currencies.symbol(backend, current)
        invoice = replace(invoice, currency=symbol)
    return invoice


def due_at(at: datetime, extra: Extra, client: Client) -> datetime:
    """Return the due date: as sent, or else by the payment terms and the client's extra days.

    Assumed: a sent date takes precedence.
    """
    sent = _sent_due_at(extra)
    if sent is not None:
        return sent
    kind, number = payment_terms(extra)
    return calendar.add_days(
        calendar.due_at(at, kind, number), client.number("invoiceduedaysextraclient")
    )


def _sent_due_at(extra: Extra) -> datetime | None:
    """Return the due date as sent. Assumed: a template has no other."""
    sent = extra.get("duedate")
    return None if sent is None else calendar.parse_datetime(sent).replace(microsecond=0)


def payment_terms(extra: Extra) -> tuple[int, int]:
    """Return the type and the number of payment terms. Assumed: ``paymentterms`` if both are 0."""
    kind, number = extra.get("due_date_type", 0), extra.get("due_date_int", 0)
    if not kind and not number:
        return 0, max(extra.get("paymentterms", 0), 0)
    return kind, number


def _with_sent_lines(backend: HaloBackend, invoice: Invoice, body: Body) -> Invoice:
    """Return the invoice with the lines of the body; if it has none, with the same lines."""
    sent, additional = body.get("lines"), body.get("add_lines")
    if sent is None and not additional:
        return invoice
    check_unlocked(backend, invoice)
    if sent is not None:
        invoice = lines.replace_lines(backend, invoice, sent)
    if additional:
        invoice = lines.append_lines(backend, invoice, additional)
    return invoice


def check_unlocked(backend: HaloBackend, invoice: Invoice) -> None:
    """Raise ``RuleViolation`` if the status locks the lines.

    Documented: a status may lock edits. Assumed: it locks the lines, and so does voiding.
    """
    if invoice.voided or is_locked(backend, invoice):
        raise RuleViolation("The lines of this invoice cannot be changed")


def is_locked(backend: HaloBackend, invoice: Invoice) -> bool:
    """Return whether the status of the invoice locks its lines."""
    status = backend.statuses.get(invoice.status_id)
    return bool(status.values["lock_edits"]) if status else invoice.status_id == STATUS_VOIDED


def with_totals(backend: HaloBackend, invoice: Invoice) -> Invoice:
    """Return the invoice with its totals and the payment status that follows from them."""
    invoice = replace(invoice, figures=totals.invoice_figures(invoice.lines))
    if invoice.id < 0 or invoice.payment_status == NEW:
        return invoice
    return payments.with_payments(
        invoice, payments.invoice_payments(backend, invoice.id), touched=False
    )


def _run_commands(backend: HaloBackend, invoice: Invoice, body: Body) -> Invoice:
    """Run the commands in the body, apply a credit and mark as paid, and return the invoice."""
    expenses.sync_billed_expenses(backend, None, invoice)
    if body.get("apply_credit"):
        payments.apply_credit(backend, invoice, body)
        invoice = find(backend.invoices, invoice.id)
    if body.get("markaspaid"):
        payments.pay_remainder(backend, invoice, value_or_default(body, "markaspaidmoduleid", 0))
        invoice = find(backend.invoices, invoice.id)
    return invoice


def void(backend: HaloBackend, invoice_id: int) -> Invoice:
    """Void an invoice; a voided one does not change.

    Assumed: rejected if it has payments, or was used as a credit.
    """
    invoice = find(backend.invoices, invoice_id)
    if invoice.voided:
        return invoice
    _check_unpaid(backend, invoice)
    return store(backend, invoice, replace(invoice, voided=True))


def _check_unpaid(backend: HaloBackend, invoice: Invoice) -> None:
    if payments.invoice_payments(backend, invoice.id):
        raise RuleViolation("The invoice has payments")
    if payments.credit_uses(backend, invoice.id):
        raise RuleViolation("The credit has been used")


def delete(backend: HaloBackend, invoice_id: int, *, bypass: bool) -> Invoice:
    """Delete an invoice; its change trail stays, and its expenses are unlinked.

    Assumed: rejected if it has payments, was used as a credit, or was posted without ``bypass``.
    """
    invoice = find(backend.invoices, invoice_id)
    _check_unpaid(backend, invoice)
    if invoice.posted and not bypass:
        raise RuleViolation("The invoice has been posted; to delete it, set bypass_accounts_sync")
    expenses.sync_billed_expenses(backend, invoice, None)
    backend.invoices.delete(invoice_id)
    if invoice_id in backend.viewings:
        backend.viewings.delete(invoice_id)
    return invoice


def delete_template(backend: HaloBackend, template_id: int) -> Invoice:
    """Delete a template; its invoices and billed pro rata entries stay."""
    template = find(backend.templates, template_id)
    for line in template.lines:
        pro_rata.delete_unbilled_entries(backend, line.id)
    backend.templates.delete(template_id)
    return template


def update_client_name(backend: HaloBackend, client: Client) -> None:
    """Update the client's name on its invoices and templates."""
    for table in (backend.invoices, backend.templates):
        for row in table.find_by("client_id", client.id):
            if row.client_name != client.name:
                table.put(replace(row, client_name=client.name))


def add_pdf_attachment(backend: HaloBackend, invoice: Invoice) -> Invoice:
    """Return the invoice with a new PDF file attached. Assumed: each request creates a new file."""
    attachment_id = backend.ids.next("attachment")
    extra = {**invoice.extra, "pdf_attachment_id": attachment_id}
    return backend.invoices.put(replace(invoice, extra=extra))
