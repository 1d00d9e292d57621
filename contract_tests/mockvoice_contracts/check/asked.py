"""``asked``: how much of the contracts a run has asked, and what was left out for which cause."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockvoice_contracts.check.not_run import NOT_RUN

_LEFT_OUT = ("skipped", NOT_RUN)
_READ_ONLY = "mode read-only sends only GET and HEAD"
_OWN_DATA = "mode own-data changes only records that the run has created and can delete"
_MORE_BY_MODE = {
    "read-only": "--mode own-data runs up to {behaviour} of them and deletes its records, --mode full runs all; use a test account",
    "own-data": "--mode full runs them; it changes any record, so use a test account",
}


@dataclass(frozen=True)
class _Cause:
    """A cause for tests to be left out: a pattern of their reasons, and how to have them run."""

    pattern: re.Pattern[str]
    text: str
    more: str


_CAUSES = (
    _Cause(
        re.compile(r"leaves? (?:a trace|traces)"),
        "requests that leave traces in records of others are not sent in mode read-only and own-data",
        "--mode full sends them; use a test account",
    ),
    _Cause(re.compile(r"mode read-only"), _READ_ONLY, _MORE_BY_MODE["read-only"]),
    _Cause(re.compile(r"mode own-data"), _OWN_DATA, _MORE_BY_MODE["own-data"]),
    _Cause(
        re.compile(r"does not have the ability (\w+)"),
        "the server does not have the ability {0}",
        "only a mock with its control API has it",
    ),
    _Cause(
        re.compile(r"the limit of (\d+) requests is reached"),
        "max_requests = {0} in the target file allows no more requests",
        "increase it",
    ),
    _Cause(
        re.compile(r"^interrupted: "),
        "the server limited requests or was unreachable, so the tests were interrupted",
        "run the check again; see requests_per_minute in the target file",
    ),
    _Cause(
        re.compile(r"the target's known\.(\w+) "),
        "known.{0} in the target file does not name the records that the tests need",
        "add them, see docs/check.md",
    ),
    _Cause(
        re.compile(r"is not among the operations to check"),
        "they need operations that are not among those to check (--only)",
        "",
    ),
    _Cause(
        re.compile(r"^the target has no credentials\.(\w+)"),
        "the target file has no credentials.{0}",
        "add them",
    ),
)


def build(
    vendors: Sequence[Mapping[str, Any]],
    tests: Sequence[Mapping[str, Any]],
    summaries: Sequence[Mapping[str, Any]],
    *,
    select: str | None,
    deselected: int,
    min_coverage: float | None,
) -> dict[str, Any]:
    """Return the part ``asked`` of a report: for all vendors together, and for each."""
    rows = [_vendor(vendor, tests, summaries) for vendor in vendors]
    left_out = list(_left_out(tests))
    if not_run := sum(vendor["tests"]["not_run"] for vendor in vendors):
        text = "the server does not serve their operations, or a finding stopped them"
        left_out.append({"tests": not_run, "cause": text, "more": ""})
    if select is not None:
        left_out.append(
            {"tests": deselected, "cause": f"--select {select!r} runs only the tests that match it",
             "more": "leave it out to run all"}
        )  # fmt: skip
    return {
        "operations": {
            name: sum(row["operations"][name] for row in rows)
            for name in ("asked", "succeeded", "all")
        },
        "tests": {
            "run": sum(row["tests"]["run"] for row in rows),
            "all": sum(row["tests"]["all"] for row in rows) + deselected,
        },
        "seconds_waited": round(sum(row["seconds_waited"] for row in rows), 1),
        "left_out": left_out,
        "min_coverage": min_coverage,
        "vendors": rows,
    }


def shortfall(asked: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each vendor of which nothing, or less than ``--min-coverage``, was asked."""
    minimum = asked["min_coverage"]
    return [
        f"{row['title']}: none of its operations was asked"
        for row in asked["vendors"]
        if not row["operations"]["asked"]
    ] or [
        f"{row['title']}: only {_share(row['operations'])} of its operations were asked, "
        f"and --min-coverage requires {minimum:g} %"
        for row in asked["vendors"]
        if minimum is not None and _percent(row["operations"]) < minimum
    ]


def is_partial(row: Mapping[str, Any]) -> bool:
    """Return whether an operation of a vendor, or of all, was not asked."""
    return bool(row["operations"]["asked"] < row["operations"]["all"])


def extent(row: Mapping[str, Any]) -> str:
    """Return how much was asked, in words: ``18 of 77 operations``."""
    return f"{row['operations']['asked']} of {row['operations']['all']} operations"


def lines(asked: Mapping[str, Any]) -> Iterator[str]:
    """Yield the sentences at the head of a report."""
    tests = asked["tests"]
    yield (
        f"asked {extent(asked)} ({asked['operations']['succeeded']} with success), "
        f"ran {tests['run']:,} of {tests['all']:,} tests"
    )
    if asked["seconds_waited"]:
        yield (
            f"waited {asked['seconds_waited']:g} s in all, since a server asked to wait or was away"
        )
    for row in asked["left_out"]:
        advice = f"; {row['more']}" if row["more"] else ""
        number = f"{row['tests']:,}" if row["tests"] else "some"
        yield f"{number} of {tests['all']:,} tests left out: {row['cause']}{advice}"


def more_of_mode(mode: str) -> str:
    """Return how to have more asked than a mode allows."""
    return _MORE_BY_MODE[mode].replace("up to {behaviour} of them", "most of them")


def _vendor(
    vendor: Mapping[str, Any],
    tests: Sequence[Mapping[str, Any]],
    summaries: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    operations = vendor["coverage"]["operations"].values()
    outcomes = [test["outcome"] for test in tests if test["vendor"] == vendor["vendor"]]
    parts = [part[vendor["vendor"]] for part in summaries if vendor["vendor"] in part]
    return {
        "vendor": vendor["vendor"],
        "title": vendor["title"],
        "operations": {
            "asked": sum(bool(row["statuses"]["seen"]) for row in operations),
            "succeeded": sum(
                any(status < "4" for status in row["statuses"]["seen"]) for row in operations
            ),
            "all": vendor["coverage"]["summary"]["operations"]["all"],
        },
        "tests": {
            "run": sum(outcome not in _LEFT_OUT for outcome in outcomes),
            "all": len(outcomes) + vendor["tests"]["not_run"],
        },
        "seconds_waited": round(sum(part["seconds_waited"] for part in parts), 1),
    }


def _left_out(tests: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the causes for skipped tests, the most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    behaviour: Counter[tuple[str, str]] = Counter()  # tests that are not generated
    for test in tests:
        if test["outcome"] in _LEFT_OUT:
            cause = _cause_of(test["said"])
            counts[cause] += 1
            behaviour[cause] += test["layer"] != "schema"
    for cause, number in counts.most_common():
        text, more = cause
        yield {
            "tests": number,
            "cause": text,
            "more": more.replace("{behaviour}", f"{behaviour[cause]:,}"),
        }


def _cause_of(reason: str) -> tuple[str, str]:
    for cause in _CAUSES:
        if match := cause.pattern.search(reason):
            # ``{behaviour}`` is replaced when the tests have been counted.
            return cause.text.format(*match.groups()), cause.more
    return reason, ""


def _percent(operations: Mapping[str, int]) -> float:
    return 100 * operations["asked"] / operations["all"] if operations["all"] else 100.0


def _share(operations: Mapping[str, int]) -> str:
    return f"{operations['asked']} of {operations['all']} ({_percent(operations):.0f} %)"
