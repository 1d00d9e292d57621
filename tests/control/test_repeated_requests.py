"""Requests that are sent again from the console, and stubs and faults that are made of one."""

from mockvoice.control import repeated_requests


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


def test_a_request_without_a_response_in_time_is_not_sent_again(page, monkeypatch):
    monkeypatch.setattr(repeated_requests, "SECONDS_TO_RESPOND", 0.3)
    page.send()
    fault = {"vendor": "growcrm", "effect": {"kind": "delay", "seconds": 3}}
    page.http.post(f"{page.control}/faults", json=fault).raise_for_status()
    response = page.act("send")

    assert response.status_code == 409
    assert "had no response within 0.3 seconds" in response.text
