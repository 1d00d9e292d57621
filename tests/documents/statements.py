"""The statements of the vendors' documents, read from the data files of this folder.

A data file has groups. A group has an id, which begins the ids of its statements, and defaults for
them. With ``also_for``, its statements hold for a second list too, which gets ids of its own; if
they are open, the decision for the first list holds for the second.
"""

import importlib
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

VENDORS = ("halo", "growcrm", "optiflow", "count")
FOLDER = Path(__file__).parent
COVERED_IDS = "covered_ids"  # the attribute of a test function
ABOUT = ("id", "text", "check", "name", "is_open", "tried_by", "not_tried")

Test = TypeVar("Test", bound=Callable[..., Any])


class Reason(StrEnum):
    """Why a statement is not tried."""

    ADVICE = "advice"  # to the authors of clients: no response shows whether they follow it
    OUTSIDE_THE_API = "outside the API"  # such as the vendor's user interface
    NEVER_OCCURS = "never occurs"  # a member of a response that no request of the documents has


@dataclass(frozen=True)
class Statement:
    """What a document says, in this project's words, and how it is tried.

    ``name`` is that of the parameter or field: the last part of the id, if there is no other. A
    statement is open if it can be read in more than one way.
    """

    id: str
    name: str
    text: str
    check: str | None
    arguments: Mapping[str, Any]
    tried_by: tuple[str, ...] = ()
    is_open: bool = False
    not_tried: Reason | None = None

    @property
    def vendor(self) -> str:
        return self.id.split("/")[0]


def covers(*ids: str) -> Callable[[Test], Test]:
    """Mark a test as one that tries these statements."""

    def mark(test: Test) -> Test:
        setattr(test, COVERED_IDS, ids)
        return test

    return mark


def covered_ids() -> set[str]:
    """Import every test module of this folder, and return the ids that its tests cover."""
    names = sorted(path.stem for path in FOLDER.glob("test_*.py"))
    modules = [importlib.import_module(f"{__package__}.{name}") for name in names]
    values = [value for module in modules for value in vars(module).values()]
    return {name for value in values for name in getattr(value, COVERED_IDS, ())}


def load(vendor: str) -> list[Statement]:
    """Return the statements of a vendor's data file."""
    document = tomllib.loads((FOLDER / f"{vendor}.toml").read_text())
    return [statement for group in document["group"] for statement in _statements(group)]


def load_all() -> list[Statement]:
    return [statement for vendor in VENDORS for statement in load(vendor)]


def _statements(group: dict[str, Any]) -> Iterator[Statement]:
    defaults = {k: v for k, v in group.items() if k not in ("id", "statements", "also_for")}
    for entry in group["statements"]:
        own = {k: v for k, v in entry.items() if k != "also_for"}
        yield _statement(group["id"], {**defaults, **own})
        if "also_for" in group and entry.get("also_for") is not False:
            second = {
                **defaults,
                **own,
                "is_open": False,
                **group["also_for"],
                **entry.get("also_for", {}),
            }
            yield _statement(group["also_for"]["id"], {**second, "id": entry["id"]})


def _statement(prefix: str, entry: dict[str, Any]) -> Statement:
    arguments = {name: value for name, value in entry.items() if name not in ABOUT}
    return Statement(
        id=f"{prefix}/{entry['id']}",
        name=entry.get("name", entry["id"].rsplit("/", 1)[-1]),
        text=entry["text"],
        check=entry.get("check"),
        arguments=arguments,
        tried_by=tuple(entry.get("tried_by", ())),
        is_open=entry.get("is_open", False),
        not_tried=Reason(entry["not_tried"]) if "not_tried" in entry else None,
    )
