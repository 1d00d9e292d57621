"""The console: forms and links."""

import re

import pytest
import requests

KEY = {"Authorization": "Bearer growcrm-demo-key"}


def api(main, sandbox, path=""):
    return requests.get(f"{main}/_mock{sandbox}{path}", timeout=10).json()


def test_a_sandbox_is_created_reset_and_deleted(main, console_session):
    created = console_session.send_form("/sandboxes", name="by-hand", data="empty", seed="11")
    sandbox = api(main, "/sandboxes/by-hand")

    assert created.url == f"{main}/sandboxes/by-hand?done=created"
    assert (sandbox["seed"], sandbox["counts"]["growcrm"]["invoices"]) == (11, 0)
    for credentials in sandbox["credentials"].values():
        for secret in credentials.values():
            assert secret in created.text.replace("&#39;", "'")
    console_session.send_form("/sandboxes/by-hand/reset", data="demo", seed="")
    sandbox = api(main, "/sandboxes/by-hand")
    assert (sandbox["seed"], sandbox["counts"]["growcrm"]["invoices"] > 0) == (11, True)
    assert console_session.send_form("/sandboxes/by-hand/delete").url == f"{main}/"
    assert console_session.get(f"{main}/sandboxes/by-hand").status_code == 404


def test_the_clock_is_frozen_set_and_advanced(main, console_session, sandbox):
    console_session.send_form(f"{sandbox}/clock", state="freeze")
    console_session.send_form(f"{sandbox}/clock", now="2030-01-31T09:00")
    page = console_session.send_form(f"{sandbox}/clock/advance", amount="1.5", unit="days")

    assert api(main, sandbox, "/clock") == {"now": "2030-02-01T21:00:00Z", "frozen": True}
    assert "2030-02-01 21:00:00 UTC" in page.text
    assert ">frozen<" in page.text
    console_session.send_form(f"{sandbox}/clock", state="thaw")
    assert api(main, sandbox, "/clock")["frozen"] is False


def test_faults_are_created_listed_and_deleted(main, console_session, sandbox):
    page = console_session.send_form(
        f"{sandbox}/faults", vendor="growcrm", operation="invoices.search", kind="status", status="503",
        seconds="1.5", limit="10", window_seconds="60", times="2", probability="",
    )  # fmt: skip
    (fault,) = api(main, sandbox, "/faults")

    assert fault["effect"] == {"kind": "status", "status": 503}
    assert (fault["operation"], fault["times"], fault["probability"]) == ("invoices.search", 2, 1)
    assert "1: status, status 503" in page.text
    console_session.send_form(
        f"{sandbox}/faults",
        vendor="*",
        operation="",
        kind="rate_limit",
        limit="1",
        window_seconds="60",
    )
    console_session.send_form(f"{sandbox}/faults/1/delete")
    assert [row["id"] for row in api(main, sandbox, "/faults")] == [2]
    console_session.send_form(f"{sandbox}/faults/clear")
    assert api(main, sandbox, "/faults") == []


def test_the_journal_shows_requests_responses_and_error_reasons(
    main, console_session, vendors_server, sandbox
):
    key = api(main, sandbox)["credentials"]["growcrm"]["api_key"]
    root = vendors_server.urls["vendors"]["growcrm"]["root_url"]
    headers = {"Authorization": f"Bearer {key}"}
    requests.get(f"{root}/api/invoices/1", headers=headers, timeout=10)
    requests.post(
        f"{root}/api/invoices",
        json={"bill_date": "<script>alert(1)</script>"},
        headers=headers,
        timeout=10,
    )
    page = console_session.get(f"{main}{sandbox}/journal").text
    rejected = console_session.get(f"{main}{sandbox}/journal?status=4xx&vendor=growcrm").text
    entry = console_session.get(f"{main}{sandbox}/journal/2").text

    assert "/api/invoices/1" in page
    assert "/api/invoices/1<" not in rejected
    assert "journal.har?limit=10000&amp;vendor=growcrm&amp;status=4xx" in rejected
    assert "body bill_clientid is missing" in entry
    assert "&lt;script&gt;" in entry or "\\u003cscript\\u003e" in entry
    assert "<script>" not in entry
    # The page also has a command with the sandbox's own key; what was sent is masked.
    assert key not in page + entry.partition("What was sent")[2]
    assert "Bearer ***" in entry.partition("What was sent")[2]
    assert console_session.get(f"{main}{sandbox}/journal/99").status_code == 404
    odd = console_session.get(f"{main}{sandbox}/journal?status=odd")
    assert odd.status_code == 400
    assert "a class such as 4xx, or none, not &#39;odd&#39;" in odd.text
    assert "since must be" not in odd.text
    console_session.send_form(f"{sandbox}/journal/clear")
    assert api(main, sandbox, "/journal") == []


def test_snapshots_are_saved_compared_restored_and_deleted(
    main, console_session, vendors_server, sandbox
):
    key = api(main, sandbox)["credentials"]["growcrm"]["api_key"]
    root = vendors_server.urls["vendors"]["growcrm"]["root_url"]
    console_session.send_form(f"{sandbox}/snapshots", name="before")
    requests.delete(
        f"{root}/api/invoices/1", headers={"Authorization": f"Bearer {key}"}, timeout=10
    )
    compared = console_session.get(f"{main}{sandbox}/diff?before=before&after=current").text

    assert 'aria-label="invoice 1"' in compared
    console_session.send_form(f"{sandbox}/snapshots/before/restore")
    again = console_session.get(f"{main}{sandbox}/diff?before=before&after=current").text
    assert 'aria-label="invoice 1"' not in again
    console_session.send_form(f"{sandbox}/snapshots/before/delete")
    assert api(main, sandbox, "/snapshots") == []


def test_the_outbox_is_shown(main, console_session, sandbox):
    message = api(main, sandbox, "/outbox?limit=1")[0]

    assert message["to"] in console_session.get(f"{main}{sandbox}/outbox").text
    assert message["to"] not in console_session.get(f"{main}{sandbox}/outbox?vendor=halo").text


def test_a_stubbed_response_is_created(main, console_session, sandbox):
    form = {
        "vendor": "growcrm", "kind": "answer", "operation": "payments.create", "status": "409",
        "answer": '{"message": "Busy."}', "answer_headers": '{"Retry-After": "1"}',
        "match": '{"body": {"payment_amount": 5}}', "stub_name": "busy",
    }  # fmt: skip
    page = console_session.send_form(f"{sandbox}/faults", **form).text
    wrong = console_session.send_form(f"{sandbox}/faults", **{**form, "answer": "{"})

    assert "Busy." in page
    (fault,) = api(main, sandbox, "/faults")
    assert fault["effect"] == {
        "kind": "answer",
        "status": 409,
        "body": {"message": "Busy."},
        "headers": {"Retry-After": "1"},
    }
    assert (fault["name"], fault["match"]) == ("busy", {"body": {"payment_amount": 5}})
    assert (wrong.status_code, "Body (JSON) must be JSON" in wrong.text) == (400, True)


def test_a_fault_for_webhooks_is_created(main, console_session, sandbox):
    form = {"vendor": "count", "kind": "webhook", "how": "delay", "seconds": "3", "times": "1"}
    page = console_session.send_form(f"{sandbox}/faults", **form).text

    assert "webhook, how delay, seconds 3" in page
    (fault,) = api(main, sandbox, "/faults")
    assert fault["effect"] == {"kind": "webhook", "how": "delay", "seconds": 3.0}


@pytest.mark.parametrize("headers", [
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://localhost:3000"},
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
])  # fmt: skip
def test_a_form_from_another_origin_is_rejected(main, console_session, sandbox, headers):
    response = console_session.post(
        f"{main}{sandbox}/clock", data={"state": "freeze"}, headers=headers
    )

    assert response.status_code == 403
    assert api(main, sandbox, "/clock")["frozen"] is False


def test_every_link_of_the_console_works(main, console_session, sandbox):
    console_session.send_form(f"{sandbox}/snapshots", name="one")
    seen, pending = set(), ["/", sandbox]
    while pending:
        path = pending.pop()
        response = console_session.get(main + path)
        assert response.status_code == 200, path
        links = re.findall(r'(?:href|src)="(/[^"]*)"', response.text)
        for link in {link.replace("&amp;", "&") for link in links} - seen:
            seen.add(link)
            if link.startswith((sandbox, "/_mock/static")) and link.count("/") < 5:
                pending.append(link)

    assert {f"{sandbox}/faults", f"{sandbox}/journal", f"{sandbox}/snapshots"} <= seen


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/nothing-is-here", "Page not found"),
        ("/sandboxes/default/journal/x", "Page not found"),
        ("/sandboxes/default/records/growcrm/", "Page not found"),
        (f"/sandboxes/default/journal/{'9' * 5000}", "Page not found"),
        (f"/sandboxes/default/outbox/count/{'9' * 5000}", "Page not found"),
        ("/sandboxes/default/records/count/invoices?sort=x", "The request was rejected"),
    ],
)
def test_a_browser_gets_errors_as_pages(main, console_session, path, heading):
    response = console_session.get(main + path)

    assert response.status_code in (400, 404)
    assert response.headers["Content-Type"].startswith("text/html")
    assert f"<h1>{heading}</h1>" in response.text
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    plain = requests.get(main + path, timeout=10)
    assert plain.status_code == response.status_code
    if heading == "Page not found":
        assert plain.json()["error"]["code"] == "not_found"


def test_a_page_says_what_a_change_has_done(main, console_session, sandbox):
    moved = console_session.send_form(f"{sandbox}/clock/advance", amount="1", unit="days").text
    saved = console_session.send_form(f"{sandbox}/snapshots", name="one").text
    frozen = console_session.send_form(f"{sandbox}/clock", state="freeze").text
    unknown = console_session.get(f"{main}{sandbox}?done=<b>anything</b>").text

    assert "The clock was moved. Due events up to this time have run." in moved
    assert "The snapshot was saved." in saved
    assert "The clock is frozen." in frozen
    assert "The clock was moved" not in frozen
    assert "anything" not in unknown


def test_pages_are_not_stored_by_browsers(main, console_session):
    page = console_session.get(f"{main}/sandboxes/default")
    style = console_session.get(f"{main}/_mock/static/console.css")

    assert page.headers["Cache-Control"] == "no-store"
    assert style.headers["Cache-Control"] != "no-store"
