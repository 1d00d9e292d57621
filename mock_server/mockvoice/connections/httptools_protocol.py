"""uvicorn's protocol for httptools, with less work for each request."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol as Base

from mockvoice.connections import eager


class HttpToolsProtocol(Base):
    """Runs a complete request at once instead of in a task, and needs no timers of idle connections."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._parsed: tuple[Any, Any] | None = None  # a request to start, and the application

    def data_received(self, data: bytes) -> None:
        """Parse received bytes, and start the request that has arrived."""
        super().data_received(data)
        if self._parsed is not None:
            cycle, app = self._parsed
            self._parsed = None
            run = cycle.run_asgi(app)
            rest = run if cycle.more_body else eager.start(run)
            if rest is not None:
                self.create_task(rest)

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        """Start a request later, when it is known whether it has arrived completely."""
        self._parsed = cycle, app

    def on_response_complete(self) -> None:
        """Go on with the next request. ``connections.watch`` closes idle connections."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            # In a task, so that the requests of other connections are served in between.
            cycle, app = self.pipeline.pop()
            self.create_task(cycle.run_asgi(app))

    def create_task(self, coroutine: Any) -> None:
        """Run a coroutine that the end of the server waits for."""
        task = self.loop.create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
