"""Requests that are sent from the documentation pages in a browser, one read and one write of each vendor."""

import subprocess
from collections.abc import Iterator
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
    "count": (TRIAL, "invoices.get", "invoices.create"),
    "growcrm": ("default", "invoices.get", "clients.create"),
    "halo": (TRIAL, "invoice.get", "client.save"),
    "optiflow": ("default", "invoices.get", "contacts.create"),
}
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
def page(browser: Browser, main: str) -> Iterator[DocsPage]:
    browser.run_in_new_pages(WATCH)
    browser.show(1000)
    return DocsPage(browser, main)


def journal(main: str, sandbox: str, vendor: str) -> list[dict[str, Any]]:
    """Return what a vendor received in a sandbox, the oldest first."""
    url = f"{main}/_mock/sandboxes/{sandbox}/journal"
    entries: list[dict[str, Any]] = requests.get(url, {"vendor": vendor}, timeout=10).json()
    return entries[::-1]


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


def test_consent_in_the_dialog_gives_count_a_new_token(page: DocsPage, main: str) -> None:
    page.open("count", TRIAL)
    page.authorize()
    page.browser.wait("!!opened[0]?.document?.querySelector('button[value=allow]')")
    page.value("opened[0].document.querySelector('button[value=allow]').click()")
    page.wait_for_token()
    status = page.execute("invoices.search")

    started, consent, granted, read = (
        entry["operation"] or entry["path"] for entry in journal(main, TRIAL, "count")[-4:]
    )
    assert (started, granted, read) == ("authorization.start", "tokens.grant", "invoices.search")
    assert consent.startswith("/auth2/consent")
    assert status == "200"
    assert "count-demo-token" not in page.curl("invoices.search")


def test_client_credentials_in_the_dialog_give_halo_a_new_token(page: DocsPage, main: str) -> None:
    page.open("halo", TRIAL)
    page.authorize()
    page.wait_for_token()
    status = page.execute("agent.me")

    assert status == "200"
    assert [entry["operation"] for entry in journal(main, TRIAL, "halo")[-2:]] == [
        "token.grant",
        "agent.me",
    ]
