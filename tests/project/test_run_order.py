"""A run of several workers begins with the files that take longest."""

import pytest

from tests.run_order import LONGEST_FIRST, ROOT, place_of


@pytest.mark.parametrize("name", LONGEST_FIRST)
def test_the_long_files_exist(name):
    assert (ROOT / name).is_file()


def test_long_files_come_first_and_the_others_keep_their_order():
    names = ["tests/kernel/test_money.py", "tests/kernel/test_ids.py", *reversed(LONGEST_FIRST)]

    ordered = sorted(names, key=lambda name: place_of(ROOT / name))

    assert ordered == [*LONGEST_FIRST, *names[:2]]
