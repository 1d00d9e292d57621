"""``mockvoice check`` does not damage accounts: checked in the state of the server."""

import json
import os
import re
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.vendor_registry import own_vendor_keys
from mockvoice_contracts.harness import ownership, targets
from mockvoice_contracts.harness.contract import Contract
from tests.stub_servers import forward_to, stub_server

SECRET = "growcrm-demo-key"
LEDGER_BYTES = 600  # enough for a few records


class Account:
    """A server that looks like a real account, and its records."""

    def __init__(self, server, proxy):
        self.url = proxy.url
        self.requests = proxy.requests
        self._proxy = proxy
        self._sandbox_url = server.urls["main"].rstrip("/") + "/_mock/sandboxes/default"

    @property
    def write_requests(self):
        return self._proxy.writes

    def counts(self):
        """Return the number of records by table, without the outbox, which only grows."""
        counts = requests.get(self._sandbox_url, timeout=30).json()["counts"]["growcrm"]
        return {name: number for name, number in counts.items() if name != "outbox"}


@pytest.fixture
def account():
    with Server(Settings(port=0, vendors=("growcrm",))) as server:
        root = server.urls["vendors"]["growcrm"]["root_url"]
        with stub_server(forward_to(root)) as proxy:
            yield Account(server, proxy)


@pytest.fixture
def check(mockvoice, tmp_path):
    def run(url, *arguments):
        ledgers = str(tmp_path / "ledgers")
        return mockvoice(
            "check",
            "growcrm",
            "--url",
            url,
            "--ledgers",
            ledgers,
            *arguments,
            example_vendors=False,
        )

    return run


def test_the_default_mode_for_a_real_server_is_read_only(account, check):
    status, out, err = check(
        account.url,
        "--select",
        "test_contract and invoices or test_categories",
        "--max-examples",
        "4",
    ).result()

    assert status == 0, out + err
    assert "the mode is read-only (see --mode)" in out
    assert "left out: mode read-only sends only GET and HEAD" in out
    assert len(account.requests) > 20
    assert account.write_requests == []


def test_mode_own_data_deletes_its_records(account, check, tmp_path):
    before = account.counts()
    status, out, err = check(
        account.url,
        "--mode",
        "own-data",
        "--select",
        "test_contacts or test_clone",
    ).result()

    assert status == 0, out + err
    assert len(account.write_requests) > 50
    assert account.counts() == before
    assert "not deleted" not in out
    assert not list((tmp_path / "ledgers").glob("*"))


# Tables of logs and of deleted records.
IGNORED_TABLES = {"balances", "changes", "deliveries", "links", "movements", "outbox", "tokens"}


@pytest.mark.parametrize(
    ("key", "selection"),
    [
        ("count", "test_templates or test_catalogue"),
        ("halo", "test_filters and (posted or paid) or test_invoices"),
        ("optiflow", "test_reference_data"),
    ],
)
def test_mode_own_data_restores_every_vendor(mockvoice, tmp_path, key, selection):
    with Server(Settings(port=0, vendors=(key,))) as server:
        snapshots = server.urls["main"].rstrip("/") + "/_mock/sandboxes/default/snapshots"
        requests.post(snapshots, json={"name": "before"}, timeout=30).raise_for_status()
        with stub_server(forward_to(server.urls["vendors"][key]["root_url"])) as proxy:
            status, out, err = mockvoice(
                "check", key, "--url", proxy.url, "--mode", "own-data", "--select", selection,
                "--ledgers", str(tmp_path), example_vendors=False,
            ).result()  # fmt: skip
        diff = requests.get(f"{snapshots}/before/diff/current", timeout=30).json()

    assert status == 0, out + err
    assert len(proxy.writes) > 20
    assert [
        (row["table"], row["id"])
        for row in diff["added"]
        if row["table"] not in IGNORED_TABLES and not row["after"].get("deleted")
    ] == []
    assert (diff["changed"], diff["removed"]) == ([], [])


def test_the_next_run_deletes_the_records_of_a_killed_run(check, tmp_path):
    with Server(Settings(port=0, vendors=("growcrm",))) as server:
        process = []

        def kill_at_request(request, response):
            if process and len(proxy.writes) == 12:
                os.kill(process.pop().pid, signal.SIGKILL)
            return response

        root = server.urls["vendors"]["growcrm"]["root_url"]
        with stub_server(forward_to(root, kill_at_request)) as proxy:
            account = Account(server, proxy)
            before = account.counts()
            process.append(check(account.url, "--mode", "own-data", "--select", "test_contacts"))
            killed = process[0].result()
            after = account.counts()
            status, out, err = check(
                account.url, "--mode", "own-data", "--select", "test_routes and head"
            ).result()

            assert killed[0] == -signal.SIGKILL
            assert after != before
            assert status == 0, out + err
            assert "records of a killed run" in out
            # The last response was lost with the run, so the outcome of that request is unknown.
            assert "an earlier run was killed while it waited for the response to" in out
            created = {name: after[name] - before[name] for name in before}
            remaining = {name: account.counts()[name] - before[name] for name in before}
            assert sum(remaining.values()) <= 1 < sum(created.values())
            assert not list((tmp_path / "ledgers").glob("*"))


def test_without_a_folder_for_ledgers_nothing_is_written_to_an_account(
    account, mockvoice, tmp_path
):
    (tmp_path / "file").touch()
    status, out, _ = mockvoice(
        "check", "growcrm", "--url", account.url, "--mode", "own-data", "--select", "test_contacts",
        "--ledgers", str(tmp_path / "file/ledgers"), example_vendors=False,
    ).result()  # fmt: skip

    assert status == 2
    assert [line for line in out.splitlines() if "cannot be opened: Not a directory" in line]
    assert account.requests
    assert account.write_requests == []


def test_a_ledger_that_cannot_be_written_ends_the_run_before_the_request_and_records_are_deleted(
    account, tmp_path
):
    before = account.counts()
    result = subprocess.run(
        [sys.executable, "-m", "mockvoice", "check", "growcrm", "--url", account.url, "--mode",
         "own-data", "--select", "test_contacts", "--ledgers", tmp_path],
        capture_output=True, text=True, timeout=120,
        # Other files, such as bytecode, must not reach the limit.
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (LEDGER_BYTES, LEDGER_BYTES)),
    )  # fmt: skip
    created = [write for write in account.write_requests if write.startswith("POST")]
    deleted = [write for write in account.write_requests if write.startswith("DELETE")]

    assert result.returncode == 2, result.stdout + result.stderr
    assert [
        line for line in result.stdout.splitlines() if "cannot be written: File too large" in line
    ]
    # Each request has an entry, which has at least as many bytes as this.
    assert 0 < len(created) < LEDGER_BYTES / len('{"sent": "POST /api/clients"}')
    assert deleted
    assert account.counts() == before


def test_a_dry_run_sends_nothing_and_lists_the_planned_requests(account, check):
    status, out, err = check(
        account.url,
        "--mode",
        "own-data",
        "--dry-run",
        "--select",
        "test_contacts",
        "--workers",
        "2",
    ).result()

    assert status == 0, out + err
    assert account.requests == []
    assert out.count("contacts.create") == 1
    assert out.count("mode own-data") == 1


def test_no_secret_is_stored_or_displayed(mockvoice, tmp_path):
    """Test a run with many findings, since each report contains them all."""

    def leak_secret(request, response):
        status, headers, content = response
        if request.path.startswith("/api/payments"):
            content = content.replace(b'"gateway"', b'"' + SECRET.encode() + b'"')
        return status, headers, content

    with Server(Settings(port=0, vendors=("growcrm",), control=False)) as server:
        root = server.urls["vendors"]["growcrm"]["root_url"]
        with stub_server(forward_to(root, leak_secret)) as proxy:
            status, out, err = mockvoice(
                "check", "growcrm", "--url", proxy.url, "--select", "payment and test_contract",
                "--max-examples", "4", "--report-dir", str(tmp_path / "reports"), example_vendors=False,
            ).result()  # fmt: skip

    assert status == 1, out + err
    assert SECRET not in out + err
    files = [file for file in (tmp_path / "reports").rglob("*") if file.is_file()]
    assert {file.name for file in files} >= {
        "junit.xml", "report.json", "report.html", "report.sarif"
    }  # fmt: skip
    for file in files:
        assert SECRET not in file.read_text("utf-8"), file
    curls = [
        finding["curl"]
        for finding in json.loads((tmp_path / "reports/report.json").read_text())["findings"]
    ]
    assert any("$GROWCRM_API_KEY" in curl for curl in curls), curls[:3]


@pytest.mark.parametrize("key", own_vendor_keys())
def test_the_page_lists_all_records_that_a_killed_run_may_leave(key):
    contract, rules = Contract(targets.document(key), closed=False), ownership.rules_of(key)
    created = {
        name
        for operation in contract.operations.values()
        if operation.method not in ("GET", "HEAD") and operation.id not in rules.forbidden
        for name in ownership.created_parameters(contract, operation, operation.path_parameters)
    }
    left = created & ownership.delete_operations(contract).keys()
    page = (Path(__file__).parents[2] / "docs/reference/check.md").read_text("utf-8")
    title = targets.vendor_of(key).title
    title = title.removesuffix(" Partner API")
    (row,) = re.findall(rf"^\| {title} \| ([^|]+) \| [^|]+ \|$", page, re.MULTILINE)

    # The end of a word differs in the plural: salesman, salesmen.
    words = [re.sub(r"(?=[A-Z])", " ", name.removesuffix("Id")).lower() for name in left]
    assert len(row.split(",")) == len(words), (row, words)
    assert [word for word in words if word[:-2] not in row] == []
