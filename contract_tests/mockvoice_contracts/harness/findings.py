"""Findings of a failed test: the broken rule, its location in the contract, and the exchange."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from mockvoice_contracts.harness import finding_exchanges as exchanges
from mockvoice_contracts.harness import generated_rules
from mockvoice_contracts.harness.client import ContractBreach, NotAllowed
from mockvoice_contracts.harness.contract import Breach, Operation
from mockvoice_contracts.harness.failed_tests import FailedTest
from mockvoice_contracts.harness.finding_exchanges import MAX_TEXT_CHARS
from mockvoice_contracts.harness.request_gate import Exchange, TargetSession
from mockvoice_contracts.harness.resending import RequestInterrupted
from mockvoice_contracts.harness.source_map import source_map_for

if TYPE_CHECKING:
    from schemathesis.core.failures import Failure

Finding = dict[str, Any]

# Kinds of checks. Other checks of generated requests have the titles of Schemathesis.
RULE = "rule"
STATUS = "status"
SERVER_ERROR = "server error"
UNDOCUMENTED_STATUS = "undocumented status"
SCHEMA = "schema"
UNUSABLE = "unusable response"
NOT_IMPLEMENTED = 501
CHECKS_BY_FAILURE = {
    "JsonSchemaError": SCHEMA,
    "ServerError": SERVER_ERROR,
    "ContentTypeServerError": SERVER_ERROR,
    "UndefinedStatusCode": UNDOCUMENTED_STATUS,
}


def is_about_server_error(finding: Mapping[str, Any]) -> bool:
    """Return whether the server failed, which no assumption excuses; 501 says that it lacks an operation."""
    status: int = (finding["came_back"] or {}).get("status", 0)
    return status >= 500 and status != NOT_IMPLEMENTED


def from_error(error: BaseException, session: TargetSession, test: FailedTest) -> list[Finding]:
    """Return the findings in the exception that ended a test."""
    return list(_findings_in(error, session, test))


def from_tolerated(errors: Iterable[ContractBreach], session: TargetSession) -> list[Finding]:
    """Return the findings of responses with which factories went on, each once."""
    test = FailedTest(arranging=True)
    found = [_from_breach(error, session, test) for error in errors]
    different = {(finding["operation"], finding["message"]): finding for finding in found}
    return [{**finding, "blocks": False, "tolerated": True} for finding in different.values()]


def _findings_in(
    error: BaseException, session: TargetSession, test: FailedTest
) -> Iterator[Finding]:
    if isinstance(error, ContractBreach):
        yield _from_breach(error, session, test)
    elif exchanges.is_generated(error):
        yield _from_schemathesis(error, session)
    elif isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _findings_in(inner, session, test)
    # Requests that are not sent may end a test that has failed before.
    elif not isinstance(error, pytest.skip.Exception | NotAllowed | RequestInterrupted):
        yield _from_assertion(error, session, test)


def _from_breach(error: ContractBreach, session: TargetSession, test: FailedTest) -> Finding:
    """Return the finding of a response of a scenario.

    The test's rule is not the broken one if a step before it failed, or if only the body has an
    invalid property.
    """
    check = _check_of(error, test)
    breaks_rule = check != SCHEMA and not test.arranging
    return _finding(
        session,
        error.operation,
        "\n".join(breach.message for breach in error.breaches),
        error.breaches,
        shown=exchanges.describe_breach(error, session),
        check=check,
        rule=test.rule if breaks_rule else None,
        test=test,
    )


def _check_of(error: ContractBreach, test: FailedTest) -> str:
    status = error.response.status
    if status >= 500:
        return SERVER_ERROR
    if status in error.expected:
        return SCHEMA
    was_accepted = status < 400 <= min(error.expected, default=0)
    return RULE if was_accepted and not test.arranging else STATUS


def _from_schemathesis(failure: "Failure", session: TargetSession) -> Finding:
    """Return the finding of a Schemathesis failure, with our own curl command.

    The command in Schemathesis' text masks credentials, so it cannot be run.
    """
    exchange = exchanges.of_generated(failure, session)
    operation = exchange.operation if exchange else None
    breaches: list[Breach] = []
    if exchange is not None and operation is not None:
        breaches = exchanges.breaches_of(session.contract, operation, exchange)
    check = CHECKS_BY_FAILURE.get(type(failure).__name__, failure.title)
    named = operation or exchanges.operation_by_label(failure.operation, session.contract)
    message = _generated_message(failure, check, named, exchange, breaches)
    shown = exchanges.describe(exchange, session)
    finding = _finding(session, named, message, breaches, shown=shown, check=check)
    if generated_rules.is_assumed(failure, session.contract.method_evidence):
        finding["evidence"] = "choice"
    return {**finding, "is_invariant": generated_rules.is_custom(failure)}


def _generated_message(
    failure: "Failure",
    check: str,
    operation: Operation | None,
    exchange: Exchange | None,
    breaches: Sequence[Breach],
) -> str:
    """Return the message of a scenario for the same breach, so that both have one cause."""
    messages = [breach.message for breach in breaches if breach.message]
    rule, problem = generated_rules.sentence(failure), generated_rules.problem(failure)
    if operation is None or exchange is None:
        return f"{rule}\n{failure.operation}: {problem}"
    status = exchange.response.status_code
    name = f"{operation.id} ({operation.method} {operation.path})"
    if check == SCHEMA and messages:
        return "\n".join(f"{name}: {status} breaks the contract at {text}" for text in messages)
    if check == UNDOCUMENTED_STATUS:
        return f"{name} returned {status}; the contract has only {', '.join(operation.responses)}"
    return f"{rule}\n{name} returned {status}: {problem}"


def _from_assertion(error: BaseException, session: TargetSession, test: FailedTest) -> Finding:
    """Return the finding of a failed assertion, attributed to the last request of the scenario."""
    exchange = exchanges.of_assertion(session, test.wrong_values)
    breaches = []
    if exchange is not None:
        breaches = [Breach("", "public", ("responses", str(exchange.response.status_code)))]
    message = test.assertion or str(error) or type(error).__name__
    fits = isinstance(error, AssertionError)
    if not fits:
        message = f"the test cannot use a response: {type(error).__name__}: {message}"
    finding = _finding(
        session,
        exchange.operation if exchange else None,
        message,
        breaches,
        shown=exchanges.describe(exchange, session),
        check=RULE if fits else UNUSABLE,
        rule=test.rule,
        test=test,
    )
    if exchange is not None and exchange.operation is None:
        operations = session.operations_of_path(exchange.request)
        finding["path_operations"] = [operation.id for operation in operations]
    return finding


def _finding(
    session: TargetSession,
    operation: Operation | None,
    problem: str,
    breaches: Sequence[Breach],
    *,
    shown: Mapping[str, Any],
    check: str,
    rule: Mapping[str, str] | None = None,
    test: FailedTest | None = None,
) -> Finding:
    evidence = {breach.evidence for breach in breaches}
    message = f"{rule['sentence']}\n{problem}" if rule else problem
    return {
        "vendor": session.target.vendor,
        "operation": operation.id if operation else None,
        "check": check,
        "rule": dict(rule) if rule else None,
        "message": message.strip()[:MAX_TEXT_CHARS],
        "problem": problem.strip()[:MAX_TEXT_CHARS],
        "blocks": test is not None and test.arranging,
        "tolerated": False,
        "is_invariant": False,
        "path_operations": [],
        "evidence": "choice"
        if evidence == {"choice"}
        else min(evidence - {"choice"} or {"public"}),
        "contract": _location(session, operation, breaches, shown["came_back"]),
        **shown,
    }


def _location(
    session: TargetSession,
    operation: Operation | None,
    breaches: Sequence[Breach],
    came_back: Mapping[str, Any] | None,
) -> dict[str, Any] | None:
    if operation is None:
        return None
    source = source_map_for(session.target.vendor).locate(
        operation, breaches[0].location if breaches else ()
    )
    return {
        "file": source.file,
        "line": source.line,
        "says": _contract_statement(operation, came_back, breaches),
    }


def _contract_statement(
    operation: Operation, came_back: Mapping[str, Any] | None, breaches: Sequence[Breach]
) -> str:
    status: int = (came_back or {}).get("status", 0)
    # The default describes errors, so it says nothing about a success.
    is_described = str(status) in operation.responses or status >= 400
    response = (operation.response(status) if is_described else None) or {}
    documented = [name for name in operation.responses if name != "default"]
    parts = [f"{operation.method} {operation.path} returns {', '.join(documented)}"]
    if response.get("description"):
        parts.append(f"{status}: {' '.join(str(response['description']).split())}")
    parts += [breach.message for breach in breaches[:1] if breach.message]
    return "; ".join(parts)[:MAX_TEXT_CHARS]
