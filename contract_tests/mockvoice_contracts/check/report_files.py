"""The report files of a run."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from xml.etree import ElementTree as ET

from mockvoice import output_files
from mockvoice.output_files import OutputError
from mockvoice.printable import escape_all
from mockvoice_contracts.check import contract_copies, html_report, junit, sarif
from mockvoice_contracts.check.report import dumps, dumps_report


def create_folder(folder: Path) -> None:
    """Create the folder of the reports. Raises ``OutputError`` if no file can be created in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(folder, error) from error


def write(folder: Path, report: Mapping[str, Any]) -> None:
    """Write all reports to a folder, and the files of the contract to which they point.

    Raises ``OutputError``.
    """
    contents = {
        "report.json": dumps_report(report).encode(),
        "report.sarif": dumps(sarif.build(report, folder)).encode(),
        "report.html": html_report.build(report).encode(),
        "junit.xml": ET.tostring(
            junit.build(escape_all(report)), encoding="utf-8", xml_declaration=True
        ),
    }
    for name, content in contents.items():
        output_files.write(folder / name, [content])
    contract_copies.write(folder, report["findings"])
