"""The vendor's authorization hook, which runs before the rest of a request is validated."""

from dataclasses import replace

from mockvoice.web.errors import RequestError
from tests.web.conftest import NotesApp
from tests.web.notes_vendor import VENDOR


class Forbidden(RequestError):
    status = 403


def test_a_vendor_may_reject_a_request_before_its_body_is_parsed():
    def authorize(context, violations):
        raise Forbidden(f"not {context.operation.id}")

    app = NotesApp(replace(VENDOR, authorize=authorize))
    response = app.request("POST", "/notes", content=b"{")

    assert response.status_code == 403
    assert response.json() == {"error": "not notes.create"}


def test_the_vendor_gets_path_arguments_and_their_violations():
    calls = []

    def authorize(context, violations):
        calls.append((context.arguments["note_id"], [str(violation) for violation in violations]))

    app = NotesApp(replace(VENDOR, authorize=authorize))
    app.request("GET", "/notes/7")
    response = app.request("GET", "/notes/x")

    assert calls == [(7, []), (None, ["path noteId must be a whole number"])]
    assert response.status_code == 422
