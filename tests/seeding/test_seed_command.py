"""``mockvoice seed`` into a mock, an account over an unreliable network, and a file."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from mockvoice.app import Server
from mockvoice.commands.seed import seed as command
from mockvoice.outbound.client import RateLimitedClient
from mockvoice.seeding.remote import delivery
from mockvoice.settings import Settings
from mockvoice.vendor_registry import own_vendor_keys
from tests.accounts import Accounts
from tests.flaky_network import FlakyNetwork, random_failures

VENDORS = own_vendor_keys()
SIZE = ("--clients", "3", "--invoices", "14", "--seed", "3")
NETWORK_FAILURES = ("lost", "failed", "busy", "down")


@pytest.fixture(scope="module")
def mock():
    with Server(Settings(port=0, data="empty")) as server:
        yield server


@pytest.fixture
def account(mock, request, monkeypatch, tmp_path):
    """A function that returns the URL of a vendor's empty account; changes to a temporary folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(delivery, "FIRST_WAIT_SECONDS", 0.01)
    reset_to_empty(mock)
    return lambda vendor: mock.urls["vendors"][vendor]["root_url"]


def reset_to_empty(mock):
    url = f"{mock.urls['main']}/_mock/sandboxes/default/reset"
    requests.post(url, json={"data": "empty"}, timeout=30).raise_for_status()


def run(*arguments):
    return CliRunner().invoke(command, list(arguments))


def usage_error(result):
    """Return the message of a usage error in one line, as ``mockvoice`` prints it."""
    assert result.exit_code == 2
    return " ".join(result.output.split())


def account_records(mock, vendor):
    """Return the references, amounts and statuses of an account's records, without ids and times."""
    accounts = Accounts(mock.urls)
    match vendor:
        case "growcrm":
            bills, payments = accounts.growcrm("/api/invoices"), accounts.growcrm("/api/payments")
            estimates = accounts.growcrm("/api/estimates")
            return (
                sorted(
                    (b["notes"], b["totals"]["final_amount"], b["status"]["title"]) for b in bills
                ),
                sorted((p["transaction_id"], p["amount"], p["status"]) for p in payments),
                sorted((o["notes"], o["totals"]["final_amount"], o["status"]) for o in estimates),
                sorted(c["company_name"] for c in accounts.growcrm("/api/clients")),
                sorted(i["description"] for i in accounts.growcrm("/api/items")),
            )
        case "optiflow":
            bills, payments = (
                accounts.optiflow("/api/v1/invoices"),
                accounts.optiflow("/api/v1/payments"),
            )
            return (
                sorted(
                    (b["notes"], b["total_amount"], b["amount_due"], b["status"]) for b in bills
                ),
                sorted((p["note"], p["amount"], p["status"]) for p in payments),
                sorted((q["notes"], q["status"]) for q in accounts.optiflow("/api/v1/quotations")),
                sorted(c["identification_number"] for c in accounts.optiflow("/api/v1/contacts")),
                sorted(
                    (p["sku"], p["stock_quantity"]) for p in accounts.optiflow("/api/v1/products")
                ),
            )
        case "count":
            bills, payments = (
                accounts.count("/partners/invoices"),
                accounts.count("/partners/transactions"),
            )
            return (
                sorted(
                    (b["notes"], b["invoiceType"], b["total"], b["amountDue"], b["status"])
                    for b in bills
                ),
                sorted((t["description"], t["amount"], t["unassignedAmount"]) for t in payments),
                sorted(c["customer"] for c in accounts.count("/partners/customers")),
                sorted(p["name"] for p in accounts.count("/partners/products")),
                sorted(t["notes"] for t in accounts.count("/partners/recurring-invoice-templates")),
            )
        case "halo":
            path = "/api/Invoice?includecredits=true&includeinvoices=true&count=1000"
            bills, payments = (
                accounts.halo(path, "invoices"),
                accounts.halo("/api/InvoicePayment?count=1000", "payments"),
            )
            return (
                sorted(
                    (b.get("reference", ""), b["total"], b["amountdue"], b["voided"]) for b in bills
                ),
                sorted((p["reference"], p["amount"]) for p in payments),
                sorted(c["name"] for c in accounts.halo("/api/Client?count=1000", "clients")),
                sorted(i["name"] for i in accounts.halo("/api/Item?count=1000", "items")),
                len(accounts.halo("/api/RecurringInvoice?count=1000", "invoices")),
            )


@pytest.fixture(scope="module")
def expected(mock):
    """By vendor: the records of an account that was seeded through the control API."""
    records = {}
    for vendor in VENDORS:
        reset_to_empty(mock)
        result = run(vendor, *SIZE, "--server", mock.urls["main"])
        assert result.exit_code == 0, result.output
        records[vendor] = account_records(mock, vendor)
    return records


@pytest.mark.parametrize("vendor", VENDORS)
def test_over_an_unreliable_network_an_account_gets_the_same_records_as_a_sandbox(
    mock, account, expected, vendor
):
    failures = random_failures(NETWORK_FAILURES, 400, seed=7)
    with FlakyNetwork(account(vendor), failures) as network:
        result = run(vendor, *SIZE, "--url", network.url)

    assert result.exit_code == 0, result.output
    assert {failures.get(n) for n in range(network.writes)} >= set(NETWORK_FAILURES)
    assert account_records(mock, vendor) == expected[vendor]
    assert not list(Path().glob("*.jsonl"))  # no checkpoint remains, since a mock can be reset


@pytest.mark.parametrize("vendor", ["growcrm", "count"])
def test_a_killed_run_resumes(mock, account, expected, vendor):
    kinds = ("killed before request", "killed after request", "killed after response")
    failures = {number: kinds[index % 3] for index, number in enumerate((9, 37, 61))}
    command_line = [sys.executable, "-m", "mockvoice", "seed", vendor, *SIZE]
    kills = 0
    with FlakyNetwork(account(vendor), failures) as network:
        for _ in range(len(failures) + 1):
            network.process = subprocess.Popen(
                [*command_line, "--url", network.url],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            output = network.process.communicate(timeout=60)[0]
            if network.process.returncode == 0:
                break
            kills += 1

    assert (network.process.returncode, kills) == (0, len(failures)), output
    assert account_records(mock, vendor) == expected[vendor]


def test_a_file_of_requests_can_be_sent_later(mock, account, expected):
    to_file = run("halo", *SIZE, "--out", "requests.jsonl")
    lines = [json.loads(line) for line in Path("requests.jsonl").read_text("utf-8").splitlines()]
    from_file = run("halo", "--from", "requests.jsonl", "--url", account("halo"))

    assert (to_file.exit_code, from_file.exit_code) == (0, 0), from_file.output
    assert f"{len(lines)} requests sent" in from_file.output
    assert account_records(mock, "halo") == expected["halo"]


def test_a_dry_run_prints_and_sends_nothing(mock, account):
    before = account_records(mock, "growcrm")
    result = run("growcrm", *SIZE, "--dry-run", "--url", account("growcrm"))

    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert len([line for line in lines if line.startswith("POST /api/invoices ")]) == 14
    assert "PUT /api/invoices/<invoice 0: id>/items" in result.output
    assert account_records(mock, "growcrm") == before
    assert not list(Path().iterdir())


def delete_items(url):
    """Delete the catalogue items of a Grow CRM account."""
    with requests.Session() as http:
        http.headers["Authorization"] = "Bearer growcrm-demo-key"
        for item in http.get(f"{url}/api/items?limit=100", timeout=30).json()["data"]:
            http.delete(f"{url}/api/items/{item['id']}", timeout=30).raise_for_status()


def test_a_rejected_request_stops_every_run_and_is_reported(mock, account):
    seeded = run("growcrm", *SIZE, "--url", account("growcrm"))
    delete_items(account("growcrm"))  # the account no longer looks like one with this seed
    clients = account_records(mock, "growcrm")[3]
    rejected = [run("growcrm", *SIZE, "--url", account("growcrm")) for _ in range(3)]

    assert seeded.exit_code == 0
    for result in rejected:
        assert result.exit_code == 1
        assert re.search(r"\(client \d\) was rejected with 422", result.output)
        assert "Run the same command again to resume." in result.output
    assert len({result.output for result in rejected}) == 1
    assert account_records(mock, "growcrm")[3] == clients


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("seeded_by", ["control API", "vendor's API", "file"])
def test_an_account_with_data_of_the_same_seed_is_not_seeded_again(
    mock, account, vendor, seeded_by
):
    url = account(vendor)
    source = ()
    if seeded_by == "file":
        assert run(vendor, *SIZE, "--out", "requests.jsonl").exit_code == 0
        source = ("--from", "requests.jsonl")
    target = ("--server", mock.urls["main"]) if seeded_by == "control API" else ("--url", url)
    first = run(vendor, *SIZE, *target, *source)
    before = account_records(mock, vendor)
    again = [run(vendor, *SIZE, "--url", url, *source) for _ in range(2)]

    assert first.exit_code == 0, first.output
    for result in again:
        assert result.exit_code == 1
        assert "this account already holds data generated with this seed" in result.output
    assert account_records(mock, vendor) == before
    assert {file.name for file in Path().iterdir()} <= {"requests.jsonl"}


def test_another_seed_can_be_added_to_a_seeded_account(mock, account):
    url = account("halo")
    results = [run("halo", *SIZE[:-1], seed, "--url", url) for seed in ("3", "4")]

    assert [result.exit_code for result in results] == [0, 0], results[1].output


KILLED_AT_THE_END = """
import os, signal, sys
from mockvoice.cli import main
from mockvoice.seeding.remote.checkpoint import Checkpoint

def kill(checkpoint, original=getattr(Checkpoint, sys.argv[1])):
    original(checkpoint)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(Checkpoint, sys.argv.pop(1), kill)
main()
"""


@pytest.mark.parametrize(
    ("step", "code"), [("finish", 0), ("remove", 1)]
)  # after "remove", only the account shows that it was seeded
def test_a_run_that_is_killed_at_its_end_is_not_repeated(mock, account, expected, step, code):
    arguments = ["seed", "growcrm", *SIZE, "--url", account("growcrm")]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_AT_THE_END, step, *arguments], check=False
    )
    again = run(*arguments[1:])

    assert killed.returncode == -9
    assert again.exit_code == code, again.output
    assert account_records(mock, "growcrm") == expected["growcrm"]


def test_the_checkpoint_of_a_completed_run_is_stale_after_a_reset(mock, account):
    arguments = ["seed", "growcrm", *SIZE, "--url", account("growcrm")]
    subprocess.run([sys.executable, "-c", KILLED_AT_THE_END, "finish", *arguments], check=False)
    reset_to_empty(mock)

    assert "is no longer in the account" in usage_error(run(*arguments[1:]))


def test_a_checkpoint_of_deleted_records_is_stale(mock, account, monkeypatch):
    monkeypatch.setattr(delivery, "ATTEMPTS", 1)
    with FlakyNetwork(account("optiflow"), {20: "down"}) as network:
        arguments = ["optiflow", *SIZE, "--url", network.url, "--checkpoint", "run.jsonl"]
        interrupted = run(*arguments)
        reset_to_empty(mock)
        result = run(*arguments)

    assert interrupted.exit_code == 1
    assert "is no longer in the account: delete the checkpoint" in usage_error(result)


def test_a_checkpoint_belongs_to_one_run(account):
    Path("run.jsonl").write_text(
        '{"checkpoint": 1, "vendor": "halo", "url": "http://elsewhere"}\n', "utf-8"
    )
    other_run = run("growcrm", *SIZE, "--url", account("growcrm"), "--checkpoint", "run.jsonl")
    Path("text.jsonl").write_text("not JSON\n", "utf-8")
    not_json = run("growcrm", *SIZE, "--url", account("growcrm"), "--checkpoint", "text.jsonl")

    message = usage_error(other_run)
    assert "run.jsonl is the checkpoint of another run" in message
    assert "choose another file with --checkpoint" in message
    assert "is not a seeding checkpoint" in usage_error(not_json)


def test_a_file_that_is_not_a_checkpoint_keeps_its_content(account):
    file = Path("notes.txt")
    file.write_text("a line without a line break", "utf-8")
    result = run("growcrm", *SIZE, "--url", account("growcrm"), "--checkpoint", str(file))

    assert "notes.txt is not a seeding checkpoint" in usage_error(result)
    assert file.read_text("utf-8") == "a line without a line break"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"name": "a", "operation": "no.such", "day": 0}', "'a': the contract has no operation 'no.such'"),
        ('{"name": "a", "operation": "invoices.get", "day": 0}', "'a': invoices.get needs the path parameter"),
    ],
)  # fmt: skip
def test_a_file_of_requests_that_do_not_fit_the_contract_is_rejected(account, line, message):
    Path("requests.jsonl").write_text(line + "\n", "utf-8")
    result = run("growcrm", "--from", "requests.jsonl", "--url", account("growcrm"))

    assert message in usage_error(result)


VALID_REQUEST = {"name": "a", "operation": "invoices.search", "day": 0}


@pytest.mark.parametrize(
    ("request_data", "message"),
    [
        ([], "expected `object`, got `array`"),
        ({"name": "a"}, "object missing required field `operation`"),
        ({"name": 1}, "name: expected `str`, got `int`"),
        ({"operation": None}, "operation: expected `str`, got `null`"),
        ({"day": "0"}, "day: expected `int`, got `str`"),
        ({"day": 1.5}, "day: expected `int`, got `decimal`"),
        ({"days": 1}, "object contains unknown field `days`"),
        ({"path": []}, "path: expected `object`, got `array`"),
        ({"query": "all"}, "query: expected `object`, got `str`"),
        ({"extracts": {"id": 1}}, "extracts[...]: expected `str`, got `int`"),
        ({"done_statuses": 409}, "done_statuses: expected `array`, got `int`"),
        ({"done_statuses": ["409"]}, "done_statuses[0]: expected `int`, got `str`"),
        ({"lookup": {"where": {}}}, "lookup: object missing required field `operation`"),
        ({"lookup": {"operation": "a", "where": []}}, "lookup.where: expected `object`, got `array`"),
        ({"body": {"id": {"$from": 1}}}, "body.id.$from: expected `str`, got `int`"),
        ({"body": [{"$from": "a", "percent": "9"}]}, "body[0].percent: expected `int | null`, got `str`"),
        ({"query": {"a": {"$from": "a", "after": [None]}}}, "query.a.after[0]: expected `int`, got `null`"),
        ({"path": {"$from": "a"}}, "path: expected `object`, got `ResponseRef`"),
    ],
)  # fmt: skip
def test_a_field_of_the_wrong_type_is_reported_with_its_file_and_line(
    account, request_data, message
):
    invalid = request_data
    if isinstance(invalid, dict) and invalid != {"name": "a"}:
        invalid = VALID_REQUEST | invalid
    lines = [json.dumps(VALID_REQUEST), json.dumps(invalid)]
    Path("requests.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    result = run("growcrm", "--from", "requests.jsonl", "--url", account("growcrm"))

    assert f"requests.jsonl, line 2: {message}" in usage_error(result)


def test_a_line_that_is_not_json_is_reported_with_its_file_and_line(account):
    Path("requests.jsonl").write_text(json.dumps(VALID_REQUEST) + "\n{\n", "utf-8")
    result = run("growcrm", "--from", "requests.jsonl", "--url", account("growcrm"))

    assert "requests.jsonl, line 2 is not JSON: Expecting property name" in usage_error(result)


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ({"$from": "b"}, "a request refers to 'b', which no earlier request creates"),
        ({"$from": "a", "at": "number"}, "a request refers to 'number' of 'a', which that request does not extract"),
    ],
)  # fmt: skip
def test_an_unresolved_reference_ends_the_run(account, reference, message):
    referring = {**VALID_REQUEST, "name": "c", "query": {"page": reference}}
    lines = [json.dumps(VALID_REQUEST), json.dumps(referring)]
    Path("requests.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    result = run("growcrm", "--from", "requests.jsonl", "--url", account("growcrm"))

    assert result.exit_code == 1
    assert message in " ".join(result.output.split())


def test_an_internal_error_is_not_reported_as_a_reference(account, monkeypatch):
    def fail(*_):
        raise KeyError("internal")

    monkeypatch.setattr(RateLimitedClient, "exchange", fail)
    Path("requests.jsonl").write_text(json.dumps(VALID_REQUEST) + "\n", "utf-8")
    result = run("growcrm", "--from", "requests.jsonl", "--url", account("growcrm"))

    assert isinstance(result.exception, KeyError)
    assert "refers to" not in result.output


def test_journal_is_an_alias_of_the_checkpoint_option(account):
    Path("text.jsonl").write_text("not JSON\n", "utf-8")

    assert "is not a seeding checkpoint" in usage_error(
        run("growcrm", *SIZE, "--url", account("growcrm"), "--journal", "text.jsonl")
    )


def target_file(tmp_path, **settings):
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    file = tmp_path / "mine.toml"
    file.write_text("\n".join(["[growcrm]", *lines]) + "\n", "utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("settings", "flags", "message"),
    [
        ({"url": "https://crm.example.com"}, ("--yes",), "[growcrm] is read-only"),
        ({"url": "https://crm.example.com", "mode": "own-data"}, (), "add --yes"),
        (
            {"url": "https://crm.example.com", "mode": "own-data"},
            ("--yes",),
            "credentials lack api_key",
        ),
        ({"url": "crm.example.com"}, ("--yes",), "url must be a URL"),
        ({"url": "http://127.0.0.1:1", "mode": "all"}, (), "one of read-only, own-data, full"),
        ({"url": "http://[127.0.0.1"}, ("--yes",), "url must be a URL"),
        ({"url": "http://127.0.0.1:1", "pace": 1}, (), "has the unknown setting pace"),
        ({"url": "http://127.0.0.1:1", "requests_per_minute": 0}, (), "a number above zero"),
    ],
)
def test_an_account_that_must_not_be_seeded_is_rejected(
    tmp_path, monkeypatch, settings, flags, message
):
    monkeypatch.chdir(tmp_path)

    assert message in usage_error(
        run("growcrm", "--target", target_file(tmp_path, **settings), *flags)
    )


def test_a_real_address_needs_a_target_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert "describe it in a --target file" in usage_error(
        run("halo", "--url", "https://halo.example.com")
    )


def test_a_target_file_has_credentials_from_the_environment_and_a_rate_limit(
    mock, account, tmp_path, monkeypatch
):
    monkeypatch.setenv("GROWCRM_KEY", "growcrm-demo-key")
    target = target_file(
        tmp_path, url=account("growcrm"), mode="own-data", requests_per_minute=1500
    )
    Path(target).write_text(
        Path(target).read_text() + 'credentials = {api_key = "env:GROWCRM_KEY"}\n'
    )
    started_at = datetime.now(UTC)
    result = run("growcrm", "--clients", "1", "--invoices", "2", "--target", target)

    request_count = int(result.output.split()[0])
    assert result.exit_code == 0, result.output
    assert (datetime.now(UTC) - started_at).total_seconds() > request_count * 60 / 1500
    assert "growcrm-demo-key" not in result.output


def test_a_run_ends_at_max_requests_and_the_next_one_resumes(mock, account, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    target = target_file(tmp_path, url=account("growcrm"), max_requests=8)
    arguments = ("growcrm", "--clients", "2", "--invoices", "2", "--target", target)
    first = run(*arguments)

    assert first.exit_code == 1
    assert "max_requests = 8 in the target file allows no more" in first.output
    assert "Run the same command again to resume." in first.output
    for _ in range(10):
        if (final_run := run(*arguments)).exit_code == 0:
            break
    assert final_run.exit_code == 0, final_run.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nobody",), "unknown vendor 'nobody'"),
        (("halo", "--locale", "tlh"), "locale must be one of"),
        (("halo", "--clients", "0"), "clients must be a whole number from 1"),
        (("halo", "--invoices", "-1"), "invoices must be a whole number from 0"),
        (("halo", "--from", "x.jsonl"), "--from needs --url or --target"),
        (
            ("halo", "--from", "missing.jsonl", "--url", "http://127.0.0.1:1"),
            "missing.jsonl cannot be read: No such file",
        ),
    ],
)
def test_invalid_arguments_are_rejected(tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)

    assert message in usage_error(run(*arguments))


@pytest.mark.parametrize("server", ["http://127.0.0.1:1", "http://[127.0.0.1"])
def test_a_missing_mock_server_leads_to_exit_code_2(server):
    result = run("halo", "--server", server)

    assert result.exit_code == 2
    assert f"no mock server responds at {server}" in result.output
    assert "'mockvoice serve'" in result.output
    assert "--server, --url and --target" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--sandbox", "nobody"), "There is no sandbox 'nobody'"),
        ((), "choose another seed"),
    ],
)
def test_an_error_response_of_the_mock_leads_to_exit_code_1(mock, account, arguments, message):
    seed = ("growcrm", *SIZE, "--server", mock.urls["main"])
    assert run(*seed).exit_code == 0
    result = run(*seed, *arguments)

    assert result.exit_code == 1
    assert message in result.output
    assert "Usage:" not in result.output


def test_an_unreachable_server_is_retried(account, monkeypatch):
    monkeypatch.setattr(delivery, "ATTEMPTS", 3)
    result = run("halo", *SIZE, "--url", "http://127.0.0.1:1")

    assert result.exit_code == 1
    assert "failed 3 times" in result.output
    assert not list(Path().glob("*.jsonl"))


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("taxes", "the tenant has no tax of type itbis; create one and retry"),
        (
            "document-subtypes",
            "no active, valid series for invoices that are not electronic; create or activate one",
        ),
        (
            "bank-accounts",
            "no active bank account in its default currency DOP; create or activate one and retry",
        ),
    ],
)
def test_an_optiflow_account_without_required_records_is_rejected(account, kind, message):
    url = account("optiflow")
    with requests.Session() as http:
        http.headers["Authorization"] = "Bearer 1|optiflow-demo-owner"
        for row in http.get(f"{url}/api/v1/{kind}?per_page=100", timeout=30).json()["data"]:
            record = f"{url}/api/v1/{kind}/{row['id']}"
            if not http.delete(record, timeout=30).ok:
                http.put(record, json={"is_active": False}, timeout=30).raise_for_status()
    result = run("optiflow", *SIZE, "--url", url)

    assert message in usage_error(result)


def test_halo_accepts_client_id_and_secret(mock, account, tmp_path):
    file = tmp_path / "halo.toml"
    file.write_text(
        f'[halo]\nurl = "{account("halo")}"\n'
        'credentials = {client_id = "halo-demo-client", client_secret = "halo-demo-secret"}\n',
        "utf-8",
    )
    result = run("halo", "--clients", "1", "--invoices", "1", "--target", str(file))

    assert result.exit_code == 0, result.output
