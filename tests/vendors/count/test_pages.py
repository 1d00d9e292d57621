"""Paths and methods that COUNT's HTML pages do not have."""

from collections.abc import Iterator

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Server(Settings(port=0, vendors=("count",))) as server:
        yield server.urls["vendors"]["count"]["root_url"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/public/", 404, "route_not_found"),
        ("GET", "/public/zzz/yyy", 404, "route_not_found"),
        ("GET", "/auth2/consent/x", 404, "route_not_found"),
        ("POST", "/public/invoices/x", 405, "request_refused"),
    ],
)
def test_a_page_that_does_not_exist_is_an_error_of_the_client(
    url: str, http: requests.Session, caplog, method: str, path: str, status: int, code: str
) -> None:
    response = http.request(method, url.rstrip("/") + path)

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert caplog.records == []


def test_a_missing_page_has_no_body_for_head(url: str, http: requests.Session) -> None:
    response = http.head(url.rstrip("/") + "/public/zzz/yyy")

    assert (response.status_code, response.content) == (404, b"")
