"""Create demo data by replaying the requests of a fixture.

A fixture is JSON: ``{"requests": [{"day": -120, "time": "09:30", "operation": "invoices.create",
"arguments": {"body": {…}}}, …]}``, sorted by time. ``day`` is relative to today, so the data is
always recent. In the arguments, ``{"$day": n}`` stands for the date of that day, and
``{"$from": "cafe", "at": "data/id"}`` for a part of the response to the request that is marked
``"as": "cafe"``, since random ids are not known in advance.
"""

import functools
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from typing import Any

from mockvoice.kernel.backend import Backend

Fixture = Mapping[str, Any]


def replay(backend: Backend, handlers: str, fixture: Fixture) -> None:
    """Execute a fixture's requests, with the backend's clock set to the time of each.

    The clock is restored at the end; due events run in order. A rejected request ends the replay
    with its error, and no change remains.
    """
    end = backend.clock.now()
    responses: dict[str, Any] = {}
    with backend.transaction():
        for request in fixture["requests"]:
            at = _instant(end.date(), request)
            if at > end:
                raise ValueError(f"{request['operation']} lies in the future, on {at}")
            backend.clock.set(at)
            _run_due_events(backend)
            arguments = resolve_placeholders(request.get("arguments", {}), end.date(), responses)
            response = _find_handler(handlers, request["operation"])(backend, **arguments)
            if "as" in request:
                responses[request["as"]] = response
        backend.clock.set(end)
        backend.run_due_events()


def _run_due_events(backend: Backend) -> None:
    due_at = backend.next_event_at()
    if due_at is not None and due_at <= backend.clock.now():
        backend.run_due_events()


def _instant(today: date, request: Mapping[str, Any]) -> datetime:
    day = today + timedelta(days=request["day"])
    return datetime.combine(day, time.fromisoformat(request.get("time", "00:00")), UTC)


@functools.cache
def _find_handler(package: str, operation: str) -> Callable[..., Any]:
    module, _, action = operation.rpartition(".")
    handler: Callable[..., Any] = getattr(import_module(f"{package}.{module}"), action)
    return handler


def resolve_placeholders(
    value: Any, today: date, responses: Mapping[str, Any] | None = None
) -> Any:
    """Replace relative days by dates, and references by parts of earlier responses."""
    if type(value) is dict:
        if len(value) == 1 and "$day" in value:
            return (today + timedelta(days=value["$day"])).isoformat()
        if "$from" in value:
            part = (responses or {})[value["$from"]]
            for name in value["at"].split("/"):
                part = part[name]
            return part
        return {key: resolve_placeholders(item, today, responses) for key, item in value.items()}
    if type(value) is list:
        return [resolve_placeholders(item, today, responses) for item in value]
    return value
