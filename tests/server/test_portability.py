"""The server without the packages that do not exist for every system: uvloop and httptools."""

import os
import signal
import ssl
import sys

import grimp
import pytest
import requests

from tests.processes import SERVE_AS_ON_WINDOWS, serving
from tests.proxy.connections import ask_byte_by_byte, get, open_tunnel

# Modules that Windows does not have.
POSIX_ONLY = {
    "fcntl",
    "grp",
    "httptools",
    "posix",
    "pty",
    "pwd",
    "resource",
    "termios",
    "tty",
    "uvloop",
}
KEY = {"Authorization": "Bearer growcrm-demo-key"}


@pytest.fixture
def server(tmp_path):
    """A server process without uvloop and httptools, and the URL of Grow CRM's API."""
    command = [
        sys.executable,
        "-c",
        SERVE_AS_ON_WINDOWS,
        "serve",
        "--port",
        "0",
        "--vendor",
        "growcrm",
    ]
    with serving(command, tmp_path, os.environ) as process_and_urls:
        yield process_and_urls


def test_requests_faults_and_shutdown_work_without_uvloop_and_httptools(server, http):
    process, urls = server
    root = urls["vendors"]["growcrm"]["root_url"].rstrip("/")
    client = {"client_company_name": "Ada Ltd", "first_name": "Ada", "last_name": "Example",
              "email": "ada@contract.example"}  # fmt: skip
    before = http.get(f"{root}/api/clients", headers=KEY).json()["meta"]["total"]
    created = http.post(f"{root}/api/clients", headers=KEY, json=client)
    assert created.status_code == 201, created.text
    for fault in ("drop", "commit_then_drop"):
        with pytest.raises(requests.ConnectionError):
            requests.delete(f"{root}/api/clients/{created.json()['data']['id']}",
                            headers={**KEY, "X-Mock-Fault": fault}, timeout=10)  # fmt: skip
    assert http.get(f"{root}/api/clients", headers=KEY).json()["meta"]["total"] == before
    unread = http.post(f"{root}/api/clients", headers=KEY, data=b"x" * (11 << 20))
    assert unread.status_code == 413

    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert out.splitlines()[-1] == "imported: h11"


def test_ctrl_break_ends_the_server(server):
    process, _ = server
    process.send_signal(signal.SIGUSR1)
    _, err = process.communicate(timeout=30)

    assert (process.returncode, err) == (0, "")


@pytest.mark.parametrize("package", ["mockvoice", "mockvoice_contracts"])
def test_no_module_imports_what_windows_does_not_have(package):
    graph = grimp.build_graph(package, include_external_packages=True, cache_dir=None)
    external = graph.modules & {"os", "sys", "portalocker"}
    assert external == {"os", "sys", "portalocker"}

    importers = {
        name: graph.find_modules_that_directly_import(name) for name in POSIX_ONLY & graph.modules
    }
    assert importers == {}


def test_tunnels_and_https_work_without_uvloop_and_httptools(tmp_path):
    command = [sys.executable, "-c", SERVE_AS_ON_WINDOWS, "serve", "--port", "0", "--vendor", "growcrm",
               "--tls", "--proxy-port", "0", "--route", "crm.example.com=growcrm"]  # fmt: skip
    with serving(command, tmp_path, os.environ) as (_, urls), requests.Session() as session:
        session.trust_env = False
        session.verify = urls["ca_file"]
        direct = session.get(f"{urls['vendors']['growcrm']['root_url']}/api/invoices", headers=KEY)
        session.proxies = {"http": urls["proxy"], "https": urls["proxy"]}
        statuses = [
            session.get(f"{scheme}://crm.example.com/api/invoices", headers=KEY).status_code
            for scheme in ("http", "https", "https")
        ]
        context = ssl.create_default_context(cafile=urls["ca_file"])
        for _ in range(20):
            tunnel = open_tunnel(urls["proxy"], "crm.example.com")
            request = get(
                "/api/invoices", "crm.example.com", f"Authorization: {KEY['Authorization']}"
            )
            response = ask_byte_by_byte(tunnel, context, "crm.example.com", request)
            tunnel.close()
            assert response.startswith(b"HTTP/1.1 200 OK")

    assert (direct.status_code, statuses) == (200, [200, 200, 200])
