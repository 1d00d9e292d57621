"""Target files and other arguments of ``mockvoice seed``, and servers that reject or do not respond."""

import json
import socketserver
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from mockvoice.seeding.remote import delivery
from tests.seeding.seed_runs import (
    SIZE,
    run,
    usage_error,
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


def test_a_server_that_does_not_respond_is_asked_again(account, monkeypatch):
    class Closing(socketserver.BaseRequestHandler):
        """Ends each connection without a response."""

    monkeypatch.setattr(delivery, "ATTEMPTS", 3)
    with socketserver.TCPServer(("127.0.0.1", 0), Closing) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        result = run("halo", *SIZE, "--url", f"http://127.0.0.1:{server.server_address[1]}")
        server.shutdown()
        thread.join()

    assert result.exit_code == 1
    assert "failed 3 times" in result.output
    assert not list(Path().glob("*.jsonl"))


def test_a_local_port_on_which_no_server_listens_fails_at_once(account):
    result = run("halo", *SIZE, "--url", "http://127.0.0.1:1")

    assert result.exit_code == 2
    assert "http://127.0.0.1:1 cannot be reached: connection refused" in result.output


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
