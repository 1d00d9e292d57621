"""The report files of a run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockvoice_contracts.check import html_report, sarif
from mockvoice_contracts.check.report import dumps


def write(folder: Path, report: Mapping[str, Any]) -> None:
    """Write all reports to a folder; pytest has already written ``junit.xml`` there."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(dumps(report), "utf-8")
    (folder / "report.sarif").write_text(dumps(sarif.build(report)), "utf-8")
    (folder / "report.html").write_text(html_report.build(report), "utf-8")
