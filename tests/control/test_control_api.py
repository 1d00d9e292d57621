"""The control API: health, vendors, contracts, clocks, outbox and error responses."""

import json
import socket
import time
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
import requests
import yaml

from mockvoice import __version__

BELL = {"Authorization": "Bearer bell-demo-key"}
START = "2026-03-01T08:00:00Z"


@pytest.fixture
def frozen(serve):
    """A server whose clock is frozen at ``START``."""
    server = serve(data="empty", now=datetime.fromisoformat(START))
    url = f"{server.urls['main']}/_mock/sandboxes/default/clock"
    requests.put(url, json={"now": START, "frozen": True}, timeout=10).raise_for_status()
    return server


@pytest.fixture
def sandbox(frozen):
    return f"{frozen.urls['main']}/_mock/sandboxes/default"


def create_reminder(server, http, vendor, token, text, day):
    url = f"{server.urls['vendors'][vendor]['root_url']}/reminders"
    headers = {"Authorization": f"Bearer {token}"}
    return http.post(url, json={"text": text, "day": day}, headers=headers).json()


def test_health_reports_the_version(server, http):
    response = http.get(f"{server.urls['main']}/_mock/health")

    assert (response.status_code, response.json()) == (
        200,
        {"status": "ok", "version": __version__},
    )


def test_vendors_are_listed_with_their_urls(server, http):
    listed = http.get(f"{server.urls['main']}/_mock/vendors").json()

    assert [vendor["key"] for vendor in listed] == ["bell", "gong"]
    bell = listed[0]
    assert bell["title"] == "Bell"
    for name in ("prefix_url", "root_url", "spec_url"):
        assert bell[name] == server.urls["vendors"]["bell"][name]
    assert http.get(bell["spec_url"]).json()["info"]["title"] == "Bell API"
    assert http.get(bell["docs_url"]).headers["Content-Type"].startswith("text/html")


def test_a_contract_lists_the_urls_of_this_server(server, http):
    urls = server.urls["vendors"]["bell"]
    contract = http.get(urls["spec_url"]).json()

    assert [server["url"] for server in contract["servers"]] == [
        urls["root_url"],
        urls["prefix_url"],
    ]
    assert contract["paths"]["/reminders"]["get"]["operationId"] == "reminders.search"
    assert contract["info"]["description"]


def test_a_contract_is_the_same_in_json_and_yaml(server, http):
    url = server.urls["vendors"]["bell"]["spec_url"]
    response = http.get(url.replace(".json", ".yaml"))

    assert response.headers["Content-Type"] == "application/yaml"
    assert yaml.safe_load(response.text) == http.get(url).json()


@pytest.mark.parametrize("path", ["/_mock/vendors/bell", "/_mock"])
def test_a_contract_is_published_for_clients_and_as_openapi_3_1(server, http, path):
    url = f"{server.urls['main']}{path}/openapi.json"
    whole = http.get(url).json()
    document = http.get(url, params={"for": "clients", "openapi": "3.1"}).json()

    assert document["openapi"] == "3.1.0"
    assert document["servers"] == whole["servers"]
    assert document["paths"].keys() == whole["paths"].keys()
    as_yaml = http.get(url.replace(".json", ".yaml"), params={"for": "clients", "openapi": "3.1"})
    assert yaml.safe_load(as_yaml.text) == document


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [("for=servers", "clients"), ("openapi=2.0", "3.0"), ("fro=x", "for")],
)
def test_a_projection_that_does_not_exist_is_rejected(server, http, parameter, expected):
    response = http.get(f"{server.urls['vendors']['bell']['spec_url']}?{parameter}")

    assert response.status_code == 400
    assert expected in response.json()["error"]["message"]


def test_the_control_api_publishes_its_own_contract(server, http):
    main = server.urls["main"]
    contract = http.get(f"{main}/_mock/openapi.json").json()

    assert contract["servers"][0]["url"] == main
    assert "/_mock/health" in contract["paths"]
    assert yaml.safe_load(http.get(f"{main}/_mock/openapi.yaml").text) == contract


def test_a_server_with_one_port_lists_only_the_prefix_urls(serve, http):
    server_urls = serve(vendor_ports=False).urls
    urls = server_urls["vendors"]["bell"]
    (listed, _) = http.get(f"{server_urls['main']}/_mock/vendors").json()

    assert listed["root_url"] is None
    (documented,) = http.get(urls["spec_url"]).json()["servers"]
    assert documented["url"] == urls["prefix_url"]


def test_a_clock_starts_at_the_servers_now_setting(serve, http):
    main = serve(now=datetime.fromisoformat("2031-05-06T09:08:09+02:00")).urls["main"]
    clock = http.get(f"{main}/_mock/sandboxes/default/clock").json()

    assert clock["now"].startswith("2031-05-06T07:08:")
    assert clock["frozen"] is False


@pytest.mark.parametrize(
    ("body", "now", "is_frozen"),
    [
        ({"now": "2027-01-01T00:00:00Z"}, "2027-01-01T00:00:00Z", True),
        ({"now": "2019-12-31T23:00:00-03:30", "frozen": True}, "2020-01-01T02:30:00Z", True),
        ({"frozen": True}, START, True),
        ({"now": "2027-01-01T00:00:00.25Z", "frozen": False}, "2027-01-01T00:00:00", False),
        ({"frozen": False}, START[:-1], False),
    ],
)
def test_a_clock_is_set_frozen_and_thawed(sandbox, http, body, now, is_frozen):
    response = http.put(f"{sandbox}/clock", json=body)

    assert response.status_code == 200
    assert response.json()["now"].startswith(now)
    assert response.json()["frozen"] is is_frozen
    current = http.get(f"{sandbox}/clock").json()
    assert current == response.json() or not is_frozen


def test_advancing_adds_all_parts_of_the_duration(sandbox, http):
    duration = {"days": 1, "hours": 1.5, "minutes": 2, "seconds": 0.5}
    response = http.post(f"{sandbox}/clock/advance", json=duration)

    expected = datetime.fromisoformat(START) + timedelta(**duration)
    assert datetime.fromisoformat(response.json()["now"]) == expected


def test_due_events_run_at_their_own_instants_while_the_clock_advances(frozen, sandbox, http):
    late = create_reminder(frozen, http, "bell", "bell-demo-key", "Late", "2026-03-09")
    soon = create_reminder(frozen, http, "gong", "gong-demo-token", "Soon", "2026-03-03")
    beyond = create_reminder(frozen, http, "bell", "bell-demo-key", "Beyond", "2026-03-12")
    http.post(f"{sandbox}/clock/advance", json={"days": 10})

    messages = http.get(f"{sandbox}/outbox").json()[:2]
    assert messages == [
        {"vendor": "bell", "id": messages[0]["id"], "at": "2026-03-09T09:00:00Z",
         "to": "ada@bell.example", "subject": "Ding", "body": "Late", "about": f"reminders/{late['id']}"},
        {"vendor": "gong", "id": messages[1]["id"], "at": "2026-03-03T09:00:00Z",
         "to": "ada@bell.example", "subject": "Ding", "body": "Soon", "about": f"reminders/{soon['id']}"},
    ]  # fmt: skip
    url = f"{frozen.urls['vendors']['bell']['root_url']}/reminders"
    assert http.get(f"{url}/{late['id']}", headers=BELL).json()["rung"] is True
    assert http.get(f"{url}/{beyond['id']}", headers=BELL).json()["rung"] is False


def test_due_events_run_at_the_instant_that_the_clock_is_set_to(frozen, sandbox, http):
    create_reminder(frozen, http, "bell", "bell-demo-key", "Skipped to", "2026-03-05")
    http.put(f"{sandbox}/clock", json={"now": "2026-04-01T00:00:00Z"})

    newest = http.get(f"{sandbox}/outbox?limit=1").json()
    assert [(message["body"], message["at"]) for message in newest] == [
        ("Skipped to", "2026-04-01T00:00:00Z")
    ]


def test_an_outbox_is_filtered_by_vendor_and_limited(frozen, sandbox, http):
    for number in range(3):
        create_reminder(frozen, http, "gong", "gong-demo-token", f"No. {number}", "2026-03-02")
    create_reminder(frozen, http, "bell", "bell-demo-key", "Other", "2026-03-03")
    http.post(f"{sandbox}/clock/advance", json={"days": 5})

    newest = http.get(f"{sandbox}/outbox", params={"vendor": "gong", "limit": 2}).json()
    assert [message["body"] for message in newest] == ["No. 2", "No. 1"]


def test_an_email_that_becomes_due_in_real_time_appears_in_the_outbox(serve, http):
    server = serve(now=datetime.fromisoformat("2026-03-01T08:59:59.5Z"))
    create_reminder(server, http, "bell", "bell-demo-key", "By itself", "2026-03-01")
    outbox = f"{server.urls['main']}/_mock/sandboxes/default/outbox"
    deadline = time.monotonic() + 10
    while "By itself" not in [message["body"] for message in http.get(outbox).json()]:
        assert time.monotonic() < deadline, "no e-mail after 10 seconds"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code", "message"),
    [
        ("GET", "/_mock/nothing", None, 404, "not_found", ""),
        ("GET", "/_mock/", None, 404, "not_found", ""),
        ("GET", "//_mock/health", None, 404, "not_found", ""),
        ("GET", "/_mock/static/none.css", None, 404, "not_found", ""),
        ("GET", "/_mock/static/..%2fpages.py", None, 404, "not_found", ""),
        ("GET", "/_mock/static/swagger-ui/..%2f..%2f__init__.py", None, 404, "not_found", ""),
        ("GET", "/_mock/vendors/nope/openapi.json", None, 404, "vendor_not_found", "bell, gong"),
        ("GET", "/_mock/vendors/nope/openapi.yaml", None, 404, "vendor_not_found", "'nope'"),
        ("GET", "/_mock/vendors/nope/docs", None, 404, "vendor_not_found", "'nope'"),
        ("GET", "/_mock/sandboxes/nope/clock", None, 404, "sandbox_not_found", "'nope'"),
        ("GET", "/_mock/sandboxes/nope/outbox", None, 404, "sandbox_not_found", "'nope'"),
        ("GET", "/_mock/sandboxes/.hidden/clock", None, 400, "invalid_request", "does not start with a dot"),
        ("PUT", "/_mock/sandboxes/nope/clock", {"frozen": True}, 404, "sandbox_not_found", "'nope'"),
        ("POST", "/_mock/sandboxes/nope/clock/advance", {"days": 1}, 404, "sandbox_not_found", "'nope'"),
        ("GET", "/_mock/sandboxes/default/outbox?vendor=nope", None, 400, "invalid_request", "'nope'"),
        ("GET", "/_mock/sandboxes/default/outbox?limit=0", None, 400, "invalid_request", "not be less than 1"),
        ("GET", "/_mock/sandboxes/default/outbox?limit=x", None, 400, "invalid_request", "limit"),
        ("DELETE", "/_mock/health", None, 405, "method_not_allowed", "DELETE"),
        ("POST", "/", {}, 405, "method_not_allowed", "GET and HEAD"),
        ("PUT", "/_mock/sandboxes/default/clock", {"now": "2026-03-01T09:00:00"}, 400, "invalid_request", "offset"),
        ("PUT", "/_mock/sandboxes/default/clock", {"now": "2026-02-30T09:00:00Z"}, 400, "invalid_request", "instant"),
        ("PUT", "/_mock/sandboxes/default/clock", {"now": "9999-03-01T09:00:00Z"}, 400, "invalid_request", "years"),
        ("PUT", "/_mock/sandboxes/default/clock", {"frozen": 1}, 400, "invalid_request", "type boolean"),
        ("PUT", "/_mock/sandboxes/default/clock", {}, 400, "invalid_request", "at least 1"),
        ("PUT", "/_mock/sandboxes/default/clock", {"then": 1}, 400, "invalid_request", "has the unknown property 'then'"),
        ("PUT", "/_mock/sandboxes/default/clock", [], 400, "invalid_request", "type object"),
        ("POST", "/_mock/sandboxes/default/clock/advance", {"days": 2_999_999}, 400, "invalid_request", "years"),
        ("POST", "/_mock/sandboxes/default/clock/advance", {"days": 1e300}, 400, "invalid_request", "more than 3000000"),
        ("POST", "/_mock/sandboxes/default/clock/advance", {"days": -1}, 400, "invalid_request", "less than 0"),
        ("POST", "/_mock/sandboxes/default/clock/advance", {"days": "1"}, 400, "invalid_request", "type number"),
    ],
)  # fmt: skip
def test_an_error_response_says_what_was_expected(
    server, http, method, path, body, status, code, message
):
    response = http.request(method, server.urls["main"] + path, json=body)

    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/json")
    assert response.json().keys() == {"error"}
    assert response.json()["error"].keys() == {"code", "message"}
    assert response.json()["error"]["code"] == code
    assert message in response.json()["error"]["message"]
    assert status != 405 or "GET" in response.headers["Allow"]


@pytest.mark.parametrize(
    ("body", "media_type", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed_body"),
        (b'{"days": NaN}', "application/json", 400, "malformed_body"),
        (b'{"days": 1e999}', "application/json", 400, "malformed_body"),
        (b"\xff\xfe", "application/json", 400, "malformed_body"),
        (b"[" * 100_000, "application/json", 400, "malformed_body"),
        (b"", "application/json", 400, "invalid_request"),
        (b"days=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b'{"days": 1}', "", 415, "unsupported_media_type"),
        (b" " * (10 * 1024 * 1024 + 1), "application/json", 413, "body_too_large"),
    ],
)
def test_a_malformed_body_is_rejected(sandbox, http, body, media_type, status, code):
    response = http.post(
        f"{sandbox}/clock/advance", data=body, headers={"Content-Type": media_type}
    )

    assert (response.status_code, response.json()["error"]["code"]) == (status, code)


def test_a_rejected_request_does_not_change_the_clock(sandbox, http):
    rejected = http.put(f"{sandbox}/clock", json={"frozen": False, "now": "2026-03-01T09:00:00"})

    assert rejected.status_code == 400
    assert http.get(f"{sandbox}/clock").json() == {"now": START, "frozen": True}


def test_head_returns_the_headers_of_get_without_a_body(server, http):
    url = f"{server.urls['main']}/_mock/vendors"
    head, get = http.head(url), http.get(url)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(get.content))
    assert json.loads(get.content)


def test_a_vendor_without_a_seeder_cannot_be_seeded(sandbox, http):
    response = http.post(f"{sandbox}/seed", json={"vendor": "bell"})

    assert response.status_code == 400
    assert "accounts of bell cannot be seeded" in response.json()["error"]["message"]


def test_messages_are_filtered_by_recipient_subject_and_time(frozen, sandbox, http):
    for day in ("2026-03-02", "2026-03-03"):
        create_reminder(frozen, http, "bell", "bell-demo-key", f"On {day}", day)
    http.post(f"{sandbox}/clock/advance", json={"days": 4}).raise_for_status()
    first, second = reversed(http.get(f"{sandbox}/outbox").json())

    def bodies(**query):
        return [message["body"] for message in http.get(f"{sandbox}/outbox", params=query).json()]

    assert bodies(to="ADA@") == [second["body"], first["body"]]
    assert bodies(to="eve@") == []
    assert bodies(about=first["about"]) == [first["body"]]
    assert bodies(since=second["at"]) == [second["body"]]
    rejected = http.get(f"{sandbox}/outbox", params={"since": "soon"})
    assert (rejected.status_code, rejected.json()["error"]["message"][:5]) == (400, "since")


def test_a_request_without_a_host_gets_an_error(server):
    parts = urlsplit(server.urls["main"])
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(b"GET /_mock/health HTTP/1.1\r\n\r\n")
        response = connection.recv(65536)

    assert response.startswith(b"HTTP/1.1 400 ")
    assert b"Host" in response.partition(b"\r\n\r\n")[2]
