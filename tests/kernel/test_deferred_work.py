"""Work that is deferred until a transaction is committed."""

import pytest

from mockvoice.kernel.undo import UndoLog


def test_deferred_work_runs_after_the_outermost_commit():
    undo, calls = UndoLog(), []
    with undo.transaction():
        with undo.transaction():
            undo.defer(lambda: calls.append("inner"))
        undo.defer(lambda: calls.append("outer"))
        assert calls == []

    assert calls == ["inner", "outer"]


def test_deferred_work_of_a_failed_transaction_is_discarded():
    undo, calls = UndoLog(), []
    with undo.transaction():
        undo.defer(lambda: calls.append("kept"))
        with pytest.raises(ZeroDivisionError), undo.transaction():
            undo.defer(lambda: calls.append("lost"))
            raise ZeroDivisionError

    assert calls == ["kept"]


def test_deferring_work_outside_a_transaction_raises_an_error():
    with pytest.raises(RuntimeError, match="transaction"):
        UndoLog().defer(print)
