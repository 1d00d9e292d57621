"""What is served where: ports, prefixes, and the options that choose."""

import http.client
import threading
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from connexion.exceptions import ResolverError

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.vendors import UnknownVendor, all_vendors, vendor_keys
from tests import example_vendors

BELL = {"Authorization": "Bearer bell-demo-key"}
REMINDERS = {"empty": ["Wind the clock"], "demo": ["Wind the clock", "Yesterday's", "Next week's"]}


def raw(
    url: str, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """An exchange whose path is sent as it is given."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    shown = {name.lower(): value for name, value in answer.getheaders() if name.lower() != "date"}
    return answer.status, shown, body


def test_vendors_are_found_in_the_order_of_their_ports():
    with example_vendors.for_vendors():
        assert vendor_keys() == ["bell", "gong"]
        assert list(all_vendors()) == ["bell", "gong"]
        assert list(all_vendors(["gong", "bell", "gong"])) == ["bell", "gong"]
        assert list(all_vendors(["gong"])) == ["gong"]
        with pytest.raises(UnknownVendor, match="'toll'; known are bell, gong"):
            all_vendors(["toll"])


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
def test_a_prefix_and_an_own_port_give_the_same(server, method, path, status):
    places = server.urls["vendors"]["bell"]
    body = b"{}" if method == "POST" else None
    alone = raw(places["root_url"], method, path, body, **BELL)
    prefixed = raw(places["prefix_url"], method, "/bell" + path, body, **BELL)

    assert alone == prefixed
    assert alone[0] == status


def test_pages_know_their_prefix(server, http):
    places = server.urls["vendors"]["bell"]

    assert http.get(f"{places['root_url']}/hello/you").text == "/hello/you"
    assert http.get(f"{places['prefix_url']}/hello/you").text == "/bell/hello/you"


def test_a_vendor_below_its_prefix_answers_for_everything_there(server, http):
    main = server.urls["main"]

    assert http.get(f"{main}/bell").json().keys() == {"why"}
    assert http.get(f"{main}/gong/nothing").json().keys() == {"why"}
    assert http.get(f"{main}/bells").json()["error"]["code"] == "not_found"


def test_a_write_is_seen_on_both_addresses(server, http):
    places = server.urls["vendors"]["gong"]
    token = {"Authorization": "Bearer gong-demo-token"}
    body = {"text": "Both", "day": "2090-01-01"}
    made = http.post(f"{places['root_url']}/reminders", json=body, headers=token)

    assert made.status_code == 201
    seen = http.get(f"{places['prefix_url']}/reminders/{made.json()['id']}", headers=token)
    assert seen.json() == made.json()


def test_the_credential_of_one_vendor_does_not_open_another(server, http):
    gong = server.urls["vendors"]["gong"]["root_url"]

    assert http.get(f"{gong}/reminders", headers=BELL).status_code == 401
    client = {"Authorization": "Bearer gong-demo-client"}
    assert http.get(f"{gong}/reminders", headers=client).status_code == 200


@pytest.mark.parametrize("data", ["demo", "empty"])
def test_a_world_holds_what_was_asked_for(serve, http, data):
    bell = serve(data=data).urls["vendors"]["bell"]["root_url"]
    listed = http.get(f"{bell}/reminders", headers=BELL).json()["reminders"]

    assert [each["text"] for each in listed] == REMINDERS[data]


def test_one_vendor_is_served_alone(serve, http):
    urls = serve(vendors=("gong",)).urls

    assert list(urls["vendors"]) == ["gong"]
    assert http.get(f"{urls['main']}/bell/reminders").json()["error"]["code"] == "not_found"


def test_without_vendor_ports_there_is_one_listener(serve, http):
    urls = serve(vendor_ports=False).urls
    bell = urls["vendors"]["bell"]

    assert bell["root_url"] is None
    assert http.get(f"{bell['prefix_url']}/reminders", headers=BELL).status_code == 200


@pytest.mark.parametrize("path", ["/", "/_mock", "/_mock/health", "/anything"])
def test_without_control_its_places_are_empty(serve, http, path):
    urls = serve(control=False).urls
    answer = http.get(urls["main"] + path)

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/json")
    assert answer.json()["error"]["code"] == "not_found"
    assert http.head(urls["main"] + path).text == ""
    assert urls["vendors"]["bell"]["spec_url"] is None
    assert http.get(f"{urls['vendors']['bell']['prefix_url']}/reminders", headers=BELL).ok


def test_a_server_without_vendors_has_its_control(toy_vendors, http):
    with Server(Settings(port=0), vendors={}) as server:
        assert http.get(f"{server.urls['main']}/_mock/vendors").json() == []
        assert "No vendor is served" in http.get(server.urls["main"]).text


def test_quirks_are_known_to_the_sandboxes(serve):
    assert serve(quirks="strict").sandboxes.quirks == "strict"
    assert serve().sandboxes.quirks == "observed"


def test_servers_in_one_process_do_not_share_their_worlds(serve, http):
    one, two = (serve().urls["vendors"]["bell"]["root_url"] for _ in range(2))
    http.post(f"{one}/reminders", json={"text": "One", "day": "2090-01-01"}, headers=BELL)
    listed = http.get(f"{two}/reminders", headers=BELL).json()["reminders"]

    assert "One" not in [each["text"] for each in listed]


def test_a_vendor_with_a_missing_handler_does_not_start(toy_vendors):
    bell = replace(all_vendors(["bell"])["bell"], handlers="tests.example_vendors")

    with pytest.raises(ResolverError, match=r"reminders\.search"):
        Server(Settings(port=0, data="empty"), vendors={"bell": bell}).start()


def test_an_ipv6_address_is_served_too(serve, http):
    urls = serve(host="::1").urls

    assert urls["main"].startswith("http://[::1]:")
    assert http.get(f"{urls['main']}/_mock/health").status_code == 200
    assert http.get(f"{urls['vendors']['bell']['root_url']}/reminders", headers=BELL).ok


def test_many_first_requests_at_once_make_one_control_application(serve):
    main = serve().urls["main"]
    statuses: list[int] = []

    def ask() -> None:
        statuses.append(raw(main, "GET", "/_mock/health")[0])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert statuses == [200] * 8


def test_the_server_does_not_name_itself(server, http):
    answer = http.get(f"{server.urls['main']}/_mock/health")

    assert "Server" not in answer.headers
    assert "Date" in answer.headers
