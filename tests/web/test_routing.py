"""The operation of a request, and the errors if there is none."""

import pytest

from tests.web.conftest import NotesApp


def test_a_literal_path_takes_precedence_over_one_with_a_parameter(app: NotesApp) -> None:
    # As a note's id, "latest" would be an invalid number.
    assert app.request("PUT", "/notes/latest").status_code == 500
    assert app.request("GET", "/notes/7").json() == {"error": "not found"}


def test_an_unknown_method_is_rejected_with_the_methods_of_all_matching_templates(
    app: NotesApp,
) -> None:
    response = app.request("PATCH", "/notes/latest")

    assert (response.status_code, response.json()) == (405, {"error": "method"})
    assert response.headers["allow"] == "DELETE, GET, HEAD, PUT"


def test_a_method_is_found_in_any_matching_template(app: NotesApp) -> None:
    # Only /notes/{noteId} has DELETE, and there "latest" is an invalid number.
    response = app.request("DELETE", "/notes/latest")

    assert response.json() == {"error": "invalid", "fields": ["noteId:integer"]}


@pytest.mark.parametrize(
    "path", ["/", "/note", "/notes/1/2", "/notes//", "/Notes", "/notes/latest/"]
)
def test_an_unknown_path_is_not_found(app: NotesApp, path: str) -> None:
    response = app.request("GET", path)

    assert response.status_code == 404
    # The end names a similar path.
    assert response.json()["error"].startswith(f"GET {path} is not an operation of this API")


def test_head_has_the_headers_of_get_and_no_body(app: NotesApp) -> None:
    app.request("POST", "/notes", json={"text": "one"})
    get, head = app.request("GET", "/notes/1"), app.request("HEAD", "/notes/1")
    missing = app.request("HEAD", "/notes/9")

    # The second may end between the two requests.
    del get.headers["date"], head.headers["date"]
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == get.headers
    assert (missing.status_code, missing.content) == (404, b"")


def test_head_is_rejected_if_get_is(app: NotesApp) -> None:
    response = app.request("HEAD", "/notes/latest")

    # Only /notes/{noteId} has GET.
    assert response.status_code == 422
    assert response.content == b""


def test_an_operation_without_security_needs_no_key(app: NotesApp) -> None:
    response = app.request("GET", "/open", headers={"Authorization": ""})

    assert (response.status_code, response.text) == (200, "0 notes")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer other", "Basic notes-demo-key", "notes-demo-key"]
)
def test_an_operation_with_security_rejects_a_missing_or_wrong_key(
    app: NotesApp, header: str
) -> None:
    response = app.request("GET", "/notes", headers={"Authorization": header})

    assert response.status_code == 401
    assert "notes-demo-key" not in response.text
