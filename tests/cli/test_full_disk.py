"""A full disk, a place that cannot be written, and a pipe whose reader has ended."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from mockvoice.app import Server
from mockvoice.settings import Settings

ROOT = Path(__file__).parents[2]
FAILED = 2
FULL = "No space left on device"
TOO_LARGE = "File too large"  # the reason at a limit of the size of files
CHECK = ("check", "growcrm", "--select", "test_each_type_has_a_system_default_category", "--max-examples", "1")  # fmt: skip
SEED = ("seed", "growcrm", "--clients", "3", "--invoices", "9")


@pytest.fixture(scope="module")
def growcrm():
    with Server(Settings(port=0, vendors=("growcrm",), data="empty")) as server:
        yield server


@pytest.fixture(scope="module")
def account():
    """The URL of a server that looks like a real account, so that a check says at once how it treats it."""
    with Server(Settings(port=0, vendors=("growcrm",), control=False)) as server:
        yield server.urls["vendors"]["growcrm"]["root_url"]


def start(*arguments, max_file_bytes=None, **streams):
    """Start a command; it can write only so many bytes to one file, as on a disk that is nearly full."""
    limit = resource.RLIM_INFINITY if max_file_bytes is None else max_file_bytes
    return subprocess.Popen(
        [sys.executable, "-m", "mockvoice", *map(str, arguments)], cwd=ROOT, text=True,
        # Python 3.11 leaves truncated bytecode at the limit.
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams},
    )  # fmt: skip


def run(*arguments, **options):
    process = start(*arguments, **options)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def one_line(err):
    (line,) = err.splitlines()
    return line.removeprefix("mockvoice: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("spec", "growcrm"),
        (*SEED, "--dry-run"),
        (*CHECK, "--url", "{account}"),
        ("serve", "--port", "0", "--vendor", "growcrm", "--data", "empty"),
        ("clock", "show", "--json", "--url", "{main}"),
        ("snapshot", "export", "--url", "{main}"),
        (*SEED, "--url", "{growcrm}", "--seed", "2", "--checkpoint", "{folder}/checkpoint"),
    ],
)
def test_output_that_cannot_be_written_is_reported_in_one_line(
    growcrm, account, tmp_path, arguments
):
    values = {
        "account": account,
        "main": growcrm.urls["main"],
        "growcrm": growcrm.urls["vendors"]["growcrm"]["root_url"],
        "folder": tmp_path,
    }
    with Path("/dev/full").open("w") as full:
        code, _, err = run(*(text.format(**values) for text in arguments), stdout=full)

    assert (code, one_line(err)) == (FAILED, f"standard output cannot be written: {FULL}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [("spec", "growcrm"), (*CHECK, "--url", "{account}")])
def test_a_closed_pipe_ends_a_command_quietly(account, arguments):
    process = start(*(text.format(account=account) for text in arguments), stdout=subprocess.PIPE)
    process.stdout.close()
    with process.stderr:
        err = process.stderr.read()

    assert (process.wait(timeout=120), err) == (FAILED, "")


def test_an_error_that_cannot_be_printed_keeps_its_exit_code():
    with Path("/dev/full").open("w") as full:
        assert run("check", "nobody", stderr=full) == (FAILED, "", None)


@pytest.mark.parametrize(("place", "options"), [
    ("file/requests.jsonl", ("--out",)),
    (".", ("--url", "http://127.0.0.1:9", "--checkpoint")),
])  # fmt: skip
def test_a_place_where_seeding_cannot_write_is_reported(tmp_path, place, options):
    (tmp_path / "file").touch()
    file = tmp_path / place
    code, _, err = run(*SEED, *options, file)

    assert code == FAILED
    assert str(file) in one_line(err)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_file_of_requests_is_complete_or_missing(tmp_path):
    code, _, err = run(*SEED, "--out", tmp_path / "requests.jsonl", max_file_bytes=4096)

    assert code == FAILED
    assert f"requests.jsonl cannot be written: {TOO_LARGE}" in one_line(err)
    assert list(tmp_path.iterdir()) == []


def test_a_device_is_written_and_never_removed():
    code, _, err = run(*SEED, "--out", "/dev/full")

    assert (code, one_line(err)) == (FAILED, f"--out: /dev/full cannot be written: {FULL}")
    assert Path("/dev/full").is_char_device()


def test_a_device_is_no_checkpoint():
    code, _, err = run(*SEED, "--url", "http://127.0.0.1:9", "--checkpoint", "/dev/full")

    assert (code, one_line(err)) == (FAILED, "/dev/full is not a regular file")


def count_of_clients(server):
    (sandbox,) = server.call_on_loop(lambda: list(server.sandboxes))
    return sandbox.backends["growcrm"].counts()["clients"]


@pytest.mark.parametrize(("limit", "remains"), [(64, False), (6000, True)])
def test_nothing_is_sent_that_a_checkpoint_cannot_record(tmp_path, limit, remains):
    file = tmp_path / "checkpoint"
    with Server(Settings(port=0, vendors=("growcrm",), data="empty")) as server:
        url = server.urls["vendors"]["growcrm"]["root_url"]
        command = (*SEED, "--clients", "30", "--url", url, "--checkpoint", file)
        code, _, err = run(*command, max_file_bytes=limit)
        attempts = file.read_text().count('"attempt": "client') if remains else 0
        sent = count_of_clients(server)
        resumed = run(*command)[0] if remains else 0

    assert (code, resumed) == (FAILED, 0)
    assert f"{file} cannot be written: {TOO_LARGE}" in one_line(err)
    assert file.exists() is False
    assert sent <= attempts
    assert (sent > 0) is remains


def test_an_export_is_complete_or_missing(growcrm, tmp_path):
    code, _, err = run(
        "snapshot", "export", "--url", growcrm.urls["main"], "--out", tmp_path / "export.json",
        max_file_bytes=100,
    )  # fmt: skip

    assert code == FAILED
    assert f"export.json cannot be written: {TOO_LARGE}" in one_line(err)
    assert list(tmp_path.iterdir()) == []


def test_a_ready_file_is_complete_or_missing(tmp_path):
    code, _, err = run(
        "serve", "--port", "0", "--vendor", "growcrm", "--data", "empty", "--ready-file",
        tmp_path / "ready.json", max_file_bytes=10,
    )  # fmt: skip

    assert code == FAILED
    assert one_line(err).endswith(f"ready.json: {TOO_LARGE}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["file", "file/reports"])
def test_a_report_folder_that_cannot_be_created_ends_a_check_before_it_begins(tmp_path, place):
    (tmp_path / "file").touch()
    code, out, err = run(*CHECK, "--report-dir", tmp_path / place)

    assert (code, out) == (FAILED, "")
    assert str(tmp_path / place) in one_line(err)


def test_reports_are_complete_or_missing_and_the_contract_is_not_called_broken(account, tmp_path):
    messages = {10: "", 20_000: "report.json cannot be written: "}
    processes = {
        limit: start(*CHECK, "--url", account, "--report-dir", tmp_path / str(limit), max_file_bytes=limit)
        for limit in messages
    }  # fmt: skip

    for limit, process in processes.items():
        _, err = process.communicate(timeout=120)
        assert process.returncode == FAILED
        assert messages[limit] in one_line(err)
        assert one_line(err).endswith(TOO_LARGE)
        assert list((tmp_path / str(limit)).iterdir()) == []


def test_an_output_file_that_exists_is_replaced(tmp_path):
    file = tmp_path / "requests.jsonl"
    file.write_text("old\n" * 10_000)
    code, _, err = run(*SEED, "--out", file)

    assert (code, err) == (0, "")
    assert all("operation" in json.loads(line) for line in file.read_text().splitlines())
