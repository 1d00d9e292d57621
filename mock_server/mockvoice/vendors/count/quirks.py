"""The differences between COUNT's invoice pages and newer public sources.

A sandbox with the setting ``strict`` follows the pages to the letter.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from mockvoice.kernel.store import Table
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.models import Tax
from mockvoice.vendors.count.rules.records import get_undeleted
from mockvoice.web.errors import Violation
from mockvoice.web.request_context import RequestContext

UUID_LENGTH = 36
_REQUIRED = ("invoiceNumber", "dueDate", "isDraft", "invoiceType")
_uuid: Callable[[Tax], str] = attrgetter("uuid")
_integer_id: Callable[[Tax], int] = attrgetter("id")


def invoice_creation_violations(context: RequestContext, _: Sequence[Violation]) -> list[Violation]:
    """Return what the pages reject in a new invoice, and newer sources do not, or differently.

    Documented: number, due date, draft flag and type are required; 400 is the only status for an
    invalid body, also for a reference to an unknown record. Observed: a newer client omits the
    fields, and an unknown reference returns 404.
    """
    body = context.arguments.get("body")
    backend = None if context.sandbox is None else context.sandbox.backends["count"]
    if not isinstance(backend, CountBackend) or not backend.strict or not isinstance(body, dict):
        return []
    missing = [name for name in _REQUIRED if name not in body]
    if missing:
        context.add_note(f"settings.quirks observed accepts a body without {', '.join(missing)}")
    return [
        *[Violation("body", (name,), "required") for name in missing],
        *[
            Violation("body", field, "reference", value=record_id)
            for field, table, record_id in _references(backend, body)
            if _is_unknown(table, record_id)
        ],
    ]


def _references(
    backend: CountBackend, body: Mapping[str, Any]
) -> Iterator[tuple[tuple[str | int, ...], Table[Any], Any]]:
    """Return field, table and id of each reference of a new invoice."""
    yield ("customerUuid",), backend.customers, body.get("customerUuid")
    for index, line in enumerate(_rows(body, "products")):
        if isinstance(line, dict):
            name = "productUuid" if "productUuid" in line else "uuid"
            yield ("products", index, name), backend.products, line.get(name)
    for index, tag_id in enumerate(_rows(body, "tagUuids")):
        yield ("tagUuids", index), backend.tags, tag_id
    if body.get("invoiceType") == "memo":
        yield ("appliedToInvoiceUuid",), backend.invoices, body.get("appliedToInvoiceUuid")


def _rows(body: Mapping[str, Any], name: str) -> list[Any]:
    rows = body.get(name)
    return rows if isinstance(rows, list) else []


def _is_unknown(table: Table[Any], record_id: Any) -> bool:
    """Return whether the id is well-formed, but no record has it; the contract checks the form."""
    if not isinstance(record_id, str) or len(record_id) != UUID_LENGTH:
        return False
    return get_undeleted(table, record_id) is None


def tax_id(backend: CountBackend) -> Callable[[Tax], str | int]:
    """Return the function for the ``id`` of a tax rate.

    Documented: integer ids are not exposed. Observed: tax rates have integer ids.
    """
    return _uuid if backend.strict else _integer_id
