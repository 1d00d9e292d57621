"""The pytest plugin of the contract suites: their options, and what a run keeps from start to end.

``pytest -p mockvoice_contracts.pytest_plugin --pyargs mockvoice_contracts.suites`` runs the
suites of an installed package; a checkout loads the plugin by itself. Fixtures are in
``suites/conftest.py``.
"""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from mockvoice_contracts.harness import ledger, targets
from mockvoice_contracts.harness.profile import EXAMPLES, SEED
from mockvoice_contracts.harness.request_gate import REQUEST_GATE, RequestGate


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("contract suites")
    group.addoption("--target", type=Path, help="a TOML file that names the servers under test")
    group.addoption(
        "--url", help="the server under test: what stands before the vendor's own paths"
    )
    group.addoption("--vendor", action="append", help="only this vendor's suite; may be repeated")
    group.addoption("--mode", choices=targets.MODES, help="what may be done to the server")
    group.addoption("--seed", type=int, help="the first seed of generated requests")
    group.addoption("--max-examples", type=int, help="generated requests for each operation")
    group.addoption(
        "--strict-assumptions",
        action="store_true",
        help="fail where a real server does not share an assumption of the contract",
    )
    group.addoption(
        "--as-if",
        action="store_true",
        help="send nothing to the target: a mock answers in its place, under the target's rules",
    )
    group.addoption(
        "--parity",
        choices=("server", "mock"),
        help="keep the shapes of answers: the server's, or those of a mock that is asked the same",
    )
    group.addoption(
        "--ledgers",
        type=Path,
        default=ledger.default_folder(),
        help="where is noted what a run in mode own-data has created",
    )


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
    # Generated tests are made while tests are collected, before any fixture.
    for variable, option in ((SEED, "--seed"), (EXAMPLES, "--max-examples")):
        if config.getoption(option) is not None:
            os.environ[variable] = str(config.getoption(option))
    stack = ExitStack()
    config.stash[REQUEST_GATE] = stack.enter_context(RequestGate().installed())
    config.add_cleanup(stack.close)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """What a worker of a parallel run has seen goes to the process that reports."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["seen"] = session.config.stash[REQUEST_GATE].summary()
