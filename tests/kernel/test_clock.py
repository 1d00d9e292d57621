from datetime import UTC, datetime, timedelta

import pytest

from mockvoice.kernel.clock import Clock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_frozen_clock_stays_at_the_time_that_was_set():
    clock = Clock(NOON, frozen=True)

    assert clock.now() == NOON
    clock.advance(timedelta(days=1, seconds=1))
    assert clock.now() == NOON + timedelta(days=1, seconds=1)
    clock.set(NOON - timedelta(days=400))
    assert (clock.today(), clock.frozen) == ((NOON - timedelta(days=400)).date(), True)


def test_a_running_clock_continues_from_the_time_that_was_set():
    clock = Clock(NOON)
    first = clock.now()
    second = clock.now()

    assert NOON <= first <= second < NOON + timedelta(minutes=1)


def test_a_thawed_clock_does_not_jump():
    clock = Clock(NOON, frozen=True)
    clock.thaw()

    assert not clock.frozen
    assert NOON <= clock.now() < NOON + timedelta(minutes=1)


@pytest.mark.parametrize("days", [10**7, -(10**7)])
def test_a_time_outside_the_calendar_is_rejected(days):
    clock = Clock(NOON, frozen=True)

    with pytest.raises(ValueError, match="years"):
        clock.advance(timedelta(days=days))

    assert clock.now() == NOON


def test_a_time_without_an_offset_is_rejected():
    with pytest.raises(ValueError, match="offset"):
        Clock(datetime(2026, 3, 1))  # noqa: DTZ001 - the test needs a naive datetime
