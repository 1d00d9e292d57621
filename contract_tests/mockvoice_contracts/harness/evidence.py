"""Evidence table: operations of each contract by evidence, counted from ``x-evidence``.

``python -m mockvoice_contracts.harness.evidence README.md`` updates the table between the
``<!-- evidence -->`` markers of the page.
"""

import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.contract import Contract

MARKS = ("seed", "public", "choice")
OPENING, CLOSING = "<!-- evidence -->", "<!-- /evidence -->"

Node = Mapping[str, Any]


def table(vendors: Mapping[str, str]) -> str:
    """Return the table in Markdown; ``vendors`` maps keys to titles."""
    lines = [
        "| Vendor | Resource | Operations | vendor's documents | other public source | assumption |",
        "|---|---|---|---|---|---|",
    ]
    for key, title in vendors.items():
        for resource, counts in count_by_resource(targets.document(key)).items():
            cells = " | ".join(str(counts[mark] or "–") for mark in MARKS)
            lines.append(f"| {title} | {resource} | {counts.total()} | {cells} |")
            title = ""
    return "\n".join(lines)


def count_by_resource(document: Node) -> dict[str, Counter[str]]:
    """Count the operations of each resource by evidence."""
    counts: dict[str, Counter[str]] = {}
    for operation in Contract(document, closed=False).operations.values():
        counts.setdefault(operation.tags[0], Counter())[operation.evidence] += 1
    return counts


def update_table(page: str, vendors: Mapping[str, str]) -> str:
    """Return the page with an updated table. Raises ``ValueError`` if the markers are missing."""
    before, opening, remainder = page.partition(OPENING)
    _, closing, after = remainder.partition(CLOSING)
    if not opening or not closing:
        raise ValueError(f"the page has no markers {OPENING} … {CLOSING}")
    return f"{before}{opening}\n{table(vendors)}\n{closing}{after}"


if __name__ == "__main__":
    readme = Path(sys.argv[1])
    readme.write_text(update_table(readme.read_text("utf-8"), targets.titles()), "utf-8")
