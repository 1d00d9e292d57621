"""Credit memos and the invoices that they are applied to."""

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
from mockvoice.vendors.count.models import AppliedCredit, Change, Invoice
from mockvoice.vendors.count.rules.documents import record_change
from mockvoice.vendors.count.rules.records import Body, find, resolve, to_amount
from mockvoice.vendors.count.rules.totals import format_amount


def apply_memos(backend: CountBackend, invoice_id: str, body: Body, actor: str) -> Invoice:
    """Apply several memos to an invoice. Documented: all are applied or none."""
    invoice = find(backend.invoices, invoice_id)
    return _apply_all(
        backend, invoice, body, "creditMemos", actor, lambda document, other: (document, other)
    )


def apply_to_invoices(backend: CountBackend, memo_id: str, body: Body, actor: str) -> Invoice:
    """Apply a memo to several invoices. Documented: to all or none."""
    memo = find(backend.invoices, memo_id)
    return _apply_all(
        backend, memo, body, "invoices", actor, lambda document, other: (other, document)
    )


def _apply_all(
    backend: CountBackend,
    document: Invoice,
    body: Body,
    field: str,
    actor: str,
    sides: Callable[[Invoice, Invoice], tuple[Invoice, Invoice]],
) -> Invoice:
    rows = [
        (resolve(backend, backend.invoices, f"{field}.{index}.id", row["id"]), row["amount"])
        for index, row in enumerate(body[field])
    ]
    for other, amount in rows:
        invoice, memo = sides(document, other)
        apply(backend, invoice, memo, amount, actor)
    return find(backend.invoices, document.id)


def apply(
    backend: CountBackend, invoice: Invoice, memo: Invoice, amount: float | str, actor: str
) -> None:
    """Apply an amount of a memo to an invoice. Assumed: both have the same customer and currency."""
    invoice, memo = find(backend.invoices, invoice.id), find(backend.invoices, memo.id)
    _check_compatible(invoice, memo)
    requested = to_amount(amount)
    for document in (invoice, memo):
        if requested > document.due:
            raise CreditExceedsBalance(document.id, document.due)
    _transfer(backend, invoice, memo, requested, "credit_applied", actor)


def _check_compatible(invoice: Invoice, memo: Invoice) -> None:
    if invoice.is_draft or memo.is_draft:
        raise InvoiceNotApproved
    if invoice.type != "invoice" or not memo.is_memo:
        raise CreditMismatch("Credit is applied from a credit memo to an invoice.")
    if invoice.content.customer_id != memo.content.customer_id:
        raise CreditMismatch("The memo belongs to another customer.")
    if invoice.content.currency != memo.content.currency:
        raise CreditMismatch("The memo has another currency.")


def remove(backend: CountBackend, invoice_id: str, body: Body, actor: str) -> Invoice:
    """Remove a memo from an invoice. Documented: this restores both balances."""
    invoice = find(backend.invoices, invoice_id)
    memo = resolve(backend, backend.invoices, "memoId", body["memoId"])
    applied = total(credit.amount for credit in invoice.credits if credit.other_id == memo.id)
    if not applied or invoice.is_memo:
        raise CreditNotApplied
    _transfer(backend, invoice, memo, -applied, "credit_removed", actor)
    return find(backend.invoices, invoice.id)


def _transfer(
    backend: CountBackend, invoice: Invoice, memo: Invoice, amount: Decimal, action: str, actor: str
) -> None:
    for document, other in ((invoice, memo), (memo, invoice)):
        credited = document.credited + amount
        change = Change("creditedAmount", format_amount(document.credited), format_amount(credited))
        after = replace(
            document, credited=credited, credits=_updated_credits(backend, document, other, amount)
        )
        record_change(backend, document, after, action, actor, [change])


def _updated_credits(
    backend: CountBackend, document: Invoice, other: Invoice, amount: Decimal
) -> tuple[AppliedCredit, ...]:
    """Return a document's credits with an added amount. Assumed: one entry per other document."""
    others = tuple(credit for credit in document.credits if credit.other_id != other.id)
    pair_total = amount + total(
        credit.amount for credit in document.credits if credit.other_id == other.id
    )
    return (*others, AppliedCredit(other.id, pair_total, backend.now())) if pair_total else others
