"""Tables and transactions compared with a simple model."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mockvoice.kernel import gradual_copy, indexes, sorted_entries
from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.kernel.indexes import MAX_VIEWS
from mockvoice.kernel.store import SORT_LIMIT

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Parcel:
    id: int
    colour: str | None
    weight: int
    labels: frozenset[str] = frozenset()


class Depot(Backend):
    def define_tables(self) -> None:
        self.parcels = self.add_table(
            "parcels",
            Parcel,
            indexes={"colour": lambda p: p.colour, "label": lambda p: p.labels},
            texts={"words": lambda p: f"{p.colour} {p.weight}"},
            sort_orders={"weight": lambda p: p.weight},
        )


COLOURS = [None, "red", "green"]
LABELS = ["fragile", "late"]
parcels = st.builds(
    Parcel,
    id=st.integers(1, 6),
    colour=st.sampled_from(COLOURS),
    weight=st.integers(1, 4),
    labels=st.frozensets(st.sampled_from(LABELS)),
)
# A step is a parcel to put, an id to delete, or a nested transaction that fails or not.
step = st.one_of(parcels, st.integers(1, 6))
steps = st.recursive(
    step, lambda s: st.tuples(st.booleans(), st.lists(s, max_size=5)), max_leaves=20
)


class TransactionFailure(Exception):
    """Raised to make a transaction fail."""


class TablesAgreeWithAModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.depot = Depot(Clock(NOON, frozen=True))
        self.model: dict[int, Parcel] = {}
        self.last_id = 0
        self.forks: list[tuple[Depot, dict[int, Parcel]]] = []

    @rule(fails=st.booleans(), actions=st.lists(steps, max_size=6))
    def transact(self, fails: bool, actions: list) -> None:
        self.model, self.last_id = self._transact(fails, actions, dict(self.model), self.last_id)

    def _transact(self, fails: bool, actions: list, model: dict, last_id: int) -> tuple[dict, int]:
        before = dict(model), last_id
        try:
            with self.depot.transaction():
                for action in actions:
                    if isinstance(action, Parcel):
                        self.depot.parcels.put(action)
                        model[action.id] = action
                        last_id = self.depot.ids.next("ticket")
                    elif isinstance(action, tuple):
                        model, last_id = self._transact(*action, model, last_id)
                    elif action in model:
                        self.depot.parcels.delete(action)
                        del model[action]
                    else:
                        with pytest.raises(KeyError):
                            self.depot.parcels.delete(action)
                if fails:
                    raise TransactionFailure
        except TransactionFailure:
            return before
        return model, last_id

    @rule()
    def query_an_added_index(self) -> None:
        """An added index stays correct after changes between two calls of this rule."""
        for depot, model in ((self.depot, self.model), *self.forks[-1:]):
            depot.parcels.add_index("heavy", lambda p: p.weight > 2)
            heavy = [p for p in model.values() if p.weight > 2]
            assert list(depot.parcels.select({"heavy": True}, order="weight")) == sorted(
                heavy, key=lambda p: (p.weight, p.id)
            )
            assert set(depot.parcels.matching_keys({"heavy": True}, keys={1, 2, 3, 99})) == {
                p.id for p in heavy if p.id <= 3
            }

    @rule()
    def fork(self) -> None:
        self.forks.append((self.depot.fork(Clock(NOON)), dict(self.model)))

    @rule(actions=st.lists(parcels, max_size=3))
    def change_a_fork(self, actions: list) -> None:
        for depot, model in self.forks[-1:]:
            with depot.transaction():
                for parcel in actions:
                    depot.parcels.put(parcel)
                    model[parcel.id] = parcel

    @invariant()
    def rows_and_indexes_equal_the_model(self) -> None:
        assert_equal(self.depot, self.model)
        assert self.depot.ids.last("ticket") == self.last_id
        for depot, model in self.forks:
            assert_equal(depot, model)


def assert_equal(depot: Depot, model: dict[int, Parcel]) -> None:
    table, rows = depot.parcels, [model[key] for key in sorted(model)]
    by_weight = sorted(rows, key=lambda p: (p.weight, p.id))
    assert list(table) == rows
    assert len(table) == len(rows)
    assert list(table.select(order="weight")) == by_weight
    for colour in COLOURS[1:]:
        matching = [p for p in rows if p.colour == colour]
        assert table.find_by("colour", colour) == matching
        assert table.count("colour", colour) == len(matching)
        assert list(table.select({"colour": colour})) == matching
        assert list(table.select({"colour": colour}, order="weight")) == [
            p for p in by_weight if p.colour == colour
        ]
        assert list(
            table.select({"colour": colour, "label": "late"}, between={"weight": (2, 3)})
        ) == [p for p in matching if 2 <= p.weight <= 3 and "late" in p.labels]
    assert set(table.values("label")) == {label for p in rows for label in p.labels}
    assert list(table.select(between={"weight": (None, 2)}, order="weight")) == [
        p for p in by_weight if p.weight <= 2
    ]
    assert table.select(order="weight").slice(1, 3, descending=True) == by_weight[::-1][1:4]
    for low, high in ((2, 3), (None, 1), (3, None)):
        in_range = table.select({"colour": "red"}, between={"weight": (low, high)}, order="weight")
        reds = [
            p
            for p in by_weight
            if p.colour == "red" and (low or 0) <= p.weight <= (high or p.weight)
        ]
        assert len(in_range) == len(reds)
        assert list(in_range) == reds
        assert list(reversed(in_range)) == reds[::-1]
        assert in_range.slice(1, 2, descending=True) == reds[::-1][1:3]
        assert in_range.slice(0, 9, ties_descending=True) == sorted(
            reds, key=lambda p: (p.weight, -p.id)
        )
    assert table.keys_containing("words", "RED 2") == {
        p.id for p in rows if (p.colour, p.weight) == ("red", 2)
    }
    assert list(table.select(keys={1, 3, 99}, order="weight")) == [
        p for p in by_weight if p.id in (1, 3)
    ]
    highest_key_first = sorted(rows, key=lambda p: (p.weight, -p.id))
    assert table.select(order="weight").slice(1, 3, ties_descending=True) == highest_key_first[1:4]


TestTables = TablesAgreeWithAModel.TestCase


class LargeTablesAgreeWithAModel(TablesAgreeWithAModel):
    """The same with limits so low that a few rows are treated like many."""

    def __init__(self) -> None:
        super().__init__()
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr(gradual_copy, "STEP", 1)
        self._patch.setattr(indexes, "_MAX_TUPLE_KEYS", 1)
        self._patch.setattr(sorted_entries, "MAX_CHUNK", 2)

    def teardown(self) -> None:
        self._patch.undo()


TestLargeTables = LargeTablesAgreeWithAModel.TestCase


def test_a_change_outside_a_transaction_is_rejected():
    depot = Depot(Clock(NOON))

    with pytest.raises(RuntimeError, match="transaction"):
        depot.parcels.put(Parcel(1, "red", 2))

    assert len(depot.parcels) == 0


@given(st.integers(0, 2**40))
def test_the_same_seed_draws_the_same_ids(seed):
    depot, other = Depot(Clock(NOON), seed), Depot(Clock(NOON), seed)
    with depot.transaction(), other.transaction():
        ids = depot.ids
        values = ids.uuid(), ids.token(length=7), ids.random(), ids.next("parcel")

        assert values == (
            other.ids.uuid(),
            other.ids.token(length=7),
            other.ids.random(),
            other.ids.next("parcel"),
        )
        assert ids.uuid() != values[0]
        assert len(values[1]) == 7
        assert 0 <= values[2] < 1


def test_lists_are_correct_after_more_queries_than_there_are_views():
    depot, shades = Depot(Clock(NOON)), MAX_VIEWS + 50
    with depot.transaction():
        for number in range(shades):
            depot.parcels.put(Parcel(number, f"shade {number}", 1))
    for number in range(shades):
        assert [p.id for p in depot.parcels.select({"colour": f"shade {number}"})] == [number]

    with depot.transaction():
        depot.parcels.put(Parcel(0, f"shade {shades - 1}", 1))

    assert [p.id for p in depot.parcels.select({"colour": f"shade {shades - 1}"})] == [
        0,
        shades - 1,
    ]
    assert list(depot.parcels.select({"colour": "shade 0"})) == []


def test_filtering_a_sort_order_and_sorting_the_matches_give_the_same_list():
    depot, row_count = Depot(Clock(NOON)), SORT_LIMIT + 500
    with depot.transaction():
        for number in range(row_count):
            depot.parcels.put(Parcel(number, "red" if number % 9 else None, number % 7))

    for predicate in (lambda p: p.id % 2 == 0, lambda p: p.id % 50 == 0, lambda p: p.id != 1):
        result = depot.parcels.select(predicate=predicate, order="weight")
        by_weight = sorted(filter(predicate, depot.parcels), key=lambda p: (p.weight, p.id))
        ties_reversed = sorted(filter(predicate, depot.parcels), key=lambda p: (p.weight, -p.id))

        assert len(result) == len(by_weight) > 40
        assert list(result) == by_weight
        assert result.slice(30, 10) == by_weight[30:40]
        assert result.slice(30, 10, descending=True) == by_weight[::-1][30:40]
        assert result.slice(30, 10, ties_descending=True) == ties_reversed[30:40]


def test_conditions_that_match_many_rows_and_few_rows_are_combined_correctly():
    depot, row_count = Depot(Clock(NOON)), SORT_LIMIT + 500
    with depot.transaction():
        for number in range(row_count):
            labels = frozenset(["late"] if number % 2 else ["late", "fragile"])
            depot.parcels.put(Parcel(number, "red" if number % 9 else None, number % 70, labels))
    red = {p.id for p in depot.parcels if p.colour == "red"}

    for where, low, high, keys in (
        ({"label": "late"}, 0, 69, None),  # every row meets both
        ({"label": "late"}, 1, 69, red),
        ({"label": "fragile", "colour": "red"}, 0, 60, None),
        ({"label": "fragile", "colour": "red"}, 3, 4, red),
        ({"colour": "red"}, 5, 5, {1, 2, 5}),
        ({"colour": "blue"}, 0, 60, red),
    ):
        expected = [
            p
            for p in depot.parcels
            if low <= p.weight <= high
            and where.get("colour", p.colour) == p.colour
            and where.get("label", "late") in p.labels
            and (keys is None or p.id in keys)
        ]
        result = depot.parcels.select(where, between={"weight": (low, high)}, keys=keys)

        assert list(result) == expected
        assert len(result) == len(expected)


def test_sort_key_returns_the_function_that_an_order_sorts_by():
    depot = Depot(Clock(NOON, frozen=True))
    weight_of = depot.parcels.sort_key("weight")

    assert weight_of(Parcel(1, "red", 4)) == 4


def is_shared(table):
    """Whether the next change copies the table's containers."""
    before = table._rows
    with table._undo.transaction():
        table.put(Parcel(1, "red", 9))
    return table._rows is not before


@pytest.fixture
def depot():
    depot = Depot(Clock(NOON))
    with depot.transaction():
        for number in range(1, 5):
            depot.parcels.put(Parcel(number, "red", number))
    return depot


def test_a_copy_that_was_only_read_leaves_its_views_and_shares_nothing(depot):
    copy = depot.copy_for_thread()
    assert [row.id for row in copy.parcels.select({"colour": "red"}, order="weight")] == [
        1,
        2,
        3,
        4,
    ]
    copy.parcels.add_sort_order("heaviest", lambda p: -p.weight)
    depot.forget(copy)

    assert depot.parcels.select(order="heaviest").first() == Parcel(4, "red", 4)
    assert not is_shared(depot.parcels)
    assert depot.parcels.select(order="heaviest").first() == Parcel(1, "red", 9)
    assert [row.id for row in depot.parcels.select({"colour": "red"}, order="weight")] == [
        2,
        3,
        4,
        1,
    ]


def test_a_copy_that_takes_over_shares_nothing(depot):
    copy = depot.copy_for_thread()
    copy.take_over(depot)

    assert not is_shared(copy.parcels)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_copy_beside_a_snapshot_leaves_the_snapshot_as_it_was(depot, when):
    if when == "before":
        snapshot = depot.fork(depot.clock)
    copy = depot.copy_for_thread()
    copy.parcels.add_index("weight", lambda p: p.weight)
    if when == "after":
        snapshot = depot.fork(depot.clock)
    depot.forget(copy)

    assert is_shared(depot.parcels)
    assert depot.parcels.count("weight", 9) == 1
    assert [row.weight for row in snapshot.parcels] == [1, 2, 3, 4]
    assert [row.weight for row in snapshot.parcels.select(order="weight")] == [1, 2, 3, 4]


def test_the_first_change_of_a_fork_does_not_copy_all_rows():
    depot, row_count = Depot(Clock(NOON)), gradual_copy.STEP * 3
    with depot.transaction():
        for number in range(row_count):
            depot.parcels.put(Parcel(number, "red", number % 9))
    fork = depot.fork(depot.clock)
    rows, chunks = depot.parcels._rows, depot.parcels._orders["weight"]._keys
    changes = 0
    while not changes or not isinstance(fork.parcels._rows, dict):
        with fork.transaction():
            fork.parcels.put(Parcel(changes, "green", 99))
        changes += 1

    assert changes == 3  # each of which copied a third
    assert depot.parcels._rows is rows
    kept = [chunk for chunk in fork.parcels._orders["weight"]._keys if chunk in chunks]
    assert len(kept) >= len(chunks) - 2
    assert [row.id for row in depot.parcels.select({"colour": "green"})] == []
    assert [row.id for row in fork.parcels.select({"colour": "green"})] == [0, 1, 2]
    assert [row.colour for row in fork.parcels][:4] == ["green", "green", "green", "red"]


def test_a_copy_for_a_thread_has_views_of_its_own(depot):
    with depot.transaction():
        depot.parcels.put(Parcel(5, "green", 5))
    depot.parcels.select({"colour": "red"}, order="weight")
    copy = depot.copy_for_thread()
    for number in range(MAX_VIEWS):
        copy.parcels.select({"colour": "red", "label": f"{number}"}, order="weight")
    before = depot.parcels._views

    assert len(before._views) == 1
    with depot.transaction():
        depot.parcels.put(Parcel(9, "red", 0))
    assert [row.id for row in copy.parcels.select({"colour": "red"}, order="weight")] == [
        1,
        2,
        3,
        4,
    ]


def test_created_keys_come_in_the_order_of_creation():
    depot = Depot(Clock(NOON, frozen=True))
    with depot.transaction():
        for key in (3, 1, 2):
            depot.parcels.put(Parcel(key, None, 1))
        depot.parcels.put(Parcel(3, "red", 1))

    assert list(depot.parcels.created_keys()) == [3, 1, 2]
