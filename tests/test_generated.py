"""Generated requests of which it is no longer known whether they are valid are not sent."""

from types import SimpleNamespace

import pytest

from contract_tests.harness.meaning import keeps_its_meaning

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

    assert keeps_its_meaning("growcrm", made, trims=True) is kept
    assert keeps_its_meaning("growcrm", made, trims=False)
