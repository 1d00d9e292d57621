"""The catalogues: one planted fault each, as the vendors' own files say it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
VENDORS = tuple(sorted(path.stem for path in HERE.glob("*.toml")))


class InvalidEntry(Exception):
    """A catalogue says something that cannot be planted."""


@dataclass(frozen=True)
class Edit:
    """One text in one function of the mock, replaced by another."""

    function: str  # "rules.totals:line_figures", below the vendor's package
    old: str
    new: str


@dataclass(frozen=True)
class Mutant:
    """A planted fault: the rule that it breaks, and how.

    ``operation`` and ``evidence`` are where the contract has the rule, and how well it is known.
    ``probe`` names the requests that show the fault. ``edits`` go into the server's functions;
    ``wire`` rewrites answers on their way out.
    """

    vendor: str
    id: str
    title: str
    rule: str
    operation: str
    evidence: str
    probe: str
    edits: tuple[Edit, ...] = ()
    wire: Mapping[str, Any] = field(default_factory=dict)


def load_catalogue(vendor: str) -> dict[str, Mutant]:
    """A vendor's planted faults by id. Raises ``BadEntry``."""
    entries = tomllib.loads(HERE.joinpath(f"{vendor}.toml").read_text("utf-8"))
    return {name: _parse_mutant(vendor, name, entry) for name, entry in entries.items()}


def _parse_mutant(vendor: str, name: str, entry: dict[str, Any]) -> Mutant:
    edits = tuple(Edit(each["in"], each["old"], each["new"]) for each in entry.pop("edits", ()))
    try:
        found = Mutant(vendor=vendor, id=name, edits=edits, **entry)
    except TypeError as error:
        raise InvalidEntry(f"{vendor} {name}: {error}") from error
    if bool(found.edits) == bool(found.wire):
        raise InvalidEntry(f"{vendor} {name}: say either edits or wire")
    return found
