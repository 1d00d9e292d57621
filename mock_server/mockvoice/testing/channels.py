"""Ways to send the requests of a client to one vendor of a mock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from contextlib import closing
from typing import TYPE_CHECKING, Any, Protocol

import anyio
import anyio.to_thread
import httpx

from mockvoice.http_messages import ConnectionDropped, HttpRequest, HttpResponse, ResponseTimeout

if TYPE_CHECKING:
    from mockvoice.in_process.mock import InProcessMock


_SCHEME = b"x-forwarded-proto"
# Headers that hold for one connection, or that the client of the channel sets.
_OF_THE_CONNECTION = frozenset({
    b"connection", b"content-length", b"expect", b"keep-alive", b"proxy-authorization",
    b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade", _SCHEME,
})  # fmt: skip


class Channel(Protocol):
    """Sends requests to a vendor of a mock; the credentials select the sandbox.

    Both methods raise ``ConnectionDropped`` if the mock ends the connection without a response, and
    ``ResponseTimeout`` if there is none after ``timeout`` seconds.
    """

    def send(self, request: HttpRequest, timeout: float | None = None) -> HttpResponse:
        """Return the response."""

    async def send_async(self, request: HttpRequest, timeout: float | None = None) -> HttpResponse:
        """Return the response; while the mock waits, the caller's event loop runs other tasks."""


class RemoteChannel:
    """Sends requests to the base URL of a vendor of a mock in another process."""

    def __init__(self, client: httpx.Client, base_url: str) -> None:
        self._client = client
        self._url = httpx.URL(base_url)
        self._prefix = self._url.raw_path.rstrip(b"/")

    def send(self, request: HttpRequest, timeout: float | None = None) -> HttpResponse:
        """Return the response."""
        headers = [pair for pair in request.headers if pair[0].lower() not in _OF_THE_CONNECTION]
        # The mock takes the scheme into account if it trusts the sender.
        headers.append((_SCHEME, request.scheme.encode()))
        sent = httpx.Request(
            request.method,
            self._url.copy_with(raw_path=self._prefix + request.target),
            headers=headers,
            content=request.body,
            extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), timeout)},
        )
        try:
            with closing(self._client.send(sent, stream=True)) as response:
                # As it was sent: the client decodes it.
                body = b"".join(response.iter_raw())
        except httpx.TimeoutException as error:
            raise ResponseTimeout(timeout or 0) from error
        except httpx.ConnectError as error:
            raise ConnectionDropped(f"no mock responds at {self._url}: {error}") from error
        except httpx.TransportError as error:
            raise ConnectionDropped from error
        return HttpResponse(response.status_code, response.headers.raw, body)

    async def send_async(self, request: HttpRequest, timeout: float | None = None) -> HttpResponse:
        """Return the response."""
        return await _in_thread(self.send, request, timeout)


class InProcessChannel:
    """Sends requests to a vendor of a mock in this process, or with ``None`` to its main port."""

    def __init__(self, mock: InProcessMock, vendor: str | None) -> None:
        self._mock = mock
        self._vendor = vendor

    def send(self, request: HttpRequest, timeout: float | None = None) -> HttpResponse:
        """Return the response."""
        response = self._mock.start(self._vendor, request)
        return _result(response, timeout) if isinstance(response, Future) else response

    async def send_async(self, request: HttpRequest, timeout: float | None = None) -> HttpResponse:
        """Return the response."""
        response = self._mock.start(self._vendor, request)
        if not isinstance(response, Future):
            return response
        try:
            asyncio.get_running_loop()
        except RuntimeError:  # the caller runs on trio
            return await _in_thread(_result, response, timeout)
        waiting = asyncio.wrap_future(response)
        waiting.add_done_callback(_ignore_error)  # of a request that nobody waits for any more
        await asyncio.wait([waiting], timeout=timeout)
        return _result(response, 0) if waiting.done() else _late(timeout)


async def _in_thread(function: Callable[..., HttpResponse], *args: Any) -> HttpResponse:
    """Return the result of a function, which runs in a thread of its own; its caller may be cancelled."""
    limiter = anyio.CapacityLimiter(1)  # of this call: any number of requests may wait
    return await anyio.to_thread.run_sync(function, *args, abandon_on_cancel=True, limiter=limiter)


def _ignore_error(future: asyncio.Future[HttpResponse]) -> None:
    if not future.cancelled():
        future.exception()


def _late(timeout: float | None) -> HttpResponse:
    raise ResponseTimeout(timeout or 0)


def _result(response: Future[HttpResponse], timeout: float | None) -> HttpResponse:
    try:
        return response.result(timeout)
    except TimeoutError:
        return _late(timeout)
    except CancelledError:
        raise ConnectionDropped("the mock in the process has ended") from None


class SandboxTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport of httpx, sync and async, that sends all requests to one vendor of a mock.

    It does not matter which host a URL has.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response of the sandbox."""
        request.read()
        try:
            response = self._channel.send(_message(request), _timeout(request))
        except (ConnectionDropped, ResponseTimeout) as error:
            raise _httpx_error(error, request) from None
        return _httpx_response(response)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response of the sandbox."""
        await request.aread()
        try:
            response = await self._channel.send_async(_message(request), _timeout(request))
        except (ConnectionDropped, ResponseTimeout) as error:
            raise _httpx_error(error, request) from None
        return _httpx_response(response)


def _message(request: httpx.Request) -> HttpRequest:
    url = request.url
    return HttpRequest(
        request.method, url.raw_path, request.headers.raw, request.content, url.scheme
    )


def _timeout(request: httpx.Request) -> float | None:
    timeouts: dict[str, Any] = request.extensions.get("timeout", {})
    return timeouts.get("read")


def _httpx_error(
    error: ConnectionDropped | ResponseTimeout, request: httpx.Request
) -> httpx.TransportError:
    kind = httpx.ReadTimeout if isinstance(error, ResponseTimeout) else httpx.RemoteProtocolError
    return kind(str(error), request=request)


def _httpx_response(response: HttpResponse) -> httpx.Response:
    return httpx.Response(
        response.status,
        headers=list(response.headers),
        stream=httpx.ByteStream(response.body),
        extensions={"http_version": b"HTTP/1.1"},
    )
