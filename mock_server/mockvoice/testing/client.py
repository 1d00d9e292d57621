"""Mock servers, accessed through their control API."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from typing import Any, Self

from mockvoice.outbound.connection_settings import ConnectionSettings
from mockvoice.outbound.control_client import ControlApiError, ControlClient, ServerUnavailable
from mockvoice.outbound.environment import local_ca_file, network_variables
from mockvoice.outbound.vendor_urls import vendor_urls
from mockvoice.testing.channels import RemoteChannel
from mockvoice.testing.controls import format_instant
from mockvoice.testing.routes.table import address_of
from mockvoice.testing.sandbox import Access, Sandbox

# The server deletes the sandboxes of a killed run after this time.
SANDBOX_TTL_SECONDS = 6 * 60 * 60
_MAX_NAME_PREFIX = 48


class SandboxServer:
    """A server that creates sandboxes, to be used in a ``with`` block."""

    url: str
    _client: ControlClient
    _access: Access
    _ttl_seconds: int | None = None

    def __init__(self) -> None:
        self.open_sandboxes: list[Sandbox] = []  # created by this run and not deleted yet
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _start(self, stack: ExitStack) -> None:
        """Set the control client and the access to the vendors; ``stack`` ends what is started."""
        raise NotImplementedError

    @property
    def base_urls(self) -> Mapping[str, str]:
        """The base URL of each vendor."""
        return self._access.base_urls

    @property
    def default(self) -> Sandbox:
        """The shared sandbox ``default``, whose credentials are public."""
        return Sandbox(self._client, self._client.get("/sandboxes/default"), self._access)

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
        created = self._client.send("POST", "/sandboxes", body)
        sandbox = Sandbox(self._client, created, self._access)
        self.open_sandboxes.append(sandbox)
        try:
            yield sandbox
        finally:
            sandbox.close_routes()
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
        self._client = ControlClient(self.url, token)

    def _start(self, stack: ExitStack) -> None:
        stack.callback(self._client.close)
        vendors = self._client.get("/vendors")
        base_urls = vendor_urls(vendors, self.url)
        network = self._client.get("/network")
        client = stack.enter_context(ConnectionSettings().http_client(self.url))
        self._access = Access(
            base_urls,
            {key: RemoteChannel(client, url) for key, url in base_urls.items()},
            [address_of(url) for url in (self.url, *base_urls.values())],
            {vendor["key"]: vendor.get("hosts", ()) for vendor in vendors},
            network_variables(network["proxy_url"], local_ca_file(network), os.environ),
        )


def _unique(name: str) -> str:
    """Return a unique sandbox name that begins with the readable part of a test's name."""
    readable = re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:_MAX_NAME_PREFIX].strip("-") or "sandbox"
    return f"{readable}-{os.urandom(4).hex()}"
