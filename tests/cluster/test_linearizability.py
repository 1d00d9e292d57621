"""The check of histories finds what no order explains, and accepts what some order explains."""

import pytest

from tests.cluster.histories import FIRST_DAY, violation
from tests.cluster.linearizability import Operation


def operation(name, argument, result, called_at, responded_at=None):
    times = (called_at,) if responded_at is None else (called_at, responded_at)
    return Operation(name, argument, result, *times)


CREATED = operation("create", "a", 1, 0, 1)
A, B = ((1, "a"),), ((1, "b"),)
NO_RESPONSE = None


@pytest.mark.parametrize(
    "operations",
    [
        [],
        [CREATED, operation("list", None, A, 2, 3)],
        # At the same time, both orders are possible.
        [CREATED, operation("list", None, (), 0.5, 2)],
        [CREATED, operation("list", None, A, 0.5, 2)],
        # Without a response it may happen late, or never.
        [operation("create", "a", None, 0), operation("list", None, (), 1, 2), operation("list", None, A, 8, 9)],
        [CREATED, operation("delete", 1, None, 2), operation("list", None, A, 3, 4)],
        [CREATED, operation("delete", 1, None, 2), operation("list", None, A, 3, 4),
         operation("list", None, (), 5, 6)],
        # An id may be left out.
        [operation("create", "a", 3, 0, 1), operation("list", None, ((3, "a"),), 2, 3)],
        [operation("get clock", None, FIRST_DAY, 0, 1), operation("set clock", "later", None, 2, 3),
         operation("get clock", None, "later", 4, 5)],
        [CREATED, operation("delete", 1, True, 2, 5), operation("rename", (1, "b"), False, 3, 4)],
    ],
)  # fmt: skip
def test_what_some_order_explains_is_accepted(operations):
    assert violation(operations) is None


@pytest.mark.parametrize(
    "operations",
    [
        # A lost write.
        [CREATED, operation("list", None, (), 2, 3)],
        # A rejected request that happened all the same.
        [CREATED, operation("delete", 1, True, 2, 3), operation("rename", (1, "b"), False, 4, 5),
         operation("list", None, B, 6, 7)],
        # An old state is shown after a newer one.
        [CREATED, operation("rename", (1, "b"), None, 2), operation("list", None, B, 3, 4),
         operation("list", None, A, 5, 6)],
        # A number is issued twice.
        [CREATED, operation("delete", 1, True, 2, 3), operation("create", "b", 1, 4, 5)],
        [CREATED, operation("create", "b", 1, 2, 3)],
        # A deletion succeeds twice.
        [CREATED, operation("delete", 1, True, 2, 5), operation("delete", 1, True, 3, 4)],
        [operation("set clock", "later", None, 2, 3), operation("get clock", None, FIRST_DAY, 4, 5)],
        # Nobody has written that.
        [CREATED, operation("list", None, ((1, "z"),), 2, 3)],
    ],
)  # fmt: skip
def test_what_no_order_explains_is_found(operations):
    assert violation(operations) is not None
