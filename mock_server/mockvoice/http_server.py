"""uvicorn's server: its configuration, and its start, its signals and its end."""

import asyncio
import gc
import signal
import socket
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from types import FrameType
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from mockvoice.connections.descriptors import accepted_at_once
from mockvoice.connections.heads import MAX_HEAD
from mockvoice.connections.registry import Connections
from mockvoice.connections.watch import KEEP_ALIVE_SECONDS
from mockvoice.kernel.clock import monotonic
from mockvoice.kernel.histogram import Histogram
from mockvoice.listeners import BACKLOG
from mockvoice.protocol import Protocol

# Windows sends SIGBREAK for Ctrl-Break and when its console is closed.
STOP_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)
]
# How long the end of the server waits for responses, and then for the last bytes of error responses.
GRACE_SECONDS = 1.0
FLUSH_SECONDS = 0.3
TICKS_PER_SECOND = 10  # of uvicorn's main loop
LAG_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)  # seconds
# When the garbage collector runs. A collection of the young generation pauses for about a millisecond
# for 10,000 new objects; the older generations have many objects, so they are collected rarely.
GC_THRESHOLDS = (10_000, 250, 1000)


class _Workers(ThreadPoolExecutor):
    """The event loop's own threads, for work of no kind that has a pool. Nobody waits for them at the end."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Cancel the work that no thread has begun."""
        super().shutdown(wait=False, cancel_futures=True)


# Creates the protocol of a connection; it gets the arguments of ``Protocol`` by their names.
ProtocolFactory = Callable[..., asyncio.Protocol]


def _config(
    app: ASGIApp, protocol: ProtocolFactory, headers: Sequence[tuple[str, str]]
) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="uvloop" if find_spec("uvloop") else "asyncio",
        http=cast("Any", protocol),
        h11_max_incomplete_event_size=MAX_HEAD,
        backlog=accepted_at_once(),
        ws="none",
        interface="asgi3",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,  # the time is that of the request's sandbox
        proxy_headers=False,
        headers=list(headers),
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )


class HttpServer(uvicorn.Server):
    """uvicorn's server; it builds the applications at startup and handles signals itself.

    Each response has the ``headers``.
    """

    def __init__(
        self,
        app: ASGIApp,
        assemble: Callable[[], None],
        ready: Callable[[], None],
        close: Callable[[], None],
        protocol: ProtocolFactory = Protocol,
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        self._connections = Connections()
        super().__init__(_config(app, partial(protocol, registry=self._connections), headers))
        self._assemble = assemble
        self._close = close
        self.ready = ready
        # Listeners whose connections have another protocol than those of the other ones.
        self.other_listeners: list[tuple[socket.socket, ProtocolFactory]] = []
        self.handle_signals = False
        self.tune_gc = False
        # How late the event loop came to each tick, in seconds: what else waits for it waits as long.
        self.loop_lag = Histogram(LAG_BOUNDS)
        self._next_tick: float | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Build the applications, and listen."""
        if self.tune_gc:
            gc.set_threshold(*GC_THRESHOLDS)
        if self.handle_signals:
            asyncio.get_running_loop().set_default_executor(_Workers())
        self._assemble()
        await super().startup(sockets)
        for listener, protocol in self.other_listeners:
            await self._listen(listener, protocol)
        for listener in (*(sockets or ()), *(listener for listener, _ in self.other_listeners)):
            # The loop accepts few connections at once, and the system keeps many that wait for it.
            listener.listen(BACKLOG)
        self.freeze_heap()
        self.ready()

    async def _listen(self, listener: socket.socket, protocol: ProtocolFactory) -> None:
        """Accept connections as uvicorn does, with another protocol."""
        create = partial(
            protocol,
            registry=self._connections,
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
        )
        backlog = self.config.backlog
        loop = asyncio.get_running_loop()
        self.servers.append(await loop.create_server(create, sock=listener, backlog=backlog))

    async def on_tick(self, counter: int) -> bool:
        """Look at all connections once a second; return whether the server must stop."""
        if self._next_tick is not None:
            self.loop_lag.add(max(0.0, monotonic() - self._next_tick))
        if counter % TICKS_PER_SECOND == 0:
            self._connections.count_second(self._open_connections())
        must_stop = await super().on_tick(counter)
        self._next_tick = monotonic() + 1 / TICKS_PER_SECOND
        return must_stop

    def connections_by_port(self) -> Counter[int]:
        """Return the number of open connections to each port that has one."""
        addresses = [connection.server for connection in self._open_connections()]
        return Counter(address[1] for address in addresses if address and address[1] is not None)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, and give requests a short time to end; then they get an error response.

        uvicorn would respond with text that has no vendor's format, and log each request as a failure.
        """
        for server in self.servers:
            server.close()
        for listener in (*(sockets or ()), *(listener for listener, _ in self.other_listeners)):
            listener.close()
        for connection in self._open_connections():
            connection.shutdown()
        await self._wait_for_requests(GRACE_SECONDS)
        for connection in self._open_connections():
            connection.stop()
        for task in list(self.server_state.tasks):
            task.cancel()
        await self._wait_for_requests(FLUSH_SECONDS)
        # Before the loop cancels its tasks, since each one that ends would start another.
        self._close()

    async def _wait_for_requests(self, seconds: float) -> None:
        end = monotonic() + seconds
        while self.server_state.connections or self.server_state.tasks:
            if self.force_exit or monotonic() >= end:
                return
            await asyncio.sleep(0.02)

    def _open_connections(self) -> list[Protocol]:
        return list(cast("set[Protocol]", self.server_state.connections))

    def freeze_heap(self) -> None:
        """Exclude all existing objects from garbage collection: few of them are ever freed."""
        if self.tune_gc:
            gc.freeze()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop the server on SIGTERM and Ctrl-C; uvicorn would raise the signals again at the end."""
        if not self.handle_signals:
            yield
            return
        previous = {number: signal.signal(number, self._stop) for number in STOP_SIGNALS}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True
