"""The journal: recorded requests and responses, filters, redaction and HAR export."""

import json

import pytest
import requests

KEY = {"Authorization": "Bearer bell-demo-key"}


class Journal:
    """The journal of ``default``, newest entry first, and a client of the example vendors."""

    def __init__(self, server, http):
        self.http = http
        self.bell = server.urls["vendors"]["bell"]["root_url"]
        self.gong = server.urls["vendors"]["gong"]["root_url"]
        self.prefix = server.urls["vendors"]["bell"]["prefix_url"]
        self.control = f"{server.urls['main']}/_mock/sandboxes/default"

    def __call__(self, **query):
        response = self.http.get(f"{self.control}/journal", params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def har(self, **query):
        response = self.http.get(f"{self.control}/journal.har", params=query)
        assert response.status_code == 200, response.text
        return response

    def get(self, path, **options):
        return self.http.get(self.bell + path, **{"headers": KEY, **options})

    def post(self, body, **headers):
        return self.http.post(f"{self.bell}/reminders", data=body,
                              headers={**KEY, "Content-Type": "application/json", **headers})  # fmt: skip


@pytest.fixture(scope="module")
def shared(serve):
    return serve()


@pytest.fixture
def journal(shared, http):
    journal = Journal(shared, http)
    http.delete(f"{journal.control}/journal").raise_for_status()
    return journal


def test_a_request_is_recorded_with_its_response(journal):
    response = journal.post('{"text": "Tea", "day": "2026-03-01"}', **{"X-Run": "7"})
    (entry,) = journal()

    assert (entry["vendor"], entry["operation"]) == ("bell", "reminders.create")
    assert (entry["method"], entry["path"], entry["status"]) == ("POST", "/reminders", 201)
    assert entry["request"]["url"] == f"{journal.bell}/reminders"
    assert entry["request"]["headers"]["x-run"] == "7"
    assert entry["request"]["body"] == {"text": "Tea", "day": "2026-03-01"}
    assert entry["request"]["size"] == 36
    assert entry["response"]["body"] == response.json()
    assert entry["response"]["headers"]["content-type"] == "application/json"
    assert 0 < entry["duration_ms"] < 5000
    assert entry["note"] is None


def test_numbers_are_recorded_as_they_were_sent(journal):
    journal.post('{"text": "Tea", "day": "2026-03-01", "cups": 8.0}')

    assert '"cups":8.0' in journal.http.get(f"{journal.control}/journal").text.replace(" ", "")


def test_the_newest_entry_is_first_and_ids_continue_after_clearing(journal, http):
    for number in (1, 2):
        journal.get(f"/reminders/{number}")
    newest, older = journal()
    http.delete(f"{journal.control}/journal")
    journal.get("/reminders/3")
    (after,) = journal()

    assert [newest["path"], older["path"]] == ["/reminders/2", "/reminders/1"]
    assert after["id"] == newest["id"] + 1 == older["id"] + 2


@pytest.mark.parametrize(
    ("send", "status", "operation", "note"),
    [
        (lambda j: j.get("/reminders/99"), 404, "reminders.get", "no reminder 99"),
        (lambda j: j.get("/reminders/x"), 422, "reminders.get", "path reminderId must be a whole number"),
        (lambda j: j.post('{"text": 1}'), 422, "reminders.create", "body text must be string, not number"),
        (lambda j: j.post('{"text": "x"}'), 422, "reminders.create", "body day is missing"),
        (lambda j: j.post("{"), 400, "reminders.create", "The body is not JSON"),
        (lambda j: j.post("x", **{"Content-Type": "text/plain"}), 415, "reminders.create", "text/plain"),
        (lambda j: j.get("/nothing"), 404, None, "GET /nothing is not an operation of this API"),
        (lambda j: j.http.delete(f"{j.bell}/reminders"), 405, None, "DELETE is not allowed"),
        (lambda j: j.get("/reminders", headers={}), 401, "reminders.search", "no bearer token"),
        (lambda j: j.get("/reminders", headers={"Authorization": "Bearer wrong"}), 401,
         "reminders.search", "the bearer token matches no sandbox"),
        (lambda j: j.get("/reminders", headers={**KEY, "X-Mock-Fault": "status=503"}), 503,
         "reminders.search", "X-Mock-Fault: status 503"),
    ],
)  # fmt: skip
def test_the_note_says_why_a_request_was_rejected(journal, send, status, operation, note):
    assert send(journal).status_code == status
    (entry,) = journal()

    assert (entry["status"], entry["operation"]) == (status, operation)
    assert note in entry["note"]


def test_web_pages_are_recorded(journal):
    assert journal.get("/hello/ada").text == "/hello/ada"
    (page,) = journal()

    assert (page["path"], page["status"], page["operation"]) == ("/hello/ada", 200, None)
    assert page["response"]["body"] == "/hello/ada"
    assert page["response"]["headers"]["content-type"].startswith("text/html")


def test_requests_under_the_prefix_are_recorded_with_their_full_url(journal, http):
    http.get(f"{journal.prefix}/reminders?a=1&a=2&leer=%C3%A4", headers=KEY)
    (entry,) = journal()

    assert entry["path"] == "/reminders"
    assert entry["request"]["url"] == f"{journal.prefix}/reminders?a=1&a=2&leer=%C3%A4"


def test_the_note_names_the_triggered_fault(journal, http):
    def create_fault(kind):
        fault = {"vendor": "bell", "effect": {"kind": kind}, "times": 1}
        http.post(f"{journal.control}/faults", json=fault).raise_for_status()

    for kind in ("drop", "commit_then_drop"):
        create_fault(kind)
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{journal.bell}/reminders", headers=KEY, timeout=10)
    create_fault("malformed")
    truncated = journal.get("/reminders")
    http.delete(f"{journal.control}/faults")
    malformed, lost, dropped = journal()

    assert (dropped["status"], dropped["response"], dropped["note"]) == (
        None,
        None,
        "fault 1: drop",
    )
    assert lost["status"] == 200
    assert "reminders" in lost["response"]["body"]
    assert lost["note"] == "fault 2: commit_then_drop"
    assert malformed["response"]["body"] == truncated.text
    assert malformed["note"] == "fault 3: malformed"
    assert [row["id"] for row in journal(status="none")] == [dropped["id"]]


def test_filters_select_entries(journal, http):
    journal.get("/reminders")
    journal.get("/reminders/99")
    http.get(f"{journal.gong}/reminders", headers={"Authorization": "Bearer gong-demo-token"})
    gong, missing, listed = journal()

    def ids(**query):
        return [row["id"] for row in journal(**query)]

    assert ids(vendor="gong") == [gong["id"]]
    assert ids(operation="reminders.get") == [missing["id"]]
    assert ids(status="404") == ids(status="4xx") == ids(status="4XX") == [missing["id"]]
    assert ids(status=200, vendor="bell") == [listed["id"]]
    assert ids(since=missing["id"]) == [gong["id"]]
    assert ids(since=gong["id"]) == []
    assert ids(since=missing["at"]) == [gong["id"], missing["id"]]
    assert ids(limit=2) == [gong["id"], missing["id"]]
    assert ids(operation="reminders.create") == []


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ({"vendor": "stripe"}, 400, "expected one of bell, gong"),
        ({"status": "600"}, 400, "a class such as 4xx, or none, not '600'"),
        ({"status": "many"}, 400, "status must be a status such as 404"),
        ({"since": "yesterday"}, 400, "since must be the id of an entry, or an instant such as"),
        ({"since": "2026-02-30T00:00:00Z"}, 400, "not '2026-02-30T00:00:00Z': day is out of range"),
        ({"since": "2026-03-01T09:00:00"}, 400, "not '2026-03-01T09:00:00'"),
        ({"since": "²"}, 400, "an instant such as 2026-03-01T09:00:00Z, not '²'"),
        ({"limit": 0}, 400, "limit must not be less than 1"),
        ({"limit": 10001}, 400, "limit must not be more than 10000"),
        ({"limit": "all"}, 400, "limit must be a whole number"),
    ],
)  # fmt: skip
def test_an_invalid_filter_is_rejected(journal, query, status, message):
    response = journal.http.get(f"{journal.control}/journal", params=query)
    as_har = journal.http.get(f"{journal.control}/journal.har", params=query)

    assert (response.status_code, as_har.status_code) == (status, status)
    assert message in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("invalid", "valid"), [("status", {"since": "1"}), ("since", {"status": "4xx"})]
)
def test_the_message_names_only_the_invalid_filter(journal, invalid, valid):
    query = {invalid: "x" * 1000, **valid}
    response = journal.http.get(f"{journal.control}/journal", params=query)
    message = response.json()["error"]["message"]

    assert message.startswith(f"{invalid} must be ")
    assert f"not '{'x' * 100}'" in message
    assert f"{next(iter(valid))} must" not in message
    assert len(message) < 300


def test_requests_to_the_control_api_are_not_recorded(journal, http):
    http.get(f"{journal.control}/clock")

    assert journal() == []


def test_an_empty_journal_can_be_cleared_but_an_unknown_one_cannot(journal, http):
    assert http.delete(f"{journal.control}/journal").status_code == 204
    assert http.delete(f"{journal.control[:-7]}nobody/journal").status_code == 404


SECRETS = {
    "bell-demo-key", "gong-demo-token", "letmein-letmein-letmein", "shortpw", "code-of-forty-characters-0123456789abcd",
}  # fmt: skip


def test_secrets_are_masked_everywhere(journal, http):
    secret, short, code = "letmein-letmein-letmein", "shortpw", sorted(SECRETS, key=len)[-1]
    bodies = [
        {"client_secret": secret, "nested": [{"refreshToken": secret, "passWord": short}]},
        {"grant_type": "authorization_code", "code": code},
        {"code": code},
        {"remark": "my key is bell-demo-key, or gong-demo-token"},
        {"api_key": 12345678901234567890, "bell-demo-key": 1},
        {"secret": [secret, [short]], "token": {"note": "gong-demo-token"}},
    ]
    headers = {"X-Signature": secret, "Cookie": f"session={short}; b={secret}", "X-Api-Key": secret,
               "Referer": f"http://x.example/?code={code}&access_token={secret}"}  # fmt: skip
    for body in bodies:
        journal.post(json.dumps(body), **headers)
    journal.post(json.dumps({"text": "x" * 70000, "password": short}))
    journal.post(json.dumps({"password": short, "secret": secret, "text": "x" * 70000}))
    journal.post(json.dumps(bodies[0])[:-1])
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    journal.post(f"grant_type=password&password={short}&client_secret={secret}&code={code}", **form)
    journal.get(
        f"/reminders?access_token={secret}&code={code}&token%5B%5D={secret}&password={short}"
    )
    http.get(journal.bell, auth=("ada", short))
    http.get(journal.bell, headers={"Authorization": secret})
    http.get(f"{journal.gong}/reminders", headers={"Authorization": "bearer  gong-demo-token "})

    for text in (json.dumps(journal(limit=100)), journal.har(limit=100).text):
        for hidden in SECRETS:
            assert hidden not in text, hidden
        assert "12345678901234567890" not in text
        assert "***mein" in text


def test_values_that_are_not_secret_are_not_masked(journal):
    journal.post(
        '{"code": "DOP", "tokens": 3, "text": "code: none", "day": "2026-03-01", "token_type": "bearer"}'
    )
    (entry,) = journal()

    assert entry["request"]["body"] == {
        "code": "DOP", "tokens": 3, "text": "code: none", "day": "2026-03-01", "token_type": "bearer",
    }  # fmt: skip
    assert entry["request"]["headers"]["authorization"] == "Bearer ***"


def test_large_bodies_are_truncated(journal):
    journal.post(
        json.dumps({"text": "ü" * 100_000, "day": "2026-03-01"}, ensure_ascii=False).encode()
    )
    (entry,) = journal()

    assert entry["request"]["truncated"]
    assert entry["request"]["size"] > 200_000
    assert len(entry["request"]["body"].encode()) <= 64 * 1024 + 3
    assert entry["request"]["body"].startswith('{"text": "üüü')
    assert entry["response"]["truncated"]


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe",
        b"\0\0\0",
        b"[" * 10000,
        b"[" * 300 + b"]" * 300,
        b'"\\ud800"',
        b"NaN",
        b"1e999",
    ],
)
@pytest.mark.parametrize(
    "media_type",
    ["application/json", "text/plain", "application/pdf", "", "x", "multipart/form-data"],
)
def test_any_bytes_can_be_recorded_and_read(journal, body, media_type):
    journal.post(body, **{"Content-Type": media_type, "X-Odd": b"\xff\x80"})
    journal.get("/%FF%00/\u2603?%FF=%00&%ED%A0%80=1")
    path, entry = journal()

    assert entry["request"]["size"] == len(body)
    assert path["status"] == 404
    assert len(journal.har().json()["log"]["entries"]) == 2


def test_the_oldest_entries_are_dropped_first(serve, http):
    journal = Journal(serve(journal_size=3), http)
    for number in range(5):
        journal.get(f"/reminders/{number}")

    assert [row["path"][-1] for row in journal()] == ["4", "3", "2"]


def test_the_journal_is_limited_in_bytes_too(serve, http):
    journal = Journal(serve(journal_size=1000), http)
    big = json.dumps({"text": "x" * 64_000, "day": "2026-03-01"})
    for _ in range(90):
        journal.post(big)
    entries = journal(limit=1000)

    assert 55 < len(entries) < 68  # an entry has nearly 128 KiB; the limit is 8 MiB


def test_a_disabled_journal_is_reported(serve, http):
    journal = Journal(serve(journal_size=0), http)
    journal.get("/reminders")
    rejected = http.get(f"{journal.control}/journal")

    assert rejected.status_code == 409
    assert "--journal-size" in rejected.json()["error"]["message"]


def test_an_archive_conforms_to_har_1_2(journal):
    journal.post('{"text": "Tea", "day": "2026-03-01"}', Cookie="a=1; b=2")
    journal.get("/hello/ada?x=1&y=%C3%A4")
    with pytest.raises(requests.ConnectionError):
        journal.get("/reminders", headers={**KEY, "X-Mock-Fault": "drop"})
    response = journal.har()
    log = response.json()["log"]

    assert response.headers["Content-Disposition"] == 'attachment; filename="default.har"'
    assert (log["version"], log["creator"]["name"]) == ("1.2", "Mockvoice")
    assert [row["request"]["url"].partition("?")[0].rpartition("/")[2] for row in log["entries"]] == [
        "reminders", "ada", "reminders",
    ]  # fmt: skip
    for entry in log["entries"]:
        assert_har_entry(entry)
    created, page, dropped = log["entries"]
    assert json.loads(created["request"]["postData"]["text"]) == {
        "text": "Tea",
        "day": "2026-03-01",
    }
    assert [row["name"] for row in created["request"]["cookies"]] == ["a", "b"]
    assert created["response"]["content"]["mimeType"] == "application/json"
    assert page["request"]["queryString"] == [
        {"name": "x", "value": "1"},
        {"name": "y", "value": "ä"},
    ]
    assert (dropped["response"]["status"], dropped["comment"]) == (
        0,
        "reminders.search: X-Mock-Fault: drop",
    )


def assert_har_entry(entry):
    """Check the names and types that HAR 1.2 requires in an entry."""
    message = {
        "httpVersion": str,
        "cookies": list,
        "headers": list,
        "headersSize": int,
        "bodySize": int,
    }
    parts = {
        "": {"startedDateTime": str, "time": (int, float), "request": dict, "response": dict,
             "cache": dict, "timings": dict},
        "request": {"method": str, "url": str, "queryString": list, **message},
        "response": {"status": int, "statusText": str, "content": dict, "redirectURL": str, **message},
        "timings": {"send": (int, float), "wait": (int, float), "receive": (int, float)},
    }  # fmt: skip
    optional = {"": {"comment"}, "request": {"postData"}, "response": set(), "timings": set()}
    for name, fields in parts.items():
        part = entry[name] if name else entry
        assert fields.keys() <= part.keys() <= fields.keys() | optional[name]
        for field, kind in fields.items():
            assert isinstance(part[field], kind), field
    content = entry["response"]["content"]
    assert isinstance(content["size"], int)
    assert isinstance(content["mimeType"], str)
    for pair in (*entry["request"]["headers"], *entry["response"]["headers"],
                  *entry["request"]["cookies"], *entry["request"]["queryString"]):  # fmt: skip
        assert pair.keys() == {"name", "value"}
        assert all(isinstance(value, str) for value in pair.values())
    if "postData" in entry["request"]:
        assert (
            {"mimeType", "text"}
            <= entry["request"]["postData"].keys()
            <= {"mimeType", "text", "comment"}
        )
    assert entry["timings"]["wait"] == entry["time"] >= 0
    assert entry["startedDateTime"][-6:] == "+00:00"
