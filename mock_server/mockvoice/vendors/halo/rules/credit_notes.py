"""Credit notes, created from invoices."""

from dataclasses import replace

from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.errors import RuleViolation
from mockvoice.vendors.halo.models import CREDIT, Invoice, Line
from mockvoice.vendors.halo.rules import changes, lines
from mockvoice.vendors.halo.rules.invoices import (
    FIRST_INVOICE_ID,
    billed_client,
    check_change_seq,
    with_body,
    with_totals,
)
from mockvoice.vendors.halo.rules.records import Body, find


def save(backend: HaloBackend, body: Body) -> Invoice:
    """Create a credit note of the invoice with the element's id."""
    source = find(backend.invoices, body["id"])
    check_change_seq(source, body)
    return create_credit_note(backend, source, body)


def create_credit_note(backend: HaloBackend, source: Invoice, body: Body) -> Invoice:
    """Create a credit note of a whole invoice, with all lines negated.

    Assumed: its date is now unless the body has one. Raises ``RuleViolation`` for a credit or a
    voided invoice.
    """
    if source.kind == CREDIT or source.voided:
        raise RuleViolation("A credit or a voided invoice cannot be credited")
    now = backend.clock.now()
    copied = ("sitenumber", "uid", "contract_id", "contract_ref", "ticket_id", "accountsid")
    extra = {name: source.extra[name] for name in copied if name in source.extra}
    start = Invoice(
        id=backend.ids.next("invoice", FIRST_INVOICE_ID),
        client_id=source.client_id,
        client_name=source.client_name,
        at=now.replace(microsecond=0),
        created_at=now,
        modified_at=now,
        kind=CREDIT,
        currency_code=source.currency_code,
        currency=source.currency,
        rate=source.rate,
        extra={**extra, "creditlinkedtoinvoiceid": source.id},
    )
    negated = [_negate_line(backend, line) for line in source.lines]
    credit = lines.with_lines(start, negated)
    header = {name: body[name] for name in ("invoice_date", "reference") if name in body}
    client = billed_client(backend, credit.client_id)
    credit = backend.invoices.put(with_totals(backend, with_body(backend, credit, header, client)))
    changes.log_created(backend, credit)
    return credit


def _negate_line(backend: HaloBackend, line: Line) -> Line:
    links = ("recurring_invoice_id", "recurring_invoice_line_id", "expense_id")
    extra = {name: value for name, value in line.extra.items() if name not in links}
    return replace(
        line,
        id=backend.ids.next("line"),
        price=-line.price,
        cost=-line.cost,
        extra={**extra, "creditlinkedidid": line.id},
    )
