"""Tools for the requests that a sandbox received."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from mockvoice.mcp_server.definitions import SANDBOX, InvalidArgument, tool
from mockvoice.mcp_server.session import Row, Session
from mockvoice.mcp_server.texts import as_json, bounded, cut, one_line
from mockvoice.outbound.verification_text import describe

_LIMIT = {
    "type": "integer", "minimum": 1, "maximum": 200, "default": 20,
    "description": "The maximum number of requests, the newest ones.",
}  # fmt: skip
_ALL = 10_000
_BODY = 2_500
_QUERY = 200


@tool("journal.search", read_only=True, limit=_LIMIT)
def list_requests(session: Session, arguments: dict[str, Any]) -> str:
    """List the requests that a sandbox received, newest first.

    Requests whose credential matches no sandbox are in the journal of default.
    """
    arguments.setdefault("limit", _LIMIT["default"])
    lines = [request_line(row) for row in session.send("journal.search", arguments)]
    more = "narrow them with vendor, operation, status, path or since; show_request shows one"
    return bounded(lines, more) or "no requests"


@tool(
    read_only=True, required=("request_id",), sandbox=SANDBOX,
    request_id={"type": "integer", "minimum": 1, "description": "The number of the request in the journal."},
)  # fmt: skip
def show_request(session: Session, arguments: dict[str, Any]) -> str:
    """Show one request and its response: headers, bodies and the note, with secrets masked."""
    row = _find(session, arguments["sandbox"], arguments["request_id"])
    return bounded(_exchange(row), "the console shows everything")


@tool("journal.verify", read_only=True)
def verify_requests(session: Session, arguments: dict[str, Any]) -> str:
    """Verify that a sandbox received requests with these values, by default at least one.

    times, at_least and at_most say how many. If there are too few, the nearest requests are shown with
    their differences.
    """
    expected = {name: value for name, value in arguments.items() if name != "sandbox"}
    result = session.send("journal.verify", arguments)
    outcome = "verified" if result["holds"] else "not verified"
    return bounded(f"{outcome}: {describe(expected, result)}".splitlines(), "ask for less")


@tool("journal.clear", destructive=True)
def clear_requests(session: Session, arguments: dict[str, Any]) -> str:
    """Empty the journal of a sandbox, so that later verifications see only new requests."""
    session.send("journal.clear", arguments)
    return "the journal is empty"


def request_line(row: Row) -> str:
    """Return a request on one line."""
    status = "no response" if row["status"] is None else row["status"]
    note = f" ({one_line(row['note'])})" if row["note"] else ""
    name = f"{row['vendor']} {row['operation'] or '-'}"
    query = urlsplit(row["request"]["url"]).query
    target = f"{row['path']}{'?' * bool(query)}{cut(query, _QUERY)}"
    return f"{row['id']}  {row['at']}  {status}  {row['method']} {target}  {name}{note}"


def _find(session: Session, sandbox: str, request_id: int) -> Row:
    """Return one entry of a journal; the API has no operation for it."""
    arguments = {"sandbox": sandbox, "since": request_id - 1, "limit": _ALL}
    rows: list[Row] = session.send("journal.search", arguments)
    for row in rows:
        if row["id"] == request_id:
            return row
    raise InvalidArgument(
        f"the journal of {sandbox} has no request {request_id}; list_requests shows those that it keeps"
    )


def _exchange(row: Row) -> Iterator[str]:
    yield request_line(row)
    for name in ("request", "response"):
        part = row[name]
        if part is None:
            yield f"{name}: none"
            continue
        yield f"{name} headers: {as_json(part['headers'], 1_200)}"
        if part["body"] is not None:
            yield f"{name} body, {part['size']} bytes: {as_json(part['body'], _BODY)}"
