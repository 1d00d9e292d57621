"""Tests against the mock, for other projects: a pytest plugin, servers and sandboxes.

Servers:

* ``Server``         the mock in this process, with ``Settings``
* ``ServerProcess``  a mock in a process that a test run starts; raises ``ServerStartError``
* ``RemoteServer``   a mock that runs elsewhere; the fixture ``mockvoice`` returns it

Sandboxes:

* ``Sandbox``        an isolated sandbox of a server; the fixture ``sandbox`` returns it
* ``VendorApi``      base URL and credentials of one vendor's API in a sandbox
* ``SandboxClock``   the clock of a sandbox
* ``SandboxFaults``  the faults of a sandbox

Errors: ``ControlApiError`` if a server rejects a request, ``ServerUnavailable`` if none responds,
``InvalidMarker`` for invalid arguments of ``@pytest.mark.mockvoice``.

Every pytest run in an environment with Mockvoice loads ``plugin`` and so imports this package.
Therefore each name is imported only when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockvoice.app import Server
    from mockvoice.outbound.control_client import ControlApiError, ServerUnavailable
    from mockvoice.settings import Settings
    from mockvoice.testing.client import RemoteServer
    from mockvoice.testing.controls import SandboxClock, SandboxFaults
    from mockvoice.testing.markers import InvalidMarker
    from mockvoice.testing.process import ServerProcess, ServerStartError
    from mockvoice.testing.sandbox import Sandbox, VendorApi

__all__ = [
    "ControlApiError",
    "InvalidMarker",
    "RemoteServer",
    "Sandbox",
    "SandboxClock",
    "SandboxFaults",
    "Server",
    "ServerProcess",
    "ServerStartError",
    "ServerUnavailable",
    "Settings",
    "VendorApi",
]

_MODULES = {
    "ControlApiError": "mockvoice.outbound.control_client",
    "InvalidMarker": "mockvoice.testing.markers",
    "RemoteServer": "mockvoice.testing.client",
    "Sandbox": "mockvoice.testing.sandbox",
    "SandboxClock": "mockvoice.testing.controls",
    "SandboxFaults": "mockvoice.testing.controls",
    "Server": "mockvoice.app",
    "ServerProcess": "mockvoice.testing.process",
    "ServerStartError": "mockvoice.testing.process",
    "ServerUnavailable": "mockvoice.outbound.control_client",
    "Settings": "mockvoice.settings",
    "VendorApi": "mockvoice.testing.sandbox",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
