"""What is under test: a mock that is started here, or any server behind a URL.

The only module of the suites that knows the mock.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from importlib import import_module
from importlib.resources.abc import Traversable
from pathlib import Path
from time import time_ns
from typing import Any

from mockvoice import __version__
from mockvoice.app import Server
from mockvoice.outbound import target_file
from mockvoice.outbound.target_file import MODES, InvalidTargetConfiguration, TargetSettings
from mockvoice.settings import Settings
from mockvoice.vendors import UnknownVendor, all_vendors, vendor_keys
from mockvoice.web import contract
from mockvoice.web.vendor import Vendor
from mockvoice_contracts.harness.control import Control, SandboxesUnsupported

__all__ = ["MODES", "InvalidTargetConfiguration", "Target", "UnknownVendor", "vendor_keys"]
VERSION = __version__


@dataclass(frozen=True)
class Target:
    """A server under test, for one vendor.

    ``url`` stands before the vendor's own paths. ``known`` names what this API cannot create.
    ``powers`` is what a mock can do beyond its contract, such as to move its clock. ``is_mock``
    is a server that answers for a mock of ours: its assumptions have to hold, and everything in
    it may be changed.
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
    control: Control | None = field(default=None, repr=False)

    @property
    def secrets(self) -> dict[str, str]:
        """The variable that stands for each secret in what is printed, the longest secret first."""
        named = {
            secret: f"{self.vendor}_{name}".upper()
            for name, secret in self.credentials.items()
            if secret
        }
        return dict(sorted(named.items(), key=lambda pair: -len(pair[0])))

    def now(self) -> datetime:
        """The server's present instant; of a real one, assumed to be ours."""
        return self.control.now() if self.control else datetime.now(UTC)


def vendor_of(key: str) -> Vendor:
    """The mock's description of a vendor. Raises ``BadTarget`` for one that it does not have."""
    try:
        found: Vendor = import_module(f"mockvoice.vendors.{key}").VENDOR
    except ModuleNotFoundError as error:
        if error.name != f"mockvoice.vendors.{key}":
            raise
        raise InvalidTargetConfiguration(f"there is no vendor {key!r}") from error
    return found


def titles() -> dict[str, str]:
    """The titles of the mock's vendors by key, in the order of their ports."""
    return {key: vendor.title for key, vendor in all_vendors().items()}


def has_handler(vendor: str, operation_id: str) -> bool:
    """Whether the mock has a function for an operation."""
    resource, _, action = operation_id.rpartition(".")
    try:
        module = import_module(f"{vendor_of(vendor).handlers}.{resource}")
    except ModuleNotFoundError:
        return False
    return callable(getattr(module, action, None))


def document(vendor: str) -> contract.Document:
    """The published contract of a vendor."""
    return contract.load(vendor)


def contract_file(vendor: str, name: str) -> Traversable:
    """A file of a vendor's contract, as its author wrote it."""
    return contract.resource("openapi", vendor, *name.split("/"))


def fixtures(vendor: str) -> Traversable:
    """The folder of a vendor's fixtures."""
    return contract.resource("fixtures", vendor)


@contextmanager
def open_target(
    vendor: str, url: str | None = None, file: Path | None = None, mode: str | None = None
) -> Iterator[Target]:
    """The target of a run: what the file says of the vendor, else the URL, else a mock of our own.

    A mock that runs already lends a sandbox, so that nobody's data is touched there. Raises
    ``BadTarget``.
    """
    settings = target_settings(vendor, url, file, mode)
    with ExitStack() as stack:
        if settings is None:
            yield stack.enter_context(started_mock(vendor))
        else:
            target = from_settings(settings)
            # Somebody's own credentials choose somebody's own sandbox.
            if settings.credentials is None:
                target = stack.enter_context(in_temporary_sandbox(target))
            yield target


def target_settings(
    vendor: str, url: str | None, file: Path | None, mode: str | None = None
) -> TargetSettings | None:
    """What is said of the server under test; ``None`` if nothing is. Raises ``BadTarget``."""
    roles = vendor_of(vendor).credentials
    if file is not None:
        return target_file.read(vendor, file, roles, url=url, mode=mode)
    if url is not None:
        said = {"url": url, "mode": mode}
        table = {name: value for name, value in said.items() if value is not None}
        return target_file.settings(vendor, table, roles)
    return None


@contextmanager
def started_mock(key: str, *, present: bool = False) -> Iterator[Target]:
    """A mock for this run alone, served from a thread over loopback.

    Its clock starts at noon, so that no run goes past midnight between two of its requests, or at
    the ``present`` for those who cannot ask it for its time and still have to sign with it.
    """
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
    vendor: str, url: str | None = None, file: Path | None = None, mode: str | None = None
) -> Iterator[Target]:
    """A mock in the place of a target, under the same rules, so that nothing is sent to the target."""
    settings = target_settings(vendor, url, file, mode)
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
            )


@contextmanager
def reference_mock(vendor: str, mode: str) -> Iterator[Target]:
    """A mock of this run that may be asked no more than a target with this mode.

    What a target file names as known is known there and not here.
    """
    with started_mock(vendor, present=True) as mock:
        yield replace(mock, mode=mode, abilities=frozenset(), control=None)


def from_settings(settings: TargetSettings) -> Target:
    """The target of some settings.

    A server is a mock if the control API of one is found beside it. What is not said of any other
    is what harms nobody: it is only read.
    """
    mock, control = vendor_of(settings.vendor), None
    if settings.is_local or settings.abilities:
        control = Control.discover(settings.url, settings.vendor, mock.port_offset)
    if settings.abilities and control is None:
        raise InvalidTargetConfiguration(
            f"[{settings.vendor}] names abilities, but no control API answers beside {settings.url}"
        )
    credentials = settings.credentials
    if credentials is None:
        credentials = mock.credentials if settings.is_local or control else {}
    if not credentials and mock.credentials:
        roles = ", ".join(mock.credentials)
        raise InvalidTargetConfiguration(
            f"[{settings.vendor}] needs credentials in a target file ({roles}): "
            f"{settings.url} is not on this machine"
        )
    return Target(
        settings.vendor,
        settings.url,
        mode=settings.mode or ("full" if control else "read-only"),
        is_mock=control is not None,
        credentials=credentials,
        known=settings.known,
        abilities=control.abilities if control else frozenset(),
        requests_per_minute=settings.requests_per_minute,
        max_requests=settings.max_requests,
        control=control,
    )


@contextmanager
def in_temporary_sandbox(target: Target) -> Iterator[Target]:
    """The same server, in a world that is made for this run; its own if it makes none."""
    if target.control is None:
        yield target
        return
    name = f"check-{target.vendor}-{os.getpid()}-{time_ns()}"
    with ExitStack() as stack:
        try:
            control, credentials = stack.enter_context(target.control.temporary_sandbox(name))
        except SandboxesUnsupported:
            yield target
            return
        yield replace(target, credentials=credentials, control=control)
