"""Arguments of ``@pytest.mark.mockvoice``: the initial state of a test's sandbox."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

ARGUMENTS = ("data", "now", "seed", "frozen")


class InvalidMarker(Exception):
    """Invalid arguments of ``@pytest.mark.mockvoice``."""


def sandbox_options(marks: Iterable[pytest.Mark], folder: Path) -> dict[str, Any]:
    """Return the arguments of ``RemoteServer.sandbox`` from marks, the closest mark first.

    The mark of a class or a module applies to arguments that closer marks omit. Files are relative
    to ``folder``. Raises ``InvalidMarker``.
    """
    options: dict[str, Any] = {}
    for mark in marks:
        unknown = sorted(set(mark.kwargs) - set(ARGUMENTS))
        if mark.args or unknown:
            rejected = ", ".join([*map(repr, mark.args), *unknown])
            raise InvalidMarker(
                f"the marker does not accept {rejected}; "
                f"expected the keyword arguments {', '.join(ARGUMENTS)}"
            )
        options = {**mark.kwargs, **options}
    if "data" in options:
        options["data"] = _load_data(options["data"], folder)
    if isinstance(options.get("now"), datetime) and options["now"].tzinfo is None:
        raise InvalidMarker(
            f"the marker's now needs a time zone, such as datetime.UTC: {options['now']}"
        )
    return options


def _load_data(data: Any, folder: Path) -> Any:
    if not isinstance(data, str | Path) or data in ("demo", "empty"):
        return data
    file = folder / data
    try:
        return json.loads(file.read_bytes())
    except OSError as error:
        raise InvalidMarker(
            f"the marker's data must be demo, empty or the path of a file relative to {folder}, "
            f"not {str(data)!r}: {error.strerror}"
        ) from error
    except ValueError as error:
        raise InvalidMarker(f"{file} is not JSON: {error}") from error
