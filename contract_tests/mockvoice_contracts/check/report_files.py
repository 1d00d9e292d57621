"""The report files of a run."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from xml.etree import ElementTree as ET

from mockvoice import output_files
from mockvoice.output_files import OutputError
from mockvoice_contracts.check import html_report, sarif
from mockvoice_contracts.check.report import dumps


def create_folder(folder: Path) -> None:
    """Create the folder of the reports, and a file in it. Raises ``OutputError``."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(folder, error) from error


def write(folder: Path, report: Mapping[str, Any]) -> None:
    """Write all reports to a folder; ``join_junit`` has already written ``junit.xml`` there.

    Raises ``OutputError``.
    """
    texts = {
        "report.json": dumps(report),
        "report.sarif": dumps(sarif.build(report)),
        "report.html": html_report.build(report),
    }
    for name, text in texts.items():
        output_files.write(folder / name, [text.encode()])


def join_junit(parts: Sequence[Path], folder: Path) -> None:
    """Write ``junit.xml`` with the test suites of several files; pytest writes one for each run.

    Raises ``OutputError``.
    """
    if not parts:
        return
    root = ET.parse(parts[0]).getroot()
    for part in parts[1:]:
        root.extend(ET.parse(part).getroot())
    content = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    output_files.write(folder / "junit.xml", [content])
