"""Updates and additions of lines without the header of their invoice."""

from collections.abc import Sequence

from mockvoice.kernel.store import Table
from mockvoice.vendors.halo.backend import HaloBackend, find_line
from mockvoice.vendors.halo.errors import NotFound, RuleViolation
from mockvoice.vendors.halo.models import Invoice, Line
from mockvoice.vendors.halo.rules import lines
from mockvoice.vendors.halo.rules.invoices import check_unlocked, store, with_totals
from mockvoice.vendors.halo.rules.records import Body


def update_lines(
    backend: HaloBackend, bodies: Sequence[Body], table: Table[Invoice]
) -> list[tuple[Invoice, Line]]:
    """Update or add lines; return each line and the new state of its record.

    Assumed: other lines do not change; a body with the line's id needs no ``ihid``.
    """
    backend.budget.require(len(bodies))
    return [_update_line(backend, body, table) for body in bodies]


def add_lines(
    backend: HaloBackend, bodies: Sequence[Body], table: Table[Invoice]
) -> list[tuple[Invoice, Line]]:
    """Add lines; return each line and the new state of its record."""
    backend.budget.require(len(bodies))
    return [add_line(backend, body, table) for body in bodies]


def _update_line(backend: HaloBackend, body: Body, table: Table[Invoice]) -> tuple[Invoice, Line]:
    owner_id = body.get("ihid")
    if not body.get("id"):
        return add_line(backend, body, table)
    match = find_line(table, body["id"])
    if match is None:
        if find_line(_other_table(backend, table), body["id"]):
            owner = "an invoice" if table is backend.templates else "a recurring template"
            raise RuleViolation(f"The line {body['id']} belongs to {owner}")
        raise NotFound
    before, line = match
    if owner_id is not None and owner_id != before.id:
        raise RuleViolation(
            f"The line {line.id} belongs to {before.id}, not to the ihid {owner_id}"
        )
    check_unlocked(backend, before)
    after = lines.update_line(backend, before, line, body)
    return _owner_and_line(store(backend, before, with_totals(backend, after)), line.id)


def add_line(backend: HaloBackend, body: Body, table: Table[Invoice]) -> tuple[Invoice, Line]:
    """Add a line to the record with the id ``ihid``. Raises ``RuleViolation`` for an unknown id."""
    owner_id = body.get("ihid")
    if owner_id is None:
        raise RuleViolation("Parameter ihid must be included")
    before = table.get(owner_id)
    if before is None:
        owner = "a recurring template" if table is backend.templates else "an invoice"
        raise RuleViolation(f"The ihid {owner_id} is not the id of {owner}")
    check_unlocked(backend, before)
    after = lines.append_lines(backend, before, [body])
    return _owner_and_line(store(backend, before, with_totals(backend, after)), after.lines[-1].id)


def _owner_and_line(invoice: Invoice, line_id: int) -> tuple[Invoice, Line]:
    return invoice, next(line for line in invoice.lines if line.id == line_id)


def _other_table(backend: HaloBackend, table: Table[Invoice]) -> Table[Invoice]:
    return backend.invoices if table is backend.templates else backend.templates
