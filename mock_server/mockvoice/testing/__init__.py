"""Tests against the mock, for other projects: a pytest plugin, servers and sandboxes.

Servers:

* ``Server``           the mock in this process, with ``Settings``
* ``ServerProcess``    a mock in a process that a test run starts; raises ``ServerStartError``
* ``RemoteServer``     a mock that runs elsewhere; the fixture ``mockvoice`` returns it
* ``InProcessServer``  a mock without sockets, whose requests are calls in the client's thread
* ``SandboxServer``    the base class of the last two

Sandboxes:

* ``Sandbox``          an isolated sandbox of a server; the fixture ``sandbox`` returns it
* ``VendorApi``        base URL and credentials of one vendor's API in a sandbox
* ``SandboxClock``     the clock of a sandbox
* ``SandboxFaults``    the faults of a sandbox
* ``SandboxWebhooks``  the webhook deliveries of a sandbox

Routes of hosts to sandboxes, for HTTP libraries in this process:

* ``Route``             the route of a host; ``VendorApi.route`` returns it
* ``SandboxRoutes``     the routes to a sandbox; the fixture ``mockvoice_routes`` returns them
* ``SandboxTransport``  a transport of httpx; ``VendorApi.transport`` returns it

Errors: ``ControlApiError`` if a server rejects a request, ``ServerUnavailable`` if none responds,
``InvalidMarker`` for invalid arguments of ``@pytest.mark.mockvoice``, ``InvalidRoute`` and
``CredentialsUnknown`` for arguments of a route, ``UnroutedHost`` if strict routes block a host.

Every pytest run in an environment with Mockvoice loads ``plugin`` and so imports this package.
Therefore each name is imported only when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockvoice.app import Server
    from mockvoice.outbound.control_client import ControlApiError, ServerUnavailable
    from mockvoice.server_process import ServerProcess, ServerStartError
    from mockvoice.settings import Settings
    from mockvoice.testing.channels import SandboxTransport
    from mockvoice.testing.client import RemoteServer, SandboxServer
    from mockvoice.testing.controls import SandboxClock, SandboxFaults
    from mockvoice.testing.in_process import InProcessServer
    from mockvoice.testing.markers import InvalidMarker
    from mockvoice.testing.routes.credential_replacer import CredentialsUnknown
    from mockvoice.testing.routes.sandbox_routes import SandboxRoutes
    from mockvoice.testing.routes.table import InvalidRoute, Route, UnroutedHost
    from mockvoice.testing.sandbox import Sandbox, VendorApi
    from mockvoice.testing.webhooks import SandboxWebhooks

__all__ = [
    "ControlApiError",
    "CredentialsUnknown",
    "InProcessServer",
    "InvalidMarker",
    "InvalidRoute",
    "RemoteServer",
    "Route",
    "Sandbox",
    "SandboxClock",
    "SandboxFaults",
    "SandboxRoutes",
    "SandboxServer",
    "SandboxTransport",
    "SandboxWebhooks",
    "Server",
    "ServerProcess",
    "ServerStartError",
    "ServerUnavailable",
    "Settings",
    "UnroutedHost",
    "VendorApi",
]

_MODULES = {
    "ControlApiError": "mockvoice.outbound.control_client",
    "CredentialsUnknown": "mockvoice.testing.routes.credential_replacer",
    "InProcessServer": "mockvoice.testing.in_process",
    "InvalidMarker": "mockvoice.testing.markers",
    "InvalidRoute": "mockvoice.testing.routes.table",
    "RemoteServer": "mockvoice.testing.client",
    "Route": "mockvoice.testing.routes.table",
    "Sandbox": "mockvoice.testing.sandbox",
    "SandboxClock": "mockvoice.testing.controls",
    "SandboxFaults": "mockvoice.testing.controls",
    "SandboxRoutes": "mockvoice.testing.routes.sandbox_routes",
    "SandboxServer": "mockvoice.testing.client",
    "SandboxTransport": "mockvoice.testing.channels",
    "SandboxWebhooks": "mockvoice.testing.webhooks",
    "Server": "mockvoice.app",
    "ServerProcess": "mockvoice.server_process",
    "ServerStartError": "mockvoice.server_process",
    "ServerUnavailable": "mockvoice.outbound.control_client",
    "Settings": "mockvoice.settings",
    "UnroutedHost": "mockvoice.testing.routes.table",
    "VendorApi": "mockvoice.testing.sandbox",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
