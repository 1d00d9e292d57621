"""The statements of the vendors' documents, read from the data files of this folder.

A data file has groups. A group has an id, which begins the ids of its statements, and defaults for
them. With ``again``, its statements hold for a second list too, which gets ids of its own; where
they can be read in two ways, the decision for the first list holds for the second.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

VENDORS = ("halo", "growcrm", "optiflow", "count")
FOLDER = Path(__file__).parent
ABOUT = ("id", "says", "check", "name", "reading", "tried_by", "not_tried")

Test = TypeVar("Test", bound=Callable[..., Any])

cited: set[str] = set()


@dataclass(frozen=True)
class Statement:
    """What a document says, in this project's words, and how it is tried.

    ``name`` is that of the parameter or field: the last part of the id, if there is no other.
    """

    id: str
    name: str
    says: str
    check: str | None
    arguments: Mapping[str, Any]
    tried_by: tuple[str, ...] = ()
    reading: bool = False
    not_tried: str = ""

    @property
    def vendor(self) -> str:
        return self.id.split("/")[0]


def states(*ids: str) -> Callable[[Test], Test]:
    """Mark a test as one that tries these statements."""

    def mark(test: Test) -> Test:
        cited.update(ids)
        return test

    return mark


def load(vendor: str) -> list[Statement]:
    """Return the statements of a vendor's data file."""
    document = tomllib.loads((FOLDER / f"{vendor}.toml").read_text())
    return [statement for group in document["group"] for statement in _statements(group)]


def load_all() -> list[Statement]:
    return [statement for vendor in VENDORS for statement in load(vendor)]


def _statements(group: dict[str, Any]) -> Iterator[Statement]:
    defaults = {k: v for k, v in group.items() if k not in ("id", "statements", "again")}
    for entry in group["statements"]:
        own = {k: v for k, v in entry.items() if k != "again"}
        yield _statement(group["id"], {**defaults, **own})
        if "again" in group and entry.get("again") is not False:
            second = {
                **defaults,
                **own,
                "reading": False,
                **group["again"],
                **entry.get("again", {}),
            }
            yield _statement(group["again"]["id"], {**second, "id": entry["id"]})


def _statement(prefix: str, entry: dict[str, Any]) -> Statement:
    arguments = {name: value for name, value in entry.items() if name not in ABOUT}
    return Statement(
        id=f"{prefix}/{entry['id']}",
        name=entry.get("name", entry["id"].rsplit("/", 1)[-1]),
        says=entry["says"],
        check=entry.get("check"),
        arguments=arguments,
        tried_by=tuple(entry.get("tried_by", ())),
        reading=entry.get("reading", False),
        not_tried=entry.get("not_tried", ""),
    )
