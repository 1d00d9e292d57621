"""A running mock server, accessed through its control API."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, Self

from mockvoice.outbound.control_client import ControlApiError, ControlClient, ServerUnavailable
from mockvoice.outbound.environment import local_ca_file, network_variables
from mockvoice.outbound.vendor_urls import vendor_urls
from mockvoice.testing.controls import format_instant
from mockvoice.testing.sandbox import Sandbox

# The server deletes the sandboxes of a killed run after this time.
SANDBOX_TTL_SECONDS = 6 * 60 * 60
_MAX_NAME_PREFIX = 48


class RemoteServer:
    """A running server at the base URL of its main port, to be used in a ``with`` block.

    Raises ``ServerUnavailable`` and ``ControlApiError`` if it cannot be used.
    """

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._client = ControlClient(self.url, token)
        self.open_sandboxes: list[Sandbox] = []  # created by this run and not deleted yet
        self.base_urls: Mapping[str, str] = {}  # by vendor
        self._network: Mapping[str, str] = {}  # variables for the proxy and the certificate

    def __enter__(self) -> Self:
        try:
            self.base_urls = vendor_urls(self._client, self.url)
            network = self._client.get("/network")
            self._network = network_variables(
                network["proxy_url"], local_ca_file(network), os.environ
            )
        except BaseException:
            self._client.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @property
    def default(self) -> Sandbox:
        """The shared sandbox ``default``, whose credentials are public."""
        description = self._client.get("/sandboxes/default")
        return Sandbox(self._client, description, self.base_urls, self._network)

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
            "data": data,
            "now": None if now is None else format_instant(now),
            "seed": seed,
            "frozen": frozen or None,
        }
        body = {key: value for key, value in options.items() if value is not None}
        created = self._client.send(
            "POST", "/sandboxes", {**body, "name": _unique(name), "ttl_seconds": SANDBOX_TTL_SECONDS}
        )  # fmt: skip
        sandbox = Sandbox(self._client, created, self.base_urls, self._network)
        self.open_sandboxes.append(sandbox)
        try:
            yield sandbox
        finally:
            self.open_sandboxes.remove(sandbox)
            # The test may have deleted the sandbox, or the server may have stopped.
            with suppress(ControlApiError, ServerUnavailable):
                sandbox.delete()


def _unique(name: str) -> str:
    """Return a unique sandbox name that begins with the readable part of a test's name."""
    readable = re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:_MAX_NAME_PREFIX].strip("-") or "sandbox"
    return f"{readable}-{os.urandom(4).hex()}"
