"""Routes of hosts to sandboxes, with every HTTP library, for mocks of both kinds."""

import asyncio
import http.client
import socket
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import aiohttp
import httpx
import pytest
import requests
import trio
import urllib3

from mockvoice import Settings
from mockvoice.testing import InProcessServer, InvalidRoute, UnroutedHost
from tests.testing.http_libraries import BLOCKED, DROPPED, LIBRARIES, TIMED_OUT, send

CRM = "https://crm.example.com"
INVOICE = CRM + "/api/invoices/1"


@pytest.fixture
def key(sandbox):
    return {"Authorization": "Bearer " + sandbox.growcrm.credentials["api_key"]}


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Fail for every host name that is looked up: nothing may leave this machine."""
    original = socket.getaddrinfo

    def getaddrinfo(host, *args, **options):
        if host not in ("127.0.0.1", "localhost", "::1", b"127.0.0.1"):
            raise socket.gaierror(f"the test looked up {host}")
        return original(host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize("library", LIBRARIES)
def test_requests_to_a_host_reach_the_sandbox(sandbox, key, library):
    with sandbox.growcrm.route(CRM):
        read = send(library, "GET", INVOICE, headers=key)
        body = {"first_name": "Ada", "last_name": "Poe", "email": "ada@example.com",
                "client_company_name": "Poe Ltd"}  # fmt: skip
        created = send(library, "POST", CRM + "/api/clients", headers=key, body=body)
        rejected = send(library, "POST", CRM + "/api/clients", headers=key, body={})
        unknown = send(library, "GET", INVOICE)

    assert (read.status, read.json["data"]["id"], read.url) == (200, 1, INVOICE)
    assert created.status in (200, 201), created.text
    assert (rejected.status, unknown.status) == (422, 401)
    own = [entry["status"] for entry in sandbox.journal()]
    assert own == [422, created.status, 200]


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_route_ends_with_its_block_and_with_the_sandbox(mock, library):
    with mock.sandbox() as sandbox:
        with sandbox.growcrm.route(CRM):
            assert send(library, "GET", INVOICE).status == 401
        with pytest.raises(Exception, match=r"looked up|crm\.example\.com"):
            send(library, "GET", INVOICE)
        sandbox.growcrm.route(CRM)
        assert send(library, "GET", INVOICE).status == 401
    with pytest.raises(Exception, match=r"looked up|crm\.example\.com"):
        send(library, "GET", INVOICE)


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_latest_route_of_a_host_wins_until_it_ends(mock, library):
    def used():
        """Send a request; return which sandbox got it."""
        assert send(library, "GET", INVOICE, headers=any_key).status == 200
        return [len(each.journal()) for each in (first, second)]

    any_key = {"Authorization": "Bearer any"}
    with mock.sandbox() as first, mock.sandbox() as second:
        first.growcrm.route(CRM, any_credentials=True)
        assert used() == [1, 0]
        with second.growcrm.route("https://*.example.com", any_credentials=True):
            assert used() == [1, 1]
            with first.growcrm.route(CRM, any_credentials=True):
                assert used() == [2, 1]
            assert used() == [2, 2]
        assert used() == [3, 2]


def test_a_port_belongs_to_a_route_if_the_url_has_one(sandbox, key):
    with sandbox.growcrm.route(CRM + ":8443"):
        assert httpx.get(CRM + ":8443/api/invoices/1", headers=key).status_code == 200
        with pytest.raises(httpx.ConnectError):
            httpx.get(INVOICE, headers=key)
    with sandbox.growcrm.route(CRM):
        assert httpx.get(CRM + ":8443/api/invoices/1", headers=key).status_code == 200
        assert httpx.get("http://CRM.example.com./api/invoices/1", headers=key).status_code == 200


def test_a_route_of_this_machine_has_one_port_and_does_not_catch_the_mock(sandbox, key):
    with sandbox.growcrm.route("http://localhost:9000"), sandbox.growcrm.route("http://127.0.0.1"):
        for url in ("http://localhost:9000", "http://127.0.0.1"):
            assert requests.get(url + "/api/invoices/1", headers=key, timeout=20).ok
        assert len(sandbox.journal()) == 2
    with pytest.raises(requests.ConnectionError):
        requests.get("http://localhost:9000/", timeout=20)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://crm.example.com", "must begin with https:// or http://"),
        ("https://", "is not the URL of a host"),
        ("https://crm.*.com", "is not the URL of a host"),
        ("https://crm.example.com:port", "is not the URL of a host"),
        ("https://crm.example.com/api", "a route is a whole host"),
        ("https://user@crm.example.com", "a route is a whole host"),
        ("https://crm.example.com?", "a route is a whole host"),
        ("https://crm.example.com:0", "has the port 0"),
        (None, "must be a string, not NoneType"),
    ],
)
def test_a_route_that_cannot_be_used_is_rejected(sandbox, url, message):
    with pytest.raises(InvalidRoute, match=message):
        sandbox.growcrm.route(url)


@pytest.mark.parametrize("library", LIBRARIES)
def test_strict_routes_block_other_hosts_but_not_this_machine(sandbox, library, stub):
    with sandbox.growcrm.route(CRM, strict=True):
        assert send(library, "GET", INVOICE).status == 401
        assert send(library, "GET", stub).status == 200
        with pytest.raises(BLOCKED[library]) as failure:
            send(library, "GET", "https://other.example.org/")

    assert "the host other.example.org has no route" in str(failure.value)
    assert "crm.example.com" in str(failure.value)


@pytest.fixture
def stub():
    """The URL of another server on this machine."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_blocked_host_is_an_error_of_the_operating_system(sandbox):
    with sandbox.growcrm.route(CRM, strict=True), pytest.raises(UnroutedHost) as failure:
        http.client.HTTPSConnection("other.example.org").request("GET", "/")

    assert isinstance(failure.value, OSError)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("fault", ["drop", "commit_then_drop"])
def test_a_lost_response_is_the_librarys_own_error(sandbox, key, library, fault):
    with sandbox.growcrm.route(CRM):
        sandbox.faults.add(fault, "growcrm")
        with pytest.raises(DROPPED[library]):
            send(library, "GET", INVOICE, headers=key)
        sandbox.faults.clear()
        assert send(library, "GET", INVOICE, headers=key).status == 200


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_late_response_is_the_librarys_own_time_limit(sandbox, key, library):
    with sandbox.growcrm.route(CRM):
        sandbox.faults.add("delay", "growcrm", times=1, seconds=1.5)
        with pytest.raises(TIMED_OUT[library]):
            send(library, "GET", INVOICE, headers=key, timeout=0.2)
        assert send(library, "GET", INVOICE, headers=key).status == 200


def test_retries_of_urllib3_reach_the_sandbox(sandbox, key):
    sandbox.faults.add("status", "growcrm", times=2, status=503)
    retries = urllib3.Retry(total=3, status_forcelist=[503], backoff_factor=0)
    with sandbox.growcrm.route(CRM), requests.Session() as session:
        session.mount("https://", requests.adapters.HTTPAdapter(max_retries=retries))
        assert session.get(INVOICE, headers=key, timeout=20).status_code == 200

    assert [entry["status"] for entry in sandbox.journal()] == [200, 503, 503]


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_in_the_environment_does_not_get_the_request(
    sandbox, key, library, scheme, monkeypatch
):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with sandbox.growcrm.route(CRM):
        url = INVOICE.replace("https", scheme)
        assert send(library, "GET", url, headers=key).status == 200


def test_sessions_send_several_requests_and_keep_no_route(mock):
    async def run(url, keys):
        statuses = []
        async with aiohttp.ClientSession() as session:
            for sandbox, key in keys:
                with sandbox.growcrm.route(CRM):
                    for _ in range(3):
                        async with session.get(url, headers=key) as response:
                            statuses.append(response.status)
            with pytest.raises(aiohttp.ClientError):
                await session.get(url)
        return statuses

    with mock.sandbox() as first, mock.sandbox() as second, requests.Session() as session:
        keys = [
            (sandbox, {"Authorization": "Bearer " + sandbox.growcrm.credentials["api_key"]})
            for sandbox in (first, second)
        ]
        assert asyncio.run(run(INVOICE, keys)) == [200] * 6
        for sandbox, key in keys:
            with sandbox.growcrm.route(CRM):
                answers = [session.get(INVOICE, headers=key, timeout=20) for _ in range(3)]
                assert [answer.status_code for answer in answers] == [200] * 3
        with pytest.raises(requests.ConnectionError):
            session.get(INVOICE, timeout=20)


def test_threads_and_tasks_share_the_routes(sandbox, key):
    def read(number):
        return send(LIBRARIES[number % len(LIBRARIES)], "GET", INVOICE, headers=key).status

    async def read_all():
        async with httpx.AsyncClient(headers=key) as one, aiohttp.ClientSession(headers=key) as two:

            async def second():
                async with two.get(INVOICE) as response:
                    return response.status

            answers = await asyncio.gather(*(one.get(INVOICE) for _ in range(10)))
            return [answer.status_code for answer in answers] + await asyncio.gather(
                *(second() for _ in range(10))
            )

    with sandbox.growcrm.route(CRM):
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(read, range(24))) == [200] * 24
        assert asyncio.run(read_all()) == [200] * 20
    assert len(sandbox.journal(limit=1000)) == 44


def test_links_in_responses_have_the_scheme_and_the_host_of_the_route(sandbox):
    token = {"Authorization": "Bearer " + sandbox.optiflow.credentials["owner"]}
    with sandbox.optiflow.route("https://acme.example.com"):
        page = requests.get("https://acme.example.com/api/v1/invoices", headers=token, timeout=20)
        links = page.json()["links"]
        following = requests.get(links["next"], headers=token, timeout=20)

    assert links["first"].startswith("https://acme.example.com/api/v1/invoices?")
    assert following.status_code == 200


def test_bytes_that_are_not_http_get_a_response(sandbox):
    with sandbox.growcrm.route(CRM):
        connection = http.client.HTTPSConnection("crm.example.com")
        connection.connect()
        connection.sock.sendall(b"NOT HTTP\r\n\r\n")
        answer = connection.sock.makefile("rb").read()

    assert answer.startswith(b"HTTP/1.1 400 ")


def test_urls_bodies_and_headers_arrive_as_they_were_sent(sandbox, key):
    body = '{"first_name": "Zoë €", "client_company_name": ""}'.encode()
    with sandbox.growcrm.route(CRM):
        for data in (body, iter([body[:9], body[9:]])):  # the second without Content-Length
            requests.post(CRM + "/api/clients?x=a%2Fb&y=%E2%82%AC", data=data, timeout=20,
                          headers={**key, "Content-Type": "application/json"})  # fmt: skip

    entries = sandbox.journal()
    assert [entry["status"] for entry in entries] == [422, 422]
    for entry in entries:
        assert entry["path"] == "/api/clients"
        assert entry["request"]["url"] == CRM + "/api/clients?x=a%2Fb&y=%E2%82%AC"
        assert entry["request"]["body"]["first_name"] == "Zoë €"


@pytest.mark.parametrize("client", [httpx.Client, httpx.AsyncClient])
def test_bodies_of_unknown_length_arrive(sandbox, key, client):
    parts = [b'{"first_name": ', b'"Zed"}']

    async def parts_later():
        for part in parts:
            yield part

    async def post():
        async with httpx.AsyncClient(transport=sandbox.growcrm.transport()) as client:
            return await client.post(CRM + "/api/clients", content=parts_later(), headers=headers)

    headers = {**key, "Content-Type": "application/json"}
    if client is httpx.Client:
        with httpx.Client(transport=sandbox.growcrm.transport()) as sync_client:
            response = sync_client.post(CRM + "/api/clients", content=iter(parts), headers=headers)
    else:
        response = asyncio.run(post())

    assert response.status_code == 422
    assert sandbox.journal()[0]["request"]["body"] == {"first_name": "Zed"}


def test_urllib_reports_what_the_server_says(sandbox):
    with sandbox.growcrm.route(CRM), pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(INVOICE, timeout=20)


def test_schemes_and_hosts_are_matched_in_any_case(sandbox, key):
    with sandbox.growcrm.route("HTTPS://Crm.Example.COM"):
        assert httpx.get(INVOICE, headers=key).status_code == 200


def test_strict_routes_block_names_that_are_no_hosts(sandbox):
    blocked = pytest.raises(requests.ConnectionError, match=r"-bad\.example\.org has no route")
    with sandbox.growcrm.route(CRM, strict=True), blocked:
        requests.get("https://-bad.example.org/", timeout=5)


def test_kept_connections_take_a_new_route_and_are_blocked(sandbox, key, stub):
    port = stub.rpartition(":")[2].strip("/")
    with requests.Session() as session:
        assert session.get(stub, timeout=5).text == "ok"
        with sandbox.growcrm.route(f"http://127.0.0.1:{port}"):
            assert session.get(stub + "api/invoices/1", headers=key, timeout=5).status_code == 200
        assert session.get(stub, timeout=5).text == "ok"


def test_kept_connections_of_aiohttp_take_a_new_route(sandbox, key, stub):
    async def run():
        async with aiohttp.ClientSession() as session:

            async def get(path=""):
                async with session.get(stub + path, headers=key) as response:
                    return response.status, await response.text()

            assert (await get())[1] == "ok"
            with sandbox.growcrm.route(stub.rstrip("/")):
                assert (await get("api/invoices/1"))[0] == 200
            assert (await get())[1] == "ok"

    asyncio.run(run())


def test_a_session_of_aiohttp_posts_through_one_route_after_the_other(mock):
    async def run():
        statuses = []
        async with aiohttp.ClientSession() as session:
            for _ in range(2):
                with mock.sandbox() as sandbox:
                    sandbox.growcrm.route(CRM, any_credentials=True)
                    headers = {"Authorization": "Bearer any"}
                    for _ in range(2):
                        async with session.post(
                            CRM + "/api/clients", json={}, headers=headers
                        ) as response:
                            statuses.append(response.status)
        return statuses

    assert asyncio.run(run()) == [422] * 4


def test_a_request_on_trio_can_be_cancelled(sandbox, key):
    async def run():
        async with httpx.AsyncClient(headers=key) as client:
            assert (await client.get(INVOICE)).status_code == 200
            sandbox.faults.add("delay", "growcrm", times=1, seconds=30)
            with trio.move_on_after(0.3) as scope:
                await client.get(INVOICE, timeout=None)
            return scope.cancelled_caught

    with sandbox.growcrm.route(CRM):
        start = time.monotonic()
        assert trio.run(run)
        assert time.monotonic() - start < 10


def test_a_request_on_asyncio_can_be_cancelled(sandbox, key):
    async def run():
        async with httpx.AsyncClient(headers=key) as client:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.get(INVOICE, timeout=None), 0.3)
            return (await client.get(INVOICE)).status_code

    sandbox.faults.add("delay", "growcrm", times=1, seconds=30)
    with sandbox.growcrm.route(CRM):
        assert asyncio.run(run()) == 200


def test_many_requests_wait_at_the_same_time(sandbox, key):
    async def run():
        async with httpx.AsyncClient(
            headers=key, limits=httpx.Limits(max_connections=None)
        ) as client:
            answers = await asyncio.gather(*(client.get(INVOICE, timeout=20) for _ in range(120)))
            return {answer.status_code for answer in answers}

    sandbox.faults.add("delay", "growcrm", seconds=1)
    with sandbox.growcrm.route(CRM):
        start = time.monotonic()
        assert asyncio.run(run()) == {200}
        assert time.monotonic() - start < 10  # 40 threads would need 3 seconds on an idle machine


def test_the_default_time_limit_of_sockets_counts(sandbox, key):
    sandbox.faults.add("delay", "growcrm", times=1, seconds=5)
    socket.setdefaulttimeout(0.3)
    try:
        with sandbox.growcrm.route(CRM), pytest.raises(TimeoutError):
            urllib.request.urlopen(urllib.request.Request(INVOICE, headers=key))
    finally:
        socket.setdefaulttimeout(None)


def test_unix_sockets_take_no_route(sandbox, tmp_path):
    file = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as server, sandbox.growcrm.route(CRM, strict=True):
        server.bind(file)
        server.listen()

        def respond():
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

        with (
            ThreadPoolExecutor(1) as pool,
            httpx.Client(transport=httpx.HTTPTransport(uds=file)) as client,
        ):
            pool.submit(respond)
            assert client.get("http://docker/").text == "ok"


def test_routes_to_the_default_sandbox_end_with_the_server():
    with InProcessServer(Settings(vendors=("growcrm",))) as mock:
        mock.default.growcrm.route("https://default.example.com")
        with mock.sandbox() as sandbox:
            sandbox.sibling("default").growcrm.route("https://sibling.example.com")
        with pytest.raises(InvalidRoute, match="the sandbox has ended"):
            sandbox.growcrm.route(CRM)
    for host in ("default", "sibling"):
        with pytest.raises(requests.ConnectionError, match="looked up"):
            requests.get(f"https://{host}.example.com/", timeout=5)


def test_a_vendor_that_is_not_served_is_named(sandbox):
    with pytest.raises(InvalidRoute, match="'clock' is not served; served vendors: count, growcrm"):
        sandbox.routes.add(CRM, "clock")
