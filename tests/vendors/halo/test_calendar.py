"""Dates in every format, and how periods and payment terms move them."""

from datetime import UTC, datetime

import pytest

from mockvoice.vendors.halo.rules import calendar


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("2026-01-31", "2026-01-31T00:00:00"),
        ("2026-01-31T10:00:00.5", "2026-01-31T10:00:00.5"),
        ("2026-01-31T10:00:00.123456789Z", "2026-01-31T10:00:00.123456"),
        ("2026-01-31T00:30:00+01:00", "2026-01-30T23:30:00"),
        ("9999-12-31T23:30:00-02:00", "9999-12-31T00:00:00"),
    ],
)
def test_a_date_is_stored_in_utc_without_a_zone(text: str, stored: str) -> None:
    assert calendar.format_datetime(calendar.parse_datetime(text)) == stored


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("9999-12-31", "9999-12-31T23:59:59.999999"),
        ("2026-01-31T10:00:00", "2026-01-31T10:00:00"),
        ("2026-01-31 10:00:00", "2026-01-31T10:00:00"),
    ],
)
def test_an_end_without_a_time_is_the_end_of_its_day(text: str, end: str) -> None:
    assert calendar.format_datetime(calendar.parse_end(text)) == end


def test_runs_keep_their_anchor_day_after_a_shorter_month() -> None:
    runs = [day("2026-01-31")]
    for _ in range(3):
        next_at = calendar.next_run(runs[-1], 2, runs[0])
        assert next_at is not None
        runs.append(next_at)

    assert [run.date().isoformat() for run in runs] == [
        "2026-01-31",
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
    ]


@pytest.mark.parametrize("period", [1, 2, 3, 6])
def test_dates_stop_at_the_end_of_the_calendar(period: int) -> None:
    assert calendar.next_run(calendar.LAST_DAY, period, None) is None
    assert calendar.due_at(calendar.LAST_DAY, 2, 31) == calendar.LAST_DAY
    assert calendar.add_days(calendar.LAST_DAY, 3660) == calendar.LAST_DAY


def test_the_previous_run_follows_the_period() -> None:
    assert calendar.previous_run(day("2026-03-31"), 2, day("2026-01-31")) == day("2026-02-28")
    assert calendar.previous_run(day("2026-01-08"), 1, None) == day("2026-01-01")
    assert calendar.previous_run(day("2026-01-08"), 0, None) is None
