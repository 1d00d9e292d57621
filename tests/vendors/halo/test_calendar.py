"""Dates in every form, and how periods and terms move them."""

from datetime import UTC, datetime

import pytest

from mockvoice.vendors.halo.rules import calendar


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("2026-01-31", "2026-01-31T00:00:00"),
        ("2026-01-31T10:00:00.5", "2026-01-31T10:00:00.5"),
        ("2026-01-31T10:00:00.123456789Z", "2026-01-31T10:00:00.123456"),
        ("2026-01-31T00:30:00+01:00", "2026-01-30T23:30:00"),
        ("9999-12-31T23:30:00-02:00", "9999-12-31T00:00:00"),
    ],
)
def test_a_moment_is_kept_in_utc_without_a_zone(text: str, kept: str) -> None:
    assert calendar.format_datetime(calendar.parse_datetime(text)) == kept


def test_an_end_without_a_time_is_the_end_of_its_day() -> None:
    assert (
        calendar.format_datetime(calendar.parse_end("9999-12-31")) == "9999-12-31T23:59:59.999999"
    )
    assert (
        calendar.format_datetime(calendar.parse_end("2026-01-31T10:00:00")) == "2026-01-31T10:00:00"
    )


def test_months_end_where_they_end_and_the_anchor_is_not_forgotten() -> None:
    runs = [day("2026-01-31")]
    for _ in range(3):
        following = calendar.next_run(runs[-1], 2, runs[0])
        assert following is not None
        runs.append(following)

    assert [run.date().isoformat() for run in runs] == [
        "2026-01-31",
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
    ]


@pytest.mark.parametrize("period", [1, 2, 3, 6])
def test_the_calendar_ends_without_an_error(period: int) -> None:
    assert calendar.next_run(calendar.LAST_DAY, period, None) is None
    assert calendar.due_at(calendar.LAST_DAY, 2, 31) == calendar.LAST_DAY
    assert calendar.add_days(calendar.LAST_DAY, 3660) == calendar.LAST_DAY


def test_a_run_has_one_before_it() -> None:
    assert calendar.previous_run(day("2026-03-31"), 2, day("2026-01-31")) == day("2026-02-28")
    assert calendar.previous_run(day("2026-01-08"), 1, None) == day("2026-01-01")
    assert calendar.previous_run(day("2026-01-08"), 0, None) is None
