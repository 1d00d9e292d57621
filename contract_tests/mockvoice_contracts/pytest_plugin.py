"""Pytest plugin of the contract suites: command-line options and the request gate of a run.

``pytest -p mockvoice_contracts.pytest_plugin --pyargs mockvoice_contracts.suites`` runs the
suites of an installed package; a checkout loads the plugin automatically. Hooks for the tests are
in ``harness/suite_hooks.py``, fixtures in ``harness/fixtures.py``.
"""

import gc
import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from mockvoice.printable import escape_all
from mockvoice_contracts.harness import ledger, targets
from mockvoice_contracts.harness.profile import EXAMPLES, SEED
from mockvoice_contracts.harness.request_gate import DESELECTED, REQUEST_GATE, RequestGate

# The asserts in modules that tests import, too, then report their compared values.
pytest.register_assert_rewrite("mockvoice_contracts.suites")

# The garbage collector runs each time that this many objects are new: a run keeps thousands of tests and
# generates many requests, and the default of Python would examine them far more often.
GC_THRESHOLD = 10_000

pytest_plugins = ["mockvoice_contracts.harness.suite_hooks", "mockvoice_contracts.harness.fixtures"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the contract suites."""
    group = parser.getgroup("contract suites")
    group.addoption("--target", type=Path, help="TOML file with the servers under test")
    group.addoption(
        "--url", help="base URL of the server under test; the contract's paths are appended to it"
    )
    group.addoption("--ca-file", help="trust TLS certificates of the authorities in this PEM file")
    group.addoption(
        "--insecure",
        action="store_true",
        help="accept any TLS certificate of the server under test",
    )
    group.addoption("--proxy", help="URL of the proxy for the server under test")
    group.addoption(
        "--vendor", action="append", help="run only this vendor's suite; may be repeated"
    )
    group.addoption(
        "--mode", choices=targets.MODES, help="which requests the server under test may receive"
    )
    group.addoption(
        "--only",
        action="append",
        metavar="PATTERN",
        help="check only these operations, such as invoices.*; may be repeated",
    )
    group.addoption("--seed", type=int, help="first seed of generated requests")
    group.addoption("--max-examples", type=int, help="number of generated requests per operation")
    group.addoption(
        "--strict-assumptions",
        action="store_true",
        help="fail if a real service violates an assumption of the contract",
    )
    group.addoption(
        "--as-if",
        action="store_true",
        help="send no requests to the target: use a mock in its place, with the target's mode",
    )
    group.addoption(
        "--parity",
        choices=("server", "mock"),
        help="record the shapes of responses: from the server, or from a mock that gets the same requests",
    )
    group.addoption(
        "--ledgers",
        type=Path,
        default=ledger.default_folder(),
        help="directory of the ledgers: records created in own-data mode",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, pass on the seed, and install the request gate."""
    gc.set_threshold(GC_THRESHOLD)
    config.addinivalue_line(
        "markers",
        "needs(ability): skip if the server lacks this ability: clock, outbox, reset, faults",
    )
    config.addinivalue_line(
        "markers", "assumed: the tested behaviour is not documented; a real server may differ"
    )
    config.addinivalue_line(
        "markers",
        "rule(sentence, source): the rule that a test checks, the first line of its finding",
    )
    for vendor in config.getoption("--vendor") or ():
        if vendor not in targets.vendor_keys():
            raise pytest.UsageError(str(targets.UnknownVendor(vendor)))
    if config.getoption("--url") and len(config.getoption("--vendor") or ()) != 1:
        raise pytest.UsageError("--url is the server of one vendor; name that vendor with --vendor")
    # Generated tests are created during collection, before any fixture runs.
    for variable, option in ((SEED, "--seed"), (EXAMPLES, "--max-examples")):
        if config.getoption(option) is not None:
            os.environ[variable] = str(config.getoption(option))
    stack = ExitStack()
    config.stash[REQUEST_GATE] = stack.enter_context(RequestGate().installed())
    config.add_cleanup(stack.close)


def pytest_collection_finish() -> None:
    """Keep the garbage collector from examining thousands of tests again and again."""
    gc.freeze()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Warn of servers whose certificates were not verified; ``mockvoice check`` does so itself."""
    for session in config.stash[REQUEST_GATE].sessions.values():
        if warning := session.target.connection.warning(session.target.url):
            terminalreporter.write_line(f"WARNING: {warning}", red=True, bold=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send the summary of a parallel worker to the reporting process."""
    if hasattr(session.config, "workeroutput"):
        # Texts of servers may have surrogates, which cannot be sent.
        summary = escape_all(session.config.stash[REQUEST_GATE].summary())
        session.config.workeroutput["summary"] = summary
        session.config.workeroutput["deselected"] = session.config.stash.get(DESELECTED, 0)
