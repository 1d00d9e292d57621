"""Currencies, and the currency of an invoice."""

from collections.abc import Mapping

from mockvoice.kernel.money import decimal
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.errors import RuleViolation
from mockvoice.vendors.halo.models import ONE, Client, Currency
from mockvoice.vendors.halo.rules.fields import value_or_default
from mockvoice.vendors.halo.rules.records import Body, existing_record, find, required_name

# Observed: the symbol of an invoice if its currency has none.
DEFAULT_SYMBOL = "£"


def save(backend: HaloBackend, body: Body) -> Currency:
    """Create or update a currency; stored invoices keep their rate. Assumed: by default, rate 1."""
    before = existing_record(backend.currencies, body)
    rate = before.rate if before else ONE
    if "conversion_rate" in body:
        rate = decimal(value_or_default(body, "conversion_rate", 1))
    return backend.currencies.put(
        Currency(
            id=before.id if before else backend.ids.next("currency"),
            name=required_name(body, before.name if before else None),
            rate=rate,
            updated_at=before.updated_at if before and before.rate == rate else backend.clock.now(),
            symbol=_text_value(body, "symbol", before.symbol if before else None),
            code=_text_value(body, "code", before.code if before else None),
        )
    )


def _text_value(body: Mapping[str, str | None], name: str, before: str | None) -> str | None:
    return body.get(name, before)


def delete(backend: HaloBackend, currency_id: int) -> Currency:
    """Delete a currency. Raises ``RuleViolation`` for the home currency and for a used one."""
    currency = find(backend.currencies, currency_id)
    if currency == home(backend):
        raise RuleViolation("The home currency cannot be deleted")
    documents = [*backend.invoices, *backend.templates]
    if any(document.currency_code == currency_id for document in documents) or any(
        client.number("default_currency_code") == currency_id for client in backend.clients
    ):
        raise RuleViolation("The currency is in use")
    backend.currencies.delete(currency_id)
    return currency


def home(backend: HaloBackend) -> Currency | None:
    """Return the home currency, or ``None`` if there is none.

    Observed: it is the one with the rate 1. Assumed: the first of several.
    """
    return next((currency for currency in backend.currencies if currency.rate == 1), None)


def invoice_currency(backend: HaloBackend, client: Client, body: Body) -> Currency | None:
    """Return the currency of a body, or the client's; ``None`` for the home currency.

    Assumed: 0 is the home currency. Raises ``RuleViolation`` for an unknown one.
    """
    code = value_or_default(body, "currency_code", client.number("default_currency_code"))
    if not code:
        return None
    currency = backend.currencies.get(code)
    if currency is None:
        raise RuleViolation(f"The currency {code} does not exist")
    return currency


def symbol(backend: HaloBackend, currency: Currency | None) -> str:
    """Return the symbol of a currency; of the home currency for ``None``."""
    chosen = currency or home(backend)
    return (chosen.symbol if chosen else None) or DEFAULT_SYMBOL
