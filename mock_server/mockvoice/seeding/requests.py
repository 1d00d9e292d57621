"""Requests of a vendor's API whose values may wait for the answers to earlier ones."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Any

from msgspec import Struct

_CENT = Decimal("0.01")
_NOTHING: Mapping[str, Any] = MappingProxyType({})
Extracted = Mapping[str, Mapping[str, Any]]  # by a request's name, what was kept of its answer


class ResponseRef(Struct, frozen=True):
    """A value out of the answer to an earlier request.

    With ``percent`` it is that share of an amount, to the cent; with ``after``, what such shares
    leave over, so that all of them together are the whole.
    """

    request: str
    at: str = "id"
    percent: int | None = None
    after: tuple[int, ...] = ()
    text: bool = False  # told as text, where a number would not be taken


class ExistingRecordQuery(Struct, frozen=True):
    """How a request's outcome is found again when its answer was lost.

    ``operation`` reads a list, which stands at ``rows`` in its answer, or with ``rows`` None one
    record. The record that has the values of ``where`` is the one, and ``extracts`` says where in
    it is what the lost answer would have told.
    """

    operation: str
    where: Mapping[str, Any]
    rows: str | None = None
    extracts: Mapping[str, str] = _NOTHING
    path: Mapping[str, Any] = _NOTHING
    query: Mapping[str, Any] = _NOTHING


class Request(Struct, frozen=True, kw_only=True):
    """One request, on a day that is counted from today.

    ``extracts`` names what later requests need of its answer, and where that stands in it. Sent a
    second time it must do no harm: because the first is found by ``lookup``, because the API
    refuses it with one of ``done_statuses``, or because it only sets what is set already.
    """

    name: str
    operation: str
    day: int
    path: Mapping[str, Any] = _NOTHING
    query: Mapping[str, Any] = _NOTHING
    body: Any = None
    extracts: Mapping[str, str] = _NOTHING
    lookup: ExistingRecordQuery | None = None
    done_statuses: frozenset[int] = frozenset()


def resolve_refs(value: Any, kept: Extracted) -> Any:
    """The value as plain JSON data. Raises ``KeyError`` if it waits for an answer that is not there."""
    kind = type(value)
    if kind is dict:
        return {name: resolve_refs(each, kept) for name, each in value.items()}
    if kind is list:
        return [resolve_refs(each, kept) for each in value]
    if kind is ResponseRef:
        return _found(value, kept)
    if kind is Decimal:
        return _number(value)
    return value


def part(answer: Any, at: str) -> Any:
    """What stands in an answer at a path such as ``data/id`` or ``0/id``; ``""`` is all of it.

    Raises ``LookupError`` if nothing stands there.
    """
    for name in at.split("/") if at else ():
        answer = answer[int(name)] if isinstance(answer, list) else answer[name]
    return answer


def extract(answer: Any, extracts: Mapping[str, str]) -> dict[str, Any]:
    """What is to be kept of an answer. Raises ``LookupError`` or ``TypeError`` if it is not there."""
    return {name: part(answer, at) for name, at in extracts.items()}


def _found(wanted: ResponseRef, kept: Extracted) -> Any:
    value = kept[wanted.request][wanted.at]
    if wanted.text:
        return str(value)
    if wanted.percent is None and not wanted.after:
        return _number(value) if type(value) is Decimal else value
    whole = Decimal(str(value))
    if wanted.percent is not None:
        return _number(_share(whole, wanted.percent))
    return _number(whole - sum((_share(whole, each) for each in wanted.after), Decimal(0)))


def _share(whole: Decimal, percent: int) -> Decimal:
    return (whole * percent / 100).quantize(_CENT, ROUND_HALF_UP)


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def as_json(request: Request) -> dict[str, Any]:
    """The request as JSON data, from which ``from_json`` makes it again."""
    record: dict[str, Any] = {
        "name": request.name,
        "day": request.day,
        "operation": request.operation,
    }
    for name in ("path", "query", "body", "extracts"):
        if getattr(request, name):
            record[name] = _unresolved(getattr(request, name))
    if request.done_statuses:
        record["done_statuses"] = sorted(request.done_statuses)
    if request.lookup is not None:
        fields = ("operation", "rows", "where", "extracts", "path", "query")
        record["lookup"] = {name: _unresolved(getattr(request.lookup, name)) for name in fields}
    return record


def from_json(record: Mapping[str, Any]) -> Request:
    """The request that JSON data tells. Raises ``KeyError``, ``TypeError`` or ``ValueError`` if it tells none."""
    given = {name: _waiting(value) for name, value in record.items()}
    if not all(isinstance(given.get(name), str) for name in ("name", "operation")):
        raise ValueError("a request needs a name and an operation")
    if "lookup" in given:
        given["lookup"] = ExistingRecordQuery(**given["lookup"])
    given["done_statuses"] = frozenset(given.get("done_statuses", ()))
    return Request(**given)


def _unresolved(value: Any) -> Any:
    match value:
        case ResponseRef():
            told: dict[str, Any] = {"$from": value.request, "at": value.at}
            told |= {"percent": value.percent} if value.percent is not None else {}
            told |= {"after": list(value.after)} if value.after else {}
            return told | ({"text": True} if value.text else {})
        case Mapping():
            return {name: _unresolved(each) for name, each in value.items()}
        case list():
            return [_unresolved(each) for each in value]
        case Decimal():
            return _number(value)
        case _:
            return value


def _waiting(value: Any) -> Any:
    match value:
        case {"$from": _}:
            return _from(value)
        case dict():
            return {name: _waiting(each) for name, each in value.items()}
        case list():
            return [_waiting(each) for each in value]
        case _:
            return value


def _from(told: Mapping[str, Any]) -> ResponseRef:
    after, text = tuple(told.get("after", ())), told.get("text", False)
    return ResponseRef(told["$from"], told["at"], told.get("percent"), after, text)
