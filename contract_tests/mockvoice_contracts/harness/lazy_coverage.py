"""Systematic requests are thought up when their test runs, and not while tests are collected.

That takes a second for a large operation: whoever selects one test, or runs several processes
of which each collects all tests, waits for it no more than once, and only for what is run.
"""

from typing import Any

import pytest
from schemathesis.generation.hypothesis import builder

_DEFERRED = "mockvoice_systematic"


def install() -> None:
    """Have Schemathesis put off its systematic phase. It does as it likes where it cannot be put off."""
    original = getattr(builder, "add_coverage", None)
    if original is None or hasattr(original, _DEFERRED):
        return

    def postpone(test: Any, *given: Any, **named: Any) -> Any:
        setattr(test, _DEFERRED, lambda: original(test, *given, **named))
        return test

    setattr(postpone, _DEFERRED, True)
    builder.add_coverage = postpone


def generate(item: pytest.Item, limit: int | None) -> None:
    """Think up a test's systematic requests; at most so many, evenly out of all of them."""
    test: Any = getattr(item, "obj", None)
    late = getattr(test, _DEFERRED, None)
    if late is not None:
        delattr(test, _DEFERRED)
        late()
    cases = getattr(test, "hypothesis_explicit_examples", None)
    if limit is not None and cases and len(cases) > limit:
        step = len(cases) / limit
        test.hypothesis_explicit_examples = [cases[int(n * step)] for n in range(limit)]
