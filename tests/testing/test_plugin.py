"""The pytest plugin, in projects of a few tests."""

import importlib
import os
import pkgutil
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpcore  # noqa: F401 - see import_all
import pytest
import requests

import mockvoice

pytest_plugins = ("pytester",)

GUIDES = Path(__file__).parents[2] / "docs/how-to"
PAGES = "\n".join(
    GUIDES.joinpath(name).read_text("utf-8")
    for name in ("pytest.md", "pytest-routes.md", "pytest-in-process.md", "stubs.md", "webhooks.md")
)
START = "2026-03-01T09:00:00Z"
# The client of a project that integrates a vendor.
CLIENT = """
import json
import urllib.request

import pytest

class Bell:
    def __init__(self, base_url, key):
        self.base_url, self.key = base_url, key
    def reminders(self):
        return self._send("GET", "/reminders")["reminders"]
    def remind(self, text, day):
        return self._send("POST", "/reminders", {"text": text, "day": day})
    def _send(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.base_url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)

@pytest.fixture
def bell(sandbox):
    return Bell(sandbox.bell.base_url, sandbox.bell.credentials["api_key"])
"""


@pytest.fixture(scope="module", autouse=True)
def import_all():
    """Import all modules of the server before the runs of pytester, which unloads those that it imports.

    Otherwise later tests would import them again, and get classes that differ from those that
    modules imported earlier use.
    """
    for module in pkgutil.walk_packages(mockvoice.__path__, "mockvoice."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


@pytest.fixture
def project(pytester, server, monkeypatch) -> Callable[..., pytest.RunResult]:
    """A function that runs tests of another project against a mock of the example vendors."""
    for name in ("MOCKVOICE_URL", "MOCKVOICE_CONTROL_TOKEN", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    pytester.makeini(
        "[pytest]\naddopts = -p no:cacheprovider --strict-markers\nfilterwarnings = error"
    )

    def run(
        tests: str, *arguments: str, url: str = server.urls["main"], subprocess: bool = False
    ) -> pytest.RunResult:
        pytester.makepyfile(test_own=CLIENT + tests)
        run_pytest = pytester.runpytest_subprocess if subprocess else pytester.runpytest_inprocess
        return run_pytest(f"--mockvoice-url={url}", *arguments)

    return run


def sandbox_names(server) -> list[str]:
    return server.call_on_loop(lambda: [sandbox.name for sandbox in server.sandboxes])


def test_every_test_has_its_own_sandbox_which_is_deleted_afterwards(project, server):
    result = project("""
@pytest.mark.parametrize("again", [1, 2])
@pytest.mark.mockvoice(data="empty")
def test_one(bell, again):
    before = len(bell.reminders())
    bell.remind("Mine", "2030-01-01")
    assert len(bell.reminders()) == before + 1
    assert [row["text"] for row in bell.reminders()].count("Mine") == 1
""")

    result.assert_outcomes(passed=2)
    assert sandbox_names(server) == ["default"]


@pytest.fixture
def plugin_arguments(monkeypatch) -> tuple[str, ...]:
    """Arguments of a subprocess that loads only this plugin and xdist."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return ("-p", "mockvoice.testing.plugin", "-p", "xdist.plugin")


def test_parallel_workers_share_a_running_server(project, server, plugin_arguments):
    result = project(
        """
@pytest.mark.parametrize("number", range(12))
def test_one(bell, sandbox, number):
    bell.remind(f"Mine {number}", "2030-01-01")
    assert [e["text"] for e in bell.reminders() if "Mine" in e["text"]] == [f"Mine {number}"]
    assert len(sandbox.journal(operation="reminders.create")) == 1
""",
        *plugin_arguments,
        "-n2",
        subprocess=True,
    )

    result.assert_outcomes(passed=12)
    assert sandbox_names(server) == ["default"]


def test_markers_set_the_initial_state_and_the_closest_wins(project, server, http, pytester):
    export = http.get(f"{server.urls['main']}/_mock/sandboxes/default/snapshots/current").text
    pytester.path.joinpath("export.json").write_text(export)
    result = project(f"""
pytestmark = pytest.mark.mockvoice(now="{START}", seed=7)

def test_module(sandbox):
    state = sandbox.describe()
    assert (state["now"][:16], state["seed"], state["frozen"]) == ("{START[:16]}", 7, False)
    assert state["counts"]["bell"]["reminders"] == 3

@pytest.mark.mockvoice(data="empty", frozen=True)
class TestClass:
    def test_class(self, sandbox):
        state = sandbox.describe()
        assert (state["now"], state["seed"], state["frozen"]) == ("{START}", 7, True)
        assert state["counts"]["bell"]["reminders"] == 1

    @pytest.mark.mockvoice(seed=8)
    def test_own(self, sandbox):
        assert (sandbox.describe()["seed"], sandbox.describe()["frozen"]) == (8, True)

    @pytest.mark.mockvoice(data="export.json")
    def test_file(self, sandbox):
        assert sandbox.describe()["counts"]["bell"]["reminders"] == 3
""")

    result.assert_outcomes(passed=4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            '"empty"',
            "mockvoice: the marker does not accept 'empty'; expected the keyword arguments data, now, seed, frozen",
        ),
        (
            "date=1",
            "mockvoice: the marker does not accept date; expected the keyword arguments data, now, seed, frozen",
        ),
        (
            'data="none.json"',
            "the marker's data must be demo, empty or the path of a file",
        ),
        ('data="test_own.py"', "test_own.py is not JSON"),
        ('now="soon"', "mockvoice: now must be an instant with an offset"),
        ('seed="x"', "mockvoice: seed must be of type integer"),
    ],
)
def test_an_invalid_marker_is_reported(project, server, arguments, message):
    result = project(f"""
@pytest.mark.mockvoice({arguments})
def test_one(sandbox):
    pass
""")

    result.assert_outcomes(errors=1)
    assert message in result.stdout.str()
    assert "Traceback" not in result.stdout.str()
    assert sandbox_names(server) == ["default"]


def test_a_failed_test_shows_its_last_requests_and_responses(project):
    tests = """
def test_one(bell):
    bell.remind("Mine", "2030-01-01")
    bell.reminders()
    bell.remind("Mine", "30.2.2030")
"""
    result = project(tests, "--mockvoice-journal=2")

    result.assert_outcomes(failed=1)
    report = result.stdout.str().partition("mockvoice: last requests to sandbox test_one-")[2]
    assert "bell reminders.search: GET http://127.0.0.1:" in report
    assert "/reminders -> 200" in report
    assert 'request: {"text": "Mine", "day": "30.2.2030"}' in report
    assert "note: " in report
    assert report.count("response: ") == 2
    assert "last requests" not in project(tests, "--mockvoice-journal=0").stdout.str()


def test_a_failed_test_shows_the_requests_to_a_shared_sandbox(project):
    result = project("""
@pytest.fixture(scope="module")
def shared(mockvoice):
    with mockvoice.sandbox("shared") as sandbox:
        yield Bell(sandbox.bell.base_url, sandbox.bell.credentials["api_key"])

def test_one(shared):
    shared.remind("Ours", "never")

def test_another():
    raise SystemError
""")

    result.assert_outcomes(failed=2)
    assert result.stdout.str().count("mockvoice: last requests to sandbox shared-") == 1
    assert '"text": "Ours"' in result.stdout.str()


def test_a_failed_test_shows_no_secret(project, pytester):
    result = project(
        """
def test_one(bell):
    bell.remind(bell.key, "2030-01-01")
    with open("key", "w") as file:
        file.write(bell.key)
    bell = None
    raise SystemError
""",
        "--tb=short",
    )

    result.assert_outcomes(failed=1)
    key = pytester.path.joinpath("key").read_text()
    assert key not in result.stdout.str()
    assert 'request: {"text": "***-key"' in result.stdout.str()


def test_a_failed_fixture_shows_its_last_requests(project):
    result = project("""
@pytest.fixture
def reminder(bell):
    return bell.remind("Mine", "never")

def test_one(reminder):
    pass
""")

    result.assert_outcomes(errors=1)
    assert '"day": "never"' in result.stdout.str()


def test_requests_with_wrong_credentials_are_shown_if_there_are_no_others(project):
    result = project("""
def test_one(sandbox):
    Bell(sandbox.bell.base_url, "another-key").reminders()
""")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([
        "No request was sent with the credentials of this sandbox.",
        "* bell reminders.search: GET *reminders -> 401",
    ])  # fmt: skip
    assert "another-key" not in result.stdout.str().partition("No request was sent")[2]


def test_a_sandbox_has_clock_faults_snapshots_and_journal(project):
    result = project(f"""
from decimal import Decimal
from datetime import datetime, timedelta, UTC
from urllib.error import HTTPError

@pytest.mark.mockvoice(now="{START}", frozen=True)
def test_clock(sandbox):
    clock = sandbox.clock
    assert clock.now() == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert clock.advance(days=1, hours=1) == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert clock.advance(timedelta(minutes=1), seconds=3).minute == 1
    assert clock.set("2027-01-01T00:00:00Z") == clock.now() == datetime(2027, 1, 1, tzinfo=UTC)
    assert clock.thaw() < clock.now()
    assert clock.freeze(datetime(2028, 1, 1, tzinfo=UTC)) == clock.now()
    with pytest.raises(ValueError, match="time zone"):
        clock.set(datetime(2028, 1, 1))

def test_faults(sandbox, bell):
    number = sandbox.faults.add("status", "bell", "reminders.search", status=503, times=1)
    with pytest.raises(HTTPError, match="503"):
        bell.reminders()
    bell.reminders()
    assert [(fault["id"], fault["struck"]) for fault in sandbox.faults.list()] == [(number, 1)]
    sandbox.faults.delete(number)
    sandbox.faults.add("drop")
    sandbox.faults.clear()
    assert sandbox.faults.list() == []

def test_snapshots(sandbox, bell):
    sandbox.snapshot("before")
    before = bell.reminders()
    with sandbox.rolled_back():
        bell.remind("Temporary", "2030-01-01")
    assert bell.reminders() == before
    bell.remind("Mine", "2030-01-01")
    assert [row["after"]["text"] for row in sandbox.diff("before")["added"]] == ["Mine"]
    sandbox.restore("before")
    assert bell.reminders() == before

def test_reset(sandbox, bell):
    bell.remind("Mine", "2030-01-01")
    sandbox.reset(data="empty", seed=3)
    assert len(bell.reminders()) == 1
    assert sandbox.describe()["seed"] == 3

@pytest.mark.mockvoice(now="{START}")
def test_outbox_and_journal(sandbox, bell):
    bell.remind("Mine", "2026-03-02")
    sandbox.clock.advance(days=3)
    assert "Mine" in str(sandbox.outbox(vendor="bell", limit=10))
    assert [entry["operation"] for entry in sandbox.journal(vendor="bell", status=201)] == ["reminders.create"]

def test_stubs_and_verification(sandbox, bell):
    sandbox.faults.answer("bell", "reminders.search", {{"reminders": [1]}}, times=1)
    sandbox.faults.sequence("bell", "reminders.create", [{{"kind": "status", "status": 503}}])
    sandbox.faults.add("status", "bell", status=418, match={{"body": {{"text": "Tea"}}}})
    assert bell.reminders() == [1]
    for text, status in (("Milk", "503"), ("Tea", "418")):
        with pytest.raises(HTTPError, match=status):
            bell.remind(text, "2030-01-01")
    assert len(sandbox.verify("bell", "reminders.create", times=2)) == 2
    sandbox.verify(method="POST", path="/rem*", body={{"text": "Tea"}}, status=418)
    with pytest.raises(AssertionError) as failure:
        sandbox.verify("bell", "reminders.create", body={{"text": Decimal("1.5")}})
    assert str(failure.value).splitlines()[:3] == [
        "0 requests of bell reminders.create match, expected at least 1",
        "request 3:",
        '  body.text is "Tea", expected 1.5',
    ]
    assert len(sandbox.journal(method="POST", body='{{"text": "Milk"}}')) == 1

def test_two_sandboxes(mockvoice, sandbox, bell):
    with mockvoice.sandbox("second one!", data=sandbox.export(), now="{START}") as second:
        assert second.name.startswith("second-one-")
        other = Bell(second.bell.base_url, second.bell.credentials["api_key"])
        other.remind("Theirs", "2030-01-01")
        assert "Theirs" not in str(bell.reminders())
    with pytest.raises(HTTPError, match="401"):
        other.reminders()
    assert mockvoice.default.credentials["bell"] == {{"api_key": "bell-demo-key"}}

def test_errors(sandbox):
    with pytest.raises(Exception, match="There is no snapshot 'none'"):
        sandbox.restore("none")
    with pytest.raises(AttributeError, match="no attribute 'whistle'; served vendors: bell, gong"):
        sandbox.whistle
    sandbox.delete()

def test_environment(sandbox):
    assert sandbox.bell.environment == {{
        "BELL_BASE_URL": sandbox.bell.base_url,
        "BELL_API_KEY": sandbox.bell.credentials["api_key"],
    }}
    assert sandbox.environment["GONG_CLIENT_ID"] == sandbox.gong.credentials["client_id"]
    assert sandbox.bell.credentials["api_key"] not in repr(sandbox.bell) + repr(sandbox)
""")  # fmt: skip

    result.assert_outcomes(passed=9)


@pytest.mark.parametrize("source", ["option", "environment", "ini"])
def test_the_url_of_the_server_can_be_set_in_three_ways(pytester, server, monkeypatch, source):
    url = server.urls["main"]
    monkeypatch.delenv("MOCKVOICE_URL", raising=False)
    if source == "environment":
        monkeypatch.setenv("MOCKVOICE_URL", url)
    pytester.makeini("[pytest]\n" + (f"mockvoice_url = {url}" if source == "ini" else ""))
    pytester.makepyfile(f"def test_one(mockvoice): assert mockvoice.url == {url!r}")
    arguments = [f"--mockvoice-url={url}"] if source == "option" else []
    result = pytester.runpytest_inprocess(*arguments)

    result.assert_outcomes(passed=1)


def test_an_unusable_server_is_reported(project, serve, monkeypatch, server):
    tests = "def test_one(sandbox): pass"
    unreachable = project(tests, url="http://127.0.0.1:9")
    unreachable.assert_outcomes(errors=1)
    unreachable.stdout.fnmatch_lines(
        ["*mockvoice: no mock server responds at http://127.0.0.1:9: *"]
    )
    vendor = project(tests, url=server.urls["vendors"]["bell"]["root_url"])
    vendor.stdout.fnmatch_lines(["*mockvoice: the server at * is not a mock server*"])

    protected = serve(control_token="open-sesame").urls["main"]
    project(tests, url=protected).assert_outcomes(errors=1)
    monkeypatch.setenv("MOCKVOICE_CONTROL_TOKEN", "open-sesame")
    project(tests, url=protected).assert_outcomes(passed=1)


def test_a_server_behind_another_address_is_reached_by_its_url(project, server):
    port = server.urls["main"].rpartition(":")[2]
    result = project(f"""
def test_one(sandbox, bell):
    assert bell.base_url == "http://localhost:{port}/bell"
    assert bell.reminders()
""", url=f"http://localhost:{port}/")  # fmt: skip

    result.assert_outcomes(passed=1)


def test_each_worker_starts_a_server_and_the_examples_of_the_page_pass(pytester, monkeypatch):
    monkeypatch.setenv("MOCKVOICE_PORT", "1")  # must not affect the started servers
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("MOCKVOICE_URL", raising=False)
    pytester.makeini("[pytest]\nmockvoice_serve = --vendor count --vendor growcrm --quirks strict")
    examples = re.findall(r"^```python\n(.*?)^```", PAGES, re.MULTILINE | re.DOTALL)
    pytester.makepyfile(**{f"test_page_{number}": text for number, text in enumerate(examples)})
    pytester.makepyfile(
        test_own="""
import pytest

@pytest.mark.mockvoice(data="empty")
@pytest.mark.parametrize("number", [1, 2])
def test_seed(mockvoice, sandbox, number):
    assert sandbox.seed("growcrm", clients=3, invoices=5)["invoices"] == 5
    with open(f"url-{number}", "w") as file:
        file.write(mockvoice.url)
"""
    )
    result = pytester.runpytest_subprocess("-n2", "-p", "no:cacheprovider", "--strict-markers")

    result.assert_outcomes(passed=15)
    for number in (1, 2):
        assert not responds(pytester.path.joinpath(f"url-{number}").read_text())


def responds(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).status_code > 0
    except requests.ConnectionError:
        return False


def test_a_killed_run_leaves_no_server(pytester, plugin_arguments):
    pytester.makeini("[pytest]\nmockvoice_serve = --vendor growcrm")
    pytester.makepyfile("""
import time

def test_one(mockvoice):
    with open("url", "w") as file:
        file.write(mockvoice.url)
    time.sleep(60)
""")
    file = pytester.path / "url"
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *plugin_arguments], stdout=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while not (file.exists() and file.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    url = file.read_text()
    assert responds(url)
    process.send_signal(signal.SIGKILL)
    process.wait()

    deadline = time.monotonic() + 10
    while responds(url) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not responds(url)


def test_invalid_options_of_serve_are_reported(pytester):
    pytester.makeini("[pytest]\nmockvoice_serve = --vendor xero")
    pytester.makepyfile("def test_one(mockvoice): pass")
    result = pytester.runpytest_inprocess()

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*mockvoice: the server did not start: unknown vendor 'xero'*"])


def test_the_plugin_imports_no_other_module_when_it_is_loaded():
    script = (
        "import shlex, sys, pytest; before = set(sys.modules); import mockvoice.testing.plugin; "
        "print(*sorted(set(sys.modules) - before))"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("COV")},
    )  # fmt: skip

    assert result.stdout.split() == [
        "mockvoice", "mockvoice.testing", "mockvoice.testing.fixtures", "mockvoice.testing.plugin",
    ]  # fmt: skip
