"""Files that one run uses are locked: checkpoints of seeding runs and ledgers of checks."""

import subprocess
import sys
from contextlib import closing

import portalocker
import pytest

from mockvoice.seeding.remote.checkpoint import Checkpoint, InvalidCheckpoint
from mockvoice_contracts.harness.ledger import Ledger

URL = "http://127.0.0.1:1"
OPEN_CHECKPOINT = """
import sys
from pathlib import Path
from mockvoice.seeding.remote.checkpoint import Checkpoint
with Checkpoint(Path(sys.argv[1]), durable=False) as checkpoint:
    checkpoint.begin({"run": 1})
    print("locked", flush=True)
    sys.stdin.read()
"""
OPEN_LEDGER = """
import sys
from pathlib import Path
from mockvoice_contracts.harness.ledger import Ledger
ledger = Ledger.create(Path(sys.argv[1]), "growcrm", sys.argv[2])
ledger.record_response("POST /api/clients", ("clientId", "41"))
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def hold():
    """Return a function that starts a process which locks a file until it is killed."""
    processes = []

    def start(script, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-c", script, *map(str, arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        processes.append(process)
        assert process.stdout.readline() == "locked\n"
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def abandoned_records(folder):
    records = []
    for ledger in Ledger.abandoned(folder, "growcrm", URL):
        with closing(ledger):
            records += ledger.created
            for record in list(ledger.created):
                ledger.record_deletion(record)
    return records


def test_a_checkpoint_is_locked_until_its_process_is_killed(hold, tmp_path):
    file = tmp_path / "checkpoint"
    process = hold(OPEN_CHECKPOINT, file)
    with pytest.raises(InvalidCheckpoint, match="is in use by another run"):
        Checkpoint(file, durable=False)
    process.kill()
    process.wait()

    with Checkpoint(file, durable=False) as checkpoint:
        assert checkpoint.header == {"checkpoint": 1, "run": 1}


def test_a_ledger_is_abandoned_after_its_process_was_killed(hold, tmp_path):
    process = hold(OPEN_LEDGER, tmp_path, URL)
    assert abandoned_records(tmp_path) == []
    process.kill()
    process.wait()

    assert abandoned_records(tmp_path) == [("clientId", "41")]
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_without_locks_is_named_as_the_reason(monkeypatch, tmp_path):
    def fail(file, flags):
        raise portalocker.LockException("No locks available")

    monkeypatch.setattr(portalocker, "lock", fail)

    with pytest.raises(InvalidCheckpoint, match="cannot be locked: No locks available"):
        Checkpoint(tmp_path / "checkpoint", durable=False)
