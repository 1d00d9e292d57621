"""Payments of invoices, and other income. Payments are voided, never deleted."""

from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import NotFound, field_error
from mockvoice.vendors.optiflow.models import (
    COMPLETED,
    DELETED,
    INVOICE_PAYMENT,
    OTHER_INCOME,
    ZERO_AMOUNT,
    Actor,
    BankAccount,
    Invoice,
    Payment,
)
from mockvoice.vendors.optiflow.rules import balances, income, invoices, ncf
from mockvoice.vendors.optiflow.rules.lists import PageResult, Query, paginate, parse_id, parse_word
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    check_required,
    format_amount,
    get_existing,
    parse_amount,
    parse_date,
    resolve_reference,
)
from mockvoice.vendors.optiflow.rules.records import (
    find as find_record,
)
from mockvoice.web.laravel import Errors, boolean, integer, raise_if_errors, selected_is_invalid

NOT_PAYABLE = "La factura no admite pagos en su estado actual."
_FILTERS = {
    "invoice_id": parse_id,
    "payment_type": parse_word,
    "payment_method": parse_word,
    "bank_account_id": parse_id,
    "status": parse_word,
}


def search(backend: OptiBackend, actor: Actor, query: Query) -> PageResult[Payment]:
    """Return a page of the workspace's payments. Assumed: voided ones only on request."""
    where: dict[str, Any] = {"workspace": actor.workspace_id}
    filters = dict(_FILTERS)
    if query["filter_status"] in (None, ""):
        where["status"] = COMPLETED
        del filters["status"]
    return paginate(backend.payments, query, where=where, filters=filters)


def search_for_invoice(
    backend: OptiBackend, actor: Actor, invoice_id: int, query: Query
) -> PageResult[Payment]:
    """Return a page of an invoice's payments, latest first. Assumed: the whole operation."""
    invoices.find(backend, actor, invoice_id)
    where = {"invoice_id": invoice_id, "status": COMPLETED}
    return paginate(backend.payments, {**query, "sort": "-payment_date"}, where=where)


def find(backend: OptiBackend, actor: Actor, payment_id: int) -> Payment:
    """Return a payment of the workspace, voided or not. Raises ``NotFound``."""
    payment = find_record(backend.payments, payment_id)
    if payment.workspace_id != actor.workspace_id:
        raise NotFound
    return payment


def find_not_voided(backend: OptiBackend, actor: Actor, payment_id: int) -> Payment:
    """Return a payment that is not voided. Raises ``NotFound``. Assumed: voided ones cannot change."""
    payment = find(backend, actor, payment_id)
    if payment.status != COMPLETED:
        raise NotFound
    return payment


def create(backend: OptiBackend, actor: Actor, body: Body) -> Payment:
    """Record a payment of the type that a body names. Raises ``Invalid``.

    Observed: the required fields of each type. Assumed: an invoice id without a type means an invoice
    payment.
    """
    kind, invoice, account = check_new(backend, actor, body)
    if kind == INVOICE_PAYMENT:
        return _record_invoice_payment(backend, actor, invoice, account, body, "invoice_id")
    return _record_other_income(backend, actor, account, body)


def check_new(
    backend: OptiBackend, actor: Actor, body: Body
) -> tuple[str | None, Invoice | None, BankAccount | None]:
    """Return type, invoice and account of a new payment. Raises ``Invalid``."""
    kind = body.get("payment_type") or (
        INVOICE_PAYMENT if body.get("invoice_id") is not None else None
    )
    errors: Errors = {}
    invoice = None
    if kind is None:
        check_required(body, ["payment_type"], errors)
    account = resolve_reference(body, "bank_account_id", backend.bank_accounts, errors)
    if kind == INVOICE_PAYMENT:
        check_required(body, ["invoice_id", "amount"], errors)
        invoice = resolve_reference(body, "invoice_id", backend.invoices, errors)
        if invoice is not None and not _is_visible(invoice, actor):
            errors["invoice_id"] = [selected_is_invalid("invoice_id")]
    if kind == OTHER_INCOME:
        income.validate(backend, body, errors, is_new=True)
    raise_if_errors(errors)
    return kind, invoice, account


def _is_visible(invoice: Invoice, actor: Actor) -> bool:
    return invoice.workspace_id == actor.workspace_id and invoice.status != DELETED


def create_for_invoice(backend: OptiBackend, actor: Actor, invoice_id: int, body: Body) -> Payment:
    """Record a payment of one invoice. Raises ``Invalid``. Assumed: the whole operation."""
    invoice = invoices.find(backend, actor, invoice_id)
    errors: Errors = {}
    account = resolve_reference(body, "bank_account_id", backend.bank_accounts, errors)
    raise_if_errors(errors)
    return _record_invoice_payment(backend, actor, invoice, account, body, "error")


def _record_invoice_payment(
    backend: OptiBackend,
    actor: Actor,
    invoice: Invoice | None,
    account: BankAccount | None,
    body: Body,
    state_field: str,
) -> Payment:
    """Record a payment of an invoice and update its status. Raises ``Invalid``.

    Observed: at most the balance due. Assumed: the account must have the invoice's currency, which the
    source does not check.
    """
    if invoice is None or account is None:
        raise KeyError("invoice_id or bank_account_id is missing")
    if not balances.is_payable(invoice):
        raise field_error(state_field, NOT_PAYABLE)
    _check_currency(invoice, account, "bank_account_id")
    paid = parse_amount(body["amount"])
    _check_amount(paid, balances.balance_due(backend, invoice), "amount")
    return _record(
        backend,
        actor,
        account,
        payment_type=INVOICE_PAYMENT,
        invoice_id=invoice.id,
        amount=format_amount(paid),
        subtotal_amount=format_amount(paid),
        payment_date=parse_date(body["payment_date"]),
        payment_method=body["payment_method"],
        note=body.get("note"),
    )


def _record_other_income(
    backend: OptiBackend, actor: Actor, account: BankAccount | None, body: Body
) -> Payment:
    if account is None:
        raise KeyError("bank_account_id is missing")
    return _record(
        backend,
        actor,
        account,
        payment_type=OTHER_INCOME,
        payment_date=parse_date(body["payment_date"]),
        payment_method=body["payment_method"],
        note=body.get("note"),
        **income.parse(backend, body),
    )


def _check_currency(invoice: Invoice, account: BankAccount, field: str) -> None:
    if account.currency_id != invoice.currency_id:
        raise field_error(field, "La cuenta no es de la moneda de la factura.")


def _check_amount(paid: Decimal, left: Decimal, field: str) -> None:
    if paid > left:
        raise field_error(field, f"El monto supera el balance pendiente de {format_amount(left)}.")


def _record(backend: OptiBackend, actor: Actor, account: BankAccount, **values: Any) -> Payment:
    now = backend.clock.now()
    fields: dict[str, Any] = {
        "invoice_id": None,
        "contact_id": None,
        "tax_amount": ZERO_AMOUNT,
        "withholding_amount": ZERO_AMOUNT,
        **values,
    }
    payment = backend.payments.put(
        Payment(
            id=backend.ids.next("payment"),
            workspace_id=actor.workspace_id,
            payment_number=ncf.payment_number(backend, actor.workspace_id),
            bank_account_id=account.id,
            currency_id=account.currency_id,
            created_at=now,
            updated_at=now,
            **fields,
        )
    )
    _update_balances(backend, None, payment)
    return payment


def _update_balances(backend: OptiBackend, previous: Payment | None, current: Payment) -> None:
    """Update the accounts' balances and the invoice's status after a change of a payment.

    Observed: an account's balance is its initial balance plus the payments, not voided, from the date
    of the initial balance on.
    """
    for payment, sign in ((previous, -1), (current, 1)):
        if payment is not None and payment.status == COMPLETED:
            account = get_existing(backend.bank_accounts, payment.bank_account_id)
            if payment.payment_date >= account.initial_balance_date:
                balance = account.balance + sign * Decimal(payment.amount)
                backend.bank_accounts.put(replace(account, balance=balance))
    if current.invoice_id is not None:
        balances.update_status(backend, current.invoice_id)


def validate_at_creation(backend: OptiBackend, body: Body) -> bool:
    """Return whether a body registers a payment. Raises ``Invalid`` if a field of it is missing.

    Observed: the fields. Assumed: an amount of 0 registers none.
    """
    if body.get("register_payment") is None or not boolean(body["register_payment"]):
        return False
    errors: Errors = {}
    required_fields = ["payment_amount", "payment_bank_account_id", "payment_method"]
    check_required(body, required_fields, errors)
    resolve_reference(body, "payment_bank_account_id", backend.bank_accounts, errors)
    raise_if_errors(errors)
    return parse_amount(body["payment_amount"]) > 0


def record_payment_at_creation(
    backend: OptiBackend, actor: Actor, invoice: Invoice, body: Body
) -> Invoice:
    """Record the payment of a new invoice. Raises ``Invalid``. Observed: in the same transaction."""
    account = get_existing(backend.bank_accounts, integer(body["payment_bank_account_id"]))
    if not balances.is_payable(invoice):
        raise field_error("register_payment", NOT_PAYABLE)
    _check_currency(invoice, account, "payment_bank_account_id")
    paid = parse_amount(body["payment_amount"])
    _check_amount(paid, balances.balance_due(backend, invoice), "payment_amount")
    payment_date = body.get("payment_date")
    _record(
        backend,
        actor,
        account,
        payment_type=INVOICE_PAYMENT,
        invoice_id=invoice.id,
        amount=format_amount(paid),
        subtotal_amount=format_amount(paid),
        payment_date=invoice.issue_date if payment_date is None else parse_date(payment_date),
        payment_method=body["payment_method"],
        note=body.get("payment_notes"),
    )
    return get_existing(backend.invoices, invoice.id)


def update(backend: OptiBackend, actor: Actor, payment_id: int, body: Body) -> Payment:
    """Update the submitted fields of a payment, and its invoice's status. Raises ``Invalid``.

    Observed: the amount is at most the invoice's total less its other payments. Assumed: the status is
    updated, unlike in the source; type and invoice cannot change.
    """
    payment = find_not_voided(backend, actor, payment_id)
    errors: Errors = {}
    account = resolve_reference(body, "bank_account_id", backend.bank_accounts, errors)
    if payment.payment_type == OTHER_INCOME:
        income.validate(backend, body, errors, is_new=False)
    raise_if_errors(errors)
    account = account or get_existing(backend.bank_accounts, payment.bank_account_id)
    changed = replace(
        payment,
        bank_account_id=account.id,
        currency_id=account.currency_id,
        payment_date=parse_date(body["payment_date"])
        if "payment_date" in body
        else payment.payment_date,
        payment_method=body.get("payment_method") or payment.payment_method,
        note=body.get("note", payment.note),
        updated_at=backend.clock.now(),
    )
    if payment.invoice_id is None:
        changed = income.apply_changes(backend, changed, body)
    else:
        changed = _apply_invoice_payment_changes(backend, payment, changed, account, body)
    backend.payments.put(changed)
    _update_balances(backend, payment, changed)
    return changed


def _apply_invoice_payment_changes(
    backend: OptiBackend, previous: Payment, changed: Payment, account: BankAccount, body: Body
) -> Payment:
    invoice = get_existing(backend.invoices, previous.invoice_id or 0)
    _check_currency(invoice, account, "bank_account_id")
    if "amount" not in body:
        return changed
    paid = parse_amount(body["amount"])
    others = balances.amount_paid(backend, invoice) - Decimal(previous.amount)
    _check_amount(paid, Decimal(invoice.figures.total_amount) - others, "amount")
    return replace(changed, amount=format_amount(paid), subtotal_amount=format_amount(paid))


def delete(backend: OptiBackend, actor: Actor, payment_id: int) -> None:
    """Void a payment: no sum includes it any more. Observed: a soft deletion. Assumed: the status."""
    payment = find_not_voided(backend, actor, payment_id)
    now = backend.clock.now()
    voided = backend.payments.put(replace(payment, deleted_at=now, updated_at=now))
    _update_balances(backend, payment, voided)
