"""Files of requests, as JSON Lines, and requests as lines of text."""

import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import orjson

from mockvoice import output_files
from mockvoice.seeding.options import InvalidSeedOptions
from mockvoice.seeding.remote.request_builder import RequestBuilder
from mockvoice.seeding.requests import (
    InvalidRequestData,
    Request,
    as_json,
    from_json,
    resolve_refs,
)


def dump(requests: Iterable[Request], file: Path) -> None:
    """Write requests as JSON Lines. Raises ``OutputError``."""
    output_files.write(file, (orjson.dumps(as_json(request)) + b"\n" for request in requests))


def load(file: Path, builder: RequestBuilder) -> list[Request]:
    """Return the requests of a file.

    Raises ``InvalidSeedOptions`` if a line is not a request that the builder can build.
    """
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise InvalidSeedOptions(f"{file} cannot be read: {error.strerror}") from error
    requests = [_parse(line, f"{file}, line {number}") for number, line in enumerate(lines, 1)]
    builder.check(requests)
    return requests


def _parse(line: bytes, location: str) -> Request:
    try:
        return from_json(json.loads(line, parse_float=Decimal))
    except InvalidRequestData as error:
        raise InvalidSeedOptions(f"{location}: {error}") from error
    except ValueError as error:
        raise InvalidSeedOptions(f"{location} is not JSON: {error}") from error


def render(requests: Iterable[Request], builder: RequestBuilder) -> Iterable[str]:
    """Yield a line per request: method, path and body, with references in angle brackets."""
    for request in requests:
        placeholders = _Placeholders()
        api_request = builder.build(
            request.operation,
            resolve_refs(dict(request.path), placeholders),
            resolve_refs(dict(request.query), placeholders),
            as_json(request).get("body"),
        )
        body = "" if api_request.body is None else " " + api_request.body.decode()
        yield f"{api_request.method} {unquote(api_request.path)}{body}"


class _Placeholders(dict[str, Any]):
    """Placeholders for values of responses that do not exist yet, by the name of the request."""

    def __missing__(self, name: str) -> "_RequestPlaceholders":
        return _RequestPlaceholders(name)


class _RequestPlaceholders(dict[str, str]):
    def __init__(self, request: str) -> None:
        super().__init__()
        self._request = request

    def __missing__(self, name: str) -> str:
        return f"<{self._request}: {name}>"
