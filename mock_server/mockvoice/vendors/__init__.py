"""The vendors of the mock server, one package each.

A package has a ``VENDOR`` in its ``__init__``, and the package's name is the vendor's key. No other
list of vendors exists.
"""

import importlib
import pkgutil
from collections.abc import Collection
from difflib import get_close_matches

from mockvoice.web.vendor import Vendor


class UnknownVendor(ValueError):
    """No vendor has this key."""

    def __init__(self, key: str) -> None:
        known = vendor_keys()
        similar = get_close_matches(key, known, 1)
        hint = f"; did you mean {similar[0]!r}?" if similar else ""
        expected = ", ".join(known)
        super().__init__(f"unknown vendor {key!r}; expected one of {expected}{hint}")


def vendor_keys() -> list[str]:
    """Return the keys of all vendors, sorted, without importing them."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)


def all_vendors(only: Collection[str] = ()) -> dict[str, Vendor]:
    """Return the vendors by key, in the order of their ports; import only the requested ones.

    Without ``only``, return every vendor. Raises ``UnknownVendor``.
    """
    known = vendor_keys()
    for key in only:
        if key not in known:
            raise UnknownVendor(key)
    vendors: list[Vendor] = [
        importlib.import_module(f"{__name__}.{key}").VENDOR for key in set(only or known)
    ]
    return {vendor.key: vendor for vendor in sorted(vendors, key=lambda vendor: vendor.port_offset)}
