"""Three nodes with one PostgreSQL behind HAProxy."""

import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from mockvoice.outbound.mock_header import control_url
from tests.accounts import signed_post
from tests.webhook_receiver import wait_for
from tools import cluster as clusters
from tools.cluster.__main__ import main

ROOT = Path(__file__).parents[2]
CALLBACK = "http://127.0.0.1/callback"
TIMEOUT = 30


def create(cluster, http, name):
    """Create an empty sandbox; return its credentials."""
    body = {"name": name, "data": "empty"}
    created = http.post(f"{cluster.url}/_mock/sandboxes", json=body, timeout=TIMEOUT)
    assert created.status_code == 201, created.text
    return created.json()["credentials"]


def lease(cluster, name):
    """Return the process that has a sandbox, and the epoch, which changes with each hand-over."""
    query = """
        SELECT nodes.pid, leases.epoch FROM sandboxes JOIN leases ON leases.sandbox = sandboxes.id
        JOIN nodes ON nodes.id = leases.node WHERE sandboxes.name = %s
    """
    with psycopg.connect(cluster.state) as connection:
        return connection.execute(query, (name,)).fetchone()


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def clients_status(cluster, http, credentials):
    """Return the status of a list of Grow CRM, or ``None`` if there was no response."""
    url = f"{cluster.vendor_url('growcrm')}/api/clients"
    headers = {**bearer(credentials["growcrm"]["api_key"]), "Connection": "close"}
    try:
        return http.get(url, headers=headers, timeout=TIMEOUT).status_code
    except OSError:
        return None


def use_all_vendors(cluster, http, name, credentials):
    """Use a sandbox by every kind of credential, and check each response."""
    count, url = credentials["count"], cluster.vendor_url("count")
    query = {"clientId": count["client_id"], "redirectUri": CALLBACK, "state": "s"}
    consent = http.post(
        f"{url}/auth2/consent", params=query, data={"decision": "allow"}, allow_redirects=False
    )
    code = parse_qs(urlsplit(consent.headers["location"]).query)["code"][0]
    body = {"grantType": "authorization_code", "code": code}
    granted = signed_post(http, url, "/grant-access-token", body, count)["data"]["result"]
    body = {"grantType": "refresh_token", "refreshToken": granted["refreshToken"]}
    signed_post(http, url, "/refresh-user-access-token", body, count)
    form = {"grant_type": "client_credentials", "scope": "all", **credentials["halo"]}
    token = http.post(f"{cluster.vendor_url('halo')}/auth/token", data=form).json()["access_token"]
    keys = {
        "growcrm": credentials["growcrm"]["api_key"],
        "optiflow": credentials["optiflow"]["owner"],
    }
    for path, key in {
        f"{cluster.vendor_url('halo')}/api/Invoice": token,
        f"{cluster.url}/halo/api/Invoice": token,
        f"{cluster.url}/growcrm/api/clients": keys["growcrm"],
        f"{cluster.vendor_url('optiflow')}/api/v1/invoices": keys["optiflow"],
    }.items():
        assert http.get(path, headers=bearer(key)).status_code == 200, path
    sandbox = f"{cluster.url}/_mock/sandboxes/{name}"
    assert http.post(f"{sandbox}/clock/advance", json={"days": 1}).status_code == 200
    assert len(http.get(f"{sandbox}/journal").json()) >= 7
    assert http.get(f"{cluster.url}/sandboxes/{name}").status_code == 200


def test_one_node_serves_all_requests_of_a_sandbox(cluster, http):
    """Neither vendor nor kind of credential moves it, and the journal has all requests."""
    processes = Counter()
    for number in range(12):
        name = f"one-node-{number}"
        credentials = create(cluster, http, name)
        before = lease(cluster, name)
        use_all_vendors(cluster, http, name, credentials)
        assert lease(cluster, name) == before
        processes[before[0]] += 1

    assert processes.keys() <= {node.pid for node in cluster.nodes}
    assert len(processes) > 1


def test_links_have_the_address_of_the_load_balancer(cluster, http):
    name = "links"
    body = {"name": name, "data": "demo"}
    created = http.post(f"{cluster.url}/_mock/sandboxes", json=body, timeout=TIMEOUT).json()
    count, url = created["credentials"]["count"], cluster.vendor_url("count")
    invoices = signed_post(http, url, "/invoices", None, count)["data"]["invoices"]
    approved = next(each["id"] for each in invoices if not each["isDraft"])
    answer = signed_post(http, url, f"/invoices/{approved}/public-link", None, count)
    link = answer["data"]["publicLink"]

    assert link.startswith(f"{url}/public/invoices/")
    assert http.get(link, timeout=TIMEOUT).status_code == 200


def test_programs_find_the_control_api_of_the_load_balancer(cluster, http):
    response = http.get(f"{cluster.vendor_url('halo')}/api/Invoice", timeout=TIMEOUT)

    assert control_url(response.headers["X-Mock-Server"]) == cluster.url


def test_a_request_with_many_headers_reaches_its_node(cluster, http):
    headers = {f"X-{number}": "1" for number in range(300)}

    assert (
        http.get(f"{cluster.url}/_mock/health", headers=headers, timeout=TIMEOUT).status_code == 200
    )


def test_a_fault_that_drops_the_connection_does_so_behind_the_load_balancer(cluster, http):
    credentials = create(cluster, http, "dropped")
    fault = {"vendor": "growcrm", "operation": "*", "effect": {"kind": "drop"}, "times": 1}
    added = http.post(f"{cluster.url}/_mock/sandboxes/dropped/faults", json=fault, timeout=TIMEOUT)

    assert added.status_code == 201, added.text
    assert clients_status(cluster, http, credentials) is None
    assert clients_status(cluster, http, credentials) == 200


def test_the_requests_of_a_sandbox_are_streamed(cluster, http):
    credentials = create(cluster, http, "streamed")
    url = f"{cluster.url}/sandboxes/streamed/journal/live"
    with http.get(url, stream=True, timeout=TIMEOUT) as stream:
        lines = stream.iter_lines()
        next(lines)
        assert clients_status(cluster, http, credentials) == 200

        assert any(b"/api/clients" in line for line in lines)


@pytest.mark.parametrize("action", ["kill", "terminate", "pause"])
def test_the_sandboxes_of_a_node_that_goes_away_are_served_by_others(action, cluster, http):
    """While it is away there is at most an error of the store or of HAProxy, and never a wrong answer."""
    name = f"moves-{action}"
    credentials = create(cluster, http, name)
    process, _ = lease(cluster, name)
    node = next(node for node in cluster.nodes if node.pid == process)
    url = f"{cluster.vendor_url('growcrm')}/api/clients"
    headers = bearer(credentials["growcrm"]["api_key"])
    form = {"client_company_name": "Kept", "first_name": "A", "last_name": "B", "email": "a@b.test"}
    assert http.post(url, data=form, headers=headers, timeout=TIMEOUT).status_code == 201
    getattr(node, action)()
    began = time.monotonic()

    statuses = []
    while not statuses or statuses[-1] != 200:
        statuses.append(clients_status(cluster, http, credentials))
    seconds = time.monotonic() - began
    kept = http.get(url, headers=headers, timeout=TIMEOUT).json()
    owner, _ = lease(cluster, name)
    if action == "pause":
        node.resume()
    else:
        node.restart()

    assert set(statuses) <= {200, 503, None}
    assert seconds < 15
    assert [each["company_name"] for each in kept["data"]] == ["Kept"]
    assert owner != process
    wait_for(lambda: clients_status(cluster, http, credentials) == 200)


def test_a_reload_of_the_load_balancer_refuses_no_request(cluster, http):
    credentials = create(cluster, http, "reloaded")
    statuses, end = [], threading.Event()

    def send():
        while not end.is_set():
            statuses.append(clients_status(cluster, http, credentials))

    sender = threading.Thread(target=send)
    sender.start()
    for _ in range(3):
        cluster.haproxy.reload()
        time.sleep(0.3)
    end.set()
    sender.join()

    assert len(statuses) > 10
    assert set(statuses) == {200}


def test_a_restart_of_the_database_loses_nothing(cluster, http):
    credentials = create(cluster, http, "database")

    cluster.restart_postgresql("immediate")

    wait_for(lambda: clients_status(cluster, http, credentials) == 200, 20)


def test_the_command_serves_until_a_signal(http, tmp_path):
    haproxy_and_postgresql()
    (port,) = clusters.free_ports(1, 40)  # the node's ports are the last ones of them
    command = [sys.executable, "-m", "tools.cluster", "--port", str(port), "--nodes", "1"]
    errors = tmp_path / "errors"
    with errors.open("wb") as stderr, subprocess.Popen(
        [*command, "--", "--data", "empty"], cwd=ROOT, stdout=subprocess.PIPE, stderr=stderr, text=True
    ) as process:  # fmt: skip
        try:
            lines = [process.stdout.readline()]
            while lines[-1] and not lines[-1].startswith("Ctrl-C"):
                lines.append(process.stdout.readline())
            assert lines[0] == f"console    http://127.0.0.1:{port}/\n", errors.read_text("utf-8")
            url = f"http://127.0.0.1:{port}/_mock/health"
            assert http.get(url, timeout=TIMEOUT).status_code == 200
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(TIMEOUT)

    assert process.returncode == 0
    assert errors.read_text("utf-8") == ""


def haproxy_and_postgresql():
    try:
        clusters.haproxy_program()
        clusters.postgresql_programs()
    except clusters.NotInstalled as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("missing", ["HAProxy", "PostgreSQL"])
def test_the_command_says_what_is_missing(missing, monkeypatch, capsys):
    def raises():
        raise clusters.NotInstalled(f"{missing} is not installed; …")

    monkeypatch.setattr(
        clusters, f"{missing.lower()}_program{'s' * (missing == 'PostgreSQL')}", raises
    )
    monkeypatch.setattr(sys, "argv", ["cluster"])

    assert main() == 2
    assert capsys.readouterr().err == f"cluster: {missing} is not installed; …\n"
