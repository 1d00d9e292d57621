"""Requests that are sent from the documentation pages in a browser, one read and one write of each vendor."""

import subprocess
from typing import Any

import pytest
import requests

from mockvoice.app import Server
from tests.browser import Browser
from tests.control.docs_page import WATCH, DocsPage

# A sandbox with other credentials and, in COUNT, other ids than the examples of the contracts.
TRIAL, SEED = "trial", 5
# By vendor: the sandbox, a read and a write.
REQUESTS = {
    "count": (TRIAL, "invoices.get", "tags.create"),
    "growcrm": ("default", "invoices.get", "categories.create"),
    "halo": (TRIAL, "client.get", "cost_centres.save"),
    "optiflow": ("default", "taxes.get", "taxes.create"),
}
# The controls of the page without a name for screen readers.
UNNAMED = """[...document.querySelectorAll('input, select, textarea, button')]
.filter(e => !(e.ariaLabel || e.labels?.length || e.textContent.trim() && e.tagName === 'BUTTON'))
.map(e => e.outerHTML.slice(0, 100))"""
SIGNATURE = ("x-client-id", "x-timestamp", "x-signature")


@pytest.fixture(scope="module")
def main(vendors_server: Server) -> str:
    url: str = vendors_server.urls["main"]
    created = requests.post(
        f"{url}/_mock/sandboxes", json={"name": TRIAL, "seed": SEED}, timeout=30
    )
    created.raise_for_status()
    return url


@pytest.fixture(scope="module")
def page(browser: Browser, main: str) -> DocsPage:
    browser.run_in_new_pages(WATCH)
    return DocsPage(browser, main)


def journal(main: str, sandbox: str, vendor: str) -> list[dict[str, Any]]:
    """Return what a vendor received in a sandbox, the oldest first."""
    url = f"{main}/_mock/sandboxes/{sandbox}/journal"
    entries: list[dict[str, Any]] = requests.get(url, {"vendor": vendor}, timeout=10).json()
    return entries[::-1]


def operations(main: str, vendor: str) -> list[str]:
    """Return the operations, or the paths of pages, that the trial's journal has, the oldest first."""
    return [entry["operation"] or entry["path"] for entry in journal(main, TRIAL, vendor)]


def fixed_token(main: str, vendor: str) -> str:
    sandbox = requests.get(f"{main}/_mock/sandboxes/{TRIAL}", timeout=10).json()
    token: str = sandbox["credentials"][vendor]["access_token"]
    return token


def status_of(command: str) -> str:
    """Run a curl command; return the status of the response."""
    silent = f"{command} --silent --output /dev/null --write-out '%{{http_code}}'"
    result = subprocess.run(["bash", "-c", silent], capture_output=True, text=True, timeout=60)
    return result.stdout


@pytest.mark.parametrize("vendor", REQUESTS)
def test_a_read_and_a_write_succeed_as_they_are_filled_in(
    page: DocsPage, main: str, vendor: str
) -> None:
    sandbox, read, write = REQUESTS[vendor]
    page.browser.show(1000)
    page.open(vendor, sandbox)
    before = len(journal(main, sandbox, vendor))
    shown = [(read, page.execute(read)), (write, page.execute(write))]
    recorded = journal(main, sandbox, vendor)[before:]
    command = page.curl(read)

    assert [status[0] for _, status in shown] == ["2", "2"], shown
    assert [(each["operation"], str(each["status"])) for each in recorded] == shown
    assert page.value("blocked") == []
    assert [name in command for name in SIGNATURE] == [vendor == "count"] * 3
    assert status_of(command) == "200"
    page.browser.show(390)
    page.browser.wait("innerWidth === 390")
    assert page.value("document.documentElement.scrollWidth") <= 390
    page.browser.wait(f"({UNNAMED}).length === 0")


def test_consent_in_the_dialog_gives_count_a_new_token(page: DocsPage, main: str) -> None:
    page.open("count", TRIAL)
    page.authorize()
    page.browser.wait("!!opened[0]?.document?.querySelector('button[value=allow]')")
    page.value("opened[0].document.querySelector('button[value=allow]').click()")
    page.wait_for_token()
    status = page.execute("taxes.search")

    # As on pages at plain http under a name other than localhost.
    page.value("Object.defineProperty(crypto, 'subtle', { value: undefined })")
    assert page.execute("tag_groups.create") == "201"
    assert status == "200"
    assert fixed_token(main, "count") not in page.curl("taxes.search")
    assert operations(main, "count")[-6:] == [
        "authorization.start",
        "/auth2/consent",
        "/auth2/consent",
        "tokens.grant",
        "taxes.search",
        "tag_groups.create",
    ]


def test_client_credentials_in_the_dialog_give_halo_a_new_token(page: DocsPage, main: str) -> None:
    page.open("halo", TRIAL)
    page.authorize()
    page.wait_for_token()
    status = page.execute("agent.me")

    assert status == "200"
    assert fixed_token(main, "halo") not in page.curl("agent.me")
    assert operations(main, "halo")[-2:] == ["token.grant", "agent.me"]


def test_the_page_of_the_control_api_sends_requests_too(page: DocsPage, main: str) -> None:
    page.browser.open(f"{main}/_mock/docs")
    page.browser.wait("document.querySelector('.opblock') !== null")

    assert page.execute("sandboxes.get") == "200"
