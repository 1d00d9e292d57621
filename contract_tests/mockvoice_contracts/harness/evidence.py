"""On what evidence a contract stands, counted from its own marks.

``python -m mockvoice_contracts.harness.evidence README.md`` writes the table between the page's
``<!-- evidence -->`` marks anew.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mockvoice_contracts.harness import targets

MARKS = ("seed", "public", "choice")
METHODS = ("get", "put", "post", "patch", "delete")
OPENING, CLOSING = "<!-- evidence -->", "<!-- /evidence -->"

Node = Mapping[str, Any]


def table(vendors: Mapping[str, str]) -> str:
    """The Markdown table of some vendors, given their titles by key."""
    lines = [
        "| Vendor | Resource | Operations | stated by the seed | public | assumed |",
        "|---|---|---|---|---|---|",
    ]
    for key, title in vendors.items():
        for resource, counts in count_by_resource(targets.document(key)).items():
            cells = " | ".join(str(counts[mark] or "–") for mark in MARKS)
            lines.append(f"| {title} | {resource} | {counts.total()} | {cells} |")
            title = ""
    return "\n".join(lines)


def count_by_resource(document: Node) -> dict[str, Counter[str]]:
    """How many operations of each resource stand on which evidence."""
    found: dict[str, Counter[str]] = {}
    for operation in operations(document):
        mark = evidence_of(operation, document.get("x-evidence", "choice"))
        found.setdefault(operation["tags"][0], Counter())[mark] += 1
    return found


def operations(document: Node) -> Iterator[Node]:
    """Every operation of a contract, in its order."""
    for item in document["paths"].values():
        for method in METHODS:
            if method in item:
                yield item[method]


def evidence_of(node: Node, enclosing: str) -> str:
    """An item's own mark, or that of what encloses it."""
    mark: str = node.get("x-evidence", enclosing)
    return mark


def evidence_marks(node: Any) -> Iterator[str]:
    """Every mark that stands in a contract."""
    if isinstance(node, Mapping):
        if isinstance(node.get("x-evidence"), str):
            yield node["x-evidence"]
        for value in node.values():
            yield from evidence_marks(value)
    elif isinstance(node, list):
        for value in node:
            yield from evidence_marks(value)


def update_table(page: str, vendors: Mapping[str, str]) -> str:
    """A page whose table is up to date. Raises ``ValueError`` for a page without the marks."""
    before, opening, rest = page.partition(OPENING)
    _, closing, after = rest.partition(CLOSING)
    if not opening or not closing:
        raise ValueError(f"no {OPENING} … {CLOSING} on the page")
    return f"{before}{opening}\n{table(vendors)}\n{closing}{after}"


if __name__ == "__main__":
    readme = Path(sys.argv[1])
    readme.write_text(update_table(readme.read_text("utf-8"), targets.titles()), "utf-8")
