"""Filters of generated requests, and retries of request chains."""

from types import SimpleNamespace

import pytest
from hypothesis.errors import FlakyStrategyDefinition
from schemathesis.core.parameters import ParameterLocation as Location

from mockvoice_contracts.harness.connections import SYSTEM_SETTINGS
from mockvoice_contracts.harness.generated_tests import MAX_ATTEMPTS, GeneratedTests
from mockvoice_contracts.harness.generation_filters import (
    MAX_QUERY_LENGTH,
    has_short_url,
    preserves_body_validity,
    preserves_converted_validity,
    preserves_parts_validity,
    preserves_query_validity,
)

JSON = "application/json"
PAYMENT = {"payment_invoiceid": 1, "payment_amount": 1, "payment_date": "2026-01-01"}


def case(operation: str, body: object, *, negative: bool) -> SimpleNamespace:
    definition = SimpleNamespace(raw={"operationId": operation})
    return SimpleNamespace(
        body=body,
        media_type=JSON,
        operation=SimpleNamespace(definition=definition),
        meta=SimpleNamespace(is_negative_at=lambda location: negative),
    )


@pytest.mark.parametrize(
    ("changes", "negative", "kept"),
    [
        ({}, False, True),
        ({"payment_date": "no day at all, and too long for one"}, True, True),
        # Too long only because of whitespace, which a trimming server removes.
        ({"payment_date": " 2026-01-01" + " " * 40}, True, False),
        # Blank for Python, but not for the contract's pattern.
        ({"payment_notes": "\u0085"}, False, False),
        ({"payment_notes": "\u0085"}, True, True),
    ],
)
def test_bodies_that_trimming_makes_valid_or_invalid_are_not_sent(changes, negative, kept):
    generated = case("payments.create", {**PAYMENT, **changes}, negative=negative)
    if changes.get("payment_notes") and negative:
        generated.body["payment_amount"] = "much"

    assert preserves_body_validity("growcrm", generated, trims=True) is kept
    assert preserves_body_validity("growcrm", generated, trims=False)


@pytest.mark.parametrize(
    ("operation", "body", "kept"),
    [
        # An update may change nothing; a creation lacks its required fields.
        ("taxes.update", [], False),
        ("taxes.update", None, False),
        ("taxes.update", {"rate": "much"}, True),
        ("taxes.create", [], True),
    ],
)
def test_a_body_that_laravel_reads_as_an_empty_one_is_sent_only_if_that_is_invalid(
    operation, body, kept
):
    generated = case(operation, body, negative=True)

    assert preserves_body_validity("optiflow", generated, trims=True) is kept


@pytest.mark.parametrize(
    ("body", "kept"), [({"file": False}, False), ({"other": 7}, False), ({}, True)]
)
def test_a_part_that_becomes_valid_text_is_not_sent(body, kept):
    generated = case("invoices.upload_attachments", body, negative=True)
    generated.media_type = "multipart/form-data"

    assert preserves_parts_validity("count", generated) is kept


@pytest.mark.parametrize(
    ("body", "negative", "kept"),
    [
        # Text that is a number is read as one, so the body may be valid; other text is not.
        ([{"client_id": "8"}], True, False),
        ([{"client_id": "eight"}], True, True),
        ([{"client_id": "8", "lines": "none"}], True, True),
        # The server reads an unknown name in another case as the property.
        ([{"Client_ID": "eight"}], False, False),
        ([{"client_id": 8}], False, True),
        (b"eight", True, True),
    ],
)
def test_bodies_that_conversion_makes_valid_or_invalid_are_not_sent(body, negative, kept):
    generated = case("invoice.save", body, negative=negative)

    assert preserves_converted_validity("halo", generated) is kept


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("x" * (MAX_QUERY_LENGTH - len("search=") - 1), True),
        ("x" * (MAX_QUERY_LENGTH - len("search=")), False),
        # An escaped letter has six characters, and each item repeats the name.
        ("é" * (MAX_QUERY_LENGTH // 6), False),
        (["x"] * (MAX_QUERY_LENGTH // len("search=x")), False),
        ([], True),
    ],
    ids=["longest", "too long", "escaped", "repeated", "empty"],
)
def test_a_query_that_makes_the_url_too_long_is_not_sent(value, kept):
    generated = case("invoices.search", None, negative=False)
    generated.query = {"search": value}

    assert has_short_url(generated) is kept


@pytest.mark.parametrize(
    ("query", "invalid_at", "kept"),
    [
        ({"search": ["x", "false"]}, {Location.QUERY}, False),
        ({"search": ["x"]}, {Location.QUERY, Location.HEADER}, True),
        ({"search": ["x"]}, {Location.HEADER}, True),
        ({"search": ["x"], "page": "two"}, {Location.QUERY}, True),
        ({"page": ["two", "2"], "isDraft": "true", "search": "x"}, {Location.QUERY}, False),
        ({"page": ["two", "0", "[3]"]}, {Location.QUERY}, True),
        ({"startDate": ["soon", "later"]}, {Location.QUERY}, True),
        ({"customerUuids": ["one", "two"]}, {Location.QUERY}, True),
        ({"search": ["x"], "customerUuids": "one"}, {Location.QUERY}, True),
        ({"search": ["x"], "colour": "red"}, {Location.QUERY}, True),
    ],
)
def test_a_list_for_a_single_value_is_invalid_only_if_no_item_is_valid(query, invalid_at, kept):
    generated = case("invoices.search", None, negative=True)
    generated.query = query
    generated.meta.is_negative_at = lambda location: location in invalid_at

    assert preserves_query_validity("count", generated) is kept


TARGET = SimpleNamespace(
    mode="full",
    connection=SYSTEM_SETTINGS,
    url="http://127.0.0.1:1",
    control=None,
    is_mock=False,
)


@pytest.mark.parametrize(
    ("failures", "seeds_used"), [(0, [7]), (1, [7, 1007]), (2, [7, 1007, 2007])]
)
def test_chains_with_flaky_data_are_retried_with_another_seed(monkeypatch, failures, seeds_used):
    seeds = []

    def run(self, target, schema, seed, is_left_out):
        seeds.append(seed)
        if len(seeds) <= failures:
            raise FlakyStrategyDefinition("drew a different type of value")

    monkeypatch.setattr(GeneratedTests, "_run_chains", run)
    generated = GeneratedTests("growcrm", rejection_status=422, is_state_error=lambda body: True)
    generated.follow_links(TARGET, None, "seed_7")

    assert seeds == seeds_used


def test_chains_that_are_always_flaky_fail(monkeypatch):
    def run(self, target, schema, seed, is_left_out):
        raise FlakyStrategyDefinition(f"seed {seed}")

    monkeypatch.setattr(GeneratedTests, "_run_chains", run)
    generated = GeneratedTests("growcrm", rejection_status=422, is_state_error=lambda body: True)

    with pytest.raises(FlakyStrategyDefinition, match=f"seed {1000 * (MAX_ATTEMPTS - 1) + 7}"):
        generated.follow_links(TARGET, None, "seed_7")


def test_chains_are_skipped_if_no_link_connects_the_operations_to_check():
    generated = GeneratedTests("growcrm", rejection_status=422, is_state_error=lambda body: True)
    seed = next(iter(generated.schemas))

    with pytest.raises(pytest.skip.Exception, match="no link of the contract connects operations"):
        generated.follow_links(TARGET, None, seed, lambda name: name != "clients.get")


@pytest.fixture
def generated_with_account_operations():
    return GeneratedTests(
        "optiflow",
        rejection_status=422,
        is_state_error=lambda body: True,
        account_operations=["members.delete"],
    )


def test_account_operations_are_generated_only_in_a_sandbox(generated_with_account_operations):
    sent = []
    generated = case("members.delete", None, negative=False)
    generated.method, generated.path_parameters = "DELETE", {"memberId": "2"}
    generated.operation.label = "DELETE /workspace/members/{memberId}"
    generated.meta.generation = SimpleNamespace(mode=SimpleNamespace(is_negative=False))
    generated.call_and_validate = lambda **arguments: (
        sent.append(arguments["base_url"]) or SimpleNamespace(status_code=404)
    )
    account, sandbox = (
        SimpleNamespace(
            mode="full", is_mock=False, control=control, url=url, connection=SYSTEM_SETTINGS
        )
        for url, control in (("http://account", None), ("http://sandbox", object()))
    )
    with pytest.raises(pytest.skip.Exception, match="that the run itself uses"):
        generated_with_account_operations.call(generated, account, None)
    generated_with_account_operations.call(generated, sandbox, None)

    assert sent == ["http://sandbox"]


@pytest.mark.parametrize(("control", "chained"), [(None, False), (object(), True)])
def test_account_operations_are_chained_only_in_a_sandbox(
    generated_with_account_operations, control, chained
):
    target = SimpleNamespace(control=control)
    name = next(iter(generated_with_account_operations.schemas))
    operations = generated_with_account_operations.chain_operations(target, name)
    ids = {result.ok().definition.raw["operationId"] for result in operations.get_all_operations()}

    assert ("members.delete" in ids) is chained
    assert "members.search" in ids


@pytest.mark.parametrize(
    ("method", "category_id", "control", "is_sent"),
    [
        ("PATCH", "4", None, False),
        ("GET", "4", None, True),
        ("PATCH", "10", None, True),
        ("PATCH", "4", "a sandbox of its own", True),
    ],
)
def test_requests_that_change_the_foundation_are_sent_only_in_a_sandbox(
    method, category_id, control, is_sent
):
    sent = []
    generated = GeneratedTests(
        "growcrm",
        rejection_status=422,
        is_state_error=lambda body: True,
        changes_foundation=lambda path, body: path["categoryId"] == "4",
    )
    request = SimpleNamespace(
        method=method,
        path_parameters={"categoryId": category_id},
        body=None,
        operation=SimpleNamespace(label="a request", definition=SimpleNamespace(raw={})),
        call_and_validate=lambda **options: sent.append(method) or SimpleNamespace(status_code=404),
    )
    target = SimpleNamespace(**{**vars(TARGET), "control": control})
    generated.call(request, target, None)

    assert bool(sent) is is_sent
