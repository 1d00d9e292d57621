"""The page of a contract in a browser: Swagger UI under the security headers of the console."""

import shutil

import pytest

from tests.control.docs_page import is_resolved

CHROMIUM = shutil.which("chromium")
# Collects what the security headers block, from the start of each page.
WATCH = """
window.blocked = [];
document.addEventListener('securitypolicyviolation', event => blocked.push(event.blockedURI));
"""
OPERATIONS = "document.querySelectorAll('.opblock').length"


@pytest.fixture(scope="module")
def browser(browser):
    browser.run_in_new_pages(WATCH)
    return browser


@pytest.fixture
def docs(browser, server):
    """A function that opens the page of a vendor's contract."""

    def open_docs(vendor, *, dark=False):
        browser.show(1000, dark=dark)
        browser.open(f"{server.urls['main']}/_mock/vendors/{vendor}/docs")
        browser.wait(f"{OPERATIONS} > 0")
        return browser

    return open_docs


def test_swagger_ui_is_a_supported_release(docs):
    assert docs("bell").value("versions.swaggerUI.version").startswith("5.")


@pytest.mark.parametrize("vendor", ["bell", "gong"])
def test_everything_comes_from_this_server_and_nothing_is_blocked(docs, server, vendor):
    page = docs(vendor)
    origins = page.value(
        "[...new Set(performance.getEntriesByType('resource').map(entry => new URL(entry.name))"
        ".filter(url => url.protocol !== 'data:').map(url => url.origin))]"
    )

    assert origins == [server.urls["main"]]
    assert page.value("blocked") == []


def test_an_operation_can_be_tried_with_the_demo_credentials(docs):
    page = docs("bell")
    status = "document.querySelector('.live-responses-table tbody .response-col_status')"
    page.value("document.querySelector('.opblock-get .opblock-summary-control').click()")
    page.wait("document.querySelector('.execute') !== null")
    page.wait(is_resolved("/reminders", "get"))
    page.value("document.querySelector('.execute').click()")
    page.wait(f"{status} !== null")

    assert page.value(f"{status}.innerText").startswith("200")


@pytest.mark.parametrize("dark", [False, True])
def test_it_follows_the_colour_scheme_of_the_browser(docs, dark):
    page = docs("bell", dark=dark)
    red = page.value(
        "Number(getComputedStyle(document.querySelector('.info .title')).color.match(/\\d+/)[0])"
    )

    assert (red > 128) is dark, f"the title's colour has the red channel {red}"
