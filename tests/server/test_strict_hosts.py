"""Strict hosts: vendors only answer requests for the server's own names."""

import pytest
import requests

BELL = {"Authorization": "Bearer bell-demo-key"}
OWN_NAMES = ["localhost", "LOCALHOST:80", "app.localhost", "127.0.0.1", "127.1.2.3:8081", "[::1]:9",
             "mock.example", "Mock.Example:8080", "compose-name"]  # fmt: skip
OTHER_NAMES = ["evil.example", "localhost.evil.example", "10.0.0.1", "[::2]", "", "notlocalhost",
               "mock.example.evil", "compose-name.evil:8080", "localhost:http"]  # fmt: skip


@pytest.fixture(scope="module")
def strict(serve):
    return serve(strict_hosts=True, allowed_hosts=("mock.example", "compose-name")).urls


@pytest.fixture(params=["root_url", "prefix_url"])
def reminders(request, strict):
    return strict["vendors"]["bell"][request.param].rstrip("/") + "/reminders"


@pytest.mark.parametrize("host", OWN_NAMES)
def test_requests_for_the_servers_own_names_are_answered(reminders, http, host):
    assert http.get(reminders, headers={**BELL, "Host": host}).status_code == 200


@pytest.mark.parametrize("host", OTHER_NAMES)
def test_requests_for_other_hosts_are_rejected_in_the_vendors_format(reminders, http, host):
    before = http.get(reminders, headers=BELL).json()
    body = {"text": "Rebound", "day": "2090-01-01"}
    response = http.post(reminders, json=body, headers={**BELL, "Host": host})

    assert response.status_code == 421
    assert "--strict-hosts" in response.json()["why"]
    assert http.get(reminders, headers=BELL).json() == before


def test_the_address_that_the_server_listens_on_is_its_own_name(serve, http):
    server = serve(host="0.0.0.0", control=False, strict_hosts=True)
    port = server.urls["vendors"]["bell"]["root_url"].rpartition(":")[2]
    url = f"http://127.0.0.2:{port}/reminders"

    assert http.get(url, headers=BELL).status_code == 200
    assert http.get(url, headers={**BELL, "Host": "192.0.2.1"}).status_code == 421


@pytest.mark.parametrize("environment", [True, False])
def test_options_and_variables_select_strict_hosts(mockvoice, tmp_path, environment):
    options = ["--strict-hosts", "--allow-host", "one.example", "--allow-host", "two.example"]
    variables = {"MOCKVOICE_STRICT_HOSTS": "1", "MOCKVOICE_ALLOW_HOST": "one.example two.example"}
    process = mockvoice("serve", "--port", "0", "--ready-file", str(tmp_path / "ready"),
                        *([] if environment else options), env=variables if environment else {})  # fmt: skip
    urls = process.ready(tmp_path / "ready")
    url = f"{urls['vendors']['bell']['root_url']}/reminders"
    statuses = {
        host: requests.get(url, headers={**BELL, "Host": host}, timeout=10).status_code
        for host in ("one.example", "two.example", "three.example")
    }

    assert statuses == {"one.example": 200, "two.example": 200, "three.example": 421}
    health = f"{urls['main']}/_mock/health"
    assert requests.get(health, headers={"Host": "two.example"}, timeout=10).ok
