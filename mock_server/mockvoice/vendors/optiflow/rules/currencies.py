"""Currencies, and their exchange rates in the default currency."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from mockvoice.kernel.money import decimal, quantize
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import field_error, general_error
from mockvoice.vendors.optiflow.models import Currency, CurrencyRate
from mockvoice.vendors.optiflow.rules.contacts import IN_USE
from mockvoice.vendors.optiflow.rules.records import Body, already_taken, find, submitted_fields
from mockvoice.web.laravel import boolean

_DEFAULT_CURRENCY_RATE = Decimal(1)
_NO_RATE = Decimal(0)


def create(backend: OptiBackend, body: Body) -> Currency:
    """Create a currency with its first rate, which applies at once. Raises ``Invalid``."""
    code = _unique_code(backend, body["code"], None)
    now = backend.clock.now()
    currency_id = backend.ids.next("currency")
    return backend.currencies.put(
        Currency(
            id=currency_id,
            name=body["name"],
            code=code,
            symbol=body["symbol"],
            is_default=False,
            is_active=body.get("is_active") is None or boolean(body["is_active"]),
            created_at=now,
            updated_at=now,
            rates=(_new_rate(backend, currency_id, body["initial_rate"], _to_second(now)),),
        )
    )


def update(backend: OptiBackend, currency_id: int, body: Body) -> Currency:
    """Update the submitted fields of a currency. Raises ``Invalid``.

    Assumed: the default currency cannot be deactivated.
    """
    currency = find(backend.currencies, currency_id)
    values: dict[str, Any] = submitted_fields(body, ("name", "symbol"))
    if "code" in body:
        values["code"] = _unique_code(backend, body["code"], currency_id)
    if "is_active" in body:
        values["is_active"] = boolean(body["is_active"])
        if currency.is_default and not values["is_active"]:
            raise field_error("is_active", "La moneda predeterminada no se puede desactivar.")
    return backend.currencies.put(replace(currency, **values, updated_at=backend.clock.now()))


def _unique_code(backend: OptiBackend, text: str, own_id: int | None) -> str:
    code = text.upper()
    if any(key != own_id for key in backend.currencies.keys_by("code", code)):
        raise field_error("code", already_taken("code"))
    return code


def _new_rate(
    backend: OptiBackend, currency_id: int, value: Any, effective: datetime
) -> CurrencyRate:
    rate = quantize(decimal(value), 4)
    now = backend.clock.now()
    return CurrencyRate(backend.ids.next("currency_rate"), currency_id, rate, effective, now)


def _to_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def add_rate(backend: OptiBackend, currency_id: int, body: Body) -> CurrencyRate:
    """Add an exchange rate, which applies from its effective date on. Raises ``Invalid``.

    Observed: one rate per currency and effective date. Assumed: none for the default currency.
    """
    currency = find(backend.currencies, currency_id)
    if currency.is_default:
        raise general_error("La moneda predeterminada no lleva tasas de cambio.")
    text = body.get("effective_date")
    effective = _to_second(
        backend.clock.now() if text is None else _parse_effective_date(backend, text)
    )
    if any(rate.effective_date == effective for rate in currency.rates):
        raise field_error("effective_date", already_taken("effective_date"))
    rate = _new_rate(backend, currency_id, body["rate"], effective)
    rates = sorted((*currency.rates, rate), key=lambda row: row.effective_date)
    backend.currencies.put(replace(currency, rates=tuple(rates)))
    return rate


def _parse_effective_date(backend: OptiBackend, text: str) -> datetime:
    """Parse a datetime, or a date, to UTC. Raises ``Invalid`` for a day that does not exist.

    Assumed: the day of today has the present time, so that the new rate is the current one; any
    other day begins at midnight.
    """
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            is_today = day == backend.clock.today()
            return backend.clock.now() if is_today else datetime.combine(day, time(), UTC)
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        message = "The effective date field must be a valid date."
        raise field_error("effective_date", message) from None


def current_rate(backend: OptiBackend, currency: Currency) -> Decimal:
    """Return the latest rate that applies now. Observed: 1 for the default currency, 0 if none does."""
    if currency.is_default:
        return _DEFAULT_CURRENCY_RATE
    now = backend.clock.now()
    rates = [rate.rate for rate in currency.rates if rate.effective_date <= now]
    return rates[-1] if rates else _NO_RATE


def delete(backend: OptiBackend, currency_id: int) -> None:
    """Delete a currency. Raises ``Invalid`` for the default one, and for one that is in use.

    Observed: the first error. Assumed: the second.
    """
    currency = find(backend.currencies, currency_id)
    tables = (backend.invoices, backend.quotations, backend.bank_accounts)
    if currency.is_default or any(table.count("currency_id", currency_id) for table in tables):
        raise general_error(IN_USE)
    backend.currencies.delete(currency_id)
