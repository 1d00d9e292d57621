"""Help with target files: ``mockvoice check --init`` and ``--explain``, and messages about credentials."""

from pathlib import Path

import pytest

from mockvoice.app import Server
from mockvoice.cli import main
from mockvoice.outbound import target_file
from mockvoice.settings import Settings
from mockvoice.vendor_registry import load_vendor, own_vendor_keys
from tests.stub_servers import stub_server

SECRET = "secret-of-crm"


@pytest.fixture
def run(capfd, tmp_path, monkeypatch):
    """Return a function that runs a check and returns its exit code and its output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GROWCRM_API_KEY", SECRET)

    def run_check(*arguments):
        try:
            main(["check", *map(str, arguments)])
            code = 0
        except SystemExit as end:
            code = end.code
        out, err = capfd.readouterr()
        return code, out + err

    return run_check


def rows(text):
    """Return the second column of an explanation by the first one."""
    return dict(line.strip().split("  ", 1) for line in text.splitlines() if line.startswith("  "))


@pytest.mark.parametrize("key", own_vendor_keys())
def test_a_written_target_file_can_be_loaded_and_is_for_the_real_service(run, monkeypatch, key):
    code, out = run(key, "--init")
    vendor = load_vendor(key)
    for name in vendor.credentials:
        monkeypatch.setenv(f"{key}_{name}".upper(), f"value of {name}")
    file = Path("mockvoice-target.toml")
    settings = target_file.load(key, file, vendor.credentials)

    assert code == 0, out
    assert "mockvoice-target.toml written" in out
    assert settings.url.startswith("https://")
    assert settings.mode == "read-only"
    assert settings.credentials == {name: f"value of {name}" for name in vendor.credentials}
    # The commented settings are valid, too.
    lines = [line.removeprefix("# ") for line in file.read_text().splitlines()]
    active = [line for line in lines if "=" in line and not line.startswith(("proxy", "ca_file"))]
    file.write_text("\n".join([f"[{key}]", *active]))
    complete = target_file.load(key, file, vendor.credentials)
    target_file.check_known(complete, vendor.known_records, "check")
    assert {*complete.known} == {*vendor.known_records}
    assert complete.max_requests == 5000


def test_one_file_can_be_written_for_several_vendors_and_is_never_replaced(run, tmp_path):
    file = tmp_path / "mine.toml"

    assert run("growcrm", "halo", "growcrm", "--init", "--target", file)[0] == 0
    text = file.read_text()
    code, out = run("growcrm", "--init", "--target", file)

    assert text.count("[growcrm]") == text.count("[halo]") == 1
    assert code == 2
    assert f"{file} already exists" in out
    assert file.read_text() == text


def test_an_explanation_names_the_source_of_each_setting_and_no_secret(run, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(
        '[growcrm]\nurl = "http://127.0.0.1:1"\nmode = "own-data"\nmax_requests = 9\n'
        'known = {tax_rates = {"20" = 4}}\n\n[growcrm.credentials]\napi_key = "env:GROWCRM_API_KEY"\n'
    )
    code, out = run("growcrm", "--explain", "--target", file)

    explained = rows(out)
    assert code == 0, out
    assert SECRET not in out
    assert explained["URL"].strip() == f"http://127.0.0.1:1 ({file})"
    assert explained["mode"].strip() == f"own-data ({file})"
    expected = f"environment variable GROWCRM_API_KEY ({file}, line 8)"
    assert explained["credential api_key"].strip() == expected
    assert explained["known"].strip() == f'tax_rates = {{ "20" = 4 }} ({file})'
    assert explained["mock"].strip().startswith("unknown: nothing responds")
    assert explained["limits"].strip() == "max_requests = 9"


def test_an_explanation_sends_no_request_of_the_contract_and_names_defaults(run):
    with stub_server(lambda request: (404, {}, b"{}")) as server:
        code, out = run("growcrm", "--explain", "--url", server.url)
        paths = {request.path for request in server.requests}

    explained = rows(out)
    assert code == 0, out
    assert [path for path in paths if path.startswith("/api")] == []
    assert explained["credential api_key"].strip() == "demo default: none in a target file"
    assert "read-only (the default for a server that is not known to be a mock)" in out
    assert "(not set: tax_rates)" in explained["known"]
    assert "operations, which are not GET or HEAD" in explained["left out"]


def test_an_explanation_of_a_mock_that_is_started_says_so(run):
    code, out = run("halo", "--explain")

    assert code == 0
    assert "that of a mock which the check starts" in out


def test_a_mock_with_a_control_api_is_explained_as_one(run):
    with Server(Settings(port=0, vendors=("growcrm",))) as server:
        _, out = run("growcrm", "--explain", "--url", server.urls["main"].rstrip("/") + "/growcrm")

    assert "full (the default for a mock)" in out
    assert rows(out)["mock"].strip() == "yes: its control API confirms it"


def test_operations_that_mode_own_data_never_calls_are_explained(run):
    _, out = run("halo", "--explain", "--url", "http://127.0.0.1:1", "--mode", "own-data")

    assert "own-data (--mode)" in out
    assert "expense.save: expenses cannot be deleted" in out


@pytest.mark.parametrize("in_file", [True, False])
def test_the_operations_to_check_are_explained(run, tmp_path, in_file):
    file = tmp_path / "mine.toml"
    names = ["invoices.create", "clients.*"]
    url = "http://127.0.0.1:1"
    file.write_text(f'[growcrm]\nurl = "{url}"\noperations = {names}\n')
    options = ("--only", names[0], "--only", names[1])
    target = ("--target", file) if in_file else ("--url", url, *options)
    code, out = run("growcrm", "--explain", "--mode", "own-data", *target)

    explained = rows(out)
    assert code == 0, out
    source = file if in_file else "--only"
    assert explained["operations"].strip() == f"9 of 79: {', '.join(names)} ({source})"
    assert explained["mock"].strip() == f"unknown: nothing responds at {url}"
    assert explained["left out"].strip() == (
        "invoices.create: invoices.delete, which deletes the record that it creates, "
        "is not among the operations to check (--only)"
    )


def test_an_explanation_names_an_unknown_operation(run, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('[growcrm]\nurl = "http://127.0.0.1:1"\noperations = ["invocies.*"]\n')
    code, out = run("growcrm", "--explain", "--only", "invocies.*")
    file_code, file_out = run("growcrm", "--explain", "--target", file)

    assert (code, file_code) == (2, 2)
    assert "--only: no operation matches 'invocies.*'" in out
    assert "operations in the target file: no operation matches 'invocies.*'" in file_out


def test_rejected_demo_credentials_are_named_with_the_settings_to_write(run, tmp_path):
    with stub_server(lambda request: (401, {"Content-Type": "application/json"}, b"{}")) as server:
        code, out = run("growcrm", "--url", server.url)
        file = tmp_path / "mine.toml"
        file.write_text(
            f'[growcrm]\nurl = "{server.url}"\ncredentials = {{api_key = "{SECRET}"}}\n'
        )
        own_code, own = run("growcrm", "--target", file)

    assert (code, own_code) == (2, 2)
    assert "the demo credentials were tried, because no target file has others" in out
    assert "set credentials.api_key there; mockvoice check growcrm --init writes" in out
    assert "correct credentials.api_key in the target file" in own
    assert SECRET not in own


def test_a_missing_target_file_is_an_error_that_says_how_to_write_one(run):
    code, out = run("growcrm", "--target", "missing.toml")

    assert code == 2
    assert "the target file missing.toml does not exist; --init writes one" in out


def test_a_target_file_with_a_name_that_nothing_reads_is_not_checked(run, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('[growcrm]\nurl = "http://127.0.0.1:1"\nknown = {tax_rate_id = 1}\n')
    code, out = run("growcrm", "--target", file)

    assert code == 2
    assert "tax_rate_id is not read by mockvoice check; write tax_rates = " in out
