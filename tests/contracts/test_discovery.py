"""Discovery of a mock's control API from the URL of one vendor."""

import json
import socket
from contextlib import ExitStack, closing

import pytest

from mockvoice.app import Server
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


def test_a_foreign_server_gets_one_request():
    with stub_server(lambda request: (404, {}, b"")) as foreign:
        found = target(foreign.url)

    assert not found.is_mock
    assert [request.path for request in foreign.requests] == ["/_mock/vendors"]


def test_a_server_on_another_machine_is_not_asked_without_abilities(monkeypatch):
    def fail(*arguments, **options):
        raise AssertionError("a server on another machine was asked for its control API")

    monkeypatch.setattr(targets, "find_control", fail)
    found = target("https://api.vendor.example:8082", credentials={"api_key": "key"})

    assert not found.is_mock


def test_a_server_on_another_machine_gets_few_connections(monkeypatch):
    tried = []

    def refuse(address, timeout):
        tried.append(address[1])
        raise ConnectionRefusedError

    monkeypatch.setattr(discovery.socket, "create_connection", refuse)
    monkeypatch.setattr(discovery.Control, "serves", lambda control, url: False)

    url = "https://api.vendor.example:9005"
    assert discovery.find_control(url, VENDOR, SYSTEM_SETTINGS, is_local=False) is None
    assert sorted(tried) == [8080, 9001, 9002, 9003, 9004]


def test_the_address_of_a_control_api_on_ipv6_has_brackets():
    parts = discovery.urlsplit("http://[::1]:8082")

    assert discovery._base(parts, 8080) == "http://[::1]:8080"
