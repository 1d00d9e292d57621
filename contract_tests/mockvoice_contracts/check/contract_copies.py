"""Copies of the contract's source files beside the reports, so that findings can point to them."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mockvoice import output_files
from mockvoice.output_files import OutputError
from mockvoice_contracts.harness import targets

FOLDER = "contract"
FIRST_FILE = "openapi.yaml"

Finding = Mapping[str, Any]


def path_of(vendor: str, file: str) -> str:
    """Return the path of a copy, relative to the folder of the reports."""
    name = file.removeprefix(f"{targets.contract_path(vendor)}/")
    return f"{FOLDER}/{vendor}/{name}"


def place_of(finding: Finding) -> tuple[str, int]:
    """Return the copy and line of a finding; without a place, the first line of the contract."""
    if finding["contract"] is None:
        return f"{FOLDER}/{finding['vendor']}/{FIRST_FILE}", 1
    return finding["contract"]["copy"], finding["contract"]["line"]


def write(folder: Path, findings: Iterable[Finding]) -> None:
    """Write the files that findings point to. Raises ``OutputError``."""
    for vendor, name in sorted(set(_files(findings))):
        target = folder / FOLDER / vendor / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(target.parent, error) from error
        output_files.write(target, [targets.contract_file(vendor, name).read_bytes()])


def _files(findings: Iterable[Finding]) -> Iterator[tuple[str, str]]:
    for finding in findings:
        prefix = f"{FOLDER}/{finding['vendor']}/"
        yield finding["vendor"], place_of(finding)[0].removeprefix(prefix)
