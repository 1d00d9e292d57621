"""``report.sarif``: findings as code scanning shows them, each at the line of the contract that it breaks."""

from collections.abc import Iterator, Mapping
from typing import Any

Finding = Mapping[str, Any]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"breach": "error", "assumption": "note"}
# What stands nowhere in a contract is shown at its beginning.
FIRST_LINE = 1


def build(report: Mapping[str, Any]) -> dict[str, Any]:
    """A SARIF 2.1.0 log of one run."""
    rules = {_rule_id(each): _rule(each, report) for each in report["findings"]}
    places = list(rules)
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
                            {"level": "error", "message": {"text": each}}
                            for each in report["trouble"]
                        ],
                    }
                ],
                "originalUriBaseIds": {
                    "CONTRACTS": {"description": {"text": "Where the folder openapi/ stands."}}
                },
                "results": [
                    _result(each, places.index(_rule_id(each))) for each in report["findings"]
                ],
                "columnKind": "unicodeCodePoints",
            }
        ],
    }


def _rule_id(finding: Finding) -> str:
    return f"{finding['vendor']}/{finding['operation'] or finding['layer']}"


def _rule(finding: Finding, report: Mapping[str, Any]) -> dict[str, Any]:
    titles = {each["vendor"]: each["title"] for each in report["vendors"]}
    about = finding["operation"] or f"the {finding['layer']} of its records"
    text = f"{titles.get(finding['vendor'], finding['vendor'])}: {about} as the contract says"
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
    place = finding["contract"] or {
        "file": f"openapi/{finding['vendor']}/openapi.yaml", "line": FIRST_LINE
    }  # fmt: skip
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": place["file"], "uriBaseId": "CONTRACTS"},
            "region": {"startLine": place["line"]},
        }
    }


def _message_lines(finding: Finding) -> Iterator[str]:
    if finding["kind"] == "assumption":
        yield "An assumption of the contract that this service does not share."
    yield finding["message"]
    if finding["contract"]:
        yield f"The contract: {finding['contract']['says']}"
    if finding["came_back"]:
        yield f"Came back: {finding['came_back']['status']} {finding['came_back']['body']}"
    if finding["curl"]:
        yield f"Again: {finding['curl']}"
