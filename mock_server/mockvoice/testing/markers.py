"""What a test's marks say of its sandbox."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

WORDS = ("data", "now", "seed", "frozen")


class InvalidMarker(Exception):
    """A mark says what cannot be meant."""


def sandbox_options(marks: Iterable[pytest.Mark], folder: Path) -> dict[str, Any]:
    """The arguments of ``Mock.sandbox`` that marks ask for, the nearest mark first.

    A mark of a class or a module says what those nearer do not. Files are looked for in ``folder``.
    Raises ``BadMark``.
    """
    wanted: dict[str, Any] = {}
    for mark in marks:
        strange = sorted(set(mark.kwargs) - set(WORDS))
        if mark.args or strange:
            what = ", ".join([*map(repr, mark.args), *strange])
            raise InvalidMarker(
                f"the mark does not take {what}; it takes {', '.join(WORDS)}, each by its name"
            )
        wanted = {**mark.kwargs, **wanted}
    if "data" in wanted:
        wanted["data"] = _data(wanted["data"], folder)
    if isinstance(wanted.get("now"), datetime) and wanted["now"].tzinfo is None:
        raise InvalidMarker("the mark's now needs a time zone, such as datetime.UTC")
    return wanted


def _data(data: Any, folder: Path) -> Any:
    if not isinstance(data, str | Path) or data in ("demo", "empty"):
        return data
    file = folder / data
    try:
        return json.loads(file.read_bytes())
    except OSError as error:
        raise InvalidMarker(
            f"the mark's data is {str(data)!r}, neither demo nor empty, "
            f"nor a file in {folder}: {error.strerror}"
        ) from error
    except ValueError as error:
        raise InvalidMarker(f"{file} is not JSON: {error}") from error


def instant(moment: datetime | str) -> str:
    """An instant as the control API reads it. Raises ``ValueError`` for one without an offset."""
    if isinstance(moment, str):
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} needs a time zone, such as datetime.UTC")
    return moment.isoformat().replace("+00:00", "Z")
