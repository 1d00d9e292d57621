"""A running mock server, as tests see it."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, Self

from mockvoice.commands.client import ControlApiError, ControlClient, ServerUnavailable
from mockvoice.testing.markers import instant
from mockvoice.testing.sandbox import Sandbox

# After which the sandbox of a run that was killed goes by itself.
RUN_SECONDS = 6 * 60 * 60
_NAME_LONG = 48


class RemoteServer:
    """A server at its main address, to be used in a ``with`` block.

    Raises ``NoServer`` and ``ServerRefused`` if it cannot be used.
    """

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._client = ControlClient(self.url, token)
        self.opened: list[Sandbox] = []  # those that are there at present, made by this run
        self.base_urls: Mapping[str, str] = {}

    def __enter__(self) -> Self:
        try:
            self.base_urls = self._places()
        except BaseException:
            self._client.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @property
    def default(self) -> Sandbox:
        """The sandbox that everybody shares, whose credentials are public knowledge."""
        return Sandbox(self._client, self._client.get("/sandboxes/default"), self.base_urls)

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
        """A new sandbox, for as long as the block lasts.

        ``data`` is ``"demo"``, ``"empty"`` or an exported sandbox. Its name begins with ``name`` and
        is nobody else's. Raises ``ServerRefused`` with the reason.
        """
        wish = {"data": data, "now": None if now is None else instant(now), "seed": seed}
        body = {key: value for key, value in wish.items() if value is not None}
        told = self._client.send(
            "POST", "/sandboxes", {**body, "name": _unique(name), "ttl_seconds": RUN_SECONDS}
        )
        made = Sandbox(self._client, told, self.base_urls)
        self.opened.append(made)
        try:
            if frozen:
                made.clock.freeze(now)
            yield made
        finally:
            self.opened.remove(made)
            # The test may have deleted it, and the server may be gone: then so is the sandbox.
            with suppress(ControlApiError, ServerUnavailable):
                made.delete()

    def _places(self) -> dict[str, str]:
        """Where each vendor answers, by its key."""
        return {each["key"]: self._place(each) for each in self._client.get("/vendors")}

    def _place(self, vendor: Mapping[str, Any]) -> str:
        """A vendor's own port; below the prefix if the server, as in a container, knows itself by
        other addresses than we do.
        """
        prefix = f"{self.url}/{vendor['key']}"
        own: str | None = vendor["root_url"]
        return own if own is not None and vendor["prefix_url"] == prefix else prefix


def _unique(name: str) -> str:
    """A name for a sandbox that tells of a test and is nobody else's."""
    readable = re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:_NAME_LONG].strip("-") or "sandbox"
    return f"{readable}-{os.urandom(4).hex()}"
