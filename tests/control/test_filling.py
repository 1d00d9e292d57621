"""Filling of a sandbox with data, and the page of its progress."""

import re
import time

import pytest
import requests

from tests import axe
from tests.control.test_console import api

LARGE = {
    "vendor": "growcrm",
    "clients": "50",
    "invoices": "4000",
    "seed": "8",
}  # takes some seconds


def end_of_filling(session, page):
    """Reload the page of a progress, as it does by itself, until it is another page."""
    deadline = time.monotonic() + 60
    while "data-progress" in page.text and "<progress" in page.text:
        assert time.monotonic() < deadline, page.text
        time.sleep(0.2)
        page = session.get(page.url)
    return page


@pytest.fixture
def filling(main, console_session):
    """The path of an empty sandbox of its own."""
    console_session.send_form("/sandboxes", name="large", data="empty")
    yield "/sandboxes/large"
    console_session.send_form("/sandboxes/large/delete")


@pytest.mark.parametrize("vendor", ["count", "growcrm", "halo", "optiflow"])
def test_a_sandbox_is_filled_with_data(main, console_session, vendor):
    console_session.send_form("/sandboxes", name="filled", data="empty")
    page = console_session.send_form(
        "/sandboxes/filled/seed", vendor=vendor, clients="3", invoices="8", payments="2", seed="5"
    )
    page = end_of_filling(console_session, page)
    counts = api(main, "/sandboxes/filled")["counts"][vendor]
    console_session.send_form("/sandboxes/filled/delete")

    assert page.status_code == 200, page.text
    assert page.url == f"{main}/sandboxes/filled/records/{vendor}/invoices?done=filled"
    assert "The sandbox was filled with data" in page.text
    assert counts["invoices"] >= 8
    assert page.text.count('<th scope="row"') >= 8


def test_a_long_filling_shows_its_progress_and_then_the_new_records(main, console_session, filling):
    first = page = console_session.send_form(f"{filling}/seed", **LARGE)
    overview = console_session.get(main + filling).text
    seen = []
    while "<progress" in page.text:
        seen += map(int, re.findall(r'<progress max="100" value="(\d+)"', page.text))
        time.sleep(0.2)
        page = console_session.get(page.url)

    assert first.url == f"{main}{filling}/seed/growcrm"
    assert '<noscript><meta http-equiv="refresh" content="1"></noscript>' in first.text
    assert "4,000 invoices of 50 clients" in first.text
    assert f'<a href="{filling}/seed/growcrm">Filling with data of Grow CRM: ' in overview
    assert seen == sorted(seen)
    assert len(set(seen)) > 2
    assert page.url == f"{main}{filling}/records/growcrm/invoices?done=filled"
    assert "The sandbox was filled with data" in page.text
    assert "Filling with data of" not in console_session.get(main + filling).text


def test_a_filling_does_not_need_its_page(main, console_session, filling):
    """The form is sent, and nothing asks for the progress until all data is there."""
    console_session.post(
        f"{main}{filling}/seed", data=LARGE, headers={"Origin": main}, allow_redirects=False
    )
    deadline = time.monotonic() + 60
    while not api(main, filling)["counts"]["growcrm"]["invoices"]:
        assert time.monotonic() < deadline
        time.sleep(0.2)

    assert api(main, filling)["counts"]["growcrm"]["invoices"] >= 4000


def test_a_second_filling_meanwhile_is_rejected(main, console_session, filling):
    first = console_session.send_form(f"{filling}/seed", **LARGE)
    second = console_session.send_form(f"{filling}/seed", **LARGE)
    other = console_session.send_form(
        f"{filling}/seed", vendor="halo", clients="2", invoices="3", seed="1"
    )

    assert second.status_code == 409
    assert "is already being filled with data of Grow CRM; wait until" in second.text
    assert "<progress" in first.text
    assert end_of_filling(console_session, other).url.endswith("/halo/invoices?done=filled")
    assert end_of_filling(console_session, first).url.endswith("/growcrm/invoices?done=filled")


def test_an_error_of_a_filling_is_shown_in_words(main, console_session, filling):
    page = console_session.send_form(f"{filling}/seed", **LARGE)
    key = api(main, filling)["credentials"]["growcrm"]["api_key"]
    body = {"client_company_name": "A", "first_name": "B", "last_name": "C", "email": "a@b.example"}
    requests.post(
        f"{main}/growcrm/api/clients",
        json=body,
        headers={"Authorization": f"Bearer {key}"},
        timeout=10,
    ).raise_for_status()
    failed = end_of_filling(console_session, page)

    assert "<progress" in page.text
    assert (failed.status_code, failed.url) == (409, page.url)
    assert "<h1>The sandbox was not filled</h1>" in failed.text
    assert "Another client changed the sandbox &#39;large&#39; at Grow CRM" in failed.text
    assert "http-equiv" not in failed.text
    assert f'href="{filling}#fill"' in failed.text


def test_the_progress_of_a_sandbox_that_was_deleted_is_not_found(main, console_session, filling):
    page = console_session.send_form(f"{filling}/seed", **LARGE)
    console_session.send_form(f"{filling}/delete")
    deleted = console_session.get(page.url)

    assert "<progress" in page.text
    assert (deleted.status_code, "no sandbox" in deleted.text) == (404, True)


def test_a_sandbox_that_nobody_fills_has_no_progress(main, console_session, filling):
    page = console_session.get(f"{main}{filling}/seed/halo")
    unknown = console_session.get(f"{main}{filling}/seed/stripe")

    assert (page.status_code, page.url) == (200, f"{main}{filling}#fill")
    assert (unknown.status_code, "Unknown vendor" in unknown.text) == (404, True)


def test_the_progress_is_live_in_a_browser(browser, main, console_session, filling):
    """The script replaces only the progress, and opens the new records at the end."""
    script = axe.source()
    page = console_session.send_form(f"{filling}/seed", **{**LARGE, "invoices": "9000"})
    browser.show(390)
    browser.open(page.url)
    browser.value("window.sameDocument = true")
    first = browser.value("document.querySelector('progress').value")
    browser.wait(f"document.querySelector('progress')?.value > {first}")
    violations = axe.violations(browser, script, within="main")
    same = browser.value("window.sameDocument === true")
    browser.wait("location.pathname.endsWith('/records/growcrm/invoices') && document.readyState")

    assert same
    assert violations == []
    assert "The sandbox was filled with data" in browser.value("document.body.innerText")
