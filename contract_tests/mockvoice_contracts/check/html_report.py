"""``report.html``: one file for people, which needs nothing from anywhere."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

_TEMPLATES = Environment(
    loader=PackageLoader("mockvoice_contracts.check"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

# What is counted of a contract, in words.
KIND_LABELS = {
    "statuses": "answers by status",
    "parameters": "query parameters",
    "sent": "properties of requests",
    "enums": "values of enumerations",
    "fields": "optional properties of answers",
    "codes": "error codes",
}


def build(report: Mapping[str, Any]) -> str:
    """The page of a run."""
    template = _TEMPLATES.get_template("report.html")
    breaches = [each for each in report["findings"] if each["kind"] == "breach"]
    assumptions = [each for each in report["findings"] if each["kind"] == "assumption"]
    skipped: dict[str, int] = {}
    for each in report["tests"]:
        if each["outcome"] == "skipped":
            skipped[each["said"]] = skipped.get(each["said"], 0) + 1
    return template.render(
        report=report,
        breaches=breaches,
        assumptions=assumptions,
        skipped=skipped,
        kinds=KIND_LABELS,
    )
