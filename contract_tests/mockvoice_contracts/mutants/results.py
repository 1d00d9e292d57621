"""Results of planted faults, their report, and the tests that caught them."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mockvoice_contracts.mutants.catalogue import HERE

CAUGHT, SURVIVED, NO_EFFECT, INVALID = "caught", "survived", "no-effect", "invalid"
CATCHING_TESTS = HERE / "catchers.json"


@dataclass(frozen=True)
class MutantResult:
    """The result of one planted fault.

    The verdict is ``caught`` by a test, ``survived`` the suite, ``no-effect`` if its probe sees no
    difference, or ``invalid`` if the fault no longer fits the code or crashes the server.
    """

    vendor: str
    id: str
    title: str
    rule: str
    operation: str
    evidence: str
    verdict: str
    seconds: float
    test: str | None = None
    caught_rule: str | None = None  # the name of ``test`` as a sentence
    message: str | None = None


def load_catching_tests() -> dict[str, dict[str, str]]:
    """Return the test that last caught each fault, by vendor and fault id."""
    catchers: dict[str, dict[str, str]] = json.loads(CATCHING_TESTS.read_text("utf-8"))
    return catchers


def save_catching_tests(results: Iterable[MutantResult]) -> None:
    """Save the test that caught each fault."""
    catchers = load_catching_tests()
    for result in results:
        if result.verdict == CAUGHT and result.test:
            catchers.setdefault(result.vendor, {})[result.id] = result.test
    CATCHING_TESTS.write_text(_dumps(catchers), "utf-8")


def write_report(path: Path, results: Iterable[MutantResult]) -> None:
    """Write the results as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_dumps([asdict(result) for result in results]), "utf-8")


def _dumps(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False, sort_keys=isinstance(data, dict)) + "\n"
