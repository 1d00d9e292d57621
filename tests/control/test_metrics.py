"""The metrics of a server, in the formats of Prometheus and of OpenMetrics."""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from prometheus_client.openmetrics import parser as openmetrics

from mockvoice import __version__
from mockvoice.http_messages import HttpRequest
from mockvoice.in_process.mock import InProcessMock
from mockvoice.settings import Settings
from tests.metrics import Metrics
from tests.webhook_receiver import wait_for

REQUESTS, DURATION = "mockvoice_requests_total", "mockvoice_request_duration_seconds"
KEY = {"Authorization": "Bearer growcrm-demo-key"}
PAGE = Path(__file__).parents[2] / "docs/how-to/watch-a-server.md"


@pytest.fixture
def growcrm(serve_vendors):
    """A server of Grow CRM that has had no request."""
    return serve_vendors(vendors=("growcrm",))


def test_requests_are_counted_by_vendor_operation_and_status(growcrm, http):
    main, url = growcrm.urls["main"], growcrm.urls["vendors"]["growcrm"]["root_url"]
    for invoice in (1, 1, 999_999):
        http.get(f"{url}/api/invoices/{invoice}", headers=KEY)
    http.get(f"{main}/growcrm/api/invoices/1", headers=KEY)
    http.head(f"{url}/api/invoices/1", headers=KEY)
    http.get(f"{url}/api/invoices/1")
    metrics = Metrics.scrape(main)

    labels = {"vendor": "growcrm", "operation": "invoices.get"}
    statuses = {each.labels["status"]: each.value for each in metrics.select(REQUESTS, **labels)}
    assert statuses == {"200": 4, "404": 1, "401": 1}
    assert metrics.value(f"{DURATION}_count", **labels) == 6
    buckets = list(metrics.buckets(DURATION, **labels).values())
    assert buckets == sorted(buckets)
    assert buckets[-1] == 6
    assert 0 < metrics.value(f"{DURATION}_sum", **labels) < 6
    assert metrics.total(REQUESTS, vendor="growcrm") == 6


def test_a_slow_request_is_in_the_buckets_from_its_duration_on(growcrm, http):
    url = growcrm.urls["vendors"]["growcrm"]["root_url"]
    http.get(f"{url}/api/invoices/1", headers={**KEY, "X-Mock-Fault": "delay=0.6"})
    metrics = Metrics.scrape(growcrm.urls["main"])

    buckets = metrics.buckets(DURATION, vendor="growcrm", operation="invoices.get")
    assert (buckets[0.5], buckets[float("inf")]) == (0, 1)
    assert metrics.value(f"{DURATION}_sum", vendor="growcrm") >= 0.6


def test_a_request_without_a_response_has_the_status_none(growcrm, http):
    url = growcrm.urls["vendors"]["growcrm"]["root_url"]
    with pytest.raises(requests.ConnectionError):
        http.get(f"{url}/api/invoices/1", headers={**KEY, "X-Mock-Fault": "drop"})

    metrics = Metrics.scrape(growcrm.urls["main"])
    assert metrics.value(REQUESTS, operation="invoices.get", status="none") == 1


def test_unknown_paths_and_methods_share_one_series(growcrm, http):
    main, url = growcrm.urls["main"], growcrm.urls["vendors"]["growcrm"]["root_url"]
    for number in range(20):
        http.get(f"{url}/api/{number}", headers=KEY)
    http.request("PROPFIND", f"{url}/api/invoices", headers=KEY)
    http.get(f"{url}/api/invoices", headers={**KEY, "Host": "a b"})
    metrics = Metrics.scrape(main)

    assert {each.labels["operation"] for each in metrics.select(REQUESTS)} == {"unmatched"}
    assert metrics.value(REQUESTS, vendor="growcrm", status=404) == 20
    assert metrics.value(REQUESTS, vendor="growcrm", status=405) == 1
    assert metrics.value(REQUESTS, vendor="growcrm", status=400) == 1


def test_the_control_api_and_the_console_are_counted_too(growcrm, http):
    main = growcrm.urls["main"]
    http.get(f"{main}/_mock/sandboxes")
    http.get(f"{main}/_mock/sandboxes/unknown")
    http.get(f"{main}/")
    http.get(f"{main}/no-such-page")
    Metrics.scrape(main)
    metrics = Metrics.scrape(main)

    assert metrics.value(REQUESTS, vendor="control", operation="sandboxes.search") == 1
    assert metrics.value(REQUESTS, operation="sandboxes.get", status=404) == 1
    assert metrics.value(REQUESTS, operation="page", status=200) == 1
    assert metrics.value(REQUESTS, operation="page", status=404) == 1
    assert metrics.value(REQUESTS, operation="metrics.get", status=200) == 1


def test_pages_of_a_vendor_are_counted(serve_vendors, http):
    urls = serve_vendors(vendors=("count",)).urls
    status = http.get(f"{urls['vendors']['count']['root_url']}/auth2/consent").status_code

    metrics = Metrics.scrape(urls["main"])
    (sample,) = metrics.select(REQUESTS, vendor="count")
    assert (sample.labels["operation"], sample.labels["status"]) == ("page", str(status))


def test_requests_are_counted_without_a_journal(serve_vendors, http):
    urls = serve_vendors(vendors=("growcrm",), journal_size=0).urls
    http.get(f"{urls['vendors']['growcrm']['root_url']}/api/invoices/1", headers=KEY)

    metrics = Metrics.scrape(urls["main"])
    assert metrics.value(REQUESTS, operation="invoices.get", status=200) == 1
    assert metrics.value("mockvoice_journal_entries") == 0


def test_each_server_of_a_process_has_numbers_of_its_own(growcrm, serve_vendors, http):
    other = serve_vendors(vendors=("growcrm",)).urls["main"]
    url = growcrm.urls["vendors"]["growcrm"]["root_url"]
    http.get(f"{url}/api/invoices/1", headers=KEY)

    assert Metrics.scrape(growcrm.urls["main"]).total(REQUESTS, vendor="growcrm") == 1
    assert Metrics.scrape(other).total(REQUESTS, vendor="growcrm") == 0


def test_openmetrics_is_sent_to_clients_that_accept_it(growcrm, http):
    main, url = growcrm.urls["main"], growcrm.urls["vendors"]["growcrm"]["root_url"]
    http.get(f"{url}/api/invoices/1", headers=KEY)
    # What Prometheus sends.
    accept = (
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
        "text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
    )
    response = http.get(f"{main}/_mock/metrics", headers={"Accept": accept})

    content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8"
    assert response.headers["Content-Type"] == content_type
    assert response.text.endswith("# EOF\n")
    families = {each.name for each in openmetrics.text_string_to_metric_families(response.text)}
    text = Metrics.scrape(main)
    assert {each.name for each in text.families} >= families - {"mockvoice_build", "python"}
    assert {"mockvoice_requests", "mockvoice_build"} <= families


def test_sandboxes_rows_and_journals_are_measured(growcrm, http):
    main, url = growcrm.urls["main"], growcrm.urls["vendors"]["growcrm"]["root_url"]
    before = Metrics.scrape(main)
    created = http.post(f"{main}/_mock/sandboxes", json={"data": "empty"}).json()
    empty = Metrics.scrape(main)
    key = {"Authorization": f"Bearer {created['credentials']['growcrm']['api_key']}"}
    client = {
        "client_company_name": "A",
        "first_name": "B",
        "last_name": "C",
        "email": "d@example.com",
    }
    assert http.post(f"{url}/api/clients", headers=key, json=client).ok
    after = Metrics.scrape(main)

    numbers = [each.value("mockvoice_sandboxes") for each in (before, empty, after)]
    assert numbers == [1, 2, 2]
    assert after.value("mockvoice_sandboxes_loaded") == 2
    rows = [
        each.value("mockvoice_sandbox_rows", vendor="growcrm") for each in (before, empty, after)
    ]
    installed = sum(created["counts"]["growcrm"].values())
    assert rows[1] - rows[0] == installed
    assert rows[2] > rows[1]
    entries = [each.value("mockvoice_journal_entries") for each in (empty, after)]
    assert entries == [0, 1]


def test_open_connections_are_counted_by_listener(serve_vendors):
    server = serve_vendors(vendors=("growcrm",), proxy_port=0)
    urls = server.urls
    address = urls["vendors"]["growcrm"]["root_url"].removeprefix("http://").split(":")
    with socket.create_connection((address[0], int(address[1]))) as client:
        client.sendall(b"GET ")
        wait_for(lambda: connections(urls["main"])["growcrm"] == 1)
        assert connections(urls["main"]) == {"main": 1, "growcrm": 1, "proxy": 0}
    wait_for(lambda: connections(urls["main"])["growcrm"] == 0)


def connections(main):
    samples = Metrics.scrape(main).select("mockvoice_connections")
    return {each.labels["listener"]: each.value for each in samples}


def test_work_that_holds_the_event_loop_is_seen_as_lag(growcrm):
    main, lag = growcrm.urls["main"], "mockvoice_event_loop_lag_seconds"
    before = Metrics.scrape(main).buckets(lag)
    growcrm.call_on_loop(lambda: time.sleep(0.8))
    wait_for(lambda: late(Metrics.scrape(main).buckets(lag)) > late(before))

    after = Metrics.scrape(main)
    assert after.value(f"{lag}_sum") >= 0.5
    assert after.value(f"{lag}_count") > before[float("inf")]


def late(buckets):
    """Return how many ticks were more than half a second late."""
    return buckets[float("inf")] - buckets[0.5]


def test_webhook_attempts_are_counted_by_result(urls, workspace, receiver):
    attempts = "mockvoice_webhook_attempts_total"
    before = Metrics.scrape(urls["main"])
    receiver.responses[:] = [200, 500]
    workspace.subscribe(receiver.url)
    workspace.publish("A")
    workspace.wait_for_state("delivered")
    workspace.publish("B")
    receiver.wait(2)
    workspace.subscribe("http://127.0.0.1:9/", "customer.deleted")
    workspace.send("DELETE", f"/customers/{workspace.publish('C')}")

    def counts():
        now = Metrics.scrape(urls["main"])
        return {
            result: now.value(attempts, vendor="count", result=result)
            - before.value(attempts, vendor="count", result=result)
            for result in ("success", "error_status", "no_response")
        }

    wait_for(lambda: counts() == {"success": 2, "error_status": 1, "no_response": 1})
    assert not before.select(attempts, vendor="growcrm")


@pytest.mark.skipif(sys.platform != "linux", reason="the library reads /proc, which only Linux has")
def test_the_process_and_the_version_are_described(growcrm):
    metrics = Metrics.scrape(growcrm.urls["main"])

    assert metrics.value("mockvoice_build_info", version=__version__) == 1
    assert metrics.value("process_resident_memory_bytes") > 1_000_000
    assert metrics.value("process_cpu_seconds_total") > 0
    assert metrics.total("python_gc_collections_total") > 0
    assert all(each.documentation for each in metrics.families)


def test_metrics_need_the_control_token(protected, http):
    assert http.get(f"{protected}/_mock/metrics").status_code == 401

    token = {"Authorization": "Bearer sésame & co".encode()}
    response = http.get(f"{protected}/_mock/metrics", headers=token)
    assert response.status_code == 200, response.text
    assert "mockvoice_build_info" in response.text


def test_metrics_are_not_for_other_hosts_and_methods_and_take_no_parameters(growcrm, http):
    url = f"{growcrm.urls['main']}/_mock/metrics"

    assert http.get(url, headers={"Host": "attacker.example"}).status_code == 403
    assert http.post(url).status_code == 405
    assert "unknown query parameter" in http.get(url, params={"name": "x"}).text
    assert http.head(url).headers["Content-Type"].startswith("text/plain")


def test_a_server_without_control_api_has_no_metrics(serve_vendors, http):
    main = serve_vendors(vendors=("growcrm",), control=False).urls["main"]

    assert http.get(f"{main}/_mock/metrics").status_code == 404


def test_a_mock_in_the_process_has_metrics_without_listeners():
    with InProcessMock(Settings(vendors=("growcrm",))) as mock:
        host = mock.addresses.main.removeprefix("http://").encode()
        key = (b"authorization", b"Bearer growcrm-demo-key")
        mock.start("growcrm", HttpRequest("GET", b"/api/invoices/1", [(b"host", host), key]))
        pending = mock.start(None, HttpRequest("GET", b"/_mock/metrics", [(b"host", host)]))
        text = pending.result(30).body.decode()

    labels = 'operation="invoices.get",status="200",vendor="growcrm"'
    assert f"{REQUESTS}{{{labels}}} 1.0" in text
    assert "mockvoice_connections" not in text


def test_the_guide_lists_every_metric_of_a_server_with_a_store(serve_vendors, tmp_path):
    server = serve_vendors(state=f"sqlite:///{tmp_path}/state.db")
    exposed = {
        each.name: each.type for each in Metrics.scrape(server.urls["main"]).families
    }  # fmt: skip
    own = {name: kind for name, kind in exposed.items() if name.startswith("mockvoice_")}

    rows = re.findall(r"^\| `(mockvoice_\w+)` \| (\w+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert {name.removesuffix("_total"): kind for name, kind in rows} == own


def test_only_a_server_whose_metrics_are_read_imports_the_library():
    script = (
        "import sys, urllib.request\n"
        "from mockvoice import Server, Settings\n"
        "with Server(Settings(port=0, vendors=('growcrm',))) as server:\n"
        "    for path in ('health', 'sandboxes', 'metrics'):\n"
        "        urllib.request.urlopen(f'{server.urls[\"main\"]}/_mock/{path}').read()\n"
        "        print(path, 'prometheus_client' in sys.modules)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
    )  # fmt: skip

    assert result.stdout.split("\n")[:3] == ["health False", "sandboxes False", "metrics True"]
