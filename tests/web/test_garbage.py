"""A request leaves no reference cycles: collecting them would pause all requests."""

import asyncio
import gc
from typing import Any

import pytest

from tests.web.conftest import NotesApp


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/notes", b"", 200),
        ("GET", "/notes?page=x", b"", 422),
        ("GET", "/nothing", b"", 404),
        ("GET", "/notes", b"", 401),
        ("POST", "/notes", b'{"text": "one"}', 201),
    ],
)
def test_a_request_leaves_no_reference_cycles(
    app: NotesApp, method: str, path: str, body: bytes, status: int
) -> None:
    path, _, query = path.partition("?")
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        if "status" in message:
            statuses.append(message["status"])

    async def send_request() -> None:
        headers = [
            (b"host", b"notes.example"),
            (b"authorization", b"Bearer nobody" if status == 401 else b"Bearer notes-demo-key"),
            (b"content-type", b"application/json"),
        ]
        scope = {"type": "http", "http_version": "1.1", "method": method, "path": path, "query_string": query.encode(),
                 "headers": headers}  # fmt: skip
        await app.asgi_app(scope, receive, send)

    async def collected_objects() -> int:
        gc.collect()
        gc.disable()
        try:
            for _ in range(10):
                await send_request()
            return gc.collect()
        finally:
            gc.enable()

    async def smallest_round() -> int:
        await send_request()
        gc.collect()
        gc.freeze()  # so that collections do not search what exists already
        # A request's cycles occur in every round; those of another thread of this process only in
        # some rounds.
        return min([await collected_objects() for _ in range(5)])

    try:
        assert asyncio.run(smallest_round()) == 0
    finally:
        gc.unfreeze()
    assert set(statuses) == {status}
