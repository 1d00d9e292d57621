"""Who may use the control API and the pages."""

import socket

import pytest

PATHS = ["/", "/_mock/health", "/_mock/sandboxes/default/clock", "/_mock/vendors/bell/docs",
         "/_mock/static/console.css", "/nothing"]  # fmt: skip


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "localhost.evil.example",
                                  "evil.example@localhost.evil.example", "10.0.0.1", "[::2]:80", "",
                                  "127.0.0.1.evil.example", "localhost:http"])  # fmt: skip
@pytest.mark.parametrize("path", PATHS)
def test_a_request_for_another_host_is_refused(server, http, path, host):
    answer = http.get(server.urls["main"] + path, headers={"Host": host})

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "foreign_host"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://10.0.0.1", "file://",
                                    "http://localhost.evil.example:8080", "http://["])  # fmt: skip
def test_a_request_of_another_sites_page_is_refused(server, http, origin):
    clock = f"{server.urls['main']}/_mock/sandboxes/default/clock"
    answer = http.put(clock, json={"frozen": True}, headers={"Origin": origin})

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "foreign_origin"
    assert http.get(clock).json()["frozen"] is False


@pytest.mark.parametrize(
    "name", ["localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.9.9.9", "[::1]"]
)
def test_names_of_this_machine_are_taken(server, http, name):
    main = server.urls["main"]
    port = main.rpartition(":")[2]
    headers = {"Host": f"{name}:{port}", "Origin": f"http://{name}:{port}"}

    assert http.get(f"{main}/_mock/health", headers=headers).status_code == 200


def test_vendors_are_open_to_any_name(server, http):
    url = f"{server.urls['main']}/bell/reminders"
    headers = {"Authorization": "Bearer bell-demo-key", "Host": "bell.example"}

    assert http.get(url, headers=headers).status_code == 200


def test_a_server_on_every_address_takes_the_one_that_it_is_called_by(serve, http):
    server = serve(host="0.0.0.0", control_token="sesame")
    port = server.urls["main"].rpartition(":")[2]
    headers = {"Authorization": "Bearer sesame"}

    assert server.urls["main"] == f"http://127.0.0.1:{port}"
    assert http.get(f"http://127.0.0.2:{port}/_mock/health", headers=headers).status_code == 200
    elsewhere = {**headers, "Host": "192.0.2.1"}
    assert http.get(f"http://127.0.0.2:{port}/_mock/health", headers=elsewhere).status_code == 403


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "sent", [None, "Bearer", "Bearer sesam", "Bearer sesame2", "Basic sesame", "sesame"]
)
def test_without_the_control_token_nothing_is_told(guarded, http, path, sent):
    headers = {} if sent is None else {"Authorization": sent}
    answer = http.get(guarded + path, headers=headers)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["error"]["code"] == "unauthorized"
    assert "sésame" not in answer.text


@pytest.mark.parametrize("path", PATHS[:-1])
@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_with_the_control_token_everything_is(guarded, http, path, scheme):
    header = f"{scheme} sésame".encode()

    assert http.get(guarded + path, headers={"Authorization": header}).status_code == 200


def test_a_request_without_a_host_is_no_browsers(server):
    address = server.urls["main"].removeprefix("http://").split(":")
    with socket.create_connection((address[0], int(address[1])), timeout=10) as connection:
        connection.sendall(b"GET /_mock/health HTTP/1.0\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(4096), b""))

    assert answer.startswith(b"HTTP/1.1 200")


@pytest.fixture(scope="module")
def guarded(serve):
    return serve(control_token="sésame").urls["main"]
