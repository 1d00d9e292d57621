"""``report.html``: one self-contained page."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mockvoice.printable import escape_controls
from mockvoice_contracts.check import asked


def _printable(value: object) -> object:
    """Escape the control characters of a text; rendered parts of a page have none any more."""
    is_text = isinstance(value, str) and not isinstance(value, Markup)
    return escape_controls(str(value)) if is_text else value


_TEMPLATES = Environment(
    loader=PackageLoader("mockvoice_contracts.check"),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_printable,
    trim_blocks=True,
    lstrip_blocks=True,
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


def build(report: Mapping[str, Any]) -> str:
    """Return the HTML page of a report."""
    template = _TEMPLATES.get_template("report.html")
    breaches = [finding for finding in report["findings"] if finding["kind"] == "breach"]
    assumptions = [finding for finding in report["findings"] if finding["kind"] == "assumption"]
    skipped: dict[str, int] = {}
    for test in report["tests"]:
        if test["outcome"] == "skipped":
            skipped[test["said"]] = skipped.get(test["said"], 0) + 1
    return template.render(
        report=report,
        breaches=breaches,
        assumptions=assumptions,
        skipped=skipped,
        kinds=KIND_LABELS,
        asked_partly=asked.is_partial(report["asked"]),
        asked_extent=asked.extent(report["asked"]),
        asked_lines=list(asked.lines(report["asked"])),
    )
