"""Which operation a request means, and what is said where there is none."""

import pytest

from tests.web.conftest import Floor


def test_a_literal_path_comes_before_one_with_a_parameter(floor: Floor) -> None:
    # "latest" would be no number, were it taken for a note's id.
    assert floor.ask("PUT", "/notes/latest").status_code == 500
    assert floor.ask("GET", "/notes/7").json() == {"why": "not found"}


def test_a_method_that_no_template_of_the_path_has_is_refused_with_the_union_of_theirs(
    floor: Floor,
) -> None:
    refused = floor.ask("PATCH", "/notes/latest")

    assert (refused.status_code, refused.json()) == (405, {"why": "method"})
    assert refused.headers["allow"] == "DELETE, GET, HEAD, PUT"


def test_a_method_is_found_below_the_template_that_has_it(floor: Floor) -> None:
    # DELETE is known below /notes/{noteId} alone, where "latest" is no number.
    refused = floor.ask("DELETE", "/notes/latest")

    assert refused.json() == {"why": "invalid", "fields": ["noteId:integer"]}


@pytest.mark.parametrize(
    "path", ["/", "/note", "/notes/1/2", "/notes//", "/Notes", "/notes/latest/"]
)
def test_an_unknown_path_is_not_found(floor: Floor, path: str) -> None:
    refused = floor.ask("GET", path)

    assert (refused.status_code, refused.json()) == (404, {"why": f"GET {path} is not known here"})


def test_head_follows_get_with_its_headers_and_without_its_body(floor: Floor) -> None:
    floor.ask("POST", "/notes", json={"text": "one"})
    read, headed = floor.ask("GET", "/notes/1"), floor.ask("HEAD", "/notes/1")
    missing = floor.ask("HEAD", "/notes/9")

    assert (headed.status_code, headed.content) == (200, b"")
    assert headed.headers == read.headers
    assert (missing.status_code, missing.content) == (404, b"")


def test_head_of_what_cannot_be_got_is_refused(floor: Floor) -> None:
    refused = floor.ask("HEAD", "/notes/latest")

    # GET is known below /notes/{noteId}.
    assert refused.status_code == 422
    assert refused.content == b""


def test_an_operation_without_security_needs_no_key(floor: Floor) -> None:
    answer = floor.ask("GET", "/open", headers={"Authorization": ""})

    assert (answer.status_code, answer.text) == (200, "0 notes")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer other", "Basic toy-demo-key", "toy-demo-key"]
)
def test_any_other_operation_does(floor: Floor, header: str) -> None:
    refused = floor.ask("GET", "/notes", headers={"Authorization": header})

    assert refused.status_code == 401
    assert "toy-demo-key" not in refused.text
