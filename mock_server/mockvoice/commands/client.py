"""A client of the control API, whose failures are sentences."""

import json
from collections.abc import Mapping
from typing import Any

import httpx

PATIENCE_SECONDS = 60.0


class ControlApiError(Exception):
    """The server answered, and said no; the text says why."""


class ServerUnavailable(Exception):
    """Nobody answers at the address, or it is no mock server that does."""


class ControlClient:
    """Calls below ``/_mock`` of one server."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self._url = url.rstrip("/")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        # What the surroundings say of proxies and passwords is not meant for a mock server.
        self._http = httpx.Client(headers=headers, timeout=PATIENCE_SECONDS, trust_env=False)

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def ask(self, method: str, path: str, body: Mapping[str, Any] | bytes | None = None) -> bytes:
        """The body of an answer to a call. Raises ``ServerRefused`` and ``NoServer``."""
        kind: dict[str, Any] = {}
        if isinstance(body, bytes):
            kind = {"content": body, "headers": {"Content-Type": "application/json"}}
        elif body is not None:
            kind = {"json": body}
        try:
            answer = self._http.request(method, f"{self._url}/_mock{path}", **kind)
        except httpx.TimeoutException as error:
            raise ServerUnavailable(
                f"{self._url} did not answer in {PATIENCE_SECONDS:.0f} s"
            ) from error
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise ServerUnavailable(
                f"no mock server answers at {self._url}; start one with 'mockvoice serve', "
                "or name the main address of one that runs"
            ) from error
        if answer.is_success:
            return answer.content
        raise _refusal(answer, self._url)

    def get(self, path: str) -> Any:
        """The data that a GET gives. Raises ``ServerRefused`` and ``NoServer``."""
        return self._data(self.ask("GET", path))

    def send(self, method: str, path: str, body: Mapping[str, Any] | bytes | None = None) -> Any:
        """The data that another call gives, ``None`` where it gives none. Raises likewise."""
        return self._data(self.ask(method, path, body))

    def _data(self, content: bytes) -> Any:
        try:
            return json.loads(content) if content else None
        except ValueError as error:
            raise ServerUnavailable(f"what answers at {self._url} is no mock server") from error


def _refusal(answer: httpx.Response, url: str) -> Exception:
    try:
        return ControlApiError(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return ServerUnavailable(f"what answers at {url} is no mock server: {answer.status_code}")
