"""Look-up of lines by id, and descending sort values."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.kernel.clock import Clock
from mockvoice.vendors.halo.backend import HaloBackend, find_line
from mockvoice.vendors.halo.models import Invoice, Line
from mockvoice.vendors.halo.rules.lists import descending_sort_value, sort_value

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@given(st.lists(st.sampled_from("abc"), max_size=14), st.sets(st.integers(0, 13)))
def test_each_line_is_found_with_its_invoice_and_no_other(owners: Any, removed: Any) -> None:
    backend = HaloBackend(Clock(NOON, frozen=True))
    lines = {number: owner for number, owner in enumerate(owners, start=1) if number not in removed}
    with backend.transaction():
        for invoice_id, owner in enumerate("abc", start=1):
            own_lines = tuple(
                Line(number) for number, line_owner in lines.items() if line_owner == owner
            )
            backend.invoices.put(Invoice(invoice_id, 1, "x", NOON, NOON, NOON, lines=own_lines))

    for number in range(16):
        match = find_line(backend.invoices, number)
        expected = "abc".index(lines[number]) + 1 if number in lines else None
        assert (match[0].id if match else None) == expected


@given(st.lists(st.one_of(st.none(), st.text(alphabet="abAB", max_size=3))))
def test_descending_sort_values_reverse_the_order_of_texts(values: Any) -> None:
    descending = sorted(values, key=descending_sort_value)

    assert [sort_value(value) for value in descending] == sorted(
        map(sort_value, values), reverse=True
    )


@pytest.mark.parametrize(
    "values", [[3, None, 1], [True, False], [NOON, NOON.replace(microsecond=1)]]
)
def test_descending_sort_values_reverse_numbers_and_dates(values: Any) -> None:
    assert sorted(values, key=descending_sort_value) == sorted(values, key=sort_value, reverse=True)
