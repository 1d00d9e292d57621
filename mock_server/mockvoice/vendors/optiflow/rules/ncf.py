"""Document numbers: automatic ones, numbers that the client chooses, and their validation.

An NCF is a number that the tax office has authorised: a prefix such as ``B01`` and eight digits; for
electronic documents (e-NCF) a prefix such as ``E31`` and ten digits.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

from msgspec.structs import replace
from stdnum.do import ncf as ncf_format

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import field_error
from mockvoice.vendors.optiflow.models import DELETED, Actor, DocumentSubtype
from mockvoice.vendors.optiflow.rules.records import Body
from mockvoice.web.laravel import Errors, integer, raise_if_errors, selected_is_invalid

MALFORMED = "Formato de NCF incorrecto."
UNKNOWN_PREFIX = "Ningún tipo de comprobante usa ese prefijo."
SERIES_ENDED = "La secuencia venció o se agotó."
USED = "Ese NCF pertenece a otra factura."
AVAILABLE = "NCF disponible."

# The minimum number of digits after the prefix.
_DIGITS = {"invoice": 8, "quotation": 8, "payment": 4}
_ELECTRONIC_DIGITS = 10

IsUsed = Callable[[str], bool]


def format_number(series: DocumentSubtype, sequence: int) -> str:
    """Return a document number.

    Observed: padded to eight digits, to ten for an e-NCF, to four for receipts.
    """
    digits = _ELECTRONIC_DIGITS if series.is_electronic else _DIGITS[series.type]
    return f"{series.prefix}{sequence:0{digits}d}"


def is_usable(backend: OptiBackend, series: DocumentSubtype) -> bool:
    """Return whether the series can issue a number now.

    Observed: not after 00:00 of its last day, and not after its end number.
    """
    if series.end_number is not None and series.next_number > series.end_number:
        return False
    last = series.valid_until_date
    return last is None or backend.clock.now() <= datetime.combine(last, time(), UTC)


def is_used_by_invoice(backend: OptiBackend, number: str) -> bool:
    """Return whether an invoice has the number, in any workspace and status, even if deleted."""
    return (
        next(iter(backend.invoices.keys_between("document_number", number, number)), None)
        is not None
    )


def is_used_by_quotation(backend: OptiBackend, number: str) -> bool:
    """Return whether a quotation has the number. Assumed: the source checks invoices instead."""
    keys = backend.quotations.keys_between("document_number", number, number)
    return next(iter(keys), None) is not None


def issue(backend: OptiBackend, series: DocumentSubtype, is_used: IsUsed) -> str:
    """Issue the next number of a series and advance its counter. Raises ``Invalid`` if none is left.

    Observed: the counter and its limits. Assumed: a number that a document already has is skipped;
    this happens only if the prefixes of two series overlap.
    """
    while is_usable(backend, series):
        number = format_number(series, series.next_number)
        series = _advance(backend, series, series.next_number)
        if not is_used(number):
            return number
    raise field_error("document_subtype_id", SERIES_ENDED)


def use_chosen_number(
    backend: OptiBackend, series: DocumentSubtype, number: str, issue_date: date, is_used: IsUsed
) -> str:
    """Use a number that the client has chosen, and skip the numbers before it.

    Raises ``Invalid`` for the first check that fails. Observed: the checks and their order.
    Assumed: the format of numbers with ``B``.
    """
    message = _chosen_number_error(series, number, issue_date, is_used)
    if message is not None:
        raise field_error("ncf", message)
    sequence = _parse_sequence(number[len(series.prefix) :])
    if sequence >= series.next_number:
        _advance(backend, series, sequence)
    return number


def _chosen_number_error(
    series: DocumentSubtype, number: str, issue_date: date, is_used: IsUsed
) -> str | None:
    if is_used(number):
        return USED
    if not number.startswith(series.prefix):
        return "El NCF no corresponde al tipo de comprobante."
    digits = number[len(series.prefix) :]
    if not (digits.isascii() and digits.isdigit()) or not _is_well_formed(number):
        return MALFORMED
    if series.valid_until_date is not None and issue_date > series.valid_until_date:
        return "La fecha de emisión es posterior al vencimiento de la secuencia."
    sequence = _parse_sequence(digits)
    if series.end_number is not None and sequence > series.end_number:
        return "El número es mayor que el último autorizado."
    if sequence < series.start_number:
        return "El número es menor que el primero autorizado."
    if sequence < series.next_number:
        return _too_low_message(series)
    return None


def _is_well_formed(number: str) -> bool:
    """Return whether a number has a valid format.

    Assumed: 11 characters for ``B``, even if the tax office does not know the type.
    """
    return not number.startswith("B") or ncf_format.is_valid(number) or len(number) == 11


def _parse_sequence(digits: str) -> int:
    """Parse the number after a prefix. Observed: text that is not a number is treated as 0."""
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def _too_low_message(series: DocumentSubtype) -> str:
    next_number = format_number(series, series.next_number)
    return f"El número es menor que el próximo disponible ({next_number})."


def _advance(backend: OptiBackend, series: DocumentSubtype, used: int) -> DocumentSubtype:
    advanced = replace(series, next_number=used + 1, updated_at=backend.clock.now())
    return backend.document_subtypes.put(advanced)


def validate(backend: OptiBackend, body: Body, actor: Actor | None) -> tuple[bool, str]:
    """Return whether a number is available, and a message; nothing is reserved.

    Raises ``Invalid`` for an unknown series or invoice. Observed: the checks and their order.
    Assumed: the messages, and the check of the end number.
    """
    _check_references(backend, body, actor)
    error = _validation_error(backend, body)
    return error is None, error or AVAILABLE


def _check_references(backend: OptiBackend, body: Body, actor: Actor | None) -> None:
    errors: Errors = {}
    series_id, invoice_id = body.get("document_subtype_id"), body.get("invoice_id")
    if series_id is not None and integer(series_id) not in backend.document_subtypes:
        errors["document_subtype_id"] = [selected_is_invalid("document_subtype_id")]
    if invoice_id is not None:
        invoice = backend.invoices.get(integer(invoice_id))
        is_missing = invoice is None or invoice.status == DELETED
        if is_missing or (actor and invoice and invoice.workspace_id != actor.workspace_id):
            errors["invoice_id"] = [selected_is_invalid("invoice_id")]
    raise_if_errors(errors)


def _validation_error(backend: OptiBackend, body: Body) -> str | None:
    number: str = body["ncf"]
    if len(number) < 3:
        return MALFORMED
    candidates = backend.document_subtypes.find_by("prefix", number[:3])
    series = next((candidate for candidate in candidates if candidate.is_active), None)
    requested_id = body.get("document_subtype_id")
    if series is None or (requested_id is not None and integer(requested_id) != series.id):
        return UNKNOWN_PREFIX
    if not is_usable(backend, series):
        return SERIES_ENDED
    sequence = _parse_sequence(number[3:])
    if sequence < series.next_number:
        return _too_low_message(series)
    if series.end_number is not None and sequence > series.end_number:
        return SERIES_ENDED
    own_id = body.get("invoice_id")
    keys = backend.invoices.keys_between("document_number", number, number)
    if any(own_id is None or key != integer(own_id) for key in keys):
        return USED
    return None


def resolve_series(
    backend: OptiBackend, body: Body, kind: str, errors: Errors
) -> DocumentSubtype | None:
    """Return the series of a new document, and collect an error if it cannot be used.

    Documented: it must be active. Assumed: it must be of the document's type.
    """
    value = body.get("document_subtype_id")
    if value is None:
        return None
    series = backend.document_subtypes.get(integer(value))
    if series is None or not series.is_active or series.type != kind:
        errors["document_subtype_id"] = [selected_is_invalid("document_subtype_id")]
        return None
    return series


def default_series(backend: OptiBackend, workspace_id: int) -> DocumentSubtype:
    """Return the series of an invoice whose request names none. Raises ``Invalid`` if there is none.

    Observed: the workspace's preferred series if it is usable, otherwise the default one if it has
    not expired, otherwise the first by name. Assumed: only active series count.
    """
    series = [
        candidate
        for candidate in backend.document_subtypes.find_by("type", "invoice")
        if candidate.is_active
    ]
    for candidate in series:
        if workspace_id in candidate.preferred_workspace_ids and is_usable(backend, candidate):
            return candidate
    for candidate in series:
        if candidate.is_default and is_usable(backend, replace(candidate, end_number=None)):
            return candidate
    if not series:
        raise field_error("document_subtype_id", selected_is_invalid("document_subtype_id"))
    return min(series, key=lambda candidate: candidate.name)


def payment_number(backend: OptiBackend, workspace_id: int) -> str:
    """Issue the number of a receipt, from a usable payment series or with the prefix ``PAG-``.

    Observed: the preferred series, otherwise the default one, otherwise the one with the lowest id.
    Assumed: a series that is not usable is skipped.
    """
    series = [
        candidate
        for candidate in backend.document_subtypes.find_by("type", "payment")
        if candidate.is_active and is_usable(backend, candidate)
    ]
    if not series:
        return f"PAG-{backend.ids.next('payment_number'):06d}"
    preferred = min(
        series,
        key=lambda candidate: (
            workspace_id not in candidate.preferred_workspace_ids,
            not candidate.is_default,
            candidate.id,
        ),
    )
    return issue(backend, preferred, lambda _: False)
