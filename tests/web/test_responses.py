"""One transaction for each request, and responses that are validated against the contract."""

import asyncio
import logging
from dataclasses import replace
from typing import Any

import httpx
import pytest

from mockvoice.web.errors import ContractViolation
from mockvoice.web.responses import Response
from tests.web.conftest import KEY, NotesApp
from tests.web.notes_vendor import VENDOR


def test_a_response_has_the_documented_status_and_the_handlers_headers(app: NotesApp) -> None:
    created = app.request("POST", "/notes", json={"text": "one"})
    deleted = app.request("DELETE", "/notes/1")

    assert (created.status_code, created.json()) == (201, {"id": 1, "text": "one"})
    assert (created.headers["x-note"], created.headers["content-type"]) == ("1", "application/json")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert "content-type" not in deleted.headers


def test_the_changes_of_a_failing_handler_are_rolled_back_and_the_error_is_logged(
    app: NotesApp, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        failed = app.request("POST", "/notes", json={"text": "explode"})
    created = app.request("POST", "/notes", json={"text": "fine"})

    assert (failed.status_code, failed.json()) == (500, {"error": "defect"})
    assert "ZeroDivisionError" in caplog.text
    assert app.texts == ["fine"]
    # The id is reused, since no client has seen it.
    assert created.json()["id"] == 1


def test_a_response_that_violates_the_contract_is_replaced_and_changes_nothing(
    app: NotesApp, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = app.request("PUT", "/notes/latest")

    assert (response.status_code, response.json()) == (500, {"error": "defect"})
    assert "notes.break_contract" in caplog.text
    assert "extra" in caplog.text
    assert app.texts == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [({"error": 7}, "error: 7 is not of type"), ({}, '"error" is a required property')],
)
def test_an_error_response_that_violates_the_contract_is_replaced_and_its_violation_is_logged(
    caplog: pytest.LogCaptureFixture, body: dict[str, Any], problem: str
) -> None:
    def invalid_response(error: Exception) -> Response:
        return (
            Response({"error": "defect"}, 500)
            if isinstance(error, ContractViolation)
            else Response(body, 404)
        )

    app = NotesApp(replace(VENDOR, error_response=invalid_response))
    with caplog.at_level(logging.ERROR):
        response = app.request("GET", "/notes/9")

    assert (response.status_code, response.json()) == (500, {"error": "defect"})
    assert "notes.get: error response 404 violates the contract: " in caplog.text
    assert problem in caplog.text


def test_deferred_work_runs_in_a_thread_and_may_return_another_media_type(app: NotesApp) -> None:
    app.request("POST", "/notes", json={"text": "one"})
    response = app.request("GET", "/open")

    assert (response.headers["content-type"], response.text) == ("text/plain", "1 notes")


def test_an_error_of_a_handler_is_sent_in_the_vendors_envelope(app: NotesApp) -> None:
    response = app.request("DELETE", "/notes/9")

    assert (response.status_code, response.json()) == (404, {"error": "not found"})


def test_concurrent_requests_do_not_see_each_others_partial_changes(app: NotesApp) -> None:
    async def send_all(client: httpx.AsyncClient) -> list[httpx.Response]:
        texts = ["explode" if number % 5 == 0 else f"note {number}" for number in range(100)]
        requests = [client.post("/notes", json={"text": text}, headers=KEY) for text in texts]
        return list(await asyncio.gather(*requests))

    responses = app.run(send_all)
    ids = [response.json()["id"] for response in responses if response.status_code == 201]

    assert sorted(response.status_code for response in responses) == [201] * 80 + [500] * 20
    assert sorted(ids) == list(range(1, 81))
    assert len(app.texts) == 80
    assert "explode" not in app.texts


def test_two_applications_do_not_share_data(app: NotesApp) -> None:
    app.request("POST", "/notes", json={"text": "mine"})
    other = NotesApp()

    assert other.texts == []
    assert app.texts == ["mine"]
