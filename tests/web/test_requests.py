"""Parameters, JSON bodies and forms of requests, and the report of every violation."""

from typing import Any

import pytest

from mockvoice.web.vendor import BODY_LIMIT
from tests.web.conftest import NotesApp, in_chunks

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


def violations(app: NotesApp, **options: Any) -> list[str]:
    """Return the violations of a new note that is rejected."""
    response = app.request("POST", "/notes", **options)
    assert response.status_code == 422, response.text
    assert app.texts == []
    return sorted(response.json()["fields"])


def query(app: NotesApp, text: str) -> dict[str, Any]:
    response = app.request("GET", f"/notes?{text}")
    assert response.status_code == 200, response.text
    arguments: dict[str, Any] = response.json()["query"]
    return arguments


def test_parameters_are_typed_and_have_their_defaults(app: NotesApp) -> None:
    assert query(app, "") == {"page": 1, "day": None, "ids": None, "lax": None}
    assert query(app, "page=7&day=2028-02-29&ids=3,1,2&lax=5") == {
        "page": 7, "day": "2028-02-29", "ids": [3, 1, 2], "lax": 5,
    }  # fmt: skip


def test_a_tolerant_parameter_accepts_any_value(app: NotesApp) -> None:
    assert query(app, "lax=five")["lax"] == "five"
    assert query(app, "lax=")["lax"] == ""


def test_the_last_value_of_a_repeated_parameter_is_used_and_unknown_ones_are_ignored(
    app: NotesApp,
) -> None:
    assert query(app, "page=2&page=3&colour=red")["page"] == 3


@pytest.mark.parametrize(
    ("text", "violation"),
    [
        ("page=x", "page:integer"), ("page=1_0", "page:integer"), ("page=%201", "page:integer"),
        ("page=%EF%BC%91", "page:integer"), ("page=1.0", "page:integer"), ("page=", "page:integer"),
        ("page=0", "page:minimum"), ("day=2027-02-29", "day:format"), ("ids=1,x", "ids:array"),
    ],
)  # fmt: skip
def test_an_invalid_parameter_is_reported(app: NotesApp, text: str, violation: str) -> None:
    response = app.request("GET", f"/notes?{text}")

    assert response.status_code == 422
    assert response.json() == {"error": "invalid", "fields": [violation]}


def test_all_invalid_parameters_are_reported_at_once(app: NotesApp) -> None:
    response = app.request("GET", "/notes?page=x&day=x")

    assert sorted(response.json()["fields"]) == ["day:format", "page:integer"]


@pytest.mark.parametrize(
    "body",
    [
        b"{", b'{"text": "x"} y', b'{"text": "x", "amount": NaN}', b'{"text": "x", "amount": 1e400}',
        b'{"text": "\xff"}', b'{"text": "\\ud800"}', b"[" * 20_000 + b"]" * 20_000,
        b'{"text": "x", "lines": ' + b"[" * 70 + b"]" * 70 + b"}",
    ],
)  # fmt: skip
def test_invalid_json_is_rejected(app: NotesApp, body: bytes) -> None:
    response = app.request("POST", "/notes", content=body, headers=JSON)

    assert response.status_code == 400
    assert app.texts == []


def test_a_media_type_that_the_contract_does_not_allow_is_rejected(app: NotesApp) -> None:
    response = app.request("POST", "/notes", content=b"x", headers={"Content-Type": "text/plain"})

    assert response.status_code == 415


def test_every_violation_of_a_body_is_reported(app: NotesApp) -> None:
    body = {
        "due": "2027-02-29",
        "amount": -1,
        "lines": [{}, {"rate": 1}, {"rate": "1"}, {"rate": "1"}],
    }

    assert violations(app, json=body) == [
        "amount:numeric", "due:format", "lines.0.rate:required", "lines.1.rate:type", "lines:maxItems",
        "text:required",
    ]  # fmt: skip


def test_a_missing_required_body_is_rejected(app: NotesApp) -> None:
    response = app.request("POST", "/notes")

    assert response.status_code == 422
    assert app.texts == []


def test_a_read_only_field_of_a_request_is_ignored(app: NotesApp) -> None:
    assert (
        app.request("POST", "/notes", json={"id": "not even a number", "text": "x"}).status_code
        == 201
    )


def test_a_form_is_equivalent_to_json(app: NotesApp) -> None:
    body = b"text=Caf%C3%A9+au+lait&amount=12&lines[0][rate]=1&lines%5B1%5D%5Brate%5D=2"

    assert app.request("POST", "/notes", content=body, headers=FORM).status_code == 201
    assert app.texts == ["Café au lait"]


def test_the_violations_of_a_form_are_reported_by_field(app: NotesApp) -> None:
    body = b"text=&amount=x&lines[][rate]=1&lines[][other]=2"

    assert violations(app, content=body, headers=FORM) == [
        "amount:numeric", "lines.1.rate:required", "text:minLength",
    ]  # fmt: skip


@pytest.mark.parametrize("headers", [JSON, FORM])
def test_a_body_above_the_limit_is_rejected_with_and_without_content_length(
    app: NotesApp, headers: dict[str, str]
) -> None:
    half = b" " * (BODY_LIMIT // 2 + 1)
    with_length = app.request("POST", "/notes", content=half * 2, headers=headers)
    chunked = app.request("POST", "/notes", content=in_chunks(half, half), headers=headers)

    assert (with_length.status_code, chunked.status_code) == (413, 413)
    assert app.texts == []


def test_a_content_length_above_the_limit_is_rejected_before_the_body_is_read(
    app: NotesApp,
) -> None:
    headers = {**JSON, "Content-Length": str(BODY_LIMIT + 1)}

    assert (
        app.request("POST", "/notes", content=b'{"text": "x"}', headers=headers).status_code == 413
    )


def test_a_chunked_body_is_joined(app: NotesApp) -> None:
    response = app.request(
        "POST", "/notes", content=in_chunks(b'{"te', b'xt": "', b'x"}'), headers=JSON
    )

    assert response.status_code == 201
    assert app.texts == ["x"]
