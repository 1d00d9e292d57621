"""Default data of a new tenant: its company, users, workspaces and settings.

Demo data is added later by replaying requests, so that the rules determine its amounts and statuses.
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
    """Insert the records that the application itself creates for a new tenant."""
    today = backend.clock.today()
    installed_at = datetime.combine(
        today - timedelta(days=document["installed_days_ago"]), time(12), UTC
    )
    timestamps: dict[str, Any] = {"created_at": installed_at, "updated_at": installed_at}
    backend.companies.put(Company(id=1, **document["company"]))
    for row in document["users"]:
        backend.users.put(User(**row))
    for row in document["workspaces"]:
        members = tuple((user_id, role) for user_id, role in row["members"])
        backend.workspaces.put(Workspace(**{**row, "members": members}, **timestamps))
    for row in document["taxes"]:
        backend.taxes.put(
            Tax(**{"is_default": False, **row, "rate": Decimal(row["rate"])}, **timestamps)
        )
    for row in document["withholding_types"]:
        backend.withholding_types.put(
            WithholdingType(row["id"], row["name"], Decimal(row["percentage"]))
        )
    for row in document["currencies"]:
        backend.currencies.put(_currency(backend, row, installed_at))
    for row in document["document_subtypes"]:
        backend.document_subtypes.put(_numbering_series(row, today, installed_at))
    for row in document["bank_accounts"]:
        backend.bank_accounts.put(_bank_account(row, installed_at))
    for name in ("user", "workspace", "tax", "currency", "document_subtype", "bank_account"):
        plural = {"currency": "currencies", "tax": "taxes"}.get(name, f"{name}s")
        backend.ids.reserve(name, max(row["id"] for row in document[plural]))


def _currency(backend: OptiBackend, row: Row, installed_at: datetime) -> Currency:
    rates: tuple[CurrencyRate, ...] = ()
    if "rate" in row:
        rate_id = backend.ids.next("currency_rate")
        rates = (
            CurrencyRate(rate_id, row["id"], Decimal(row["rate"]), installed_at, installed_at),
        )
    return Currency(
        id=row["id"],
        name=row["name"],
        code=row["code"],
        symbol=row["symbol"],
        is_default=row.get("is_default", False),
        is_active=True,
        created_at=installed_at,
        updated_at=installed_at,
        rates=rates,
    )


def _numbering_series(row: Row, today: date, installed_at: datetime) -> DocumentSubtype:
    """Return a numbering series.

    Documented: an authorisation for one year is valid until the end of the following year.
    """
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
        created_at=installed_at,
        updated_at=installed_at,
    )


def _bank_account(row: Row, installed_at: datetime) -> BankAccount:
    balance = Decimal(row["initial_balance"])
    return BankAccount(
        id=row["id"],
        name=row["name"],
        type=row["type"],
        currency_id=row["currency_id"],
        initial_balance=balance,
        initial_balance_date=installed_at.date(),
        balance=balance,
        created_at=installed_at,
        updated_at=installed_at,
        account_number=row.get("account_number"),
        is_system_account=row.get("is_system_account", False),
    )
