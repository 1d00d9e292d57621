"""Minimal vendors for tests, discovered and served like the real ones.

``bell`` has reminders, which ring when they are due; ``gong`` differs in its credentials only.
``python -m tests.example_vendors`` runs the command ``mockvoice`` with these two vendors.
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

_real_resource = contract.resource


def _resource(folder: str, *names: str) -> Traversable:
    if names and names[0] in KEYS:
        return HERE.joinpath(folder, *names)
    return _real_resource(folder, *names)


@contextmanager
def installed() -> Iterator[None]:
    """Replace the real vendors by the example vendors within the block."""
    with (
        mock.patch.object(mockvoice.vendors, "__path__", [str(HERE / "vendors")]),
        mock.patch.object(contract, "resource", _resource),
        mock.patch.object(state_cache, "resource", _resource),
    ):
        yield
