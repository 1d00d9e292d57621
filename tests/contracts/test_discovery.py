"""Discovery of a mock's control API from the URL of one vendor."""

import json
import socket
from contextlib import ExitStack, closing, contextmanager

import httpx
import pytest

from mockvoice.app import Server
from mockvoice.outbound.mock_header import MOCK_HEADER, mock_header
from mockvoice.outbound.target_file import TargetSettings
from mockvoice.settings import Settings
from mockvoice_contracts.harness import discovery, targets
from mockvoice_contracts.harness.connections import SYSTEM_SETTINGS
from tests.stub_servers import stub_server

VENDOR = "growcrm"


@pytest.fixture(scope="module")
def free_port():
    """The lowest of 20 successive free ports."""
    for first in range(21000, 60000, 20):
        with ExitStack() as stack:
            try:
                for port in range(first, first + 20):
                    listener = stack.enter_context(closing(socket.socket()))
                    listener.bind(("127.0.0.1", port))
            except OSError:
                continue
        return first
    raise AssertionError("no 20 successive ports are free")


@pytest.fixture(params=[1, 7, 16])
def mock(request, free_port):
    """A mock whose vendor has a port some numbers above the main port."""
    port = free_port + request.param
    settings = Settings(port=free_port, vendors=(VENDOR,), own_ports={VENDOR: port})
    with Server(settings) as server:
        yield server


def target(url, **settings):
    return targets.from_settings(TargetSettings(vendor=VENDOR, url=url, **settings))


def list_vendors(url):
    """Return a function that responds as a mock that serves the vendor at a URL."""
    vendors = [{"key": VENDOR, "title": "Grow CRM", "prefix_url": url, "root_url": None}]
    return lambda request: (200, {}, json.dumps(vendors).encode())


def test_a_mock_is_found_from_the_vendors_own_port(mock):
    found = target(mock.urls["vendors"][VENDOR]["root_url"])

    assert (found.is_mock, found.mode) == (True, "full")
    assert found.abilities == {"clock", "outbox", "settings"}


def test_a_mock_is_found_from_the_prefix_on_its_main_port():
    with Server(Settings(port=0, vendors=(VENDOR,))) as server:
        assert target(server.urls["vendors"][VENDOR]["prefix_url"]).is_mock


@pytest.mark.parametrize("is_listed", [True, False])
def test_the_mock_on_the_default_port_must_list_the_url(monkeypatch, is_listed):
    with stub_server(lambda request: (404, {}, b"")) as vendor_port:
        listed = vendor_port.url if is_listed else "http://127.0.0.1:1"
        with stub_server(list_vendors(listed)) as mock:
            monkeypatch.setattr(discovery, "DEFAULT_PORT", int(mock.url.rpartition(":")[2]))
            found = target(vendor_port.url)

    assert found.is_mock == is_listed
    assert found.mode == ("full" if is_listed else "read-only")
    assert [request.path for request in mock.requests] == ["/_mock/vendors"]
    assert len(vendor_port.requests) == 2


def test_a_foreign_server_gets_two_requests():
    with stub_server(lambda request: (404, {}, b"")) as foreign:
        found = target(foreign.url)

    assert not found.is_mock
    assert [request.path.partition("=")[0] for request in foreign.requests] == [
        "/?mockvoice-check", "/_mock/vendors",
    ]  # fmt: skip


def test_a_mock_is_recognised_by_its_responses_whatever_its_ports(free_port):
    port = free_port + 19  # too far from the main port to be found by asking the ports below
    with Server(Settings(port=free_port, own_ports={VENDOR: port}, vendors=(VENDOR,))) as server:
        found = target(server.urls["vendors"][VENDOR]["root_url"])

        assert (found.is_mock, found.mode) == (True, "full")


@contextmanager
def behind_a_proxy(**settings):
    """Yield the URL of a proxy that passes on all headers, and the mock behind it."""

    def pass_on(request):
        response = httpx.request(request.method, root + request.path, headers=request.headers)
        return response.status_code, {MOCK_HEADER: response.headers[MOCK_HEADER]}, response.content

    with Server(Settings(port=0, vendors=(VENDOR,), **settings)) as server:
        root = server.urls["vendors"][VENDOR]["root_url"]
        with stub_server(pass_on) as proxy:
            yield proxy.url, server


def test_a_mock_behind_a_proxy_is_confirmed_by_its_journal():
    with behind_a_proxy() as (url, _):
        found = target(url)

    assert (found.is_mock, found.mode) == (True, "full")


def test_a_mock_whose_control_api_is_closed_is_only_read():
    with behind_a_proxy(control_token="secret-token") as (url, _):
        found = target(url)

    assert (found.is_mock, found.mode, found.control) == (True, "read-only", None)


def test_the_header_of_another_mock_does_not_unlock_a_server():
    with behind_a_proxy() as (_, other):
        header = {MOCK_HEADER: mock_header("1.0", other.urls["main"])}
        with stub_server(lambda request: (200, header, b"{}")) as real:
            found = target(real.url)

    assert (found.mode, found.control) == ("read-only", None)


def test_no_other_host_confirms_a_mock():
    def announce(request):
        return 200, {MOCK_HEADER: mock_header("1.0", "http://control.example:8080")}, b"{}"

    with stub_server(announce) as real:
        finder = discovery.MockFinder(real.url, VENDOR, SYSTEM_SETTINGS)

        assert finder._on_own_host("https://control.example:9000") == "https://127.0.0.1:9000"
        assert finder.find(is_local=False, asks_ports=False).control is None


def test_configured_credentials_select_their_own_sandbox():
    with Server(Settings(port=0, vendors=(VENDOR,))) as server:
        sandboxes = f"{server.urls['main']}/_mock/sandboxes".replace("//_", "/_")
        created = httpx.post(sandboxes, json={"name": "mine", "now": "2031-05-06T00:00:00Z"}).json()
        url = server.urls["vendors"][VENDOR]["root_url"]
        mine = target(url, credentials=created["credentials"][VENDOR])
        foreign = target(url, credentials={"api_key": "key-of-a-real-account"})

        assert mine.now().year == 2031
        assert (foreign.mode, foreign.control) == ("read-only", None)


def test_a_server_on_another_machine_gets_one_request_without_abilities(monkeypatch):
    sent = []
    monkeypatch.setattr(
        discovery.MockFinder, "_announced_control", lambda finder: (True, sent.append(finder._url))
    )
    monkeypatch.setattr(discovery, "_accepts", lambda host, port: sent.append(port))
    found = target("https://api.vendor.example:8082", credentials={"api_key": "key"})

    assert not found.is_mock
    assert sent == ["https://api.vendor.example:8082"]


def test_a_server_on_another_machine_gets_few_connections(monkeypatch):
    tried = []

    def refuse(address, timeout):
        tried.append(address[1])
        raise ConnectionRefusedError

    monkeypatch.setattr(discovery.socket, "create_connection", refuse)
    monkeypatch.setattr(discovery.MockFinder, "_announced_control", lambda finder: (True, None))
    monkeypatch.setattr(discovery.Control, "serves", lambda control, url: False)

    finder = discovery.MockFinder("https://api.vendor.example:9005", VENDOR, SYSTEM_SETTINGS)
    assert finder.find(is_local=False, asks_ports=True).control is None
    assert sorted(tried) == [8080, 9001, 9002, 9003, 9004]


def test_the_address_of_a_control_api_on_ipv6_has_brackets():
    parts = discovery.urlsplit("http://[::1]:8082")

    assert discovery._base(parts, 8080) == "http://[::1]:8080"
