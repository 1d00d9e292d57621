"""Bank accounts that receive payments."""

from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import general_error
from mockvoice.vendors.optiflow.models import BankAccount
from mockvoice.vendors.optiflow.rules.contacts import IN_USE
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    find,
    parse_amount,
    parse_date,
    resolve_reference,
    submitted_fields,
)
from mockvoice.web.laravel import Errors, boolean, integer, raise_if_errors

_COPIED_FIELDS = ("name", "type", "account_number", "description")


def create(backend: OptiBackend, body: Body) -> BankAccount:
    """Create an account with its initial balance. Raises ``Invalid``."""
    errors: Errors = {}
    resolve_reference(body, "currency_id", backend.currencies, errors)
    raise_if_errors(errors)
    now = backend.clock.now()
    balance = parse_amount(body["initial_balance"])
    return backend.bank_accounts.put(
        BankAccount(
            id=backend.ids.next("bank_account"),
            currency_id=integer(body["currency_id"]),
            initial_balance=balance,
            initial_balance_date=parse_date(body["initial_balance_date"]),
            balance=balance,
            created_at=now,
            updated_at=now,
            **submitted_fields(body, _COPIED_FIELDS),
        )
    )


def update(backend: OptiBackend, account_id: int, body: Body) -> BankAccount:
    """Update the submitted fields of an account. Raises ``Invalid``.

    Assumed: the currency is fixed once there are payments, the initial balance always.
    """
    account = find(backend.bank_accounts, account_id)
    errors: Errors = {}
    resolve_reference(body, "currency_id", backend.currencies, errors)
    values: dict[str, Any] = submitted_fields(body, _COPIED_FIELDS)
    if "is_active" in body:
        values["is_active"] = boolean(body["is_active"])
    if "currency_id" in body:
        values["currency_id"] = integer(body["currency_id"])
        is_changed = values["currency_id"] != account.currency_id
        if is_changed and backend.payments.count("bank_account_id", account_id):
            errors.setdefault("currency_id", ["La cuenta ya tiene pagos en su moneda."])
    raise_if_errors(errors)
    return backend.bank_accounts.put(replace(account, **values, updated_at=backend.clock.now()))


def delete(backend: OptiBackend, account_id: int) -> None:
    """Delete an account. Raises ``Invalid`` for a system account and for one with payments."""
    account = find(backend.bank_accounts, account_id)
    if account.is_system_account or backend.payments.count("bank_account_id", account_id):
        raise general_error(IN_USE)
    backend.bank_accounts.delete(account_id)
