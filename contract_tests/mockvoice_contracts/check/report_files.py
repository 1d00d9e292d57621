"""The report files of a run."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from mockvoice_contracts.check import html_report, sarif
from mockvoice_contracts.check.report import dumps


def write(folder: Path, report: Mapping[str, Any]) -> None:
    """Write all reports to a folder; ``join_junit`` has already written ``junit.xml`` there."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(dumps(report), "utf-8")
    (folder / "report.sarif").write_text(dumps(sarif.build(report)), "utf-8")
    (folder / "report.html").write_text(html_report.build(report), "utf-8")


def join_junit(parts: Sequence[Path], folder: Path) -> None:
    """Write ``junit.xml`` with the test suites of several files; pytest writes one for each run."""
    if not parts:
        return
    root = ET.parse(parts[0]).getroot()
    for part in parts[1:]:
        root.extend(ET.parse(part).getroot())
    folder.mkdir(parents=True, exist_ok=True)
    ET.ElementTree(root).write(folder / "junit.xml", encoding="utf-8", xml_declaration=True)
