"""``report.sarif``: findings for code scanning, each at the line of the contract that it breaks."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mockvoice_contracts.check import contract_copies, finding_text

Finding = Mapping[str, Any]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"breach": "error", "assumption": "note"}
REPORTS = "REPORTS"  # the folder to which the paths of files are relative


def build(report: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Build the SARIF 2.1.0 log of a run; the copies of the contract are below ``folder``."""
    rules = {_rule_id(finding): _rule(finding, report) for finding in report["findings"]}
    rule_ids = list(rules)
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "mockvoice",
                        "version": report["mockvoice"],
                        "semanticVersion": report["mockvoice"],
                        "rules": list(rules.values()),
                    }
                },
                "invocations": [
                    {
                        "executionSuccessful": not report["trouble"],
                        "exitCode": report["exit_code"],
                        "startTimeUtc": report["began_at"].replace("+00:00", "Z"),
                        "toolExecutionNotifications": [
                            {"level": level, "message": {"text": entry}}
                            for level, kind in (("warning", "warnings"), ("error", "trouble"))
                            for entry in report[kind]
                        ],
                    }
                ],
                "originalUriBaseIds": {
                    REPORTS: {
                        "uri": f"{folder.resolve().as_uri()}/",
                        "description": {
                            "text": "The folder of the reports, with a copy of the contract."
                        },
                    }
                },
                "results": [
                    _result(finding, rule_ids.index(_rule_id(finding)))
                    for finding in report["findings"]
                ],
                "columnKind": "unicodeCodePoints",
            }
        ],
    }


def _rule_id(finding: Finding) -> str:
    return f"{finding['vendor']}/{finding['operation'] or finding['layer']}"


def _rule(finding: Finding, report: Mapping[str, Any]) -> dict[str, Any]:
    titles = {vendor["vendor"]: vendor["title"] for vendor in report["vendors"]}
    subject = finding["operation"] or f"{finding['layer']} tests"
    text = f"{titles.get(finding['vendor'], finding['vendor'])}: {subject} must match the contract"
    return {"id": _rule_id(finding), "shortDescription": {"text": text}}


def _result(finding: Finding, rule: int) -> dict[str, Any]:
    return {
        "ruleId": _rule_id(finding),
        "ruleIndex": rule,
        "level": LEVELS[finding["kind"]],
        "message": {"text": "\n".join(_message_lines(finding))},
        "locations": [_location(finding)],
        "partialFingerprints": {"mockvoiceFinding/v1": finding["id"]},
        "properties": {
            "evidence": finding["evidence"], "seed": finding["seed"], "test": finding["test"],
            "count": finding["count"],
            "tags": [finding["layer"], finding["evidence"]],
        },
    }  # fmt: skip


def _location(finding: Finding) -> dict[str, Any]:
    file, line = contract_copies.place_of(finding)
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": file, "uriBaseId": REPORTS},
            "region": {"startLine": line},
        }
    }


def _message_lines(finding: Finding) -> Iterator[str]:
    if finding["kind"] == "assumption":
        yield "The service differs from an assumption of the contract."
    yield finding["message"]
    for label, text in finding_text.sections(finding):
        yield f"{label}: {text}"
