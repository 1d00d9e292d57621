"""The list of requests in the console, also while requests arrive."""

import re
import time

from tests import axe
from tests.control.request_pages import HTML


def test_rejected_requests_are_grouped_by_their_reason(page):
    for number in (70001, 70002, 70003):
        page.send(path=f"/api/invoices/{number}")
    page.send("POST", "/api/invoices", json={})
    page.send()
    html = page.show()
    groups = html.partition("Rejected requests by reason")[2].partition("</section>")[0]
    links = re.findall(r'href="([^"]+reason=[^"]+)"', groups)

    assert len(links) == 2
    assert "Item could not be found" in groups.partition("bill_clientid")[0]
    assert ">3<" in groups
    filtered = page.http.get(page.main + links[0].replace("&amp;", "&"), headers=HTML).text
    table = filtered.partition("<tbody data-live")[2].partition("</tbody>")[0]
    assert re.findall(r"/api/invoices/7000\d", table) == [
        f"/api/invoices/{number}" for number in (70003, 70002, 70001)
    ]
    assert table.count("<tr>") == 3


def test_secrets_in_queries_are_masked_in_the_list(page):
    page.send(path=f"/api/invoices?token={page.credentials['growcrm']['api_key']}")
    html = page.show()

    assert "/api/invoices?token=***" in html
    assert page.credentials["growcrm"]["api_key"] not in html


def test_a_full_journal_of_long_paths_is_grouped_quickly(default_page):
    for _ in range(300):
        default_page.send(path="/api/" + "x" * 1500)
    start = time.process_time()
    html = default_page.show()

    assert "… is not an operation of this API" in html
    assert time.process_time() - start < 2


def test_an_empty_list_says_what_to_do(page):
    assert "it appears here at once" in page.show()
    assert "No request matches these filters" in page.show("/journal?status=5xx")


def test_the_list_of_all_sandboxes_names_the_sandbox(page, main):
    page.send(path="/api/invoices/2?page=7")
    html = page.http.get(f"{main}/requests", headers=HTML).text

    assert f'<a href="/sandboxes/{page.name}/journal">{page.name}</a>' in html
    assert "/api/invoices/2?page=7" in html


# In a browser


def test_new_rows_appear_without_a_reload(browser, page):
    browser.show(1000)
    browser.open(f"{page.address}/journal?path=/api/invoices/*")
    browser.wait("document.querySelector('[data-live-state]').textContent === 'Live'")
    browser.value("window.kept = true")
    page.send(path="/api/clients/1")
    page.send(path="/api/invoices/6")
    browser.wait("document.querySelectorAll('[data-live] tr').length === 1")

    assert browser.value("window.kept")
    assert "/api/invoices/6" in browser.value("document.querySelector('[data-live] tr').innerText")
    assert browser.value("document.querySelector('[data-live-empty]').hidden")


def test_a_hidden_page_follows_no_more_and_then_catches_up(browser, page):
    browser.open(f"{page.address}/journal")
    browser.wait("document.querySelector('[data-live-state]').textContent === 'Live'")
    set_hidden(browser, "true")
    browser.wait("document.querySelector('[data-live-state]').textContent === 'Paused'")
    page.send(path="/api/invoices/7")
    time.sleep(0.6)
    hidden = browser.value("document.querySelectorAll('[data-live] tr').length")
    set_hidden(browser, "false")
    browser.wait("document.querySelectorAll('[data-live] tr').length === 1")

    assert hidden == 0


def set_hidden(browser, value):
    browser.value(
        f"Object.defineProperty(document, 'hidden', {{value: {value}, configurable: true}});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )


def test_the_pages_fit_a_phone_and_break_no_rule_of_accessibility(browser, page):
    page.send("POST", "/api/invoices?note=" + "y" * 200, json={"bill_date": "z" * 300})
    page.sign("/customers", {"customer": "W" * 300}, secret="wrong")
    paths = ("/journal", "/journal/1", "/journal/2")
    rules = axe.source()
    for dark, url in enumerate([*(page.address + path for path in paths), f"{page.main}/requests"]):
        browser.show(390, dark=bool(dark % 2))
        browser.open(url)
        browser.value("document.querySelectorAll('details').forEach(part => part.open = true)")
        assert browser.value("document.documentElement.scrollWidth") == 390, url
        assert axe.violations(browser, rules) == [], url
