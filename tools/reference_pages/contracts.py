"""The pages about the contracts: the evidence of all, and for each vendor its operations."""

from collections.abc import Iterator

from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.contract import Contract, Operation
from tools.reference_pages.markdown import code, contract_text, page, table
from tools.reference_pages.tables import Node, evidence_table

OVERVIEW = """\
Every item of a contract states its evidence: the vendor's documents that the project implements (`seed`), other public sources of
the vendor (`public`), or none (`choice`: an assumption about the real service). [Fidelity and
evidence](../../explanation/fidelity.md) says what follows from it. The table counts each operation of `openapi/` under its own
evidence. Parameters, fields and statuses state their own evidence where it differs."""
VENDOR = """\
The operations of `openapi/{key}/`. A contract can be read whole in the console of a running server, or printed with
`mockvoice spec {key}`. [{title}](../../vendors/{key}.md) describes how the mock behaves."""
EVIDENCE = {"seed": "documents", "public": "public source", "choice": "assumption"}
HEAD = ("Operation", "Request", "Summary", "Evidence")


def render_overview() -> str:
    """Return the page with the links to the vendors' pages and the table of evidence."""
    links = [f"* [{title}]({key}.md)" for key, title in targets.titles().items()]
    return page(
        "Contracts", OVERVIEW, "\n".join(links), "## Evidence by resource", evidence_table()
    )


def render_vendors() -> Iterator[tuple[str, str]]:
    """Yield the key of each vendor and its page."""
    for key, title in targets.titles().items():
        yield key, _vendor_page(key, title)


def _vendor_page(key: str, title: str) -> str:
    document = targets.document(key)
    contract = Contract(document, closed=False)
    parts = [VENDOR.format(key=key, title=title)]
    for tag in document["tags"]:
        operations = [each for each in contract.operations.values() if tag["name"] in each.tags]
        parts += [
            f"## {tag['name']}",
            contract_text(tag.get("description", "")),
            table(HEAD, [_row(document, operation) for operation in operations]),
        ]
    return page(f"Operations of {title}", *parts)


def _row(document: Node, operation: Operation) -> tuple[str, str, str, str]:
    summary = document["paths"][operation.path][operation.method.lower()]["summary"]
    request = f"{operation.method} {operation.path}"
    return code(operation.id), code(request), contract_text(summary), EVIDENCE[operation.evidence]
