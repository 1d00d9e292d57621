"""Currencies, and what they are worth in the default one."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from mockvoice.kernel.money import decimal, quantize
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import invalid, refusal
from mockvoice.vendors.optiflow.models import Currency, CurrencyRate
from mockvoice.vendors.optiflow.rules.contacts import IN_USE
from mockvoice.vendors.optiflow.rules.records import Body, changes, find, taken
from mockvoice.web.laravel import boolean

_WORTH_OF_DEFAULT = Decimal(1)
_WORTH_UNKNOWN = Decimal(0)


def create(backend: OptiBackend, body: Body) -> Currency:
    """A new currency with its first rate, in effect at once. Raises ``Invalid``."""
    code = _code(backend, body["code"], None)
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
            rates=(_rate(backend, currency_id, body["initial_rate"], _second(now)),),
        )
    )


def update(backend: OptiBackend, currency_id: int, body: Body) -> Currency:
    """The currency with what a body changes. Raises ``Invalid``.

    Assumed: the default one cannot be switched off.
    """
    currency = find(backend.currencies, currency_id)
    values: dict[str, Any] = changes(body, ("name", "symbol"))
    if "code" in body:
        values["code"] = _code(backend, body["code"], currency_id)
    if "is_active" in body:
        values["is_active"] = boolean(body["is_active"])
        if currency.is_default and not values["is_active"]:
            raise invalid("is_active", "La moneda predeterminada no se puede desactivar.")
    return backend.currencies.put(replace(currency, **values, updated_at=backend.clock.now()))


def _code(backend: OptiBackend, sent: str, own_id: int | None) -> str:
    code = sent.upper()
    if any(key != own_id for key in backend.currencies.keys_by("code", code)):
        raise invalid("code", taken("code"))
    return code


def _rate(backend: OptiBackend, currency_id: int, sent: Any, effective: datetime) -> CurrencyRate:
    rate = quantize(decimal(sent), 4)
    now = backend.clock.now()
    return CurrencyRate(backend.ids.next("currency_rate"), currency_id, rate, effective, now)


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def add_rate(backend: OptiBackend, currency_id: int, body: Body) -> CurrencyRate:
    """Another rate, from a moment on. Raises ``Invalid``.

    Observed: one rate for a currency and moment. Assumed: none for the default currency.
    """
    currency = find(backend.currencies, currency_id)
    if currency.is_default:
        raise refusal("La moneda predeterminada no lleva tasas de cambio.")
    sent = body.get("effective_date")
    effective = _second(backend.clock.now() if sent is None else _moment(sent))
    if any(rate.effective_date == effective for rate in currency.rates):
        raise invalid("effective_date", taken("effective_date"))
    rate = _rate(backend, currency_id, body["rate"], effective)
    rates = sorted((*currency.rates, rate), key=lambda each: each.effective_date)
    backend.currencies.put(replace(currency, rates=tuple(rates)))
    return rate


def _moment(text: str) -> datetime:
    """A moment, or the midnight of a day, in UTC. Raises ``Invalid`` for one outside the calendar."""
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        text = "The effective date field must be a valid date."
        raise invalid("effective_date", text) from None


def current_rate(backend: OptiBackend, currency: Currency) -> Decimal:
    """The latest rate that is in effect. Observed: 1 for the default currency, 0 without any."""
    if currency.is_default:
        return _WORTH_OF_DEFAULT
    now = backend.clock.now()
    known = [rate.rate for rate in currency.rates if rate.effective_date <= now]
    return known[-1] if known else _WORTH_UNKNOWN


def delete(backend: OptiBackend, currency_id: int) -> None:
    """Remove the currency. Raises ``Invalid`` for the default one, and while it is used.

    Observed: the first. Assumed: the second.
    """
    currency = find(backend.currencies, currency_id)
    users = (backend.invoices, backend.quotations, backend.bank_accounts)
    if currency.is_default or any(table.count("currency_id", currency_id) for table in users):
        raise refusal(IN_USE)
    backend.currencies.delete(currency_id)
