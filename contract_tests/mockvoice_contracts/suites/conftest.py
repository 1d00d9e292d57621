"""The suites as pytest runs them: which vendor, which server, and what it can do."""

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
from mockvoice_contracts.harness.ownership import NotAllowed
from mockvoice_contracts.harness.profile import current_profile
from mockvoice_contracts.harness.request_gate import REQUEST_GATE, TargetSession, TargetUnreachable
from mockvoice_contracts.harness.targets import Target

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        # All generated tests of a module have one id, by which nobody could tell them apart.
        label = getattr(item, "operation_label", None)
        if label and label not in item.nodeid:
            _name(item, f"{item.nodeid}[{item.name.partition('[')[2]}")


def _name(item: pytest.Item, node: str) -> None:
    """Give a test another id. From pytest 9.1 on, ids are objects that can be made of their text."""
    own = getattr(item, "_id", None)
    if own is not None:
        item._id = type(own).parse(node)  # type: ignore[attr-defined]
    else:
        item._nodeid = node


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the other vendors' folders aside when some are named."""
    wanted = config.getoption("--vendor")
    folder = collection_path if collection_path.is_dir() else collection_path.parent
    if not wanted or folder.parent != HERE or folder.name == "__pycache__":
        return None
    return True if folder.name not in wanted else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    yield from _skipping()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    for watch in item.config.stash[REQUEST_GATE].sessions.values():
        watch.recent.clear()
    yield from _skipping()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    """Generated data is written only where anything may be."""
    label = getattr(pyfuncitem, "operation_label", None)
    if label is None:
        return
    mode = pyfuncitem.funcargs["fuzz_target"].mode
    if mode != "full" and label.partition(" ")[0] not in SAFE:
        pytest.skip(f"generated data would be written, and the target's mode is {mode}")
    lazy_coverage.generate(pyfuncitem, current_profile().systematic)


def _skipping() -> Generator[None]:
    """What the target's mode forbids is left out, and the reason is printed."""
    try:
        return (yield)
    except NotAllowed as error:
        pytest.skip(str(error))
    except TargetUnreachable as error:
        pytest.exit(str(error), returncode=2)
    except BaseExceptionGroup as several:
        if forbidden := several.subgroup(NotAllowed):
            pytest.skip(str(next(_leaves(forbidden))))
        raise


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _leaves(each)
    else:
        yield error


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure says what was found, without a secret; a real server's own ways break nothing."""
    report = yield
    watch = item.config.stash[REQUEST_GATE].session_of_vendor(item.path.parent.name)
    if watch is None:
        return report
    if report.failed and call.excinfo is not None:
        error = call.excinfo.value
        marked = item.get_closest_marker("assumed") is not None
        assumed = call.when == "call" and findings.is_assumption(error, watch, marked=marked)
        found = mask(findings.from_error(error, watch), watch.secrets)
        report.user_properties += [("finding", {**each, "assumed": assumed}) for each in found]
        report.longrepr = mask(str(report.longrepr), watch.secrets)
        if (
            assumed
            and not watch.target.is_mock
            and not item.config.getoption("--strict-assumptions")
        ):
            report.outcome = "skipped"
            report.wasxfail = mask(
                f"an assumption that the real service does not share: {error}", watch.secrets
            )
    report.sections = mask(report.sections, watch.secrets)
    return report


@pytest.fixture(scope="session")
def open_target(pytestconfig: pytest.Config) -> Iterator[Callable[[str], Target]]:
    """Opens the server under test of a vendor, once for the whole run."""
    opened: dict[str, Target] = {}
    with ExitStack() as stack:

        def open_one(vendor: str) -> Target:
            if vendor not in opened:
                target = _open(vendor, pytestconfig, stack)
                _watch(target, pytestconfig, stack)
                opened[vendor] = target
            return opened[vendor]

        yield open_one


def _open(vendor: str, config: pytest.Config, stack: ExitStack) -> Target:
    said = config.getoption("--url"), config.getoption("--target"), config.getoption("--mode")
    if config.getoption("--parity") == "mock":
        return stack.enter_context(targets.reference_mock(vendor, config.getoption("--mode")))
    opening = targets.simulated if config.getoption("--as-if") else targets.open_target
    return stack.enter_context(opening(vendor, *said))


def _watch(target: Target, config: pytest.Config, stack: ExitStack) -> None:
    contract = Contract(targets.document(target.vendor), closed=target.is_mock)
    notes = None
    if target.mode == "own-data":
        notes = ledger.Ledger.create(config.getoption("--ledgers"), target.vendor, target.url)
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    watch = config.stash[REQUEST_GATE].register(
        TargetSession(target, contract, ledger=notes, workers=workers)
    )
    if config.getoption("--parity"):
        watch.exchange_log = ExchangeLog(contract)
    if notes is not None:
        stack.callback(cleanup.delete_created_records, watch, caller_of(target))


def caller_of(target: Target) -> AuthBase:
    """How requests to a target are authenticated."""
    made: AuthBase = import_module(f"mockvoice_contracts.suites.{target.vendor}.auth").caller(
        target
    )
    return made


@pytest.fixture(scope="module")
def vendor(request: pytest.FixtureRequest) -> str:
    """The vendor whose suite this is, by the name of its folder."""
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
    """The vendor's contract; a mock must not even send more than it says."""
    return pytestconfig.stash[REQUEST_GATE].sessions[target.url].contract


@pytest.fixture(scope="module")
def auth(target: Target) -> AuthBase:
    """How requests are authenticated."""
    return caller_of(target)


@pytest.fixture(scope="module")
def api(contract: Contract, target: Target, auth: AuthBase) -> Api:
    """The API under test, with full rights as far as the vendor has rights."""
    return Api(contract, target, auth)


@pytest.fixture(scope="module")
def fuzz_target(target: Target, pytestconfig: pytest.Config) -> Iterator[Target]:
    """The same server in a world that generated requests may turn upside down, if it lends one."""
    with targets.in_temporary_sandbox(target) as world:
        pytestconfig.stash[REQUEST_GATE].sessions[target.url].secrets.update(world.secrets)
        yield world


@pytest.fixture(scope="module")
def fuzz_auth(fuzz_target: Target) -> AuthBase:
    """How requests to the playground are authenticated."""
    return caller_of(fuzz_target)


@pytest.fixture(autouse=True)
def _abilities(request: pytest.FixtureRequest) -> None:
    """Skip what asks for an ability that the server does not have."""
    for mark in request.node.iter_markers("needs"):
        target: Target = request.getfixturevalue("target")
        for ability in mark.args:
            if ability not in target.abilities:
                pytest.skip(f"the server under test cannot be asked for: {ability}")


@pytest.fixture
def clock(target: Target) -> Iterator[ServerClock]:
    """The server's clock; a test that has moved it finds it back in place."""
    before = target.now()
    yield ServerClock(target)
    if target.control is not None:
        drift = target.now() - before
        if abs(drift) > timedelta(minutes=10):
            target.control.set_clock(before)


@pytest.fixture
def today(target: Target) -> date:
    """The server's present day."""
    return target.now().astimezone(UTC).date()


@pytest.fixture(scope="session")
def unique() -> Callable[[str], str]:
    """Makes names that nothing else in the account has."""
    stamp = f"{datetime.now(UTC):%y%m%d%H%M%S}{os.getpid()}"
    numbers = count(1)
    return lambda word: f"{word} {stamp}-{next(numbers)}"
