"""Targets: a mock that is started here, or any server at a URL.

The only module of the harness that imports the mock, besides ``control``, which calls its API.
"""

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path
from time import time_ns
from types import MappingProxyType
from typing import Any

from mockvoice import __version__
from mockvoice.outbound import target_file
from mockvoice.outbound.target_file import (
    MODES,
    SETTINGS,
    InvalidTargetConfiguration,
    TargetSettings,
    read_table,
)
from mockvoice.sandboxes.handlers import HandlerNotFound, find_handler
from mockvoice.settings import Settings
from mockvoice.vendor_registry import (
    UnknownVendor,
    VendorUnavailable,
    load_vendor,
    own_vendor_keys,
    port_offsets,
    vendor_keys,
)
from mockvoice.web.contract import ContractData
from mockvoice.web.vendor import Vendor
from mockvoice_contracts.harness.connections import SYSTEM_SETTINGS, ConnectionSettings
from mockvoice_contracts.harness.control import Control, SandboxesUnsupported
from mockvoice_contracts.harness.discovery import MockFinder, UnusableConnection

__all__ = [
    "MODES",
    "SETTINGS",
    "InvalidTargetConfiguration",
    "Target",
    "TargetSettings",
    "UnknownVendor",
    "own_vendor_keys",
    "port_offsets",
    "read_table",
    "vendor_keys",
]
VERSION = __version__
DEFAULT_CONNECTION: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Target:
    """A server under test, for one vendor.

    ``url`` is the base URL of the vendor's own paths. ``known`` are ids of records that this API
    cannot create. ``abilities`` are capabilities beyond the contract, such as ``clock``.
    ``is_mock`` marks a mock of this project: its responses must also keep the assumptions, and all
    its data may be changed. ``responds`` is false if it sent no response when it was looked for.
    """

    vendor: str
    url: str
    mode: str
    is_mock: bool
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    known: Mapping[str, Any] = field(default_factory=dict)
    abilities: frozenset[str] = frozenset()
    requests_per_minute: float | None = None
    max_requests: int | None = None
    operations: tuple[str, ...] = ()  # patterns of the operations that it has; empty: all
    control: Control | None = field(default=None, repr=False)
    connection: ConnectionSettings = SYSTEM_SETTINGS
    responds: bool = True

    @cached_property
    def secrets(self) -> Mapping[str, str]:
        """The shell variable for each secret in printed text, the longest secret first."""
        secrets = {secret: name for name, secret in self.credentials.items() if secret}
        secrets |= self.connection.secrets(self.url)
        names_by_secret = {
            secret: f"{self.vendor}_{name}".upper() for secret, name in secrets.items()
        }
        return dict(sorted(names_by_secret.items(), key=lambda pair: -len(pair[0])))

    def now(self) -> datetime:
        """Return the server's current time; for a real server, the time of this machine."""
        return self.control.now() if self.control else datetime.now(UTC)

    def expected_status(self, *, strict: int, observed: int) -> Collection[int]:
        """Return the status that is right where a vendor's documents and newer sources differ.

        Either is right, unless the server is a mock, whose setting ``quirks`` decides.
        """
        if self.control is None:
            return {strict, observed}
        return {strict if self.control.settings()["quirks"] == "strict" else observed}


def vendor_of(key: str) -> Vendor:
    """Return the mock's description of a vendor. Raises ``InvalidTargetConfiguration``."""
    try:
        return load_vendor(key)
    except (UnknownVendor, VendorUnavailable) as error:
        raise InvalidTargetConfiguration(str(error)) from error


def has_demo_credentials(target: Target) -> bool:
    """Return whether a target has the credentials of a mock's demo data."""
    return dict(target.credentials) == dict(vendor_of(target.vendor).credentials)


def titles() -> dict[str, str]:
    """Return the titles of this project's vendors by key, in the order of their ports."""
    return {key: vendor_of(key).title for key in own_vendor_keys()}


def has_handler(vendor: str, operation_id: str) -> bool:
    """Return whether the mock has a handler for an operation."""
    try:
        return callable(find_handler(vendor_of(vendor).handlers, operation_id))
    except HandlerNotFound:
        return False


def document(vendor: str) -> ContractData:
    """Return the published contract of a vendor."""
    return vendor_of(vendor).contract.data


def contract_file(vendor: str, name: str) -> Traversable:
    """Return a source file of a vendor's contract."""
    return vendor_of(vendor).contract.folder.joinpath(*name.split("/"))


def contract_path(vendor: str) -> str:
    """Return the folder of a contract, relative to the checkout or to the installed packages."""
    package = vendor_of(vendor).package
    own = vendor in own_vendor_keys()
    return f"openapi/{vendor}" if own else f"{package.replace('.', '/')}/openapi"


def fixtures(vendor: str) -> Traversable:
    """Return the folder of a vendor's fixtures."""
    return vendor_of(vendor).fixtures


@contextmanager
def open_target(
    vendor: str,
    url: str | None = None,
    file: Path | None = None,
    mode: str | None = None,
    connection: Mapping[str, Any] = DEFAULT_CONNECTION,
) -> Iterator[Target]:
    """Open the target of a run: from the target file, else the URL, else a mock that is started.

    ``connection`` are settings that override those of the file. A mock that is already running is used in a temporary sandbox, to leave its data unchanged.
    Raises ``InvalidTargetConfiguration``.
    """
    settings = target_settings(vendor, url, file, mode, connection)
    with ExitStack() as stack:
        if settings is None:
            yield stack.enter_context(started_mock(vendor))
        else:
            target = from_settings(settings)
            # Configured credentials select their own sandbox.
            if settings.credentials is None:
                target = stack.enter_context(in_temporary_sandbox(target))
            yield target


def target_settings(
    vendor: str,
    url: str | None,
    file: Path | None,
    mode: str | None = None,
    connection: Mapping[str, Any] = DEFAULT_CONNECTION,
) -> TargetSettings | None:
    """Return the settings of the server under test, or ``None`` if neither URL nor file is given.

    Raises ``InvalidTargetConfiguration``.
    """
    mock = vendor_of(vendor)
    if file is None and url is None:
        return None
    settings = target_file.load(vendor, file, mock.credentials, url=url, mode=mode, **connection)
    target_file.check_known(settings, mock.known_records, "check")
    return settings


@contextmanager
def started_mock(key: str, *, present: bool = False) -> Iterator[Target]:
    """Start a mock for this run only, served from a thread on the loopback interface.

    Its clock starts at noon, so that no run passes midnight between two requests; with ``present``,
    at the current time, for clients that sign with the time but cannot read the clock.
    """
    # The mock takes a second to import, and most checks are of other servers.
    from mockvoice.app import Server

    vendor = vendor_of(key)
    settings = Settings(
        port=0,
        vendors=(key,),
        data="demo" if fixtures(key).joinpath("demo.json").is_file() else "empty",
        now=None if present else datetime.combine(datetime.now(UTC).date(), time(12), UTC),
    )
    with Server(settings) as server:
        control = Control(server.urls["main"], key)
        yield Target(
            key,
            server.urls["vendors"][key]["root_url"],
            mode="full",
            is_mock=True,
            credentials=vendor.credentials,
            abilities=control.abilities,
            control=control,
        )


@contextmanager
def simulated(
    vendor: str,
    url: str | None = None,
    file: Path | None = None,
    mode: str | None = None,
    connection: Mapping[str, Any] = DEFAULT_CONNECTION,
) -> Iterator[Target]:
    """Start a mock in place of a target, with the same mode; the target gets no requests."""
    settings = target_settings(vendor, url, file, mode, connection)
    with started_mock(vendor, present=settings is not None) as mock:
        if settings is None:
            yield mock
        else:
            yield replace(
                mock,
                mode=settings.mode or "read-only",
                is_mock=False,
                abilities=frozenset(),
                control=None,
                known=settings.known,
                operations=settings.operations,
            )


@contextmanager
def reference_mock(vendor: str, mode: str) -> Iterator[Target]:
    """Start a mock to compare a target with; it gets only the requests that the mode allows.

    The known records of a target file do not exist in the mock.
    """
    with started_mock(vendor, present=True) as mock:
        yield replace(mock, mode=mode, abilities=frozenset(), control=None)


def from_settings(settings: TargetSettings) -> Target:
    """Return the target for some settings.

    A server is a mock if its control API confirms it, or on this machine if its responses say so; only
    a control API unlocks more than reading. Raises ``InvalidTargetConfiguration``.
    """
    mock = vendor_of(settings.vendor)
    finder = MockFinder(settings.url, settings.vendor, settings.connection)
    asks_ports = settings.is_local or bool(settings.abilities)
    try:
        discovery = finder.find(is_local=settings.is_local, asks_ports=asks_ports)
    except UnusableConnection as error:
        raise InvalidTargetConfiguration(str(error)) from error
    control = discovery.control
    if settings.abilities and control is None:
        raise InvalidTargetConfiguration(
            f"[{settings.vendor}] has abilities, but no control API was found for {settings.url}"
            f"{finder.problem()}"
        )
    credentials = settings.credentials
    if credentials is None:
        credentials = mock.credentials if settings.is_local or control else {}
    elif control is not None:
        control = control.in_sandbox_of(credentials)
    if not credentials and mock.credentials:
        roles = ", ".join(mock.credentials)
        raise InvalidTargetConfiguration(
            f"[{settings.vendor}] needs credentials in a target file ({roles}): "
            f"the demo credentials only work for a server on this machine, not for {settings.url}"
        )
    return Target(
        settings.vendor,
        settings.url,
        mode=settings.mode or ("full" if control else "read-only"),
        is_mock=control is not None or (discovery.has_header and settings.is_local),
        credentials=credentials,
        known=settings.known,
        abilities=control.abilities if control else frozenset(),
        requests_per_minute=settings.requests_per_minute,
        max_requests=settings.max_requests,
        operations=settings.operations,
        control=control,
        connection=settings.connection,
        responds=discovery.responds,
    )


@contextmanager
def in_temporary_sandbox(
    target: Target, settings: Mapping[str, Any] | None = None
) -> Iterator[Target]:
    """Yield the target in a sandbox created for this run, or unchanged if it has no sandboxes."""
    if target.control is None:
        yield target
        return
    name = f"check-{target.vendor}-{os.getpid()}-{time_ns()}"
    with ExitStack() as stack:
        try:
            control, credentials = stack.enter_context(
                target.control.temporary_sandbox(name, settings)
            )
        except SandboxesUnsupported:
            yield target
            return
        yield replace(target, credentials=credentials, control=control)
