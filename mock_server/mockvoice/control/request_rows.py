"""Rows of the lists of requests: which requests the filters select, and what a row shows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mockvoice.control.context import ServerContext
from mockvoice.control.error_reasons import reason_of
from mockvoice.control.errors import JournalDisabled
from mockvoice.control.filters import check_operation, check_vendor
from mockvoice.control.journal_view import (
    Filter,
    redactor_for,
    replace_surrogates,
    responded_at,
)
from mockvoice.control.redaction import Redactor
from mockvoice.control.request_criteria import parse_texts
from mockvoice.sandboxes.request_log import Entry
from mockvoice.sandboxes.sandbox import Sandbox

FILTERS = (
    "vendor", "operation", "status", "since", "until", "method", "path", "query", "header", "body",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RequestSelection:
    """Which requests a list shows. ``reason`` is that of a group of rejected requests."""

    matches: Callable[[Entry], bool]
    reason: str | None

    @classmethod
    def parse(cls, server: ServerContext, args: Mapping[str, str]) -> "RequestSelection":
        """Return the selection of a page's query. Raises ``InvalidFilter`` and ``JournalDisabled``."""
        if not server.sandboxes.journal_size:
            raise JournalDisabled
        texts = filter_texts(args)
        check_vendor(server, texts["vendor"])
        check_operation(server, texts["operation"], texts["vendor"])
        match = parse_texts(
            *(texts[name] for name in ("method", "path", "query", "header", "body"))
        )
        vendor, operation, status = (texts[name] for name in ("vendor", "operation", "status"))
        criteria = Filter(vendor, operation, status, texts["since"], texts["until"], match)
        matches = criteria.predicate(server.vendors)
        return cls(matches, args.get("reason", "").strip() or None)

    def selects(self, entry: Entry, redactor: Redactor) -> bool:
        """Return whether a list shows a request. Parses its body if a filter needs that."""
        return self.matches(entry) and self.reason in (None, reason_of(entry, redactor))


def filter_texts(args: Mapping[str, str]) -> dict[str, str | None]:
    """Return the filters in a page's query; ``None`` for one that is missing or empty."""
    return {name: args.get(name, "").strip() or None for name in FILTERS}


@dataclass(frozen=True, slots=True)
class RequestBatch:
    """Requests of one sandbox, which a thread can select and describe."""

    sandbox: str
    entries: Iterable[Entry]
    redactor: Redactor
    titles: Mapping[str, str]  # of the vendors

    @classmethod
    def of(
        cls, server: ServerContext, sandbox: Sandbox, entries: Iterable[Entry]
    ) -> "RequestBatch":
        """Return entries of a sandbox's journal with what masks the sandbox's secrets."""
        titles = {key: vendor.title for key, vendor in server.vendors.items()}
        redactor = redactor_for(sandbox, server.vendors.values())
        return cls(sandbox.name, entries, redactor, titles)

    def selected(self, selection: RequestSelection) -> Iterable[Entry]:
        """Iterate over the requests that a selection shows."""
        return (entry for entry in self.entries if selection.selects(entry, self.redactor))

    def row(self, entry: Entry) -> dict[str, Any]:
        """Return what the row of a request shows, without secrets."""
        query = self.redactor.query(entry.query.decode("latin-1"))
        path = self.redactor.value(replace_surrogates(entry.path))
        return {
            "sandbox": self.sandbox,
            "id": entry.id,
            "at": responded_at(entry),
            "status": entry.status,
            "method": entry.method,
            "path": f"{path}?{query}" if query else path,
            "operation": entry.operation,
            "vendor": self.titles[entry.vendor],
            "duration_ms": entry.seconds * 1000,
        }
