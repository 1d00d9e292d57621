"""Generated tables of the README: the vendors of this project, and their operations by evidence.

``python -m mockvoice_contracts.harness.readme_tables README.md`` updates them. A table is between two
comments with its name: ``<!-- vendors -->`` and ``<!-- /vendors -->``.
"""

import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.contract import Contract

MARKS = ("seed", "public", "choice")
MAIN_PORT = 8080

Node = Mapping[str, Any]


def update(page: str) -> str:
    """Return the page with up-to-date tables. Raises ``ValueError`` if a table's comments are missing."""
    page = _replace(page, "vendors", _vendor_table())
    return _replace(page, "evidence", _evidence_table())


def _replace(page: str, name: str, table: str) -> str:
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found_opening, remainder = page.partition(opening)
    _, found_closing, after = remainder.partition(closing)
    if not found_opening or not found_closing:
        raise ValueError(f"the page has no table between {opening} and {closing}")
    return f"{before}{opening}\n{table}\n{closing}{after}"


def _vendor_table() -> str:
    """Return a table of keys, ports and demo credentials, each vendor linked to its page."""
    lines = ["| Vendor | Key | Own port | Demo credentials |", "|---|---|---|---|"]
    for key, title in targets.titles().items():
        credentials = targets.vendor_of(key).credentials
        cells = ", ".join(
            f"{role.replace('_', ' ')} `{secret}`" for role, secret in credentials.items()
        ).replace("|", "\\|")
        port = MAIN_PORT + targets.port_offsets()[key]
        lines.append(f"| [{title}](docs/vendors/{key}.md) | `{key}` | {port} | {cells} |")
    return "\n".join(lines)


def _evidence_table() -> str:
    lines = [
        "| Vendor | Resource | Operations | vendor's documents | other public source | assumption |",
        "|---|---|---|---|---|---|",
    ]
    for key, title in targets.titles().items():
        for resource, counts in _count_by_resource(targets.document(key)).items():
            cells = " | ".join(str(counts[mark] or "–") for mark in MARKS)
            lines.append(f"| {title} | {resource} | {counts.total()} | {cells} |")
            title = ""
    return "\n".join(lines)


def _count_by_resource(document: Node) -> dict[str, Counter[str]]:
    """Count the operations of each resource by evidence."""
    counts: dict[str, Counter[str]] = {}
    for operation in Contract(document, closed=False).operations.values():
        counts.setdefault(operation.tags[0], Counter())[operation.evidence] += 1
    return counts


if __name__ == "__main__":
    readme = Path(sys.argv[1])
    readme.write_text(update(readme.read_text("utf-8")), "utf-8")
