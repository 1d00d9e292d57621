"""Fixtures of the suites: vendor, target, contract, client, clock and unique names."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from requests.auth import AuthBase

from mockvoice_contracts.harness import cleanup, ledger, operation_patterns, suites, targets
from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.contract import Contract
from mockvoice_contracts.harness.exchange_log import ExchangeLog
from mockvoice_contracts.harness.request_gate import REQUEST_GATE, TargetSession
from mockvoice_contracts.harness.targets import Target


@pytest.fixture(scope="session")
def _open_target(pytestconfig: pytest.Config) -> Iterator[Callable[[str], Target]]:
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
    connection = {
        "ca_file": config.getoption("--ca-file"),
        "verify": False if config.getoption("--insecure") else None,
        "proxy": config.getoption("--proxy"),
    }
    if config.getoption("--parity") == "mock":
        return stack.enter_context(targets.reference_mock(vendor, config.getoption("--mode")))
    open_target = targets.simulated if config.getoption("--as-if") else targets.open_target
    return stack.enter_context(open_target(vendor, *options, connection))


def _start_session(target: Target, config: pytest.Config, stack: ExitStack) -> None:
    contract = Contract(targets.document(target.vendor), closed=target.is_mock)
    target_ledger = None
    if target.mode == "own-data":
        target_ledger = ledger.Ledger.create(
            config.getoption("--ledgers"), target.vendor, target.url
        )
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    session = config.stash[REQUEST_GATE].register(
        TargetSession(
            target,
            contract,
            ledger=target_ledger,
            workers=workers,
            only=_selected(target, contract, config),
        )
    )
    if config.getoption("--parity"):
        session.exchange_log = ExchangeLog(contract)
    if target_ledger is not None:
        stack.callback(cleanup.delete_created_records, session, suites.create_auth(target))


def _selected(target: Target, contract: Contract, config: pytest.Config) -> frozenset[str] | None:
    """Return the operations to check: those of ``--only``, or else of the target file."""
    patterns = config.getoption("--only") or target.operations
    return operation_patterns.matching(patterns, contract.operations) if patterns else None


@pytest.fixture(scope="module")
def vendor(request: pytest.FixtureRequest) -> str:
    """The vendor of this suite."""
    key = suites.key_of(request.path)
    if key is None:
        pytest.fail(f"{request.path} is not part of an installed suite", pytrace=False)
    return key


@pytest.fixture(scope="module")
def target(vendor: str, _open_target: Callable[[str], Target]) -> Target:
    """The server under test."""
    try:
        suites.auth_module(vendor)  # A suite that cannot be used is named before the server starts.
        return _open_target(vendor)
    except (
        targets.InvalidTargetConfiguration,
        suites.SuiteUnavailable,
        ledger.LedgerError,
    ) as error:
        pytest.exit(str(error), returncode=2)


@pytest.fixture(scope="module")
def contract(target: Target, pytestconfig: pytest.Config) -> Contract:
    """The vendor's contract; responses of a mock must have no other properties."""
    return pytestconfig.stash[REQUEST_GATE].sessions[target.url].contract


@pytest.fixture(scope="module")
def auth(target: Target) -> AuthBase:
    """The authentication of requests."""
    return suites.create_auth(target)


@pytest.fixture(scope="module")
def api(contract: Contract, target: Target, auth: AuthBase, pytestconfig: pytest.Config) -> Api:
    """The API under test, with full permissions."""
    session = pytestconfig.stash[REQUEST_GATE].sessions[target.url]
    return Api(contract, target, auth, tolerated=session.tolerated)


@pytest.fixture(scope="module")
def fuzz_settings() -> Mapping[str, Any]:
    """The settings of the sandbox for generated requests; a suite may override this fixture."""
    return {}


@pytest.fixture(scope="module")
def fuzz_target(
    target: Target, fuzz_settings: Mapping[str, Any], pytestconfig: pytest.Config
) -> Iterator[Target]:
    """The target in a sandbox for generated requests, if it supports sandboxes."""
    with targets.in_temporary_sandbox(target, fuzz_settings) as sandbox:
        pytestconfig.stash[REQUEST_GATE].sessions[target.url].secrets.update(sandbox.secrets)
        yield sandbox


@pytest.fixture(scope="module")
def fuzz_auth(fuzz_target: Target) -> AuthBase:
    """The authentication of requests to ``fuzz_target``."""
    return suites.create_auth(fuzz_target)


@pytest.fixture(scope="module")
def is_left_out(target: Target, pytestconfig: pytest.Config) -> Callable[[str], bool]:
    """Return a function that tells whether generated requests leave an operation out.

    The operation is not among those to check, or the server does not have it.
    """
    return pytestconfig.stash[REQUEST_GATE].sessions[target.url].is_left_out


@pytest.fixture
def _abilities(request: pytest.FixtureRequest) -> None:
    """Skip a test that needs an ability which the server does not have.

    ``suite_hooks`` adds this fixture to the marked tests of suites; other tests are not affected.
    """
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
def settings(target: Target) -> Iterator[Callable[..., None]]:
    """Return a function that changes the sandbox's settings until the end of the test."""
    if target.control is None:
        raise pytest.UsageError('a test that changes settings needs the marker needs("settings")')
    before = target.control.settings()
    yield target.control.change_settings
    target.control.change_settings(**before)


@pytest.fixture
def today(target: Target) -> date:
    """The server's current date."""
    return target.now().astimezone(UTC).date()


@pytest.fixture(scope="module")
def unique(vendor: str, _unique_names: Callable[[str], str]) -> Callable[[str], str]:
    """Return a function that creates names which no other record in the account has."""
    return _unique_names


@pytest.fixture(scope="session")
def _unique_names() -> Callable[[str], str]:
    stamp = f"{datetime.now(UTC):%y%m%d%H%M%S}{os.getpid()}"
    numbers = count(1)
    return lambda word: f"{word} {stamp}-{next(numbers)}"
