"""Worlds told as requests."""

from datetime import UTC, datetime

import pytest

from mockvoice.kernel.clock import Clock
from mockvoice.web.fixture_replay import replay
from tests.web.toy import VENDOR, ToyBackend

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Answering(ToyBackend):
    """A world whose handlers' answers are plain data, as a history needs them."""


def told(*requests):
    world = Answering(Clock(NOON, frozen=True))
    replay(world, VENDOR.handlers, {"requests": list(requests)})
    return world


def test_a_later_request_may_use_an_earlier_answer():
    note = {"day": -3, "operation": "notes.create", "arguments": {"body": {"text": "kept"}}}
    lost = {"day": -2, "operation": "notes.create", "arguments": {"body": {"text": "lost"}}}
    read = {"day": -1, "operation": "notes.get", "arguments": {"note_id": 2}, "as": "read"}
    gone = {"$from": "read", "at": "id"}
    drop = {"day": -1, "operation": "notes.delete", "arguments": {"note_id": gone}}

    world = told(note, lost, read, drop)

    assert [each.text for each in world.notes] == ["kept"]


def test_nothing_happens_in_the_future():
    with pytest.raises(ValueError, match="future"):
        told({"day": 1, "operation": "notes.create", "arguments": {"body": {"text": "too soon"}}})
