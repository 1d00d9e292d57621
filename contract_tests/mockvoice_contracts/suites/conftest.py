"""Pytest hooks and fixtures of the suites: vendor, target, abilities and findings."""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from itertools import count
from pathlib import Path

import pytest
from requests.auth import AuthBase

from mockvoice_contracts.harness import cleanup, findings, lazy_coverage, ledger, targets
from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.contract import SAFE, Contract
from mockvoice_contracts.harness.exchange_log import ExchangeLog
from mockvoice_contracts.harness.masking import mask
from mockvoice_contracts.harness.ownership import NotAllowed, skip_generated_writes
from mockvoice_contracts.harness.profile import current_profile
from mockvoice_contracts.harness.request_gate import REQUEST_GATE, TargetSession, TargetUnreachable
from mockvoice_contracts.harness.targets import Target

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        # All generated tests of a module have the same id; add the operation to tell them apart.
        label = getattr(item, "operation_label", None)
        if label and label not in item.nodeid:
            _rename(item, f"{item.nodeid}[{item.name.partition('[')[2]}")


def _rename(item: pytest.Item, new_id: str) -> None:
    """Set a test's node id, which is an object since pytest 9.1 and a string before."""
    current = getattr(item, "_id", None)
    if current is not None:
        item._id = type(current).parse(new_id)  # type: ignore[attr-defined]
    else:
        item._nodeid = new_id


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Ignore the folders of vendors that were not selected with ``--vendor``."""
    selected = config.getoption("--vendor")
    folder = collection_path if collection_path.is_dir() else collection_path.parent
    if not selected or folder.parent != HERE or folder.name == "__pycache__":
        return None
    return True if folder.name not in selected else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    yield from _skipping()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    for session in item.config.stash[REQUEST_GATE].sessions.values():
        session.recent.clear()
    yield from _skipping()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    """Generate a test's deferred requests; skip it if they would write and the mode is not full."""
    label = getattr(pyfuncitem, "operation_label", None)
    if label is None:
        return
    mode = pyfuncitem.funcargs["fuzz_target"].mode
    if mode != "full" and label.partition(" ")[0] not in SAFE:
        skip_generated_writes(mode)
    lazy_coverage.generate(pyfuncitem, current_profile().systematic)


def _skipping() -> Generator[None]:
    """Skip a test if its request is not allowed; end the run if the target is unreachable."""
    try:
        return (yield)
    except NotAllowed as error:
        pytest.skip(str(error))
    except TargetUnreachable as error:
        pytest.exit(str(error), returncode=2)
    except BaseExceptionGroup as group:
        if not_allowed := group.subgroup(NotAllowed):
            pytest.skip(str(next(_leaves(not_allowed))))
        raise


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach findings to a failed test and mask secrets.

    If a real service only violates an assumption, the failure is an expected one.
    """
    report = yield
    session = item.config.stash[REQUEST_GATE].session_of_vendor(item.path.parent.name)
    if session is None:
        return report
    if report.failed and call.excinfo is not None:
        error = call.excinfo.value
        marked = item.get_closest_marker("assumed") is not None
        assumed = call.when == "call" and findings.is_assumption(error, session, marked=marked)
        masked = mask(findings.from_error(error, session), session.secrets)
        report.user_properties += [("finding", finding) for finding in masked]
        report.longrepr = mask(str(report.longrepr), session.secrets)
        if (
            assumed
            and not session.target.is_mock
            and not item.config.getoption("--strict-assumptions")
        ):
            report.outcome = "skipped"
            report.wasxfail = mask(
                f"a real service violates an assumption of the contract: {error}",
                session.secrets,
            )
    report.sections = mask(report.sections, session.secrets)
    return report


@pytest.fixture(scope="session")
def open_target(pytestconfig: pytest.Config) -> Iterator[Callable[[str], Target]]:
    """Return a function that opens a vendor's target, once per run."""
    targets_by_vendor: dict[str, Target] = {}
    with ExitStack() as stack:

        def open_one(vendor: str) -> Target:
            if vendor not in targets_by_vendor:
                target = _open(vendor, pytestconfig, stack)
                _start_session(target, pytestconfig, stack)
                targets_by_vendor[vendor] = target
            return targets_by_vendor[vendor]

        yield open_one


def _open(vendor: str, config: pytest.Config, stack: ExitStack) -> Target:
    options = config.getoption("--url"), config.getoption("--target"), config.getoption("--mode")
    if config.getoption("--parity") == "mock":
        return stack.enter_context(targets.reference_mock(vendor, config.getoption("--mode")))
    open_target = targets.simulated if config.getoption("--as-if") else targets.open_target
    return stack.enter_context(open_target(vendor, *options))


def _start_session(target: Target, config: pytest.Config, stack: ExitStack) -> None:
    contract = Contract(targets.document(target.vendor), closed=target.is_mock)
    target_ledger = None
    if target.mode == "own-data":
        target_ledger = ledger.Ledger.create(
            config.getoption("--ledgers"), target.vendor, target.url
        )
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    session = config.stash[REQUEST_GATE].register(
        TargetSession(target, contract, ledger=target_ledger, workers=workers)
    )
    if config.getoption("--parity"):
        session.exchange_log = ExchangeLog(contract)
    if target_ledger is not None:
        stack.callback(cleanup.delete_created_records, session, auth_for(target))


def auth_for(target: Target) -> AuthBase:
    """Return the authentication of requests to a target."""
    auth: AuthBase = import_module(f"mockvoice_contracts.suites.{target.vendor}.auth").create_auth(
        target
    )
    return auth


@pytest.fixture(scope="module")
def vendor(request: pytest.FixtureRequest) -> str:
    """The vendor of this suite: the name of its folder."""
    return request.path.parent.name


@pytest.fixture(scope="module")
def target(vendor: str, open_target: Callable[[str], Target]) -> Target:
    """The server under test."""
    try:
        return open_target(vendor)
    except targets.InvalidTargetConfiguration as error:
        pytest.exit(str(error), returncode=2)


@pytest.fixture(scope="module")
def contract(target: Target, pytestconfig: pytest.Config) -> Contract:
    """The vendor's contract; responses of a mock must have no other properties."""
    return pytestconfig.stash[REQUEST_GATE].sessions[target.url].contract


@pytest.fixture(scope="module")
def auth(target: Target) -> AuthBase:
    """The authentication of requests."""
    return auth_for(target)


@pytest.fixture(scope="module")
def api(contract: Contract, target: Target, auth: AuthBase) -> Api:
    """The API under test, with full permissions."""
    return Api(contract, target, auth)


@pytest.fixture(scope="module")
def fuzz_target(target: Target, pytestconfig: pytest.Config) -> Iterator[Target]:
    """The target in a sandbox for generated requests, if it supports sandboxes."""
    with targets.in_temporary_sandbox(target) as sandbox:
        pytestconfig.stash[REQUEST_GATE].sessions[target.url].secrets.update(sandbox.secrets)
        yield sandbox


@pytest.fixture(scope="module")
def fuzz_auth(fuzz_target: Target) -> AuthBase:
    """The authentication of requests to ``fuzz_target``."""
    return auth_for(fuzz_target)


@pytest.fixture(autouse=True)
def _abilities(request: pytest.FixtureRequest) -> None:
    """Skip tests that need an ability which the server does not have."""
    for mark in request.node.iter_markers("needs"):
        target: Target = request.getfixturevalue("target")
        for ability in mark.args:
            if ability not in target.abilities:
                pytest.skip(f"the server under test does not have the ability {ability}")


@pytest.fixture
def clock(target: Target) -> Iterator[ServerClock]:
    """The server's clock, reset after a test that moved it."""
    before = target.now()
    yield ServerClock(target)
    if target.control is not None:
        drift = target.now() - before
        if abs(drift) > timedelta(minutes=10):
            target.control.set_clock(before)


@pytest.fixture
def today(target: Target) -> date:
    """The server's current date."""
    return target.now().astimezone(UTC).date()


@pytest.fixture(scope="session")
def unique() -> Callable[[str], str]:
    """Return a function that creates names which no other record in the account has."""
    stamp = f"{datetime.now(UTC):%y%m%d%H%M%S}{os.getpid()}"
    numbers = count(1)
    return lambda word: f"{word} {stamp}-{next(numbers)}"
