"""Runs of the collections by newman and Bruno's command-line tool against a server."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.collections.errors import CollectionError
from tools.collections.generate import CollectionFiles
from tools.collections.nodejs import FOLDER, PACKAGES, run_node

BRUNO = PACKAGES / "@usebruno/cli/bin/bru.js"


@dataclass(frozen=True)
class RunResult:
    """How many requests of a run there were, and the reasons of those that failed."""

    requests: int
    failures: tuple[str, ...]

    @property
    def is_success(self) -> bool:
        """Whether there were requests and all of them succeeded."""
        return self.requests > 0 and not self.failures


def run_newman(
    collections: Iterable[CollectionFiles], urls: Mapping[str, str]
) -> dict[str, RunResult]:
    """Send the requests of Postman collections to a server with the demo data, by vendor.

    They run in one process, because half of a short run is the start of newman.
    """
    listed = list(collections)
    triples = [(each.postman, each.environment("mock"), urls[each.key]) for each in listed]
    result = run_node(FOLDER / "send.js", *(part for triple in triples for part in triple))
    if result.returncode:
        raise CollectionError(f"newman failed:\n{result.stderr.strip()}")
    runs = json.loads(result.stdout)
    return {each.key: _result(run) for each, run in zip(listed, runs, strict=True)}


def run_bruno(files: CollectionFiles, url: str, sandbox: str = "safe") -> RunResult:
    """Send the requests of a Bruno collection to a server with the demo data.

    Scripts run in the tool's default sandbox ``safe``, or far faster in ``developer``.
    """
    report = files.folder / "documents" / f"{files.key}.bruno.json"
    result = run_node(
        BRUNO, "run", "-r", "--env", "mock", "--env-var", f"baseUrl={url}", "--noproxy",
        "--sandbox", sandbox, "--reporter-json", report, folder=files.bruno,
    )  # fmt: skip
    results = _report(report, result.stdout + result.stderr)[0]["results"]
    return _result(
        (each["name"], each["response"].get("status"), json.dumps(each["response"].get("data")))
        for each in results
    )


def _report(path: Path, output: str) -> Any:
    if not path.exists():
        raise CollectionError(f"the run wrote no report:\n{output.strip()}")
    return json.loads(path.read_text("utf-8"))


def _result(responses: Iterable[tuple[str, Any, str]]) -> RunResult:
    """Return the result of requests: the name, the status and the body of each response."""
    listed = list(responses)
    failures = (
        f"{name}: {status or 'no response'} {body[:200]}".rstrip()
        for name, status, body in listed
        if not isinstance(status, int) or not 200 <= status < 300
    )
    return RunResult(len(listed), tuple(failures))
