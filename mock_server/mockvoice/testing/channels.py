"""Ways to send the requests of a client to one vendor of a mock."""

from __future__ import annotations

from concurrent.futures import Future
from contextlib import closing
from typing import TYPE_CHECKING, Any, Protocol

import anyio.to_thread
import httpx

from mockvoice.http_messages import ConnectionDropped, HttpRequest, HttpResponse, ResponseTimeout

if TYPE_CHECKING:
    from mockvoice.in_process.mock import InProcessMock


class Channel(Protocol):
    """Sends requests to a vendor; the credentials select the sandbox.

    Both methods raise ``ConnectionDropped`` if the mock ends the connection without a response, and
    ``ResponseTimeout`` if there is none after ``timeout`` seconds.
    """

    def send(self, request: HttpRequest, timeout: float | None = None) -> HttpResponse:
        """Return the response."""

    async def send_async(self, request: HttpRequest, timeout: float | None = None) -> HttpResponse:
        """Return the response; other tasks of the caller's event loop run meanwhile."""


class RemoteChannel:
    """Sends requests to the base URL of a vendor of a mock in another process."""

    def __init__(self, client: httpx.Client, base_url: str) -> None:
        self._client = client
        self._url = httpx.URL(base_url)
        self._prefix = self._url.raw_path.rstrip(b"/")

    def send(self, request: HttpRequest, timeout: float | None = None) -> HttpResponse:
        """Return the response."""
        # The mock takes this into account if it trusts the sender.
        headers = [*request.headers, (b"X-Forwarded-Proto", request.scheme.encode())]
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
        except httpx.TimeoutException:
            raise ResponseTimeout(timeout or 0) from None
        except httpx.TransportError as error:
            raise ConnectionDropped from error
        return HttpResponse(response.status_code, response.headers.raw, body)

    async def send_async(self, request: HttpRequest, timeout: float | None = None) -> HttpResponse:
        """Return the response."""
        return await anyio.to_thread.run_sync(self.send, request, timeout)


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
        if isinstance(response, Future):
            return await anyio.to_thread.run_sync(_result, response, timeout)
        return response


def _result(response: Future[HttpResponse], timeout: float | None) -> HttpResponse:
    try:
        return response.result(timeout)
    except TimeoutError:
        raise ResponseTimeout(timeout or 0) from None


class SandboxTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport of httpx, sync and async, that sends all requests to one vendor of a sandbox.

    The host of a URL may be any. A request of a client with another base URL than the vendor's needs the
    same paths.
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
