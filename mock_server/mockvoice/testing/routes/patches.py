"""Patches of the HTTP libraries, which are there only while a route is active."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
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

    def apply(self) -> Callable[[], None]:
        """Replace the attribute; return a function that restores it."""
        original = vars(self.owner)[self.name]
        setattr(self.owner, self.name, self.replacement)
        return partial(self._restore, original)

    def _restore(self, original: Callable[..., Any]) -> None:
        # Another library may have wrapped the replacement, which does nothing without routes.
        if vars(self.owner)[self.name] is self.replacement:
            setattr(self.owner, self.name, original)


def install(table: RouteTable) -> Callable[[], None]:
    """Patch the libraries that are installed; return a function that undoes it."""
    with ExitStack() as stack:
        for package, module in LIBRARIES.items():
            if not is_installed(package):
                continue
            library = import_module(f"mockvoice.testing.routes.{module}")
            for patch in library.patches(table):
                stack.callback(patch.apply())
        return stack.pop_all().close


def is_installed(package: str) -> bool:
    """Return whether a package can be imported."""
    try:
        return find_spec(package) is not None
    except (ImportError, ValueError):  # a placeholder in its place
        return False
