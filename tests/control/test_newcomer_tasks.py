"""Tasks that somebody who has never seen the console does by its visible labels alone, in Chromium."""

import csv
import io
import re
import subprocess
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
        clicked = self._browser.value(
            f"(element => element && (element.click(), true))({CLICKABLE}({label!r}).at({which}))"
        )
        assert clicked, f"{label!r} is not among the labels of {self.text()[:2000]}"
        time.sleep(0.3)  # a person does not act at once either
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
    newcomer.click("POST /api/invoices")

    assert "422" in newcomer.text()
    assert "bill_clientid" in newcomer.text()


def test_find_the_overdue_sum_of_a_client(newcomer, main):
    newcomer.click("default")
    newcomer.click("Customers")
    overdue_invoices = requests.get(
        f"{main}/sandboxes/default/records/count/invoices.csv?status=overdue", timeout=10
    ).text
    name = next(csv.DictReader(io.StringIO(overdue_invoices)))["Customer"]
    newcomer.fill("Search", name)
    newcomer.click("Filter")
    newcomer.click(name)

    (overdue,) = re.findall(r"Overdue\n+USD ([\d,.]+)", newcomer.text())
    assert overdue != "0.00"


def test_make_an_invoice_overdue(newcomer):
    newcomer.click("default")
    assert "becomes overdue" in newcomer.text()
    first = overdue_sums(newcomer.text())
    for _ in range(10):
        newcomer.click("To the next event")
        if overdue_sums(newcomer.text()) != first:
            break

    assert overdue_sums(newcomer.text()) != first


def overdue_sums(text):
    return re.findall(r"Overdue\n+(\S* ?[\d,.]+)", text)


def test_send_a_webhook_again(browser, urls, http):
    workspace = Workspace(urls, http)
    with Receiver() as receiver:
        workspace.subscribe(receiver.url, signingSecret="whsec")
        workspace.publish("Harbour Cafe")
        workspace.wait_for_state("delivered")
        person = Newcomer(browser, urls["main"] + "/")
        person.click(workspace.name)
        person.click("Webhooks")
        person.click("customer.created count-1")
        person.click("Send again")
        payloads = receiver.wait(2)

        assert payloads[0] == payloads[1]
        assert person.seconds() < MOST_SECONDS


def test_copy_a_curl_line_that_works(newcomer, browser):
    newcomer.click("default")
    newcomer.click("Addresses and credentials", which=1)
    browser.value(
        "navigator.clipboard.writeText = async text => { window.copied = text; }; window.copied = ''; 0"
    )
    newcomer.click("Copy", which=-1)
    command = browser.value("window.copied")

    assert "Copied" in newcomer.text()
    shown = subprocess.run(
        ["bash", "-c", f"{command} -o /dev/null -w '%{{http_code}}'"],
        capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert shown.stdout == "200", command


def test_compare_two_snapshots(newcomer):
    newcomer.click("default")
    newcomer.click("Snapshots")
    newcomer.fill("Name", "first")
    newcomer.click("Save")
    newcomer.click("Overview")
    newcomer.click("To the end of the month")
    newcomer.click("To the end of the month")
    newcomer.click("Snapshots")
    newcomer.fill("Name", "second")
    newcomer.click("Save")
    newcomer.fill("Before", "first")
    newcomer.fill("After", "second")
    newcomer.click("Compare")

    assert "Changes from first to second" in newcomer.text()
    assert re.search(r"status\s+\S+\s+overdue", newcomer.text())
