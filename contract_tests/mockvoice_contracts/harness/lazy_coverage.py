"""Generate the requests of Schemathesis' example and coverage phases when a test runs.

Schemathesis does it during collection, which takes a second for a large operation. Only selected
tests need it, and only in the process that runs them, while every process collects all tests.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest

from mockvoice_contracts.harness.client import FORM, JSON

_DEFERRED = "mockvoice_deferred_phases"
_EXAMPLES, _COVERAGE = "add_examples", "add_coverage"
# The function that analyses a whole contract for one warning, about a setting which no suite has.
_WARNINGS = "emit_openapi_auth_warnings"
# The function of a phase, an operation, and what generates its requests.
_Call = tuple[str, Any, Callable[[], Any]]


def install() -> None:
    """Defer both phases, except those whose function this release of Schemathesis does not have."""
    # A check that ends before its tests does not need Schemathesis.
    from schemathesis.generation.hypothesis import builder
    from schemathesis.pytest import plugin

    for name in (_EXAMPLES, _COVERAGE):
        original = getattr(builder, name, None)
        if original is not None and not hasattr(original, _DEFERRED):
            setattr(builder, name, _deferring(name, original))
    if hasattr(plugin, _WARNINGS):
        setattr(plugin, _WARNINGS, lambda schema: None)


def _deferring(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that keeps the call for ``generate``."""

    def defer(test: Any, operation: Any, *args: Any, **kwargs: Any) -> Any:
        call = name, operation, lambda: original(test, operation, *args, **kwargs)
        setattr(test, _DEFERRED, [*getattr(test, _DEFERRED, ()), call])
        return test

    setattr(defer, _DEFERRED, True)
    return defer


def generate(item: pytest.Item, limit: int | None, *, forms: bool = True) -> None:
    """Generate a test's examples and coverage requests; keep at most ``limit``, evenly spread.

    Without ``forms``, operations that also take JSON have no coverage requests with a form.
    """
    test: Any = getattr(item, "obj", None)
    calls: list[_Call] = getattr(test, _DEFERRED, [])
    if calls:
        delattr(test, _DEFERRED)
    for name, operation, call in calls:
        with _without_forms(operation) if name == _COVERAGE and not forms else nullcontext():
            call()
    cases = getattr(test, "hypothesis_explicit_examples", None)
    if limit is not None and cases and len(cases) > limit:
        step = len(cases) / limit
        test.hypothesis_explicit_examples = [cases[int(n * step)] for n in range(limit)]


@contextmanager
def _without_forms(operation: Any) -> Iterator[None]:
    """Hide the forms of an operation while its requests are generated.

    Requests without the tested body have the first one, so this must be JSON.
    """
    bodies = operation.body.items
    if bodies and bodies[0].media_type == JSON:
        operation.body.items = [body for body in bodies if body.media_type != FORM]
    try:
        yield
    finally:
        operation.body.items = bodies
