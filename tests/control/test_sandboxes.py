"""Sandboxes: creation, listing, reset, deletion and expiry."""

import gc
import time
import weakref
from datetime import UTC, datetime

import pytest

START = "2026-03-01T08:00:00Z"


@pytest.fixture
def control(server, http):
    """Call the control API; all sandboxes except ``default`` are deleted after the test."""
    base = f"{server.urls['main']}/_mock"

    def call(method, path, body=None, expect=None):
        response = http.request(method, base + path, json=body)
        assert expect is None or response.status_code == expect, response.text
        return response

    yield call
    for sandbox in call("GET", "/sandboxes").json():
        if sandbox["name"] != "default":
            call("DELETE", f"/sandboxes/{sandbox['name']}")


def reminders(server, http, key, **body):
    """List the reminders of a key's sandbox, or create one from ``body``."""
    url = f"{server.urls['vendors']['bell']['root_url']}/reminders"
    headers = {"Authorization": f"Bearer {key}"}
    if body:
        return http.post(url, json=body, headers=headers)
    return http.get(url, headers=headers)


def test_a_new_sandbox_is_returned_with_its_clock_credentials_and_counts(control):
    created = control("POST", "/sandboxes", {"name": "a.b-c_1", "now": START, "seed": 7}, 201)

    sandbox = created.json()
    assert created.headers["Location"] == "/_mock/sandboxes/a.b-c_1"
    assert (sandbox["name"], sandbox["seed"], sandbox["frozen"]) == ("a.b-c_1", 7, False)
    assert sandbox["now"].startswith("2026-03-01T08:00:0")
    assert sandbox["expires_at"] is None
    age = datetime.now(UTC) - datetime.fromisoformat(sandbox["created_at"])
    assert abs(age.total_seconds()) < 60
    assert list(sandbox["credentials"]["gong"]) == ["client_id", "access_token"]
    assert sandbox["counts"]["bell"]["reminders"] > 0
    assert control("GET", "/sandboxes/a.b-c_1").json()["credentials"] == sandbox["credentials"]


def test_a_sandbox_without_options_gets_a_generated_name(control):
    first, second = (control("POST", "/sandboxes", expect=201).json()["name"] for _ in range(2))

    assert first != second
    listed = [row["name"] for row in control("GET", "/sandboxes").json()]
    assert listed == ["default", first, second]


def test_sandboxes_do_not_see_each_others_data(control, server, http):
    first_key, second_key = (
        control("POST", "/sandboxes", {"data": "empty"}).json()["credentials"]["bell"]["api_key"]
        for _ in range(2)
    )
    before = reminders(server, http, "bell-demo-key").json()
    assert reminders(server, http, first_key, text="Mine", day="2030-01-01").status_code == 201

    assert "Mine" in [
        reminder["text"] for reminder in reminders(server, http, first_key).json()["reminders"]
    ]
    assert "Mine" not in [
        reminder["text"] for reminder in reminders(server, http, second_key).json()["reminders"]
    ]
    assert reminders(server, http, "bell-demo-key").json() == before


def test_credentials_are_unique_and_never_reused(control):
    def secrets():
        created = control("POST", "/sandboxes", {"name": "again"}).json()
        control("DELETE", "/sandboxes/again")
        return [
            text for credential in created["credentials"].values() for text in credential.values()
        ]

    credentials = [*secrets(), *secrets()]

    assert len(set(credentials)) == len(credentials) == 6
    random_parts = {text.split("-")[1] for text in credentials}
    assert len(random_parts) == 6
    assert all(len(part) == 40 for part in random_parts)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"name": ".hidden"}, "name must be a string of 1 to 64"),
        ({"name": "a" * 65}, "name must be a string of 1 to 64"),
        ({"name": "a/b"}, "name must be a string of 1 to 64"),
        ({"name": "a\n"}, "name must be a string of 1 to 64"),
        ({"name": 5}, "name must be a string of 1 to 64"),
        ({"data": "other"}, "data"),
        ({"seed": "x"}, "seed must be of type integer"),
        ({"seed": 2**70}, "seed"),
        ({"now": "yesterday"}, "now must be an instant"),
        ({"now": "2026-02-30T00:00:00Z"}, "now must be an instant"),
        ({"ttl_seconds": 0}, "ttl_seconds must not be less than 1"),
        ({"ttl": 1}, "has the unknown property 'ttl'"),
        ([], "must be of type object"),
    ],
)
def test_an_invalid_request_creates_no_sandbox(control, body, message):
    rejected = control("POST", "/sandboxes", body, 400)

    assert message in rejected.json()["error"]["message"]
    assert len(control("GET", "/sandboxes").json()) == 1


def test_a_name_in_use_is_rejected(control):
    control("POST", "/sandboxes", {"name": "mine"}, 201)

    assert control("POST", "/sandboxes", {"name": "mine"}, 409).json()["error"]["code"] == (
        "sandbox_exists"
    )
    control("POST", "/sandboxes", {"name": "default"}, 409)


def test_the_credentials_of_a_deleted_sandbox_stop_working(control, server, http):
    created = control("POST", "/sandboxes", {"name": "gone"}).json()
    key = created["credentials"]["bell"]["api_key"]
    assert reminders(server, http, key).status_code == 200
    control("DELETE", "/sandboxes/gone", expect=204)

    assert reminders(server, http, key).status_code == 401
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/reset"), ("GET", "/clock")):
        response = control(method, f"/sandboxes/gone{path}", expect=404)
        assert response.json()["error"]["code"] == "sandbox_not_found"


def test_the_default_sandbox_cannot_be_deleted(control):
    rejected = control("DELETE", "/sandboxes/default", expect=409)

    assert rejected.json()["error"]["code"] == "default_sandbox"
    control("GET", "/sandboxes/default", expect=200)


def test_a_deleted_sandbox_is_garbage_collected(control, server, http):
    def create_references():
        sandbox = server.sandboxes.get("watched")
        backends = [weakref.ref(backend) for backend in sandbox.backends.all()]
        return [weakref.ref(sandbox), *backends]

    created = control("POST", "/sandboxes", {"name": "watched", "ttl_seconds": 500}).json()
    response = reminders(server, http, created["credentials"]["bell"]["api_key"])
    assert response.status_code == 200
    refs = server.call_on_loop(create_references)
    control("DELETE", "/sandboxes/watched", expect=204)
    reminders(server, http, "bell-demo-key")  # a connection keeps a reference to its last request
    deadline = time.monotonic() + 10
    while any(ref() for ref in refs) and time.monotonic() < deadline:
        gc.collect()
        time.sleep(0.02)

    assert [ref() for ref in refs] == [None] * len(refs)


def test_a_sandbox_expires_by_the_real_clock(control, server, http):
    created = control("POST", "/sandboxes", {"name": "brief", "ttl_seconds": 1}).json()
    key = created["credentials"]["bell"]["api_key"]
    lasting = control("POST", "/sandboxes", {"name": "lasting", "ttl_seconds": 500}).json()
    assert lasting["expires_at"] > created["expires_at"]
    # The sandbox's own clock has no effect on its expiry.
    control("POST", "/sandboxes/lasting/clock/advance", {"days": 40}, 200)
    deadline = time.monotonic() + 10
    while reminders(server, http, key).status_code == 200 and time.monotonic() < deadline:
        time.sleep(0.05)

    assert reminders(server, http, key).status_code == 401
    assert [row["name"] for row in control("GET", "/sandboxes").json()] == ["default", "lasting"]


def test_the_oldest_sandbox_is_deleted_when_there_are_too_many(serve, http):
    url = f"{serve(max_sandboxes=3).urls['main']}/_mock/sandboxes"
    for name in "abcd":
        assert http.post(url, json={"name": name}).status_code == 201

    assert [row["name"] for row in http.get(url).json()] == ["default", "c", "d"]


def test_a_reset_restores_the_initial_state_and_keeps_the_credentials(control, server, http):
    options = {"name": "mine", "data": "empty", "seed": 5, "now": START}
    created = control("POST", "/sandboxes", options).json()
    key = created["credentials"]["bell"]["api_key"]
    reminders(server, http, key, text="Passing", day="2026-03-05")
    control("PUT", "/sandboxes/mine/clock", {"now": "2031-01-01T00:00:00Z", "frozen": True})
    reset = control("POST", "/sandboxes/mine/reset", expect=200).json()

    assert reset["credentials"] == created["credentials"]
    assert (reset["seed"], reset["frozen"], reset["counts"]) == (5, False, created["counts"])
    assert reset["now"].startswith("2026-03-01T08:00")
    assert "Passing" not in [
        reminder["text"] for reminder in reminders(server, http, key).json()["reminders"]
    ]


def test_a_reset_can_change_the_initial_state_permanently(control):
    control("POST", "/sandboxes", {"name": "mine", "data": "empty", "now": START})
    other = {"data": "demo", "seed": 9, "now": "2027-01-01T00:00:00Z"}
    demo = control("POST", "/sandboxes/mine/reset", other, 200).json()
    again = control("POST", "/sandboxes/mine/reset", expect=200).json()

    assert again["counts"] == demo["counts"]
    assert (again["seed"], again["now"][:10]) == (9, "2027-01-01")
    control("POST", "/sandboxes/mine/reset", {"data": "none"}, 400)


def test_after_a_reset_default_follows_the_real_clock_again(control):
    control("PUT", "/sandboxes/default/clock", {"now": "2031-01-01T00:00:00Z", "frozen": True})
    reset = control("POST", "/sandboxes/default/reset", expect=200).json()

    drift = datetime.now(UTC) - datetime.fromisoformat(reset["now"])
    assert abs(drift.total_seconds()) < 10
    assert not reset["frozen"]


def test_due_events_of_an_unused_sandbox_have_run_when_it_is_read(control):
    created = control("POST", "/sandboxes", {"name": "calm", "now": START}).json()
    control("POST", "/sandboxes/calm/clock/advance", {"days": 400}, 200)
    later = control("GET", "/sandboxes/calm").json()

    assert later["counts"]["bell"]["outbox"] == created["counts"]["bell"]["outbox"] + 1
    assert later["now"][:4] == "2027"
