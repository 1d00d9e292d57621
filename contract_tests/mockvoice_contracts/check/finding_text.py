"""The parts of a finding in the order in which all reports show them."""

from collections.abc import Iterator, Mapping
from typing import Any

Finding = Mapping[str, Any]


def sections(finding: Finding) -> Iterator[tuple[str, str]]:
    """Yield label and text of what follows the message of a finding."""
    if finding["sent"]:
        yield "Request", _request(finding["sent"])
    if finding["before"]:
        yield (
            "Before it",
            "; ".join(
                f"{row['method']} {row['path']} {row['status']}" for row in finding["before"]
            ),
        )
    if finding["came_back"]:
        yield "Response", f"{finding['came_back']['status']} {finding['came_back']['body']}"
    if finding["contract"]:
        yield "Contract", f"{location(finding)} {finding['contract']['says']}"
    if finding["curl"]:
        yield "Repeat with", finding["curl"]
    if finding["rule"]:
        yield "Source of the rule", finding["rule"]["source"]
    yield "Test", f"{finding['test']}, seed {finding['seed']}"
    if finding["blocked"]:
        yield "Not run because of it", f"{finding['blocked']} tests"


def location(finding: Finding) -> str:
    """Return file and line in the contract; without them, the test."""
    place = finding["contract"]
    return f"{place['file']}:{place['line']}" if place else str(finding["test"])


def test_counts(finding: Finding) -> str:
    """Return the numbers of tests that have a finding, and that it stopped."""
    count, blocked = finding["count"], finding["blocked"]
    text = f"{count} test{'s' if count != 1 else ''}"
    return f"{text}, {blocked} could not run" if blocked else text


def _request(sent: Mapping[str, Any]) -> str:
    line = f"{sent['method']} {sent['path']}"
    return f"{line} {sent['body']}" if sent["body"] else line
