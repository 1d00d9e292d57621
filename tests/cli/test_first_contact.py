"""Mistakes of somebody who uses the mock for the first time: each message says what to do."""

import socket
from urllib.parse import urlsplit

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings


@pytest.fixture(scope="module")
def server():
    with Server(Settings(port=0)) as server:
        yield server


@pytest.fixture
def message(mockvoice, server):
    """Return a function that runs a command which fails, and returns its one line."""
    addresses = {
        "MAIN": server.addresses.main,
        **{key.upper(): address.root_url for key, address in server.addresses.vendors.items()},
    }

    def run(*arguments):
        words = [addresses.get(word, word) for word in arguments]
        status, _, err = mockvoice(*words, example_vendors=False).result()

        assert status == 2, err
        (line,) = err.splitlines()
        return line.removeprefix("mockvoice: ")

    return run


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("serv",), "no such command 'serv'; did you mean 'serve'?"),
        (("frobnicate",), "mockvoice --help lists them"),
        (("serve", "growcrm"), "--vendor growcrm"),
        (("check",), "Expected one of count, growcrm, halo, optiflow"),
        (("seed",), "Expected one of count, growcrm, halo, optiflow"),
        (("spec",), "Expected one of count, growcrm, halo, optiflow"),
        (("seed", "growcrm", "--server", "MAIN", "--url", "GROWCRM"), "--server and --url exclude each other"),
        (("seed", "growcrm", "--url", "GROWCRM", "--target", "mine.toml"), "--url and --target exclude each other"),
        (("seed", "growcrm", "--url", "GROWCRM", "--sandbox", "mine"), "--sandbox has no effect with --url"),
        (("seed", "growcrm", "--url", "GROWCRM", "--control-token", "x"), "--control-token has no effect with --url"),
        (("seed", "growcrm", "--url", "http://127.0.0.1:9"), "http://127.0.0.1:9 cannot be reached: connection refused"),
        (("seed", "growcrm", "halo"), "unexpected extra argument (halo)"),
        (("env", "growcrm"), "this command is for all vendors"),
        (("env", "--url", "MAIN", "--ca-file", "ca.pem"), "--ca-file: this server has no certificate to write"),
        (("env", "--url", "127.0.0.1:8080"), "begin it with http:// or https://"),
        (("check", "halo", "--url", "HALO", "--select", "a b ("), "--select 'a b (' is not an expression of pytest -k"),
        (("serve", "--allow-host", "http://foo.test"), "without scheme and port, not 'http://foo.test'"),
        (("serve", "--allow-host", "*"), "must be a host name such as mockvoice"),
        (("serve", "--host", "http://localhost"), "without scheme and port, not 'http://localhost'"),
        (("serve", "--max-memory", "2"), "'2' is less than any server needs; at least 64MiB"),
        (("serve", "--control-token", ""), "is empty: give a token, or leave the option out"),
        (("serve", "--port", "21300", "--vendor-port", "growcrm=21300"), "port 21300 has two uses, --port and --vendor-port growcrm"),
        (("serve", "--port", "21300", "--proxy-port", "21303"), "port 21303 has two uses, --proxy-port and halo's usual port"),
        (("serve", "--vendor", "growcrm,halo"), "repeat the option for several"),
        (("sandbox", "list", "--server", "MAIN"), "use --url"),
        (("snapshot", "import", "x", "README.md", "--url", "MAIN"), "README.md is not JSON"),
        (("serve", "--tls-cert", "tests"), "--tls-cert tests: is a folder, not a file"),
        (("serve", "--tls", "--ca-dir", "README.md"), "--ca-dir README.md: is not a folder"),
    ],
)  # fmt: skip
def test_a_wrong_command_line_says_what_to_do(message, arguments, expected):
    assert expected in message(*arguments)


def test_the_main_port_is_named_to_those_who_use_a_prefix(mockvoice, server):
    url = server.addresses.vendors["growcrm"].prefix_url
    for command in (("sandbox", "list", "--url"), ("seed", "growcrm", "--server")):
        status, _, err = mockvoice(*command, url, example_vendors=False).result()

        assert status == 2
        assert f"the control API of this mock is at {server.addresses.main}: use that URL" in err


def test_a_check_of_another_address_of_a_mock_names_that_of_the_vendor(message, server):
    expected = f"in this mock that is {server.addresses.main}/growcrm"

    for url in ("MAIN", server.addresses.vendors["halo"].root_url):
        assert expected in message("check", "growcrm", "--url", url, "--select", "test_auth")


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/sandboxes", '{"data": "demmo"}', "data must be demo, empty or the JSON data of an export, not 'demmo'; did you mean 'demo'?"),
        ("/sandboxes", '{"settings": {"quirks": "observd"}}', "did you mean 'observed'?"),
        ("/sandboxes/default/faults", '{"vendor": "growcm", "effect": {"kind": "drop"}}', "did you mean 'growcrm'?"),
        ("/sandboxes/default/clock", "{}", "allowed: GET, HEAD, PUT"),
    ],
)  # fmt: skip
def test_the_control_api_says_what_was_expected(server, path, body, expected):
    response = requests.post(
        f"{server.addresses.main}/_mock{path}", data=body, timeout=30,
        headers={"Content-Type": "application/json"},
    )  # fmt: skip

    assert expected in response.json()["error"]["message"]


def test_a_form_is_not_json(server):
    url = f"{server.addresses.main}/_mock/sandboxes"
    response = requests.post(url, data={"name": "x"}, timeout=30)

    assert response.status_code == 415
    assert "Content-Type: application/json" in response.json()["error"]["message"]


def test_a_vendors_path_without_its_prefix_is_explained(server):
    response = requests.get(f"{server.addresses.main}/api/invoices", timeout=30)

    assert "/growcrm/api/invoices" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("vendor", "path", "expected"),
    [
        ("growcrm", "/invoices", "did you mean /api/invoices?"),
        ("halo", "/Invoice", "did you mean /api/Invoice?"),
        ("optiflow", "/invoices", "did you mean /api/v1/invoices?"),
        ("optiflow", "/api/v1/api/v1/invoices", "did you mean /api/v1/invoices?"),
        ("count", "/invoices", "did you mean /partners/invoices?"),
        ("count", "/_mock/sandboxes", "the control API is on the main port"),
        ("halo", "/_mock/sandboxes", "the control API is on the main port"),
        ("growcrm", "/_mock/sandboxes", "the control API is on the main port"),
    ],
)
def test_the_journal_names_the_path_that_was_probably_meant(server, vendor, path, expected):
    response = requests.get(f"{server.addresses.vendors[vendor].root_url}{path}", timeout=30)

    assert response.status_code == 404
    assert "did you mean" not in response.text
    assert "main port" not in response.text
    assert expected in last_note(server, vendor)


@pytest.mark.parametrize(
    ("vendor", "path"), [("halo", "/api/Invoice"), ("optiflow", "/api/v1/invoices")]
)
def test_the_journal_names_the_vendor_of_a_credential(server, vendor, path):
    url = f"{server.addresses.vendors[vendor].root_url}{path}"
    response = requests.get(url, headers={"Authorization": "Bearer growcrm-demo-key"}, timeout=30)

    assert response.status_code == 401
    assert "a credential of growcrm" in last_note(server, vendor)
    assert "growcrm" not in response.text


def last_note(server, vendor):
    url = f"{server.addresses.main}/_mock/sandboxes/default/journal?vendor={vendor}&limit=1"
    (entry,) = requests.get(url, timeout=30).json()
    return entry["note"]


@pytest.mark.parametrize("way", ["MAIN", "HALO", "MAIN/growcrm"])
def test_seeding_a_wrong_url_says_what_a_right_one_is(mockvoice, server, way):
    addresses = {"MAIN": server.addresses.main, "HALO": server.addresses.vendors["halo"].root_url}
    name, slash, path = way.partition("/")
    url = addresses[name] + slash + path + ("/growcrm" if path else "")
    status, _, err = mockvoice("seed", "growcrm", "--url", url, example_vendors=False).result()

    assert status == 1
    assert "the URL must be the part before this path, at a server of this vendor" in err
    assert "resume" not in err


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00", "The client begins TLS, but this port serves plain HTTP"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "The client begins HTTP/2"),
        (b"CONNECT crm.example.com:443 HTTP/1.1\r\n\r\n", "This port is not a proxy"),
        (b"hello\r\n\r\n", "The request is not valid HTTP/1.1"),
    ],
)
@pytest.mark.parametrize("port", ["MAIN", "HALO"])
def test_bytes_that_are_no_request_are_explained(server, sent, reason, port):
    url = server.addresses.main if port == "MAIN" else server.addresses.vendors["halo"].root_url
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), 10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    head, _, body = answer.partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 400 ")
    assert body.decode().startswith(reason)


def test_a_client_that_uses_the_main_port_as_a_proxy_is_told(server):
    proxies = {"http": server.addresses.main}
    response = requests.get("http://crm.example.com/api/invoices", proxies=proxies, timeout=10)

    assert response.status_code == 403
    assert "This port is not a proxy; --proxy-port opens one" in response.json()["error"]["message"]


def test_a_check_passes_on_what_a_port_says(mockvoice):
    with Server(Settings(port=0, vendors=("halo",), tls=True, proxy_port=0)) as server:
        plain = server.addresses.vendors["halo"].root_url.replace("https:", "http:")
        for url, sentence in (
            (plain, "use a URL that begins with https://"),
            (server.addresses.proxy, "forward proxy"),
        ):
            status, _, err = mockvoice(
                "check", "halo", "--url", url, example_vendors=False
            ).result()
            assert status == 2
            assert sentence in err
