"""Credits that are made of invoices."""

from dataclasses import replace

from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.errors import BrokenRule
from mockvoice.vendors.halo.models import CREDIT, Invoice, Line
from mockvoice.vendors.halo.rules import changes, lines
from mockvoice.vendors.halo.rules.invoices import (
    FIRST_INVOICE,
    applied,
    check_sequence,
    client_of,
    computed,
)
from mockvoice.vendors.halo.rules.records import Body, find


def save(backend: HaloBackend, body: Body) -> Invoice:
    """The credit that an element asks for, of the invoice with its id."""
    source = find(backend.invoices, body["id"])
    check_sequence(source, body)
    return credit_note(backend, source, body)


def credit_note(backend: HaloBackend, source: Invoice, body: Body) -> Invoice:
    """A credit of an invoice, with all its lines negated. Raises ``BrokenRule`` for a credit.

    Assumed: all of it; the credit is dated now unless the body says when.
    """
    if source.kind == CREDIT or source.voided:
        raise BrokenRule("No credit can be made of this record")
    now = backend.clock.now()
    copied = ("sitenumber", "uid", "contract_id", "contract_ref", "ticket_id", "accountsid")
    extra = {name: source.extra[name] for name in copied if name in source.extra}
    start = Invoice(
        id=backend.ids.next("invoice", FIRST_INVOICE),
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
    negated = [_negated(backend, line) for line in source.lines]
    credit = lines.with_lines(start, negated)
    header = {name: body[name] for name in ("invoice_date", "reference") if name in body}
    client = client_of(backend, credit.client_id)
    credit = backend.invoices.put(computed(backend, applied(backend, credit, header, client)))
    changes.log_created(backend, credit)
    return credit


def _negated(backend: HaloBackend, line: Line) -> Line:
    links = ("recurring_invoice_id", "recurring_invoice_line_id", "expense_id")
    extra = {name: value for name, value in line.extra.items() if name not in links}
    return replace(
        line,
        id=backend.ids.next("line"),
        price=-line.price,
        cost=-line.cost,
        extra={**extra, "creditlinkedidid": line.id},
    )
