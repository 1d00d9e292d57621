"""Minimal vendors for tests, discovered and served like the real ones.

``bell`` has reminders, which ring when they are due; ``gong`` differs in its credentials only.
``python -m tests.example_vendors`` runs the command ``mockvoice`` with these two vendors.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import EntryPoint
from unittest import mock

from mockvoice import vendor_registry

KEYS = ("bell", "gong")


@contextmanager
def installed(
    values: Mapping[str, str] = {key: f"{__name__}.{key}:VENDOR" for key in KEYS},
) -> Iterator[None]:
    """Replace all installed vendors within the block: by the example vendors, or by entry points.

    ``values`` maps keys to the values of entry points.
    """
    entries = [EntryPoint(key, value, vendor_registry.GROUP) for key, value in values.items()]
    with mock.patch.object(vendor_registry, "entry_points", return_value=entries):
        clear_caches()
        try:
            yield
        finally:
            clear_caches()


def clear_caches() -> None:
    """Make the registry scan the entry points again."""
    vendor_registry._entries.cache_clear()
    vendor_registry.load_vendor.cache_clear()
