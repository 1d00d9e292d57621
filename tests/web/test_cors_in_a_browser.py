"""A page of another origin in Chromium calls all vendors, as the real services allow it and with ``--cors``."""

import json

import pytest

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests.stub_servers import stub_server

# COUNT's requests need a signature; an error response that a page can read shows as much.
CALLS = {
    "count": ("/partners/invoices", "Bearer count-demo-token"),
    "growcrm": ("/api/invoices", "Bearer growcrm-demo-key"),
    "halo": ("/api/Invoice", "Bearer halo-demo-token"),
    "optiflow": ("/api/v1/invoices", "Bearer 1|optiflow-demo-owner"),
}
BLOCKED = "TypeError"


@pytest.fixture(scope="module")
def page_of_an_app(browser):
    """The origin of an application, whose page is open."""
    html = 200, {"Content-Type": "text/html"}, b"<!doctype html><title>App</title>"
    with stub_server(lambda _: html) as app:
        origin = app.url.rstrip("/")
        browser.open(f"{origin}/")
        yield origin


def outcome(browser, url, key, method="GET"):
    """Return the status that a page can read, or the name of the error."""
    options = {
        "method": method,
        "headers": {"Authorization": key, "Content-Type": "application/json"},
    }
    if method == "POST":
        options["body"] = "{}"
    browser.value(
        f"window.outcome = null, fetch({json.dumps(url)}, {json.dumps(options)}).then("
        "response => window.outcome = response.status, error => window.outcome = error.name), null"
    )
    browser.wait("window.outcome !== null")
    return browser.value("window.outcome")


def outcomes(browser, server, method="GET"):
    return {
        vendor: outcome(browser, server.urls["vendors"][vendor]["root_url"] + path, key, method)
        for vendor, (path, key) in CALLS.items()
    }


def test_without_the_option_pages_get_what_the_real_services_allow(browser, page_of_an_app):
    with Server(Settings(port=0)) as server:
        read = outcomes(browser, server)
        start = server.urls["vendors"]["count"]["root_url"] + "/auth2/authorize-intiate"
        started = outcome(browser, start, "")
        control = outcome(browser, f"{server.urls['main']}/_mock/sandboxes", "")

    assert read == {"count": BLOCKED, "growcrm": BLOCKED, "halo": BLOCKED, "optiflow": 200}
    assert started == 400  # without its parameters
    assert control == BLOCKED


def test_with_the_option_pages_may_read_and_write_with_all_vendors(browser, page_of_an_app):
    with Server(Settings(port=0, cors_origins=(page_of_an_app,))) as server:
        read, written = outcomes(browser, server), outcomes(browser, server, "POST")
        control = outcome(browser, f"{server.urls['main']}/_mock/sandboxes", "")

    assert read == {"count": 401, "growcrm": 200, "halo": 200, "optiflow": 200}
    assert BLOCKED not in written.values()
    assert control == BLOCKED
