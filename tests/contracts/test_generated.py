"""Which generated requests are sent, and what becomes of chains that cannot be drawn on."""

from types import SimpleNamespace

import pytest
from hypothesis.errors import FlakyStrategyDefinition
from schemathesis.core.parameters import ParameterLocation as Place

from mockvoice_contracts.harness.generation_filters import (
    preserves_body_validity,
    preserves_query_validity,
)
from mockvoice_contracts.harness.hooks import MAX_ATTEMPTS, Generated

JSON = "application/json"
PAYMENT = {"payment_invoiceid": 1, "payment_amount": 1, "payment_date": "2026-01-01"}


def case(operation: str, body: object, *, negative: bool) -> SimpleNamespace:
    definition = SimpleNamespace(raw={"operationId": operation})
    return SimpleNamespace(
        body=body,
        media_type=JSON,
        operation=SimpleNamespace(definition=definition),
        meta=SimpleNamespace(is_negative_at=lambda place: negative),
    )


@pytest.mark.parametrize(
    ("changed", "negative", "kept"),
    [
        ({}, False, True),
        ({"payment_date": "no day at all, and too long for one"}, True, True),
        # Too long for its blanks only, which a reader that trims does not see.
        ({"payment_date": " 2026-01-01" + " " * 40}, True, False),
        # Blank to Python, and not to the contract's pattern.
        ({"payment_notes": "\u0085"}, False, False),
        ({"payment_notes": "\u0085"}, True, True),
    ],
)
def test_what_a_reader_that_trims_takes_otherwise_is_not_sent(changed, negative, kept):
    made = case("payments.create", {**PAYMENT, **changed}, negative=negative)
    if changed.get("payment_notes") and negative:
        made.body["payment_amount"] = "much"

    assert preserves_body_validity("growcrm", made, trims=True) is kept
    assert preserves_body_validity("growcrm", made, trims=False)


@pytest.mark.parametrize(
    ("query", "invalid_at", "kept"),
    [
        ({"search": ["x", "false"]}, {Place.QUERY}, False),
        ({"search": ["x"]}, {Place.QUERY, Place.HEADER}, True),
        ({"search": ["x"]}, {Place.HEADER}, True),
        ({"search": ["x"], "page": "two"}, {Place.QUERY}, True),
        ({"page": ["two", "2"], "isDraft": "true", "search": "x"}, {Place.QUERY}, False),
        ({"page": ["two", "0", "[3]"]}, {Place.QUERY}, True),
        ({"startDate": ["soon", "later"]}, {Place.QUERY}, True),
        ({"customerUuids": ["one", "two"]}, {Place.QUERY}, True),
        ({"search": ["x"], "customerUuids": "one"}, {Place.QUERY}, True),
        ({"search": ["x"], "colour": "red"}, {Place.QUERY}, True),
    ],
)
def test_a_list_for_one_value_is_invalid_only_if_none_of_it_may_be_read(query, invalid_at, kept):
    made = case("invoices.search", None, negative=True)
    made.query = query
    made.meta.is_negative_at = lambda place: place in invalid_at

    assert preserves_query_validity("count", made) is kept


@pytest.mark.parametrize(("failing", "drawn"), [(0, [7]), (1, [7, 1007]), (2, [7, 1007, 2007])])
def test_chains_that_cannot_be_drawn_on_are_drawn_anew(monkeypatch, failing, drawn):
    seeds = []

    def run(self, target, schema, seed):
        seeds.append(seed)
        if len(seeds) <= failing:
            raise FlakyStrategyDefinition("drew a different type of value")

    monkeypatch.setattr(Generated, "_run_chains", run)
    generated = Generated("growcrm", refusal=422, by_rule=lambda body: True)
    generated.follow_links(SimpleNamespace(mode="full"), None, "seed_7")

    assert seeds == drawn


def test_chains_that_can_never_be_drawn_fail(monkeypatch):
    def run(self, target, schema, seed):
        raise FlakyStrategyDefinition(f"seed {seed}")

    monkeypatch.setattr(Generated, "_run_chains", run)
    generated = Generated("growcrm", refusal=422, by_rule=lambda body: True)

    with pytest.raises(FlakyStrategyDefinition, match=f"seed {1000 * (MAX_ATTEMPTS - 1) + 7}"):
        generated.follow_links(SimpleNamespace(mode="full"), None, "seed_7")
