"""The forward proxy: hosts with and without a route, tunnels, and requests with whole URLs."""

import json
import os
import ssl
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
import requests
from cryptography import x509

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.testing import RemoteServer
from tests.proxy.conftest import GROWCRM
from tests.proxy.connections import ask, ask_byte_by_byte, connect, encrypted, get, open_tunnel

HALO = {"Authorization": "Bearer halo-demo-token"}
KEY = "Authorization: Bearer growcrm-demo-key"


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("https://api.getcount.com/auth2/authorize-intiate", {}),
        ("https://dev-api.getcount.com/auth2/authorize-intiate", {}),
        ("https://acme.halopsa.com/api/Invoice", HALO),
        ("https://ACME.HaloITSM.com./api/Invoice", HALO),
        ("https://acme.haloservicedesk.com/api/Invoice", HALO),
        ("https://trial.usehalo.com/api/Invoice", HALO),
        ("https://acme.optiflow.com.do/api/v1/invoices", {"Authorization": "Bearer 1|optiflow-demo-owner"}),
        ("https://crm.example.com/api/invoices", GROWCRM),
        ("http://crm.example.com/api/invoices", GROWCRM),
        ("http://crm.example.com:8000/api/invoices", GROWCRM),
        ("https://a.b.example.org/api/v1/invoices", {"Authorization": "Bearer 1|optiflow-demo-owner"}),
    ],
)  # fmt: skip
def test_a_host_with_a_route_is_served_by_its_vendor(session, url, headers):
    response = session.get(url, headers=headers)

    expected = 400 if "getcount" in url else 200  # a request of COUNT without its parameters
    assert response.status_code == expected, response.text


def test_links_in_responses_have_the_host_of_the_request(session):
    assert session.get("https://acme.halopsa.com/api/authinfo").json()["auth_url"] == (
        "https://acme.halopsa.com/auth"
    )


@pytest.mark.parametrize("host", ["api.example.net", "example.org", "halopsa.com", "localhost"])
def test_a_host_without_a_route_is_rejected_with_a_sentence_that_names_the_option(session, host):
    with pytest.raises(requests.exceptions.ProxyError, match=f"--route {host}=VENDOR"):
        session.get(f"https://{host}/api/invoices")
    response = session.get(f"http://{host}/api/invoices")

    assert response.status_code == 502
    assert f"--route {host}=VENDOR" in response.json()["error"]["message"]


def test_httpx_shows_the_sentence_too(proxy, trusting):
    with (
        httpx.Client(proxy=proxy, verify=trusting, trust_env=False) as client,
        pytest.raises(httpx.ProxyError, match=r"--route api\.example\.net=VENDOR"),
    ):
        client.get("https://api.example.net/")


def test_a_tunnel_is_kept_for_further_requests_of_http_1(proxy, trusting):
    connection = encrypted(open_tunnel(proxy, "crm.example.com"), trusting, "crm.example.com")

    statuses = [
        ask(connection, get("/api/invoices?limit=1", "crm.example.com", KEY))[0] for _ in range(5)
    ]

    connection.close()
    assert statuses == [200] * 5


def test_the_protocol_is_negotiated(proxy, ca_file):
    context = ssl.create_default_context(cafile=ca_file)
    context.set_alpn_protocols(["h2", "http/1.1"])
    connection = encrypted(open_tunnel(proxy, "crm.example.com"), context, "crm.example.com")

    negotiated = connection.selected_alpn_protocol()

    connection.close()
    assert negotiated == "http/1.1"


def test_the_first_bytes_of_tls_may_arrive_one_by_one(proxy, trusting):
    tunnel = open_tunnel(proxy, "crm.example.com")
    request = get("/api/invoices?limit=1", "crm.example.com", KEY)

    response = ask_byte_by_byte(tunnel, trusting, "crm.example.com", request)

    tunnel.close()
    assert response.startswith(b"HTTP/1.1 200 OK")


def test_a_tunnel_without_tls_is_served_too(proxy):
    tunnel = open_tunnel(proxy, "crm.example.com", 80)

    answers = [ask(tunnel, get("/api/invoices?limit=1", "crm.example.com", KEY)) for _ in range(2)]

    tunnel.close()
    assert [status for status, _, _ in answers] == [200, 200]


def test_an_address_of_ipv6_can_have_a_route(proxy, trusting):
    connection = encrypted(open_tunnel(proxy, "[::1]"), trusting, "::1")

    status, _, _ = ask(
        connection, get("/api/Invoice", "[::1]", "Authorization: Bearer halo-demo-token")
    )

    connection.close()
    assert status == 200


def test_certificates_live_at_most_397_days_and_name_the_host(proxy, trusting):
    connection = encrypted(open_tunnel(proxy, "acme.halopsa.com"), trusting, "acme.halopsa.com")
    certificate = x509.load_der_x509_certificate(connection.getpeercert(binary_form=True))
    connection.close()

    lifetime = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert lifetime <= timedelta(days=397)
    assert names.get_values_for_type(x509.DNSName) == ["acme.halopsa.com"]


def test_the_certificate_is_that_of_the_name_in_the_tunnel(proxy, trusting):
    """A client may open a tunnel to an address, and name the host in TLS (SNI)."""
    connection = encrypted(open_tunnel(proxy, "crm.example.com"), trusting, "other.example.com")
    connection.close()


def test_many_tunnels_are_served_at_once(server, proxy, ca_file):
    def create(number):
        with requests.Session() as session:
            session.proxies, session.verify = {"https": proxy}, ca_file
            body = {"client_company_name": f"Tunnel {number}", "first_name": "A", "last_name": "B",
                    "email": f"tunnel-{number}@example.com"}  # fmt: skip
            return session.post(
                "https://crm.example.com/api/clients", json=body, headers=GROWCRM
            ).status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(create, range(60)))

    assert statuses == [201] * 60


def test_a_body_that_is_rejected_early_gets_its_response_through_the_tunnel(session):
    response = session.post(
        "https://crm.example.com/api/clients", data=b"x" * (12 * 1024 * 1024), headers=GROWCRM
    )

    assert response.status_code == 413


def test_a_large_response_arrives_completely(session):
    response = session.get("https://acme.optiflow.com.do/api/v1/invoices/1/pdf",
                           headers={"Authorization": "Bearer 1|optiflow-demo-owner"})  # fmt: skip

    assert response.content.startswith(b"%PDF")
    assert int(response.headers["Content-Length"]) == len(response.content)


def test_a_dropped_connection_is_dropped_through_the_tunnel(session):
    with pytest.raises(requests.ConnectionError):
        session.get(
            "https://crm.example.com/api/invoices", headers={**GROWCRM, "X-Mock-Fault": "drop"}
        )


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        ("CONNECT crm.example.com HTTP/1.1", 400),
        ("CONNECT crm.example.com:https HTTP/1.1", 400),
        ("CONNECT https://crm.example.com:443 HTTP/1.1", 400),
        ("CONNECT " + "a" * 300 + ".example.com:443 HTTP/1.1", 400),
        ("CONNECT -.example.com:443 HTTP/1.1", 400),
        ("CONNECT \u00e9\u00e9.example.net:443 HTTP/1.1", 502),
        ("GET ftp://crm.example.com/api/invoices HTTP/1.1", 400),
        ("GET http://[::1/api/invoices HTTP/1.1", 400),
        ("GET /api/invoices HTTP/1.1", 400),
        ("COPY http://crm.example.com/api/invoices HTTP/1.1", 405),
        ("CON", 400),
    ],
)
def test_a_request_that_no_proxy_can_serve_is_rejected(proxy, request_line, status):
    connection = connect(proxy)
    head = f"{request_line}\r\nHost: crm.example.com\r\n{KEY}\r\n\r\n".encode("latin-1")

    answer = ask(connection, head)

    connection.close()
    assert answer[0] == status, answer


def test_a_request_to_the_proxy_itself_says_what_it_is(proxy):
    response = requests.get(f"{proxy}/", timeout=30)

    assert response.status_code == 400
    assert "HTTPS_PROXY" in response.json()["error"]["message"]


def test_a_request_with_a_whole_url_ignores_the_header_of_its_host(proxy):
    connection = connect(proxy)

    request = get("http://crm.example.com/api/invoices?limit=1", "acme.halopsa.com", KEY)
    status, _, body = ask(connection, request)

    connection.close()
    assert status == 200
    assert json.loads(body)["data"]


def test_a_client_may_leave_tls_to_the_proxy(proxy):
    connection = connect(proxy)

    answer = ask(connection, get("https://acme.halopsa.com/api/authinfo", "acme.halopsa.com"))

    connection.close()
    assert json.loads(answer[2])["auth_url"] == "https://acme.halopsa.com/auth"


def test_headers_for_the_proxy_do_not_reach_the_journal(server, session):
    session.get("http://crm.example.com/api/invoices?limit=1",
                headers={**GROWCRM, "Proxy-Authorization": "Basic c2VjcmV0OnNlY3JldA=="})  # fmt: skip
    journal = requests.get(
        f"{server.urls['main']}/_mock/sandboxes/default/journal?vendor=growcrm&limit=1", timeout=30
    )

    assert "Proxy-Authorization" not in journal.text
    assert "proxy-authorization" not in journal.text


def test_a_client_that_does_not_trust_the_certificate_is_named_in_the_log(proxy, caplog):
    with pytest.raises(requests.exceptions.SSLError):
        requests.get("https://crm.example.com/", proxies={"https": proxy}, timeout=30)
    deadline = time.monotonic() + 10
    while not caplog.records and time.monotonic() < deadline:
        time.sleep(0.02)

    assert "does not trust the certificate" in caplog.text


def test_a_route_of_the_user_comes_before_the_vendors_own():
    settings = Settings(port=0, proxy_port=0, routes=(("*.halopsa.com", "growcrm"),))
    with Server(settings) as server, requests.Session() as session:
        session.proxies, session.verify = {"https": server.urls["proxy"]}, server.urls["ca_file"]
        response = session.get("https://acme.halopsa.com/api/invoices", headers=GROWCRM)

        assert response.status_code == 200


def test_the_control_api_has_proxy_routes_and_certificate(server, proxy, ca_file):
    network = requests.get(f"{server.urls['main']}/_mock/network", timeout=30).json()

    assert (network["proxy_url"], network["ca_file"]) == (proxy, ca_file)
    assert {"host": "crm.example.com", "vendor": "growcrm"} in network["routes"]
    assert {"host": "*.halopsa.com", "vendor": "halo"} in network["routes"]
    x509.load_pem_x509_certificate(network["ca_certificate"].encode())


def test_without_a_proxy_the_control_api_says_so():
    with Server(Settings(port=0, vendors=("halo",))) as server:
        network = requests.get(f"{server.urls['main']}/_mock/network", timeout=30).json()

        assert network == {"proxy_url": None, "routes": [], "ca_file": None, "ca_certificate": None}
        assert (server.urls["proxy"], server.urls["ca_file"]) == (None, None)


def test_connect_may_arrive_byte_by_byte(proxy, trusting):
    connection = connect(proxy)
    for byte in b"CONNECT crm.example.com:443 HTTP/1.1\r\n\r\n":
        connection.sendall(bytes([byte]))
    while not connection.recv(65536).endswith(b"\r\n\r\n"):
        pass
    connection = encrypted(connection, trusting, "crm.example.com")

    status, _, _ = ask(connection, get("/api/invoices?limit=1", "crm.example.com", KEY))

    connection.close()
    assert status == 200


def test_tunnels_can_follow_requests_on_one_connection(proxy, trusting):
    connection = connect(proxy)
    status, _, _ = ask(
        connection,
        get("http://crm.example.com/api/invoices?limit=1", "crm.example.com", KEY),
    )
    opened = b"CONNECT crm.example.com:443 HTTP/1.1\r\n\r\n"
    connection.sendall(opened)
    while not connection.recv(65536).endswith(b"\r\n\r\n"):
        pass
    connection = encrypted(connection, trusting, "crm.example.com")
    after = ask(connection, get("/api/invoices?limit=1", "crm.example.com", KEY))[0]

    connection.close()
    assert (status, after) == (200, 200)


def test_bytes_that_only_look_like_tls_end_the_connection(proxy):
    tunnel = open_tunnel(proxy, "crm.example.com")
    tunnel.sendall(b"\x16" + b"x" * 100)

    received = b"".join(iter(lambda: _received(tunnel), b""))

    tunnel.close()
    assert b"HTTP/1.1" not in received


def _received(connection):
    try:
        return connection.recv(65536)
    except ConnectionResetError:
        return b""


def test_a_head_of_connect_is_limited(proxy):
    connection = connect(proxy)
    head = b"CONNECT crm.example.com:443 HTTP/1.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n"

    status, _, _ = ask(connection, head)

    connection.close()
    assert status == 431


def test_no_connection_is_left_after_its_client_has_gone(trusting):
    with Server(Settings(port=0, proxy_port=0, vendors=("halo",))) as server:
        for host in ("acme.halopsa.com", "b.halopsa.com"):
            encrypted(open_tunnel(server.urls["proxy"], host), trusting_of(server), host).close()
            open_tunnel(server.urls["proxy"], host).close()
        plain = open_tunnel(server.urls["proxy"], "acme.halopsa.com", 80)
        ask(plain, get("/api/Invoice", "acme.halopsa.com"))
        plain.close()
        connections = server._server.server_state.connections
        deadline = time.monotonic() + 10
        while connections and time.monotonic() < deadline:
            time.sleep(0.02)

        assert connections == set()


def trusting_of(server):
    return ssl.create_default_context(cafile=server.urls["ca_file"])


def test_a_server_ends_with_open_tunnels():
    with Server(Settings(port=0, proxy_port=0, vendors=("halo",))) as server:
        host = "acme.halopsa.com"
        silent = open_tunnel(server.urls["proxy"], host)
        idle = encrypted(open_tunnel(server.urls["proxy"], host), trusting_of(server), host)
        started = time.monotonic()

    assert time.monotonic() - started < 5
    silent.close()
    idle.close()


def test_a_client_that_tries_again_fills_no_log(session, caplog):
    for _ in range(3):
        with pytest.raises(requests.exceptions.ProxyError):
            session.get("https://again.example.net/")

    assert caplog.text.count("again.example.net=VENDOR") == 1


def test_the_environment_of_a_sandbox_has_the_proxy(server, proxy, ca_file):
    """A program that a test starts calls the real host with the credentials of the test's sandbox."""
    script = 'curl -sS --fail-with-body https://crm.example.com/api/invoices -H "Authorization: Bearer $GROWCRM_API_KEY"'
    with RemoteServer(server.urls["main"]) as mock, mock.sandbox(data="empty") as sandbox:
        environment = sandbox.environment
        output = subprocess.check_output(["sh", "-c", script], env={**os.environ, **environment})

    assert (environment["HTTPS_PROXY"], environment["SSL_CERT_FILE"]) == (proxy, ca_file)
    assert json.loads(output)["meta"]["total"] == 0
