"""Generated tables: the vendors of this project, and their operations by evidence.

A page has a table between two comments with its name: ``<!-- vendors -->`` and ``<!-- /vendors -->``.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.contract import Contract
from tools.reference_pages.markdown import table

MARKS = ("seed", "public", "choice")
MAIN_PORT = 8080
EVIDENCE_HEAD = (
    "Vendor", "Resource", "Operations", "vendor's documents", "other public source", "assumption",
)  # fmt: skip

Node = Mapping[str, Any]


def update(page: str, docs: str) -> str:
    """Return a page with an up-to-date table of the vendors; ``docs`` is the path to the folder of pages.

    Raises ``ValueError`` if a comment is missing.
    """
    opening, closing = "<!-- vendors -->", "<!-- /vendors -->"
    before, opened, remainder = page.partition(opening)
    _, closed, after = remainder.partition(closing)
    if not opened or not closed:
        raise ValueError(f"the page has no table between {opening} and {closing}")
    return f"{before}{opening}\n{vendor_table(docs)}\n{closing}{after}"


def vendor_table(docs: str) -> str:
    """Return a table of keys, ports and demo credentials, each vendor linked to its page."""
    rows = []
    for key, title in targets.titles().items():
        credentials = targets.vendor_of(key).credentials
        cells = [f"{role.replace('_', ' ')} `{secret}`" for role, secret in credentials.items()]
        port = MAIN_PORT + targets.port_offsets()[key]
        link = f"[{title}]({docs}vendors/{key}.md)"
        rows.append((link, f"`{key}`", str(port), ", ".join(cells)))
    return table(("Vendor", "Key", "Own port", "Demo credentials"), rows)


def evidence_table() -> str:
    """Return a table of the numbers of operations by vendor, resource and evidence."""
    rows = []
    for key, title in targets.titles().items():
        for resource, counts in _count_by_resource(targets.document(key)).items():
            cells = [str(counts[mark] or "–") for mark in MARKS]
            rows.append((title, resource, str(counts.total()), *cells))
            title = ""
    return table(EVIDENCE_HEAD, rows)


def _count_by_resource(document: Node) -> dict[str, Counter[str]]:
    """Count the operations of each resource by evidence."""
    counts: dict[str, Counter[str]] = {}
    for operation in Contract(document, closed=False).operations.values():
        counts.setdefault(operation.tags[0], Counter())[operation.evidence] += 1
    return counts
