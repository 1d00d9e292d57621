"""The page of a request: why it was rejected, how the right one looks, and its curl command."""

import json
import re
import shlex
import time

import pytest
import requests

from mockvoice_contracts.suites.count.request_signer import body_hash, signature
from tests.control.request_pages import as_text


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


def test_secrets_of_a_request_stay_masked_on_its_page(page):
    secret = page.credentials["count"]["refresh_token"]
    page.send("POST", "/api/clients", json={"password": secret})
    html = page.show("/journal/1")

    assert secret not in html
    assert "Secrets of the request are masked" in html


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
