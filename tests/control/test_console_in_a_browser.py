"""The console in Chromium: its width on a phone, accessibility, keyboard and copy buttons."""

import pytest
import requests

from tests import axe
from tests.control.test_console import KEY, api

PAGES = [
    "/",
    "/sandboxes/default",
    "/sandboxes/default/records/count/invoices",
    "/sandboxes/default/records/halo/invoices?sort=-amount",
    "/sandboxes/default/records/growcrm/invoices/3",
    "/sandboxes/default/records/growcrm/clients/1",
    "/sandboxes/default/records/optiflow/invoices?status=overdue",
    "/sandboxes/default/faults",
    "/sandboxes/default/journal",
    "/sandboxes/default/journal/1",
    "/sandboxes/default/outbox",
    "/sandboxes/default/webhooks",
    "/sandboxes/default/snapshots",
    "/sandboxes/default/diff?before=wide&after=current",
    "/sandboxes/nobody",
]

WIDE_LISTS = [
    "count/templates",
    "halo/invoices",
    "optiflow/invoices",
    "optiflow/stock-movements",
    "growcrm/projects",
]


@pytest.fixture(scope="module")
def used_server(main, vendors_server):
    """A server with data in ``default``, including long words."""
    root, control = (
        vendors_server.urls["vendors"]["growcrm"]["root_url"],
        f"{main}/_mock/sandboxes/default",
    )
    requests.post(f"{control}/snapshots", json={"name": "wide"}, timeout=10).raise_for_status()
    requests.get(f"{root}/api/{'long' * 60}", headers=KEY, timeout=10)
    body = {
        "client_company_name": "W" * 120,
        "first_name": "A",
        "last_name": "B",
        "email": "a@b.example",
    }
    requests.post(f"{root}/api/clients", json=body, headers=KEY, timeout=10)
    fault = {
        "vendor": "halo",
        "operation": "invoice_detail_pro_rata.search",
        "effect": {"kind": "drop"},
    }
    requests.post(f"{control}/faults", json=fault, timeout=10).raise_for_status()
    return main


@pytest.fixture(scope="module")
def axe_script():
    return axe.source()


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_a_phone(browser, used_server, path):
    browser.show(390)
    browser.open(used_server + path)

    widest = browser.value(
        "[...document.querySelectorAll('body *')].filter(element => !element.closest("
        "'pre, svg, .skip, .visually-hidden, thead') && "
        "element.getBoundingClientRect().right > 391).map(element => element.outerHTML.slice(0, 80))"
    )
    assert (browser.value("document.documentElement.scrollWidth"), widest) == (390, [])


def test_no_column_is_cut_on_a_desk(browser, used_server):
    cut = {}
    for path in [*PAGES, *(f"/sandboxes/default/records/{kind}" for kind in WIDE_LISTS)]:
        browser.show(1280)
        browser.open(used_server + path)
        cut[path] = browser.value(
            "[...document.querySelectorAll('.rows')]"
            ".filter(table => table.scrollWidth > table.clientWidth).length"
        )

    assert {path: number for path, number in cut.items() if number} == {}


@pytest.mark.parametrize("dark", [False, True])
def test_no_page_breaks_a_rule_of_accessibility(browser, used_server, axe_script, dark):
    found = {}
    for path in PAGES:
        browser.show(1280, dark=dark)
        browser.open(used_server + path)
        browser.value("document.querySelectorAll('details').forEach(part => part.open = true)")
        if violations := axe.violations(browser, axe_script):
            found[path] = violations

    assert found == {}


def test_the_login_page_breaks_no_rule_of_accessibility(browser, protected, axe_script):
    browser.show(390)
    browser.open(f"{protected}/sandboxes/default")

    assert "Enter it to open the console" in browser.value("document.body.innerText")
    assert axe.violations(browser, axe_script) == []


def test_the_console_works_with_a_keyboard_alone(browser, main):
    """Create a sandbox, add a fault, and delete the sandbox."""
    browser.show(1000)
    browser.open(main + "/")
    browser.tab_to("element.name === 'name'")
    browser.type("by-keys")
    browser.press("Enter")
    browser.wait("location.pathname === '/sandboxes/by-keys' && document.readyState === 'complete'")
    browser.tab_to("element.textContent === 'Menu' || element.textContent === 'Faults'")
    if browser.value("document.activeElement.textContent") == "Menu":
        browser.press("Enter")
        browser.tab_to("element.textContent === 'Faults'")
    browser.press("Enter")
    browser.wait("location.pathname.endsWith('/faults') && document.readyState === 'complete'")
    browser.tab_to("element.name === 'times'")
    browser.type("3")
    browser.press("Enter")
    browser.wait("document.querySelectorAll('.cards li').length === 1")
    (fault,) = api(main, "/sandboxes/by-keys", "/faults")
    browser.open(f"{main}/sandboxes/by-keys")
    browser.tab_to("element.textContent.startsWith('Delete')")
    browser.press("Enter")
    browser.tab_to("element.textContent === 'Delete by-keys'")
    browser.press("Enter")
    browser.wait("location.pathname === '/' && document.readyState === 'complete'")

    assert fault["times"] == 3
    assert requests.get(f"{main}/_mock/sandboxes/by-keys", timeout=10).status_code == 404
