"""Requests of the journal as they were sent, and the credentials with which they are accepted."""

from types import SimpleNamespace

import pytest

from mockvoice.control.error_reasons import group_errors
from mockvoice.control.journal_requests import path_below_prefix, sandbox_credentials
from mockvoice.control.redaction import Redactor
from mockvoice.sandboxes.request_log import RequestLog
from mockvoice.web.sent_requests import SentRequest

REQUEST = SentRequest(method="GET", path="/things")
SANDBOX = SimpleNamespace(credentials={"shop": {"api_key": "the-key", "access_token": "the-token"}})


def entry(path="/things/a b", target=b"/things/a%20b", status=404, note="", body=b""):
    log = RequestLog()
    log.record(0, 0.0, "shop", None, "GET", "http", path, target, b"", [], None, (status, [], body), note)  # fmt: skip
    return next(iter(log))


def vendor(scheme, **members):
    security = members.pop("security", [{next(iter(scheme)): []}])
    data = {"components": {"securitySchemes": scheme}, "security": security}
    contract = SimpleNamespace(data=data)
    values = {"key": "shop", "contract": contract, "sign_request": None}
    return SimpleNamespace(**values, lookup_credentials=("access_token",), **members)


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        ({"x": {"type": "http", "scheme": "bearer"}}, {"authorization": "Bearer the-token"}),
        ({"apiKey": {"type": "http", "scheme": "bearer"}}, {"authorization": "Bearer the-key"}),
        ({"api-key": {"type": "apiKey", "in": "header", "name": "X-Key"}}, {"x-key": "the-key"}),
        ({"y": {"type": "oauth2", "flows": {}}}, {"authorization": "Bearer the-token"}),
        ({"z": {"type": "apiKey", "in": "query", "name": "key"}}, {}),
    ],
)
def test_credentials_go_where_the_contract_says(scheme, expected):
    assert sandbox_credentials(vendor(scheme), None, REQUEST, SANDBOX).headers == expected


def test_an_operation_without_security_needs_no_credential():
    bearer = {"x": {"type": "http", "scheme": "bearer"}}
    open_operation = SimpleNamespace(spec={"security": []})

    assert sandbox_credentials(vendor(bearer), open_operation, REQUEST, SANDBOX).headers == {}
    assert sandbox_credentials(vendor(bearer, security=[]), None, REQUEST, SANDBOX).headers == {}


@pytest.mark.parametrize("target", [b"/things/a%20b", b"/shop/things/a%20b"])
def test_a_path_is_repeated_as_it_was_sent_below_the_prefix(target):
    assert path_below_prefix(entry(target=target)) == "/things/a%20b"


def test_a_path_that_begins_like_the_prefix_stays_whole():
    sent = entry(path="/shop/things", target=b"/shop/things")

    assert path_below_prefix(sent) == "/shop/things"


def reasons(*entries):
    return [(group.reason, group.count) for group in group_errors(entries, Redactor())]


def test_reasons_have_no_values():
    assert reasons(
        entry(note="the rate 'A1' of 17.5 is unknown"),
        entry(note="the rate 'B2' of 3 is unknown"),
        entry(note="GET /things/a b is not an operation of this API"),
    ) == [("the rate … of # is unknown", 2), ("GET … is not an operation of this API", 1)]


def test_what_was_not_read_is_no_reason_beside_another():
    unread = "not in the contract, so not read: body.color"

    assert reasons(entry(note=f"{unread}; body name is missing"), entry(note=unread)) == [
        ("body name is missing", 1),
        (unread, 1),
    ]


def test_without_a_note_the_code_of_the_response_is_the_reason():
    body = b'{"error": {"code": "busy", "message": "Try later"}}'

    assert reasons(entry(body=body), entry(body=b"<html>"), entry(status=200)) == [
        ("busy", 1),
        ("no reason is known", 1),
    ]


def test_a_long_note_ends_between_two_words():
    note = "word " * 79 + "secret" * 30
    (group,) = reasons(entry(note=note))

    assert "secret" not in group[0]
    assert group[0].endswith("…")
