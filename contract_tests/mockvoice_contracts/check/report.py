"""``report.json``: the data of a run, from which all other reports are built."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from mockvoice.printable import escape_json
from mockvoice_contracts.check import asked
from mockvoice_contracts.check.options import CheckOptions
from mockvoice_contracts.check.recorder import Recorder, Result
from mockvoice_contracts.harness import coverage, targets
from mockvoice_contracts.harness.contract import Contract

HOLDS, BROKEN, UNCHECKED = 0, 1, 2
OUTCOMES = {HOLDS: "holds", BROKEN: "broken", UNCHECKED: "unchecked"}
VERSION = 1  # of the report format, see report.schema.json


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
    results = list(recorder.results.values())
    vendors = [_vendor(key, results, recorder.summaries, trouble) for key in options.vendors]
    tests = [_test(result) for result in results]
    asked_part = asked.build(
        vendors, tests, recorder.summaries,
        select=options.select, deselected=recorder.deselected, min_coverage=options.min_coverage,
    )  # fmt: skip
    trouble = [*trouble]
    if not trouble and _exit_code(vendors, trouble) == HOLDS:
        trouble = asked.shortfall(asked_part)
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
        "strict_assumptions": options.strict_assumptions,
        "warnings": list(warnings),
        "trouble": list(trouble),
        "asked": asked_part,
        "vendors": vendors,
        "findings": list(_findings(results, seed)),
        "tests": tests,
    }


def _test(result: Result) -> dict[str, Any]:
    return {
        "id": result.id, "vendor": result.vendor, "layer": result.layer, "outcome": result.outcome,
        "seconds": round(result.seconds, 3), "said": result.message,
    }  # fmt: skip


def dumps(report: Mapping[str, Any]) -> str:
    """Serialize a report, without characters that a terminal executes or UTF-8 lacks."""
    return escape_json(json.dumps(report, indent=1, ensure_ascii=False)) + "\n"


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
) -> dict[str, Any]:
    parts = [summary[key] for summary in summaries if key in summary]
    tests = Counter(result.outcome for result in results if result.vendor == key)
    checked = tests["passed"] + tests["failed"] + tests["assumption"]
    outcome = "unchecked" if trouble or not checked else "broken" if tests["failed"] else "holds"
    return {
        "vendor": key,
        "title": targets.vendor_of(key).title,
        "url": parts[0]["url"] if parts else None,
        "mode": parts[0]["mode"] if parts else None,
        "is_mock": parts[0]["is_mock"] if parts else None,
        "outcome": outcome,
        "requests": sum(part["requests"] for part in parts),
        "left_behind": [record for part in parts for record in part["left"]],
        "tests": {name: tests[name] for name in ("passed", "failed", "assumption", "skipped")},
        "coverage": _coverage(key, parts),
    }


def _coverage(key: str, parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
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
    return {"summary": summary, **compared}


def _findings(results: Sequence[Result], seed: int) -> Iterator[dict[str, Any]]:
    """Yield each finding with its test; a failed test without findings yields its message as one."""
    for result in results:
        if result.outcome not in ("failed", "assumption"):
            continue
        findings = result.findings or [_finding_without_details(result)]
        for attached in findings:
            # Both are for the comparison with other findings.
            finding = {
                name: value
                for name, value in attached.items()
                if name not in ("problem", "arranging")
            }
            kind = "assumption" if result.outcome == "assumption" else "breach"
            text = f"{result.id} {finding['operation']} {finding['message'].splitlines()[:1]}"
            yield {
                "id": sha256(text.encode()).hexdigest()[:12],
                "kind": kind,
                "layer": result.layer,
                "test": result.id,
                "seed": seed,
                **finding,
            }


def _finding_without_details(result: Result) -> dict[str, Any]:
    return {
        "vendor": result.vendor, "operation": None, "check": "rule", "rule": None,
        "message": result.message, "evidence": "public", "contract": None, "sent": None, "before": [],
        "came_back": None, "curl": None,
    }  # fmt: skip
