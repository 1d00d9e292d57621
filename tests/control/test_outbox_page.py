"""The outbox in the console: the list, and e-mails in text and HTML."""

import re

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests import axe

OUTBOX = "/sandboxes/default/outbox"
HTML = {"Accept": "text/html"}
BODY = '<p>Dear <b>client</b></p><script>parent.document.title = "changed"</script>'


@pytest.fixture(scope="module")
def server():
    with Server(Settings(port=0)) as server:
        yield server


@pytest.fixture(scope="module")
def main(server):
    return server.urls["main"]


@pytest.fixture(scope="module")
def html_message(server, main):
    """The address of an e-mail in HTML, which no vendor of this project sends itself."""
    sandbox = server.sandboxes.get("default")

    def queue():
        backend = sandbox.backends["growcrm"]
        with backend.transaction():
            backend.queue_email("a@b.example", "With <HTML>", BODY, "invoices/1")

    server.call_on_loop(queue)
    newest = requests.get(f"{main}/_mock{OUTBOX}?vendor=growcrm&to=a@b.example", timeout=10).json()
    return f"{main}{OUTBOX}/growcrm/{newest[0]['id']}"


def show(url, status=200):
    response = requests.get(url, headers=HTML, timeout=10)
    assert response.status_code == status, response.text
    return response.text


def test_the_list_leads_to_e_mails_and_records(main):
    (message,) = requests.get(f"{main}/_mock{OUTBOX}?vendor=count&limit=1", timeout=10).json()
    html = show(f"{main}{OUTBOX}?vendor=count")
    record = "/sandboxes/default/records/count/invoices/" + message["about"].partition("/")[2]

    assert f'href="{OUTBOX}/count/{message["id"]}">{message["subject"]}</a>' in html
    assert f'href="{record}">{message["about"]}</a>' in html
    assert show(main + record)


def test_the_list_is_filtered_by_vendor_and_receiver(main):
    (message,) = requests.get(f"{main}/_mock{OUTBOX}?vendor=growcrm&limit=1", timeout=10).json()
    html = show(f"{main}{OUTBOX}?vendor=growcrm&to={message['to']}")

    assert set(re.findall(r'data-label="To">([^<]*)<', html)) == {message["to"]}
    assert "No e-mail matches these filters." in show(f"{main}{OUTBOX}?to=nobody@nowhere")


def test_an_empty_outbox_says_what_to_do(main):
    name = requests.post(f"{main}/_mock/sandboxes", json={"data": "empty"}, timeout=10).json()[
        "name"
    ]

    assert "No e-mails yet." in show(f"{main}/sandboxes/{name}/outbox")


def test_an_e_mail_is_shown_with_its_neighbours(main):
    newest, older = requests.get(f"{main}/_mock{OUTBOX}?vendor=count&limit=2", timeout=10).json()
    html = show(f"{main}{OUTBOX}/count/{newest['id']}")
    neighbour = show(f"{main}{OUTBOX}/count/{older['id']}")

    for line in newest["body"].splitlines():
        assert line in html
    assert newest["to"] in html
    assert f'href="{OUTBOX}/count/{older["id"]}" aria-label="Older e-mail"' in html
    assert f'href="{OUTBOX}/count/{newest["id"]}" aria-label="Newer e-mail"' in neighbour
    assert "has no e-mail 987654" in show(f"{main}{OUTBOX}/count/987654", 404)


def test_html_is_shown_in_a_frame_without_scripts(browser, html_message):
    html = show(html_message)
    browser.show(390)
    browser.open(html_message)
    browser.wait("document.readyState")
    title = browser.value("document.title")

    assert "With &lt;HTML&gt;" in html
    assert '<iframe title="The e-mail" sandbox srcdoc="&lt;p&gt;Dear' in html
    assert "<script>parent" not in html
    assert title.startswith("With <HTML>")
    assert browser.value("document.documentElement.scrollWidth") == 390
    assert axe.violations(browser, axe.source()) == []
