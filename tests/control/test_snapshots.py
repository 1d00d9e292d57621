"""Snapshots: saved, restored, listed, compared, exported, imported, and what is refused."""

import copy
import json

import pytest

START = "2026-03-01T08:00:00Z"


@pytest.fixture
def control(server, http):
    """Calls the control API below a sandbox of its own, which goes afterwards."""
    base = f"{server.urls['main']}/_mock/sandboxes"
    made = http.post(base, json={"name": "mine", "data": "empty", "now": START}).json()

    def call(method, path="", body=None, expect=None):
        answer = http.request(method, f"{base}/mine{path}", json=body)
        assert expect is None or answer.status_code == expect, answer.text
        return answer

    call.credentials = made["credentials"]
    call("PUT", "/clock", {"now": START, "frozen": True}, 200)
    yield call
    http.delete(f"{base}/mine")


@pytest.fixture
def remind(control, server, http):
    """Makes a reminder in the sandbox, at Bell."""

    def make(text, day="2026-03-05"):
        url = f"{server.urls['vendors']['bell']['root_url']}/reminders"
        headers = {"Authorization": f"Bearer {control.credentials['bell']['api_key']}"}
        answer = http.post(url, json={"text": text, "day": day}, headers=headers)
        assert answer.status_code == 201
        return answer.content

    return make


def test_a_snapshot_is_told_and_listed(control, remind):
    remind("First")
    made = control("POST", "/snapshots", {"name": "one"}, 201)

    assert made.headers["Location"] == "/_mock/sandboxes/mine/snapshots/one"
    shown = made.json()
    assert (shown["name"], shown["now"], shown["frozen"], shown["seed"]) == ("one", START, True, 0)
    assert shown["counts"]["bell"]["reminders"] == 2
    control("POST", "/snapshots", {"name": "two"}, 201)
    assert [each["name"] for each in control("GET", "/snapshots").json()] == ["one", "two"]


def test_a_restore_brings_data_ids_and_time_back_any_number_of_times(control, remind):
    control("POST", "/snapshots", {"name": "start"}, 201)
    first = remind("Same")
    for _ in range(2):
        control("PUT", "/clock", {"now": "2031-01-01T00:00:00Z", "frozen": False})
        restored = control("POST", "/snapshots/start/restore", expect=200).json()

        assert (restored["now"], restored["frozen"]) == (START, True)
        assert restored["counts"]["bell"]["reminders"] == 1
        assert restored["credentials"] == control.credentials
        assert remind("Same") == first


def test_a_running_clock_runs_on_from_the_saved_instant(control):
    control("PUT", "/clock", {"frozen": False})
    control("POST", "/snapshots", {"name": "running"}, 201)
    control("POST", "/clock/advance", {"days": 3})
    restored = control("POST", "/snapshots/running/restore", expect=200).json()

    assert not restored["frozen"]
    assert restored["now"][:10] == START[:10]


def test_snapshots_outlive_a_restore_and_a_reset(control, remind):
    control("POST", "/snapshots", {"name": "one"}, 201)
    remind("Later")
    control("POST", "/snapshots", {"name": "two"}, 201)
    control("POST", "/snapshots/one/restore", expect=200)
    control("POST", "/reset", expect=200)
    back = control("POST", "/snapshots/two/restore", expect=200).json()

    assert back["counts"]["bell"]["reminders"] == 2
    control("DELETE", "/snapshots/one", expect=204)
    assert [each["name"] for each in control("GET", "/snapshots").json()] == ["two"]


def test_what_changed_is_told_by_vendor_table_and_row(control, remind):
    remind("Stays")
    remind("Rings", "2026-03-02")
    control("POST", "/snapshots", {"name": "before"}, 201)
    control("POST", "/clock/advance", {"days": 2})
    remind("New", "2026-06-01")
    changed = control("GET", "/snapshots/before/diff/current", expect=200).json()

    assert [(each["table"], each["after"].get("text")) for each in changed["added"]] == [
        ("outbox", None),
        ("reminders", "New"),
    ]
    assert changed["removed"] == []
    (rung,) = changed["changed"]
    assert (rung["vendor"], rung["table"], rung["id"]) == ("bell", "reminders", 3)
    assert (rung["before"]["rung"], rung["after"]["rung"]) == (False, True)
    back = control("GET", "/snapshots/current/diff/before", expect=200).json()
    assert [each["id"] for each in back["removed"]] == [1, 4]
    nothing = control("GET", "/snapshots/before/diff/before").json()
    assert nothing == {"added": [], "removed": [], "changed": []}


def test_an_export_is_sorted_indented_and_always_the_same(control, remind):
    remind("Ähnlich")
    control("POST", "/snapshots", {"name": "one"}, 201)
    first, second = (control("GET", f"/snapshots/{name}") for name in ("one", "current"))

    assert first.headers["Content-Type"].startswith("application/json")
    assert first.content == second.content
    data = first.json()
    assert json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n" == first.text
    assert data["clock"] == {"now": START, "frozen": True}
    for secret in control.credentials["bell"].values():
        assert secret not in first.text


def test_an_import_is_the_inverse_of_an_export(control, remind):
    remind("Kept")
    exported = control("GET", "/snapshots/current").json()
    following = remind("Next")
    put = control("PUT", "/snapshots/file", exported, 201)
    assert put.headers["Location"] == "/_mock/sandboxes/mine/snapshots/file"
    control("PUT", "/snapshots/file", exported, 200)

    assert control("GET", "/snapshots/file").json() == exported
    control("POST", "/snapshots/file/restore", expect=200)
    assert remind("Next") == following


def test_a_sandbox_can_begin_with_an_export(control, remind, server, http):
    remind("Mine")
    exported = control("GET", "/snapshots/current").json()
    url = f"{server.urls['main']}/_mock/sandboxes"
    made = http.post(url, json={"name": "twin", "data": exported}).json()

    assert (made["now"], made["frozen"]) == (START, True)
    assert made["counts"]["bell"]["reminders"] == 2
    assert made["credentials"] != control.credentials
    assert http.get(f"{url}/twin/snapshots/current").json() == exported
    http.post(f"{url}/twin/clock/advance", json={"days": 9}).raise_for_status()
    assert http.post(f"{url}/twin/reset").json()["now"] == START
    other = {"now": "2028-01-01T00:00:00Z", "seed": 4, "data": exported}
    again = http.post(f"{url}/twin/reset", json=other).json()
    assert (again["now"], again["seed"]) == ("2028-01-01T00:00:00Z", 4)
    http.delete(f"{url}/twin").raise_for_status()


def test_a_vendor_that_the_file_does_not_name_begins_empty(control):
    exported = control("GET", "/snapshots/current").json()
    del exported["vendors"]["gong"]
    control("PUT", "/snapshots/half", exported, 201)

    assert control("GET", "/snapshots/half").json()["vendors"].keys() == {"bell", "gong"}


def wrong(path, value):
    """A change of one place of an export; ``KeyError`` as the value takes the place away."""

    def spoil(exported):
        node = exported
        for name in path[:-1]:
            node = node[name]
        if value is KeyError:
            del node[path[-1]]
        else:
            node[path[-1]] = value

    return spoil


ROW = ("vendors", "bell", "tables", "reminders", 0)
BELL = ("vendors", "bell")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (wrong(("format",), "other"), "$.format"),
        (wrong(("more",), 1), "$.more: is unknown"),
        (wrong(("clock", "now"), "soon"), "$.clock.now"),
        (wrong(("clock", "now"), 5), "$.clock.now"),
        (wrong(("clock", "frozen"), "yes"), "$.clock.frozen"),
        (wrong(("clock", "frozen"), KeyError), "$.clock"),
        (wrong(("seed",), 1.5), "seed"),
        (wrong(("vendors", "drum"), {}), "$.vendors.drum: is not served here"),
        (wrong(BELL, []), "$.vendors.bell: must be an object"),
        (wrong((*BELL, "ids", "reminder"), "3"), "$.vendors.bell.ids"),
        (wrong((*BELL, "extra_state", "more"), 1), "$.vendors.bell.extra_state.more: is unknown"),
        (wrong((*BELL, "seed"), None), "$.vendors.bell"),
        (wrong((*BELL, "tables", "outbox"), KeyError), "$.vendors.bell.tables.outbox: is missing"),
        (wrong((*BELL, "tables", "bells"), []), "$.vendors.bell.tables.bells: is unknown"),
        (wrong((*BELL, "tables", "outbox"), {}), "tables.outbox: must be a list"),
        (wrong((*ROW, "id"), "1"), "reminders[0].id: Expected `int`, got `str`"),
        (wrong((*ROW, "text"), KeyError), "reminders[0]"),
        (wrong((*ROW, "rung"), KeyError), "reminders[0].rung: is missing"),
        (wrong((*ROW, "rung"), 1), "reminders[0].rung"),
        (wrong((*ROW, "colour"), "red"), "reminders[0].colour: is unknown"),
        (wrong((*ROW, "day"), "2026-02-30"), "reminders[0].day"),
        (wrong((*ROW, "day"), "9999-12-31"), "reminders[0]"),
        (wrong(ROW, 7), "reminders[0]"),
    ],
)
def test_a_file_that_is_wrong_anywhere_is_refused_and_nothing_is_kept(
    control, server, http, spoil, said
):
    exported = control("GET", "/snapshots/current").json()
    spoil(exported)
    refused = control("PUT", "/snapshots/file", exported, 400)

    assert said in refused.json()["error"]["message"]
    assert control("GET", "/snapshots").json() == []
    assert http.post(
        f"{server.urls['main']}/_mock/sandboxes", json={"data": exported}
    ).status_code == 400  # fmt: skip


def test_a_key_that_comes_twice_is_refused(control):
    exported = control("GET", "/snapshots/current").json()
    rows = exported["vendors"]["bell"]["tables"]["reminders"]
    rows.append(copy.deepcopy(rows[0]))
    refused = control("PUT", "/snapshots/file", exported, 400)

    assert "reminders[1]: has the key of another row" in refused.json()["error"]["message"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/snapshots", {}, 400, "invalid_request"),
        ("POST", "/snapshots", {"name": ".x"}, 400, "invalid_request"),
        ("POST", "/snapshots", {"name": "current"}, 409, "current_state"),
        ("PUT", "/snapshots/current", {}, 400, "invalid_request"),
        ("DELETE", "/snapshots/current", None, 409, "current_state"),
        ("POST", "/snapshots/current/restore", None, 409, "current_state"),
        ("POST", "/snapshots/none/restore", None, 404, "snapshot_not_found"),
        ("GET", "/snapshots/none", None, 404, "snapshot_not_found"),
        ("DELETE", "/snapshots/none", None, 404, "snapshot_not_found"),
        ("GET", "/snapshots/none/diff/current", None, 404, "snapshot_not_found"),
        ("GET", "/snapshots/current/diff/none", None, 404, "snapshot_not_found"),
    ],
)
def test_what_makes_no_sense_is_refused(control, method, path, body, status, code):
    refused = control(method, path, body, status)

    assert refused.json()["error"]["code"] == code


def test_a_taken_name_and_too_many_snapshots_are_refused(control):
    control("POST", "/snapshots", {"name": "taken"}, 201)
    taken = control("POST", "/snapshots", {"name": "taken"}, 409)
    for number in range(499):
        control("POST", "/snapshots", {"name": f"s{number}"}, 201)
    full = control("POST", "/snapshots", {"name": "more"}, 409)

    assert taken.json()["error"]["code"] == "snapshot_exists"
    assert full.json()["error"]["code"] == "too_many_snapshots"


def test_a_body_beyond_the_limit_is_refused(control, http, server):
    url = f"{server.urls['main']}/_mock/sandboxes/mine/snapshots/large"
    refused = http.put(url, data=b" " * (10 * 1024 * 1024 + 1),
                       headers={"Content-Type": "application/json"})  # fmt: skip

    assert refused.status_code == 413
