"""Tools for the deliveries of webhooks."""

from collections.abc import Iterator
from typing import Any

from mockvoice.control.redaction import Redactor
from mockvoice.mcp_server.control_operations import operations
from mockvoice.mcp_server.definitions import tool
from mockvoice.mcp_server.session import Row, Session
from mockvoice.mcp_server.texts import as_json, bounded, one_line
from mockvoice.outbound.redelivery import redeliver as send_again

_BODY = 2_500
_RESPONSE = 400
_LIMIT = {
    "type": "integer", "minimum": 1, "maximum": 200, "default": 20,
    "description": "The maximum number of deliveries, the newest ones.",
}  # fmt: skip


@tool("webhooks.search", read_only=True, limit=_LIMIT)
def list_deliveries(session: Session, arguments: dict[str, Any]) -> str:
    """List the webhook deliveries of a sandbox, newest first, one on each line."""
    arguments.setdefault("limit", _LIMIT["default"])
    lines = [_line(row) for row in session.send("webhooks.search", arguments)]
    more = "narrow them with vendor, event, state or after; show_delivery shows one"
    return bounded(lines, more) or "no deliveries"


@tool("webhooks.get", read_only=True)
def show_delivery(session: Session, arguments: dict[str, Any]) -> str:
    """Show one webhook delivery: the request, the signature with the signed text, and all attempts.

    The secret of the signature is not shown.
    """
    return bounded(_details(session.send("webhooks.get", arguments)), "the control API shows all")


# Its own argument: the value is used here before the server checks it.
@tool("webhooks.redeliver", sign_again=operations()["webhooks.redeliver"].properties["sign_again"])
def redeliver(session: Session, arguments: dict[str, Any]) -> str:
    """Send a webhook delivery once more, at once, and show the result.

    The bytes are the same, or with sign_again the signature is made with the subscription's present
    secret.
    """
    _, path, _ = operations()["webhooks.search"].request({"sandbox": arguments["sandbox"]})
    delivery_id, sign_again = str(arguments["delivery_id"]), arguments.get("sign_again", False)
    row = send_again(session.client, path, delivery_id, sign_again=sign_again)
    return f"{_line(row)}\n{_attempt(row['attempts'][-1])}"


def _line(row: Row) -> str:
    reason = f" ({one_line(row['reason'])})" if row["reason"] else ""
    next_attempt = f", next at {row['next_attempt_at']}" if row["next_attempt_at"] else ""
    number = len(row["attempts"])
    return (
        f"{row['id']}  {row['created_at']}  {row['event']}  {row['state']}{reason}  "
        f"{row['url']}, {number} attempt{'s' * (number != 1)}{next_attempt}"
    )


def _details(row: Row) -> Iterator[str]:
    request, signature = row["request"], row["signature"]
    yield _line(row)
    yield f"request: {request['method']} {request['url']}"
    yield f"headers: {as_json(_headers(row), _BODY)}"
    yield f"body: {as_json(request['body'], _BODY)}"
    if signature is not None:
        is_body = signature["signed_text"] == request["body"]
        text = "the body" if is_body else as_json(signature["signed_text"], _BODY)
        yield f"{signature['header']} is the {signature['algorithm']} of {text}"
    yield from (_attempt(attempt) for attempt in row["attempts"])


def _headers(row: Row) -> dict[str, str]:
    """Return the headers without secrets; a receiver is compared with the signature, so it stays."""
    signature = row["signature"]["header"] if row["signature"] else None
    redactor = Redactor()
    return {
        name: value if name == signature else redactor.header(name.lower(), value)
        for name, value in row["request"]["headers"].items()
    }


def _attempt(attempt: Row) -> str:
    outcome = attempt["error"] if attempt["status"] is None else f"status {attempt['status']}"
    body = f": {as_json(attempt['response_body'], _RESPONSE)}" if attempt["response_body"] else ""
    return f"attempt {attempt['at']}, {attempt['cause']}: {outcome}{body}"
