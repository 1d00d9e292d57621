"""A server of all vendors for the tests of a module."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests.control.request_pages import Page
from tests.webhook_receiver import Receiver, Workspace


@pytest.fixture(scope="module")
def vendors_server() -> Iterator[Server]:
    with Server(Settings(port=0)) as server:
        yield server


@pytest.fixture
def serve_vendors() -> Iterator[Callable[..., Server]]:
    """Return a function that serves the built-in vendors with settings until the test ends."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(Server(Settings(port=0, **settings)))


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, Any]]:
    """The addresses of a server of COUNT, which sends webhooks, and of a vendor that sends none."""
    with Server(Settings(port=0, vendors=("count", "growcrm"))) as server:
        yield server.urls


@pytest.fixture
def workspace(urls: dict[str, Any], http: requests.Session) -> Workspace:
    return Workspace(urls, http)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        yield server


@pytest.fixture(scope="module")
def main(vendors_server: Server) -> str:
    """The address of a server of all vendors."""
    return str(vendors_server.urls["main"])


@pytest.fixture
def console_session(main: str) -> Iterator[Any]:
    """A session that accepts HTML; ``send_form`` sends a form like the console's own pages."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Accept"] = "text/html"

        def send(path: str, **form: str) -> requests.Response:
            return session.post(main + path, data=form, headers={"Origin": main})

        session.send_form = send  # type: ignore[attr-defined]
        yield session


@pytest.fixture
def sandbox(main: str, console_session: Any) -> Iterator[str]:
    """The path of a new sandbox."""
    created = console_session.send_form("/sandboxes", data="demo", seed="3")
    assert created.status_code == 200, created.text
    path = created.url.removeprefix(main).partition("?")[0]
    yield path
    console_session.send_form(f"{path}/delete")


@pytest.fixture(scope="module")
def protected() -> Iterator[str]:
    """The address of a server with a control token."""
    settings = Settings(port=0, vendors=("growcrm",), control_token="sésame & co")
    with Server(settings) as server:
        yield server.urls["main"]


@pytest.fixture
def page(main: str) -> Iterator[Page]:
    """A sandbox of its own."""
    page = Page(main)
    yield page
    page.http.delete(page.control)
    page.http.close()


@pytest.fixture
def default_page(main: str) -> Iterator[Page]:
    """The sandbox whose journal has the requests that belong to no sandbox."""
    page = Page(main, "default")
    page.http.delete(f"{page.control}/journal")
    yield page
    page.http.close()
