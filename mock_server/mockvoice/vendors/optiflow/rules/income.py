"""Other income: payments without an invoice, calculated from lines, taxes and withholdings."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from mockvoice.kernel.money import ZERO, percent, quantize, total
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import field_error
from mockvoice.vendors.optiflow.models import Payment, PaymentLine, Withholding
from mockvoice.vendors.optiflow.rules.lines import MAX_TOTAL
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    check_required,
    format_amount,
    get_existing,
    parse_amount,
    parse_id_or_none,
    resolve_reference,
)
from mockvoice.web.laravel import Errors, integer, selected_is_invalid


def validate(backend: OptiBackend, body: Body, errors: Errors, *, is_new: bool) -> None:
    """Collect errors: no lines, or an unknown contact, tax or withholding type."""
    if is_new:
        check_required(body, ["lines"], errors)
    resolve_reference(body, "contact_id", backend.contacts, errors)
    for name, key, table in (
        ("lines", "tax_id", backend.taxes),
        ("withholdings", "withholding_type_id", backend.withholding_types),
    ):
        for position, entry in enumerate(body.get(name) or ()):
            if entry.get(key) is not None and integer(entry[key]) not in table:
                field = f"{name}.{position}.{key}"
                errors[field] = [selected_is_invalid(field)]


def parse(backend: OptiBackend, body: Body) -> dict[str, Any]:
    """Return the fields of a new payment of other income. Raises ``Invalid``."""
    lines = _parse_lines(backend, body["lines"])
    withheld = _parse_withholdings(backend, body.get("withholdings") or ())
    return {
        "contact_id": parse_id_or_none(body.get("contact_id")),
        "lines": lines,
        "withholdings": withheld,
        **_calculate_amounts(lines, withheld),
    }


def apply_changes(backend: OptiBackend, payment: Payment, body: Body) -> Payment:
    """Apply the submitted fields of other income to a payment. Raises ``Invalid``."""
    lines, withheld = payment.lines, payment.withholdings
    if body.get("lines") is not None:
        lines = _parse_lines(backend, body["lines"])
    if "withholdings" in body:
        withheld = _parse_withholdings(backend, body["withholdings"] or ())
    contact = parse_id_or_none(body["contact_id"]) if "contact_id" in body else payment.contact_id
    return replace(
        payment,
        contact_id=contact,
        lines=lines,
        withholdings=withheld,
        **_calculate_amounts(lines, withheld),
    )


def _parse_lines(backend: OptiBackend, entries: Sequence[Body]) -> tuple[PaymentLine, ...]:
    return tuple([_parse_line(backend, entry) for entry in entries])


def _parse_line(backend: OptiBackend, entry: Body) -> PaymentLine:
    """Return a line of other income.

    Observed: its tax is calculated from the unrounded product of quantity and price.
    """
    quantity, price = parse_amount(entry["quantity"]), parse_amount(entry["unit_price"])
    tax_id = parse_id_or_none(entry.get("tax_id"))
    rate = ZERO if tax_id is None else get_existing(backend.taxes, tax_id).rate
    subtotal, tax = quantize(quantity * price), quantize(percent(quantity * price, rate))
    return PaymentLine(
        id=backend.ids.next("payment_line"),
        chart_account_id=integer(entry["chart_account_id"]),
        payment_concept_id=parse_id_or_none(entry.get("payment_concept_id")),
        description=entry["description"],
        quantity=format_amount(quantity),
        unit_price=format_amount(price),
        tax_id=tax_id,
        subtotal=format_amount(subtotal),
        tax_amount=format_amount(tax),
        total=format_amount(subtotal + tax),
    )


def _parse_withholdings(backend: OptiBackend, entries: Sequence[Body]) -> tuple[Withholding, ...]:
    return tuple([_parse_withholding(backend, entry) for entry in entries])


def _parse_withholding(backend: OptiBackend, entry: Body) -> Withholding:
    kind = get_existing(backend.withholding_types, integer(entry["withholding_type_id"]))
    base = parse_amount(entry["base_amount"])
    return Withholding(
        id=backend.ids.next("payment_withholding"),
        withholding_type_id=kind.id,
        base_amount=format_amount(base),
        percentage=format_amount(kind.percentage),
        amount=format_amount(percent(base, kind.percentage)),
    )


def _calculate_amounts(
    lines: Sequence[PaymentLine], withheld: Sequence[Withholding]
) -> dict[str, str]:
    """Return the amounts of other income. Raises ``Invalid``.

    Observed: the amount is lines plus taxes less withholdings. Assumed: it is never below zero, and it
    must fit into the source's column.
    """
    subtotal = total(Decimal(line.subtotal) for line in lines)
    tax = total(Decimal(line.tax_amount) for line in lines)
    withheld_amount = total(Decimal(withholding.amount) for withholding in withheld)
    if subtotal + tax > MAX_TOTAL:
        raise field_error("lines", "The total must not be greater than 9999999999.99.")
    return {
        "amount": format_amount(max(subtotal + tax - withheld_amount, ZERO)),
        "subtotal_amount": format_amount(subtotal),
        "tax_amount": format_amount(tax),
        "withholding_amount": format_amount(withheld_amount),
    }
