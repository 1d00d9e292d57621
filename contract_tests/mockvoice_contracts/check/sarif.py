"""``report.sarif``: findings for code scanning, each at the line of the contract that it breaks."""

from collections.abc import Iterator, Mapping
from typing import Any

from mockvoice_contracts.harness import targets

Finding = Mapping[str, Any]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"breach": "error", "assumption": "note"}
# Findings without a location are reported at the first line of the contract.
FIRST_LINE = 1


def build(report: Mapping[str, Any]) -> dict[str, Any]:
    """Build the SARIF 2.1.0 log of a run."""
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
                    "CONTRACTS": {
                        "description": {
                            "text": "The directory that contains openapi/ or the package of the vendor."
                        }
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
            "tags": [finding["layer"], finding["evidence"]],
        },
    }  # fmt: skip


def _location(finding: Finding) -> dict[str, Any]:
    source = finding["contract"] or {
        "file": f"{targets.contract_path(finding['vendor'])}/openapi.yaml", "line": FIRST_LINE
    }  # fmt: skip
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": source["file"], "uriBaseId": "CONTRACTS"},
            "region": {"startLine": source["line"]},
        }
    }


def _message_lines(finding: Finding) -> Iterator[str]:
    if finding["kind"] == "assumption":
        yield "The service differs from an assumption of the contract."
    yield finding["message"]
    if finding["contract"]:
        yield f"Contract: {finding['contract']['says']}"
    if finding["came_back"]:
        yield f"Response: {finding['came_back']['status']} {finding['came_back']['body']}"
    if finding["curl"]:
        yield f"Repeat with: {finding['curl']}"
