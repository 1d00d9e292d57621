"""The server: assembles and runs sandboxes, applications and listeners."""

import asyncio
import logging
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self, TypeVar

from starlette.types import ASGIApp

from mockvoice.control.context import ServerContext
from mockvoice.dispatcher import Dispatcher, LazyApp, not_found
from mockvoice.endpoints import Endpoints
from mockvoice.http_server import HttpServer
from mockvoice.kernel.codec import DecodeError
from mockvoice.kernel.sandbox_settings import SandboxSettings
from mockvoice.sandboxes.factory import SandboxFactory
from mockvoice.sandboxes.registry import DEFAULT, SandboxRegistry
from mockvoice.sandboxes.state import Data, InitialState, SandboxState
from mockvoice.sandboxes.state_cache import InitialDataError
from mockvoice.sandboxes.storage_limits import StorageFull, StorageLimits
from mockvoice.settings import Settings
from mockvoice.vendor_registry import load_vendors, port_offsets
from mockvoice.web.build import build, start
from mockvoice.web.cors import Cors, CorsPolicy
from mockvoice.web.forwarded import ForwardedRequests
from mockvoice.web.hosts import HostNames, StrictHosts
from mockvoice.web.vendor import Vendor

T = TypeVar("T")

logger = logging.getLogger("mockvoice")

CALL_TIMEOUT_SECONDS = 30.0


class InvalidDataFile(Exception):
    """The export file of ``--data`` is missing or invalid."""


class VendorStartError(Exception):
    """A vendor's handlers and contract do not fit each other, or its fixtures cannot be replayed."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"the vendor {key!r} cannot be served: {reason}")


class Server:
    """A complete mock server. ``run`` serves in this thread; the context manager uses another thread.

    ``with Server(Settings(port=0)) as server`` is a server on free ports; ``server.urls`` has its
    addresses.
    """

    def __init__(
        self, settings: Settings | None = None, vendors: Mapping[str, Vendor] | None = None
    ) -> None:
        self.settings = settings or Settings(port=0)
        self.vendors, offsets = _vendors(self.settings, vendors)
        self.sandboxes = SandboxRegistry(
            limit=self.settings.max_sandboxes,
            journal_size=self.settings.journal_size,
            storage_limits=StorageLimits(self.settings.max_rows, self.settings.max_memory),
        )
        self._factory = SandboxFactory(
            self.vendors, self.sandboxes, SandboxSettings(quirks=self.settings.quirks)
        )
        self._initial_state = self._load_initial_state()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._endpoints = Endpoints(self.settings, self.vendors, offsets)
        self.addresses = self._endpoints.addresses
        self._dispatcher = Dispatcher()
        self._server = HttpServer(
            self._application(),
            self._assemble,
            self._ready.set,
            self.sandboxes.close,
            self._endpoints.protocol,
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

    def _load_initial_state(self) -> InitialState:
        data: Data | SandboxState | Path = self.settings.data
        try:
            if isinstance(data, Path):
                data = self._factory.load_file(data)
                self.sandboxes.storage_limits.check_rows(data.row_count())
        except OSError as error:
            raise InvalidDataFile(f"--data {data}: {error.strerror}") from error
        except (DecodeError, StorageFull) as error:
            raise InvalidDataFile(f"--data {data}: {error}") from error
        return InitialState(data, self.settings.seed, self.settings.now)

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
        try:
            state = self._factory.resolve(self._initial_state)
        except InitialDataError as error:
            raise VendorStartError(error.key, str(error)) from error
        self._factory.create(DEFAULT, self._initial_state, state)
        started = {key: self._start(vendor) for key, vendor in self.vendors.items()}
        # A proxy's clients name the host of their own choice, and pages of websites cannot be among them.
        self._endpoints.proxy.mount(started)
        apps = {key: self._with_strict_hosts(app) for key, app in started.items()}
        own_ports = {port: apps[key] for port, key in self._endpoints.vendor_ports.items()}
        self._dispatcher.mount(own_ports, apps, self._control())

    def _start(self, vendor: Vendor) -> ASGIApp:
        try:
            app = start(build(vendor, self.sandboxes))
        except Exception as error:
            raise VendorStartError(vendor.key, f"{type(error).__name__}: {error}") from error
        policy = self._cors_policy(vendor)
        return app if policy is None else Cors(app, policy)

    def _cors_policy(self, vendor: Vendor) -> CorsPolicy | None:
        """Return the policy of the settings, or else the vendor's own."""
        origins = self.settings.cors_origins
        if not origins:
            return vendor.cors
        return CorsPolicy(
            origins=origins,
            allows_credentials=True,
            exposed_headers=tuple(vendor.contract.response_headers()),
        )

    def _with_strict_hosts(self, app: ASGIApp) -> ASGIApp:
        if not self.settings.strict_hosts:
            return app
        return StrictHosts(app, HostNames(self.settings.host, self.settings.allowed_hosts))

    def _control(self) -> ASGIApp:
        if not self.settings.control:
            return not_found

        def create() -> ASGIApp:
            from mockvoice.control.api import control_app

            server = ServerContext(self.vendors, self.sandboxes, self.addresses, self._factory)
            return control_app(server, self.settings)

        return LazyApp(create, self._server.freeze_heap)


def _vendors(
    settings: Settings, vendors: Mapping[str, Vendor] | None
) -> tuple[Mapping[str, Vendor], dict[str, int]]:
    """Return the vendors to serve, and the distance of their ports from the main port.

    An installed vendor that is unavailable is left out, unless the settings name it. Raises
    ``UnknownVendor`` and ``VendorUnavailable``.
    """
    if vendors is not None:
        return vendors, {key: number for number, key in enumerate(vendors, 1)}
    loaded = load_vendors(settings.vendors)
    for error in loaded.unavailable.values():
        logger.warning("%s; it is not served", error)
    offsets = port_offsets()
    return loaded.vendors, {key: offsets[key] for key in loaded.vendors}
