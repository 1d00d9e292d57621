"""A world told as the requests that made it.

A history is JSON: ``{"requests": [{"day": -120, "time": "09:30", "operation": "invoices.create",
"arguments": {"body": {…}}}, …]}``, in the order of time. ``day`` counts from today, so that the
world is always fresh: what was due last week is due last week whenever it is told. In the
arguments, ``{"$day": n}`` stands for the date of that day, and ``{"$from": "cafe", "at":
"data/id"}`` for a part of the answer to the request that is marked ``"as": "cafe"``: ids that are
drawn by chance have no other name.
"""

import functools
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from typing import Any

from mockvoice.kernel.backend import Backend

History = Mapping[str, Any]


def replay(backend: Backend, handlers: str, history: History) -> None:
    """Carry out a history's requests, each at its own instant of the backend's clock.

    The clock ends where it stood; whatever falls due on the way happens. A request that a rule
    refuses ends the replay with that refusal, and nothing of it has happened.
    """
    end = backend.clock.now()
    answers: dict[str, Any] = {}
    with backend.transaction():
        for request in history["requests"]:
            at = _instant(end.date(), request)
            if at > end:
                raise ValueError(f"{request['operation']} lies in the future, on {at}")
            backend.clock.set(at)
            _settle(backend)
            arguments = resolve_placeholders(request.get("arguments", {}), end.date(), answers)
            answer = _handler(handlers, request["operation"])(backend, **arguments)
            if "as" in request:
                answers[request["as"]] = answer
        backend.clock.set(end)
        backend.run_due_events()


def _settle(backend: Backend) -> None:
    due = backend.next_event_at()
    if due is not None and due <= backend.clock.now():
        backend.run_due_events()


def _instant(today: date, request: Mapping[str, Any]) -> datetime:
    day = today + timedelta(days=request["day"])
    return datetime.combine(day, time.fromisoformat(request.get("time", "00:00")), UTC)


@functools.cache
def _handler(package: str, operation: str) -> Callable[..., Any]:
    module, _, action = operation.rpartition(".")
    found: Callable[..., Any] = getattr(import_module(f"{package}.{module}"), action)
    return found


def resolve_placeholders(value: Any, today: date, answers: Mapping[str, Any] | None = None) -> Any:
    """The value with days counted from today as dates, and with what earlier answers say."""
    if type(value) is dict:
        if len(value) == 1 and "$day" in value:
            return (today + timedelta(days=value["$day"])).isoformat()
        if "$from" in value:
            found = (answers or {})[value["$from"]]
            for name in value["at"].split("/"):
                found = found[name]
            return found
        return {key: resolve_placeholders(each, today, answers) for key, each in value.items()}
    if type(value) is list:
        return [resolve_placeholders(each, today, answers) for each in value]
    return value
