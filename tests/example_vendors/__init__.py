"""Vendors for tests: as small as can be, and found, served and seeded like the real ones.

``bell`` keeps reminders, which ring by themselves; ``gong`` is the same with other credentials.
``python -m tests.example_vendors`` is the command ``mockvoice`` with these two for vendors.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources.abc import Traversable
from pathlib import Path
from unittest import mock

import mockvoice.vendors
from mockvoice.web import contract, state_cache

HERE = Path(__file__).parent
KEYS = ["bell", "gong"]

_real = contract.resource


def _resource(folder: str, *names: str) -> Traversable:
    if names and names[0] in KEYS:
        return HERE.joinpath(folder, *names)
    return _real(folder, *names)


@contextmanager
def for_vendors() -> Iterator[None]:
    """While this lasts, the toys are the vendors."""
    with (
        mock.patch.object(mockvoice.vendors, "__path__", [str(HERE / "vendors")]),
        mock.patch.object(contract, "resource", _resource),
        mock.patch.object(state_cache, "resource", _resource),
    ):
        yield
