"""The server: a mock with listeners and an event loop, in this thread or another."""

import asyncio
import os
import threading
from collections.abc import Callable, Mapping
from typing import Any, Self, TypeVar

from starlette.types import ASGIApp

from mockvoice import __version__
from mockvoice.assembly import Assembly
from mockvoice.dispatcher import Dispatcher
from mockvoice.endpoints import Endpoints
from mockvoice.http_server import HttpServer
from mockvoice.outbound.mock_header import MOCK_HEADER, mock_header
from mockvoice.settings import Settings
from mockvoice.web.forwarded import ForwardedRequests
from mockvoice.web.hosts import HostNames, StrictHosts
from mockvoice.web.vendor import Vendor

T = TypeVar("T")

CALL_TIMEOUT_SECONDS = 30.0


class Server:
    """A complete mock server. ``run`` serves in this thread; the context manager uses another thread.

    ``with Server(Settings(port=0)) as server`` is a server on free ports; ``server.urls`` has its
    addresses.
    """

    def __init__(
        self, settings: Settings | None = None, vendors: Mapping[str, Vendor] | None = None
    ) -> None:
        self.settings = settings or Settings(port=0)
        self._assembly = Assembly(self.settings, vendors)
        self.vendors, self.sandboxes = self._assembly.vendors, self._assembly.sandboxes
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._endpoints = Endpoints(self.settings, self.vendors, self._assembly.offsets)
        self.addresses = self._endpoints.addresses
        self._dispatcher = Dispatcher()
        self._server = HttpServer(
            self._application(),
            self._assemble,
            self._ready.set,
            self.sandboxes.close,
            self._endpoints.protocol,
            self._headers(),
        )
        self._server.other_listeners = self._endpoints.other_listeners

    @property
    def urls(self) -> dict[str, Any]:
        """The addresses of the server, as ``--ready-file`` writes them."""
        return {
            "main": self.addresses.main,
            "vendors": {
                key: {
                    "prefix_url": address.prefix_url,
                    "root_url": address.root_url,
                    "spec_url": address.spec_url,
                    "credentials": dict(self.vendors[key].credentials),
                }
                for key, address in self.addresses.vendors.items()
            },
            "pid": os.getpid(),
            "proxy": self.addresses.proxy,
            "ca_file": None if self.addresses.ca_file is None else str(self.addresses.ca_file),
        }

    def _application(self) -> ASGIApp:
        networks = self.settings.trusted_proxies
        return ForwardedRequests(self._dispatcher, networks) if networks else self._dispatcher

    def _headers(self) -> list[tuple[str, str]]:
        """Return the headers of all responses; a server without a control API is not recognisable."""
        if not self.settings.control:
            return []
        return [(MOCK_HEADER, mock_header(__version__, self.addresses.main.rstrip("/")))]

    def run(self, ready: Callable[[], None]) -> None:
        """Serve until a signal; call ``ready`` once all listeners accept connections."""
        self._server.ready = ready
        self._server.handle_signals = True
        self._server.tune_gc = True
        try:
            self._server.run(self._endpoints.listeners)
        finally:
            self._endpoints.close()

    def start(self) -> Self:
        """Serve in a thread; return once all listeners accept connections, or raise the error."""
        self._thread = threading.Thread(target=self._serve, name="mockvoice", daemon=True)
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            self.stop()
            raise self._failure
        return self

    def stop(self) -> None:
        """Stop the server of the thread, if it is running."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()
        self._endpoints.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def call_on_loop(self, action: Callable[[], T]) -> T:
        """Run an action on the event loop, the only place where sandboxes may be accessed."""
        if self._loop is None:
            raise RuntimeError("the server has not been started")

        async def run_action() -> T:
            return action()

        return asyncio.run_coroutine_threadsafe(run_action(), self._loop).result(
            CALL_TIMEOUT_SECONDS
        )

    def _serve(self) -> None:
        try:
            self._server.run(self._endpoints.listeners)
        except BaseException as error:
            self._failure = error
        finally:
            self._ready.set()

    def _assemble(self) -> None:
        self._loop = asyncio.get_running_loop()
        started = self._assembly.start()
        # A proxy's clients name the host of their own choice, and pages of websites cannot be among them.
        self._endpoints.proxy.mount(started)
        apps = {key: self._with_strict_hosts(app) for key, app in started.items()}
        own_ports = {port: apps[key] for port, key in self._endpoints.vendor_ports.items()}
        control = self._assembly.control(
            self.addresses,
            self._server.freeze_heap,
            connections=self._connections,
            loop_lag=self._server.loop_lag,
        )
        self._dispatcher.mount(own_ports, apps, control)

    def _connections(self) -> dict[str, int]:
        """Return the number of open connections by listener."""
        by_port = self._server.connections_by_port()
        return {name: by_port[port] for port, name in self._endpoints.names.items()}

    def _with_strict_hosts(self, app: ASGIApp) -> ASGIApp:
        if not self.settings.strict_hosts:
            return app
        return StrictHosts(app, HostNames(self.settings.host, self.settings.allowed_hosts))
