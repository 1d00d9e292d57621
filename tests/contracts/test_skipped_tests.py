"""Tests of a suite whose requests may not be sent are skipped, unless they have failed as well."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from mockvoice_contracts.harness import suite_hooks, suites
from mockvoice_contracts.harness.ownership import NotAllowed
from mockvoice_contracts.harness.resending import RequestInterrupted

REASONS = [NotAllowed("not allowed"), RequestInterrupted("the server went away")]


def end_with(error: BaseException) -> None:
    """End a test of a suite with an error."""
    item = SimpleNamespace(path=Path(suites.folder_of("growcrm"), "test_contract.py"))
    running = suite_hooks._skipping(item)
    next(running)
    running.throw(error)


@pytest.mark.parametrize("reason", REASONS, ids=["not allowed", "interrupted"])
def test_requests_that_were_not_sent_skip_their_test(reason):
    for error in (reason, ExceptionGroup("generated requests", [reason, reason])):
        with pytest.raises(pytest.skip.Exception, match=str(reason)):
            end_with(error)


@pytest.mark.parametrize("reason", REASONS, ids=["not allowed", "interrupted"])
def test_a_failure_beside_them_stays_a_failure(reason):
    with pytest.raises(ExceptionGroup, match="generated requests"):
        end_with(ExceptionGroup("generated requests", [AssertionError("wrong total"), reason]))
