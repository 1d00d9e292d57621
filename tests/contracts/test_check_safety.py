"""``mockvoice check`` harms nobody's account: seen from the server that it checks."""

import json
import os
import signal

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests.stub_servers import answering, passing_on

SECRET = "growcrm-demo-key"


class Account:
    """A server that nothing tells from somebody's, and what it holds."""

    def __init__(self, server, stranger):
        self.url = stranger.url
        self.asked = stranger.asked
        self._stranger = stranger
        self._held = server.urls["main"].rstrip("/") + "/_mock/sandboxes/default"

    @property
    def written(self):
        return self._stranger.written

    def counts(self):
        """Records by table; what it has mailed cannot be taken back."""
        told = requests.get(self._held, timeout=30).json()["counts"]["growcrm"]
        return {name: number for name, number in told.items() if name != "outbox"}


@pytest.fixture
def account():
    with Server(Settings(port=0, vendors=("growcrm",))) as server:
        root = server.urls["vendors"]["growcrm"]["root_url"]
        with answering(passing_on(root)) as stranger:
            yield Account(server, stranger)


@pytest.fixture
def check(mockvoice, tmp_path):
    def run(url, *arguments):
        ledgers = str(tmp_path / "ledgers")
        return mockvoice(
            "check", "growcrm", "--url", url, "--ledgers", ledgers, *arguments, toys=False
        )

    return run


def test_a_server_that_is_no_mock_is_only_read(account, check):
    status, out, err = check(
        account.url,
        "--select",
        "test_contract and invoices or test_categories",
        "--max-examples",
        "4",
    ).result()

    assert status == 0, out + err
    assert "is only read (see --mode)" in out
    assert "would write, and the mode is read-only" in out
    assert len(account.asked) > 20
    assert account.written == []


def test_mode_own_data_leaves_nothing_behind(account, check, tmp_path):
    before = account.counts()
    status, out, err = check(
        account.url,
        "--mode",
        "own-data",
        "--select",
        "test_contacts or test_clone",
    ).result()

    assert status == 0, out + err
    assert len(account.written) > 50
    assert account.counts() == before
    assert "left behind" not in out
    assert not list((tmp_path / "ledgers").glob("*"))


# What tells of something that happened, and what nobody sees any more.
TRACES = {"balances", "changes", "deliveries", "links", "movements", "outbox", "tokens"}


@pytest.mark.parametrize(
    ("key", "some"),
    [
        ("count", "test_templates or test_invoices or test_catalogue"),
        ("halo", "test_filters and (posted or paid) or test_invoices"),
        ("optiflow", "test_reference_data or test_lists"),
    ],
)
def test_mode_own_data_leaves_every_vendor_as_it_was(mockvoice, tmp_path, key, some):
    with Server(Settings(port=0, vendors=(key,))) as server:
        world = server.urls["main"].rstrip("/") + "/_mock/sandboxes/default/snapshots"
        requests.post(world, json={"name": "before"}, timeout=30).raise_for_status()
        with answering(passing_on(server.urls["vendors"][key]["root_url"])) as stranger:
            status, out, err = mockvoice(
                "check", key, "--url", stranger.url, "--mode", "own-data", "--select", some,
                "--ledgers", str(tmp_path), toys=False,
            ).result()  # fmt: skip
        told = requests.get(f"{world}/before/diff/current", timeout=30).json()

    assert status == 0, out + err
    assert len(stranger.written) > 20
    assert [
        (each["table"], each["id"])
        for each in told["added"]
        if each["table"] not in TRACES and not each["after"].get("deleted")
    ] == []
    assert (told["changed"], told["removed"]) == ([], [])


def test_what_a_killed_run_has_left_goes_with_the_next(check, tmp_path):
    with Server(Settings(port=0, vendors=("growcrm",))) as server:
        victim = []

        def changed(asked, answer):
            if victim and len(stranger.written) == 12:
                os.kill(victim.pop().pid, signal.SIGKILL)
            return answer

        root = server.urls["vendors"]["growcrm"]["root_url"]
        with answering(passing_on(root, changed)) as stranger:
            account = Account(server, stranger)
            before = account.counts()
            victim.append(check(account.url, "--mode", "own-data", "--select", "test_contacts"))
            killed = victim[0].result()
            after = account.counts()
            status, out, err = check(
                account.url, "--mode", "own-data", "--select", "test_routes and head"
            ).result()

            assert killed[0] == -signal.SIGKILL
            assert after != before
            assert status == 0, out + err
            assert "records of a run that was killed are gone" in out
            # The last answer has been lost with the run: nobody can know what came of that request.
            assert "a run was killed while it waited for" in out
            left = {name: after[name] - before[name] for name in before}
            gone = {name: account.counts()[name] - before[name] for name in before}
            assert sum(gone.values()) <= 1 < sum(left.values())
            assert not list((tmp_path / "ledgers").glob("*"))


def test_a_dry_run_sends_nothing_and_says_what_it_would(account, check):
    status, out, err = check(
        account.url, "--mode", "own-data", "--dry-run", "--select", "test_contacts"
    ).result()

    assert status == 0, out + err
    assert account.asked == []
    assert "contacts.create" in out


def test_no_secret_is_kept_or_shown(mockvoice, tmp_path):
    """Not even where everything is broken and told at length."""

    def broken(asked, answer):
        status, headers, content = answer
        if asked.path.startswith("/api/payments"):
            content = content.replace(b'"gateway"', b'"' + SECRET.encode() + b'"')
        return status, headers, content

    with Server(Settings(port=0, vendors=("growcrm",), control=False)) as server:
        root = server.urls["vendors"]["growcrm"]["root_url"]
        with answering(passing_on(root, broken)) as stranger:
            status, out, err = mockvoice(
                "check", "growcrm", "--url", stranger.url, "--select", "payment and test_contract",
                "--max-examples", "4", "--report-dir", str(tmp_path / "reports"), toys=False,
            ).result()  # fmt: skip

    assert status == 1, out + err
    assert SECRET not in out + err
    files = list((tmp_path / "reports").iterdir())
    assert {file.name for file in files} == {
        "junit.xml", "report.json", "report.html", "report.sarif"
    }  # fmt: skip
    for file in files:
        assert SECRET not in file.read_text("utf-8"), file
    curls = [
        each["curl"]
        for each in json.loads((tmp_path / "reports/report.json").read_text())["findings"]
    ]
    assert any("$GROWCRM_API_KEY" in curl for curl in curls), curls[:3]
