"""Run dates of schedules."""

from bisect import bisect_left
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mockvoice.vendors.count.models import Schedule
from mockvoice.vendors.count.rules.schedules import first_after, first_on_or_after, occurrence

PATTERNS = ["daily", "weekly", "biweekly", "monthly", "quarterly", "yearly"]


@pytest.mark.parametrize(
    ("pattern", "interval", "days"),
    [
        ("daily", 2, ["2026-01-31", "2026-02-02", "2026-02-04"]),
        ("weekly", 1, ["2026-01-31", "2026-02-07", "2026-02-14"]),
        ("biweekly", 1, ["2026-01-31", "2026-02-14", "2026-02-28"]),
        ("monthly", 1, ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("quarterly", 1, ["2026-01-31", "2026-04-30", "2026-07-31"]),
        ("yearly", 2, ["2026-01-31", "2028-01-31", "2030-01-31"]),
    ],
)
def test_runs_keep_their_interval_and_their_day(pattern, interval, days):
    schedule = Schedule(date(2026, 1, 31), pattern, interval)

    assert [occurrence(schedule, run).isoformat() for run in range(3)] == days


def test_a_leap_day_is_used_again_in_leap_years():
    schedule = Schedule(date(2024, 2, 29), "yearly")

    assert [occurrence(schedule, run).day for run in range(5)] == [29, 28, 28, 28, 29]


schedules = st.builds(Schedule, st.dates(), st.sampled_from(PATTERNS), st.integers(1, 1000))


@given(schedules, st.dates())
def test_the_first_run_on_or_after_a_day_is_the_earliest(schedule, day):
    earliest = bisect_left(
        range(date.max.toordinal()), day, key=lambda run: occurrence(schedule, run) or date.max
    )

    assert first_on_or_after(schedule, day) == occurrence(schedule, earliest)


@given(schedules, st.integers(0, 100))
def test_the_first_run_on_or_after_a_run_date_is_that_date(schedule, run):
    day = occurrence(schedule, run)
    assume(day is not None)

    assert first_on_or_after(schedule, day) == day


@given(schedules)
def test_each_next_run_is_the_next_occurrence(schedule):
    day = schedule.anchor
    for run in range(1, 6):
        day = first_after(schedule, day)
        assert day == occurrence(schedule, run)
        if day is None:
            return
