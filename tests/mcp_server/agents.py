"""An agent in a test: the official client of the protocol, used without ``async``."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from anyio.from_thread import start_blocking_portal
from mcp import Client

CALL_SECONDS = 60


class ToolFailed(Exception):
    """The output of a tool is an error."""


class Agent:
    """A client that calls tools."""

    def __init__(self, client: Client, portal: Any) -> None:
        self.client = client
        self._portal = portal

    def call(self, tool: str, /, **arguments: Any) -> str:
        """Return the output of a tool. Raises ``ToolFailed``."""
        result = self._portal.call(
            lambda: self.client.call_tool(tool, arguments, read_timeout_seconds=CALL_SECONDS)
        )
        (content,) = result.content
        if result.is_error:
            raise ToolFailed(content.text)
        return content.text

    def tools(self) -> dict[str, Any]:
        """Return the tools by name."""
        return {tool.name: tool for tool in self._portal.call(self.client.list_tools).tools}

    def run(self, function: Any, *arguments: Any) -> Any:
        """Return the result of another method of the client."""
        return self._portal.call(function, *arguments)


@contextmanager
def connected(server: Any, **options: Any) -> Iterator[Agent]:
    """Connect an agent with a server of this process, or with the transport of a process."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(server, **options)) as client,
    ):
        yield Agent(client, portal)


def environment(text: str) -> dict[str, str]:
    """Return the variables in a description of a sandbox."""
    lines = [line.strip() for line in text.splitlines()]
    return dict(line.split("=", 1) for line in lines if line.partition("=")[0].isupper())


class GrowCrm:
    """The client under test: it sends requests with the environment of a sandbox."""

    def __init__(self, http: requests.Session, variables: dict[str, str]) -> None:
        self._http = http
        self._key = variables["GROWCRM_API_KEY"]
        self._url = variables["GROWCRM_BASE_URL"]

    def send(
        self, method: str, path: str, key: str | None = None, json: Any = None
    ) -> requests.Response:
        """Return the response to a request."""
        headers = {"Authorization": f"Bearer {key or self._key}"}
        return self._http.request(method, f"{self._url}{path}", headers=headers, json=json)
