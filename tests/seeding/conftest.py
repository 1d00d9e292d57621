"""A mock with empty accounts, and what accounts have after a seeding run."""

import pytest

from mockvoice.app import Server
from mockvoice.outbound import retry_policy
from mockvoice.settings import Settings
from tests.seeding.seed_runs import SIZE, VENDORS, account_records, reset_to_empty, run


@pytest.fixture(scope="module")
def mock():
    with Server(Settings(port=0, data="empty")) as server:
        yield server


@pytest.fixture
def account(mock, request, monkeypatch, tmp_path):
    """A function that returns the URL of a vendor's empty account; changes to a temporary folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(retry_policy, "FIRST_WAIT_SECONDS", 0.01)
    reset_to_empty(mock)
    return lambda vendor: mock.urls["vendors"][vendor]["root_url"]


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
