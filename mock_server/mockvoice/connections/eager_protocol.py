"""uvicorn's protocol for httptools, with less work for each request."""

from contextvars import Context
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mockvoice.connections.eager import Work, run_until_wait


class EagerProtocol(HttpToolsProtocol):
    """Runs a complete request at once instead of in a task, and needs no timers of idle connections."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._parsed: tuple[Any, Any] | None = None  # a request to start, and the application
        self._started: Any = None  # the request that is being processed, or was the last

    def data_received(self, data: bytes) -> None:
        """Parse received bytes, and start the request that has arrived."""
        super().data_received(data)
        self._start_parsed()

    def send_400_response(self, msg: str) -> None:
        """Respond to bytes that are not HTTP, after the requests before them."""
        self._start_parsed()
        cycle = self.cycle
        if cycle is None or cycle.response_complete or cycle.more_body:
            self.reject_bytes()
        else:
            cycle.keep_alive = False  # the connection ends with the response to the last request

    def reject_bytes(self) -> None:
        """Respond to bytes that are not HTTP, now."""
        raise NotImplementedError

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell every request that the client is gone; uvicorn tells only the one that arrived last."""
        super().connection_lost(exc)
        for cycle in (self._started, *(cycle for cycle, _ in self.pipeline)):
            if cycle is not None and not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()
        self._started = None
        self.pipeline.clear()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        """Start a request later, when it is known whether it has arrived completely."""
        self._parsed = cycle, app

    def _start_parsed(self) -> None:
        if self._parsed is None:
            return
        cycle, app = self._parsed
        self._parsed, self._started = None, cycle
        run = cycle.run_asgi(app)
        if cycle.more_body:
            self.create_task(run)
        else:
            run_until_wait(run, self.create_task)

    def on_response_complete(self) -> None:
        """Go on with the next request. ``connections.watch`` closes idle connections."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            # In a task, so that the requests of other connections are served in between.
            cycle, app = self.pipeline.pop()
            self._started = cycle
            self.create_task(cycle.run_asgi(app))

    def create_task(self, work: Work, context: Context | None = None) -> None:
        """Run a coroutine that the end of the server waits for."""
        task = self.loop.create_task(work, context=context)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
