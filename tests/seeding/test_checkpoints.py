"""Checkpoints of ``mockvoice seed``: runs that are killed, repeated and resumed."""

import subprocess
import sys
from pathlib import Path

import pytest

from mockvoice.seeding.remote import delivery
from tests.flaky_network import FlakyNetwork
from tests.seeding.seed_runs import SIZE, account_records, reset_to_empty, run, usage_error


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


def test_journal_is_an_alias_of_the_checkpoint_option(account):
    Path("text.jsonl").write_text("not JSON\n", "utf-8")

    assert "is not a seeding checkpoint" in usage_error(
        run("growcrm", *SIZE, "--url", account("growcrm"), "--journal", "text.jsonl")
    )
