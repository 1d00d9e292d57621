"""The connections of the contract suites: sessions of their own, and curl commands."""

from pathlib import Path

import pytest
import requests
import truststore._openssl

from mockvoice.cli import main
from mockvoice.outbound import certificates
from mockvoice.outbound.connection_settings import ConnectionSettings
from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.client import Api, Bearer
from mockvoice_contracts.harness.contract import Contract
from mockvoice_contracts.harness.request_gate import RequestGate, TargetSession
from mockvoice_contracts.harness.targets import Target
from tests.connect_proxy import connect_proxy
from tests.outbound.commands import seed
from tests.tls_servers import tls_server

CONTRACT = Contract(targets.document("halo"), closed=False)
AUTH = Bearer("halo-demo-token")


def target(url, **settings):
    connection = ConnectionSettings(**settings)
    return Target("halo", url, mode="read-only", is_mock=False, connection=connection)


def test_a_session_of_a_suite_uses_the_settings_of_the_target(authority, tls_port):
    server = target(f"https://localhost:{tls_port}", ca_file=authority.file)
    gate = RequestGate()
    session = gate.register(TargetSession(server, CONTRACT))
    with gate.installed():
        response = requests.get(f"{server.url}/api/Tax", auth=AUTH, timeout=10)

    assert response.status_code == 200
    assert session.requests == 1
    assert f"--cacert {authority.file} " in session.recent[0].curl


def test_only_the_named_authorities_are_trusted(monkeypatch, authority, tls_port):
    """The file of a target replaces those of the variables."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    other = target(f"https://localhost:{tls_port}", ca_file=Path(requests.certs.where()))

    with pytest.raises(requests.exceptions.SSLError):
        Api(CONTRACT, other, AUTH).send("GET", "/api/Tax")


def test_a_curl_command_has_the_proxy_without_its_password(authority, tls_port):
    with connect_proxy({"crm.test": tls_port}, "user:pass@word") as proxy:
        server = target(
            "https://crm.test", ca_file=authority.file,
            proxy=f"http://user:pass%40word@{proxy.address}",
        )  # fmt: skip
        response = Api(CONTRACT, server, AUTH).send("GET", "/api/Tax")

    assert response.status == 200
    assert f'--proxy http://"$HALO_PROXY_CREDENTIALS"@{proxy.address} ' in response.curl
    assert "word" not in response.curl
    assert "word" not in repr(server)


def test_an_unverified_server_is_called_with_the_option_of_curl(tls_port):
    server = target(f"https://localhost:{tls_port}", verify=False)

    response = Api(CONTRACT, server, AUTH).send("GET", "/api/Tax")
    assert response.status == 200
    assert "curl -i --insecure -X GET" in response.curl


@pytest.fixture
def system_store(monkeypatch):
    """Return a function that makes a file the system's store, on a system with OpenSSL."""
    paths = truststore._openssl.ssl.DefaultVerifyPaths(None, None, "", "", "", "")
    monkeypatch.setattr(truststore._openssl.ssl, "get_default_verify_paths", lambda: paths)
    certificates._system_context.cache_clear()
    yield lambda file: monkeypatch.setattr(truststore._openssl, "_CA_FILE_CANDIDATES", [str(file)])
    certificates._system_context.cache_clear()


def test_the_system_store_is_trusted_by_suites_and_seeder(system_store, authority, tls_port):
    system_store(authority.file)
    url = f"https://localhost:{tls_port}"

    assert Api(CONTRACT, target(url), AUTH).send("GET", "/api/Tax").status == 200
    assert exit_code(*seed("--url", url, "--dry-run")) == 0


def test_the_files_of_variables_are_trusted_besides_the_system_store(
    system_store, monkeypatch, authority, tls_port
):
    system_store(authority.file)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", requests.certs.where())
    url = f"https://localhost:{tls_port}"

    assert Api(CONTRACT, target(url), AUTH).send("GET", "/api/Tax").status == 200
    assert exit_code(*seed("--url", url, "--dry-run")) == 0


def test_a_proxy_with_tls_is_trusted_like_the_server(authority, tls_port, target_file):
    with (
        connect_proxy({"crm.test": tls_port}) as proxy,
        tls_server(authority.context_of_localhost, proxy.url) as proxy_port,
    ):
        proxy_url = f"https://localhost:{proxy_port}"
        server = target("https://crm.test", ca_file=authority.file, proxy=proxy_url)
        file = target_file("https://crm.test", f'ca_file = "{authority.file}"')

        assert Api(CONTRACT, server, AUTH).send("GET", "/api/Tax").status == 200
        assert exit_code(*seed("--target", file, "--proxy", proxy_url, "--dry-run")) == 0
    assert set(proxy.requests) == {"CONNECT crm.test:443"}


def exit_code(*arguments):
    with pytest.raises(SystemExit) as exit_info:
        main(list(map(str, arguments)))
    return exit_info.value.code
