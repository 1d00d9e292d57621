"""Other income: payments of no invoice, reckoned from lines, taxes and withholdings."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from mockvoice.kernel.money import ZERO, percent, quantize, total
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import invalid
from mockvoice.vendors.optiflow.models import Payment, PaymentLine, Withholding
from mockvoice.vendors.optiflow.rules.lines import MOST_IN_TOTAL
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    amount,
    check_present,
    id_or_none,
    known,
    referred,
    shown,
)
from mockvoice.web.laravel import Errors, integer, selected_is_invalid


def check(backend: OptiBackend, body: Body, errors: Errors, *, needed: bool) -> None:
    """Note lines that are missing, and a contact, taxes or withholdings that are not there."""
    if needed:
        check_present(body, ["lines"], errors)
    referred(body, "contact_id", backend.contacts, errors)
    for name, key, table in (
        ("lines", "tax_id", backend.taxes),
        ("withholdings", "withholding_type_id", backend.withholding_types),
    ):
        for position, entry in enumerate(body.get(name) or ()):
            if entry.get(key) is not None and integer(entry[key]) not in table:
                field = f"{name}.{position}.{key}"
                errors[field] = [selected_is_invalid(field)]


def read(backend: OptiBackend, body: Body) -> dict[str, Any]:
    """What a body says of new income, as fields of its payment. Raises ``Invalid``."""
    lines = _lines(backend, body["lines"])
    withheld = _withholdings(backend, body.get("withholdings") or ())
    return {
        "contact_id": id_or_none(body.get("contact_id")),
        "lines": lines,
        "withholdings": withheld,
        **_figures(lines, withheld),
    }


def changed(backend: OptiBackend, payment: Payment, body: Body) -> Payment:
    """The payment with what a body changes of its income. Raises ``Invalid``."""
    lines, withheld = payment.lines, payment.withholdings
    if body.get("lines") is not None:
        lines = _lines(backend, body["lines"])
    if "withholdings" in body:
        withheld = _withholdings(backend, body["withholdings"] or ())
    contact = id_or_none(body["contact_id"]) if "contact_id" in body else payment.contact_id
    return replace(
        payment,
        contact_id=contact,
        lines=lines,
        withholdings=withheld,
        **_figures(lines, withheld),
    )


def _lines(backend: OptiBackend, entries: Sequence[Body]) -> tuple[PaymentLine, ...]:
    return tuple([_line(backend, entry) for entry in entries])


def _line(backend: OptiBackend, entry: Body) -> PaymentLine:
    """A line of other income. Observed: its tax is reckoned from the unrounded product."""
    quantity, price = amount(entry["quantity"]), amount(entry["unit_price"])
    tax_id = id_or_none(entry.get("tax_id"))
    rate = ZERO if tax_id is None else known(backend.taxes, tax_id).rate
    subtotal, tax = quantize(quantity * price), quantize(percent(quantity * price, rate))
    return PaymentLine(
        id=backend.ids.next("payment_line"),
        chart_account_id=integer(entry["chart_account_id"]),
        payment_concept_id=id_or_none(entry.get("payment_concept_id")),
        description=entry["description"],
        quantity=shown(quantity),
        unit_price=shown(price),
        tax_id=tax_id,
        subtotal=shown(subtotal),
        tax_amount=shown(tax),
        total=shown(subtotal + tax),
    )


def _withholdings(backend: OptiBackend, entries: Sequence[Body]) -> tuple[Withholding, ...]:
    return tuple([_withholding(backend, entry) for entry in entries])


def _withholding(backend: OptiBackend, entry: Body) -> Withholding:
    kind = known(backend.withholding_types, integer(entry["withholding_type_id"]))
    base = amount(entry["base_amount"])
    return Withholding(
        id=backend.ids.next("payment_withholding"),
        withholding_type_id=kind.id,
        base_amount=shown(base),
        percentage=shown(kind.percentage),
        amount=shown(percent(base, kind.percentage)),
    )


def _figures(lines: Sequence[PaymentLine], withheld: Sequence[Withholding]) -> dict[str, str]:
    """The amounts of other income. Observed: lines and taxes less withholdings. Assumed: never
    below zero, and refused where the source's column ends.
    """
    subtotal = total(Decimal(line.subtotal) for line in lines)
    tax = total(Decimal(line.tax_amount) for line in lines)
    kept_back = total(Decimal(each.amount) for each in withheld)
    if subtotal + tax > MOST_IN_TOTAL:
        raise invalid("lines", "The total must not be greater than 9999999999.99.")
    return {
        "amount": shown(max(subtotal + tax - kept_back, ZERO)),
        "subtotal_amount": shown(subtotal),
        "tax_amount": shown(tax),
        "withholding_amount": shown(kept_back),
    }
