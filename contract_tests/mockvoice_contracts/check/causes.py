"""Causes of findings: findings that differ only in ids, numbers and tests have one cause."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from mockvoice_contracts.check.ranking import rank
from mockvoice_contracts.harness.findings import (
    RULE,
    SCHEMA,
    SERVER_ERROR,
    STATUS,
    UNDOCUMENTED_STATUS,
)

Finding = Mapping[str, Any]
Key = tuple[str, ...]

BY_STATUS = (SERVER_ERROR, UNDOCUMENTED_STATUS)
MAX_KEY_CHARS = 160
_REQUIRED = re.compile(r"'([^']*)' is a required property")
_SCHEMA_PLACE = re.compile(r".* breaks the contract at [^:]*: ")
_VARIABLE = re.compile(
    r"""[0-9a-f]{8}-[0-9a-f-]{27}      # an id
    | '(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*"   # a quoted text
    | -?\d[\d.,:TZ+-]*                 # a number, a date or a time""",
    re.VERBOSE,
)


@dataclass
class Cause:
    """Findings with one cause: the first of them as an example, and the tests that have them.

    ``blocked`` are tests that could not check anything because of it.
    """

    key: Key
    example: Finding
    tests: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    operations: set[str] = field(default_factory=set)

    @property
    def id(self) -> str:
        """An id that is the same in another run."""
        return sha256("\n".join(self.key).encode()).hexdigest()[:12]

    def add(self, finding: Finding, *, blocked: bool) -> None:
        """Add a finding. A test that it stopped is blocked, unless it is the first test of the cause."""
        test, tests = finding["test"], self.blocked if blocked else self.tests
        if blocked and test in self.tests[1:]:
            self.tests.remove(test)
        if test not in (*self.tests, *self.blocked):
            tests.append(test)
        if finding["operation"] is not None:
            self.operations.add(finding["operation"])


def group(findings: Iterable[Finding]) -> list[Cause]:
    """Return the causes of findings, the most telling one first."""
    causes: dict[Key, Cause] = {}
    blocking: list[Finding] = []
    for finding in findings:
        if finding["blocks"]:
            blocking.append(finding)
        else:
            _add(causes, finding, blocked=False)
    for finding in blocking:
        known = next((cause for cause in causes.values() if _explains(cause, finding)), None)
        if known is not None:
            known.add(finding, blocked=True)
        else:
            # The first test that it stopped stands for the cause.
            _add(causes, finding, blocked=_key(finding) in causes)
    return sorted(causes.values(), key=lambda cause: (rank(cause.example), -len(cause.tests)))


def _add(causes: dict[Key, Cause], finding: Finding, *, blocked: bool) -> None:
    key = _key(finding)
    causes.setdefault(key, Cause(key, finding)).add(finding, blocked=blocked)


def _explains(cause: Cause, finding: Finding) -> bool:
    """Return whether another finding already says that an operation answers with this status."""
    example = cause.example
    is_same_operation = example["operation"] == finding["operation"] is not None
    is_about_status = example["check"] in (STATUS, *BY_STATUS)
    return (
        not example["blocks"]
        and is_same_operation
        and is_about_status
        and _status(example) == _status(finding)
    )


def _key(finding: Finding) -> Key:
    check, vendor = finding["check"], finding["vendor"]
    operation, status = finding["operation"] or "", _status(finding)
    if check in BY_STATUS:
        return finding["kind"], vendor, operation, check, status
    first_line = finding["problem"].partition("\n")[0]
    place = finding["contract"] or {"file": "", "line": 0}
    location = f"{place['file']}:{place['line']}"
    if check == SCHEMA:
        # A schema that several operations share is one place.
        return finding["kind"], vendor, check, location, _normalize_schema_message(first_line)
    if check == STATUS:
        return finding["kind"], vendor, operation, check, status, location
    if check == RULE:
        function = finding["test"].rpartition("::")[2].partition("[")[0]
        return finding["kind"], vendor, operation, check, function, _normalize(first_line)
    if finding["is_invariant"]:
        return finding["kind"], vendor, check, _normalize(finding["problem"].splitlines()[-1])
    return finding["kind"], vendor, operation, check, status


def _normalize(text: str) -> str:
    return _VARIABLE.sub("…", text)[:MAX_KEY_CHARS]


def _normalize_schema_message(text: str) -> str:
    message = _SCHEMA_PLACE.sub("", text)
    required = _REQUIRED.search(message)
    return required[0] if required else _normalize(message)


def _status(finding: Finding) -> str:
    return str((finding["came_back"] or {}).get("status", ""))


def blocked_tests(causes: Sequence[Cause]) -> Iterator[tuple[str, Cause]]:
    """Yield the tests that could not check anything, with the cause."""
    for cause in causes:
        for test in cause.blocked:
            yield test, cause
