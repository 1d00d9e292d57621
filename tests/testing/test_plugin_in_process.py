"""The pytest plugin with routes and with a mock in the process, in projects of a few tests."""

import pytest

pytest_plugins = ("pytester",)

# A client whose host cannot be changed.
CLIENT = """
import httpx
import pytest
import requests

def unread(host="https://acme.halopsa.com"):
    form = {"grant_type": "client_credentials", "client_id": "mine", "client_secret": "mine"}
    token = requests.post(host + "/auth/token", data=form, timeout=20)
    token.raise_for_status()
    bearer = {"Authorization": "Bearer " + token.json()["access_token"]}
    return httpx.get(host + "/api/Invoice", headers=bearer).json()["record_count"]
"""
IN_PROCESS = "mockvoice_in_process = true\nmockvoice_serve = --vendor halo --vendor growcrm"

# A third of the start of a process is the import of these plugins, which other tests load.
OPTIONS = "-p no:cacheprovider -p no:schemathesis -p no:hypothesispytest --strict-markers"


@pytest.fixture
def project(pytester, monkeypatch):
    """A function that runs tests of another project, in a process of its own."""
    for name in ("MOCKVOICE_URL", "MOCKVOICE_CONTROL_TOKEN", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MOCKVOICE_VENDORS", "nothing")  # must not affect the mock
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def run(tests: str, *arguments: str, ini: str = IN_PROCESS) -> pytest.RunResult:
        pytester.makeini(f"[pytest]\naddopts = {OPTIONS}\nfilterwarnings = error\n{ini}")
        pytester.makepyfile(test_own=CLIENT + tests)
        return pytester.runpytest_subprocess(*arguments)

    return run


ROUTED = """
def test_the_hosts_of_the_real_service_are_routed(mockvoice_routes, sandbox):
    key = {"Authorization": "Bearer " + sandbox.halo.credentials["access_token"]}
    assert requests.get("https://acme.halopsa.com/api/Client", headers=key, timeout=20).ok

def test_more_hosts_can_be_added(mockvoice_routes, sandbox):
    mockvoice_routes.add("https://psa.example.com", "halo", any_credentials=True)
    assert unread("https://psa.example.com") > 0
    assert not mockvoice_routes.strict
    mockvoice_routes.strict = True
    assert mockvoice_routes.strict
    with pytest.raises(requests.ConnectionError, match="the host other.example.org has no route"):
        requests.get("https://other.example.org/", timeout=20)
    mockvoice_routes.strict = False

@pytest.mark.mockvoice(data="empty")
def test_a_route_without_the_fixture(sandbox):
    sandbox.halo.route("https://acme.halopsa.com", any_credentials=True, strict=True)
    assert unread() == 0

def test_no_route_is_left(mockvoice):
    from mockvoice.testing.routes.active import ROUTES
    assert [each for each in ROUTES.routes if "mockvoice.test" not in each.pattern] == []
"""


@pytest.mark.parametrize("arguments", [(), ("-n2",), ("--disable-socket",)])
def test_routes_of_a_mock_in_the_process(project, arguments):
    project(ROUTED, *arguments).assert_outcomes(passed=4)


@pytest.mark.parametrize("arguments", [(), ("-n2",), ("--allow-hosts=127.0.0.1",)])
def test_routes_of_a_mock_in_another_process(project, arguments):
    result = project(ROUTED, *arguments, ini="mockvoice_serve = --vendor halo --vendor growcrm")

    result.assert_outcomes(passed=4)


def test_everything_of_a_sandbox_works_without_sockets(project):
    result = project(
        """
import asyncio

@pytest.mark.mockvoice(now="2026-03-01T09:00:00Z", frozen=True)
def test_one(mockvoice, sandbox):
    assert mockvoice.url == "http://mockvoice.test"
    assert sandbox.clock.now().isoformat() == "2026-03-01T09:00:00+00:00"
    sandbox.seed("growcrm", clients=2, invoices=3)
    with sandbox.rolled_back():
        sandbox.clock.advance(days=40)
    key = {"Authorization": "Bearer " + sandbox.growcrm.credentials["api_key"]}
    assert requests.get(sandbox.growcrm.base_url + "/api/invoices", headers=key, timeout=20).ok

    async def read():
        transport = sandbox.growcrm.transport()
        async with httpx.AsyncClient(transport=transport, base_url="https://crm") as client:
            return (await client.get("/api/invoices", headers=key)).status_code

    # A loop of its own needs sockets, so the coroutine runs without one.
    with pytest.raises(StopIteration) as end:
        read().send(None)
    assert end.value.value == 200

def test_failed(sandbox):
    key = {"Authorization": "Bearer " + sandbox.growcrm.credentials["api_key"]}
    requests.get(sandbox.growcrm.base_url + "/api/invoices/0", headers=key, timeout=20)
    assert False
""",
        "--disable-socket",
    )

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*last requests to sandbox test_failed*",
            "*GET http://growcrm.mockvoice.test/api/invoices/0 -> 404",
        ]
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--proxy-port 0", "*a mock in the test process has no listeners, so it does not support proxy_port*"),
        ("--vendor growcmr", "*did you mean 'growcrm'*"),
        ("--colour", "*No such option*--colour*"),
        ("--help", "*No such option*--help*"),
    ],
)  # fmt: skip
def test_options_that_cannot_be_used_are_reported(project, options, message):
    result = project(
        "def test_one(sandbox): pass",
        ini=f"mockvoice_in_process = true\nmockvoice_serve = {options}",
    )

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([message])
