"""Runs of the collections by newman and Bruno's command-line tool against a server."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.collections.errors import CannotMakeCollections
from tools.collections.generate import CollectionFiles
from tools.collections.nodejs import PACKAGES, run_node

NEWMAN = PACKAGES / "newman/bin/newman.js"
BRU = PACKAGES / "@usebruno/cli/bin/bru.js"


@dataclass(frozen=True)
class RunResult:
    """How many requests of a run there were, and the reasons of those that failed."""

    requests: int
    failures: tuple[str, ...]

    @property
    def is_success(self) -> bool:
        """Whether there were requests and all of them succeeded."""
        return self.requests > 0 and not self.failures


def run_newman(files: CollectionFiles, url: str) -> RunResult:
    """Send the requests of a Postman collection to a server with the demo data."""
    report = files.folder / f"{files.key}.newman.json"
    result = run_node(
        NEWMAN, "run", files.postman, "--environment", files.environment("mock"),
        "--env-var", f"baseUrl={url}", "--working-dir", files.folder,
        "--reporters", "json", "--reporter-json-export", report, folder=files.folder,
    )  # fmt: skip
    executions = _report(report, result.stderr)["run"]["executions"]
    return _result(
        (each["item"]["name"], response.get("code"), _text(response.get("stream")))
        for each in executions
        for response in (each.get("response", {}),)
    )


def run_bruno(files: CollectionFiles, url: str, sandbox: str = "safe") -> RunResult:
    """Send the requests of a Bruno collection to a server with the demo data.

    Scripts run in the tool's default sandbox ``safe``, or far faster in ``developer``.
    """
    report = (files.folder / f"{files.key}.bruno.json").resolve()
    result = run_node(
        BRU, "run", "-r", "--env", "mock", "--env-var", f"baseUrl={url}", "--noproxy", "--sandbox", sandbox,
        "--reporter-json", report, folder=files.bruno,
    )  # fmt: skip
    results = _report(report, result.stdout + result.stderr)[0]["results"]
    return _result(
        (each["name"], each["response"].get("status"), json.dumps(each["response"].get("data")))
        for each in results
    )


def _report(path: Path, output: str) -> Any:
    if not path.exists():
        raise CannotMakeCollections(f"the run wrote no report:\n{output.strip()}")
    return json.loads(path.read_text("utf-8"))


def _text(stream: Any) -> str:
    """Return the body of a response in a report of newman, which lists its bytes."""
    return bytes(stream["data"]).decode("utf-8", "replace") if stream else ""


def _result(responses: Iterable[tuple[str, Any, str]]) -> RunResult:
    """Return the result of requests: the name, the status and the body of each response."""
    listed = list(responses)
    failures = (
        f"{name}: {status or 'no response'} {body[:200]}".rstrip()
        for name, status, body in listed
        if not isinstance(status, int) or not 200 <= status < 300
    )
    return RunResult(len(listed), tuple(failures))
