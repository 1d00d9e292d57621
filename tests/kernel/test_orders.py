"""Orders that are added when they are asked for, and what bisection finds."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.kernel.store import ORDERS_ADDED

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


def test_an_added_order_follows_later_changes_and_their_rollback(depot):
    depot.parcels.add_order("label", lambda p: p.label)
    with depot.transaction():
        depot.parcels.put(Parcel(2, 10, "z"))

    assert ids(depot.parcels.select(order="label")) == [1, 3, 2]
    with pytest.raises(KeyError), depot.transaction():
        depot.parcels.put(Parcel(1, 10, "zz"))
        raise KeyError
    assert ids(depot.parcels.select(order="label")) == [1, 3, 2]


def test_an_order_added_to_a_fork_is_not_the_other_worlds(depot):
    twin = depot.fork(depot.clock)
    twin.parcels.add_order("label", lambda p: p.label)
    with twin.transaction():
        twin.parcels.put(Parcel(4, 1, "0"))

    assert ids(twin.parcels.select(order="label")) == [4, 1, 2, 3]
    with pytest.raises(KeyError):
        depot.parcels.select(order="label")


def test_of_many_added_orders_the_idle_ones_go(depot):
    for number in range(ORDERS_ADDED + 1):
        depot.parcels.add_order(f"by {number}", lambda p: -p.id)

    assert ids(depot.parcels.select(order=f"by {ORDERS_ADDED}")) == [3, 2, 1]
    with pytest.raises(KeyError):
        depot.parcels.select(order="by 0")


@pytest.mark.parametrize(("value", "found"), [(9, None), (10, 2), (29, 3), (99, 1)])
def test_the_last_row_that_is_not_above_a_value_is_found(depot, value, found):
    row = depot.parcels.at_most("weight", value)

    assert (row and row.id) == found


def test_matching_rows_are_told_by_their_keys(depot):
    light = depot.parcels.matching(between={"weight": (None, 20)}, keep=[lambda p: p.id > 2])

    assert light == [3]
