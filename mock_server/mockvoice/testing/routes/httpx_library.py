"""Requests of httpx, at its transports."""

from __future__ import annotations

from functools import wraps
from typing import Any

import httpx

from mockvoice.testing.channels import Channel, SandboxTransport
from mockvoice.testing.routes.patches import Patch
from mockvoice.testing.routes.table import PORTS, RouteTable, UnroutedHost


def patches(table: RouteTable) -> list[Patch]:
    """Return the patches of both transports."""
    send = httpx.HTTPTransport.handle_request
    send_async = httpx.AsyncHTTPTransport.handle_async_request

    @wraps(send)
    def handle_request(self: Any, request: httpx.Request) -> httpx.Response:
        channel = _find(table, self, request)
        if channel is None:
            return send(self, request)
        return SandboxTransport(channel).handle_request(request)

    @wraps(send_async)
    async def handle_async_request(self: Any, request: httpx.Request) -> httpx.Response:
        channel = _find(table, self, request)
        if channel is None:
            return await send_async(self, request)
        return await SandboxTransport(channel).handle_async_request(request)

    return [
        Patch(httpx.HTTPTransport, "handle_request", handle_request),
        Patch(httpx.AsyncHTTPTransport, "handle_async_request", handle_async_request),
    ]


def _find(table: RouteTable, transport: Any, request: httpx.Request) -> Channel | None:
    if getattr(getattr(transport, "_pool", None), "_uds", None) is not None:
        return None  # a Unix socket, which the host of the URL does not matter for
    url = request.url
    try:
        return table.find(url.host, url.port or PORTS.get(url.scheme, 0))
    except UnroutedHost as error:
        raise httpx.ConnectError(str(error), request=request) from error
