"""Metrics of the server."""

from collections.abc import Sequence
from importlib import import_module

from mockvoice.control.context import ServerContext
from mockvoice.control.metrics import measure
from mockvoice.web.responses import DeferredResponse, Response


def get(server: ServerContext, accept: Sequence[str]) -> DeferredResponse:
    measurements = measure(server)

    def render() -> Response:
        # Imported in the thread: the library is slow to import, and thousands of lines to render.
        text = import_module("mockvoice.control.metrics_text")
        response: Response = text.render(measurements, accept)
        return response

    return DeferredResponse(render, pool="metrics")
