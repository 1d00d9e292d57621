"""The files that a run leaves."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockvoice_contracts.check import page, sarif
from mockvoice_contracts.check.report import written


def write(folder: Path, report: Mapping[str, Any]) -> None:
    """Write every report into a folder, where pytest has written ``junit.xml`` already."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(written(report), "utf-8")
    (folder / "report.sarif").write_text(written(sarif.made(report)), "utf-8")
    (folder / "report.html").write_text(page.made(report), "utf-8")
