"""What became of planted faults: for people, for the next run, and as a report."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mockvoice_contracts.mutants.catalogue import HERE

CAUGHT, SURVIVED, NO_EFFECT, INVALID = "caught", "survived", "dead", "broken"
CATCHERS = HERE / "catchers.json"


@dataclass(frozen=True)
class Outcome:
    """What became of one planted fault.

    ``caught`` by a test, ``survived`` the suite, ``dead`` because nothing shows it, or ``broken``:
    the fault does not fit any more, or does not leave a server that answers.
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
    caught_rule: str | None = None  # the test's name as a sentence
    message: str | None = None


def load_catchers() -> dict[str, dict[str, str]]:
    """By vendor and fault, the test that found it last, which is asked first the next time."""
    known: dict[str, dict[str, str]] = json.loads(CATCHERS.read_text("utf-8"))
    return known


def save_catchers(found: Iterable[Outcome]) -> None:
    """Keep who caught what, for the next run."""
    known = load_catchers()
    for each in found:
        if each.verdict == CAUGHT and each.test:
            known.setdefault(each.vendor, {})[each.id] = each.test
    CATCHERS.write_text(_dumps(known), "utf-8")


def write_report(path: Path, found: Iterable[Outcome]) -> None:
    """The outcomes as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_dumps([asdict(each) for each in found]), "utf-8")


def _dumps(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False, sort_keys=isinstance(data, dict)) + "\n"
