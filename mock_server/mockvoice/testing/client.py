"""Mock servers, accessed through their control API."""

import os
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from typing import Any, Self

import httpx

from mockvoice.outbound.connection_settings import ConnectionSettings
from mockvoice.outbound.control_client import ControlApiError, ControlClient, ServerUnavailable
from mockvoice.outbound.environment import local_ca_file, network_variables
from mockvoice.outbound.vendor_urls import vendor_urls
from mockvoice.testing.channels import RemoteChannel
from mockvoice.testing.controls import format_instant
from mockvoice.testing.routes.sandbox_routes import ServerAccess
from mockvoice.testing.routes.table import parse_address
from mockvoice.testing.sandbox import Sandbox

# The server deletes the sandboxes of a killed run after this time.
SANDBOX_TTL_SECONDS = 6 * 60 * 60
_MAX_NAME_PREFIX = 48


class SandboxServer(ABC):
    """A server that creates sandboxes, to be used in a ``with`` block."""

    url: str
    _ttl_seconds: int | None = None

    def __init__(self) -> None:
        self._parts: tuple[ControlClient, ServerAccess] | None = None  # while it is open
        self.open_sandboxes: list[Sandbox] = []  # created by this run and not deleted yet
        self._lifetime = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._parts = self._start(stack)
            self._lifetime = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._parts = None
        self._lifetime.close()

    def _opened(self) -> tuple[ControlClient, ServerAccess]:
        if self._parts is None:
            raise RuntimeError(f"{type(self).__name__} must be used in a with block")
        return self._parts

    @abstractmethod
    def _start(self, stack: ExitStack) -> tuple[ControlClient, ServerAccess]:
        """Return the client of the control API and the access to the vendors.

        ``stack`` ends what is started.
        """

    @property
    def base_urls(self) -> Mapping[str, str]:
        """The base URL of each vendor."""
        return self._opened()[1].base_urls

    @property
    def default(self) -> Sandbox:
        """The shared sandbox ``default``, whose credentials are public."""
        control, access = self._opened()
        return Sandbox(control, control.get("/sandboxes/default"), access, self._lifetime)

    @contextmanager
    def sandbox(
        self,
        name: str = "sandbox",
        *,
        data: str | Mapping[str, Any] = "demo",
        now: datetime | str | None = None,
        seed: int | None = None,
        frozen: bool = False,
    ) -> Iterator[Sandbox]:
        """Create a sandbox that is deleted at the end of the block.

        ``data`` is ``"demo"``, ``"empty"`` or the data of an export. The sandbox's name is unique and
        begins with ``name``. Raises ``ControlApiError`` with the reason.
        """
        options = {
            "name": _unique(name),
            "data": data,
            "now": None if now is None else format_instant(now),
            "seed": seed,
            "frozen": frozen or None,
            "ttl_seconds": self._ttl_seconds,
        }
        body = {key: value for key, value in options.items() if value is not None}
        control, access = self._opened()
        created = control.send("POST", "/sandboxes", body)
        with ExitStack() as lifetime:
            sandbox = Sandbox(control, created, access, lifetime)
            self.open_sandboxes.append(sandbox)
            try:
                yield sandbox
            finally:
                self.open_sandboxes.remove(sandbox)
                # The test may have deleted the sandbox, or the server may have stopped.
                with suppress(ControlApiError, ServerUnavailable):
                    sandbox.delete()


class RemoteServer(SandboxServer):
    """A running server at the base URL of its main port.

    Raises ``ServerUnavailable`` and ``ControlApiError`` if it cannot be used.
    """

    _ttl_seconds = SANDBOX_TTL_SECONDS

    def __init__(self, url: str, token: str | None = None) -> None:
        super().__init__()
        self.url = url.rstrip("/")
        self._token = token

    def _start(self, stack: ExitStack) -> tuple[ControlClient, ServerAccess]:
        control = ControlClient(self.url, self._token)
        stack.callback(control.close)
        vendors = control.get("/vendors")
        base_urls = vendor_urls(vendors, self.url)
        network = control.get("/network")
        client = stack.enter_context(
            ConnectionSettings().http_client(self.url, limits=httpx.Limits(max_connections=None))
        )
        return control, ServerAccess(
            base_urls=base_urls,
            channels={key: RemoteChannel(client, url) for key, url in base_urls.items()},
            addresses=[parse_address(url) for url in (self.url, *base_urls.values())],
            hosts={vendor["key"]: vendor.get("hosts", ()) for vendor in vendors},
            network=network_variables(network["proxy_url"], local_ca_file(network), os.environ),
        )


def _unique(name: str) -> str:
    """Return a unique sandbox name that begins with the readable part of a test's name."""
    readable = re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:_MAX_NAME_PREFIX].strip("-") or "sandbox"
    return f"{readable}-{os.urandom(4).hex()}"
