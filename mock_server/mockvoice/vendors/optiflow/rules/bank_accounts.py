"""Bank accounts, which receive payments."""

from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import refusal
from mockvoice.vendors.optiflow.models import BankAccount
from mockvoice.vendors.optiflow.rules.contacts import IN_USE
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    amount,
    changes,
    day,
    find,
    referred,
    refuse,
)
from mockvoice.web.laravel import Errors, boolean, integer

_PLAIN = ("name", "type", "account_number", "description")


def create(backend: OptiBackend, body: Body) -> BankAccount:
    """A new account with its initial balance. Raises ``Invalid``."""
    errors: Errors = {}
    referred(body, "currency_id", backend.currencies, errors)
    refuse(errors)
    now = backend.clock.now()
    balance = amount(body["initial_balance"])
    return backend.bank_accounts.put(
        BankAccount(
            id=backend.ids.next("bank_account"),
            currency_id=integer(body["currency_id"]),
            initial_balance=balance,
            initial_balance_date=day(body["initial_balance_date"]),
            balance=balance,
            created_at=now,
            updated_at=now,
            **changes(body, _PLAIN),
        )
    )


def update(backend: OptiBackend, account_id: int, body: Body) -> BankAccount:
    """The account with what a body changes. Raises ``Invalid``.

    Assumed: the currency is fixed once there are payments, the initial balance always.
    """
    account = find(backend.bank_accounts, account_id)
    errors: Errors = {}
    referred(body, "currency_id", backend.currencies, errors)
    values: dict[str, Any] = changes(body, _PLAIN)
    if "is_active" in body:
        values["is_active"] = boolean(body["is_active"])
    if "currency_id" in body:
        values["currency_id"] = integer(body["currency_id"])
        moved = values["currency_id"] != account.currency_id
        if moved and backend.payments.count("bank_account_id", account_id):
            errors.setdefault("currency_id", ["La cuenta ya tiene pagos en su moneda."])
    refuse(errors)
    return backend.bank_accounts.put(replace(account, **values, updated_at=backend.clock.now()))


def delete(backend: OptiBackend, account_id: int) -> None:
    """Remove the account. Raises ``Invalid`` for the application's own, and once it has payments."""
    account = find(backend.bank_accounts, account_id)
    if account.is_system_account or backend.payments.count("bank_account_id", account_id):
        raise refusal(IN_USE)
    backend.bank_accounts.delete(account_id)
