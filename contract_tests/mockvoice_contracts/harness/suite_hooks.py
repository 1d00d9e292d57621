"""Pytest hooks for the tests of the suites; other tests of the same run are not affected."""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from mockvoice.printable import escape_controls
from mockvoice_contracts.harness import (
    failed_tests,
    finding_exchanges,
    findings,
    lazy_coverage,
    suites,
)
from mockvoice_contracts.harness.contract import SAFE
from mockvoice_contracts.harness.failed_asserts import COMPARISON, Comparison
from mockvoice_contracts.harness.ledger import LedgerError
from mockvoice_contracts.harness.masking import printable
from mockvoice_contracts.harness.ownership import NotAllowed, skip_generated_writes
from mockvoice_contracts.harness.profile import current_profile
from mockvoice_contracts.harness.request_gate import (
    DESELECTED,
    REQUEST_GATE,
    TargetSession,
    not_selected,
)
from mockvoice_contracts.harness.resending import RequestInterrupted, TargetUnreachable

# After the id of an operation, the reason to skip its generated requests.
NOT_SERVED = "is not served"
# The user property of a report that contains the vendor of its suite.
VENDOR_PROPERTY = "vendor"
# One that contains the operations of a test, if none of them has had another answer than 404, 405 or 501.
UNSERVED_PROPERTY = "unserved operations"
GENERATED_MODULE = "test_contract"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Note each test's vendor and needs, and give every generated test its own id.

    Generated tests run after their vendor's scenarios, which would meet the records that they leave.
    """
    _move_generated_tests(items)
    for item in items:
        key = suites.key_of(item.path)
        if key is None:
            continue
        item.user_properties.append((VENDOR_PROPERTY, key))
        _check_abilities_first(item)
        # All generated tests of a module have the same id; add the operation to tell them apart.
        label = getattr(item, "operation_label", None)
        if label and label not in item.nodeid:
            _rename(item, f"{item.nodeid}[{item.name.partition('[')[2]}")


def _move_generated_tests(items: list[pytest.Item]) -> None:
    first_of_vendor: dict[str, int] = {}
    places = {}
    for index, item in enumerate(items):
        key = suites.key_of(item.path)
        place = index if key is None else first_of_vendor.setdefault(key, index)
        places[item] = place, key is not None and item.path.stem == GENERATED_MODULE
    items.sort(key=places.__getitem__)


def pytest_deselected(items: list[pytest.Item]) -> None:
    """Count the tests that were left out."""
    for item in items[:1]:
        stash = item.config.stash
        stash[DESELECTED] = stash.get(DESELECTED, 0) + len(items)


def _check_abilities_first(item: pytest.Item) -> None:
    """Add the fixture that skips a test without the needed abilities, before all others."""
    names: list[str] = getattr(item, "fixturenames", [])
    # The list is shared by all tests of a function.
    if item.get_closest_marker("needs") is not None and "_abilities" not in names:
        names.insert(0, "_abilities")


def _rename(item: pytest.Item, new_id: str) -> None:
    """Set a test's node id, which is an object since pytest 9.1 and a string before."""
    current = getattr(item, "_id", None)
    if current is not None:
        item._id = type(current).parse(new_id)
    else:
        item._nodeid = new_id  # type: ignore[attr-defined]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Ignore the suites of vendors that were not selected with ``--vendor``."""
    selected = config.getoption("--vendor")
    key = suites.key_of(collection_path) if selected else None
    return True if key is not None and key not in selected else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Skip a test whose request is not allowed; end the run if it cannot continue."""
    yield from _skipping(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """Forget the exchanges of the previous test; skip and end as during the call."""
    if suites.key_of(item.path) is not None:
        for session in item.config.stash[REQUEST_GATE].sessions.values():
            session.recent.clear()
            session.asked.clear()
            session.tolerated.clear()
        item.config.stash[COMPARISON] = None
    yield from _skipping(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Skip and end as during the call."""
    yield from _skipping(item)


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: Any, right: Any) -> None:
    """Keep the values of a failed comparison, for the finding of its test."""
    config.stash[COMPARISON] = Comparison(op, left, right)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    """Generate a test's deferred requests; skip it if they would write and the mode is not full."""
    label = getattr(pyfuncitem, "operation_label", None)
    if label is None or suites.key_of(pyfuncitem.path) is None:
        return
    session = pyfuncitem.config.stash[REQUEST_GATE].session_of_vendor(
        suites.key_of(pyfuncitem.path) or ""
    )
    if session is not None:
        _skip_left_out(session, label)
    target: Any = pyfuncitem.funcargs["fuzz_target"]
    if target.mode != "full" and label.partition(" ")[0] not in SAFE:
        skip_generated_writes(target.mode)
    profile = current_profile()
    # A filter drops the forms of the coverage phase; to generate them takes as long as the JSON.
    lazy_coverage.generate(pyfuncitem, profile.systematic, forms=profile.all_forms)


def _skip_left_out(session: TargetSession, label: str) -> None:
    """Skip the generated requests of an operation that is not checked, or that is not served."""
    operation = finding_exchanges.operation_by_label(label, session.contract)
    if operation is None:
        return
    if session.only is not None and operation.id not in session.only:
        pytest.skip(not_selected(operation.id))
    if session.served.is_missing(operation.id):
        pytest.skip(f"{operation.id} {NOT_SERVED}")


def _skipping(item: pytest.Item) -> Generator[None]:
    if suites.key_of(item.path) is None:
        return (yield)
    try:
        return (yield)
    except (NotAllowed, RequestInterrupted) as error:
        pytest.skip(_skip_reason(error))
    except (TargetUnreachable, LedgerError) as error:
        pytest.exit(escape_controls(str(error)), returncode=2)
    except BaseExceptionGroup as group:
        if ending := group.subgroup((TargetUnreachable, LedgerError)):
            pytest.exit(escape_controls(str(next(_leaves(ending)))), returncode=2)
        not_sent, failures = group.split((NotAllowed, RequestInterrupted))
        if not_sent is not None and failures is None:
            pytest.skip(_skip_reason(next(_leaves(not_sent))))
        raise


def _skip_reason(error: BaseException) -> str:
    return f"interrupted: {error}" if isinstance(error, RequestInterrupted) else str(error)


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach findings to a failed test, mask secrets, and escape control characters.

    If a real service only violates an assumption, the failure is an expected one.
    """
    report = yield
    session = _session_of(item)
    if session is None:
        return report
    found = []
    if report.failed and call.excinfo is not None:
        found += _findings_of_failure(item, call, session)
        report.longrepr = str(report.longrepr)
    if call.when == "call" or report.failed:
        found += findings.from_tolerated(session.tolerated, session)
        session.tolerated.clear()
    if call.when == "call" and not any(map(session.served.has_answered, session.asked)):
        report.user_properties.append((UNSERVED_PROPERTY, sorted(session.asked)))
    if found and not report.skipped:
        _attach(report, found, session, strict=item.config.getoption("--strict-assumptions"))
    report.longrepr = (
        printable(report.longrepr, session.secrets) if report.failed else report.longrepr
    )
    report.sections = printable(report.sections, session.secrets)
    return report


def _findings_of_failure(
    item: pytest.Item, call: pytest.CallInfo[None], session: TargetSession
) -> list[findings.Finding]:
    assert call.excinfo is not None
    error, test = call.excinfo.value, failed_tests.examine(item, call)
    marked = item.get_closest_marker("assumed") is not None
    found = findings.from_error(error, session, test)
    if call.when == "call" and marked and _is_about_response(error):
        found = [{**finding, "evidence": "choice"} for finding in found]
    return found


def _is_about_response(error: BaseException) -> bool:
    """Return whether a test did not meet an assumption, or could not use a response that it got.

    A lost connection is neither.
    """
    unusable = ArithmeticError | AttributeError | LookupError | TypeError | ValueError
    return isinstance(error, AssertionError | unusable) and not isinstance(error, OSError)


def _attach(
    report: pytest.TestReport,
    found: list[findings.Finding],
    session: TargetSession,
    *,
    strict: bool,
) -> None:
    """Attach findings to a report; its test fails unless a real service violates only assumptions."""
    may_differ = not session.target.is_mock and not strict and report.when == "call"
    for finding in found:
        is_assumption = (
            may_differ
            and finding["evidence"] == "choice"
            and not findings.is_about_server_error(finding)
        )
        finding["kind"] = "assumption" if is_assumption else "breach"
    report.user_properties += [
        ("finding", finding) for finding in printable(found, session.secrets)
    ]
    if all(finding["kind"] == "assumption" for finding in found):
        report.outcome = "skipped"
        report.wasxfail = printable(
            f"a real service violates an assumption of the contract: {found[0]['message']}",
            session.secrets,
        )
    elif report.passed:
        report.outcome = "failed"
        report.longrepr = found[0]["message"]


@pytest.hookimpl(trylast=True)
def pytest_exception_interact(
    node: pytest.Item | pytest.Collector, report: pytest.CollectReport | pytest.TestReport
) -> None:
    """Mask and escape the text of a failure again: Schemathesis' plugin has replaced it."""
    session = _session_of(node)
    if session is not None:
        report.longrepr = printable(str(report.longrepr), session.secrets)


def _session_of(node: pytest.Item | pytest.Collector) -> TargetSession | None:
    key = suites.key_of(node.path)
    return node.config.stash[REQUEST_GATE].session_of_vendor(key) if key else None
