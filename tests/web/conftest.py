"""The toy vendor, served without a socket."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import httpx
import pytest

from mockvoice.kernel.clock import Clock
from mockvoice.web.build import build
from mockvoice.web.sandboxes import Sandbox, SandboxRegistry
from tests.web.toy import DOCUMENT, VENDOR, ToyBackend

KEY = {"Authorization": "Bearer toy-demo-key"}


class Floor:
    """A toy application, and ways to ask it something."""

    def __init__(self) -> None:
        clock = Clock()
        self.backend = ToyBackend(clock)
        self.sandboxes = SandboxRegistry()
        sandbox = Sandbox("default", clock, {"toy": self.backend}, {"toy": VENDOR.credentials})
        self.sandboxes.add(sandbox, {"toy": VENDOR})
        self.app = build(VENDOR, self.sandboxes, DOCUMENT)

    def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        """One request, with the toy's key unless other headers say otherwise."""
        request["headers"] = {**KEY, **request.get("headers", {})}

        async def send(client: httpx.AsyncClient) -> httpx.Response:
            return await client.request(method, path, **request)

        return self.run(send)

    def run(self, work: Callable[[httpx.AsyncClient], Coroutine[Any, Any, Any]]) -> Any:
        """Whatever one client does."""

        async def act() -> Any:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://toy.example"
            ) as client:
                return await work(client)

        return asyncio.run(act())

    @property
    def texts(self) -> list[str]:
        """The notes that were kept."""
        return [note.text for note in self.backend.notes]


@pytest.fixture
def floor() -> Floor:
    return Floor()


async def in_pieces(*pieces: bytes) -> AsyncIterator[bytes]:
    """A body whose length is not announced."""
    for piece in pieces:
        yield piece
