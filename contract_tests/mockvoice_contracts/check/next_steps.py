"""What to do after a check: the last lines of its output."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mockvoice_contracts.check.options import CheckOptions

_VARIABLE = re.compile(r"\$([A-Z_]+)")


def lines(report: Mapping[str, Any], options: CheckOptions) -> Iterator[str]:
    """Yield where the details are, how to repeat a test or a request, and how to check more."""
    if options.report_dir is not None:
        yield f"open {Path(options.report_dir, 'report.html')} for all findings and the coverage"
    elif report["findings"]:
        yield "add --report-dir DIR for a page with all findings and the coverage"
    breaches = [row for row in report["findings"] if row["kind"] == "breach"]
    if breaches:
        name = breaches[0]["test"].rpartition("::")[2].partition("[")[0]
        yield (
            "run the test of the first finding again: the same command with "
            f"--select {name} --seed {report['seed']}"
        )
        yield from _hints_for_curl(report, breaches)
    if more := _more(report, options):
        yield more


def _hints_for_curl(
    report: Mapping[str, Any], breaches: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """Yield what the curl lines of the findings need."""
    shown = " ".join(finding["curl"] or "" for finding in breaches)
    names = sorted({*_VARIABLE.findall(shown)})
    if names:
        yield f"the curl lines read the credentials of the target from {', '.join(names)}"
    if any(vendor["mode"] == "own-data" for vendor in report["vendors"]):
        yield "the records of the run are deleted, so a curl line may not find them"


def _more(report: Mapping[str, Any], options: CheckOptions) -> str | None:
    names = [row["operation"] for vendor in report["vendors"] for row in vendor["not_served"]]
    if names and not options.only:
        return (
            f"if operations such as {names[0]} are not part of your server, "
            "name those that are: --only PATTERN"
        )
    return None
