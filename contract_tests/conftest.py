"""The suites as pytest runs them: which vendor, which server, and what it can do."""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from requests.auth import AuthBase

from contract_tests.harness import targets
from contract_tests.harness.client import Anonymous, Api, AssumptionBroken, NotAllowed
from contract_tests.harness.clock import ServerClock
from contract_tests.harness.contract import Contract
from contract_tests.harness.targets import Target

HERE = Path(__file__).parent
OTHER_FOLDERS = {"harness", "mutants", "__pycache__"}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("contract suites")
    group.addoption("--target", type=Path, help="a TOML file that names the servers under test")
    group.addoption(
        "--url", help="the server under test: what stands before the vendor's own paths"
    )
    group.addoption("--vendor", action="append", help="only this vendor's suite; may be repeated")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "needs(ability): skip where the server cannot do this: clock, outbox, reset, faults",
    )
    config.addinivalue_line(
        "markers", "assumed: what the test says is documented nowhere; a real server may differ"
    )
    if config.getoption("--url") and len(config.getoption("--vendor") or ()) != 1:
        raise pytest.UsageError("--url stands for one vendor's server: name it with --vendor")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the other vendors' folders aside when some are named."""
    wanted = config.getoption("--vendor")
    folder = collection_path if collection_path.is_dir() else collection_path.parent
    if not wanted or folder.parent != HERE or folder.name in OTHER_FOLDERS:
        return None
    return True if folder.name not in wanted else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    yield from _skipping()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    yield from _skipping()


def _skipping() -> Generator[None]:
    """What the target's mode forbids is left out, and the reason is printed."""
    try:
        return (yield)
    except NotAllowed as error:
        pytest.skip(str(error))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A real server that does not share an assumption is reported so, and breaks nothing."""
    report = yield
    target = getattr(item, "funcargs", {}).get("target")
    if not report.failed or call.when != "call" or call.excinfo is None or target is None:
        return report
    assumed = call.excinfo.errisinstance(AssumptionBroken) or (
        item.get_closest_marker("assumed") and call.excinfo.errisinstance(AssertionError)
    )
    if assumed and not target.is_mock:
        report.outcome = "skipped"
        report.wasxfail = (
            f"an assumption that the real service does not share: {call.excinfo.value}"
        )
    return report


@pytest.fixture(scope="session")
def open_target(pytestconfig: pytest.Config) -> Iterator[Callable[[str], Target]]:
    """Opens the server under test of a vendor, once for the whole run."""
    url, file = pytestconfig.getoption("--url"), pytestconfig.getoption("--target")
    opened: dict[str, Target] = {}
    with ExitStack() as stack:

        def open_one(vendor: str) -> Target:
            if vendor not in opened:
                opened[vendor] = stack.enter_context(targets.opened(vendor, url, file))
            return opened[vendor]

        yield open_one


@pytest.fixture(scope="module")
def vendor(request: pytest.FixtureRequest) -> str:
    """The vendor whose suite this is, by the name of its folder."""
    return request.path.parent.name


@pytest.fixture(scope="module")
def target(vendor: str, open_target: Callable[[str], Target]) -> Target:
    """The server under test."""
    try:
        return open_target(vendor)
    except targets.BadTarget as error:
        pytest.exit(str(error), returncode=2)


@pytest.fixture(scope="module")
def contract(vendor: str, target: Target) -> Contract:
    """The vendor's contract; a mock must not even send more than it says."""
    return Contract(targets.document(vendor), closed=target.is_mock)


@pytest.fixture(scope="module")
def auth(target: Target) -> AuthBase:
    """How requests are authenticated; a vendor's own conftest says it."""
    return Anonymous()


@pytest.fixture(scope="module")
def api(contract: Contract, target: Target, auth: AuthBase) -> Iterator[Api]:
    """The API under test, with full rights as far as the vendor has rights."""
    made = Api(contract, target, auth)
    yield made
    if target.mode == "own-data":
        made.clean_up()


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
    if target.powers is not None:
        drift = target.now() - before
        if abs(drift) > timedelta(minutes=10):
            target.powers.set_clock(before)


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
