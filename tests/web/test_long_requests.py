"""Work on a copy of a backend: it replaces the backend, unless that was changed meanwhile."""

import asyncio
import math
from dataclasses import dataclass
from datetime import timedelta

import pytest

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.sandboxes.backends import SandboxRemoved
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.web.errors import ChangedMeanwhile
from mockvoice.web.long_requests import MAX_ATTEMPTS, LongRequest

KEY = "toys"


@dataclass(frozen=True)
class Toy:
    id: int


class Toys(Backend):
    def define_tables(self):
        self.toys = self.add_table("toys", Toy, sequence="toy")


class Pool:
    """Runs the work at once, and ``meanwhile`` after it, as if another request came in between."""

    def __init__(self, meanwhile=lambda: None):
        self.runs = 0
        self._meanwhile = meanwhile

    async def run(self, work):
        self.runs += 1
        result = work()
        self._meanwhile()
        return result


@pytest.fixture
def sandbox():
    clock = Clock()
    return Sandbox("default", clock, {KEY: Toys(clock)}, {})


def add(backend):
    with backend.transaction():
        return backend.toys.put(Toy(backend.ids.next("toy"))).id


def ids(sandbox):
    return [toy.id for toy in sandbox.backends[KEY].toys]


def change(sandbox, work, pool):
    return asyncio.run(LongRequest(sandbox, KEY, work, pool).change())


def read(sandbox, work, pool):
    return asyncio.run(LongRequest(sandbox, KEY, work, pool).read())


def test_others_see_the_changes_only_at_the_end(sandbox):
    seen = []

    assert change(sandbox, add, Pool(lambda: seen.append(ids(sandbox)))) == 1
    assert seen == [[]]
    assert ids(sandbox) == [1]


def test_a_change_meanwhile_is_kept_and_the_work_is_done_again(sandbox):
    def change_once():
        if not ids(sandbox):
            add(sandbox.backends[KEY])

    pool = Pool(change_once)

    assert change(sandbox, add, pool) == 2
    assert ids(sandbox) == [1, 2]
    assert pool.runs == 2


def test_work_whose_data_changes_all_the_time_is_given_up(sandbox):
    pool = Pool(lambda: add(sandbox.backends[KEY]))

    with pytest.raises(ChangedMeanwhile):
        change(sandbox, add, pool)

    assert pool.runs == len(ids(sandbox)) == MAX_ATTEMPTS


def test_a_reset_meanwhile_is_kept(sandbox):
    add(sandbox.backends[KEY])
    empty = {KEY: Toys(sandbox.clock)}
    resets = [lambda: sandbox.backends.rebase(empty)]
    pool = Pool(lambda: resets and resets.pop()())

    assert change(sandbox, add, pool) == 1
    assert ids(sandbox) == [1]


def test_work_that_fails_changes_nothing(sandbox):
    def fail(backend):
        add(backend)
        raise ValueError("too much")

    with pytest.raises(ValueError, match="too much"):
        change(sandbox, fail, Pool())

    assert ids(sandbox) == []


def test_work_that_only_reads_leaves_the_backend_in_place(sandbox):
    before = sandbox.backends[KEY]

    assert read(sandbox, lambda backend: len(backend.toys), Pool()) == 0
    assert sandbox.backends[KEY] is before


def test_two_long_changes_run_one_after_the_other(sandbox):
    async def both():
        return await asyncio.gather(
            LongRequest(sandbox, KEY, add, Pool()).change(),
            LongRequest(sandbox, KEY, add, Pool()).change(),
        )

    assert asyncio.run(both()) == [1, 2]


def test_work_that_was_thought_to_read_is_applied_if_it_changes_something(sandbox):
    pool = Pool()

    assert read(sandbox, add, pool) == 1
    assert ids(sandbox) == [1]


def test_a_sandbox_that_is_deleted_meanwhile_does_not_come_back(sandbox):
    with pytest.raises(SandboxRemoved):
        change(sandbox, add, Pool(sandbox.backends.remove))

    assert not sandbox.backends


def test_a_clock_that_is_moved_meanwhile_is_that_of_the_result(sandbox):
    times = []

    def note_time(backend):
        times.append(backend.clock.now())
        return add(backend)

    later = Clock().now() + timedelta(days=30)
    change(sandbox, note_time, Pool(lambda: sandbox.clock.set(later)))

    assert times[0] < later
    assert sandbox.backends[KEY].clock is sandbox.clock


def test_work_deferred_to_the_commit_does_not_repeat_the_work(sandbox):
    """A limit that is reached after the commit would let the work be done twice."""
    backend = sandbox.backends[KEY]

    def add_and_defer(backend):
        with backend.transaction():
            backend.undo.defer(lambda: add(backend))
            return add(backend)

    def within_limit():
        backend.budget.limit(2)
        return add_and_defer(backend)

    assert within_limit() == 1
    backend.budget.limit(math.inf)
    assert ids(sandbox) == [1, 2]


def test_others_are_told_of_a_change_in_progress(sandbox):
    original, seen = sandbox.backends[KEY], []
    change(sandbox, add, Pool(lambda: seen.append(original.change_in_progress.is_set())))

    assert seen == [False]
    assert original.change_in_progress is None
