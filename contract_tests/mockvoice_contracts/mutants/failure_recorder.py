"""Pytest plugin that writes the failures of a suite to a file as JSON.

``pytest -p mockvoice_contracts.mutants.failure_recorder --failures FILE`` writes one line per failure:
``{"test", "message", "crashed"}``.
"""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

MAX_MESSAGE_CHARS = 1500  # characters of a message


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--failures``."""
    parser.addoption("--failures", type=Path, required=True, help="file for the failures")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write the messages of a failed test's findings, or else its exception."""
    report = yield
    if report.failed and call.excinfo is not None:
        properties: list[tuple[str, Any]] = report.user_properties
        findings = [value for name, value in properties if name == "finding"]
        message = "\n".join(entry["message"] for entry in findings) or call.excinfo.exconly()
        # The setup of a test may also fail for reasons other than the server's responses.
        setup_failed = call.when != "call" and not call.excinfo.errisinstance(AssertionError)
        crashed = setup_failed or any(_status(finding) >= 500 for finding in findings)
        failure = {"test": item.nodeid, "message": message[:MAX_MESSAGE_CHARS], "crashed": crashed}
        with item.config.getoption("--failures").open("a", encoding="utf-8") as file:
            file.write(json.dumps(failure) + "\n")
    return report


def _status(finding: dict[str, Any]) -> int:
    return int((finding["came_back"] or {}).get("status", 0))
