"""A mock in the process of its client: requests without sockets."""

import asyncio
import itertools
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import requests

from mockvoice import Settings
from mockvoice.in_process import coroutine_runner
from mockvoice.testing import ControlApiError, InProcessServer, ServerStartError, ServerUnavailable
from tests.testing.test_any_credentials import signed
from tests.testing.test_webhooks import create_customer, subscribe
from tests.webhook_receiver import Receiver

ANY_HOST = "https://anything.example.com"


@pytest.fixture
def sandbox(in_process):
    with in_process.sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def crm(sandbox):
    headers = {"Authorization": "Bearer " + sandbox.growcrm.credentials["api_key"]}
    transport = sandbox.growcrm.transport()
    with httpx.Client(transport=transport, base_url=ANY_HOST, headers=headers) as client:
        yield client


def new_client(number=1):
    return {"first_name": "Ada", "last_name": f"Poe {number}", "email": f"ada{number}@example.com",
            "client_company_name": f"Poe {number}"}  # fmt: skip


def test_requests_need_no_socket_and_no_thread(sandbox, crm, monkeypatch):
    def fail(*_, **__):
        raise AssertionError("a socket was created")

    before = set(threading.enumerate())
    monkeypatch.setattr(socket, "socket", fail)
    assert crm.get("/api/invoices/1").json()["data"]["id"] == 1
    assert crm.post("/api/clients", json=new_client()).status_code == 201
    assert crm.get("/api/invoices/0").status_code == 404
    assert set(threading.enumerate()) <= before  # one of an earlier request may have ended


def test_a_transport_serves_all_vendors_with_any_base_url(sandbox):
    own = {
        "growcrm": ("/api/invoices/1", sandbox.growcrm.credentials["api_key"]),
        "optiflow": ("/api/v1/invoices", sandbox.optiflow.credentials["owner"]),
        "halo": ("/api/Invoice", sandbox.halo.credentials["access_token"]),
    }
    for vendor, (path, key) in own.items():
        transport = sandbox.vendors[vendor].transport()
        with httpx.Client(transport=transport, base_url=ANY_HOST) as client:
            assert client.get(path, headers={"Authorization": f"Bearer {key}"}).status_code == 200
            assert client.get(path).status_code == 401
    with httpx.Client(transport=sandbox.count.transport(), base_url=ANY_HOST) as client:
        path = "/partners/invoices"
        headers = signed("GET", path, sandbox.count.credentials["client_secret"])
        headers["x-client-id"] = sandbox.count.credentials["client_id"]
        headers["Authorization"] = "Bearer " + sandbox.count.credentials["access_token"]
        assert client.get(path, headers=headers).status_code == 200


def test_pages_and_files_are_served(sandbox):
    key = {"Authorization": "Bearer " + sandbox.optiflow.credentials["owner"]}
    transport = sandbox.optiflow.transport()
    with httpx.Client(transport=transport, base_url=ANY_HOST, headers=key) as optiflow:
        invoice = optiflow.get("/api/v1/invoices").json()["data"][0]["id"]
        pdf = optiflow.get(f"/api/v1/invoices/{invoice}/pdf")
    with httpx.Client(transport=sandbox.count.transport(), base_url=ANY_HOST) as count:
        page = count.get("/auth2/consent", params={"clientId": sandbox.count.credentials["client_id"],
                                           "redirectUri": "http://127.0.0.1/", "state": "s"})  # fmt: skip

    assert pdf.content.startswith(b"%PDF-")
    assert page.status_code == 200
    assert "</form>" in page.text


def test_head_has_no_body_and_unknown_paths_are_the_vendors_errors(crm):
    head = crm.head("/api/invoices/1")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) > 100
    assert crm.get("/nothing").json()["message"]
    assert crm.delete("/api/invoices").status_code == 405


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [("x=" + "y" * 70_000, {}, 414), ("", {"X-Long": "y" * 70_000}, 431)],
)
def test_heads_that_are_too_large_are_rejected(sandbox, query, headers, status):
    url = f"{sandbox.growcrm.base_url}/api/invoices?{query}"
    response = requests.get(url, headers=headers, timeout=20)

    assert response.status_code == status
    assert "more than 65536 bytes" in response.json()["message"]


def test_a_body_that_is_too_large_is_rejected(crm):
    response = crm.post("/api/clients", content=b'{"x": "' + b"y" * 11_000_000 + b'"}')

    assert response.status_code == 413


def test_a_large_body_is_validated(crm):
    rejected = crm.post("/api/clients", json={**new_client(), "client_phone": "y" * 100_000})

    assert rejected.status_code == 422
    assert "client_phone" in rejected.json()["errors"]


def test_threads_lose_nothing(sandbox, crm):
    def create(number):
        return crm.post("/api/clients", json=new_client(number)).status_code

    before = sandbox.describe()["counts"]["growcrm"]["clients"]
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(create, range(400))) == {201}
    assert sandbox.describe()["counts"]["growcrm"]["clients"] == before + 400


def test_a_slow_request_does_not_hold_up_others(sandbox, crm):
    sandbox.faults.add("delay", "growcrm", "invoices.get", times=1, seconds=1.5)
    with ThreadPoolExecutor(1) as pool:
        start = time.monotonic()
        slow = pool.submit(crm.get, "/api/invoices/1")
        time.sleep(0.1)
        assert crm.get("/api/clients").status_code == 200
        assert time.monotonic() - start < 1
        assert slow.result().status_code == 200
    assert time.monotonic() - start >= 1.5


def test_a_time_limit_ends_the_wait_but_not_the_request(sandbox, crm):
    sandbox.faults.add("delay", "growcrm", "clients.create", times=1, seconds=0.4)
    with pytest.raises(httpx.ReadTimeout, match=r"no response within 0\.1 s"):
        crm.post("/api/clients", json=new_client(), timeout=0.1)
    deadline = time.monotonic() + 10
    while not (entries := sandbox.journal()) and time.monotonic() < deadline:
        time.sleep(0.02)

    assert entries[0]["status"] == 201


def test_async_code_goes_on_while_a_request_waits(sandbox, in_process):
    async def run():
        transport = sandbox.growcrm.transport()
        headers = {"Authorization": "Bearer " + sandbox.growcrm.credentials["api_key"]}
        async with httpx.AsyncClient(
            transport=transport, base_url=ANY_HOST, headers=headers
        ) as client:
            slow = asyncio.create_task(client.get("/api/invoices/1"))
            await asyncio.sleep(0.05)
            start = time.monotonic()
            others = await asyncio.gather(*(client.get("/api/clients") for _ in range(20)))
            assert time.monotonic() - start < 0.8
            # The sandbox is controlled from the same loop, in the ordinary way.
            assert sandbox.clock.now()
            answers = [await slow, *others]
            current = asyncio.current_task()
            assert current is not None
            return [answer.status_code for answer in answers]

    sandbox.faults.add("delay", "growcrm", "invoices.get", times=1, seconds=1)
    assert asyncio.run(run()) == [200] * 21


def test_the_clock_runs_due_events_before_the_next_request(sandbox, crm):
    unpaid = next(
        row for row in crm.get("/api/invoices?limit=100").json()["data"]
        if row["status"]["title"] == "Due"
    )  # fmt: skip
    before = sandbox.clock.now()
    sandbox.clock.freeze(before)
    sandbox.clock.advance(days=400)

    assert sandbox.clock.now() - before == timedelta(days=400)
    after = crm.get(f"/api/invoices/{unpaid['id']}").json()["data"]
    assert after["status"]["title"] == "Overdue"


def test_snapshots_seeding_exports_and_resets(sandbox, crm):
    sandbox.snapshot("before")
    counts = sandbox.seed("growcrm", clients=5, invoices=20)
    assert counts["invoices"] == 20
    assert sandbox.diff("before")["added"]
    sandbox.restore("before")
    assert sandbox.diff("before")["added"] == []
    export = sandbox.export()
    with sandbox.rolled_back():
        crm.post("/api/clients", json=new_client())
        assert sandbox.diff("as-it-was")["added"]
    sandbox.reset(data="empty")
    assert crm.get("/api/invoices").json()["meta"]["total"] == 0
    sandbox.reset(data=export)
    assert crm.get("/api/invoices").json()["meta"]["total"] > 0


def test_errors_of_the_control_api(sandbox, in_process):
    with pytest.raises(ControlApiError):
        sandbox.restore("never-saved")
    with pytest.raises(ControlApiError), in_process.sandbox(data="demmo"):
        pass
    with pytest.raises(AttributeError, match="served vendors"):
        _ = sandbox.whistle


def test_a_sandbox_of_any_state_is_isolated(in_process):
    options = {"data": "empty", "now": "2026-03-01T09:00:00Z", "seed": 7, "frozen": True}
    with in_process.sandbox("own", **options) as one, in_process.sandbox() as two:
        assert one.clock.now() == datetime(2026, 3, 1, 9, tzinfo=UTC)
        assert one.describe()["counts"]["growcrm"]["invoices"] == 0
        assert two.describe()["counts"]["growcrm"]["invoices"] > 0
        assert one.credentials != two.credentials
    assert in_process.default.name == "default"
    assert in_process.open_sandboxes == []


def test_the_base_urls_are_routes(sandbox, in_process):
    key = {"Authorization": "Bearer " + sandbox.growcrm.credentials["api_key"]}
    assert sandbox.growcrm.base_url == in_process.url.replace("http://", "http://growcrm.")
    assert httpx.get(sandbox.growcrm.base_url + "/api/invoices/1", headers=key).status_code == 200
    assert in_process.base_urls["halo"] == sandbox.halo.environment["HALO_BASE_URL"]


@pytest.fixture
def receiver():
    with Receiver() as server:
        yield server


def test_webhooks_are_delivered_while_no_request_is_sent(sandbox, receiver):
    subscribe(sandbox, receiver.url)
    create_customer(sandbox)
    receiver.wait(1)

    assert receiver.customers() == ["Zed"]


def waiting_threads():
    return [each for each in threading.enumerate() if each.name == "mockvoice-waiting"]


def test_a_mock_that_has_ended_responds_no_more():
    before = waiting_threads()
    with InProcessServer(Settings(vendors=("growcrm",))) as mock:
        url = mock.base_urls["growcrm"]
        sandbox = mock.default
        client = httpx.Client(transport=sandbox.growcrm.transport(), base_url=ANY_HOST)
        sandbox.faults.add("delay", "growcrm", seconds=30)
        key = {"Authorization": "Bearer growcrm-demo-key"}
        with pytest.raises(httpx.ReadTimeout):  # it still waits at the end of the mock
            client.get("/api/invoices/1", headers=key, timeout=0.05)
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("/api/invoices/1", headers=key)
    assert set(waiting_threads()) <= set(before)
    with pytest.raises(httpx.ConnectError):
        httpx.get(url + "/api/invoices")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"proxy_port": 0, "tls": True},
            "has no listeners, so it does not support proxy_port, tls",
        ),
        ({"vendors": ("growcmr",)}, "did you mean 'growcrm'"),
    ],
)
def test_a_mock_that_cannot_start_says_why(options, message):
    with pytest.raises(ServerStartError, match=message), InProcessServer(Settings(**options)):
        pass


def test_a_thread_exists_only_while_something_waits(sandbox, crm):
    sandbox.faults.add("delay", "growcrm", "invoices.get", times=1, seconds=0.5)
    with pytest.raises(httpx.ReadTimeout):
        crm.get("/api/invoices/1", timeout=0.1)
    assert len(waiting_threads()) == 1
    deadline = time.monotonic() + 10
    while waiting_threads() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert waiting_threads() == []


def test_no_delay_is_lost_that_ends_between_two_looks_at_the_clock(sandbox, crm, monkeypatch):
    ticks = itertools.count()
    # Every look at the clock is long after the one before.
    monkeypatch.setattr(
        coroutine_runner._Loop, "_monotonic", staticmethod(lambda: next(ticks) * 0.5)
    )
    for seconds in (0.75, 1.25, 1.75, 2.25):
        sandbox.faults.add("delay", "growcrm", "invoices.get", times=1, seconds=seconds)
        assert crm.get("/api/invoices/1", timeout=5).status_code == 200


def test_a_frozen_time_of_the_process_does_not_stop_delays(sandbox, crm, monkeypatch):
    monkeypatch.setattr(time, "monotonic", lambda: 1.0)
    sandbox.faults.add("delay", "growcrm", "invoices.get", times=1, seconds=0.2)

    assert crm.get("/api/invoices/1", timeout=10).status_code == 200


def test_a_webhook_to_a_routed_host_takes_no_route(sandbox, receiver):
    url = f"http://127.0.0.1:{receiver.server_port}"
    with sandbox.growcrm.route(url):
        subscribe(sandbox, url + "/hook")
        create_customer(sandbox)
        receiver.wait(1)
        assert httpx.get(url + "/api/invoices").status_code == 401

    assert receiver.customers() == ["Zed"]


def test_a_request_within_a_request_is_an_error_and_no_deadlock(sandbox, crm):
    class Finalizer:
        """Sends a request when it is deleted, which happens while another request runs."""

        def __del__(self):
            try:
                crm.get("/api/invoices/1")
            except RuntimeError as error:
                errors.append(str(error))

    errors = []
    original = crm._transport._channel._mock._apps["growcrm"]

    async def app(scope, receive, send):
        Finalizer()
        await original(scope, receive, send)

    crm._transport._channel._mock._apps["growcrm"] = app
    try:
        assert crm.get("/api/invoices/1").status_code == 200
    finally:
        crm._transport._channel._mock._apps["growcrm"] = original
    assert "was sent while it handles another one in this thread" in errors[0]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_is_told_to_start_its_own(crm):
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            crm.get("/api/invoices/1")
        except RuntimeError as error:
            os.write(write, str(error).encode())
        finally:
            os._exit(0)
    os.close(write)
    assert os.waitpid(pid, 0)[1] == 0
    assert b"does not work in a forked copy of the process" in os.read(read, 1000)


def test_the_control_api_has_a_url_for_libraries(in_process):
    assert httpx.get(in_process.url + "/_mock/health").json()["status"] == "ok"


def test_a_server_that_is_not_open_says_so():
    server = InProcessServer(Settings(vendors=("growcrm",)))
    with pytest.raises(RuntimeError, match="InProcessServer must be used in a with block"):
        _ = server.default
    with server:
        block = server.sandbox()
        sandbox = block.__enter__()
    with pytest.raises(ServerUnavailable, match="has been closed"):
        sandbox.describe()
    block.__exit__(None, None, None)


def blocked(*_, **__):
    raise AssertionError("a socket was created")


@pytest.mark.parametrize(
    "guard",
    [
        type("Guard", (socket.socket,), {"__new__": blocked}),
        type("Guard", (), {"__new__": blocked}),
        blocked,
    ],
    ids=["derived class", "other class", "function"],
)
def test_guards_of_sockets_do_not_prevent_the_start(monkeypatch, guard):
    with monkeypatch.context() as patch:
        patch.setattr(socket, "socket", guard)
        with InProcessServer(Settings(vendors=("growcrm",))) as mock:
            key = {"Authorization": "Bearer growcrm-demo-key"}
            url = mock.base_urls["growcrm"]
            assert httpx.get(url + "/api/invoices/1", headers=key).status_code == 200


def test_two_mocks_have_hosts_of_their_own(in_process, sandbox):
    key = {"Authorization": "Bearer " + sandbox.growcrm.credentials["api_key"]}
    with InProcessServer(Settings(vendors=("growcrm",))) as other:
        own, others = (each.base_urls["growcrm"] for each in (in_process, other))
        assert httpx.get(own + "/api/invoices/1", headers=key).status_code == 200
        assert httpx.get(others + "/api/invoices/1", headers=key).status_code == 401


def test_settings_apply():
    settings = Settings(vendors=("growcrm",), data="empty", quirks="observed", journal_size=0)
    with InProcessServer(settings) as mock, mock.sandbox(data="empty") as sandbox:
        assert list(mock.base_urls) == ["growcrm"]
        assert sandbox.settings()["quirks"] == "observed"
        assert mock.default.describe()["counts"]["growcrm"]["invoices"] == 0
        with pytest.raises(ControlApiError, match="The journal is disabled"):
            sandbox.journal()
