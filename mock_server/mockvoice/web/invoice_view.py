"""How a vendor's invoices are shown to people, in the vendor's own words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockvoice.kernel.backend import Backend

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceView:
    """What a page needs to know of one vendor; everything else it takes from the vendor's JSON."""

    show: Callable[[Any, Any], Json]  # a row of ``table`` as the vendor's API gives it
    columns: Mapping[str, str]  # of the list: headings, and where their values lie, "client/name"
    # What belongs to an invoice without being part of its JSON, by heading: payments, history.
    more: Mapping[str, Callable[[Any, Any], Sequence[Json]]] = field(default_factory=dict)
    table: str = "invoices"

    def newest(self, backend: Backend, limit: int) -> list[dict[str, Any]]:
        """The newest rows: their keys, as ``key``, and the list's columns."""
        table = getattr(backend, self.table)
        rows = list(table)[-limit:]
        return [
            {"key": table.key_of(row), **self._columns(self.show(backend, row))}
            for row in reversed(rows)
        ]

    def _columns(self, shown: Json) -> dict[str, Any]:
        return {heading: _at(shown, path.split("/")) for heading, path in self.columns.items()}

    def find(self, backend: Backend, key: str) -> dict[str, Any] | None:
        """One invoice with what belongs to it, or ``None``."""
        table = getattr(backend, self.table)
        row = table.get(key)
        if row is None and key.lstrip("-").isdecimal() and len(key) < 19:
            row = table.get(int(key))
        if row is None:
            return None
        also = {heading: list(part(backend, row)) for heading, part in self.more.items()}
        return {**self.show(backend, row), **also}


def _at(value: Any, path: Sequence[str]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
