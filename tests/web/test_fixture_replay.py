"""Demo data that is created by replaying requests."""

from datetime import UTC, datetime

import pytest

from mockvoice.kernel.clock import Clock
from mockvoice.web.fixture_replay import replay
from tests.web.notes_vendor import VENDOR, NotesBackend

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def replay_requests(*requests):
    backend = NotesBackend(Clock(NOON, frozen=True))
    replay(backend, VENDOR.handlers, {"requests": list(requests)})
    return backend


def test_a_request_may_refer_to_an_earlier_response():
    first = {"day": -3, "operation": "notes.create", "arguments": {"body": {"text": "first"}}}
    second = {"day": -2, "operation": "notes.create", "arguments": {"body": {"text": "second"}}}
    get = {"day": -1, "operation": "notes.get", "arguments": {"note_id": 2}, "as": "note"}
    reference = {"$from": "note", "at": "id"}
    delete = {"day": -1, "operation": "notes.delete", "arguments": {"note_id": reference}}

    backend = replay_requests(first, second, get, delete)

    assert [note.text for note in backend.notes] == ["first"]


def test_a_request_in_the_future_is_rejected():
    request = {"day": 1, "operation": "notes.create", "arguments": {"body": {"text": "too soon"}}}

    with pytest.raises(ValueError, match="future"):
        replay_requests(request)
