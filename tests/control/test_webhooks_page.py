"""Webhook deliveries in the console: the list, its filters, and the page of a delivery."""

import hmac
import re
import shlex

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests import axe
from tests.webhook_receiver import Receiver, Workspace, wait_for

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def server():
    with Server(Settings(port=0)) as server:
        yield server


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def workspace(server, receiver):
    """An account whose first delivery got the status 500, then was delivered by hand."""
    with requests.Session() as http:
        http.trust_env = False
        workspace = Workspace(server.urls, http)
        workspace.subscribe(receiver.url, signingSecret="whsec")
        receiver.responses.append(500)
        workspace.publish("Harbour Cafe")
        receiver.wait(1)
        workspace.page = f"{server.urls['main']}/sandboxes/{workspace.name}/webhooks"
        yield workspace
        workspace.control("DELETE")


def show(url, status=200):
    response = requests.get(url, headers=HTML, timeout=10)
    assert response.status_code == status, response.text
    return as_text(response.text)


def as_text(html):
    for entity, character in {"&#39;": "'", "&#34;": '"', "&lt;": "<", "&amp;": "&"}.items():
        html = html.replace(entity, character)
    return html


def test_the_list_is_filtered_by_event_state_and_vendor(workspace):
    html = show(workspace.page)

    assert "customer.created <span" in html
    assert 'webhooks/count-1"' in html
    for query in ("event=customer.created", "state=waiting&vendor=count"):
        assert 'webhooks/count-1"' in show(f"{workspace.page}?{query}")
    for query in ("event=customer.deleted", "state=dropped"):
        filtered = show(f"{workspace.page}?{query}")
        assert "No delivery matches these filters." in filtered
    assert "unknown vendor" in show(f"{workspace.page}?vendor=stripe", 400)


def test_a_delivery_is_shown_with_its_attempts_and_its_signature(workspace, receiver):
    wait_for(lambda: "500</span>" in show(f"{workspace.page}/count-1"))
    html = show(f"{workspace.page}/count-1")
    headers, body = receiver.received[0]
    expected = "sha256=" + hmac.digest(b"whsec", body, "sha256").hex()

    assert "The header <code>X-Webhook-Signature</code> is the HMAC-SHA256 of the body" in html
    assert (dict(headers)["X-Webhook-Signature"], expected in html) == (expected, True)
    assert body.decode() in html
    assert "Next attempt" in html


def test_the_curl_command_sends_the_same_bytes_again(workspace, receiver):
    html = show(f"{workspace.page}/count-1")
    command = re.search(r"Copy as curl</button>\s*<pre[^>]*>(.*?)</pre>", html, re.DOTALL)[1]
    words = shlex.split(re.sub(r"\\\n", " ", command))
    names = [words[place + 1] for place, word in enumerate(words) if word == "-H"]

    assert words[:4] == ["curl", "-X", "POST", receiver.url]
    assert words[-1].encode() == receiver.received[0][1]
    assert any(name.startswith("X-Webhook-Signature: sha256=") for name in names)


def test_a_delivery_is_sent_again(workspace, receiver):
    form = {"sign_again": "yes"}
    url = f"{workspace.page}/count-1/redeliver"
    shown = requests.post(url, data=form, headers=HTML, timeout=10)
    receiver.wait(2)
    workspace.wait_for_state("delivered")

    assert shown.url == f"{workspace.page}/count-1?done=redelivered"
    assert ", redelivery" in show(shown.url)
    missing = requests.post(f"{workspace.page}/count-9/redeliver", headers=HTML, timeout=10)
    assert (missing.status_code, "There is no webhook delivery" in missing.text) == (404, True)


def test_deliveries_are_only_collected_on_request(workspace):
    wrong = requests.post(f"{workspace.page}/mode", data={"mode": "keep"}, headers=HTML, timeout=10)
    shown = requests.post(
        f"{workspace.page}/mode", data={"mode": "collect"}, headers=HTML, timeout=10
    )
    workspace.publish("Second")

    assert (wrong.status_code, "must be send or collect" in wrong.text) == (400, True)
    assert "They are only collected." in shown.text
    assert 'webhooks/count-2"' in show(f"{workspace.page}?state=collected")


def test_an_empty_list_says_what_to_do(server):
    html = show(f"{server.urls['main']}/sandboxes/default/webhooks")

    assert "No deliveries yet." in html
    assert "/_mock/vendors/count/docs?sandbox=default" in html


def test_a_server_without_such_vendors_says_so():
    with Server(Settings(port=0, vendors=("growcrm",))) as server:
        html = show(f"{server.urls['main']}/sandboxes/default/webhooks")

    assert "No vendor of this server sends webhooks." in html


def test_the_pages_fit_a_phone_and_break_no_rule_of_accessibility(browser, workspace):
    browser.show(390)
    rules = axe.source()
    for url in (workspace.page, f"{workspace.page}/count-1"):
        browser.open(url)
        assert browser.value("document.documentElement.scrollWidth") == 390, url
        assert axe.violations(browser, rules) == [], url
