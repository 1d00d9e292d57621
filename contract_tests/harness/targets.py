"""What is under test: a mock that is started here, or any server behind a URL.

The only module of the suites that knows the mock.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from importlib import import_module
from importlib.resources.abc import Traversable
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contract_tests.harness.control import Control
from mock_server.app import Server
from mock_server.settings import Settings
from mock_server.vendors import all_vendors
from mock_server.web import contract
from mock_server.web.vendor import Vendor

MODES = ("read-only", "own-data", "full")


class BadTarget(Exception):
    """What is to be tested is not said well enough."""


@dataclass(frozen=True)
class Target:
    """A server under test, for one vendor.

    ``url`` stands before the vendor's own paths. ``known`` names what this API cannot create.
    ``powers`` is what a mock can do beyond its contract, such as to move its clock.
    """

    vendor: str
    url: str
    mode: str
    is_mock: bool
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    known: Mapping[str, Any] = field(default_factory=dict)
    abilities: frozenset[str] = frozenset()
    requests_per_minute: int | None = None
    powers: Control | None = field(default=None, repr=False)

    @property
    def secrets(self) -> dict[str, str]:
        """The variable that stands for each secret in what is printed, the longest secret first."""
        named = {
            secret: f"{self.vendor}_{name}".upper() for name, secret in self.credentials.items()
        }
        return dict(sorted(named.items(), key=lambda pair: -len(pair[0])))

    def now(self) -> datetime:
        """The server's present instant; of a real one, assumed to be ours."""
        return self.powers.now() if self.powers else datetime.now(UTC)


def vendor_of(key: str) -> Vendor:
    """The mock's description of a vendor. Raises ``BadTarget`` for one that it does not have."""
    try:
        found: Vendor = import_module(f"mock_server.vendors.{key}").VENDOR
    except ModuleNotFoundError as error:
        if error.name != f"mock_server.vendors.{key}":
            raise
        raise BadTarget(f"there is no vendor {key!r}") from error
    return found


def titles() -> dict[str, str]:
    """The titles of the mock's vendors by key, in the order of their ports."""
    return {key: vendor.title for key, vendor in all_vendors().items()}


def handles(vendor: str, operation_id: str) -> bool:
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


def fixtures(vendor: str) -> Traversable:
    """The folder of a vendor's fixtures."""
    return contract.resource("fixtures", vendor)


@contextmanager
def opened(vendor: str, url: str | None = None, file: Path | None = None) -> Iterator[Target]:
    """The target of a run: what the file says of the vendor, else the URL, else a mock of our own.

    Raises ``BadTarget``.
    """
    if file is not None:
        yield from_file(vendor, file, url)
    elif url is not None:
        yield from_settings(vendor, {"url": url})
    else:
        with _own_mock(vendor) as target:
            yield target


@contextmanager
def _own_mock(key: str) -> Iterator[Target]:
    """A mock for this run alone, served from a thread over loopback."""
    vendor = vendor_of(key)
    settings = Settings(
        port=0,
        vendors=(key,),
        data="demo" if fixtures(key).joinpath("seed.json").is_file() else "empty",
        # From noon on, so that no run goes past midnight between two of its requests.
        now=datetime.combine(datetime.now(UTC).date(), time(12), UTC),
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
            powers=control,
        )


def from_file(vendor: str, file: Path, url: str | None = None) -> Target:
    """What a TOML file says of a vendor; a URL given beside it comes before the file's."""
    try:
        settings = tomllib.loads(file.read_text("utf-8")).get(vendor)
    except (OSError, ValueError) as error:
        raise BadTarget(f"{file}: {error}") from error
    if settings is None:
        raise BadTarget(f"{file} has no table [{vendor}]")
    return from_settings(vendor, {**settings, **({"url": url} if url else {})})


def from_settings(vendor: str, settings: Mapping[str, Any]) -> Target:
    """A target by its settings, those of a mock for an address on this machine."""
    strange = settings.keys() - {
        "url", "mode", "credentials", "known", "abilities", "requests_per_minute",
    }  # fmt: skip
    if strange:
        raise BadTarget(f"[{vendor}] has no setting {', '.join(sorted(strange))}")
    if not str(settings.get("url", "")).startswith(("http://", "https://")):
        raise BadTarget(f"[{vendor}] needs a url that begins with http:// or https://")
    url = str(settings["url"]).rstrip("/")
    local = _is_local(url)
    mode = settings.get("mode", "full" if local else "read-only")
    if mode not in MODES:
        raise BadTarget(f"[{vendor}] mode is {mode!r}, not one of {', '.join(MODES)}")
    credentials, control = settings.get("credentials"), None
    if local:
        mock = vendor_of(vendor)
        credentials = mock.credentials if credentials is None else credentials
        control = Control.beside(url, vendor, mock.port_offset)
    return Target(
        vendor,
        url,
        mode,
        is_mock=local,
        credentials={name: _secret(name, value) for name, value in (credentials or {}).items()},
        known=settings.get("known", {}),
        abilities=control.abilities if control else frozenset(),
        requests_per_minute=settings.get("requests_per_minute"),
        powers=control,
    )


def _is_local(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _secret(name: str, value: object) -> str:
    text = str(value)
    if not text.startswith("env:"):
        return text
    variable = text.removeprefix("env:")
    if variable not in os.environ:
        raise BadTarget(f"the environment has no {variable}, which the credential {name} names")
    return os.environ[variable]
