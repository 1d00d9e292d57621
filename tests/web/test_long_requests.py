"""Work on a copy of a backend: it replaces the backend, unless that was changed meanwhile."""

import asyncio
from dataclasses import dataclass

import pytest

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.web.long_requests import MAX_ATTEMPTS, run_on_copy

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


def run(sandbox, work, pool):
    return asyncio.run(run_on_copy(sandbox, KEY, work, pool))


def test_others_see_the_changes_only_at_the_end(sandbox):
    seen = []

    assert run(sandbox, add, Pool(lambda: seen.append(ids(sandbox)))) == 1
    assert seen == [[]]
    assert ids(sandbox) == [1]


def test_a_change_meanwhile_is_kept_and_the_work_is_done_again(sandbox):
    def change_once():
        if not ids(sandbox):
            add(sandbox.backends[KEY])

    pool = Pool(change_once)

    assert run(sandbox, add, pool) == 2
    assert ids(sandbox) == [1, 2]
    assert pool.runs == 2


def test_work_is_done_in_the_end_even_if_there_are_changes_all_the_time(sandbox):
    pool = Pool(lambda: add(sandbox.backends[KEY]))

    assert run(sandbox, add, pool) == MAX_ATTEMPTS + 1
    assert len(ids(sandbox)) == MAX_ATTEMPTS + 1


def test_a_reset_meanwhile_is_kept(sandbox):
    add(sandbox.backends[KEY])
    empty = {KEY: Toys(sandbox.clock)}
    resets = [lambda: sandbox.backends.rebase(empty)]
    pool = Pool(lambda: resets and resets.pop()())

    assert run(sandbox, add, pool) == 1
    assert ids(sandbox) == [1]


def test_work_that_fails_changes_nothing(sandbox):
    def fail(backend):
        add(backend)
        raise ValueError("too much")

    with pytest.raises(ValueError, match="too much"):
        run(sandbox, fail, Pool())

    assert ids(sandbox) == []


def test_work_that_only_reads_leaves_the_backend_in_place(sandbox):
    before = sandbox.backends[KEY]

    assert run(sandbox, lambda backend: len(backend.toys), Pool()) == 0
    assert sandbox.backends[KEY] is before


def test_two_long_changes_run_one_after_the_other(sandbox):
    async def both():
        return await asyncio.gather(
            run_on_copy(sandbox, KEY, add, Pool()), run_on_copy(sandbox, KEY, add, Pool())
        )

    assert asyncio.run(both()) == [1, 2]
