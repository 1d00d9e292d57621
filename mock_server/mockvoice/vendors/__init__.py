"""The APIs that are served: one package each, found by being here.

A package has a ``VENDOR`` in its ``__init__``, and the package's name is the vendor's key.
"""

import importlib
import pkgutil
from collections.abc import Collection

from mockvoice.web.vendor import Vendor


class UnknownVendor(ValueError):
    """No package here has this key."""

    def __init__(self, key: str) -> None:
        known = ", ".join(vendor_keys()) or "none at all"
        super().__init__(f"there is no vendor {key!r}; known are {known}")


def vendor_keys() -> list[str]:
    """The keys of all vendors, sorted; imports none of them."""
    return sorted(found.name for found in pkgutil.iter_modules(__path__) if found.ispkg)


def all_vendors(only: Collection[str] = ()) -> dict[str, Vendor]:
    """The vendors by key, in the order of their ports; imports just those that are asked for.

    Without ``only`` that is every vendor. Raises ``UnknownVendor``.
    """
    known = vendor_keys()
    for key in only:
        if key not in known:
            raise UnknownVendor(key)
    found: list[Vendor] = [
        importlib.import_module(f"{__name__}.{key}").VENDOR for key in set(only or known)
    ]
    return {each.key: each for each in sorted(found, key=lambda each: each.port_offset)}
