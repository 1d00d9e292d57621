"""The sandboxes and the applications of a mock, without a way to send requests to them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mockvoice.control.context import ServerContext
from mockvoice.control.metric_sources import CONTROL, MetricSources
from mockvoice.dispatcher import LazyApp, not_found
from mockvoice.kernel.codec import DecodeError
from mockvoice.kernel.sandbox_settings import SandboxSettings
from mockvoice.sandboxes.factory import SandboxFactory
from mockvoice.sandboxes.registry import DEFAULT, SandboxRegistry
from mockvoice.sandboxes.state import Data, InitialState, SandboxState
from mockvoice.sandboxes.state_cache import InitialDataError
from mockvoice.sandboxes.storage_limits import StorageFull, StorageLimits
from mockvoice.state_store.batch import StoreError
from mockvoice.state_store.opening import open_database
from mockvoice.state_store.urls import InvalidStoreUrl, without_password
from mockvoice.vendor_registry import load_vendors, port_offsets
from mockvoice.web.build import build, start
from mockvoice.web.cors import Cors, CorsPolicy
from mockvoice.web.request_metrics import RequestMetrics
from mockvoice.web.vendor import Vendor

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from mockvoice.addresses import Addresses
    from mockvoice.kernel.histogram import Histogram
    from mockvoice.settings import Settings
    from mockvoice.state_store.store import StateStore

logger = logging.getLogger("mockvoice")


class InvalidDataFile(Exception):
    """The export file of ``--data`` is missing or invalid."""


class StateStoreUnavailable(Exception):
    """The store of ``--state`` cannot be used."""

    def __init__(self, address: str | None, reason: str) -> None:
        super().__init__(f"--state {without_password(address or '')}: {reason}")


class VendorStartError(Exception):
    """A vendor's handlers and contract do not fit each other, or its fixtures cannot be replayed."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"the vendor {key!r} cannot be served: {reason}")


class Assembly:
    """The vendors and sandboxes of one mock, and the applications that serve them.

    ``offsets`` has the distance of each vendor's usual port from the main port. Raises
    ``InvalidDataFile``, ``UnknownVendor`` and ``VendorUnavailable``.
    """

    def __init__(self, settings: Settings, vendors: Mapping[str, Vendor] | None = None) -> None:
        self._settings = settings
        self.vendors, self.offsets = _vendors(settings, vendors)
        self.sandboxes = SandboxRegistry(
            limit=settings.max_sandboxes,
            journal_size=settings.journal_size,
            storage_limits=StorageLimits(settings.max_rows, settings.max_memory),
        )
        self._factory = SandboxFactory(
            self.vendors, self.sandboxes, SandboxSettings(quirks=settings.quirks)
        )
        self._initial_state = self._load_initial_state()
        self._state_store = self._open_state_store()
        self._apps: dict[str, ASGIApp] = {}
        self._requests = {key: RequestMetrics() for key in (*self.vendors, CONTROL)}

    def _load_initial_state(self) -> InitialState:
        data: Data | SandboxState | Path = self._settings.data
        try:
            if isinstance(data, Path):
                data = self._factory.load_file(data)
                self.sandboxes.storage_limits.check_rows(data.row_count())
        except OSError as error:
            raise InvalidDataFile(f"--data {data}: {error.strerror}") from error
        except (DecodeError, StorageFull) as error:
            raise InvalidDataFile(f"--data {data}: {error}") from error
        return InitialState(data, self._settings.seed, self._settings.now)

    def _open_state_store(self) -> StateStore | None:
        if self._settings.state is None:
            return None
        from mockvoice.state_store.store import StateStore

        try:
            database = open_database(self._settings.state)
            store = StateStore(
                database, self.vendors, self.sandboxes, self._factory, self._settings.max_sandboxes
            )
        except (StoreError, InvalidStoreUrl) as error:
            raise StateStoreUnavailable(self._settings.state, str(error)) from error
        self.sandboxes.storage = store
        return store

    def start(self) -> dict[str, ASGIApp]:
        """Create the sandbox ``default``, unless it is stored; return the vendors' applications by key.

        Raises ``VendorStartError`` and ``StateStoreUnavailable``.
        """
        try:
            if self._state_store is not None:
                self._state_store.restore()
            if self.sandboxes.get(DEFAULT) is None:
                self._create_default()
            if self._state_store is not None:
                self._state_store.end_start()
        except StoreError as error:
            raise StateStoreUnavailable(self._settings.state, str(error)) from error
        self._apps = {key: self._start(vendor) for key, vendor in self.vendors.items()}
        return dict(self._apps)

    def _create_default(self) -> None:
        try:
            state = self._factory.resolve(self._initial_state)
        except InitialDataError as error:
            raise VendorStartError(error.key, str(error)) from error
        self._factory.create(DEFAULT, self._initial_state, state)

    def _start(self, vendor: Vendor) -> ASGIApp:
        try:
            app = start(build(vendor, self.sandboxes, metrics=self._requests[vendor.key]))
        except Exception as error:
            raise VendorStartError(vendor.key, f"{type(error).__name__}: {error}") from error
        policy = self._cors_policy(vendor)
        return app if policy is None else Cors(app, policy)

    def _cors_policy(self, vendor: Vendor) -> CorsPolicy | None:
        """Return the policy of the settings, or else the vendor's own."""
        origins = self._settings.cors_origins
        if not origins:
            return vendor.cors
        return CorsPolicy(
            origins=origins,
            allows_credentials=True,
            exposed_headers=tuple(vendor.contract.response_headers()),
        )

    def control(
        self,
        addresses: Addresses,
        on_created: Callable[[], None],
        *,
        connections: Callable[[], Mapping[str, int]] = dict,
        loop_lag: Histogram | None = None,
    ) -> ASGIApp:
        """Return the application of the control API, which is created at its first request.

        ``connections`` and ``loop_lag`` are for its metrics, as in ``MetricSources``.
        """
        if not self._settings.control:
            return not_found

        def create() -> ASGIApp:
            from mockvoice.control.api import control_app

            store = self._state_store
            metrics = MetricSources(
                requests=self._requests,
                store=None if store is None else store.metrics,
                connections=connections,
                loop_lag=loop_lag,
            )
            server = ServerContext(
                self.vendors, self.sandboxes, addresses, self._factory, self._apps, metrics
            )
            return control_app(server, self._settings)

        return LazyApp(create, on_created)


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
