"""The notes vendor, called without a socket."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import httpx
import pytest

from mockvoice.kernel.clock import Clock
from mockvoice.web.build import build
from mockvoice.web.sandboxes import Sandbox, SandboxRegistry
from mockvoice.web.vendor import Vendor
from tests.web.notes_vendor import DOCUMENT, VENDOR, NotesBackend

KEY = {"Authorization": "Bearer notes-demo-key"}


class NotesApp:
    """The notes vendor's application, and methods to send it requests."""

    def __init__(self, vendor: Vendor = VENDOR) -> None:
        clock = Clock()
        self.backend = NotesBackend(clock)
        self.sandboxes = SandboxRegistry()
        sandbox = Sandbox("default", clock, {"notes": self.backend}, {"notes": vendor.credentials})
        self.sandboxes.add(sandbox, {"notes": vendor})
        self.asgi_app = build(vendor, self.sandboxes, DOCUMENT)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send one request, with the vendor's key unless ``headers`` replace it."""
        options["headers"] = {**KEY, **options.get("headers", {})}

        async def send(client: httpx.AsyncClient) -> httpx.Response:
            return await client.request(method, path, **options)

        return self.run(send)

    def run(self, work: Callable[[httpx.AsyncClient], Coroutine[Any, Any, Any]]) -> Any:
        """Run a coroutine function with one client."""

        async def run_with_client() -> Any:
            transport = httpx.ASGITransport(app=self.asgi_app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://notes.example"
            ) as client:
                return await work(client)

        return asyncio.run(run_with_client())

    @property
    def texts(self) -> list[str]:
        """The texts of all notes."""
        return [note.text for note in self.backend.notes]


@pytest.fixture
def app() -> NotesApp:
    return NotesApp()


async def in_chunks(*chunks: bytes) -> AsyncIterator[bytes]:
    """Yield a body in chunks, which is sent without a Content-Length."""
    for chunk in chunks:
        yield chunk
