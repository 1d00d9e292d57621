"""Where the documents and newer sources differ: what a sandbox's setting ``quirks`` selects."""

from collections.abc import Sequence
from typing import Any

from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.web.errors import Violation
from mockvoice.web.laravel import numeric_or_none
from mockvoice.web.request_context import RequestContext


def takes_any_rate(backend: GrowBackend) -> bool:
    """Return whether the rate of a line can be zero or negative.

    Documented: numeric, without a limit. Observed: the web form of the core demands more than zero.
    """
    return backend.strict


def line_violations(context: RequestContext, _: Sequence[Violation]) -> list[Violation]:
    """Return the rates of lines that are too low for this sandbox, as violations of Laravel's rule."""
    body = context.arguments.get("body")
    backend = None if context.sandbox is None else context.sandbox.backends["growcrm"]
    if not isinstance(backend, GrowBackend) or takes_any_rate(backend):
        return []
    items = body.get("items") if isinstance(body, dict) else None
    rates = [_rate(item) for item in items] if isinstance(items, list) else []
    return [
        Violation("body", ("items", position, "rate"), "numeric|gt:0", value=rate)
        for position, rate in enumerate(rates)
        if (number := numeric_or_none(rate)) is not None and number <= 0
    ]


def _rate(item: Any) -> Any:
    return item.get("rate") if isinstance(item, dict) else None
