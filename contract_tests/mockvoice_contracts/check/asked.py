"""``asked``: how much of the contracts a run has asked, and what was left out for which cause."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockvoice_contracts.check.not_run import NOT_RUN

_LEFT_OUT = ("skipped", NOT_RUN)
_READ_ONLY = "mode read-only sends only GET and HEAD"
_OWN_DATA = "mode own-data changes only records that the run has created and can delete"
# The number is that of tests that are not generated.
_UP_TO = "up to {behaviour} of them"
_MORE_BY_MODE = {
    "read-only": f"--mode own-data runs {_UP_TO} and deletes its records, --mode full runs all; use a test account",
    "own-data": "--mode full runs them; it changes any record, so use a test account",
}


_DETAIL = "{detail}"  # in the text of a cause: what differs among its tests


@dataclass(frozen=True)
class _Cause:
    """A cause for tests to be left out: a pattern of their reasons, and how to have them run.

    A mistake in the target file is one that must be corrected, since the tests were meant to run.
    """

    pattern: re.Pattern[str]
    text: str
    more: str
    is_mistake: bool = False


_CAUSES = (
    _Cause(
        re.compile(r"leaves? (?:a trace|traces)"),
        "requests that leave traces in records of others are not sent in mode read-only and own-data",
        "--mode full sends them; use a test account",
    ),
    _Cause(
        re.compile(r"mode own-data: (\S+), which deletes .* is not among the operations to check"),
        "mode own-data creates no records whose deletion, {0}, is not among the operations to check",
        "add it to them",
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
        re.compile(r"the target's known\.(\w+) is wrong: (.*)"),
        "known.{0} in the target file is wrong: {1}",
        "correct it, see docs/reference/target-file.md",
        is_mistake=True,
    ),
    _Cause(
        re.compile(r"the target's known\.(\w+) (?!is wrong)(?P<detail>.*)"),
        "known.{0} in the target file does not name the records that the tests need (it {detail})",
        "add them, see docs/reference/target-file.md",
    ),
    _Cause(
        re.compile(r"is not among the operations to check"),
        "they need operations that are not among those to check (--only, or operations in the target file)",
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
    is_selected = any(row["operations"]["all"] < row["operations"]["in_contract"] for row in rows)
    left_out = list(_left_out(tests, is_selected=is_selected))
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
            for name in ("asked", "succeeded", "all", "in_contract")
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


def mistakes(skipped: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return a sentence for each mistake in a target file because of which tests were skipped."""
    causes = (_find_cause(row["reason"]) for row in skipped)
    return [text for cause, text, _ in causes if cause is not None and cause.is_mistake]


def is_partial(row: Mapping[str, Any]) -> bool:
    """Return whether an operation of a vendor's contract, or of all contracts, was not asked."""
    return bool(row["operations"]["asked"] < row["operations"]["in_contract"])


def extent(row: Mapping[str, Any]) -> str:
    """Return how much was asked, in words: ``18 of 77 operations``."""
    operations = row["operations"]
    if operations["all"] == operations["in_contract"]:
        return f"{operations['asked']} of {operations['all']} operations"
    return (
        f"{operations['asked']} of {operations['all']} operations to check "
        f"({operations['in_contract']} in the contract)"
    )


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
    return _MORE_BY_MODE[mode].replace(_UP_TO, "most of them")


def _vendor(
    vendor: Mapping[str, Any],
    tests: Sequence[Mapping[str, Any]],
    summaries: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    operations = vendor["coverage"]["operations"].values()
    outcomes = [test["outcome"] for test in tests if test["vendor"] == vendor["vendor"]]
    parts = [part[vendor["vendor"]] for part in summaries if vendor["vendor"] in part]
    in_contract = vendor["coverage"]["summary"]["operations"]["all"]
    selected = next((part["only"] for part in parts if part["only"] is not None), None)
    return {
        "vendor": vendor["vendor"],
        "title": vendor["title"],
        "operations": {
            "asked": sum(bool(row["statuses"]["seen"]) for row in operations),
            "succeeded": sum(
                any(status < "4" for status in row["statuses"]["seen"]) for row in operations
            ),
            "all": in_contract if selected is None else len(selected),
            "in_contract": in_contract,
        },
        "tests": {
            "run": sum(outcome not in _LEFT_OUT for outcome in outcomes),
            "all": len(outcomes) + vendor["tests"]["not_run"],
        },
        "seconds_waited": round(sum(part["seconds_waited"] for part in parts), 1),
    }


def _left_out(tests: Sequence[Mapping[str, Any]], *, is_selected: bool) -> Iterator[dict[str, Any]]:
    """Yield the causes for skipped tests, the most frequent first.

    If only some operations are checked, it is not known how many of the tests need others.
    """
    counts: Counter[tuple[str, str]] = Counter()
    behaviour: Counter[tuple[str, str]] = Counter()  # tests that are not generated
    details: dict[tuple[str, str], set[str]] = {}
    for test in tests:
        if test["outcome"] in _LEFT_OUT:
            cause, text, detail = _find_cause(test["said"])
            key = text, cause.more if cause is not None else ""
            counts[key] += 1
            behaviour[key] += test["layer"] != "schema"
            details.setdefault(key, set()).add(detail)
    for key, number in counts.most_common():
        text, more = key
        yield {
            "tests": number,
            "cause": text.replace(_DETAIL, ", ".join(sorted(details[key]))),
            "more": (
                more.replace(_UP_TO, "those of them that need no other operations")
                if is_selected
                else more.replace("{behaviour}", f"{behaviour[key]:,}")
            ),
        }


def _find_cause(reason: str) -> tuple[_Cause | None, str, str]:
    """Return the cause of a reason, if there is one, its text, and the detail for the text."""
    for cause in _CAUSES:
        if match := cause.pattern.search(reason):
            detail: str = match.groupdict().get("detail") or ""
            return cause, cause.text.format(*match.groups(), detail=_DETAIL), detail
    return None, reason, ""


def _percent(operations: Mapping[str, int]) -> float:
    return 100 * operations["asked"] / operations["all"] if operations["all"] else 100.0


def _share(operations: Mapping[str, int]) -> str:
    return f"{operations['asked']} of {operations['all']} ({_percent(operations):.0f} %)"
