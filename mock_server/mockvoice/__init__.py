"""Mockvoice: a stateful mock of four invoicing APIs.

Public names: ``Server`` and ``Settings``, imported when they are first used, and ``__version__``.
``with Server(Settings(port=0)) as server`` serves on free ports from a thread of this process. The
names for tests, and the pytest plugin, are in ``mockvoice.testing``; the names for packages that
define a vendor are in ``mockvoice.vendor_api``. All else is internal and may change without notice.

The layers, top down; imports run down only:

* ``testing``                               the pytest plugin, and servers and sandboxes for tests
* ``cli``                                   the command line
* ``commands``                              the commands, except ``spec``
* ``mcp_server``, ``cluster``               the tools of coding agents; the configuration of a load balancer
* ``app``, ``startup``, ``in_process``      the server, and what it prints when it starts; a mock that
                                            is called without sockets
* ``assembly``                              the sandboxes and applications of a mock
* ``endpoints``                             what a server listens on
* ``http_server``, ``proxy``                uvicorn's server: start, signals and end; the forward proxy
* ``tls``                                   certificates, and connections that begin TLS
* ``dispatcher``, ``listeners``, ``protocol``  ports, HTTP parsing and routing to vendors
* ``connections``                           bounds of connections: number, size and time
* ``control``                               the control API and the console
* ``addresses``                             the URLs of a server
* ``vendor_registry``                       the installed vendors, by their entry points
* ``vendors``                               one package per API, in its vendor's own words
* ``vendor_api``                            the public names for packages that define a vendor
* ``seeding``                               generate realistic data
* ``outbound``                              target files, authentication, and HTTP clients
* ``projections``                           contracts for generators of clients, and as OpenAPI 3.1
* ``web``                                   HTTP, contracts and validation; knows no vendor
* ``state_store``                           sandboxes that last beyond the process
* ``sandboxes``                             isolated states, snapshots, exports, faults; knows no HTTP
* ``kernel``, ``fonts``, ``http_messages``, ``output_files``, ``printable``, ``resources``,
  ``server_process``, ``settings``          money, clock, ids, tables; fonts of PDF documents;
                                            requests as data; files of commands; texts that are safe to print;
                                            packaged files; a server in its own process; server options
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockvoice.app import Server
    from mockvoice.settings import Settings

__all__ = ["Server", "Settings", "__version__"]

__version__ = "0.1.0"

_MODULES = {"Server": "mockvoice.app", "Settings": "mockvoice.settings"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
