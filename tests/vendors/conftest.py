"""A server of the two vendors that are built on Laravel, and requests to them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings

TOKENS = {"growcrm": "growcrm-demo-key", "optiflow": "1|optiflow-demo-owner"}


@pytest.fixture(scope="module")
def laravel_server() -> Iterator[Server]:
    with Server(Settings(port=0, vendors=tuple(TOKENS))) as server:
        yield server


@pytest.fixture
def send(laravel_server: Server, http: requests.Session) -> Callable[..., requests.Response]:
    """Send a request to a vendor, and return the response."""

    def send(
        vendor: str, method: str, path: str, headers: dict[str, str] | None = None, **content: Any
    ) -> requests.Response:
        url = laravel_server.urls["vendors"][vendor]["root_url"] + path
        authorization = {"Authorization": f"Bearer {TOKENS[vendor]}"}
        return http.request(method, url, headers={**authorization, **(headers or {})}, **content)

    return send
