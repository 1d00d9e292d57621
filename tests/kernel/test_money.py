from decimal import ROUND_DOWN, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mockvoice.kernel import money

amounts = st.decimals(-(10**12), 10**12, places=2)
weights = st.lists(st.decimals(0, 10**6, places=4), min_size=1, max_size=20)


@given(amounts, weights)
def test_shares_add_up_and_are_within_a_cent_of_the_exact_values(amount, weights):
    assume(any(weights))
    shares = money.allocate(amount, weights)

    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - amount * weight / sum(weights)) < Decimal("0.01") + Decimal("1e-9")
        assert share == money.quantize(share)


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        ("10.00", [1, 1, 1], ["3.34", "3.33", "3.33"]),
        ("-10.00", [1, 1, 1], ["-3.34", "-3.33", "-3.33"]),
        ("0.05", [70, 30], ["0.04", "0.01"]),
        ("0.00", [5], ["0.00"]),
    ],
)
def test_remaining_cents_go_to_the_shares_that_lost_most(amount, weights, shares):
    allocated = money.allocate(Decimal(amount), [Decimal(w) for w in weights])

    assert allocated == [Decimal(s) for s in shares]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_invalid_weights_are_rejected(weights):
    with pytest.raises(ValueError, match="weights"):
        money.allocate(Decimal("1.00"), [Decimal(w) for w in weights])


def test_an_amount_with_too_many_decimals_is_rejected():
    with pytest.raises(ValueError, match="decimals"):
        money.allocate(Decimal("1.005"), [Decimal(1)])


def test_numbers_are_parsed_as_written():
    assert money.decimal(0.1) == Decimal("0.1")
    assert money.decimal("62.250") == Decimal("62.25")


def test_halves_are_rounded_away_from_zero_unless_another_mode_is_requested():
    assert money.quantize(Decimal("1.005")) == Decimal("1.01")
    assert money.quantize(Decimal("-1.005")) == Decimal("-1.01")
    assert money.quantize(Decimal("1.009"), rounding=ROUND_DOWN) == Decimal("1.00")
    assert money.quantize(Decimal("9" * 40 + ".005")) == Decimal("9" * 40 + ".01")
