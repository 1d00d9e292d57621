"""Generate the requests of Schemathesis' coverage phase when a test runs, not during collection.

Generation takes a second for a large operation. Only selected tests need it, and only in the process
that runs them, while every process collects all tests.
"""

from typing import Any

import pytest
from schemathesis.generation.hypothesis import builder

_DEFERRED = "mockvoice_deferred_coverage"


def install() -> None:
    """Defer Schemathesis' coverage phase, unless this release has no function ``add_coverage``."""
    original = getattr(builder, "add_coverage", None)
    if original is None or hasattr(original, _DEFERRED):
        return

    def defer(test: Any, *args: Any, **kwargs: Any) -> Any:
        setattr(test, _DEFERRED, lambda: original(test, *args, **kwargs))
        return test

    setattr(defer, _DEFERRED, True)
    builder.add_coverage = defer


def generate(item: pytest.Item, limit: int | None) -> None:
    """Generate a test's coverage requests; keep at most ``limit``, evenly spread."""
    test: Any = getattr(item, "obj", None)
    deferred = getattr(test, _DEFERRED, None)
    if deferred is not None:
        delattr(test, _DEFERRED)
        deferred()
    cases = getattr(test, "hypothesis_explicit_examples", None)
    if limit is not None and cases and len(cases) > limit:
        step = len(cases) / limit
        test.hypothesis_explicit_examples = [cases[int(n * step)] for n in range(limit)]
