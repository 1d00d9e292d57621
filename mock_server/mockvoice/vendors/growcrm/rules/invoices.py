"""Invoices: their operations, and the rules of their status."""

from datetime import date, timedelta
from decimal import Decimal

from msgspec.structs import replace

from mockvoice.kernel.money import total
from mockvoice.kernel.shared_values import shared_day
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.errors import AlreadyPublished, ProjectOfAnotherClient, StillDraft
from mockvoice.vendors.growcrm.models import DRAFT, DUE, OVERDUE, PAID, PART_PAID, Bill, Invoice
from mockvoice.vendors.growcrm.rules import bills, mail
from mockvoice.vendors.growcrm.rules.lists import PageResult, Query, paginate
from mockvoice.vendors.growcrm.rules.records import Body, check_references, find, normalized_tags
from mockvoice.web.laravel import Errors, day, integer, raise_if_errors

DUE_DATE = "bill_due_date"


def search(backend: GrowBackend, query: Query) -> PageResult[Invoice]:
    """Return a page of invoices. Documented: filters and sorts."""
    return paginate(
        backend.invoices,
        query,
        default_size=backend.settings.page_size,
        filters=("status", "client_id", "project_id", "category_id"),
        keys=bills.search_keys(
            backend, backend.invoices, query["search"], DUE_DATE, mail.INVOICE_PREFIX
        ),
        sorts=("bill_date", "bill_due_date", "bill_final_amount", "bill_created"),
    )


def create(backend: GrowBackend, body: Body) -> Invoice:
    """Create a draft without lines. Documented: 201, status Draft, totals are never accepted."""
    bills.check_header(backend, body, DUE_DATE)
    bill = bills.new(backend, body)
    due_date = day(body[DUE_DATE]) if body.get(DUE_DATE) else default_due_date(backend, bill)
    return backend.invoices.put(Invoice(backend.ids.next("invoice"), bill, shared_day(due_date)))


def default_due_date(backend: GrowBackend, bill: Bill) -> date:
    """Return the bill's date plus the client's due days, or the system's if the client has none.

    Documented: the rule. Observed: the arithmetic, and 7 days on a fresh install.
    """
    client = backend.clients.get(bill.client_id)
    days = client.invoice_due_days if client else None
    return bill.date + timedelta(days=backend.settings.due_days if days is None else days)


def update(backend: GrowBackend, invoice_id: int, body: Body) -> Invoice:
    """Update the header, except the client, and recalculate. Allowed in every status."""
    bills.check_header(backend, {**body, "bill_clientid": None}, DUE_DATE)
    invoice = find(backend.invoices, invoice_id)
    bill = bills.with_header(invoice.bill, body)
    due_date = day(body[DUE_DATE]) if body.get(DUE_DATE) else invoice.due_date
    return save(backend, replace(invoice, bill=bill, due_date=shared_day(due_date)))


def set_items(backend: GrowBackend, invoice_id: int, body: Body) -> Invoice:
    """Replace lines and taxes of an invoice. Documented: full replacement, then recalculation."""
    invoice = find(backend.invoices, invoice_id)
    return save(backend, replace(invoice, bill=bills.with_items(backend, invoice.bill, body)))


def save(backend: GrowBackend, invoice: Invoice) -> Invoice:
    """Update the status of the invoice, and store it."""
    return backend.invoices.put(with_current_status(backend, invoice))


def refresh_status(backend: GrowBackend, invoice_id: int) -> None:
    """Update the status of an invoice, for example after a change of its payments."""
    save(backend, find(backend.invoices, invoice_id))


def with_current_status(backend: GrowBackend, invoice: Invoice) -> Invoice:
    """Return the invoice in the status that follows from its payments and today's date.

    A draft keeps its status, and so does an invoice whose status was set by hand. On the due date
    an invoice is not yet overdue. A partial payment leaves it Due or Overdue. An invoice with a
    final amount of zero never becomes Paid automatically.
    Observed: all of this, in the core. Assumed: reads through the API update the status too.
    """
    if invoice.manual or invoice.status_id == DRAFT:
        return invoice
    final = Decimal(invoice.bill.figures.final_amount)
    balance = final - paid_amount(backend, invoice.id)
    status = invoice.status_id
    if balance > 0:
        status = DUE
    elif final > 0:
        status = PAID
    status = _status_on(backend.clock.today(), status, invoice.due_date)
    return replace(invoice, status_id=status)


def _status_on(today: date, status: int, due_date: date) -> int:
    if status in (DUE, PART_PAID) and today > due_date:
        return OVERDUE
    if status == OVERDUE and today <= due_date:
        return DUE
    return status


def paid_amount(backend: GrowBackend, invoice_id: int) -> Decimal:
    """Return the sum of an invoice's payments that were not refunded."""
    payments = backend.payments.find_by("invoice_id", invoice_id)
    return total(payment.amount for payment in payments if payment.status == "paid")


def set_status(backend: GrowBackend, invoice_id: int, body: Body) -> Invoice:
    """Set any existing status, from any other. Documented: a status set by hand sticks."""
    errors: Errors = {}
    check_references(body, {"status": backend.statuses}, errors)
    raise_if_errors(errors)
    invoice = find(backend.invoices, invoice_id)
    return backend.invoices.put(replace(invoice, status_id=integer(body["status"]), manual=True))


def set_tags(backend: GrowBackend, invoice_id: int, body: Body) -> Invoice:
    """Replace all tags of an invoice."""
    invoice = find(backend.invoices, invoice_id)
    bill = replace(invoice.bill, tags=normalized_tags(body["tags"]))
    return backend.invoices.put(replace(invoice, bill=bill))


def publish(backend: GrowBackend, invoice_id: int) -> Invoice:
    """Move an invoice out of draft and queue its e-mail. Raises ``AlreadyPublished``.

    The response shows the status without regard to payments; the next read finds a paid invoice
    Paid. Documented: drafts only. Observed: nothing else changes, and an invoice without lines can
    be published too. Assumed: reads through the API update the status.
    """
    invoice = find(backend.invoices, invoice_id)
    if invoice.status_id != DRAFT:
        raise AlreadyPublished("invoice")
    status = OVERDUE if backend.clock.today() > invoice.due_date else DUE
    published = replace(invoice, status_id=status)
    save(backend, published)
    mail.send_invoice(backend, published)
    return published


def send_email(backend: GrowBackend, invoice_id: int) -> Invoice:
    """Queue the e-mail of an invoice again. Raises ``StillDraft``."""
    invoice = find(backend.invoices, invoice_id)
    if invoice.status_id == DRAFT:
        raise StillDraft("invoice")
    mail.send_invoice(backend, invoice)
    return invoice


def clone(backend: GrowBackend, invoice_id: int, body: Body) -> Invoice:
    """Create a draft with the lines and figures of an invoice. Raises ``ProjectOfAnotherClient``.

    Observed: which fields are copied, and that the project must belong to the client. Assumed:
    409 if it does not, and the copy's status is not manual.
    """
    bills.check_header(backend, {**body, "bill_categoryid": None}, DUE_DATE)
    source = find(backend.invoices, invoice_id)
    header = clone_header(backend, body)
    bill = bills.clone(backend, source.bill, header)
    return backend.invoices.put(Invoice(backend.ids.next("invoice"), bill, day(body[DUE_DATE])))


def clone_header(backend: GrowBackend, body: Body) -> dict[str, int | date | None]:
    """Return client, project and date of a copy. Raises ``ProjectOfAnotherClient``."""
    client_id = integer(body["bill_clientid"])
    project_id = body.get("bill_projectid")
    project = None if project_id is None else find(backend.projects, integer(project_id))
    if project is not None and project.client_id != client_id:
        raise ProjectOfAnotherClient
    return {
        "client_id": client_id,
        "project_id": project.id if project else None,
        "date": day(body["bill_date"]),
    }


def delete(backend: GrowBackend, invoice_id: int) -> Invoice:
    """Delete an invoice with its payments. Observed: allowed in every status.

    Assumed: the refunds of the payments are deleted too.
    """
    invoice = find(backend.invoices, invoice_id)
    for payment in backend.payments.find_by("invoice_id", invoice_id):
        for refund in backend.refunds.find_by("payment_id", payment.id):
            backend.refunds.delete(refund.id)
        backend.payments.delete(payment.id)
    backend.invoices.delete(invoice_id)
    return invoice
