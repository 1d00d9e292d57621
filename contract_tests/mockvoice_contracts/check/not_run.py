"""Tests that say nothing about a server, because it lacks an operation or another fault stops them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockvoice_contracts.check.causes import Cause, blocked_tests
from mockvoice_contracts.check.recorder import Result
from mockvoice_contracts.harness import served_operations
from mockvoice_contracts.harness.suite_hooks import NOT_SERVED

NOT_RUN = "not run"
Summaries = Sequence[Mapping[str, Any]]


def operations_not_served(vendor: str, summaries: Summaries) -> dict[str, dict[str, int]]:
    """Return the operations of a vendor that the server does not have, with their statuses."""
    parts = [summary[vendor]["served"] for summary in summaries if vendor in summary]
    return served_operations.not_served(parts)


def without_missing_operations(
    results: Sequence[Result], missing: Mapping[str, Mapping[str, Any]]
) -> Iterator[Result]:
    """Yield results without what they say about operations that are not served.

    A test that passes because they answer 404 says nothing about the server.
    """
    for result in results:
        names = missing.get(result.vendor, {})
        skipped = [name for name in names if result.message.startswith(f"{name} {NOT_SERVED}")]
        about_missing = [
            name for row in result.findings for name in _missing_operations(row, names)
        ]
        remaining = [row for row in result.findings if not _missing_operations(row, names)]
        if result.outcome == "skipped" and skipped:
            yield replace(result, outcome=NOT_RUN)
        elif result.outcome == "passed" and result.unserved and names.keys() >= {*result.unserved}:
            name = result.unserved[0]
            yield replace(result, outcome=NOT_RUN, message=f"{name} {NOT_SERVED}")
        elif result.findings and not remaining:
            message = f"{about_missing[0]} {NOT_SERVED}"
            yield replace(result, outcome=NOT_RUN, findings=[], message=message)
        elif len(remaining) < len(result.findings):
            message = f"{about_missing[0]} {NOT_SERVED}"
            yield replace(result, outcome=_outcome(remaining), findings=remaining, message=message)
        else:
            yield result


def _missing_operations(row: Mapping[str, Any], names: Mapping[str, Any]) -> list[str]:
    """Return the missing operations that a finding is about.

    One about a method that a path does not have is about the path, if the server has no operation of it.
    """
    asked = [row["operation"]] if row["operation"] is not None else row["path_operations"]
    return list(asked) if set(asked) <= names.keys() else []


def without_blocked(results: Sequence[Result], causes: Sequence[Cause]) -> Iterator[Result]:
    """Yield results whose tests could not run because of a cause as not run."""
    blocked = dict(blocked_tests(causes))
    with_findings = {test for cause in causes for test in cause.tests}
    for result in results:
        cause = blocked.get(result.id)
        if cause is None or result.id in with_findings:
            yield result
        else:
            text = cause.example["problem"].partition(";")[0].partition("\n")[0]
            message = f"{text} (finding {cause.id})"
            yield replace(result, outcome=NOT_RUN, message=message)


def without_repeated(results: Sequence[Result], causes: Sequence[Cause]) -> Iterator[Result]:
    """Yield results whose tests pass if all their findings are breaches that factories tolerated.

    The first test of each cause fails for it; the others did check their own rule.
    """
    first = {cause.tests[0] for cause in causes if cause.tests}
    for result in results:
        tolerated = [finding["tolerated"] for finding in result.findings]
        if (
            result.outcome not in ("failed", "assumption")
            or not tolerated
            or not all(tolerated)
            or result.id in first
        ):
            yield result
        else:
            # One whose other findings are about operations that are not served could not check its rule.
            outcome = NOT_RUN if result.message.endswith(NOT_SERVED) else "passed"
            yield replace(result, outcome=outcome)


def reasons(results: Sequence[Result]) -> Iterator[dict[str, Any]]:
    """Yield why tests were not run, with their numbers, the most frequent reason first."""
    rows = ((result.vendor, result.message) for result in results if result.outcome == NOT_RUN)
    for (vendor, reason), count in Counter(rows).most_common():
        yield {"vendor": vendor, "reason": reason, "count": count}


def _outcome(findings: Sequence[Mapping[str, Any]]) -> str:
    kinds = {finding["kind"] for finding in findings}
    return "failed" if "breach" in kinds else "assumption"
