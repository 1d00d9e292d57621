"""Generate the requests of Schemathesis' example and coverage phases when a test runs.

Schemathesis does it during collection, which takes a second for a large operation. Only selected
tests need it, and only in the process that runs them, while every process collects all tests.
"""

from collections.abc import Callable
from typing import Any

import pytest

_DEFERRED = "mockvoice_deferred_phases"


def install() -> None:
    """Defer both phases, except those whose function this release of Schemathesis does not have."""
    # A check that ends before its tests does not need Schemathesis.
    from schemathesis.generation.hypothesis import builder

    for name in ("add_examples", "add_coverage"):
        original = getattr(builder, name, None)
        if original is not None and not hasattr(original, _DEFERRED):
            setattr(builder, name, _deferring(original))


def _deferring(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that keeps the call for ``generate``."""

    def defer(test: Any, *args: Any, **kwargs: Any) -> Any:
        calls = [*getattr(test, _DEFERRED, ()), lambda: original(test, *args, **kwargs)]
        setattr(test, _DEFERRED, calls)
        return test

    setattr(defer, _DEFERRED, True)
    return defer


def generate(item: pytest.Item, limit: int | None) -> None:
    """Generate a test's examples and coverage requests; keep at most ``limit``, evenly spread."""
    test: Any = getattr(item, "obj", None)
    calls = getattr(test, _DEFERRED, ())
    if calls:
        delattr(test, _DEFERRED)
        for call in calls:
            call()
    cases = getattr(test, "hypothesis_explicit_examples", None)
    if limit is not None and cases and len(cases) > limit:
        step = len(cases) / limit
        test.hypothesis_explicit_examples = [cases[int(n * step)] for n in range(limit)]
