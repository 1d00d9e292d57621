"""What requests bring: parameters, JSON, forms, and every breach of the contract named."""

from typing import Any

import pytest

from mockvoice.web.vendor import BODY_LIMIT
from tests.web.conftest import Floor, in_pieces

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


def fields(floor: Floor, **request: Any) -> list[str]:
    """What a new note is refused for."""
    answer = floor.ask("POST", "/notes", **request)
    assert answer.status_code == 422, answer.text
    assert floor.texts == []
    return sorted(answer.json()["fields"])


def query(floor: Floor, text: str) -> dict[str, Any]:
    answer = floor.ask("GET", f"/notes?{text}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["query"]
    return found


def test_parameters_are_typed_and_have_their_defaults(floor: Floor) -> None:
    assert query(floor, "") == {"page": 1, "day": None, "ids": None, "lax": None}
    assert query(floor, "page=7&day=2028-02-29&ids=3,1,2&lax=5") == {
        "page": 7, "day": "2028-02-29", "ids": [3, 1, 2], "lax": 5,
    }  # fmt: skip


def test_a_tolerant_parameter_takes_whatever_comes(floor: Floor) -> None:
    assert query(floor, "lax=five")["lax"] == "five"
    assert query(floor, "lax=")["lax"] == ""


def test_of_a_repeated_parameter_the_last_counts_and_unknown_ones_do_not(floor: Floor) -> None:
    assert query(floor, "page=2&page=3&colour=red")["page"] == 3


@pytest.mark.parametrize(
    ("text", "breach"),
    [
        ("page=x", "page:integer"), ("page=1_0", "page:integer"), ("page=%201", "page:integer"),
        ("page=%EF%BC%91", "page:integer"), ("page=1.0", "page:integer"), ("page=", "page:integer"),
        ("page=0", "page:minimum"), ("day=2027-02-29", "day:format"), ("ids=1,x", "ids:array"),
    ],
)  # fmt: skip
def test_a_parameter_that_is_not_what_it_should_be_is_named(
    floor: Floor, text: str, breach: str
) -> None:
    refused = floor.ask("GET", f"/notes?{text}")

    assert (refused.status_code, refused.json()) == (422, {"why": "invalid", "fields": [breach]})


def test_all_parameters_that_are_wrong_are_named_at_once(floor: Floor) -> None:
    refused = floor.ask("GET", "/notes?page=x&day=x")

    assert sorted(refused.json()["fields"]) == ["day:format", "page:integer"]


@pytest.mark.parametrize(
    "body",
    [
        b"{", b'{"text": "x"} y', b'{"text": "x", "amount": NaN}', b'{"text": "x", "amount": 1e400}',
        b'{"text": "\xff"}', b'{"text": "\\ud800"}', b"[" * 20_000 + b"]" * 20_000,
        b'{"text": "x", "lines": ' + b"[" * 70 + b"]" * 70 + b"}",
    ],
)  # fmt: skip
def test_what_is_no_json_is_refused(floor: Floor, body: bytes) -> None:
    refused = floor.ask("POST", "/notes", content=body, headers=JSON)

    assert refused.status_code == 400
    assert floor.texts == []


def test_another_type_than_the_contracts_is_refused(floor: Floor) -> None:
    refused = floor.ask("POST", "/notes", content=b"x", headers={"Content-Type": "text/plain"})

    assert refused.status_code == 415


def test_every_breach_of_a_body_is_named(floor: Floor) -> None:
    body = {
        "due": "2027-02-29",
        "amount": -1,
        "lines": [{}, {"rate": 1}, {"rate": "1"}, {"rate": "1"}],
    }

    assert fields(floor, json=body) == [
        "amount:numeric", "due:format", "lines.0.rate:required", "lines.1.rate:type", "lines:maxItems",
        "text:required",
    ]  # fmt: skip


def test_a_missing_body_lacks_everything(floor: Floor) -> None:
    refused = floor.ask("POST", "/notes")

    assert refused.status_code == 422
    assert floor.texts == []


def test_what_is_only_read_may_be_sent_and_says_nothing(floor: Floor) -> None:
    assert (
        floor.ask("POST", "/notes", json={"id": "not even a number", "text": "x"}).status_code
        == 201
    )


def test_a_form_says_the_same_as_json(floor: Floor) -> None:
    body = b"text=Caf%C3%A9+au+lait&amount=12&lines[0][rate]=1&lines%5B1%5D%5Brate%5D=2"

    assert floor.ask("POST", "/notes", content=body, headers=FORM).status_code == 201
    assert floor.texts == ["Café au lait"]


def test_a_form_is_refused_by_field_as_json_is(floor: Floor) -> None:
    body = b"text=&amount=x&lines[][rate]=1&lines[][other]=2"

    assert fields(floor, content=body, headers=FORM) == [
        "amount:numeric", "lines.1.rate:required", "text:minLength",
    ]  # fmt: skip


@pytest.mark.parametrize("headers", [JSON, FORM])
def test_a_body_above_the_limit_is_refused_announced_or_not(
    floor: Floor, headers: dict[str, str]
) -> None:
    piece = b" " * (BODY_LIMIT // 2 + 1)
    announced = floor.ask("POST", "/notes", content=piece * 2, headers=headers)
    in_chunks = floor.ask("POST", "/notes", content=in_pieces(piece, piece), headers=headers)

    assert (announced.status_code, in_chunks.status_code) == (413, 413)
    assert floor.texts == []


def test_an_announced_length_is_believed_before_anything_is_read(floor: Floor) -> None:
    headers = {**JSON, "Content-Length": str(BODY_LIMIT + 1)}

    assert floor.ask("POST", "/notes", content=b'{"text": "x"}', headers=headers).status_code == 413


def test_a_body_in_pieces_is_put_together(floor: Floor) -> None:
    answer = floor.ask(
        "POST", "/notes", content=in_pieces(b'{"te', b'xt": "', b'x"}'), headers=JSON
    )

    assert answer.status_code == 201
    assert floor.texts == ["x"]
