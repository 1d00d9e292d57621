"""What a failed test has found, in the words of the contract: where it says what, and what came back."""

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
MAX_TEXT_CHARS = 4000  # characters of an answer's body
CASE_ID = "X-Schemathesis-TestCaseId"
_LABEL = re.compile(r"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE) (/\S*)")


def from_error(error: BaseException, watch: TargetSession) -> list[Finding]:
    """The findings in what ended a test."""
    return list(_findings_in(error, watch))


def is_assumption(error: BaseException, watch: TargetSession, *, marked: bool) -> bool:
    """Whether all that failed is what the contract itself calls an assumption."""
    if marked and isinstance(error, AssertionError):
        return True
    found = from_error(error, watch)
    return bool(found) and all(each["evidence"] == "choice" for each in found)


def _findings_in(error: BaseException, watch: TargetSession) -> Iterator[Finding]:
    if isinstance(error, ContractBreach):
        reply = error.reply
        yield _finding(
            watch.contract,
            watch.target.vendor,
            error.operation,
            "\n".join(each.message for each in error.breaches),
            error.breaches,
            came_back={"status": reply.status, "body": _decode_shortened(reply.content)},
            curl=reply.curl,
        )
    elif isinstance(error, Failure):
        yield _from_schemathesis(error, watch)
    elif isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _findings_in(each, watch)
    else:
        yield _from_assertion(error, watch)


def _from_schemathesis(failure: Failure, watch: TargetSession) -> Finding:
    """What Schemathesis has found; its own text masks credentials in a way that no shell can undo."""
    exchange = _exchange_of(failure, watch)
    operation = exchange.operation if exchange else None
    breaches: list[Breach] = []
    if exchange is not None and operation is not None:
        breaches = _breaches(watch.contract, operation, exchange)
    return _finding(
        watch.contract,
        watch.target.vendor,
        operation or _operation_by_label(failure.operation, watch.contract),
        f"{failure.operation}: {failure}",
        breaches,
        **_exchange_fields(exchange),
    )


def _breaches(contract: Contract, operation: Operation, exchange: Exchange) -> list[Breach]:
    """What our own check says of the same answer, which knows the place and its evidence."""
    response = exchange.response
    status = response.status_code
    mark = contract.evidence_of(operation, status)
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if operation.response(status) is None:
        return [Breach("", "public", ("responses",))]
    try:
        found = contract.breaches(operation, status, media_type, response.json())
    except ValueError:
        found = []
    return found or [Breach("", mark, ("responses", str(status)))]


def _from_assertion(error: BaseException, watch: TargetSession) -> Finding:
    """A broken assertion of a scenario: about the last request that it made, as far as one can tell."""
    exchange = next((each for each in reversed(watch.recent) if each.operation), None)
    breaches = []
    if exchange is not None:
        breaches = [Breach("", "public", ("responses", str(exchange.response.status_code)))]
    said = str(error) or type(error).__name__
    if not isinstance(error, AssertionError):
        said = f"{type(error).__name__}: {said}"
    return _finding(
        watch.contract,
        watch.target.vendor,
        exchange.operation if exchange else None,
        said,
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
    place = None
    if operation is not None:
        steps = breaches[0].location if breaches else ()
        found = source_map_for(vendor).locate(operation, steps)
        place = {
            "file": found.file,
            "line": found.line,
            "says": _contract_statement(operation, came_back, breaches),
        }
    marks = {each.evidence for each in breaches}
    return {
        "vendor": vendor,
        "operation": operation.id if operation else None,
        "message": message.strip()[:MAX_TEXT_CHARS],
        "evidence": "choice" if marks == {"choice"} else min(marks - {"choice"} or {"public"}),
        "contract": place,
        "came_back": dict(came_back) if came_back else None,
        "curl": curl,
    }


def _contract_statement(
    operation: Operation, came_back: Mapping[str, Any] | None, breaches: Sequence[Breach]
) -> str:
    status = (came_back or {}).get("status")
    answer = (operation.response(status) if status else None) or {}
    wanted = [s for s in operation.responses if s != "default"]
    said = [f"{operation.method} {operation.path} answers {', '.join(wanted)}"]
    if answer.get("description"):
        said.append(f"{status}: {' '.join(str(answer['description']).split())}")
    said += [each.message for each in breaches[:1] if each.message]
    return "; ".join(said)[:MAX_TEXT_CHARS]


def _exchange_of(failure: Failure, watch: TargetSession) -> Exchange | None:
    same = [each for each in watch.recent if failure.case_id and _case_id(each) == failure.case_id]
    of = same or [each for each in watch.recent if _label(each) == failure.operation]
    of = of or list(watch.recent)
    # Checks send copies with other credentials, which have no part in what they do not find.
    if not isinstance(failure, IgnoredAuth):
        of = [each for each in of if each.response.status_code != UNAUTHORIZED] or of
    wrong = [each for each in of if _has_breach(watch.contract, each)]
    return next(reversed(wrong or of), None)


def _case_id(exchange: Exchange) -> Any:
    return exchange.request.headers.get(CASE_ID)


def _label(exchange: Exchange) -> str | None:
    operation = exchange.operation
    return f"{operation.method} {operation.path}" if operation else None


def _has_breach(contract: Contract, exchange: Exchange) -> bool:
    if exchange.operation is None:
        return False
    found = _breaches(contract, exchange.operation, exchange)
    return any(each.message for each in found) or found[0].location == ("responses",)


def _operation_by_label(label: str | None, contract: Contract) -> Operation | None:
    match = _LABEL.match(label or "")
    for each in contract.operations.values():
        if match and (each.method, each.path) == match.groups():
            return each
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
