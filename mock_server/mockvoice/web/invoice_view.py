"""Views of a vendor's invoices for the console, in the vendor's own terms."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockvoice.kernel.backend import Backend

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceView:
    """Settings of one vendor's invoice pages; all other content is the vendor's JSON."""

    render: Callable[[Any, Any], Json]  # renders a row of ``table`` as the vendor's API does
    # The list's columns: headings, and the paths of their values, such as "client/name".
    columns: Mapping[str, str]
    # Records of an invoice that are not part of its JSON, by heading: payments, history.
    related: Mapping[str, Callable[[Any, Any], Sequence[Json]]] = field(default_factory=dict)
    table: str = "invoices"

    def newest(self, backend: Backend, limit: int) -> list[dict[str, Any]]:
        """Return the newest invoices, newest first: ``key``, and each column by its heading."""
        table = getattr(backend, self.table)
        rows = list(table)[-limit:]
        return [
            {"key": table.key_of(row), **self._columns(self.render(backend, row))}
            for row in reversed(rows)
        ]

    def _columns(self, invoice: Json) -> dict[str, Any]:
        return {heading: _at(invoice, path.split("/")) for heading, path in self.columns.items()}

    def find(self, backend: Backend, key: str) -> dict[str, Any] | None:
        """Return one invoice with its related records, or ``None``."""
        table = getattr(backend, self.table)
        row = table.get(key)
        if row is None and key.lstrip("-").isdecimal() and len(key) < 19:
            row = table.get(int(key))
        if row is None:
            return None
        related = {heading: list(rows(backend, row)) for heading, rows in self.related.items()}
        return {**self.render(backend, row), **related}


def _at(value: Any, path: Sequence[str]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
