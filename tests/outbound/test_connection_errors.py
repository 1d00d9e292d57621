"""Connections that cannot work: each fails at once, with one sentence that says what to change."""

import time
from ssl import TLSVersion

import pytest

from tests.connect_proxy import connect_proxy
from tests.outbound.commands import CHECK, seed
from tests.stub_servers import stub_server
from tests.tls_servers import Authority, tls_server

COMMANDS = {"check": CHECK, "seed": seed()}
LONGEST_SECONDS = 15  # Ten attempts take longer.


@pytest.fixture(params=COMMANDS)
def fails(request, failure):
    """Return a function that runs a check or the seeder, and returns the sentence."""

    def run(*arguments):
        start = time.monotonic()
        message = failure(*COMMANDS[request.param], *arguments)
        assert time.monotonic() - start < LONGEST_SECONDS
        return message

    return run


def test_a_certificate_that_nobody_trusts(fails, tls_port):
    message = fails("--url", f"https://localhost:{tls_port}")

    assert f"https://localhost:{tls_port} has a TLS certificate that is not trusted" in message
    for setting in ("--ca-file", "ca_file", "SSL_CERT_FILE", "--insecure", "verify = false"):
        assert setting in message


def test_a_certificate_of_another_authority(fails, tls_port, tmp_path):
    other = Authority(tmp_path)

    message = fails("--url", f"https://localhost:{tls_port}", "--ca-file", other.file)

    assert "has a TLS certificate that is not trusted" in message


def test_an_expired_certificate(fails, authority, halo):
    with tls_server(authority.context("localhost", expired=True), halo) as port:
        message = fails("--url", f"https://localhost:{port}", "--ca-file", authority.file)

    assert "has a TLS certificate that has expired: renew it" in message
    assert "verify = false" in message


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_certificate_for_another_host(fails, authority, halo, host):
    with tls_server(authority.context("other.test"), halo) as port:
        message = fails("--url", f"https://{host}:{port}", "--ca-file", authority.file)

    assert "has a TLS certificate for another host name: use a name of the certificate" in message
    assert "verify = false" in message


def test_https_for_a_port_of_plain_http(fails, halo_port):
    message = fails("--url", f"https://127.0.0.1:{halo_port}")

    assert "answers without TLS, in plain HTTP: begin the URL with http://" in message


def test_plain_http_for_a_port_with_tls(fails, tls_port):
    message = fails("--url", f"http://127.0.0.1:{tls_port}")

    assert f"http://127.0.0.1:{tls_port} needs TLS: begin the URL with https://" in message


@pytest.mark.parametrize(
    "page",
    [
        b"<title>400 The plain HTTP request was sent to HTTPS port</title>",
        b"Client sent an HTTP request to an HTTPS server.\n",
        b"Reason: You're speaking plain HTTP to an SSL-enabled server port.",
    ],
)
def test_plain_http_for_a_port_with_tls_that_answers_with_a_page(fails, page):
    with stub_server(lambda request: (400, {"Content-Type": "text/html"}, page)) as server:
        assert f"{server.url} needs TLS" in fails("--url", server.url)


def test_a_proxy_that_cannot_be_reached(fails, target_file, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret-word@127.0.0.1:1")

    message = fails("--target", target_file("https://crm.test"))

    assert "the proxy http://***@127.0.0.1:1 for https://crm.test cannot be reached" in message
    assert "the variable HTTPS_PROXY" in message
    assert "NO_PROXY" in message
    assert "secret-word" not in message


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("user_info", "expected"),
    [
        ("", "asks for a user name and a password: add them to the URL in --proxy"),
        ("user:wrong-word@", "rejects the user name and password in --proxy"),
    ],
)
def test_a_proxy_that_asks_for_a_password(fails, target_file, scheme, user_info, expected):
    with connect_proxy({"crm.test": 1}, "user:secret") as proxy:
        file = target_file(f"{scheme}://crm.test")
        message = fails("--target", file, "--proxy", f"http://{user_info}{proxy.address}")

        assert expected in message
        assert "wrong-word" not in message
        assert len(proxy.requests) == 1


def test_a_proxy_that_does_not_allow_the_server(fails, target_file):
    with connect_proxy({"crm.test": 1}, status=403) as proxy:
        file = target_file("https://crm.test", f'proxy = "{proxy.url}"')
        message = fails("--target", file)

        assert f"the proxy {proxy.url} rejects connections to https://crm.test with 403" in message
        assert len(proxy.requests) == 1


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_variable_that_names_a_missing_file(fails, tls_port, monkeypatch, name):
    monkeypatch.setenv(name, "/no/such/authority.pem")

    message = fails("--url", f"https://localhost:{tls_port}")

    assert f"/no/such/authority.pem, which the variable {name} names, cannot be read" in message


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('ca_file = "missing.pem"', "missing.pem cannot be read: No such file or directory"),
        ('ca_file = "target.toml"', "target.toml contains no certificate in PEM format"),
        ('ca_file = "env:NO_SUCH_NAME"', "NO_SUCH_NAME, which the setting ca_file names, is not set"),
        ("ca_file = 3", "ca_file must be the path of a file"),
        ('verify = "no"', "verify must be true or false"),
        ('proxy = "http://user:secret-word@"', "does not name a valid proxy"),
        ('proxy = "socks5://user:secret-word@127.0.0.1:1"', "protocol socks5, which is not supported"),
        ("proxy = 3", "proxy must be a URL such as"),
        ('cafile = "a.pem"', "did you mean 'ca_file'?"),
        ("verify_tls = false", "did you mean 'verify'?"),
        ('ca_file = "target.toml"\nverify = false', "remove ca_file or verify = false"),
    ],
)  # fmt: skip
def test_an_invalid_setting_of_a_target_file(fails, target_file, line, expected):
    message = fails("--target", target_file("https://crm.test", line))

    assert expected in message
    assert "secret-word" not in message


def test_a_proxy_for_a_server_on_this_machine(fails, target_file):
    file = target_file("http://127.0.0.1:1", 'proxy = "http://proxy.test"')

    assert "is on this machine, so it is called without a proxy" in fails("--target", file)


def test_contradicting_options(fails, authority):
    message = fails("--url", "https://localhost:1", "--ca-file", authority.file, "--insecure")

    assert message == "--ca-file and --insecure contradict each other; use one of them"


def test_options_of_a_connection_need_a_server(failure):
    assert "need a server" in failure("check", "halo", "--insecure")
    assert "need --url or --target" in failure("seed", "halo", "--insecure", "--dry-run")


def test_a_handshake_that_fails(fails, authority, halo):
    context = authority.context("localhost")
    context.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")
    context.maximum_version = TLSVersion.TLSv1_2
    with tls_server(context, halo) as port:
        message = fails("--url", f"https://localhost:{port}", "--ca-file", authority.file)

    assert f"the TLS handshake with https://localhost:{port} failed (" in message


def test_a_proxy_that_does_not_reach_the_server(failure, target_file):
    """The server may be reached later, so only the check ends at once."""
    with connect_proxy({}) as proxy:
        file = target_file("https://crm.test", f'proxy = "{proxy.url}"')
        message = failure(*CHECK, "--target", file)

    assert message.startswith(f"https://crm.test cannot be reached through the proxy {proxy.url}")


def test_commands_without_options_name_only_the_variable(failure, tls_port):
    message = failure("sandbox", "list", "--url", f"https://localhost:{tls_port}")

    assert "name the file of its certificate authority with the variable SSL_CERT_FILE" in message
    assert "--ca-file" not in message
