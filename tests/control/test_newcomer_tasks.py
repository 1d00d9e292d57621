"""Tasks that somebody who has never seen the console does by its visible labels alone, in Chromium."""

import re
import time

import pytest
import requests

from tests.browser import Browser
from tests.webhook_receiver import Receiver, Workspace

MOST_SECONDS = 60

# Returns the visible elements that can be clicked and have this label, the text that a person reads.
CLICKABLE = """
(label => [...document.querySelectorAll('a, button, summary, label')].filter(element =>
  element.getClientRects().length && element.innerText.trim().replace(/\\s+/g, ' ') === label))
"""


class Newcomer:
    """A person in front of a browser, who reads labels, clicks on them and fills fields in."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._started = time.monotonic()
        browser.show(1280)
        browser.open(url)

    def click(self, label: str, which: int = 0) -> None:
        """Click on the element with this label, and wait until the page that it opens is loaded."""
        self._browser.value("window.leaving = false; addEventListener('pagehide', () => 0); 0")
        clicked = self._browser.value(
            f"(found => found.length > {which} && (window.seen = 1, found[{which}].click(), true))"
            f"({CLICKABLE}({label!r}))"
        )
        assert clicked, f"{label!r} is not among the labels of {self.text()[:2000]}"
        time.sleep(0.2)
        self._browser.wait("document.readyState")

    def fill(self, label: str, text: str) -> None:
        """Fill in the field with this label."""
        filled = self._browser.value(
            "((label, text) => { const field = [...document.querySelectorAll('label')].find(each => "
            "each.innerText.trim().startsWith(label))?.control; if (!field) return false; "
            f"field.value = text; return true; }})({label!r}, {text!r})"
        )
        assert filled, f"no field is labelled {label!r}"

    def text(self) -> str:
        """Return the text that the page shows."""
        return str(self._browser.value("document.querySelector('main').innerText"))

    def seconds(self) -> float:
        """Return how long the tasks took so far."""
        return time.monotonic() - self._started


@pytest.fixture
def newcomer(browser, main):
    person = Newcomer(browser, main + "/")
    yield person
    assert person.seconds() < MOST_SECONDS


def test_find_why_the_last_call_failed(newcomer, vendors_server):
    root = vendors_server.urls["vendors"]["growcrm"]["root_url"]
    requests.post(
        f"{root}/api/invoices", json={"bill_date": "2026-01-01"},
        headers={"Authorization": "Bearer growcrm-demo-key"}, timeout=10,
    )  # fmt: skip

    newcomer.click("default")
    newcomer.click("Requests")
    newcomer.click("/api/invoices")

    assert "422" in newcomer.text()
    assert "bill_clientid" in newcomer.text()


def test_find_the_overdue_sum_of_a_client(newcomer, main):
    newcomer.click("default")
    newcomer.click("Customers")
    customers = requests.get(
        f"{main}/sandboxes/default/records/count/invoices.csv?status=overdue", timeout=10
    ).text
    name = customers.splitlines()[1].split(",")[2]
    newcomer.fill("Search", name)
    newcomer.click("Filter")
    newcomer.click(name)

    (overdue,) = re.findall(r"Overdue\n+USD ([\d,.]+)", newcomer.text())
    assert overdue != "0.00"


def test_make_an_invoice_overdue(newcomer, main):
    newcomer.click("default")
    before = re.findall(r"Overdue\n+USD ([\d,.]+)", newcomer.text())[0]
    for _ in range(5):
        newcomer.click("To the next event")
        if re.findall(r"Overdue\n+USD ([\d,.]+)", newcomer.text())[0] != before:
            break

    assert re.findall(r"Overdue\n+USD ([\d,.]+)", newcomer.text())[0] != before


def test_send_a_webhook_again(browser, urls, http):
    with Receiver() as receiver:
        workspace = Workspace(urls, http)
        workspace.subscribe(receiver.url)
        workspace.create_customer()
        receiver.wait_for(1)
        person = Newcomer(browser, urls["main"] + "/")
        person.click("default")
        person.click("Webhooks")
        person.click("Send again")
        receiver.wait_for(2)

        assert person.seconds() < MOST_SECONDS


def test_copy_a_curl_line_that_works(newcomer, browser):
    newcomer.click("default")
    newcomer.click("Addresses and credentials", which=1)
    browser.value(
        "window.copied = []; navigator.clipboard.writeText = async text => { copied.push(text); }; 0"
    )
    shown = re.findall(r"curl -sS 'http[^\n]+", newcomer.text())
    newcomer.click("Copy", which=-1)

    assert shown


def test_compare_two_snapshots(newcomer, main):
    newcomer.click("default")
    newcomer.click("Snapshots")
    newcomer.fill("Name", "first")
    newcomer.click("Save")
    requests.post(
        f"{main}/_mock/sandboxes/default/clock/advance", json={"days": 20}, timeout=10
    ).raise_for_status()
    newcomer.fill("Name", "second")
    newcomer.click("Save")
    newcomer.fill("Before", "first")
    newcomer.fill("After", "second")
    newcomer.click("Compare")

    assert "Changes from first to second" in newcomer.text()
    assert re.search(r"status\s+\S+\s+overdue", newcomer.text())
