"""The installed vendors, found through the entry-point group ``mockvoice.vendors``.

The name of an entry point is the vendor's key, its value the ``Vendor``: ``toyshop =
"toyshop_mock:VENDOR"``. The vendors of this project are found in the same way. No other list of
vendors exists.
"""

import functools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points

from mockvoice.resources import OWN_PACKAGE
from mockvoice.sandboxes.handlers import HandlerNotFound, find_handler
from mockvoice.web.document import InvalidContract
from mockvoice.web.vendor import API_VERSION, Vendor

GROUP = "mockvoice.vendors"
KEY = re.compile(r"[a-z][a-z0-9_-]{0,31}")
# The first segments of the main port's own paths, and the name of the control API's contract.
RESERVED_KEYS = frozenset({"control", "requests", "sandboxes", "static"})
# Clients rely on the ports of these vendors, so no other vendor may come before them.
FIRST_KEYS = ("count", "growcrm", "halo", "optiflow")


class UnknownVendor(ValueError):
    """No installed package defines a vendor with this key."""

    def __init__(self, key: str) -> None:
        known = vendor_keys()
        similar = get_close_matches(key, known, 1)
        hint = f"; did you mean {similar[0]!r}?" if similar else ""
        if any(separator in key for separator in ", "):
            hint = "; repeat the option for several, or separate them by blanks in the variable"
        expected = ", ".join(known)
        super().__init__(f"unknown vendor {key!r}; expected one of {expected}{hint}")


class VendorUnavailable(Exception):
    """The package of a vendor cannot be used; the message is one sentence that says why."""


@dataclass(frozen=True, slots=True)
class LoadedVendors:
    """The vendors that can be served, in the order of their ports, and the others' errors by key."""

    vendors: Mapping[str, Vendor]
    unavailable: Mapping[str, VendorUnavailable]


def vendor_keys() -> list[str]:
    """Return the keys of all installed vendors, in the order of their ports, without importing them."""
    return list(_entries())


def own_vendor_keys() -> list[str]:
    """Return the keys of the vendors of this project."""
    return [key for key, entries in _entries().items() if _is_own(entries)]


def port_offsets() -> dict[str, int]:
    """Return the distance of each vendor's own port from the main port.

    It depends on the installed packages only, not on the vendors that are served. After
    ``FIRST_KEYS``, vendors of this project come before others, so that installing a package does
    not move them.
    """
    return {key: number for number, key in enumerate(_entries(), 1)}


@functools.cache
def load_vendor(key: str) -> Vendor:
    """Return a vendor. Raises ``UnknownVendor`` and ``VendorUnavailable``."""
    entries = _entries().get(key)
    if entries is None:
        raise UnknownVendor(key)
    if len(entries) > 1:
        packages = " and ".join(map(_distribution, entries))
        raise VendorUnavailable(f"the packages {packages} both define a vendor {key!r}")
    (entry,) = entries
    with _naming(key, entry):
        vendor = _import(entry)
        if not isinstance(vendor, Vendor):
            raise _InvalidVendor(f"the entry point is not a Vendor, but {type(vendor).__name__}")
        _check_definition(key, vendor)
        return vendor


def load_vendors(only: Collection[str] = ()) -> LoadedVendors:
    """Return the vendors that can be served, by key; import only the requested ones.

    Without ``only``, the others are left out. Raises ``UnknownVendor``, and ``VendorUnavailable`` if
    a requested vendor, or every installed one, is unavailable.
    """
    for key in only:
        if key not in _entries():
            raise UnknownVendor(key)
    vendors: dict[str, Vendor] = {}
    unavailable: dict[str, VendorUnavailable] = {}
    for key, (entry, *_) in _entries().items():
        if only and key not in only:
            continue
        try:
            vendor = load_vendor(key)
            with _naming(key, entry):
                _check_servable(vendor)
            vendors[key] = vendor
        except VendorUnavailable as error:
            unavailable[key] = error
    if unavailable and (only or not vendors):
        raise next(iter(unavailable.values()))
    return LoadedVendors(vendors, unavailable)


class _InvalidVendor(Exception):
    """An entry point does not lead to a vendor that can be served."""


@functools.cache
def _entries() -> Mapping[str, list[EntryPoint]]:
    """Return the entry points by key, in the order of their ports; scanned once per process."""
    by_key: dict[str, list[EntryPoint]] = {}
    for entry in entry_points(group=GROUP):
        by_key.setdefault(entry.name, []).append(entry)
    return dict(sorted(by_key.items(), key=_port_order))


def _port_order(item: tuple[str, list[EntryPoint]]) -> tuple[int, bool, str]:
    key, entries = item
    first = FIRST_KEYS.index(key) if key in FIRST_KEYS else len(FIRST_KEYS)
    return first, not _is_own(entries), key


def _is_own(entries: Iterable[EntryPoint]) -> bool:
    return any(entry.dist is not None and entry.dist.name == OWN_PACKAGE for entry in entries)


def _distribution(entry: EntryPoint) -> str:
    """Return the name and version of the installed package, for messages."""
    return entry.module if entry.dist is None else f"{entry.dist.name} {entry.dist.version}"


@contextmanager
def _naming(key: str, entry: EntryPoint) -> Iterator[None]:
    """Raise ``VendorUnavailable``, which names the vendor and its package, for ``_InvalidVendor``."""
    try:
        yield
    except _InvalidVendor as error:
        reason = " ".join(str(error).split())
        raise VendorUnavailable(
            f"the vendor {key!r} of the package {_distribution(entry)} cannot be used: {reason}"
        ) from error


def _import(entry: EntryPoint) -> object:
    try:
        return entry.load()
    except Exception as error:  # any error of foreign code
        raise _InvalidVendor(f"{entry.value}: {type(error).__name__}: {error}") from error


def _check_definition(key: str, vendor: Vendor) -> None:
    """Raise ``_InvalidVendor`` if the key, the API version or the contract's folder is wrong."""
    if vendor.api_version != API_VERSION:
        raise _InvalidVendor(
            f"it is written for version {vendor.api_version} of mockvoice.vendor_api, "
            f"and this is version {API_VERSION}"
        )
    if not KEY.fullmatch(key) or key in RESERVED_KEYS:
        raise _InvalidVendor(
            "a key must have up to 32 lower-case letters, digits, - and _, begin with a letter, and "
            f"not be one of {', '.join(sorted(RESERVED_KEYS))}"
        )
    if vendor.key != key:
        raise _InvalidVendor(f"its entry point is named {key!r}, but its key is {vendor.key!r}")
    contract = vendor.contract
    if not contract.is_complete:
        raise _InvalidVendor(
            f"its contract {contract.folder.joinpath('openapi.yaml')} does not exist"
        )


def _check_servable(vendor: Vendor) -> None:
    """Raise ``_InvalidVendor`` if the contract is not valid, or an operation has no function."""
    try:
        vendor.contract.validate()
        for operation in vendor.contract.document.operations:
            find_handler(vendor.handlers, operation)
    except (InvalidContract, HandlerNotFound) as error:
        raise _InvalidVendor(str(error)) from error
    except Exception as error:  # a file that is not YAML, or any error of foreign code
        raise _InvalidVendor(f"{type(error).__name__}: {error}") from error
