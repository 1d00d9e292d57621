"""Patches of the HTTP libraries, which are there only while a route is active."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockvoice.testing.routes.table import RouteTable

# The modules with patches, by the package that they need.
LIBRARIES = {
    "httpx": "httpx_library",
    "http.client": "http_client_library",
    "aiohttp": "aiohttp_library",
}


@dataclass(frozen=True, slots=True)
class Patch:
    """A replacement of a class's attribute."""

    owner: type
    name: str
    replacement: Callable[..., Any]


def install(table: RouteTable) -> Callable[[], None]:
    """Patch the libraries that are installed; return a function that undoes it."""
    originals = []
    for package, module in LIBRARIES.items():
        if find_spec(package) is None:
            continue
        library = import_module(f"mockvoice.testing.routes.{module}")
        for patch in library.patches(table):
            originals.append(Patch(patch.owner, patch.name, vars(patch.owner)[patch.name]))
            setattr(patch.owner, patch.name, patch.replacement)

    def uninstall() -> None:
        for original in reversed(originals):
            setattr(original.owner, original.name, original.replacement)

    return uninstall
