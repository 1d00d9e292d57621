"""Requests in the console: the list, the stream of new ones, and the page of one request."""

import json
import re
import shlex
import signal
import socket
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import requests

from mockvoice.app import Server
from mockvoice.control import repeated_requests
from mockvoice.control.live_requests import MAX_STREAMS, ROWS_AT_ONCE
from mockvoice.settings import Settings
from mockvoice_contracts.suites.count.request_signer import body_hash, signature
from tests import axe

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def server():
    with Server(Settings(port=0)) as server:
        yield server


@pytest.fixture(scope="module")
def main(server):
    return server.urls["main"]


class Page:
    """A sandbox of its own, with requests to Grow CRM and COUNT, and its pages."""

    def __init__(self, main, name=None):
        self.http = requests.Session()
        self.http.trust_env = False
        sandboxes = f"{main}/_mock/sandboxes"
        if name is None:
            sandbox = self.http.post(sandboxes, json={"data": "demo"}).json()
        else:
            sandbox = self.http.get(f"{sandboxes}/{name}").json()
        self.main, self.name = main, sandbox["name"]
        self.address = f"{main}/sandboxes/{self.name}"
        self.control = f"{main}/_mock/sandboxes/{self.name}"
        self.credentials = sandbox["credentials"]
        self.key = {"Authorization": f"Bearer {self.credentials['growcrm']['api_key']}"}

    def send(self, method="GET", path="/api/invoices/1", **options):
        options = {"headers": self.key} | options
        return self.http.request(method, f"{self.main}/growcrm{path}", timeout=10, **options)

    def sign(self, path, body, *, text_path=None, secret=None, stamp=None):
        """Send a signed request to COUNT, perhaps with a mistake."""
        own, data = self.credentials["count"], json.dumps(body).encode()
        stamp = stamp or str(int(time.time()))
        hashed = body_hash("POST", data)
        value = signature(secret or own["client_secret"], "POST", text_path or path, stamp, hashed)
        headers = {
            "x-client-id": own["client_id"], "x-timestamp": stamp, "x-signature": value,
            "Authorization": f"Bearer {own['access_token']}", "Content-Type": "application/json",
        }  # fmt: skip
        url = f"{self.main}/count/partners{path}"
        return self.http.post(url, data=data, headers=headers, timeout=10)

    def journal(self):
        return self.http.get(f"{self.control}/journal").json()

    def show(self, path="/journal"):
        response = self.http.get(self.address + path, headers=HTML, timeout=10)
        assert response.status_code == 200, response.text
        return response.text

    def entry(self, number=None):
        """Return the page of a request, as text without tags; by default the newest."""
        number = number or self.journal()[0]["id"]
        return as_text(self.show(f"/journal/{number}"))

    def act(self, action, number=None, **form):
        number = number or self.journal()[0]["id"]
        return self.http.post(
            f"{self.address}/journal/{number}/{action}", data=form, headers=HTML, timeout=30
        )

    @contextmanager
    def stream(self, query="", **headers):
        url = f"{self.address}/journal/live{query}"
        with requests.get(url, stream=True, headers=headers, timeout=10) as response:
            yield response, response.iter_lines(decode_unicode=True)


def as_text(html):
    text = re.sub(r"<[^>]+>", "", html)
    for entity, character in {"&#39;": "'", "&#34;": '"', "&lt;": "<", "&amp;": "&"}.items():
        text = text.replace(entity, character)
    return re.sub(r"\s+", " ", text)


def rows_until(lines, text):
    """Return the lines of a stream up to the one that contains a text."""
    seen = []
    for line in lines:
        seen.append(line)
        if text in line:
            return seen
    raise AssertionError(f"the stream ended before {text!r}: {seen}")


@pytest.fixture
def page(main):
    page = Page(main)
    yield page
    page.http.delete(page.control)
    page.http.close()


@pytest.fixture
def default_page(main):
    """The sandbox whose journal has the requests that belong to no sandbox."""
    page = Page(main, "default")
    page.http.delete(f"{page.control}/journal")
    yield page
    page.http.close()


# The list


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


# The stream


def test_the_stream_sends_new_requests_that_the_filters_select(page):
    page.send(path="/api/invoices/3")
    with page.stream("?status=4xx") as (response, lines):
        rows_until(lines, "follows")
        page.send()
        page.send(path="/api/invoices/70004")
        seen = "\n".join(rows_until(lines, "/api/invoices/70004"))

    assert response.headers["Content-Type"].startswith("text/event-stream")
    assert "event: rows" in seen
    assert "/api/invoices/1<" not in seen
    assert "/api/invoices/3" not in seen


def test_the_stream_continues_after_a_break(page):
    for number in (1, 2, 3):
        page.send(path=f"/api/invoices/{number}")
    with page.stream(**{"Last-Event-ID": "1"}) as (_, lines):
        seen = "\n".join(rows_until(lines, "/api/invoices/2"))

    assert "id: 3" in seen
    assert "/api/invoices/3<" in seen


def test_the_stream_leaves_out_rows_rather_than_keep_them(page):
    for _ in range(ROWS_AT_ONCE + 7):
        page.send()
    with page.stream("?after=0") as (_, lines):
        seen = "\n".join(rows_until(lines, "7 more requests"))

    assert seen.count("<tr>") == ROWS_AT_ONCE + 1


def test_the_stream_of_all_sandboxes_has_requests_of_new_ones(page, main):
    with requests.get(f"{main}/requests/live", stream=True, timeout=10) as response:
        lines = response.iter_lines(decode_unicode=True)
        rows_until(lines, "follows")
        other = Page(main)
        other.send(path="/api/invoices/4")
        seen = "\n".join(rows_until(lines, other.name + "</a>"))
        other.http.delete(other.control)

    assert "/api/invoices/4" in seen


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/sandboxes/nobody/journal/live", 404, "sandbox_not_found"),
        ("/sandboxes/default/journal/live?status=odd", 400, "invalid_request"),
        ("/sandboxes/default/journal/live?operation=nothing", 400, "invalid_request"),
    ],
)
def test_a_wrong_stream_is_rejected(main, path, status, code):
    response = requests.get(main + path, timeout=10)

    assert (response.status_code, response.json()["error"]["code"]) == (status, code)


def connect(url, path, **headers):
    parts = urlsplit(url)
    connection = socket.create_connection((parts.hostname, parts.port), timeout=10)
    lines = [f"GET {path} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    connection.sendall("\r\n".join([*lines, "", ""]).encode())
    return connection


def test_more_streams_than_the_limit_are_refused_until_one_ends(page, main):
    path = f"/sandboxes/{page.name}/journal/live"
    open_streams = [connect(main, path) for _ in range(MAX_STREAMS)]
    for connection in open_streams:
        assert b"200 OK" in connection.recv(100)
    refused = requests.get(main + path, timeout=10)
    for connection in open_streams:
        connection.close()

    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "too_many_streams")
    deadline = time.monotonic() + 10
    while True:
        with requests.get(main + path, stream=True, timeout=10) as again:
            if again.status_code == 200:
                break
        assert time.monotonic() < deadline, "the ended streams still count"


def test_a_page_that_does_not_read_does_not_hold_up_others(page, main):
    with connect(main, f"/sandboxes/{page.name}/journal/live?after=0"), page.stream() as (_, lines):
        rows_until(lines, "follows")
        for _ in range(300):
            page.send(path="/api/invoices?" + "x" * 2000)
        page.send(path="/api/invoices/5")

        assert rows_until(lines, "/api/invoices/5")


def test_the_stream_needs_the_login_and_a_page_of_this_server():
    with Server(Settings(port=0, vendors=("growcrm",), control_token="secret-token")) as server:
        main = server.urls["main"]
        url = f"{main}/sandboxes/default/journal/live"
        without = requests.get(url, timeout=10)
        with requests.Session() as session:
            session.post(f"{main}/enter", data={"token": "secret-token", "next": "/"}, timeout=10)
            with session.get(url, stream=True, timeout=10) as logged_in:
                status = logged_in.status_code
            foreign = session.get(url, headers={"Sec-Fetch-Site": "cross-site"}, timeout=10)

    assert (without.status_code, status, foreign.status_code) == (401, 200, 403)


def test_a_signal_stops_the_server_quickly_despite_open_streams(mockvoice, tmp_path):
    process = mockvoice("serve", "--port", "0", "--ready-file", str(tmp_path / "ready"))
    main = process.ready(tmp_path / "ready")["main"]
    with connect(main, "/sandboxes/default/journal/live") as stream:
        assert b"200 OK" in stream.recv(100)
        status, _, err = process.signal(signal.SIGTERM)

    assert (status, err.count("Traceback")) == (0, 0)
    assert process.seconds_to_end < 2.5


# The page of a request


def test_values_in_error_are_named_and_marked_in_the_example(page):
    page.send("POST", "/api/invoices", json={"bill_date": "soon", "color": 1})
    html = page.show("/journal/1")
    marked = re.findall(r"<mark>\s*&#34;(\w+)&#34;", html)

    assert "body bill_clientid is missing" in html
    assert "body.color is not in the contract, so the API does not read it" in as_text(html)
    assert marked == ["bill_clientid", "bill_categoryid", "bill_date"]
    assert f"authorization</dt><dd><code>{page.key['Authorization']}" in html


@pytest.mark.parametrize(
    ("method", "path", "key", "expected"),
    [
        (
            "GET",
            "/api/invoicez",
            "growcrm-demo-key",
            "The nearest path of the API is /api/invoices.",
        ),
        ("PATCH", "/api/invoices", "growcrm-demo-key", "Allowed methods: GET, HEAD, POST."),
        ("GET", "/api/invoices/70001", "growcrm-demo-key", "this sandbox has no such record"),
        ("GET", "/api/invoices/1", "none", "credential of the request is missing, wrong or no"),
        ("GET", "/api/invoices/1", "none", "the bearer token matches no sandbox"),
        ("GET", "/api/invoices/1", "none", "authorizationBearer growcrm-demo-key"),
    ],
)
def test_a_wrong_path_method_or_key_is_explained(default_page, method, path, key, expected):
    default_page.send(method, path, headers={"Authorization": f"Bearer {key}"})

    assert expected in default_page.entry()


def test_an_injected_fault_and_a_rate_limit_are_explained(page):
    limit = {"kind": "rate_limit", "limit": 1, "window_seconds": 60}
    page.http.post(f"{page.control}/faults", json={"vendor": "growcrm", "effect": limit})
    page.send()
    page.send()
    text = page.entry()

    assert "An injected fault is the reason, not the request." in text
    assert "fault 1: rate_limit limit 1" in text
    assert re.search(r"Send it again after \d+ seconds\.", text)


def test_counts_signature_is_explained_step_by_step(page):
    stamp, body = str(int(time.time())), {"customer": "New"}
    data = json.dumps(body).encode()
    page.sign("/customers", body, text_path="/partners/customers", stamp=stamp)
    text = page.entry()
    hashed, secret = body_hash("POST", data), page.credentials["count"]["client_secret"]

    assert "the client signed the path with the prefix /partners" in text
    assert f"POST:/customers:{stamp}:{hashed}" in text
    assert signature(secret, "POST", "/customers", stamp, hashed) in text
    assert signature(secret, "POST", "/partners/customers", stamp, hashed) in text
    assert "at most 300 are allowed" in text


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"secret": "another secret"}, "not by one of the usual mistakes"),
        ({"text_path": "/customers?page=1"}, "the client signed the path with its query"),
        ({"stamp": "1"}, "The signature matches. If the request was rejected, the time"),
    ],
)
def test_mistakes_in_counts_signature_are_recognised(page, options, expected):
    path = "/customers?page=1" if "?" in options.get("text_path", "") else "/customers"
    page.sign(path, {"customer": "New"}, **options)

    assert expected in page.entry()


def test_a_valid_signature_of_count_matches_in_the_explanation(page):
    assert page.sign("/customers", {"customer": "New"}).status_code < 300

    assert "The signature matches." in page.entry()


@pytest.mark.parametrize("vendor", ["growcrm", "count"])
def test_the_curl_command_is_accepted(page, vendor):
    if vendor == "growcrm":
        page.send(headers={**page.key, "Cookie": "a=b"})
    else:
        page.sign("/customers", {"customer": "O'Neill & Söhne"}, secret="wrong")
    html = page.show(f"/journal/{page.journal()[0]['id']}")
    command = re.search(r"Copy as curl</button>\s*<pre[^>]*>(.*?)</pre>", html, re.DOTALL)[1]
    response = run(shlex.split(as_shell(command)))

    assert response.status_code < 300, response.text
    assert "cookie" not in command.lower()
    assert len(page.journal()) == 2
    if vendor == "count":
        assert "It is accepted until" in html
        assert response.json()["data"]["customer"] == "O'Neill & Söhne"


def test_the_curl_command_is_signed_by_the_clock_that_the_sandbox_follows(page):
    page.http.put(f"{page.control}/clock", json={"now": "2030-05-01T00:00:00Z", "frozen": True})
    page.http.put(f"{page.control}/settings", json={"signature_clock": "sandbox"})
    assert page.sign("/customers", {"customer": "New"}).status_code == 401
    html = page.show("/journal/1")
    command = re.search(r"Copy as curl</button>\s*<pre[^>]*>(.*?)</pre>", html, re.DOTALL)[1]

    assert "(signature_clock: sandbox)" in html
    assert run(shlex.split(as_shell(command))).status_code == 201


def as_shell(html):
    return re.sub(
        r"\\\n", " ", html.replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&")
    )


def run(words):
    """Send what a curl command would send."""
    assert words.pop(0) == "curl"
    method, headers, data, url = "GET", {}, None, None
    while words:
        match word := words.pop(0):
            case "-X":
                method = words.pop(0)
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            case "--data-raw":
                data = words.pop(0).encode()
            case _:
                url = word
    return requests.request(method, url, headers=headers, data=data, timeout=10)


def test_a_request_is_sent_again_with_its_own_body_and_key(page):
    created = page.send("POST", "/api/clients", json={
        "client_company_name": "Twice", "first_name": "A", "last_name": "B", "email": "a@b.example",
    })  # fmt: skip
    again = page.act("send", 1)
    first, second = page.journal()[1], page.journal()[0]

    assert created.status_code < 300
    assert again.url == f"{page.address}/journal/2?done=sent"
    assert (second["path"], second["request"]["body"]) == (first["path"], first["request"]["body"])


def test_a_rejected_signature_is_replaced_when_a_request_is_sent_again(page):
    rejected = page.sign("/customers", {"customer": "New"}, secret="wrong")
    page.act("send")

    assert rejected.status_code == 401
    assert page.journal()[0]["status"] == 201


def test_a_request_whose_body_was_truncated_is_not_sent_again(page):
    page.send("POST", "/api/clients", json={"client_company_name": "W" * 70_000})
    refused = page.act("send", 1)

    assert refused.status_code == 409
    assert "only the beginning of its body" in refused.text
    assert len(page.journal()) == 1


def test_a_stub_of_a_response_answers_the_same_request_only(page):
    original = page.send(path="/api/invoices/1?page=1").json()
    shown = page.act("stub", 1)
    page.send("DELETE", "/api/invoices/1")
    stubbed = page.send(path="/api/invoices/1?page=1")

    assert shown.url == f"{page.address}/faults?done=stub"
    assert (stubbed.status_code, stubbed.json()) == (200, original)
    assert page.send(path="/api/invoices/1?page=2").status_code == 404


def test_only_the_next_request_like_this_one_fails(page):
    page.send()
    page.act("fail", 1, status="503")

    assert page.send(path="/api/invoices/2").status_code == 200
    assert [page.send().status_code for _ in range(2)] == [503, 200]


def test_a_request_without_an_operation_becomes_no_stub(default_page):
    default_page.send(path="/api/nothing")

    for action in ("stub", "fail"):
        refused = default_page.act(action, status="503")
        assert refused.status_code == 409
        assert "apply to operations of the contract" in refused.text


def test_secrets_of_a_request_stay_masked_on_its_page(page):
    secret = page.credentials["count"]["refresh_token"]
    page.send("POST", "/api/clients", json={"password": secret})
    html = page.show("/journal/1")

    assert secret not in html
    assert "Secrets of the request are masked" in html


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


@pytest.mark.parametrize("body", [b"\x1f\x8b\x08\x00\x00", b"\x00" * 2000])
def test_the_curl_command_of_a_body_that_is_no_text_says_so(page, body):
    page.send(
        "POST", "/api/invoices", data=body, headers=page.key | {"Content-Type": "application/json"}
    )
    html = page.entry()

    assert "The body is not text, so the command does not have it." in html
    assert "--data-raw" not in html


def test_the_curl_command_has_the_credential_that_was_sent(page):
    viewer = page.credentials["optiflow"]["viewer"]
    requests.post(
        f"{page.main}/optiflow/api/v1/invoices", json={},
        headers={"Authorization": f"Bearer {viewer}", "Accept": "application/json"}, timeout=10,
    )  # fmt: skip
    html = page.entry()

    assert "403" in html
    assert f"Bearer {viewer}" in html.replace("&#39;", "'")


def test_a_request_without_a_response_in_time_is_not_sent_again(page, monkeypatch):
    monkeypatch.setattr(repeated_requests, "SECONDS_TO_RESPOND", 0.3)
    page.send()
    fault = {"vendor": "growcrm", "effect": {"kind": "delay", "seconds": 3}}
    page.http.post(f"{page.control}/faults", json=fault).raise_for_status()
    response = page.act("send")

    assert response.status_code == 409
    assert "had no response within 0.3 seconds" in response.text
