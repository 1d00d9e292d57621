"""What goes in and out: faults, the journal and the outbox."""

from collections.abc import Mapping
from typing import Any

import flask

from mockvoice.control.errors import EntryNotFound
from mockvoice.control.exchanges import Filter, chosen, exchange, masks_for
from mockvoice.control.handlers import faults, journal, outbox
from mockvoice.control.house import House
from mockvoice.control.pages.asking import ask, checked, field, number, page, said, to

ENTRIES_SHOWN = 100
KINDS = ("status", "delay", "drop", "commit_then_drop", "malformed", "rate_limit", "expire_tokens")


def add(pages: flask.Blueprint, house: House) -> None:
    """Add the pages of faults, of the journal and of the outbox."""

    @pages.get("/sandboxes/<name>/faults")
    def show_faults(name: str) -> str:
        shown = ask(lambda: faults.search(house, name))
        operations = {key: house.operations(key) for key in house.vendors}
        return page("faults.html", house, name, faults=shown, kinds=KINDS, operations=operations)

    @pages.post("/sandboxes/<name>/faults")
    def create_fault(name: str) -> Any:
        body = checked("faults.create", _fault())
        ask(lambda: faults.create(house, name, body))
        return to("show_faults", name=name)

    @pages.post("/sandboxes/<name>/faults/clear")
    def clear_faults(name: str) -> Any:
        ask(lambda: faults.clear(house, name))
        return to("show_faults", name=name)

    @pages.post("/sandboxes/<name>/faults/<int:fault_id>/delete")
    def delete_fault(name: str, fault_id: int) -> Any:
        ask(lambda: faults.delete(house, name, fault_id))
        return to("show_faults", name=name)

    @pages.get("/sandboxes/<name>/journal")
    def show_journal(name: str) -> str:
        wanted = _filters(flask.request.args)
        entries: list[dict[str, Any]] = []
        if house.sandboxes.journal_size:
            entries = ask(lambda: journal.search(house, name, **wanted, limit=ENTRIES_SHOWN))
        return page(
            "journal.html", house, name, entries=entries, wanted=wanted,
            kept=house.sandboxes.journal_size, shown=ENTRIES_SHOWN,
        )  # fmt: skip

    @pages.get("/sandboxes/<name>/journal/<int:number>")
    def show_entry(name: str, number: int) -> str:
        def found() -> dict[str, Any]:
            sandbox = house.sandbox(name)
            for each in chosen(sandbox, Filter(since=str(max(0, number - 1))), 1_000_000):
                if each.id == number:
                    return exchange(each, masks_for(sandbox))
            raise EntryNotFound(number)

        return page("exchange.html", house, name, entry=ask(found))

    @pages.post("/sandboxes/<name>/journal/clear")
    def clear_journal(name: str) -> Any:
        ask(lambda: journal.clear(house, name))
        return to("show_journal", name=name)

    @pages.get("/sandboxes/<name>/outbox")
    def show_outbox(name: str) -> str:
        key = flask.request.args.get("vendor") or None
        sent = ask(lambda: outbox.search(house, name, key, None, None, None, ENTRIES_SHOWN))
        return page("outbox.html", house, name, messages=sent, vendor=key, shown=ENTRIES_SHOWN)


def _filters(arguments: Mapping[str, str]) -> dict[str, str | None]:
    names = ("vendor", "operation", "status", "since")
    return {name: arguments.get(name, "").strip() or None for name in names}


def _fault() -> dict[str, Any]:
    """A form's fault as the control API takes it: each kind with the figures that it needs."""
    kind = field("kind")
    figures: dict[str, Any] = {}
    match kind:
        case "status":
            figures = said(status=number("status", int))
        case "delay":
            figures = said(seconds=number("seconds"))
        case "rate_limit":
            figures = said(limit=number("limit", int), window_seconds=number("window_seconds"))
    return said(
        vendor=field("vendor"),
        operation=field("operation"),
        effect={"kind": kind, **figures},
        times=number("times", int),
        probability=number("probability"),
    )
