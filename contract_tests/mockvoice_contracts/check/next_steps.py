"""What to do after a check: the last lines of its output."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mockvoice_contracts.check.options import CheckOptions


def lines(report: Mapping[str, Any], options: CheckOptions) -> Iterator[str]:
    """Yield up to three lines: where the details are, how to repeat a test, how to check more."""
    if options.report_dir is not None:
        yield f"open {Path(options.report_dir, 'report.html')} for all findings and the coverage"
    elif report["findings"]:
        yield "add --report-dir DIR for a page with all findings and the coverage"
    breaches = [row for row in report["findings"] if row["kind"] == "breach"]
    if breaches:
        name = breaches[0]["test"].rpartition("::")[2].partition("[")[0]
        yield f"run the test of the first finding again: --select {name} --seed {report['seed']}"
    if more := _more(report, options):
        yield more


def _more(report: Mapping[str, Any], options: CheckOptions) -> str | None:
    names = [row["operation"] for vendor in report["vendors"] for row in vendor["not_served"]]
    if names and not options.only:
        return (
            f"if operations such as {names[0]} are not part of your server, "
            "name those that are: --only PATTERN"
        )
    return None
