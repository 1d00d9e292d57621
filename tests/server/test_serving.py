"""Serving: ports, prefixes, and settings."""

import http.client
import threading
from urllib.parse import urlsplit

import pytest

from mockvoice import __version__
from mockvoice.app import Server
from mockvoice.outbound.mock_header import MOCK_HEADER
from mockvoice.settings import Settings
from mockvoice.vendor_registry import UnknownVendor, load_vendors, vendor_keys
from tests import example_vendors

BELL = {"Authorization": "Bearer bell-demo-key"}
REMINDERS = {"empty": ["Wind the clock"], "demo": ["Wind the clock", "Yesterday's", "Next week's"]}


def send_raw(
    url: str, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Send a request without normalizing its path; return status, headers and body."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    response_headers = {
        name.lower(): value for name, value in response.getheaders() if name.lower() != "date"
    }
    return response.status, response_headers, body


def test_vendors_are_listed_in_the_order_of_their_ports():
    with example_vendors.installed():
        assert vendor_keys() == ["bell", "gong"]
        assert list(load_vendors().vendors) == ["bell", "gong"]
        assert list(load_vendors(["gong", "bell", "gong"]).vendors) == ["bell", "gong"]
        assert list(load_vendors(["gong"]).vendors) == ["gong"]
        with pytest.raises(UnknownVendor, match="'toll'; expected one of bell, gong"):
            load_vendors(["toll"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/reminders", 200),
        ("HEAD", "/reminders", 200),
        ("GET", "/reminders/1", 200),
        ("GET", "/reminders/77", 404),
        ("GET", "/reminders/x", 422),
        ("GET", "/reminders%2F1", 200),
        ("GET", "/reminders/", 404),
        ("DELETE", "/reminders", 405),
        ("POST", "/reminders", 415),
        ("GET", "/bell/reminders", 404),
        ("GET", "/_mock/health", 404),
        ("GET", "/", 404),
        ("GET", "//", 404),
        ("GET", "/r%C3%A9minders", 404),
        ("GET", "/%ff", 404),
    ],
)
def test_responses_are_the_same_at_the_prefix_and_the_port_of_a_vendor(
    server, method, path, status
):
    urls = server.urls["vendors"]["bell"]
    body = b"{}" if method == "POST" else None
    at_port = send_raw(urls["root_url"], method, path, body, **BELL)
    at_prefix = send_raw(urls["prefix_url"], method, "/bell" + path, body, **BELL)

    assert at_port == at_prefix
    assert at_port[0] == status


def test_urls_in_pages_include_the_prefix(server, http):
    urls = server.urls["vendors"]["bell"]

    assert http.get(f"{urls['root_url']}/hello/you").text == "/hello/you"
    assert http.get(f"{urls['prefix_url']}/hello/you").text == "/bell/hello/you"


def test_a_vendor_handles_all_paths_under_its_prefix(server, http):
    main = server.urls["main"]

    assert http.get(f"{main}/bell").json().keys() == {"why"}
    assert http.get(f"{main}/gong/nothing").json().keys() == {"why"}
    assert http.get(f"{main}/bells").json()["error"]["code"] == "not_found"


def test_a_record_created_at_the_port_is_read_at_the_prefix(server, http):
    urls = server.urls["vendors"]["gong"]
    token = {"Authorization": "Bearer gong-demo-token"}
    body = {"text": "Both", "day": "2090-01-01"}
    created = http.post(f"{urls['root_url']}/reminders", json=body, headers=token)

    assert created.status_code == 201
    read = http.get(f"{urls['prefix_url']}/reminders/{created.json()['id']}", headers=token)
    assert read.json() == created.json()


def test_a_credential_is_valid_only_for_its_vendor(server, http):
    gong = server.urls["vendors"]["gong"]["root_url"]

    assert http.get(f"{gong}/reminders", headers=BELL).status_code == 401
    client = {"Authorization": "Bearer gong-demo-client"}
    assert http.get(f"{gong}/reminders", headers=client).status_code == 200


@pytest.mark.parametrize("data", ["demo", "empty"])
def test_the_data_setting_selects_the_initial_data(serve, http, data):
    bell = serve(data=data).urls["vendors"]["bell"]["root_url"]
    listed = http.get(f"{bell}/reminders", headers=BELL).json()["reminders"]

    assert [row["text"] for row in listed] == REMINDERS[data]


def test_a_single_vendor_can_be_served(serve, http):
    urls = serve(vendors=("gong",)).urls

    assert list(urls["vendors"]) == ["gong"]
    assert http.get(f"{urls['main']}/bell/reminders").json()["error"]["code"] == "not_found"


def test_without_vendor_ports_there_is_one_listener(serve, http):
    urls = serve(vendor_ports=False).urls
    bell = urls["vendors"]["bell"]

    assert bell["root_url"] is None
    assert http.get(f"{bell['prefix_url']}/reminders", headers=BELL).status_code == 200


@pytest.mark.parametrize("path", ["/", "/_mock", "/_mock/health", "/anything"])
def test_without_control_its_paths_are_not_found(serve, http, path):
    urls = serve(control=False).urls
    response = http.get(urls["main"] + path)

    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/json")
    assert response.json()["error"]["code"] == "not_found"
    assert http.head(urls["main"] + path).text == ""
    assert urls["vendors"]["bell"]["spec_url"] is None
    assert http.get(f"{urls['vendors']['bell']['prefix_url']}/reminders", headers=BELL).ok


def test_a_server_without_vendors_serves_the_control_api(installed_example_vendors, http):
    with Server(Settings(port=0), vendors={}) as server:
        assert http.get(f"{server.urls['main']}/_mock/vendors").json() == []
        assert "No vendor is served" in http.get(server.urls["main"]).text


@pytest.mark.parametrize("quirks", ["strict", "observed"])
def test_new_sandboxes_have_the_settings_of_the_server(serve, http, quirks):
    sandboxes = f"{serve(quirks=quirks).urls['main']}/_mock/sandboxes"
    http.post(sandboxes, json={"name": "later"})

    for name in ("default", "later"):
        assert http.get(f"{sandboxes}/{name}/settings").json()["quirks"] == quirks


def test_servers_in_one_process_do_not_share_data(serve, http):
    first, second = (serve().urls["vendors"]["bell"]["root_url"] for _ in range(2))
    http.post(f"{first}/reminders", json={"text": "One", "day": "2090-01-01"}, headers=BELL)
    listed = http.get(f"{second}/reminders", headers=BELL).json()["reminders"]

    assert "One" not in [row["text"] for row in listed]


def test_an_ipv6_address_can_be_served(serve, http):
    urls = serve(host="::1").urls

    assert urls["main"].startswith("http://[::1]:")
    assert http.get(f"{urls['main']}/_mock/health").status_code == 200
    assert http.get(f"{urls['vendors']['bell']['root_url']}/reminders", headers=BELL).ok


def test_concurrent_first_requests_create_one_control_application(serve):
    main = serve().urls["main"]
    statuses: list[int] = []

    def send() -> None:
        statuses.append(send_raw(main, "GET", "/_mock/health")[0])

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [200] * 8


def test_responses_have_no_server_header(server, http):
    response = http.get(f"{server.urls['main']}/_mock/health")

    assert "Server" not in response.headers
    assert "Date" in response.headers


def test_a_server_with_a_control_api_says_that_it_is_a_mock(serve):
    for control in (True, False):
        url = serve(control=control).urls["main"].rstrip("/")
        _, headers, _ = send_raw(f"{url}/bell/x", "GET", "/bell/x")

        announced = f'mockvoice/{__version__}; control="{url}"' if control else None
        assert headers.get(MOCK_HEADER.lower()) == announced
