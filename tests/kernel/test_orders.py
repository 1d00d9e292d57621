"""Sort orders that are added on first use, and lookups by bisection."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.kernel.store import MAX_ADDED_ORDERS

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Parcel:
    id: int
    weight: int
    label: str = ""


class Depot(Backend):
    def define_tables(self) -> None:
        self.parcels = self.add_table(
            "parcels",
            Parcel,
            indexes={"label": lambda p: p.label},
            sort_orders={"weight": lambda p: p.weight},
        )


@pytest.fixture
def depot():
    depot = Depot(Clock(NOON, frozen=True))
    with depot.transaction():
        for number, weight in enumerate((30, 10, 20), start=1):
            depot.parcels.put(Parcel(number, weight, "abc"[number - 1]))
    return depot


def ids(rows):
    return [row.id for row in rows]


def test_an_added_order_tracks_later_changes_and_their_rollback(depot):
    depot.parcels.add_sort_order("label", lambda p: p.label)
    with depot.transaction():
        depot.parcels.put(Parcel(2, 10, "z"))

    assert ids(depot.parcels.select(order="label")) == [1, 3, 2]
    with pytest.raises(KeyError), depot.transaction():
        depot.parcels.put(Parcel(1, 10, "zz"))
        raise KeyError
    assert ids(depot.parcels.select(order="label")) == [1, 3, 2]


def test_an_order_added_to_a_fork_is_not_added_to_the_original(depot):
    fork = depot.fork(depot.clock)
    fork.parcels.add_sort_order("label", lambda p: p.label)
    with fork.transaction():
        fork.parcels.put(Parcel(4, 1, "0"))

    assert ids(fork.parcels.select(order="label")) == [4, 1, 2, 3]
    with pytest.raises(KeyError):
        depot.parcels.select(order="label")


def test_the_least_recently_used_of_many_added_orders_is_dropped(depot):
    for number in range(MAX_ADDED_ORDERS + 1):
        depot.parcels.add_sort_order(f"by {number}", lambda p: -p.id)

    assert ids(depot.parcels.select(order=f"by {MAX_ADDED_ORDERS}")) == [3, 2, 1]
    with pytest.raises(KeyError):
        depot.parcels.select(order="by 0")


@pytest.mark.parametrize(("value", "expected"), [(9, None), (10, 2), (29, 3), (99, 1)])
def test_floor_returns_the_last_row_up_to_a_value(depot, value, expected):
    row = depot.parcels.floor("weight", value)

    assert (row and row.id) == expected


def test_matching_keys_returns_the_keys_of_the_rows_that_meet_all_conditions(depot):
    keys = depot.parcels.matching_keys(
        between={"weight": (None, 20)}, predicates=[lambda p: p.id > 2]
    )

    assert keys == [3]
