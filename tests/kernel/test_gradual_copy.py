"""Copies that are made in steps compared with dictionaries, with steps of a few items."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.kernel import gradual_copy
from mockvoice.kernel.gradual_copy import GradualCopy, copy_gradually

KEYS = st.integers(0, 12)
ITEMS = st.dictionaries(KEYS, st.text(max_size=1))
# A change gives a key a new value, or deletes it if the value is None.
CHANGES = st.lists(st.tuples(KEYS, st.none() | st.text(max_size=1)), max_size=20)


@pytest.fixture(scope="module", autouse=True)
def small_steps():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gradual_copy, "STEP", 3)
        yield


def change(items, key, value):
    if value is not None:
        items[key] = value
    elif key in items:
        del items[key]
    else:
        with pytest.raises(KeyError):
            del items[key]


@given(ITEMS, CHANGES, CHANGES, CHANGES)
def test_a_copy_a_copy_of_it_and_the_original_change_independently(items, before, first, second):
    original, model = dict(items), dict(items)
    copy = copy_gradually(original)
    for key, value in before:
        change(copy, key, value)
        change(model, key, value)
        if isinstance(copy, GradualCopy):
            copy = copy.advance()
        assert_equal(copy, model)
    copies = [copy_gradually(copy), copy_gradually(copy)]
    for number, changes in enumerate((first, second)):
        expected = dict(model)
        for key, value in changes:
            change(copies[number], key, value)
            change(expected, key, value)
        assert_equal(copies[number], expected)

    assert original == items
    assert_equal(copy, model)


def assert_equal(items, model):
    assert len(items) == len(model)
    assert dict(items.items()) == model
    assert set(items) == set(items.keys()) == set(model)
    for key in range(13):
        assert items.get(key, "?") == model.get(key, "?")
        assert (key in items) == (key in model)
        if key in model:
            assert items[key] == model[key]
        else:
            with pytest.raises(KeyError):
                items[key]


def test_a_copy_is_complete_after_enough_steps():
    original = {number: str(number) for number in range(7)}
    copy = copy_gradually(original)
    del copy[0]
    steps = 0
    while isinstance(copy, GradualCopy):
        copy = copy.advance()
        steps += 1

    assert steps == 3
    assert copy == {number: str(number) for number in range(1, 7)}
