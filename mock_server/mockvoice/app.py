"""The server: sandboxes, applications and listeners put together, and run."""

import asyncio
import gc
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from types import FrameType
from typing import Any, Self, TypeVar

import uvicorn
from starlette.types import ASGIApp

from mockvoice.addresses import Addresses
from mockvoice.control.context import ServerContext
from mockvoice.control.factory import SandboxFactory
from mockvoice.dispatcher import Dispatcher, LazyApp, not_found
from mockvoice.listeners import Listeners, port_of
from mockvoice.protocol import Protocol
from mockvoice.settings import Settings
from mockvoice.vendors import all_vendors
from mockvoice.web.build import build, start
from mockvoice.web.sandboxes import DEFAULT, SandboxRegistry
from mockvoice.web.vendor import Vendor

T = TypeVar("T")

# Answers in the making get this long when the server ends.
GRACE_SECONDS = 1
# Longer than any pause of a client that means to go on with its connection.
KEEP_ALIVE_SECONDS = 75
PATIENCE_SECONDS = 30.0


class Server:
    """A whole mock server. ``run`` serves from this thread; as a context manager it serves from another.

    ``with Server(Settings(port=0)) as server`` is a server on free ports, whose places are in
    ``server.urls``.
    """

    def __init__(
        self, settings: Settings | None = None, vendors: Mapping[str, Vendor] | None = None
    ) -> None:
        self.settings = settings or Settings(port=0)
        self.vendors = all_vendors(self.settings.vendors) if vendors is None else vendors
        self.sandboxes = SandboxRegistry(
            quirks=self.settings.quirks,
            limit=self.settings.max_sandboxes,
            journal_size=self.settings.journal_size,
        )
        self._openings = SandboxFactory(self.vendors, self.sandboxes)
        self._beginning = self._openings.initial_state_of(self.settings)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._listeners = Listeners.open(self.settings, self.vendors.values())
        self._front = Dispatcher()
        self._listening = _Listening(_config(self._front), self._assemble, self._ready.set)
        self.addresses = Addresses.of(
            self.settings.host,
            port_of(self._listeners.main),
            self.vendors,
            {key: port_of(each) for key, each in self._listeners.vendors.items()},
            control=self.settings.control,
        )

    @property
    def urls(self) -> dict[str, Any]:
        """Where the server answers: what ``--ready-file`` writes."""
        return {
            "main": self.addresses.main,
            "vendors": {
                key: {
                    "prefix_url": each.prefix_url,
                    "root_url": each.root_url,
                    "spec_url": each.spec_url,
                }
                for key, each in self.addresses.vendors.items()
            },
            "pid": os.getpid(),
        }

    def run(self, ready: Callable[[], None]) -> None:
        """Serve until a signal ends it; ``ready`` is told once all listeners accept."""
        self._listening.ready = ready
        self._listening.heed_signals = True
        self._listening.tune_collector = True
        try:
            self._listening.run(self._listeners.all)
        finally:
            self._listeners.close()

    def start(self) -> Self:
        """Serve from a thread; returns when all listeners accept, or raises what went wrong."""
        self._thread = threading.Thread(target=self._serve, name="mockvoice", daemon=True)
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            self.stop()
            raise self._failure
        return self

    def stop(self) -> None:
        """End the thread's server; one that has ended stays so."""
        self._listening.should_exit = True
        if self._thread is not None:
            self._thread.join()
        self._listeners.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def call_on_loop(self, action: Callable[[], T]) -> T:
        """Do something with the sandboxes, which may be touched on the event loop only."""
        if self._loop is None:
            raise RuntimeError("the server has not been started")

        async def act() -> T:
            return action()

        return asyncio.run_coroutine_threadsafe(act(), self._loop).result(PATIENCE_SECONDS)

    def _serve(self) -> None:
        try:
            self._listening.run(self._listeners.all)
        except BaseException as error:
            self._failure = error
        finally:
            self._ready.set()

    def _assemble(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._openings.create(DEFAULT, self._beginning, self._openings.resolve(self._beginning))
        apps = {key: build(vendor, self.sandboxes) for key, vendor in self.vendors.items()}
        for app in apps.values():
            start(app)
        own_ports = {port_of(each): apps[key] for key, each in self._listeners.vendors.items()}
        self._front.open(own_ports, apps, self._control())

    def _control(self) -> ASGIApp:
        if not self.settings.control:
            return not_found

        def make() -> ASGIApp:
            from mockvoice.control.api import control_app

            server = ServerContext(self.vendors, self.sandboxes, self.addresses, self._openings)
            return control_app(server, self.settings)

        return LazyApp(make, self._listening.settle_memory)


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="uvloop" if find_spec("uvloop") else "asyncio",
        http=Protocol,
        ws="none",
        interface="asgi3",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


class _Listening(uvicorn.Server):
    """uvicorn's server, which has its applications made at its start and ends without a fuss."""

    def __init__(
        self, config: uvicorn.Config, assemble: Callable[[], None], ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._assemble = assemble
        self.ready = ready
        self.heed_signals = False
        self.tune_collector = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if self.tune_collector:
            # Rarely walking the young saves more than it costs; see benchmarks.
            gc.set_threshold(50_000, 50, 1000)
        self._assemble()
        await super().startup(sockets)
        self.settle_memory()
        self.ready()

    def settle_memory(self) -> None:
        """Spare the collector what has been made by now and stays."""
        if self.tune_collector:
            gc.freeze()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let SIGTERM and Ctrl-C end the server; uvicorn would raise them again at the end."""
        if not self.heed_signals:
            yield
            return
        former = {each: signal.signal(each, self._end) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, handler in former.items():
                signal.signal(each, handler)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True
