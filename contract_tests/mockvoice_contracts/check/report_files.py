"""The report files of a run."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from xml.etree import ElementTree as ET

from mockvoice import output_files
from mockvoice.output_files import OutputError
from mockvoice.printable import escape_controls
from mockvoice_contracts.check import asked, html_report, sarif
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
    """Write all reports to a folder; complete the ``junit.xml`` that is already there.

    Raises ``OutputError``.
    """
    texts = {
        "report.json": dumps(report),
        "report.sarif": dumps(sarif.build(report)),
        "report.html": html_report.build(report),
    }
    for name, text in texts.items():
        output_files.write(folder / name, [text.encode()])
    junit = folder / "junit.xml"
    if junit.is_file():
        root = ET.parse(junit).getroot()
        _add_properties(root, "warning", report["warnings"])
        _add_properties(root, "asked", list(asked.lines(report["asked"])))
        _write_xml(junit, root)


def join_junit(parts: Sequence[Path], folder: Path) -> None:
    """Write ``junit.xml`` with the test suites of several files; pytest writes one for each run.

    Raises ``OutputError``.
    """
    if not parts:
        return
    root = ET.parse(parts[0]).getroot()
    for part in parts[1:]:
        root.extend(ET.parse(part).getroot())
    _write_xml(folder / "junit.xml", root)


def _add_properties(root: ET.Element, name: str, values: Sequence[str]) -> None:
    """Add a property for each value to each test suite, before its tests."""
    for suite in root.iter("testsuite"):
        properties = suite.find("properties")
        if properties is None:
            properties = ET.Element("properties")
            suite.insert(0, properties)
        for value in values:
            ET.SubElement(properties, "property", name=name, value=escape_controls(value))


def _write_xml(file: Path, root: ET.Element) -> None:
    output_files.write(file, [ET.tostring(root, encoding="utf-8", xml_declaration=True)])
