"""Access control of the control API and the console."""

import socket

import pytest

HEALTH = "/_mock/health"
PATHS = ["/", "/_mock/health", "/_mock/sandboxes/default/clock", "/_mock/vendors/bell/docs",
         "/_mock/static/console.css", "/nothing"]  # fmt: skip


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "localhost.evil.example",
                                  "evil.example@localhost.evil.example", "10.0.0.1", "[::2]:80", "",
                                  "127.0.0.1.evil.example", "localhost:http"])  # fmt: skip
@pytest.mark.parametrize("path", PATHS)
def test_a_request_for_another_host_is_rejected(server, http, path, host):
    response = http.get(server.urls["main"] + path, headers={"Host": host})

    assert response.status_code == 403
    assert response.json()["error"]["code"] == "foreign_host"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://10.0.0.1", "file://",
                                    "http://localhost.evil.example:8080", "http://["])  # fmt: skip
def test_a_request_from_another_sites_page_is_rejected(server, http, origin):
    clock = f"{server.urls['main']}/_mock/sandboxes/default/clock"
    response = http.put(clock, json={"frozen": True}, headers={"Origin": origin})

    assert response.status_code == 403
    assert response.json()["error"]["code"] == "foreign_origin"
    assert http.get(clock).json()["frozen"] is False


FOREIGN_PAGES = [
    {"Origin": "http://127.0.0.1:9"},
    {"Origin": "http://localhost:{port}", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "https://127.0.0.1:{port}"},
    {"Origin": "http://127.0.0.1"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:{port}"},
]  # fmt: skip


@pytest.mark.parametrize("headers", FOREIGN_PAGES)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/_mock/sandboxes/default/reset"),
        ("POST", "/_mock/sandboxes"),
        ("PUT", "/_mock/sandboxes/default/clock"),
        ("DELETE", "/_mock/sandboxes/default/faults"),
        ("POST", "/sandboxes/default/reset"),
    ],
)
def test_a_page_of_another_server_on_this_machine_changes_nothing(
    server, http, method, path, headers
):
    main = server.urls["main"]
    port = main.rpartition(":")[2]
    bell = {"Authorization": "Bearer bell-demo-key"}
    reminders = f"{main}/bell/reminders"
    http.post(reminders, json={"text": "Kept", "day": "2090-01-01"}, headers=bell)
    sent = {name: value.replace("{port}", port) for name, value in headers.items()}
    response = http.request(method, main + path, headers=sent)

    assert response.status_code == 403
    assert response.json()["error"]["code"] == "foreign_origin"
    assert "access-control-allow-origin" not in response.headers
    texts = [row["text"] for row in http.get(reminders, headers=bell).json()["reminders"]]
    assert "Kept" in texts


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
@pytest.mark.parametrize("site", ["same-origin", "none", None])
def test_the_servers_own_pages_may_change_it_under_each_of_its_names(server, http, name, site):
    port = server.urls["main"].rpartition(":")[2]
    own = f"http://{name}:{port}"
    headers = {"Host": f"{name}:{port}", "Origin": own, "Sec-Fetch-Site": site}
    for path, body in (("/_mock/sandboxes/default/reset", {}), ("/sandboxes/default/reset", {})):
        url = server.urls["main"] + path
        assert http.post(url, json=body, headers=headers, allow_redirects=False).status_code < 400


def test_pages_behind_a_proxy_with_tls_are_the_servers_own(server, http):
    port = server.urls["main"].rpartition(":")[2]
    headers = {"Origin": f"https://127.0.0.1:{port}", "Sec-Fetch-Site": "same-origin"}
    url = f"{server.urls['main']}/_mock/sandboxes/default/reset"

    assert http.post(url, json={}, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "name", ["localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.9.9.9", "[::1]"]
)
def test_host_names_of_this_machine_are_accepted(server, http, name):
    main = server.urls["main"]
    port = main.rpartition(":")[2]
    headers = {"Host": f"{name}:{port}", "Origin": f"http://{name}:{port}"}

    assert http.get(f"{main}/_mock/health", headers=headers).status_code == 200


def test_vendors_accept_any_host_name(server, http):
    url = f"{server.urls['main']}/bell/reminders"
    headers = {"Authorization": "Bearer bell-demo-key", "Host": "bell.example"}

    assert http.get(url, headers=headers).status_code == 200


def test_a_server_on_all_addresses_accepts_the_address_that_received_the_request(serve, http):
    server = serve(host="0.0.0.0", control_token="sesame")
    port = server.urls["main"].rpartition(":")[2]
    headers = {"Authorization": "Bearer sesame"}

    assert server.urls["main"] == f"http://127.0.0.1:{port}"
    assert http.get(f"http://127.0.0.2:{port}/_mock/health", headers=headers).status_code == 200


def test_with_a_control_token_any_host_name_is_accepted(protected, http):
    headers = {"Authorization": "Bearer sésame".encode(), "Host": "mock.example:8080"}
    origin = {**headers, "Origin": "http://mock.example:8080"}
    clock = f"{protected}/_mock/sandboxes/default/clock"

    assert http.get(clock, headers=headers).status_code == 200
    assert http.put(clock, json={"frozen": False}, headers=origin).status_code == 200
    foreign = {**headers, "Origin": "http://other.example:8080"}
    assert http.put(clock, json={"frozen": True}, headers=foreign).status_code == 403
    assert http.get(clock, headers={"Host": "mock.example:8080"}).status_code == 401


def test_allowed_host_names_are_accepted(serve, http):
    main = serve(allowed_hosts=("mock", "Other.example.")).urls["main"]
    for host, status in {"mock:9": 200, "other.example": 200, "mock.example": 403}.items():
        assert http.get(f"{main}/_mock/health", headers={"Host": host}).status_code == status
    own = {"Host": "mock:9", "Origin": "http://mock:9"}
    url = f"{main}/_mock/sandboxes/default/reset"

    assert http.post(url, json={}, headers=own).status_code == 200
    assert http.post(url, json={}, headers={**own, "Origin": "http://mock"}).status_code == 403


@pytest.mark.parametrize("path", [path for path in PATHS if path != HEALTH])
@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer sesam", "Bearer sesame2", "Basic sesame", "sesame"]
)
def test_requests_without_the_control_token_are_rejected(protected, http, path, header):
    headers = {} if header is None else {"Authorization": header}
    response = http.get(protected + path, headers=headers)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.json()["error"]["code"] == "unauthorized"
    assert ("is missing" if header is None else "is wrong") in response.json()["error"]["message"]
    assert "--control-token" in response.json()["error"]["message"]
    assert "sésame" not in response.text


def test_health_needs_no_control_token(protected, http):
    assert http.get(protected + HEALTH).json()["status"] == "ok"
    assert http.get(protected + HEALTH, headers={"Host": "mock:9"}).status_code == 200
    assert http.head(protected + HEALTH).status_code == 200
    assert (
        http.get(protected + HEALTH, headers={"Origin": "http://evil.example"}).status_code == 403
    )


def test_all_names_below_a_domain_can_be_allowed(serve, http):
    main = serve(allowed_hosts=("*.example.test",)).urls["main"]
    for host, status in {
        "a.example.test:80": 200,
        "a.b.example.test": 200,
        "example.test": 403,
        "xexample.test": 403,
    }.items():
        assert http.get(f"{main}/_mock/sandboxes", headers={"Host": host}).status_code == status


@pytest.mark.parametrize("path", PATHS[:-1])
@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_requests_with_the_control_token_are_accepted(protected, http, path, scheme):
    header = f"{scheme} sésame".encode()

    assert http.get(protected + path, headers={"Authorization": header}).status_code == 200


def test_a_request_without_a_host_header_is_accepted(server):
    address = server.urls["main"].removeprefix("http://").split(":")
    with socket.create_connection((address[0], int(address[1])), timeout=10) as connection:
        connection.sendall(b"GET /_mock/health HTTP/1.0\r\n\r\n")
        response = b"".join(iter(lambda: connection.recv(4096), b""))

    assert response.startswith(b"HTTP/1.1 200")


@pytest.fixture(scope="module")
def protected(serve):
    return serve(control_token="sésame").urls["main"]
