"""Catalogues of planted faults, loaded from ``<vendor>.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
VENDORS = tuple(sorted(path.stem for path in HERE.glob("*.toml")))


class InvalidEntry(Exception):
    """A catalogue entry is invalid or does not fit the code."""


@dataclass(frozen=True)
class Edit:
    """A replacement of one text in one function of the mock."""

    function: str  # "rules.totals:line_figures", below the vendor's package
    old: str
    new: str


@dataclass(frozen=True)
class Mutant:
    """A planted fault: the rule that it breaks, and its edits.

    ``operation`` and ``evidence`` locate the rule in the contract. ``probe`` names the function
    whose requests show the fault. ``edits`` change the server's functions; ``wire`` rewrites
    responses.
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
    """Load a vendor's planted faults by id. Raises ``InvalidEntry``."""
    entries = tomllib.loads(HERE.joinpath(f"{vendor}.toml").read_text("utf-8"))
    return {name: _parse_mutant(vendor, name, entry) for name, entry in entries.items()}


def _parse_mutant(vendor: str, name: str, entry: dict[str, Any]) -> Mutant:
    edits = tuple(Edit(table["in"], table["old"], table["new"]) for table in entry.pop("edits", ()))
    try:
        mutant = Mutant(vendor=vendor, id=name, edits=edits, **entry)
    except TypeError as error:
        raise InvalidEntry(f"{vendor} {name}: {error}") from error
    if bool(mutant.edits) == bool(mutant.wire):
        raise InvalidEntry(f"{vendor} {name}: needs either edits or wire")
    return mutant
