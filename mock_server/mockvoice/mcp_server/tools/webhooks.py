"""Tools for the deliveries of webhooks."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from mockvoice.control.redaction import Redactor, mask
from mockvoice.mcp_server.control_operations import Schema
from mockvoice.mcp_server.definitions import SANDBOX, SHOW_SECRETS, tool
from mockvoice.mcp_server.session import Row, Session
from mockvoice.mcp_server.texts import as_json, bounded, one_line

_BODY = 2_500
_RESPONSE = 400
_ID: Schema = {"type": "string", "description": "The id of a delivery, such as count-12."}
_LIMIT = {
    "type": "integer", "minimum": 1, "maximum": 200, "default": 20,
    "description": "The maximum number of deliveries.",
}  # fmt: skip


@tool(
    read_only=True, sandbox=SANDBOX, limit=_LIMIT,
    vendor={"type": "string", "description": "Only deliveries of this vendor."},
    event={"type": "string", "description": "Only deliveries of this event."},
    state={"type": "string", "description": "Only deliveries in this state."},
    after={"type": "string", "description": "The id of a delivery: only those after it in the list."},
)  # fmt: skip
def list_deliveries(session: Session, arguments: dict[str, Any]) -> str:
    """List the webhooks that a sandbox has delivered, or will deliver, one on each line."""
    arguments.setdefault("limit", _LIMIT["default"])
    query = urlencode({name: value for name, value in arguments.items() if name != "sandbox"})
    rows = session.client.get(f"{_path(arguments)}?{query}")
    more = "narrow them with vendor, event or state, or go on with after; show_delivery shows one"
    return bounded((_line(row) for row in rows), more) or "no deliveries"


@tool(
    read_only=True, required=("delivery_id",), sandbox=SANDBOX, delivery_id=_ID,
    show_secrets=SHOW_SECRETS,
)  # fmt: skip
def show_delivery(session: Session, arguments: dict[str, Any]) -> str:
    """Show one delivery of a webhook: request, signature with the signed text, and all attempts.

    The signature and secrets in headers are masked unless show_secrets is true.
    """
    row = session.client.get(_path(arguments, arguments["delivery_id"]))
    lines = _details(row, show_secrets=arguments.get("show_secrets", False))
    return bounded(lines, "list_deliveries shows the others")


@tool(required=("delivery_id",), sandbox=SANDBOX, delivery_id=_ID, sign_again={
    "type": "boolean", "description": "Sign the request again, with the current time and secret."
})  # fmt: skip
def redeliver(session: Session, arguments: dict[str, Any]) -> str:
    """Deliver a webhook again, at once."""
    path = _path(arguments, arguments["delivery_id"], "redeliver")
    body = {name: arguments[name] for name in ("sign_again",) if name in arguments}
    row = session.client.send("POST", path, body)
    return "\n".join([_line(row), *(_attempt(each) for each in row["attempts"][-1:])])


def _path(arguments: Mapping[str, Any], *parts: str) -> str:
    names = ("sandboxes", arguments["sandbox"], "webhooks", "deliveries", *parts)
    return "".join(f"/{quote(name, safe='')}" for name in names)


def _line(row: Row) -> str:
    reason = f" ({one_line(row['reason'])})" if row["reason"] else ""
    next_attempt = f", next at {row['next_attempt_at']}" if row["next_attempt_at"] else ""
    number = len(row["attempts"])
    return (
        f"{row['id']}  {row['created_at']}  {row['vendor']} {row['event']}  {row['state']}{reason}  "
        f"{row['url']}, {number} attempt{'s' * (number != 1)}{next_attempt}"
    )


def _details(row: Row, *, show_secrets: bool) -> Iterator[str]:
    yield _line(row)
    request, signature = row["request"], row["signature"]
    yield f"request: {request['method']} {request['url']}"
    yield f"headers: {as_json(_headers(row, show_secrets=show_secrets), _BODY)}"
    yield f"body: {as_json(request['body'], _BODY)}"
    if signature is not None:
        value = signature["value"] if show_secrets else mask(signature["value"])
        yield f"signature: {signature['header']}: {value}, {signature['algorithm']}"
        yield f"signed text: {as_json(signature['signed_text'], _BODY)}"
    yield from (_attempt(attempt) for attempt in row["attempts"])


def _headers(row: Row, *, show_secrets: bool) -> dict[str, str]:
    """Return the headers of the request; that of the signature is a secret, whatever its name is."""
    headers: dict[str, str] = row["request"]["headers"]
    if show_secrets:
        return headers
    signed = row["signature"]["header"].lower() if row["signature"] else None
    redactor = Redactor()
    return {
        name: mask(value) if name.lower() == signed else redactor.header(name.lower(), value)
        for name, value in headers.items()
    }


def _attempt(attempt: Row) -> str:
    outcome = attempt["error"] if attempt["status"] is None else f"status {attempt['status']}"
    body = f": {as_json(attempt['response_body'], _RESPONSE)}" if attempt["response_body"] else ""
    return (
        f"attempt {attempt['at']}, {attempt['cause']}: {outcome}, {attempt['duration_ms']} ms{body}"
    )
