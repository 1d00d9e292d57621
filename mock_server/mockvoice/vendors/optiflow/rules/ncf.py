"""Document numbers: the next of a series, a number of one's own choice, and whether one is good.

An NCF is the tax office's number of a document: a prefix such as ``B01`` and eight digits, for
electronic documents (e-NCF) ``E31`` and ten.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

from msgspec.structs import replace
from stdnum.do import ncf as ncf_format

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import invalid
from mockvoice.vendors.optiflow.models import DELETED, DocumentSubtype, Visit
from mockvoice.vendors.optiflow.rules.records import Body, refuse
from mockvoice.web.laravel import Errors, integer, selected_is_invalid

MALFORMED = "Formato de NCF incorrecto."
UNKNOWN_PREFIX = "Ningún tipo de comprobante usa ese prefijo."
SERIES_OVER = "La secuencia venció o se agotó."
USED = "Ese NCF pertenece a otra factura."
FREE = "NCF disponible."

# How many digits a number has at least, after the prefix.
_DIGITS = {"invoice": 8, "quotation": 8, "payment": 4}
_ELECTRONIC_DIGITS = 10

IsUsed = Callable[[str], bool]


def number_of(series: DocumentSubtype, sequence: int) -> str:
    """The document number. Observed: zeros to eight digits; ten for an e-NCF, four for receipts."""
    digits = _ELECTRONIC_DIGITS if series.is_electronic else _DIGITS[series.type]
    return f"{series.prefix}{sequence:0{digits}d}"


def is_usable(backend: OptiBackend, series: DocumentSubtype) -> bool:
    """Whether the series can give a number now.

    Observed: it ends with the midnight at the start of its last day, and after its end number.
    """
    if series.end_number is not None and series.next_number > series.end_number:
        return False
    last = series.valid_until_date
    return last is None or backend.clock.now() <= datetime.combine(last, time(), UTC)


def is_used_by_invoice(backend: OptiBackend, number: str) -> bool:
    """Whether any invoice has the number: of any workspace, in any status, deleted ones included."""
    return (
        next(iter(backend.invoices.keys_between("document_number", number, number)), None)
        is not None
    )


def is_used_by_quotation(backend: OptiBackend, number: str) -> bool:
    """Whether any quotation has the number. Assumed: the source looks at invoices even for these."""
    found = backend.quotations.keys_between("document_number", number, number)
    return next(iter(found), None) is not None


def issue(backend: OptiBackend, series: DocumentSubtype, is_used: IsUsed) -> str:
    """The next number of the series, whose counter rises. Raises ``Invalid`` if there is none.

    Observed: the counter and its ends. Assumed: a number that a document already has, which only
    series with overlapping prefixes bring about, is passed over.
    """
    while is_usable(backend, series):
        number = number_of(series, series.next_number)
        series = _advance(backend, series, series.next_number)
        if not is_used(number):
            return number
    raise invalid("document_subtype_id", SERIES_OVER)


def claim(
    backend: OptiBackend, series: DocumentSubtype, number: str, issue_date: date, is_used: IsUsed
) -> str:
    """A number of the caller's own choice, after six checks; numbers before it are passed over.

    Raises ``Invalid``, by the first check that fails. Observed: the checks and their order.
    Assumed: the form of numbers with ``B``.
    """
    text = _refused(series, number, issue_date, is_used)
    if text is not None:
        raise invalid("ncf", text)
    sequence = _sequence(number[len(series.prefix) :])
    if sequence >= series.next_number:
        _advance(backend, series, sequence)
    return number


def _refused(series: DocumentSubtype, number: str, issue_date: date, is_used: IsUsed) -> str | None:
    if is_used(number):
        return USED
    if not number.startswith(series.prefix):
        return "El NCF no corresponde al tipo de comprobante."
    digits = number[len(series.prefix) :]
    if not (digits.isascii() and digits.isdigit()) or not _has_form(number):
        return MALFORMED
    if series.valid_until_date is not None and issue_date > series.valid_until_date:
        return "La fecha de emisión es posterior al vencimiento de la secuencia."
    sequence = _sequence(digits)
    if series.end_number is not None and sequence > series.end_number:
        return "El número es mayor que el último autorizado."
    if sequence < series.start_number:
        return "El número es menor que el primero autorizado."
    if sequence < series.next_number:
        return _too_low(series)
    return None


def _has_form(number: str) -> bool:
    """Assumed: 11 characters for ``B``, whether or not the tax office knows the type."""
    return not number.startswith("B") or ncf_format.is_valid(number) or len(number) == 11


def _sequence(digits: str) -> int:
    """The number after a prefix; what is no number counts as 0. Observed: so, in the source."""
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def _too_low(series: DocumentSubtype) -> str:
    next_number = number_of(series, series.next_number)
    return f"El número es menor que el próximo disponible ({next_number})."


def _advance(backend: OptiBackend, series: DocumentSubtype, used: int) -> DocumentSubtype:
    raised = replace(series, next_number=used + 1, updated_at=backend.clock.now())
    return backend.document_subtypes.put(raised)


def check(backend: OptiBackend, body: Body, visit: Visit | None) -> tuple[bool, str]:
    """Whether a number could be used now, and why not; nothing is reserved.

    Raises ``Invalid`` for an unknown series or invoice. Observed: the checks and their order.
    Assumed: the texts, and that the series' end is looked at too.
    """
    _check_references(backend, body, visit)
    text = _verdict(backend, body)
    return text is None, text or FREE


def _check_references(backend: OptiBackend, body: Body, visit: Visit | None) -> None:
    errors: Errors = {}
    series_id, invoice_id = body.get("document_subtype_id"), body.get("invoice_id")
    if series_id is not None and integer(series_id) not in backend.document_subtypes:
        errors["document_subtype_id"] = [selected_is_invalid("document_subtype_id")]
    if invoice_id is not None:
        invoice = backend.invoices.get(integer(invoice_id))
        hidden = invoice is None or invoice.status == DELETED
        if hidden or (visit and invoice and invoice.workspace_id != visit.workspace_id):
            errors["invoice_id"] = [selected_is_invalid("invoice_id")]
    refuse(errors)


def _verdict(backend: OptiBackend, body: Body) -> str | None:
    number: str = body["ncf"]
    if len(number) < 3:
        return MALFORMED
    found = backend.document_subtypes.find_by("prefix", number[:3])
    series = next((each for each in found if each.is_active), None)
    wanted = body.get("document_subtype_id")
    if series is None or (wanted is not None and integer(wanted) != series.id):
        return UNKNOWN_PREFIX
    if not is_usable(backend, series):
        return SERIES_OVER
    sequence = _sequence(number[3:])
    if sequence < series.next_number:
        return _too_low(series)
    if series.end_number is not None and sequence > series.end_number:
        return SERIES_OVER
    own = body.get("invoice_id")
    holders = backend.invoices.keys_between("document_number", number, number)
    if any(own is None or key != integer(own) for key in holders):
        return USED
    return None


def series_for(
    backend: OptiBackend, body: Body, kind: str, errors: Errors
) -> DocumentSubtype | None:
    """The series that a new document names: active and of its kind; noted if it is not.

    Documented: it must be active. Assumed: its kind is checked too.
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
    """The invoice series for a conversion that names none. Raises ``Invalid`` without any.

    Observed: the one that the workspace prefers, if usable; else the default one that has not
    expired; else the first by name. Assumed: all of them active.
    """
    series = [
        each for each in backend.document_subtypes.find_by("type", "invoice") if each.is_active
    ]
    for each in series:
        if workspace_id in each.preferred_workspace_ids and is_usable(backend, each):
            return each
    for each in series:
        if each.is_default and is_usable(backend, replace(each, end_number=None)):
            return each
    if not series:
        raise invalid("document_subtype_id", selected_is_invalid("document_subtype_id"))
    return min(series, key=lambda each: each.name)


def payment_number(backend: OptiBackend, workspace_id: int) -> str:
    """The number of a receipt: of a payment series if there is one that can give it, else ``PAG-``.

    Observed: the preferred series, the default one, the one of the lowest id. Assumed: a series
    that is over is passed over.
    """
    series = [
        each
        for each in backend.document_subtypes.find_by("type", "payment")
        if each.is_active and is_usable(backend, each)
    ]
    if not series:
        return f"PAG-{backend.ids.next('payment_number'):06d}"
    chosen = min(
        series,
        key=lambda each: (
            workspace_id not in each.preferred_workspace_ids,
            not each.is_default,
            each.id,
        ),
    )
    return issue(backend, chosen, lambda _: False)
