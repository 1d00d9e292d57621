"""Header fields that invoices and quotations share: contact, currency, salesmen and dates."""

import re
from datetime import date, timedelta
from typing import Any

from stdnum.do import rnc

from mockvoice.kernel.shared_values import shared_text
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
    get_existing,
    parse_date,
    parse_date_or_none,
    resolve_reference,
)
from mockvoice.web.laravel import Errors, check_ids, integer, selected_is_invalid

MAX_CREDIT_DAYS = 3650


def check_references(backend: OptiBackend, body: Body, errors: Errors) -> None:
    """Collect errors for an unknown contact, currency or salesman.

    Assumed: the contact may be of any type.
    """
    resolve_reference(body, "contact_id", backend.contacts, errors)
    currency = resolve_reference(body, "currency_id", backend.currencies, errors)
    if currency is not None and not currency.is_active:
        errors["currency_id"] = [selected_is_invalid("currency_id")]
    field, ids = submitted_salesmen(body)
    check_ids(field, ids or (), backend.salesmen, errors)


def check_dates(issued: date, due: date | None, errors: Errors) -> None:
    """Collect an error for a due date before the issue date. Observed: the same day is allowed."""
    if due is not None and due < issued:
        errors["due_date"] = ["The due date field must be a date after or equal to issue date."]


def check_new_dates(body: Body, errors: Errors) -> None:
    """Collect the errors of a new document's dates."""
    if body.get("issue_date") is not None:
        due = parse_date_or_none(body.get("due_date"))
        check_dates(parse_date(body["issue_date"]), due, errors)


def submitted_salesmen(body: Body) -> tuple[str, Any]:
    """Return the name of the field that contains the salesmen's ids, and the ids.

    Assumed: the alias ``salesman_ids``.
    """
    field = "salesmen_ids" if body.get("salesmen_ids") is not None else "salesman_ids"
    if field not in body:
        field = "salesmen_ids"
    return field, body.get(field)


def submitted_terms(body: Body) -> dict[str, str | None]:
    """Return the payment terms under their stored name, if a body contains them.

    Documented: free text, without a name. Assumed: the alias ``payment_terms``.
    """
    field = "payment_term" if body.get("payment_term") is not None else "payment_terms"
    if field not in body:
        field = "payment_term"
    return {"payment_term": shared_text(body[field])} if field in body else {}


def check_buyer(
    backend: OptiBackend, series: DocumentSubtype, contact_id: int, errors: Errors
) -> None:
    """Collect an error if a document of the series ``E31`` has a buyer without a tax number.

    Observed: nine or eleven digits; the check digit is not verified.
    """
    contact = backend.contacts.get(contact_id)
    if contact is not None and series.prefix == "E31":
        number = rnc.compact(contact.identification_number or "")
        if not (number.isascii() and number.isdigit()) or len(number) not in (9, 11):
            errors["contact_id"] = [
                "El cliente necesita un RNC o una cédula para este comprobante."
            ]


def due_date_of_terms(issued: date, term: str | None) -> date | None:
    """Return the due date by the payment terms: with ``30days`` or "Net 30", 30 days after the issue.

    Observed: ``30days``. Assumed: the first whole number in any text counts, up to ten years.
    """
    match = re.search("[0-9]+", term or "")
    if match is None or len(match[0]) > 9 or int(match[0]) > MAX_CREDIT_DAYS:
        return None
    try:
        return issued + timedelta(days=int(match[0]))
    except OverflowError:
        return None


def resolve_currency(backend: OptiBackend, body: Body) -> Currency:
    """Return the currency that a body names, or the default one.

    Documented: the choice; the source has only one currency.
    """
    value = body.get("currency_id")
    if value is not None:
        return get_existing(backend.currencies, integer(value))
    return next(currency for currency in backend.currencies if currency.is_default)


def updated_dates(document: Invoice | Quotation, body: Body) -> tuple[date, date | None]:
    """Return the issue date and the due date of a document after an update."""
    issued = parse_date(body["issue_date"]) if "issue_date" in body else document.issue_date
    due = parse_date_or_none(body["due_date"]) if "due_date" in body else document.due_date
    return issued, due


def submitted_references(body: Body) -> dict[str, int]:
    """Return the ids of the contact and the currency, as far as a body contains them."""
    return {field: integer(body[field]) for field in ("contact_id", "currency_id") if field in body}


def get_contact(backend: OptiBackend, document: Invoice | Quotation) -> Contact:
    """Return the customer of a document."""
    return get_existing(backend.contacts, document.contact_id)
