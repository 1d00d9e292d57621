"""Updates and additions of single lines, without the header of their invoice."""

from collections.abc import Iterable

from mockvoice.kernel.store import Table
from mockvoice.vendors.halo.backend import HaloBackend, find_line
from mockvoice.vendors.halo.errors import NotFound, RuleViolation
from mockvoice.vendors.halo.models import Invoice, Line
from mockvoice.vendors.halo.rules import lines
from mockvoice.vendors.halo.rules.invoices import check_unlocked, store, with_totals
from mockvoice.vendors.halo.rules.records import Body


def update_lines(
    backend: HaloBackend, bodies: Iterable[Body], table: Table[Invoice]
) -> list[tuple[Invoice, Line]]:
    """Update or add the lines of the bodies, and return each with its record's new state.

    Assumed: lines without an entry are unchanged; the owner of a line with an id may be omitted.
    """
    return [_update_line(backend, body, table) for body in bodies]


def _update_line(backend: HaloBackend, body: Body, table: Table[Invoice]) -> tuple[Invoice, Line]:
    owner_id = body.get("ihid")
    if not body.get("id"):
        return add_line(backend, body, table)
    match = find_line(table, body["id"])
    if match is None:
        if find_line(_other_table(backend, table), body["id"]):
            raise RuleViolation("The line belongs to a record of the other kind")
        raise NotFound
    before, line = match
    if owner_id is not None and owner_id != before.id:
        raise RuleViolation("The line does not belong to the record with the id in ihid")
    check_unlocked(backend, before)
    after = lines.update_line(backend, before, line, body)
    return _owner_and_line(store(backend, before, with_totals(backend, after)), line.id)


def add_line(backend: HaloBackend, body: Body, table: Table[Invoice]) -> tuple[Invoice, Line]:
    """Add a line to the record of ``ihid``. Raises ``RuleViolation`` if there is no such record."""
    owner_id = body.get("ihid")
    before = None if owner_id is None else table.get(owner_id)
    if before is None:
        raise RuleViolation("The record with the id in ihid does not exist here")
    check_unlocked(backend, before)
    after = lines.append_lines(backend, before, [body])
    return _owner_and_line(store(backend, before, with_totals(backend, after)), after.lines[-1].id)


def _owner_and_line(invoice: Invoice, line_id: int) -> tuple[Invoice, Line]:
    return invoice, next(line for line in invoice.lines if line.id == line_id)


def _other_table(backend: HaloBackend, table: Table[Invoice]) -> Table[Invoice]:
    return backend.invoices if table is backend.templates else backend.templates
