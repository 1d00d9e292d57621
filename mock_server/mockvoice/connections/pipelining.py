"""uvicorn's protocol for httptools: ends of connections with several requests, and no timers."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class PipeliningProtocol(HttpToolsProtocol):
    """Tells every request of a connection when it ends, and needs no timer for an idle connection."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._started: Any = None  # the request that is being processed, or was the last

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        self._started = cycle
        super()._start_asgi_task(cycle, app)

    def send_400_response(self, msg: str) -> None:
        """Respond to bytes that are not HTTP, unless they follow a request that has no response yet.

        The connection then ends with that response, which would be lost otherwise.
        """
        cycle = self.cycle
        if cycle is None or cycle.response_complete or cycle.more_body:
            self.reject_bytes()
        else:
            cycle.keep_alive = False

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

    def on_response_complete(self) -> None:
        """Go on with the next request. ``connections.watch`` closes idle connections."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
