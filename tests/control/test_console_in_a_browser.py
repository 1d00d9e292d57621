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
    "/sandboxes/default/records/optiflow/invoices?status=overdue&from=soon",
    "/sandboxes/default/faults",
    "/sandboxes/default/faults?effect=answer",
    "/sandboxes/default/faults?effect=webhook",
    "/sandboxes/default/journal",
    "/sandboxes/default/journal?status=odd",
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


TOO_WIDE = (
    "[...document.querySelectorAll('body *')].filter(element => !element.closest("
    "'pre, svg, .skip, .visually-hidden, thead') && "
    "element.getBoundingClientRect().right > 391).map(element => element.outerHTML.slice(0, 80))"
)
CUT_TABLES = (
    "[...document.querySelectorAll('.rows')]"
    ".filter(table => table.scrollWidth > table.clientWidth).length"
)


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
def test_a_page_fits_a_phone_and_a_desk_and_breaks_no_rule_of_accessibility(
    browser, used_server, axe_script, path
):
    """One visit, since loading a page takes longer than looking at it; at night only contrast differs."""
    browser.show(390)
    browser.open(used_server + path)
    phone = browser.value("document.documentElement.scrollWidth"), browser.value(TOO_WIDE)
    browser.show(1280)
    cut = browser.value(CUT_TABLES)
    browser.value("document.querySelectorAll('details').forEach(part => part.open = true)")
    by_day = axe.violations(browser, axe_script)
    browser.show(1280, dark=True)
    at_night = axe.violations(browser, axe_script, ["color-contrast"])

    assert (phone, cut, by_day, at_night) == ((390, []), 0, [], [])


@pytest.mark.parametrize("kind", WIDE_LISTS)
def test_no_column_of_a_wide_list_is_cut(browser, used_server, kind):
    browser.show(1280)
    browser.open(f"{used_server}/sandboxes/default/records/{kind}")

    assert browser.value(CUT_TABLES) == 0


def test_the_login_page_breaks_no_rule_of_accessibility(browser, protected, axe_script):
    browser.show(390)
    browser.open(f"{protected}/sandboxes/default")

    assert "Enter it to open the console" in browser.value("document.body.innerText")
    assert axe.violations(browser, axe_script) == []


def test_a_rejected_form_has_the_focus_in_its_first_problem(browser, used_server, axe_script):
    browser.show(390)
    browser.open(f"{used_server}/sandboxes/default/faults?effect=rate_limit")
    browser.value("document.querySelector('[name=limit]').value = 'many'")
    browser.value("document.querySelector('[name=kind]').form.querySelector('button').click()")
    browser.wait(
        "document.querySelector('.problem') !== null && document.readyState === 'complete'"
    )
    focused = (
        browser.value("document.activeElement.name"),
        browser.value("document.activeElement.value"),
    )
    width = browser.value("document.documentElement.scrollWidth")
    by_day = axe.violations(browser, axe_script)
    browser.show(1280, dark=True)
    at_night = axe.violations(browser, axe_script, ["color-contrast"])

    assert focused == ("limit", "many")
    assert (width, by_day, at_night) == (390, [], [])


def test_a_browser_logs_in_and_out(browser, protected, axe_script):
    browser.show(390)
    browser.open(f"{protected}/sandboxes/default")
    browser.value("document.querySelector('[name=token]').focus()")
    browser.type("sésame & co")
    browser.press("Enter")
    browser.wait(
        "document.querySelector('.log-out') !== null && document.readyState === 'complete'"
    )
    width, found = (
        browser.value("document.documentElement.scrollWidth"),
        axe.violations(browser, axe_script),
    )
    browser.value("document.querySelector('.log-out button').focus()")
    browser.press("Enter")
    browser.wait("location.pathname === '/enter' && document.readyState === 'complete'")

    assert (width, found) == (390, [])
    assert "You are logged out." in browser.value("document.body.innerText")
    assert axe.violations(browser, axe_script) == []
    browser.open(f"{protected}/sandboxes/default")
    assert "Enter it to open the console" in browser.value("document.body.innerText")


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
