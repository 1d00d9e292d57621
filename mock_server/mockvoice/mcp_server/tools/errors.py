"""The tool that explains error responses by the contract."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mockvoice.mcp_server.control_operations import Arguments
from mockvoice.mcp_server.definitions import tool
from mockvoice.mcp_server.fields import Field, normalized
from mockvoice.mcp_server.session import Row, Session
from mockvoice.mcp_server.texts import as_json, bounded, one_line
from mockvoice.mcp_server.tools.journal import request_line
from mockvoice.mcp_server.vendor_contract import VendorOperation

_CLASSES = ("4xx", "5xx")
_BODY = 800
_MAX_FIELDS = 8
# Notes of the mock name fields as in "body items.0.rate must be a number".
_IN_NOTE = re.compile(r"\b(?:body|query|path|header|cookie) ([\w.\[\]-]+)")
_NAMING_MEMBERS = frozenset({"field", "param", "parameter", "path", "property", "name"})
_LIMIT = {
    "type": "integer", "minimum": 1, "maximum": 10, "default": 3,
    "description": "The maximum number of error responses, the newest ones.",
}  # fmt: skip


@tool(
    "journal.search", read_only=True, limit=_LIMIT,
    without=("status", "method", "query", "header", "body", "until"),
)  # fmt: skip
def explain_errors(session: Session, arguments: dict[str, Any]) -> str:
    """Explain the last error responses (4xx and 5xx) of a sandbox.

    Shows request, response, why the mock rejected it, and what the contract's operation expects at the
    named fields, or the nearest path. Secrets are masked.
    """
    arguments.setdefault("limit", _LIMIT["default"])
    blocks = ["\n".join(_explanation(session, row)) for row in _errors(session, arguments)]
    if not blocks:
        blocks = [f"no error responses in the journal of {arguments['sandbox']}"]
    others = [] if arguments["sandbox"] == "default" else _of_no_sandbox(session, arguments)
    if others:
        blocks.append("in the journal of default, since they select no sandbox:")
        blocks += ["\n".join(_explanation(session, row)) for row in others]
    return bounded(blocks, "pass limit=1, or since and a number to see only later ones")


def _errors(session: Session, arguments: Arguments) -> list[Row]:
    """Return the newest error responses in a journal."""
    rows = [
        row
        for status in _CLASSES
        for row in session.send("journal.search", {**arguments, "status": status})
    ]
    return sorted(rows, key=lambda row: row["id"], reverse=True)[: arguments["limit"]]


def _of_no_sandbox(session: Session, arguments: Arguments) -> list[Row]:
    """Return the newest requests with an unknown path or an unknown credential.

    They may be those of this agent, with a mistake that hides their sandbox.
    """
    # The numbers of the entries of another journal are others.
    filters = {name: value for name, value in arguments.items() if name != "since"}
    rows = _errors(session, {**filters, "sandbox": "default"})
    return [row for row in rows if row["operation"] is None or row["status"] == 401]


def _explanation(session: Session, row: Row) -> Iterator[str]:
    yield request_line({**row, "note": None})
    if row["request"]["body"] is not None:
        yield f"  sent: {as_json(row['request']['body'], _BODY)}"
    if row["response"] is not None:
        yield f"  response: {as_json(row['response']['body'], _BODY)}"
    if row["note"]:
        yield f"  why: {one_line(row['note'], 1_000)}"
    if row["operation"] is None:
        yield from _nearest(session, row)
    else:
        yield from _expected(session.contract(row["vendor"]).operation(row["operation"]), row)


def _nearest(session: Session, row: Row) -> Iterator[str]:
    """Iterate over the operations of the nearest path."""
    operations = session.contract(row["vendor"]).nearest(row["path"])
    if operations:
        yield "  nearest operations of the contract:"
        yield from (f"    {operation.line}" for operation in operations)
    else:
        yield f"  no path of the contract is similar; search_contract {row['vendor']} finds operations"


def _expected(operation: VendorOperation, row: Row) -> Iterator[str]:
    yield f"  contract: {operation.line}"
    if row["status"] == 401:
        yield f"  credentials: {', '.join(operation.credentials) or 'none'}; read_api says more"
        yield "  describe_sandbox with show_secrets=true shows those of the sandbox"
    if (row["note"] or "").startswith("fault "):
        yield "  the fault was injected: list_faults shows it, delete_faults deletes it"
    named = list(_named_fields(operation, row))
    yield from (f"    {field.line()}" for field in named[:_MAX_FIELDS])
    if len(named) > _MAX_FIELDS:
        yield f"    … {len(named) - _MAX_FIELDS} more fields"
    yield f"  read_operation {row['vendor']} {operation.id} shows all that it accepts"


def _named_fields(operation: VendorOperation, row: Row) -> Iterator[Field]:
    """Iterate over the fields of the operation that the note or the response names."""
    names = set(_IN_NOTE.findall(row["note"] or ""))
    if row["response"] is not None:
        names |= set(_names_in(row["response"]["body"]))
    paths = {normalized(name.rstrip(".")) for name in names}
    for field in (*operation.parameters, *operation.body_fields):
        if field.path in paths:
            yield field


def _names_in(body: Any, *, is_top: bool = True) -> Iterator[str]:
    """Iterate over what may be names of fields in the body of an error response.

    Members of the envelope, such as ``message``, are not: these have a text, and names of fields a
    list of texts.
    """
    if isinstance(body, list):
        for item in body:
            yield from _names_in(item, is_top=False)
    if not isinstance(body, Mapping):
        return
    for name, value in body.items():
        if not is_top or isinstance(value, list):
            yield name
        if name in _NAMING_MEMBERS and isinstance(value, str):
            yield value
        yield from _names_in(value, is_top=False)
