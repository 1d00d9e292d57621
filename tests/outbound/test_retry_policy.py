"""When requests to other servers are sent, and sent again."""

import time
from datetime import timedelta
from email.utils import format_datetime

import pytest

from mockvoice.kernel.clock import Clock
from mockvoice.outbound.retry_policy import (
    LONGEST_INTERVAL_SECONDS,
    REQUESTS_BEFORE_INCREASE,
    TOO_MANY_REQUESTS,
    Pace,
    WaitLimits,
    Waits,
    WaitTooLong,
    retry_after,
)


def date_in(seconds):
    return format_datetime(Clock().now() + timedelta(seconds=seconds), usegmt=False)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-3"}, None),
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": " 0 "}, 0),
        ({"Retry-After": "Thu, 01 Jan 2015 00:00:00 GMT"}, 0),
        (
            {
                "Retry-After": "Fri, 31 Dec 2027 23:59:59 GMT",
                "Date": "Fri, 31 Dec 2027 23:59:39 GMT",
            },
            20,
        ),
    ],
)
def test_retry_after_has_seconds_or_a_date(headers, seconds):
    assert retry_after(headers) == seconds


def test_a_date_of_retry_after_is_compared_with_this_machine_if_the_response_has_no_date():
    assert 25 < retry_after({"Retry-After": date_in(30)}) <= 30


def test_the_pace_after_a_429_makes_up_for_the_time_that_was_missing():
    pace = Pace()
    for _ in range(10):
        pace.count_accepted()
    pace.slow_down(0.5)
    start = time.monotonic()
    for _ in range(3):
        pace.wait_for_turn()

    assert pace.interval == pytest.approx(0.05)
    assert time.monotonic() - start >= 0.5 + 2 * 0.05


def test_the_pace_is_not_reduced_if_that_has_no_effect():
    pace, intervals = Pace(), []
    for _ in range(5):
        for _ in range(4):
            pace.count_accepted()
        pace.slow_down(0.01)
        intervals.append(pace.interval)

    assert intervals == [0.0025] * 3 + [0.0] * 2


def test_the_pace_is_never_slower_than_the_slowest_nor_faster_than_the_limit():
    pace = Pace(requests_per_minute=600)
    pace.slow_down(60)
    slowest = pace.interval
    for _ in range(100 * REQUESTS_BEFORE_INCREASE):
        pace.count_accepted()

    assert slowest == LONGEST_INTERVAL_SECONDS
    assert pace.interval == pytest.approx(60 / 600)


def test_a_wait_that_is_too_long_is_an_error_that_names_both_times():
    waits = Waits(WaitLimits(who="the check", longest=60), Pace())

    with pytest.raises(WaitTooLong, match="asks to wait 3600 s; the check waits 60 s at most: "):
        waits.wait(0, TOO_MANY_REQUESTS, 3600.0)
    assert waits.seconds == 0


def test_the_sum_of_all_waits_is_limited():
    waits = Waits(WaitLimits(who="the check", longest=60, total=10), Pace())
    waits.wait(0, TOO_MANY_REQUESTS, 6.0)

    with pytest.raises(WaitTooLong, match=r"6 s in all, and now 5 s more; the check waits 10 s"):
        waits.wait(0, TOO_MANY_REQUESTS, 5.0)


def test_without_a_time_the_waits_grow():
    waits = Waits(WaitLimits(who="the check", longest=60), Pace())
    sums = []
    for attempt in range(4):
        waits.wait(attempt, TOO_MANY_REQUESTS)
        sums.append(round(waits.seconds, 1))

    assert sums == [0.2, 0.6, 1.4, 3.0]
