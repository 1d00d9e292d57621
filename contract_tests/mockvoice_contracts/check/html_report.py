"""``report.html``: one self-contained page, whose script renders the data that it contains once."""

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mockvoice.printable import escape_all
from mockvoice_contracts.check import asked, contract_copies, finding_text

_TEMPLATES = Environment(
    loader=PackageLoader("mockvoice_contracts.check"),
    autoescape=True,
    undefined=StrictUndefined,
)

# Labels of the kinds of coverage.
KIND_LABELS = {
    "statuses": "responses by status",
    "parameters": "query parameters",
    "sent": "request properties",
    "enums": "enum values",
    "fields": "optional response properties",
    "codes": "error codes",
}
# So that the page of a thousand findings has less than a megabyte.
MAX_FINDINGS_CHARS = 600_000
MIN_TEXT_CHARS, MAX_TEXT_CHARS = 80, 4000
TEXTS_OF_A_FINDING = 6
MAX_TESTS = 20  # of a finding; report.json has all
# Characters that end a script element or a line of JavaScript, as JSON escapes.
_UNSAFE = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def build(report: Mapping[str, Any]) -> str:
    """Return the HTML page of a report."""
    template = _TEMPLATES.get_template("report.html")
    titles = ", ".join(vendor["title"] for vendor in report["vendors"])
    # The only texts of the template; the page's script puts all others into text nodes.
    title = escape_all(f"{report['outcome']}: {titles}")
    return template.render(title=title, data=Markup(_dumps(escape_all(_data(report)))))


def _dumps(data: Any) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return "".join(_UNSAFE.get(character, character) for character in text)


def _data(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page shows: a report without repetitions, with texts shortened."""
    names = ("mockvoice", "began_at", "seconds", "outcome", "seed", "strict_assumptions",
             "warnings", "trouble")  # fmt: skip
    limit = MAX_FINDINGS_CHARS // max(len(report["findings"]), 1) // TEXTS_OF_A_FINDING
    limit = min(max(limit, MIN_TEXT_CHARS), MAX_TEXT_CHARS)
    tests = _tests_by_finding(report["tests"])
    return {
        **{name: report[name] for name in names},
        "vendors": [_vendor(vendor) for vendor in report["vendors"]],
        "findings": [
            _finding(finding, tests.get(finding["id"], []), limit) for finding in report["findings"]
        ],
        "asked": list(asked.lines(report["asked"])),
        "extent": asked.extent(report["asked"]) if asked.is_partial(report["asked"]) else None,
        "kinds": KIND_LABELS,
        "skipped": [(row["reason"], len(row["tests"])) for row in report["skipped"]],
        "not_run": [(row["reason"], row["count"]) for row in report["not_run"]],
        "parity": report.get("parity", []),
        "modules": _modules(report["tests"]),
    }


def _vendor(vendor: Mapping[str, Any]) -> dict[str, Any]:
    coverage = vendor["coverage"]
    operations = {
        name: [
            operation["method"],
            operation["path"],
            {kind: [operation[kind]["seen"], operation[kind]["never"]] for kind in KIND_LABELS
             if operation[kind]["seen"] or operation[kind]["never"]},
        ]
        for name, operation in coverage["operations"].items()
    }  # fmt: skip
    return {**vendor, "coverage": {**coverage, "operations": operations}}


def _finding(finding: Mapping[str, Any], tests: Sequence[int], limit: int) -> dict[str, Any]:
    file, line = contract_copies.place_of(finding)
    title = finding["operation"] or finding["test"].rpartition("::")[2]
    sections = [
        (label, _shorten(text, limit))
        for label, text in finding_text.sections(finding)
        if label not in ("Test", "Not run because of it")
    ]
    return {
        "id": finding["id"], "kind": finding["kind"], "vendor": finding["vendor"],
        "layer": finding["layer"], "title": title, "counts": finding_text.test_counts(finding),
        "message": _shorten(finding["message"], limit), "sections": sections,
        "file": file, "line": line, "seed": finding["seed"], "evidence": finding["evidence"],
        "tests": tests[:MAX_TESTS], "more": max(len(tests) - MAX_TESTS, 0),
        "operations": finding["operations"] if len(finding["operations"]) > 1 else [],
    }  # fmt: skip


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"


def _tests_by_finding(tests: Sequence[Mapping[str, Any]]) -> dict[str, list[int]]:
    """Return the tests of each finding: their positions among all tests, sorted by module."""
    positions: dict[str, list[int]] = {}
    for position, test in enumerate(sorted(tests, key=_module)):
        for finding in test.get("findings", ()):
            positions.setdefault(finding, []).append(position)
    return positions


def _module(test: Mapping[str, Any]) -> str:
    return str(test["id"].partition("::")[0])


def _modules(tests: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the tests by module: outcome, by its first letter, name and seconds of each."""
    return [
        {
            "path": path, "vendor": rows[0]["vendor"], "layer": rows[0]["layer"],
            "tests": [[row["outcome"][0], row["id"].partition("::")[2], round(row["seconds"], 2)]
                      for row in rows],
        }
        for path, group in groupby(sorted(tests, key=_module), key=_module)
        for rows in [list(group)]
    ]  # fmt: skip
