"""Requests that a trusted proxy in front of the server forwards."""

from ipaddress import ip_network

import pytest

from mockvoice.app import Server
from mockvoice.settings import Settings

LOOPBACK = ip_network("127.0.0.0/8")
FORWARDED = {
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "mock.example.com",
    "X-Forwarded-Prefix": "/invoicing/",
}
OWNER = {"Authorization": "Bearer 1|optiflow-demo-owner"}


@pytest.fixture(scope="module")
def server():
    with Server(Settings(port=0, trusted_proxies=(LOOPBACK,))) as server:
        yield server


def auth_url(server, http, headers):
    root = server.urls["vendors"]["halo"]["root_url"]
    return http.get(f"{root}/api/authinfo", headers=headers).json()["auth_url"]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (FORWARDED, "https://mock.example.com/invoicing/auth"),
        ({"X-Forwarded-Proto": "HTTPS, http"}, "https://{host}/auth"),
        ({"X-Forwarded-Host": "a.example:8443, b.example"}, "http://a.example:8443/auth"),
        ({"X-Forwarded-Prefix": "/a/b"}, "http://{host}/a/b/auth"),
        # Values that cannot be true do not count.
        ({"X-Forwarded-Proto": "javascript"}, "http://{host}/auth"),
        ({"X-Forwarded-Host": "a.example/evil"}, "http://{host}/auth"),
        ({"X-Forwarded-Host": "user@a.example"}, "http://{host}/auth"),
        ({"X-Forwarded-Host": "a.example:99999"}, "http://{host}/auth"),
        ({"X-Forwarded-Prefix": "/a/../b"}, "http://{host}/auth"),
        ({"X-Forwarded-Prefix": "//evil.example"}, "http://{host}/auth"),
        ({"X-Forwarded-Prefix": "/a?b"}, "http://{host}/auth"),
        ({"X-Forwarded-Prefix": "evil"}, "http://{host}/auth"),
    ],
)
def test_links_have_the_url_that_the_client_used(server, http, headers, expected):
    host = server.urls["vendors"]["halo"]["root_url"].removeprefix("http://")

    assert auth_url(server, http, headers) == expected.format(host=host)


def test_pages_of_lists_link_to_the_url_that_the_client_used(server, http):
    root = server.urls["vendors"]["optiflow"]["root_url"]
    page = http.get(f"{root}/api/v1/invoices?per_page=1", headers={**OWNER, **FORWARDED}).json()

    assert page["links"]["next"].startswith("https://mock.example.com/invoicing/api/v1/invoices?")


def test_below_a_prefix_of_the_main_port_both_prefixes_are_in_links(server, http):
    prefix = server.urls["vendors"]["halo"]["prefix_url"]
    answer = http.get(f"{prefix}/api/authinfo", headers=FORWARDED).json()

    assert answer["auth_url"] == "https://mock.example.com/invoicing/halo/auth"


@pytest.mark.parametrize("trusted", [(), (ip_network("10.0.0.0/8"),)])
def test_headers_of_others_do_not_count(http, trusted):
    with Server(Settings(port=0, vendors=("halo",), trusted_proxies=trusted)) as server:
        root = server.urls["vendors"]["halo"]["root_url"]

        assert auth_url(server, http, FORWARDED) == f"{root}/auth"


@pytest.mark.parametrize("value", ["proxy", "10.0.0.1/8", "10.0.0.0/33"])
def test_an_invalid_address_is_an_error(mockvoice, value):
    status, _, err = mockvoice("serve", "--trusted-proxy", value, "--port", "0").result()

    assert status == 2
    assert "must be an address or a network such as 10.0.0.0/8" in err


@pytest.mark.parametrize("path", ["/_mock/sandboxes", "/"])
def test_a_page_cannot_pretend_to_be_called_by_a_name_of_this_machine(server, http, path):
    """A page whose host name resolves to this machine (DNS rebinding) may send headers of a proxy."""
    headers = {"Host": "evil.example", "X-Forwarded-Host": "localhost"}

    assert http.get(f"{server.urls['main']}{path}", headers=headers).status_code == 403


def test_with_strict_hosts_the_received_name_must_be_allowed_too(http):
    settings = Settings(
        port=0,
        vendors=("halo",),
        trusted_proxies=(LOOPBACK,),
        strict_hosts=True,
        allowed_hosts=("mock.example.com",),
    )
    with Server(settings) as server:
        url = f"{server.urls['vendors']['halo']['root_url']}/api/authinfo"
        evil = {"Host": "evil.example", "X-Forwarded-Host": "localhost"}

        assert http.get(url, headers=evil).status_code == 421
        assert http.get(url, headers=FORWARDED).status_code == 200
        assert http.get(url, headers={"X-Forwarded-Host": "evil.example"}).status_code == 421
