"""What invoices and quotations have in common at their head: who, in which currency, until when."""

import re
from datetime import date, timedelta
from typing import Any

from stdnum.do import rnc

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.models import (
    Contact,
    Currency,
    DocumentSubtype,
    Invoice,
    Quotation,
)
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    check_ids,
    day,
    day_or_none,
    known,
    referred,
)
from mockvoice.web.laravel import Errors, integer, selected_is_invalid

MOST_DAYS_OF_CREDIT = 3650


def check_parties(backend: OptiBackend, body: Body, errors: Errors) -> None:
    """Note a customer, a currency or salesmen who are not there. Assumed: any contact will do."""
    referred(body, "contact_id", backend.contacts, errors)
    currency = referred(body, "currency_id", backend.currencies, errors)
    if currency is not None and not currency.is_active:
        errors["currency_id"] = [selected_is_invalid("currency_id")]
    field, ids = salesmen_of(body)
    check_ids(field, ids or (), backend.salesmen, errors)


def check_days(issued: date, due: date | None, errors: Errors) -> None:
    """Note a last day before the first. Observed: the rule; the same day is fine."""
    if due is not None and due < issued:
        errors["due_date"] = ["The due date field must be a date after or equal to issue date."]


def salesmen_of(body: Body) -> tuple[str, Any]:
    """The salesmen's ids under the name that was used. Assumed: the second name."""
    field = "salesmen_ids" if body.get("salesmen_ids") is not None else "salesman_ids"
    if field not in body:
        field = "salesmen_ids"
    return field, body.get(field)


def check_buyer(
    backend: OptiBackend, series: DocumentSubtype, contact_id: int, errors: Errors
) -> None:
    """Note a buyer without a tax number on ``E31``. Observed: nine or eleven digits, unchecked."""
    contact = backend.contacts.get(contact_id)
    if contact is not None and series.prefix == "E31":
        number = rnc.compact(contact.identification_number or "")
        if not (number.isascii() and number.isdigit()) or len(number) not in (9, 11):
            errors["contact_id"] = [
                "El cliente necesita un RNC o una cédula para este comprobante."
            ]


def due_after(issued: date, term: str | None) -> date | None:
    """The last day that the terms name: ``30days`` or "Net 30" is thirty days on.

    Observed: for the first form, on the screen. Assumed: the first whole number of any text, up to
    ten years.
    """
    found = re.search("[0-9]+", term or "")
    if found is None or len(found[0]) > 9 or int(found[0]) > MOST_DAYS_OF_CREDIT:
        return None
    try:
        return issued + timedelta(days=int(found[0]))
    except OverflowError:
        return None


def currency_of(backend: OptiBackend, body: Body) -> Currency:
    """The currency that a body names, or the default one. Documented: so; the source has one only."""
    value = body.get("currency_id")
    if value is not None:
        return known(backend.currencies, integer(value))
    return next(each for each in backend.currencies if each.is_default)


def days_of(document: Invoice | Quotation, body: Body) -> tuple[date, date | None]:
    """The days of a document, as a body changes them."""
    issued = day(body["issue_date"]) if "issue_date" in body else document.issue_date
    due = day_or_none(body["due_date"]) if "due_date" in body else document.due_date
    return issued, due


def header_ids(body: Body) -> dict[str, int]:
    """The references of a header that a body sets."""
    return {field: integer(body[field]) for field in ("contact_id", "currency_id") if field in body}


def contact_of(backend: OptiBackend, document: Invoice | Quotation) -> Contact:
    """The customer of a document."""
    return known(backend.contacts, document.contact_id)
