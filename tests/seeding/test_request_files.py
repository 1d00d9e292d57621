"""Files of requests: ``mockvoice seed`` with ``--out``, ``--from`` and ``--dry-run``."""

import json
from pathlib import Path

import pytest

from mockvoice.outbound.client import RateLimitedClient
from tests.seeding.seed_runs import (
    SIZE,
    account_records,
    run,
    usage_error,
)


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
