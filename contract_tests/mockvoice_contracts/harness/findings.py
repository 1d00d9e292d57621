"""Findings of a failed test: the broken rule, its location in the contract, and the response."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from schemathesis.core.failures import Failure
from schemathesis.openapi.checks import IgnoredAuth

from mockvoice_contracts.harness.client import ContractBreach
from mockvoice_contracts.harness.contract import Breach, Contract, Operation
from mockvoice_contracts.harness.request_gate import Exchange, TargetSession
from mockvoice_contracts.harness.source_map import source_map_for

Finding = dict[str, Any]
UNAUTHORIZED = 401
MAX_TEXT_CHARS = 4000  # of a message or a response body
CASE_ID = "X-Schemathesis-TestCaseId"
_LABEL = re.compile(r"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE) (/\S*)")


def from_error(error: BaseException, session: TargetSession) -> list[Finding]:
    """Return the findings in the exception that ended a test."""
    return list(_findings_in(error, session))


def is_assumption(error: BaseException, session: TargetSession, *, marked: bool) -> bool:
    """Return whether a failure concerns only assumptions, as in tests ``marked`` as ``assumed``."""
    if marked and isinstance(error, AssertionError):
        return True
    findings = from_error(error, session)
    return bool(findings) and all(finding["evidence"] == "choice" for finding in findings)


def _findings_in(error: BaseException, session: TargetSession) -> Iterator[Finding]:
    if isinstance(error, ContractBreach):
        response = error.response
        yield _finding(
            session.contract,
            session.target.vendor,
            error.operation,
            "\n".join(breach.message for breach in error.breaches),
            error.breaches,
            came_back={"status": response.status, "body": _decode_shortened(response.content)},
            curl=response.curl,
        )
    elif isinstance(error, Failure):
        yield _from_schemathesis(error, session)
    elif isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _findings_in(inner, session)
    else:
        yield _from_assertion(error, session)


def _from_schemathesis(failure: Failure, session: TargetSession) -> Finding:
    """Return the finding of a Schemathesis failure, with our own curl command.

    The command in Schemathesis' text masks credentials, so it cannot be run.
    """
    exchange = _exchange_of(failure, session)
    operation = exchange.operation if exchange else None
    breaches: list[Breach] = []
    if exchange is not None and operation is not None:
        breaches = _breaches(session.contract, operation, exchange)
    return _finding(
        session.contract,
        session.target.vendor,
        operation or _operation_by_label(failure.operation, session.contract),
        f"{failure.operation}: {failure}",
        breaches,
        **_exchange_fields(exchange),
    )


def _breaches(contract: Contract, operation: Operation, exchange: Exchange) -> list[Breach]:
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


def _from_assertion(error: BaseException, session: TargetSession) -> Finding:
    """Return the finding of a failed assertion, attributed to the last request of the scenario."""
    exchange = next((exchange for exchange in reversed(session.recent) if exchange.operation), None)
    breaches = []
    if exchange is not None:
        breaches = [Breach("", "public", ("responses", str(exchange.response.status_code)))]
    message = str(error) or type(error).__name__
    if not isinstance(error, AssertionError):
        message = f"{type(error).__name__}: {message}"
    return _finding(
        session.contract,
        session.target.vendor,
        exchange.operation if exchange else None,
        message,
        breaches,
        **_exchange_fields(exchange),
    )


def _finding(
    contract: Contract,
    vendor: str,
    operation: Operation | None,
    message: str,
    breaches: Sequence[Breach],
    *,
    came_back: Mapping[str, Any] | None = None,
    curl: str | None = None,
) -> Finding:
    location = None
    if operation is not None:
        steps = breaches[0].location if breaches else ()
        source = source_map_for(vendor).locate(operation, steps)
        location = {
            "file": source.file,
            "line": source.line,
            "says": _contract_statement(operation, came_back, breaches),
        }
    evidence = {breach.evidence for breach in breaches}
    return {
        "vendor": vendor,
        "operation": operation.id if operation else None,
        "message": message.strip()[:MAX_TEXT_CHARS],
        "evidence": "choice"
        if evidence == {"choice"}
        else min(evidence - {"choice"} or {"public"}),
        "contract": location,
        "came_back": dict(came_back) if came_back else None,
        "curl": curl,
    }


def _contract_statement(
    operation: Operation, came_back: Mapping[str, Any] | None, breaches: Sequence[Breach]
) -> str:
    status = (came_back or {}).get("status")
    response = (operation.response(status) if status else None) or {}
    documented = [name for name in operation.responses if name != "default"]
    parts = [f"{operation.method} {operation.path} returns {', '.join(documented)}"]
    if response.get("description"):
        parts.append(f"{status}: {' '.join(str(response['description']).split())}")
    parts += [breach.message for breach in breaches[:1] if breach.message]
    return "; ".join(parts)[:MAX_TEXT_CHARS]


def _exchange_of(failure: Failure, session: TargetSession) -> Exchange | None:
    recent = session.recent
    candidates = [
        exchange for exchange in recent if failure.case_id and _case_id(exchange) == failure.case_id
    ]
    candidates = candidates or [
        exchange for exchange in recent if _label(exchange) == failure.operation
    ]
    candidates = candidates or list(recent)
    # Authentication checks resend requests with other credentials; other findings ignore these.
    if not isinstance(failure, IgnoredAuth):
        authorized = [
            candidate for candidate in candidates if candidate.response.status_code != UNAUTHORIZED
        ]
        candidates = authorized or candidates
    breaking = [candidate for candidate in candidates if _has_breach(session.contract, candidate)]
    return next(reversed(breaking or candidates), None)


def _case_id(exchange: Exchange) -> Any:
    return exchange.request.headers.get(CASE_ID)


def _label(exchange: Exchange) -> str | None:
    operation = exchange.operation
    return f"{operation.method} {operation.path}" if operation else None


def _has_breach(contract: Contract, exchange: Exchange) -> bool:
    if exchange.operation is None:
        return False
    breaches = _breaches(contract, exchange.operation, exchange)
    return any(breach.message for breach in breaches) or breaches[0].location == ("responses",)


def _operation_by_label(label: str | None, contract: Contract) -> Operation | None:
    match = _LABEL.match(label or "")
    for operation in contract.operations.values():
        if match and (operation.method, operation.path) == match.groups():
            return operation
    return None


def _exchange_fields(exchange: Exchange | None) -> dict[str, Any]:
    if exchange is None:
        return {}
    response = exchange.response
    return {
        "came_back": {"status": response.status_code, "body": _decode_shortened(response.content)},
        "curl": exchange.curl,
    }


def _decode_shortened(content: bytes) -> str:
    text = content.decode("utf-8", "replace")
    return text if len(text) <= MAX_TEXT_CHARS else f"{text[:MAX_TEXT_CHARS]}…"
