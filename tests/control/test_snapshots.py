"""Snapshots: save, restore, list, diff, export, import and rejected requests."""

import copy
import json

import pytest

START = "2026-03-01T08:00:00Z"


@pytest.fixture
def control(server, http):
    """Call the control API for a new sandbox, which is deleted after the test."""
    base = f"{server.urls['main']}/_mock/sandboxes"
    created = http.post(base, json={"name": "mine", "data": "empty", "now": START}).json()

    def call(method, path="", body=None, expect=None):
        response = http.request(method, f"{base}/mine{path}", json=body)
        assert expect is None or response.status_code == expect, response.text
        return response

    call.credentials = created["credentials"]
    call("PUT", "/clock", {"now": START, "frozen": True}, 200)
    yield call
    http.delete(f"{base}/mine")


@pytest.fixture
def create_reminder(control, server, http):
    """Create a reminder in the sandbox, at Bell."""

    def create(text, day="2026-03-05"):
        url = f"{server.urls['vendors']['bell']['root_url']}/reminders"
        headers = {"Authorization": f"Bearer {control.credentials['bell']['api_key']}"}
        response = http.post(url, json={"text": text, "day": day}, headers=headers)
        assert response.status_code == 201
        return response.content

    return create


def test_a_snapshot_is_created_and_listed(control, create_reminder):
    create_reminder("First")
    created = control("POST", "/snapshots", {"name": "one"}, 201)

    assert created.headers["Location"] == "/_mock/sandboxes/mine/snapshots/one"
    snapshot = created.json()
    assert (snapshot["name"], snapshot["now"], snapshot["frozen"], snapshot["seed"]) == (
        "one",
        START,
        True,
        0,
    )
    assert snapshot["counts"]["bell"]["reminders"] == 2
    control("POST", "/snapshots", {"name": "two"}, 201)
    assert [row["name"] for row in control("GET", "/snapshots").json()] == ["one", "two"]


def test_a_restore_resets_data_ids_and_time_any_number_of_times(control, create_reminder):
    control("POST", "/snapshots", {"name": "start"}, 201)
    first = create_reminder("Same")
    for _ in range(2):
        control("PUT", "/clock", {"now": "2031-01-01T00:00:00Z", "frozen": False})
        restored = control("POST", "/snapshots/start/restore", expect=200).json()

        assert (restored["now"], restored["frozen"]) == (START, True)
        assert restored["counts"]["bell"]["reminders"] == 1
        assert restored["credentials"] == control.credentials
        assert create_reminder("Same") == first


def test_a_running_clock_continues_from_the_saved_instant(control):
    control("PUT", "/clock", {"frozen": False})
    control("POST", "/snapshots", {"name": "running"}, 201)
    control("POST", "/clock/advance", {"days": 3})
    restored = control("POST", "/snapshots/running/restore", expect=200).json()

    assert not restored["frozen"]
    assert restored["now"][:10] == START[:10]


def test_a_restore_and_a_reset_delete_no_snapshots(control, create_reminder):
    control("POST", "/snapshots", {"name": "one"}, 201)
    create_reminder("Later")
    control("POST", "/snapshots", {"name": "two"}, 201)
    control("POST", "/snapshots/one/restore", expect=200)
    control("POST", "/reset", expect=200)
    restored = control("POST", "/snapshots/two/restore", expect=200).json()

    assert restored["counts"]["bell"]["reminders"] == 2
    control("DELETE", "/snapshots/one", expect=204)
    assert [row["name"] for row in control("GET", "/snapshots").json()] == ["two"]


def test_a_diff_lists_changes_by_vendor_table_and_row(control, create_reminder):
    create_reminder("Stays")
    create_reminder("Rings", "2026-03-02")
    control("POST", "/snapshots", {"name": "before"}, 201)
    control("POST", "/clock/advance", {"days": 2})
    create_reminder("New", "2026-06-01")
    changed = control("GET", "/snapshots/before/diff/current", expect=200).json()

    assert [(row["table"], row["after"].get("text")) for row in changed["added"]] == [
        ("outbox", None),
        ("reminders", "New"),
    ]
    assert changed["removed"] == []
    (rung,) = changed["changed"]
    assert (rung["vendor"], rung["table"], rung["id"]) == ("bell", "reminders", 3)
    assert (rung["before"]["rung"], rung["after"]["rung"]) == (False, True)
    reverse = control("GET", "/snapshots/current/diff/before", expect=200).json()
    assert [row["id"] for row in reverse["removed"]] == [1, 4]
    nothing = control("GET", "/snapshots/before/diff/before").json()
    assert nothing == {"added": [], "removed": [], "changed": []}


def test_an_export_is_sorted_indented_and_reproducible(control, create_reminder):
    create_reminder("Ähnlich")
    control("POST", "/snapshots", {"name": "one"}, 201)
    first, second = (control("GET", f"/snapshots/{name}") for name in ("one", "current"))

    assert first.headers["Content-Type"].startswith("application/json")
    assert first.content == second.content
    data = first.json()
    assert json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n" == first.text
    assert data["clock"] == {"now": START, "frozen": True}
    for secret in control.credentials["bell"].values():
        assert secret not in first.text


def test_an_import_is_the_inverse_of_an_export(control, create_reminder):
    create_reminder("Kept")
    exported = control("GET", "/snapshots/current").json()
    next_response = create_reminder("Next")
    created = control("PUT", "/snapshots/file", exported, 201)
    assert created.headers["Location"] == "/_mock/sandboxes/mine/snapshots/file"
    control("PUT", "/snapshots/file", exported, 200)

    assert control("GET", "/snapshots/file").json() == exported
    control("POST", "/snapshots/file/restore", expect=200)
    assert create_reminder("Next") == next_response


def test_a_sandbox_can_start_from_an_export(control, create_reminder, server, http):
    create_reminder("Mine")
    exported = control("GET", "/snapshots/current").json()
    url = f"{server.urls['main']}/_mock/sandboxes"
    created = http.post(url, json={"name": "copy", "data": exported}).json()

    assert (created["now"], created["frozen"]) == (START, True)
    assert created["counts"]["bell"]["reminders"] == 2
    assert created["credentials"] != control.credentials
    assert http.get(f"{url}/copy/snapshots/current").json() == exported
    http.post(f"{url}/copy/clock/advance", json={"days": 9}).raise_for_status()
    assert http.post(f"{url}/copy/reset").json()["now"] == START
    other = {"now": "2028-01-01T00:00:00Z", "seed": 4, "data": exported}
    again = http.post(f"{url}/copy/reset", json=other).json()
    assert (again["now"], again["seed"]) == ("2028-01-01T00:00:00Z", 4)
    http.delete(f"{url}/copy").raise_for_status()


def test_a_vendor_that_is_missing_in_the_file_starts_empty(control):
    exported = control("GET", "/snapshots/current").json()
    del exported["vendors"]["gong"]
    control("PUT", "/snapshots/half", exported, 201)

    assert control("GET", "/snapshots/half").json()["vendors"].keys() == {"bell", "gong"}


def with_value(path, value):
    """Return a function that sets a member of an export, or deletes it if ``value`` is ``KeyError``."""

    def change(exported):
        node = exported
        for name in path[:-1]:
            node = node[name]
        if value is KeyError:
            del node[path[-1]]
        else:
            node[path[-1]] = value

    return change


ROW = ("vendors", "bell", "tables", "reminders", 0)
BELL = ("vendors", "bell")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (with_value(("format",), "other"), "$.format"),
        (with_value(("more",), 1), "$.more: is unknown"),
        (with_value(("clock", "now"), "soon"), "$.clock.now"),
        (with_value(("clock", "now"), 5), "$.clock.now"),
        (with_value(("clock", "frozen"), "yes"), "$.clock.frozen"),
        (with_value(("clock", "frozen"), KeyError), "$.clock"),
        (with_value(("seed",), 1.5), "seed"),
        (with_value(("vendors", "drum"), {}), "$.vendors.drum: is not served by this server"),
        (with_value(BELL, []), "$.vendors.bell: must be an object"),
        (with_value((*BELL, "ids", "reminder"), "3"), "$.vendors.bell.ids"),
        (
            with_value((*BELL, "extra_state", "more"), 1),
            "$.vendors.bell.extra_state.more: is unknown",
        ),
        (with_value((*BELL, "seed"), None), "$.vendors.bell"),
        (with_value((*BELL, "schema"), 3), "$.vendors.bell.schema: is 3, which"),
        (with_value((*BELL, "tables"), KeyError), "$.vendors.bell.tables: is missing"),
        (with_value((*BELL, "tables", "bells"), []), "$.vendors.bell.tables.bells: is unknown"),
        (with_value((*BELL, "tables", "outbox"), {}), "tables.outbox: must be a list"),
        (with_value((*ROW, "id"), "1"), "reminders[0].id: Expected `int`, got `str`"),
        (with_value((*ROW, "text"), KeyError), "reminders[0]"),
        (with_value((*ROW, "day"), KeyError), "reminders[0]: Object missing required field `day`"),
        (
            with_value((*ROW, "repeats"), 99),
            (
                "$.vendors.bell.tables.reminders[0].repeats: refers to 99, but reminders has no such row "
                "(in the row with the key 1)"
            ),
        ),
        (
            with_value((*BELL, "ids", "reminder"), 0),
            "$.vendors.bell.ids.reminder: is 0, but reminders has a row with the key 1",
        ),
        (with_value((*ROW, "rung"), 1), "reminders[0].rung"),
        (with_value((*ROW, "colour"), "red"), "reminders[0].colour: is unknown"),
        (with_value((*ROW, "day"), "2026-02-30"), "reminders[0].day"),
        (with_value(ROW, 7), "reminders[0]"),
    ],
)
def test_an_invalid_file_is_rejected_and_changes_nothing(control, server, http, change, message):
    exported = control("GET", "/snapshots/current").json()
    change(exported)
    rejected = control("PUT", "/snapshots/file", exported, 400)

    assert message in rejected.json()["error"]["message"]
    assert control("GET", "/snapshots").json() == []
    assert http.post(
        f"{server.urls['main']}/_mock/sandboxes", json={"data": exported}
    ).status_code == 400  # fmt: skip


def test_a_missing_table_is_empty_and_a_missing_field_has_its_default(control, create_reminder):
    create_reminder("Kept")
    exported = control("GET", "/snapshots/current").json()
    bell = exported["vendors"]["bell"]
    older = copy.deepcopy(exported)
    del older["vendors"]["bell"]["tables"]["outbox"], older["vendors"]["bell"]["extra_state"]
    for row in older["vendors"]["bell"]["tables"]["reminders"]:
        del row["rung"], row["repeats"]
    control("PUT", "/snapshots/older", older, 201)
    imported = control("GET", "/snapshots/older").json()["vendors"]["bell"]

    assert imported["tables"]["outbox"] == []
    assert [(row["text"], row["rung"]) for row in imported["tables"]["reminders"]] == [
        (row["text"], False) for row in bell["tables"]["reminders"]
    ]


def test_an_export_of_an_older_schema_is_upgraded(control, create_reminder):
    create_reminder("Kept")
    exported = control("GET", "/snapshots/current").json()
    assert exported["vendors"]["bell"]["schema"] == 2
    older = copy.deepcopy(exported)
    del older["vendors"]["bell"]["schema"]  # as in exports before there were schemas
    for row in older["vendors"]["bell"]["tables"]["reminders"]:
        row["title"] = row.pop("text")
    control("PUT", "/snapshots/older", older, 201)

    assert control("GET", "/snapshots/older").json() == exported


def test_a_duplicate_key_is_rejected(control):
    exported = control("GET", "/snapshots/current").json()
    rows = exported["vendors"]["bell"]["tables"]["reminders"]
    rows.append(copy.deepcopy(rows[0]))
    rejected = control("PUT", "/snapshots/file", exported, 400)

    assert "reminders[1]: has the key of another row" in rejected.json()["error"]["message"]


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
def test_invalid_snapshot_requests_are_rejected(control, method, path, body, status, code):
    rejected = control(method, path, body, status)

    assert rejected.json()["error"]["code"] == code


def test_a_name_in_use_and_too_many_snapshots_are_rejected(control):
    control("POST", "/snapshots", {"name": "taken"}, 201)
    taken = control("POST", "/snapshots", {"name": "taken"}, 409)
    for number in range(499):
        control("POST", "/snapshots", {"name": f"s{number}"}, 201)
    full = control("POST", "/snapshots", {"name": "more"}, 409)

    assert taken.json()["error"]["code"] == "snapshot_exists"
    assert full.json()["error"]["code"] == "too_many_snapshots"


def test_a_body_above_the_size_limit_is_rejected(control, http, server):
    url = f"{server.urls['main']}/_mock/sandboxes/mine/snapshots/large"
    rejected = http.put(url, data=b" " * (10 * 1024 * 1024 + 1),
                       headers={"Content-Type": "application/json"})  # fmt: skip

    assert rejected.status_code == 413
