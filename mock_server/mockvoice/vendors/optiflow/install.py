"""What a new tenant holds: its company, users, workspaces and settings.

The demo world is a history of requests, so that every figure and status in it comes from the
same rules as everything else.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.models import (
    BankAccount,
    Company,
    Currency,
    CurrencyRate,
    DocumentSubtype,
    Tax,
    User,
    WithholdingType,
    Workspace,
)

Row = Mapping[str, Any]


def install(backend: OptiBackend, document: Row) -> None:
    """Put what the application itself makes for a new tenant into a world."""
    today = backend.clock.today()
    then = datetime.combine(today - timedelta(days=document["installed_days_ago"]), time(12), UTC)
    stamps: dict[str, Any] = {"created_at": then, "updated_at": then}
    backend.companies.put(Company(id=1, **document["company"]))
    for row in document["users"]:
        backend.users.put(User(**row))
    for row in document["workspaces"]:
        members = tuple((user_id, role) for user_id, role in row["members"])
        backend.workspaces.put(Workspace(**{**row, "members": members}, **stamps))
    for row in document["taxes"]:
        backend.taxes.put(
            Tax(**{"is_default": False, **row, "rate": Decimal(row["rate"])}, **stamps)
        )
    for row in document["withholding_types"]:
        backend.withholding_types.put(
            WithholdingType(row["id"], row["name"], Decimal(row["percentage"]))
        )
    for row in document["currencies"]:
        backend.currencies.put(_currency(backend, row, then))
    for row in document["document_subtypes"]:
        backend.document_subtypes.put(_series(row, today, then))
    for row in document["bank_accounts"]:
        backend.bank_accounts.put(_account(row, then))
    for name in ("user", "workspace", "tax", "currency", "document_subtype", "bank_account"):
        plural = {"currency": "currencies", "tax": "taxes"}.get(name, f"{name}s")
        backend.ids.reserve(name, max(row["id"] for row in document[plural]))


def _currency(backend: OptiBackend, row: Row, then: datetime) -> Currency:
    rates: tuple[CurrencyRate, ...] = ()
    if "rate" in row:
        rate_id = backend.ids.next("currency_rate")
        rates = (CurrencyRate(rate_id, row["id"], Decimal(row["rate"]), then, then),)
    return Currency(
        id=row["id"],
        name=row["name"],
        code=row["code"],
        symbol=row["symbol"],
        is_default=row.get("is_default", False),
        is_active=True,
        created_at=then,
        updated_at=then,
        rates=rates,
    )


def _series(row: Row, today: date, then: datetime) -> DocumentSubtype:
    """A series. Documented: a year's authorisation ends with the last day of the next one."""
    valid_until = None
    if "valid_years" in row:
        valid_until = date(min(today.year + row["valid_years"], date.max.year), 12, 31)
    elif "expired_days_ago" in row:
        valid_until = today - timedelta(days=row["expired_days_ago"])
    return DocumentSubtype(
        id=row["id"],
        name=row["name"],
        type=row["type"],
        prefix=row["prefix"],
        start_number=1,
        end_number=row.get("end_number"),
        next_number=1,
        valid_until_date=valid_until,
        is_default=row.get("is_default", False),
        is_active=row.get("is_active", True),
        created_at=then,
        updated_at=then,
    )


def _account(row: Row, then: datetime) -> BankAccount:
    balance = Decimal(row["initial_balance"])
    return BankAccount(
        id=row["id"],
        name=row["name"],
        type=row["type"],
        currency_id=row["currency_id"],
        initial_balance=balance,
        initial_balance_date=then.date(),
        balance=balance,
        created_at=then,
        updated_at=then,
        account_number=row.get("account_number"),
        is_system_account=row.get("is_system_account", False),
    )
