"""Requests of a vendor's API, whose values may refer to responses to earlier requests."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Any, TypeVar

from msgspec import Struct, ValidationError, convert, field

_CENT = Decimal("0.01")
_NOTHING: Mapping[str, Any] = MappingProxyType({})
Extracted = Mapping[str, Mapping[str, Any]]  # by the name of the request
_Struct = TypeVar("_Struct", bound=Struct)


class UnresolvedReference(Exception):
    """A reference to a value that no earlier request has extracted."""


class InvalidRequestData(ValueError):
    """JSON data is not a request; the message names the field and the expected type."""


class ResponseRef(Struct, frozen=True, forbid_unknown_fields=True):
    """A reference to a value of the response to an earlier request.

    ``percent`` refers to that share of an amount, rounded to the cent; ``after`` to the remainder
    after such shares. So all parts add up to the amount.
    """

    request: str = field(name="$from")
    at: str = "id"
    percent: int | None = None
    after: tuple[int, ...] = ()
    text: bool = False  # sent as a string, for an API that does not accept a number


class ExistingRecordQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """A query for the record that a request created or changed, if the response was lost.

    ``operation`` reads a list, which is at ``rows`` in its response, or a single record if
    ``rows`` is ``None``. ``where`` maps paths to the values that identify the record; ``extracts``
    maps the names of the lost values to their paths in the record.
    """

    operation: str
    where: Mapping[str, Any]
    rows: str | None = None
    extracts: Mapping[str, str] = _NOTHING
    path: Mapping[str, Any] = _NOTHING
    query: Mapping[str, Any] = _NOTHING


class Request(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One request; ``day`` is counted from today.

    ``extracts`` maps the names of values that later requests need to their paths in the response.
    A request must be safe to repeat: ``lookup`` finds the record of the first one, the API rejects
    the second with one of ``done_statuses``, or the second only sets values that are already set.
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


def resolve_refs(value: Any, extracted: Extracted) -> Any:
    """Return the value as plain JSON data. Raises ``UnresolvedReference``."""
    kind = type(value)
    if kind is dict:
        return {name: resolve_refs(item, extracted) for name, item in value.items()}
    if kind is list:
        return [resolve_refs(item, extracted) for item in value]
    if kind is ResponseRef:
        return _resolve(value, extracted)
    if kind is Decimal:
        return _number(value)
    return value


def part(response: Any, at: str) -> Any:
    """Return the value at a path such as ``data/id`` or ``0/id``; ``""`` is the whole response.

    Raises ``LookupError`` if the path does not exist.
    """
    for name in at.split("/") if at else ():
        response = response[int(name)] if isinstance(response, list) else response[name]
    return response


def extract(response: Any, extracts: Mapping[str, str]) -> dict[str, Any]:
    """Return values by name. Raises ``LookupError`` or ``TypeError`` if a path does not exist."""
    return {name: part(response, at) for name, at in extracts.items()}


def _resolve(ref: ResponseRef, extracted: Extracted) -> Any:
    value = _referenced_value(ref, extracted)
    if ref.text:
        return str(value)
    if ref.percent is None and not ref.after:
        return _number(value) if type(value) is Decimal else value
    whole = Decimal(str(value))
    if ref.percent is not None:
        return _number(_share(whole, ref.percent))
    return _number(whole - sum((_share(whole, percent) for percent in ref.after), Decimal(0)))


def _referenced_value(ref: ResponseRef, extracted: Extracted) -> Any:
    try:
        values = extracted[ref.request]
    except KeyError:
        raise UnresolvedReference(
            f"a request refers to {ref.request!r}, which no earlier request creates"
        ) from None
    try:
        return values[ref.at]
    except KeyError:
        raise UnresolvedReference(
            f"a request refers to {ref.at!r} of {ref.request!r}, which that request does not extract"
        ) from None


def _share(whole: Decimal, percent: int) -> Decimal:
    return (whole * percent / 100).quantize(_CENT, ROUND_HALF_UP)


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def as_json(request: Request) -> dict[str, Any]:
    """Return the request as JSON data, the inverse of ``from_json``."""
    record: dict[str, Any] = {
        "name": request.name,
        "day": request.day,
        "operation": request.operation,
    }
    for name in ("path", "query", "body", "extracts"):
        if getattr(request, name):
            record[name] = _dump(getattr(request, name))
    if request.done_statuses:
        record["done_statuses"] = sorted(request.done_statuses)
    if request.lookup is not None:
        fields = ("operation", "rows", "where", "extracts", "path", "query")
        record["lookup"] = {name: _dump(getattr(request.lookup, name)) for name in fields}
    return record


def from_json(record: Any) -> Request:
    """Return the request of JSON data. Raises ``InvalidRequestData``."""
    return _convert(_load(record, ""), Request, "")


def _convert(data: Any, kind: type[_Struct], path: str) -> _Struct:
    try:
        return convert(data, kind)
    except ValidationError as error:
        # For example: Expected `int`, got `str` - at `$.day`
        problem, _, inner_path = str(error).partition(" - at `$")
        location = (path + inner_path.removesuffix("`")).removeprefix(".")
        problem = problem[0].lower() + problem[1:]
        raise InvalidRequestData(f"{location}: {problem}" if location else problem) from error


def _dump(value: Any) -> Any:
    match value:
        case ResponseRef():
            record: dict[str, Any] = {"$from": value.request, "at": value.at}
            record |= {"percent": value.percent} if value.percent is not None else {}
            record |= {"after": list(value.after)} if value.after else {}
            return record | ({"text": True} if value.text else {})
        case Mapping():
            return {name: _dump(item) for name, item in value.items()}
        case list():
            return [_dump(item) for item in value]
        case Decimal():
            return _number(value)
        case _:
            return value


def _load(value: Any, path: str) -> Any:
    """Return JSON data with its references as ``ResponseRef``."""
    match value:
        case {"$from": _}:
            return _convert(value, ResponseRef, path)
        case dict():
            return {name: _load(item, f"{path}.{name}") for name, item in value.items()}
        case list():
            return [_load(item, f"{path}[{index}]") for index, item in enumerate(value)]
        case _:
            return value
