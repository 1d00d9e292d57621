"""A plugin for the suites' pytest: what fails goes to a file, as data.

``pytest -p mockvoice_contracts.mutants.failure_recorder --failures FILE`` writes a line of JSON for each failure:
``{"test", "message", "crashed"}``.
"""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

MAX_MESSAGE_CHARS = 1500  # characters of a message


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--failures", type=Path, required=True, help="where failures are noted")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note what the harness has found, in the contract's words, and not where in a test it failed."""
    report = yield
    if report.failed and call.excinfo is not None:
        properties: list[tuple[str, Any]] = report.user_properties
        found = [each for name, each in properties if name == "finding"]
        said = "\n".join(each["message"] for each in found) or call.excinfo.exconly()
        # What is arranged for a test may break down in other ways than by what the server answers.
        stumbled = call.when != "call" and not call.excinfo.errisinstance(AssertionError)
        crashed = stumbled or any(_status(each) >= 500 for each in found)
        noted = {"test": item.nodeid, "message": said[:MAX_MESSAGE_CHARS], "crashed": crashed}
        with item.config.getoption("--failures").open("a", encoding="utf-8") as file:
            file.write(json.dumps(noted) + "\n")
    return report


def _status(finding: dict[str, Any]) -> int:
    return int((finding["came_back"] or {}).get("status", 0))
