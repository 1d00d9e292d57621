"""Credit memos and the invoices that they are set off against."""

from collections.abc import Callable
from decimal import Decimal

from msgspec.structs import replace

from mockvoice.kernel.money import total
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import (
    CreditExceedsBalance,
    CreditMismatch,
    CreditNotApplied,
    InvoiceNotApproved,
)
from mockvoice.vendors.count.models import Change, Credit, Invoice
from mockvoice.vendors.count.rules.documents import changed
from mockvoice.vendors.count.rules.records import Body, cents, find, resolve
from mockvoice.vendors.count.rules.totals import shown


def apply_memos(backend: CountBackend, invoice_id: str, body: Body, actor: str) -> Invoice:
    """Set several memos off against an invoice. Documented: all or nothing."""
    invoice = find(backend.invoices, invoice_id)
    return _apply_all(
        backend, invoice, body, "creditMemos", actor, lambda mine, other: (mine, other)
    )


def apply_to_invoices(backend: CountBackend, memo_id: str, body: Body, actor: str) -> Invoice:
    """Set a memo off against several invoices. Documented: all or nothing."""
    memo = find(backend.invoices, memo_id)
    return _apply_all(backend, memo, body, "invoices", actor, lambda mine, other: (other, mine))


def _apply_all(
    backend: CountBackend,
    mine: Invoice,
    body: Body,
    field: str,
    actor: str,
    sides: Callable[[Invoice, Invoice], tuple[Invoice, Invoice]],
) -> Invoice:
    rows = [
        (resolve(backend, backend.invoices, f"{field}.{place}.id", each["id"]), each["amount"])
        for place, each in enumerate(body[field])
    ]
    for other, amount in rows:
        invoice, memo = sides(mine, other)
        apply(backend, invoice, memo, amount, actor)
    return find(backend.invoices, mine.id)


def apply(
    backend: CountBackend, invoice: Invoice, memo: Invoice, amount: float | str, actor: str
) -> None:
    """Set a part of a memo off against an invoice. Assumed: what has to be the same on both."""
    invoice, memo = find(backend.invoices, invoice.id), find(backend.invoices, memo.id)
    _check_pair(invoice, memo)
    wanted = cents(amount)
    for document in (invoice, memo):
        if wanted > document.due:
            raise CreditExceedsBalance(document.id, document.due)
    _move(backend, invoice, memo, wanted, "credit_applied", actor)


def _check_pair(invoice: Invoice, memo: Invoice) -> None:
    if invoice.is_draft or memo.is_draft:
        raise InvoiceNotApproved
    if invoice.type != "invoice" or not memo.is_memo:
        raise CreditMismatch("Credit is set off between a credit memo and an invoice.")
    if invoice.content.customer_id != memo.content.customer_id:
        raise CreditMismatch("The memo belongs to another customer.")
    if invoice.content.currency != memo.content.currency:
        raise CreditMismatch("The memo has another currency.")


def remove(backend: CountBackend, invoice_id: str, body: Body, actor: str) -> Invoice:
    """Take a memo off an invoice. Documented: it gives both balances back."""
    invoice = find(backend.invoices, invoice_id)
    memo = resolve(backend, backend.invoices, "memoId", body["memoId"])
    applied = total(each.amount for each in invoice.credits if each.other_id == memo.id)
    if not applied or invoice.is_memo:
        raise CreditNotApplied
    _move(backend, invoice, memo, -applied, "credit_removed", actor)
    return find(backend.invoices, invoice.id)


def _move(
    backend: CountBackend, invoice: Invoice, memo: Invoice, amount: Decimal, action: str, actor: str
) -> None:
    for document, other in ((invoice, memo), (memo, invoice)):
        credited = document.credited + amount
        change = Change("creditedAmount", shown(document.credited), shown(credited))
        after = replace(
            document, credited=credited, credits=_credits(backend, document, other, amount)
        )
        changed(backend, document, after, action, actor, [change])


def _credits(
    backend: CountBackend, document: Invoice, other: Invoice, amount: Decimal
) -> tuple[Credit, ...]:
    """The credits of a document after more, or less, of it was set off. Assumed: a pair adds up."""
    rest = tuple(each for each in document.credits if each.other_id != other.id)
    sum_of_pair = amount + total(
        each.amount for each in document.credits if each.other_id == other.id
    )
    return (*rest, Credit(other.id, sum_of_pair, backend.now())) if sum_of_pair else rest
