"""One transaction around each request, and answers that keep the contract or are not given."""

import asyncio
import logging

import httpx
import pytest

from tests.web.conftest import KEY, Floor


def test_an_answer_has_the_documented_status_and_the_handlers_headers(floor: Floor) -> None:
    made = floor.ask("POST", "/notes", json={"text": "one"})
    gone = floor.ask("DELETE", "/notes/1")

    assert (made.status_code, made.json()) == (201, {"id": 1, "text": "one"})
    assert (made.headers["x-note"], made.headers["content-type"]) == ("1", "application/json")
    assert (gone.status_code, gone.content) == (204, b"")
    assert "content-type" not in gone.headers


def test_what_a_handler_did_before_it_failed_is_undone_and_logged(
    floor: Floor, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        failed = floor.ask("POST", "/notes", json={"text": "explode"})
    following = floor.ask("POST", "/notes", json={"text": "fine"})

    assert (failed.status_code, failed.json()) == (500, {"why": "defect"})
    assert "ZeroDivisionError" in caplog.text
    assert floor.texts == ["fine"]
    # Even the id is given again, since nobody has seen it.
    assert following.json()["id"] == 1


def test_an_answer_that_breaks_the_contract_is_not_given_and_nothing_is_kept(
    floor: Floor, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        broken = floor.ask("PUT", "/notes/latest")

    assert (broken.status_code, broken.json()) == (500, {"why": "defect"})
    assert "notes.break_contract" in caplog.text
    assert "extra" in caplog.text
    assert floor.texts == []


def test_slow_work_is_done_off_the_loop_and_may_answer_with_another_type(floor: Floor) -> None:
    floor.ask("POST", "/notes", json={"text": "one"})
    answer = floor.ask("GET", "/open")

    assert (answer.headers["content-type"], answer.text) == ("text/plain", "1 notes")


def test_a_refusal_by_a_rule_leaves_in_the_vendors_envelope(floor: Floor) -> None:
    refused = floor.ask("DELETE", "/notes/9")

    assert (refused.status_code, refused.json()) == (404, {"why": "not found"})


def test_requests_at_the_same_time_do_not_see_each_other_half_done(floor: Floor) -> None:
    async def storm(client: httpx.AsyncClient) -> list[httpx.Response]:
        texts = ["explode" if number % 5 == 0 else f"note {number}" for number in range(100)]
        asked = [client.post("/notes", json={"text": text}, headers=KEY) for text in texts]
        return list(await asyncio.gather(*asked))

    answers = floor.run(storm)
    made = [answer.json()["id"] for answer in answers if answer.status_code == 201]

    assert sorted(answer.status_code for answer in answers) == [201] * 80 + [500] * 20
    assert sorted(made) == list(range(1, 81))
    assert len(floor.texts) == 80
    assert "explode" not in floor.texts


def test_each_key_opens_its_own_sandbox(floor: Floor) -> None:
    floor.ask("POST", "/notes", json={"text": "mine"})
    other = Floor()

    assert other.texts == []
    assert floor.texts == ["mine"]
