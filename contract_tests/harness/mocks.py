"""A mock of our own for one run: a world that nobody else uses, served over loopback."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar

import uvicorn

from contract_tests.harness.powers import Powers
from mock_server.kernel.clock import Clock
from mock_server.web.build import build
from mock_server.web.contract import resource
from mock_server.web.sandboxes import DEFAULT, Sandbox, Sandboxes
from mock_server.web.vendor import Vendor
from mock_server.web.worlds import Worlds

Result = TypeVar("Result")


@dataclass(frozen=True)
class Mock:
    """A served mock: where it is, how to enter it, and what it can do."""

    url: str
    credentials: Mapping[str, str]
    powers: Powers


class InProcess:
    """The powers of a mock in this process; whatever it does happens on the server's own loop."""

    abilities = frozenset(("clock", "outbox"))

    def __init__(self, vendor: Vendor, sandbox: Sandbox) -> None:
        self._vendor = vendor
        self._sandbox = sandbox
        self.loop: asyncio.AbstractEventLoop | None = None

    def now(self) -> datetime:
        return self._sandbox.clock.now()

    def set_clock(self, now: datetime) -> None:
        self._on_loop(lambda: self._sandbox.set_clock(now))

    def advance(self, by: timedelta) -> None:
        self._on_loop(lambda: self._sandbox.advance(by))

    def outbox(self) -> list[dict[str, Any]]:
        def read() -> list[dict[str, Any]]:
            return [
                {
                    name: getattr(each, name)
                    for name in ("id", "at", "to", "subject", "body", "about")
                }
                for each in self._sandbox.backends[self._vendor.key].outbox
            ]

        return self._on_loop(read)

    def _on_loop(self, work: Callable[[], Result]) -> Result:
        async def do() -> Result:
            return work()

        if self.loop is None:
            raise RuntimeError("the mock is not served")
        return asyncio.run_coroutine_threadsafe(do(), self.loop).result()


@contextmanager
def serve_mock(vendor: Vendor) -> Iterator[Mock]:
    """A mock of one vendor with the demo data, served from a thread until the block ends."""
    # From noon on, so that no run goes past midnight between two of its requests.
    clock = Clock(datetime.combine(Clock().today(), time(12), UTC))
    data = "demo" if resource("fixtures", vendor.key, "seed.json").is_file() else "empty"
    world = Worlds().open(vendor, data, clock)  # type: ignore[arg-type]
    sandbox = Sandbox(DEFAULT, clock, {vendor.key: world}, {vendor.key: vendor.credentials})
    sandboxes = Sandboxes()
    sandboxes.add(sandbox, {vendor.key: vendor})
    powers = InProcess(vendor, sandbox)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = _Server(
            uvicorn.Config(build(vendor, sandboxes), log_level="error", access_log=False)
        )
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        powers.loop = server.wait()
        try:
            yield Mock(f"http://127.0.0.1:{listener.getsockname()[1]}", vendor.credentials, powers)
        finally:
            server.should_exit = True
            thread.join(10)


class _Server(uvicorn.Server):
    """A server that says when, and on which loop, it serves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._serving = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self._serving.set()

    def wait(self) -> asyncio.AbstractEventLoop:
        """The loop, once requests are taken."""
        if not self._serving.wait(20) or self._loop is None:
            raise RuntimeError("the mock did not start")
        return self._loop
