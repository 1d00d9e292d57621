"""Equal values share one object, and stay exactly as they were."""

from datetime import UTC, date, datetime
from decimal import Decimal

from mockvoice.kernel.shared_values import MAX_LENGTH, shared_day, shared_decimal, shared_text


def test_equal_values_are_one_object():
    first, second = b"Copy editing", bytearray(b"Copy editing")

    assert shared_text(first.decode()) is shared_text(second.decode())
    assert shared_day(date(2026, 3, 1)) is shared_day(date(2026, 3, 1))
    assert shared_decimal(Decimal("1.5")) is shared_decimal(Decimal("1.5"))


def test_decimals_keep_their_digits():
    texts = ["1.0", "1.00", "0", "0.00", "-0.00", "1E+2", "100", "123456789012345678901234567890.1"]

    assert [str(shared_decimal(Decimal(text))) for text in texts] == texts


def test_a_date_and_a_date_time_stay_what_they_are():
    midnight = datetime(2026, 3, 1, tzinfo=UTC)

    assert shared_day(midnight) == midnight
    assert type(shared_day(date(2026, 3, 1))) is date


def test_a_long_text_is_not_kept():
    long = "x" * (MAX_LENGTH + 1)

    assert shared_text(long) is long
    assert shared_text("".join(["x"] * (MAX_LENGTH + 1))) is not long
    assert shared_text(None) is None
