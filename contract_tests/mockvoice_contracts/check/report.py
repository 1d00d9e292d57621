"""``report.json``: the data of a run, from which all other reports are built."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from mockvoice.printable import escape_json
from mockvoice_contracts.check import asked, causes, contract_copies, not_run
from mockvoice_contracts.check.causes import Cause
from mockvoice_contracts.check.not_run import NOT_RUN
from mockvoice_contracts.check.options import CheckOptions
from mockvoice_contracts.check.recorder import Recorder, Result
from mockvoice_contracts.harness import coverage, targets
from mockvoice_contracts.harness.contract import Contract
from mockvoice_contracts.harness.findings import RULE

HOLDS, BROKEN, UNCHECKED = 0, 1, 2
OUTCOMES = {HOLDS: "holds", BROKEN: "broken", UNCHECKED: "unchecked"}
VERSION = 2  # of the report format, see report.schema.json
TESTS = "tests"
# What causes compare, and reports do not need.
ONLY_FOR_GROUPS = ("problem", "blocks", "tolerated", "is_invariant", "path_operations")


def build(
    options: CheckOptions,
    recorder: Recorder,
    trouble: Sequence[str],
    warnings: Sequence[str],
    *,
    began: datetime,
    seconds: float,
    seed: int,
) -> dict[str, Any]:
    """Build the report of a run."""
    missing = {
        key: not_run.operations_not_served(key, recorder.summaries) for key in options.vendors
    }
    results = list(not_run.without_missing_operations(list(recorder.results.values()), missing))
    grouped = causes.group(_findings(results))
    results = list(not_run.without_blocked(results, grouped))
    results = list(not_run.without_repeated(results, grouped))
    vendors = [
        _vendor(key, results, recorder.summaries, trouble, missing[key]) for key in options.vendors
    ]
    tests = list(_tests(results, grouped))
    skipped = list(_skipped(tests))
    asked_part = asked.build(
        vendors, tests, recorder.summaries,
        select=options.select, deselected=recorder.deselected, min_coverage=options.min_coverage,
    )  # fmt: skip
    trouble = [*trouble]
    if not trouble and _exit_code(vendors, trouble) == HOLDS:
        trouble = asked.mistakes(skipped) or asked.shortfall(asked_part)
    code = _exit_code(vendors, trouble)
    trouble = trouble or [
        f"{vendor['title']} was not checked: all selected tests were skipped"
        for vendor in vendors
        if vendor["outcome"] == OUTCOMES[UNCHECKED]
    ]
    return {
        "report_version": VERSION,
        "mockvoice": targets.VERSION,
        "began_at": began.isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
        "outcome": OUTCOMES[code],
        "exit_code": code,
        "seed": seed,
        "max_examples": options.max_examples,
        "select": options.select,
        "only": list(options.only),
        "strict_assumptions": options.strict_assumptions,
        "warnings": list(warnings),
        "trouble": list(trouble),
        "asked": asked_part,
        "vendors": vendors,
        "findings": [_cause(cause, seed) for cause in grouped],
        "not_run": list(not_run.reasons(results)),
        "skipped": skipped,
        "tests": [test for test in tests if test["outcome"] != "skipped"],
    }


def dumps(data: Mapping[str, Any]) -> str:
    """Serialize data, without characters that a terminal executes or UTF-8 lacks."""
    return escape_json(json.dumps(data, indent=1, ensure_ascii=False)) + "\n"


def dumps_report(report: Mapping[str, Any]) -> str:
    """Serialize a report, without characters that a terminal executes or UTF-8 lacks.

    Each test is one line, because there are many.
    """
    tests = ",\n".join(
        json.dumps(test, ensure_ascii=False, separators=(",", ":")) for test in report["tests"]
    )
    other = json.dumps({**report, "tests": []}, indent=1, ensure_ascii=False)
    text = other.replace(f'\n "{TESTS}": []', f'\n "{TESTS}": [\n{tests}\n ]')
    return escape_json(text) + "\n"


def _exit_code(vendors: Sequence[Mapping[str, Any]], trouble: Sequence[str]) -> int:
    outcomes = {vendor["outcome"] for vendor in vendors}
    if trouble or "unchecked" in outcomes:
        return UNCHECKED
    return BROKEN if "broken" in outcomes else HOLDS


def _vendor(
    key: str,
    results: Sequence[Result],
    summaries: Sequence[Mapping[str, Any]],
    trouble: Sequence[str],
    missing: Mapping[str, Mapping[str, int]],
) -> dict[str, Any]:
    parts = [summary[key] for summary in summaries if key in summary]
    tests = Counter(result.outcome for result in results if result.vendor == key)
    checked = tests["passed"] + tests["failed"] + tests["assumption"]
    is_broken = bool(tests["failed"] or missing)
    is_checked = bool(checked or missing) and not trouble
    outcome = "broken" if is_broken else "holds"
    return {
        "vendor": key,
        "title": targets.vendor_of(key).title,
        "url": parts[0]["url"] if parts else None,
        "mode": parts[0]["mode"] if parts else None,
        "is_mock": parts[0]["is_mock"] if parts else None,
        "outcome": outcome if is_checked else "unchecked",
        "not_served": [
            {"operation": name, "statuses": dict(statuses)} for name, statuses in missing.items()
        ],
        "requests": sum(part["requests"] for part in parts),
        "left_behind": [record for part in parts for record in part["left"]],
        "tests": {
            "passed": tests["passed"],
            "failed": tests["failed"],
            "assumption": tests["assumption"],
            "skipped": tests["skipped"],
            "not_run": tests[NOT_RUN],
        },
        "coverage": _coverage(key, parts, missing),
    }


def _coverage(
    key: str, parts: Sequence[Mapping[str, Any]], missing: Collection[str]
) -> dict[str, Any]:
    """Return the coverage of a contract; operations that are not served count only in the summary."""
    contract = Contract(targets.document(key), closed=False)
    compared = coverage.compare(contract, coverage.merge(part["coverage"] for part in parts))
    operations = compared["operations"].values()
    kinds = ("statuses", "parameters", "sent", "enums", "fields", "codes")
    summary = {
        "operations": {
            "seen": sum(bool(operation["statuses"]["seen"]) for operation in operations),
            "all": len(operations),
        },
        **{
            kind: {
                "seen": sum(len(operation[kind]["seen"]) for operation in operations),
                "all": sum(
                    len(operation[kind]["seen"] + operation[kind]["never"])
                    for operation in operations
                ),
            }
            for kind in kinds
        },
    }
    served = {
        name: operation for name, operation in compared["operations"].items() if name not in missing
    }
    return {"summary": summary, "operations": served, "transitions": compared["transitions"]}


def _findings(results: Sequence[Result]) -> Iterator[dict[str, Any]]:
    """Yield each finding with its test; a failed test without findings yields its message as one."""
    for result in results:
        if result.outcome in ("failed", "assumption"):
            for finding in result.findings or [_finding_without_details(result)]:
                yield {"layer": result.layer, "test": result.id, **finding}


def _cause(cause: Cause, seed: int) -> dict[str, Any]:
    """Return a cause as a finding: that of its first test."""
    finding = {name: value for name, value in cause.example.items() if name not in ONLY_FOR_GROUPS}
    if place := finding["contract"]:
        copy = contract_copies.path_of(finding["vendor"], place["file"])
        finding["contract"] = {**place, "copy": copy}
    return {
        "id": cause.id,
        "count": len(cause.tests),
        "operations": sorted(cause.operations),
        **finding,
        "seed": seed,
        "blocked": len(cause.blocked),
    }


def _tests(results: Sequence[Result], grouped: Sequence[Cause]) -> Iterator[dict[str, Any]]:
    ids: dict[str, list[str]] = {}
    for cause in grouped:
        for test in cause.tests:
            ids.setdefault(test, []).append(cause.id)
    for result in results:
        if result.outcome == NOT_RUN:
            continue
        row = {
            "id": result.id, "vendor": result.vendor, "layer": result.layer, "outcome": result.outcome,
            "seconds": round(result.seconds, 3),
        }  # fmt: skip
        if findings := ids.get(result.id):
            row["findings"] = findings
        elif result.message:
            row["said"] = result.message
        yield row


def _skipped(tests: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the skipped tests by reason, the most frequent reason first."""
    ids: dict[tuple[str, str], list[str]] = {}
    for test in tests:
        if test["outcome"] == "skipped":
            ids.setdefault((test["vendor"], test["said"]), []).append(test["id"])
    for (vendor, reason), names in sorted(ids.items(), key=lambda pair: -len(pair[1])):
        yield {"vendor": vendor, "reason": reason, "tests": names}


def _finding_without_details(result: Result) -> dict[str, Any]:
    return {
        "vendor": result.vendor, "operation": None, "check": RULE, "rule": None,
        "kind": "assumption" if result.outcome == "assumption" else "breach",
        "message": result.message, "problem": result.message, "evidence": "public", "contract": None,
        "sent": None, "before": [], "came_back": None, "curl": None,
        "blocks": False, "tolerated": False, "is_invariant": False, "path_operations": [],
    }  # fmt: skip
