"""The changes of each contract, as Redocly CLI finds and rates them."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mockvoice.web.contract_files import ContractData, ContractFiles
from mockvoice.web.document import METHODS
from tools.contract_diff.errors import ComparisonError

# It turns the rules on: without them, Redocly rates every change as harmless.
CONFIGURATION = Path(__file__).parents[2] / "redocly.yaml"
# The part of a pointer that leads to an operation, or to a path.
OPERATION = re.compile(rf"#/paths/(?P<url>[^/]+)(/(?P<method>{'|'.join(METHODS)})(?=/|$))?")
NEW = "the contract is new"
REMOVED = "the contract was removed"


@dataclass(frozen=True)
class ContractChanges:
    """The changes of one contract: a line for each one that breaks clients, and how many others."""

    name: str
    breaking: tuple[str, ...] = ()
    others: int = 0
    note: str = ""


def join_contracts(root: Path, folder: Path) -> dict[str, Path]:
    """Write each contract below a root as one document; return the files by name."""
    folder.mkdir(parents=True, exist_ok=True)
    joined = {}
    for source in sorted(root.glob("openapi/*/openapi.yaml")):
        try:
            document = ContractFiles(source.parent).joined()
        except (LookupError, OSError, ValueError, yaml.YAMLError) as error:
            raise ComparisonError(f"{source} cannot be joined: {error!r}") from error
        move_parameters_to_operations(document)
        joined[source.parent.name] = path = folder / f"{source.parent.name}.json"
        path.write_text(json.dumps(document, ensure_ascii=False, indent=1), "utf-8")
    return joined


def move_parameters_to_operations(document: ContractData) -> None:
    """Move the parameters of each path into its operations.

    The tool compares both places apart, so it would report a parameter that only moves between them.
    """
    for item in document["paths"].values():
        shared = item.pop("parameters", [])
        for operation in (item[method] for method in METHODS if method in item):
            own = operation.get("parameters", [])
            replaced = {_identity(document, parameter) for parameter in own}
            kept = [each for each in shared if _identity(document, each) not in replaced]
            operation["parameters"] = [*kept, *own]


def _identity(document: ContractData, parameter: ContractData) -> tuple[str, str]:
    """Return the place and the name of a parameter, which an operation's own one replaces."""
    if "$ref" in parameter:
        parameter = document["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
    return parameter["in"], parameter["name"]


def compare_contracts(
    tool: str, base: dict[str, Path], head: dict[str, Path], reports: Path
) -> Iterator[ContractChanges]:
    """Yield the changes of every contract; the tool's complete reports are written to a folder."""
    reports.mkdir(parents=True, exist_ok=True)
    for name in sorted({*base, *head}):
        if name not in head:
            yield ContractChanges(name, (REMOVED,))
        elif name not in base:
            yield ContractChanges(name, note=NEW)
        elif base[name].read_bytes() == head[name].read_bytes():
            yield ContractChanges(name)
        else:
            report = reports / f"{name}.json"
            _run_tool(tool, base[name], head[name], report)
            yield parse_report(name, json.loads(report.read_text("utf-8")))


def _run_tool(tool: str, base: Path, head: Path, report: Path) -> None:
    command = ["npx", "--yes", tool, "diff", str(base), str(head), "--config", str(CONFIGURATION),
               "--fail-on", "none", "--format", "json", "--output", str(report)]  # fmt: skip
    quiet = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    try:
        result = subprocess.run(
            command, env={**os.environ, **quiet}, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise ComparisonError(f"npx, which runs {tool}, is missing; install Node.js") from None
    if result.returncode:
        raise ComparisonError(f"npx cannot run {tool}:\n{result.stderr.strip()}")


def parse_report(name: str, report: dict[str, Any]) -> ContractChanges:
    """Return what a report of the tool says: ``major`` is its word for a change that breaks clients."""
    major = [change for change in report["changes"] if change["impact"] == "major"]
    lines = (
        describe(change["path"], verdict)
        for change in major
        for verdict in change["verdicts"]
        if verdict["impact"] == "major"
    )
    return ContractChanges(name, tuple(lines), len(report["changes"]) - len(major))


def describe(path: str, verdict: dict[str, Any]) -> str:
    """Return the operation of a change, what changed, and where in the contract."""
    start = OPERATION.match(path)
    operation = _operation_name(start) if start else path.strip("#/")
    pointer = verdict["location"]["pointer"]
    inside = pointer.removeprefix(start[0] if start else path).strip("#/").replace("~1", "/")
    place = f" ({inside})" if inside else ""
    return f"{operation}: {verdict['message'].rstrip('.')}{place}"


def _operation_name(start: re.Match[str]) -> str:
    """Return a method and a path, or a path alone, such as ``GET /api/items``."""
    url = start["url"].replace("~1", "/").replace("~0", "~")
    return f"{start['method'].upper()} {url}" if start["method"] else url
