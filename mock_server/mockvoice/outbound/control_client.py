"""HTTP client of the control API, for commands, seeding, tests and checks."""

import json
from collections.abc import Mapping
from typing import Any

import httpx

from mockvoice.outbound.connection_errors import connection_problem, response_problem
from mockvoice.outbound.connection_settings import ConnectionSettings, InvalidConnectionSettings
from mockvoice.outbound.main_port import find_main_url

TIMEOUT_SECONDS = 60.0


class ControlApiError(Exception):
    """The server responded with an error status; the message is the server's."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class ServerUnavailable(Exception):
    """No server responds at the URL, or the server is not a mock server.

    ``status`` is that of its response, if there is one.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class ControlClient:
    """Client of one server for the paths below ``/_mock``.

    ``connection`` are the settings that the user has options for, if there are any; ``http`` replaces
    the client that they would create. With
    ``finds_main_port`` the error for the URL of a vendor names that of the main port. Raises
    ``ServerUnavailable`` if the settings are invalid.
    """

    def __init__(
        self,
        url: str,
        token: str | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        connection: ConnectionSettings | None = None,
        *,
        http: httpx.Client | None = None,
        finds_main_port: bool = False,
    ) -> None:
        if "://" not in url:
            raise ServerUnavailable(
                f"{url!r} is not the URL of a server: begin it with http:// or https://"
            )
        # The prefix of the control API is a part of its paths.
        self.url = url.rstrip("/").removesuffix("/_mock")
        self.token = token
        self._timeout_seconds = timeout_seconds
        self._has_options = connection is not None
        self._finds_main_port = finds_main_port
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            settings = connection or ConnectionSettings()
            self._proxy = settings.proxy_for(self.url)
            self._http = http or settings.http_client(
                self.url, headers=headers, timeout=timeout_seconds
            )
        except InvalidConnectionSettings as error:
            raise ServerUnavailable(str(error)) from error

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def request(
        self, method: str, path: str, body: Mapping[str, Any] | bytes | None = None
    ) -> bytes:
        """Return the body of a response. Raises ``ControlApiError`` and ``ServerUnavailable``."""
        if self._http.is_closed:
            raise ServerUnavailable(f"the client of the mock at {self.url} has been closed")
        content: dict[str, Any] = {}
        if isinstance(body, bytes):
            content = {"content": body, "headers": {"Content-Type": "application/json"}}
        elif body is not None:
            content = {"json": body}
        try:
            response = self._http.request(method, f"{self.url}/_mock{path}", **content)
        except httpx.TimeoutException as error:
            raise ServerUnavailable(
                f"{self.url} did not respond within {self._timeout_seconds:.0f} s"
            ) from error
        except (httpx.TransportError, httpx.InvalidURL) as error:
            if problem := self._problem(error):
                raise ServerUnavailable(problem) from error
            reason = str(error).rstrip(".")
            raise ServerUnavailable(
                f"no mock server responds at {self.url}: {reason}; start one with "
                "'mockvoice serve', or pass the URL of a running one"
            ) from error
        if response.is_success:
            return response.content
        if problem := response_problem(response.status_code, response.text, self.url, self._proxy):
            raise ServerUnavailable(problem)
        failure = _error(response, self.url)
        if (
            self._finds_main_port
            and isinstance(failure, ServerUnavailable)
            and (main := find_main_url(self._http, self.url))
        ):
            raise ServerUnavailable(
                f"{self.url} is the address of one vendor; the control API of this mock is at {main}: "
                "use that URL",
                response.status_code,
            )
        raise failure

    def get(self, path: str) -> Any:
        """Return the data of a GET. Raises ``ControlApiError`` and ``ServerUnavailable``."""
        return self._parse(self.request("GET", path))

    def send(self, method: str, path: str, body: Mapping[str, Any] | bytes | None = None) -> Any:
        """Return the data of a response, ``None`` if it is empty. Raises as ``request`` does."""
        return self._parse(self.request(method, path, body))

    def _problem(self, error: Exception) -> str | None:
        return connection_problem(
            error, self.url, self._proxy, first=True, has_options=self._has_options
        )

    def _parse(self, content: bytes) -> Any:
        try:
            return json.loads(content) if content else None
        except ValueError as error:
            raise ServerUnavailable(f"the server at {self.url} is not a mock server") from error


def _error(response: httpx.Response, url: str) -> Exception:
    try:
        return ControlApiError(response.json()["error"]["message"], response.status_code)
    except (ValueError, KeyError, TypeError):
        return ServerUnavailable(
            f"the server at {url} is not a mock server: it responded with {response.status_code}",
            response.status_code,
        )
