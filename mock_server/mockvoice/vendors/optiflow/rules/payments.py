"""Payments: of invoices, whose status follows, and other income; voided, never removed."""

from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import NotFound, invalid
from mockvoice.vendors.optiflow.models import (
    COMPLETED,
    INVOICE_PAYMENT,
    NOTHING,
    OTHER_INCOME,
    BankAccount,
    Invoice,
    Payment,
    Visit,
)
from mockvoice.vendors.optiflow.rules import balances, income, invoices, ncf
from mockvoice.vendors.optiflow.rules.lists import Listed, Query, identifier, listed, word
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    amount,
    check_present,
    day,
    known,
    referred,
    refuse,
    shown,
)
from mockvoice.vendors.optiflow.rules.records import (
    find as find_record,
)
from mockvoice.web.laravel import Errors, boolean, integer, selected_is_invalid

NOT_PAYABLE = "La factura no admite pagos en su estado actual."
_FILTERS = {
    "invoice_id": identifier,
    "payment_type": word,
    "payment_method": word,
    "bank_account_id": identifier,
    "status": word,
}


def search(backend: OptiBackend, visit: Visit, query: Query) -> Listed[Payment]:
    """A page of the workspace's payments. Assumed: voided ones only when they are asked for."""
    where: dict[str, Any] = {"workspace": visit.workspace_id}
    filters = dict(_FILTERS)
    if query["filter_status"] in (None, ""):
        where["status"] = COMPLETED
        del filters["status"]
    return listed(backend.payments, query, where=where, filters=filters)


def search_for_invoice(
    backend: OptiBackend, visit: Visit, invoice_id: int, query: Query
) -> Listed[Payment]:
    """A page of an invoice's payments, the latest first. Assumed: the whole call."""
    invoices.find(backend, visit, invoice_id)
    where = {"invoice_id": invoice_id, "status": COMPLETED}
    return listed(backend.payments, {**query, "sort": "-payment_date"}, where=where)


def find(backend: OptiBackend, visit: Visit, payment_id: int) -> Payment:
    """The payment, voided or not, if the workspace has it. Raises ``NotFound``."""
    payment = find_record(backend.payments, payment_id)
    if payment.workspace_id != visit.workspace_id:
        raise NotFound
    return payment


def find_live(backend: OptiBackend, visit: Visit, payment_id: int) -> Payment:
    """The payment, unless it is voided. Raises ``NotFound``. Assumed: so, for changes."""
    payment = find(backend, visit, payment_id)
    if payment.status != COMPLETED:
        raise NotFound
    return payment


def create(backend: OptiBackend, visit: Visit, body: Body) -> Payment:
    """A payment of the kind that a body names. Raises ``Invalid``.

    Observed: what each kind requires. Assumed: an invoice that is named makes it an invoice payment.
    """
    kind = body.get("payment_type") or (
        INVOICE_PAYMENT if body.get("invoice_id") is not None else None
    )
    errors: Errors = {}
    if kind is None:
        check_present(body, ["payment_type"], errors)
    account = referred(body, "bank_account_id", backend.bank_accounts, errors)
    if kind == INVOICE_PAYMENT:
        check_present(body, ["invoice_id", "amount"], errors)
        invoice = referred(body, "invoice_id", backend.invoices, errors)
        if invoice is not None and not _is_visible(invoice, visit):
            errors["invoice_id"] = [selected_is_invalid("invoice_id")]
        refuse(errors)
        return _pay(backend, visit, invoice, account, body, "invoice_id")
    if kind == OTHER_INCOME:
        income.check(backend, body, errors, needed=True)
    refuse(errors)
    return _receive(backend, visit, account, body)


def _is_visible(invoice: Invoice, visit: Visit) -> bool:
    return invoice.workspace_id == visit.workspace_id and invoice.status != "deleted"


def create_for_invoice(backend: OptiBackend, visit: Visit, invoice_id: int, body: Body) -> Payment:
    """A payment of one invoice. Assumed: the whole call."""
    invoice = invoices.find(backend, visit, invoice_id)
    errors: Errors = {}
    account = referred(body, "bank_account_id", backend.bank_accounts, errors)
    refuse(errors)
    return _pay(backend, visit, invoice, account, body, "error")


def _pay(
    backend: OptiBackend,
    visit: Visit,
    invoice: Invoice | None,
    account: BankAccount | None,
    body: Body,
    state_field: str,
) -> Payment:
    """Record a payment that fits the invoice, whose status follows. Raises ``Invalid``.

    Observed: no more than is due. Assumed: the account has the invoice's currency, which the source
    does not look at.
    """
    if invoice is None or account is None:
        raise KeyError(body)
    if not balances.is_payable(invoice):
        raise invalid(state_field, NOT_PAYABLE)
    _check_currency(invoice, account, "bank_account_id")
    paid = amount(body["amount"])
    _check_amount(paid, balances.due(backend, invoice), "amount")
    return _record(
        backend,
        visit,
        account,
        payment_type=INVOICE_PAYMENT,
        invoice_id=invoice.id,
        amount=shown(paid),
        subtotal_amount=shown(paid),
        payment_date=day(body["payment_date"]),
        payment_method=body["payment_method"],
        note=body.get("note"),
    )


def _receive(
    backend: OptiBackend, visit: Visit, account: BankAccount | None, body: Body
) -> Payment:
    """Record other income."""
    if account is None:
        raise KeyError(body)
    return _record(
        backend,
        visit,
        account,
        payment_type=OTHER_INCOME,
        payment_date=day(body["payment_date"]),
        payment_method=body["payment_method"],
        note=body.get("note"),
        **income.read(backend, body),
    )


def _check_currency(invoice: Invoice, account: BankAccount, field: str) -> None:
    if account.currency_id != invoice.currency_id:
        raise invalid(field, "La cuenta no es de la moneda de la factura.")


def _check_amount(paid: Decimal, left: Decimal, field: str) -> None:
    if paid > left:
        raise invalid(field, f"El monto supera el balance pendiente de {shown(left)}.")


def _record(backend: OptiBackend, visit: Visit, account: BankAccount, **values: Any) -> Payment:
    now = backend.clock.now()
    fields: dict[str, Any] = {
        "invoice_id": None,
        "contact_id": None,
        "tax_amount": NOTHING,
        "withholding_amount": NOTHING,
        **values,
    }
    payment = backend.payments.put(
        Payment(
            id=backend.ids.next("payment"),
            workspace_id=visit.workspace_id,
            payment_number=ncf.payment_number(backend, visit.workspace_id),
            bank_account_id=account.id,
            currency_id=account.currency_id,
            created_at=now,
            updated_at=now,
            **fields,
        )
    )
    _settle(backend, None, payment)
    return payment


def _settle(backend: OptiBackend, before: Payment | None, after: Payment | None) -> None:
    """Bring balances of accounts and the invoice's status up to date with a changed payment.

    Observed: a balance is the initial one and the live payments of its day or later.
    """
    for payment, sign in ((before, -1), (after, 1)):
        if payment is not None and payment.status == COMPLETED:
            account = known(backend.bank_accounts, payment.bank_account_id)
            if payment.payment_date >= account.initial_balance_date:
                balance = account.balance + sign * Decimal(payment.amount)
                backend.bank_accounts.put(replace(account, balance=balance))
    payment = after or before
    if payment is not None and payment.invoice_id is not None:
        balances.refresh(backend, payment.invoice_id)


def check_at_creation(backend: OptiBackend, body: Body) -> bool:
    """Whether a new invoice is to be paid at once. Raises ``Invalid`` if the body does not say how.

    Observed: the fields. Assumed: an amount of 0 records nothing.
    """
    if body.get("register_payment") is None or not boolean(body["register_payment"]):
        return False
    errors: Errors = {}
    needed = ["payment_amount", "payment_bank_account_id", "payment_method"]
    check_present(body, needed, errors)
    referred(body, "payment_bank_account_id", backend.bank_accounts, errors)
    refuse(errors)
    return amount(body["payment_amount"]) > 0


def pay_at_creation(backend: OptiBackend, visit: Visit, invoice: Invoice, body: Body) -> Invoice:
    """The new invoice, paid as its body says. Raises ``Invalid``. Observed: in the same transaction."""
    account = known(backend.bank_accounts, integer(body["payment_bank_account_id"]))
    if not balances.is_payable(invoice):
        raise invalid("register_payment", NOT_PAYABLE)
    _check_currency(invoice, account, "payment_bank_account_id")
    paid = amount(body["payment_amount"])
    _check_amount(paid, balances.due(backend, invoice), "payment_amount")
    when = body.get("payment_date")
    _record(
        backend,
        visit,
        account,
        payment_type=INVOICE_PAYMENT,
        invoice_id=invoice.id,
        amount=shown(paid),
        subtotal_amount=shown(paid),
        payment_date=invoice.issue_date if when is None else day(when),
        payment_method=body["payment_method"],
        note=body.get("payment_notes"),
    )
    return known(backend.invoices, invoice.id)


def update(backend: OptiBackend, visit: Visit, payment_id: int, body: Body) -> Payment:
    """The payment with what a body changes; its invoice's status follows. Raises ``Invalid``.

    Observed: an amount up to the total less the other payments. Assumed: the status follows, other
    than in the source; kind and invoice are fixed.
    """
    payment = find_live(backend, visit, payment_id)
    errors: Errors = {}
    account = referred(body, "bank_account_id", backend.bank_accounts, errors)
    if payment.payment_type == OTHER_INCOME:
        income.check(backend, body, errors, needed=False)
    refuse(errors)
    account = account or known(backend.bank_accounts, payment.bank_account_id)
    changed = replace(
        payment,
        bank_account_id=account.id,
        currency_id=account.currency_id,
        payment_date=day(body["payment_date"]) if "payment_date" in body else payment.payment_date,
        payment_method=body.get("payment_method") or payment.payment_method,
        note=body.get("note", payment.note),
        updated_at=backend.clock.now(),
    )
    if payment.invoice_id is None:
        changed = income.changed(backend, changed, body)
    else:
        changed = _invoice_payment_changed(backend, payment, changed, account, body)
    backend.payments.put(changed)
    _settle(backend, payment, changed)
    return changed


def _invoice_payment_changed(
    backend: OptiBackend, before: Payment, changed: Payment, account: BankAccount, body: Body
) -> Payment:
    invoice = known(backend.invoices, before.invoice_id or 0)
    _check_currency(invoice, account, "bank_account_id")
    if "amount" not in body:
        return changed
    paid = amount(body["amount"])
    others = balances.paid(backend, invoice) - Decimal(before.amount)
    _check_amount(paid, Decimal(invoice.figures.total_amount) - others, "amount")
    return replace(changed, amount=shown(paid), subtotal_amount=shown(paid))


def delete(backend: OptiBackend, visit: Visit, payment_id: int) -> None:
    """Void the payment: it leaves all sums. Observed: a soft deletion. Assumed: its status shows it."""
    payment = find_live(backend, visit, payment_id)
    now = backend.clock.now()
    voided = backend.payments.put(replace(payment, deleted_at=now, updated_at=now))
    _settle(backend, payment, voided)
