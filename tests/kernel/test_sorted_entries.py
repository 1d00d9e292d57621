"""Sorted entries and their clones compared with sorted lists, with chunks of a few entries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.kernel import sorted_entries
from mockvoice.kernel.sorted_entries import SortedKeys, SortedPairs

KEYS = st.integers(0, 40)
VALUES = st.integers(0, 4)
# A change gives a key a new value, or removes it if the value is None.
CHANGES = st.lists(st.tuples(st.booleans(), KEYS, st.none() | VALUES), max_size=120)


@pytest.fixture(scope="module", autouse=True)
def small_chunks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorted_entries, "MAX_CHUNK", 8)
        yield


def change(entries, model, key, value):
    entries.move(key, model.get(key), value)
    if value is None:
        model.pop(key, None)
    else:
        model[key] = value


@given(st.dictionaries(KEYS, VALUES), CHANGES, CHANGES)
def test_pairs_and_their_clones_change_independently(begin, first_changes, changes):
    pairs, model = SortedPairs((value, key) for key, value in begin.items()), dict(begin)
    for _, key, value in first_changes:
        change(pairs, model, key, value)
    clones = [(pairs.clone(), dict(model)), (pairs.clone(), dict(model))]
    for second, key, value in changes:
        change(*clones[second], key, value)

    for entries, expected in ((pairs, model), *clones):
        assert_pairs(entries, expected)


def assert_pairs(pairs, model):
    ordered = sorted(model, key=lambda key: (model[key], key))
    assert len(pairs) == len(model)
    assert list(pairs) == ordered
    for start in range(0, len(ordered) + 1, 3):
        stop = min(start + 10, len(ordered))
        assert list(pairs.islice(start, stop)) == ordered[start:stop]
        assert list(pairs.islice(start, stop, reverse=True)) == ordered[start:stop][::-1]
        by_highest_key = sorted(model, key=lambda key: (model[key], -key))
        assert list(pairs.ties_reversed(start, stop)) == by_highest_key[start:stop]
        assert [pairs.key_at(index) for index in range(start, stop)] == ordered[start:stop]
    for low, high in ((None, 2), (1, 1), (3, None), (2, 1), (9, 9)):
        start, stop = pairs.index_range(low, high)
        assert ordered[start:stop] == [
            key
            for key in ordered
            if (low is None or model[key] >= low) and (high is None or model[key] <= high)
        ]


@given(st.sets(KEYS), CHANGES, CHANGES)
def test_keys_and_their_clones_change_independently(begin, first_changes, changes):
    keys, model = SortedKeys(begin), dict.fromkeys(begin, True)
    for _, key, value in first_changes:
        change(keys, model, key, value)
    clone, clone_model = keys.clone(), dict(model)
    for _, key, value in changes:
        change(clone, clone_model, key, value)

    for entries, expected in ((keys, model), (clone, clone_model)):
        assert list(entries) == sorted(expected)
        assert [key for key in range(42) if key in entries] == sorted(expected)


def test_a_clone_copies_only_the_chunk_that_changes():
    keys = SortedKeys(range(100))
    clone = keys.clone()
    clone.remove(50)

    copied = [new for old, new in zip(keys._keys, clone._keys, strict=True) if old is not new]
    assert copied == [[48, 49, 51]]


@pytest.mark.parametrize("keys", [(), range(100)])
def test_an_absent_entry_cannot_be_removed(keys):
    with pytest.raises(KeyError):
        SortedKeys(keys).remove(200)
    with pytest.raises(KeyError):
        SortedPairs((1, key) for key in keys).remove(50, 2)
