"""Exchanges of findings: which request a failure is about, and its data in a finding."""

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, TypeGuard
from urllib.parse import urlsplit

from mockvoice_contracts.harness.client import ContractBreach
from mockvoice_contracts.harness.contract import Breach, Contract, Operation
from mockvoice_contracts.harness.request_gate import Exchange, TargetSession

if TYPE_CHECKING:
    from schemathesis.core.failures import Failure

UNAUTHORIZED = 401
MAX_TEXT_CHARS = 4000  # of a message
MAX_BODY_CHARS = 1500
MAX_PRECEDING = 3
CASE_ID = "X-Schemathesis-TestCaseId"
_LABEL = re.compile(r"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE) (/\S*)")


def of_breach(error: ContractBreach, session: TargetSession) -> Exchange | None:
    """Return the exchange whose response broke the contract."""
    for exchange in reversed(session.recent):
        is_same = exchange.response.content == error.response.content
        if is_same and exchange.operation and exchange.operation.id == error.operation.id:
            return exchange
    return None


def of_assertion(session: TargetSession, values: Collection[str] = ()) -> Exchange | None:
    """Return the request whose response an assertion compares, or that did not meet it.

    That is the last one with one of ``values``, which are wrong, or else the last one. It may be one
    that the contract does not have, such as one to an unknown path.
    """
    for exchange in reversed(session.recent):
        if any(value in exchange.response.text for value in values):
            return exchange
    return next(reversed(session.recent), None)


def is_generated(error: BaseException) -> TypeGuard["Failure"]:
    """Return whether a check of a generated request failed.

    A check that ends before its tests does not need Schemathesis, which takes a second to import.
    """
    from schemathesis.core.failures import Failure

    return isinstance(error, Failure)


def of_generated(failure: "Failure", session: TargetSession) -> Exchange | None:
    """Return the exchange of a generated request whose check failed."""
    recent = session.recent
    candidates = [
        exchange for exchange in recent if failure.case_id and _case_id(exchange) == failure.case_id
    ]
    candidates = candidates or [
        exchange for exchange in recent if _label(exchange) == failure.operation
    ]
    candidates = candidates or list(recent)
    # Authentication checks resend requests with other credentials; other findings ignore these.
    if type(failure).__name__ != "IgnoredAuth":
        authorized = [
            candidate for candidate in candidates if candidate.response.status_code != UNAUTHORIZED
        ]
        candidates = authorized or candidates
    breaking = [candidate for candidate in candidates if _has_breach(session.contract, candidate)]
    return next(reversed(breaking or candidates), None)


def breaches_of(contract: Contract, operation: Operation, exchange: Exchange) -> list[Breach]:
    """Validate a response again with our own check, whose breaches have location and evidence."""
    response = exchange.response
    status = response.status_code
    evidence = contract.evidence_of(operation, status)
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if operation.response(status) is None:
        return [Breach("", "public", ("responses",))]
    try:
        breaches = contract.breaches(operation, status, media_type, response.json())
    except ValueError:
        breaches = []
    return breaches or [Breach("", evidence, ("responses", str(status)))]


def operation_by_label(label: str | None, contract: Contract) -> Operation | None:
    """Return the operation with a label of Schemathesis, such as ``GET /api/invoices``."""
    match = _LABEL.match(label or "")
    for operation in contract.operations.values():
        if match and (operation.method, operation.path) == match.groups():
            return operation
    return None


def describe(exchange: Exchange | None, session: TargetSession) -> dict[str, Any]:
    """Return the fields of a finding that show its exchange, and the requests before it."""
    if exchange is None:
        return {"sent": None, "before": [], "came_back": None, "curl": None}
    response = exchange.response
    return {
        "sent": _sent(exchange),
        "before": [_summary(earlier) for earlier in _preceding(exchange, session)],
        "came_back": {"status": response.status_code, "body": decode_shortened(response.content)},
        "curl": exchange.curl,
    }


def describe_breach(error: ContractBreach, session: TargetSession) -> dict[str, Any]:
    """Return the same fields for a breach, whose request may be among the forgotten ones."""
    exchange = of_breach(error, session)
    if exchange is not None:
        return describe(exchange, session)
    response = error.response
    came_back = {"status": response.status, "body": decode_shortened(response.content)}
    return {"sent": None, "before": [], "came_back": came_back, "curl": response.curl}


def decode_shortened(content: bytes) -> str:
    """Return a body as text, shortened."""
    text = content.decode("utf-8", "replace")
    return text if len(text) <= MAX_BODY_CHARS else f"{text[:MAX_BODY_CHARS]}…"


def _sent(exchange: Exchange) -> dict[str, Any]:
    body = exchange.request.body or b""
    content = body.encode("utf-8", "surrogateescape") if isinstance(body, str) else bytes(body)
    return {
        "method": str(exchange.request.method),
        "path": _path(exchange),
        "body": decode_shortened(content) if content else None,
    }


def _summary(exchange: Exchange) -> dict[str, Any]:
    return {
        "method": str(exchange.request.method),
        "path": _path(exchange),
        "status": exchange.response.status_code,
    }


def _path(exchange: Exchange) -> str:
    parts = urlsplit(str(exchange.request.url))
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return path if len(path) <= MAX_TEXT_CHARS else f"{path[:MAX_TEXT_CHARS]}…"


def _preceding(exchange: Exchange, session: TargetSession) -> Sequence[Exchange]:
    recent = list(session.recent)
    index = next(n for n, other in enumerate(recent) if other is exchange)
    return recent[max(index - MAX_PRECEDING, 0) : index]


def _case_id(exchange: Exchange) -> Any:
    return exchange.request.headers.get(CASE_ID)


def _label(exchange: Exchange) -> str | None:
    operation = exchange.operation
    return f"{operation.method} {operation.path}" if operation else None


def _has_breach(contract: Contract, exchange: Exchange) -> bool:
    if exchange.operation is None:
        return False
    breaches = breaches_of(contract, exchange.operation, exchange)
    return any(breach.message for breach in breaches) or breaches[0].location == ("responses",)
