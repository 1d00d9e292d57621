"""Expensive requests of known kinds, for any operation: near the server's limits, valid or not."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from mockvoice.web.document import DocumentedOperation

LARGEST = 10 * 1024 * 1024 - 1024  # bytes of a body, below the server's limit
LENGTHS = (300, 3_000, 45_000)  # of lists; there may be 50,000 values
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=edge"


@dataclass(frozen=True)
class WorstRequest:
    """What is expensive about a request, its query and its body."""

    name: str
    query: str = ""
    body: bytes = b""
    media_type: str = JSON


def worst_requests(operation: DocumentedOperation, example: Any) -> Iterator[WorstRequest]:
    """Return the requests of an operation; bodies are made from the example of the contract."""
    yield from _queries(operation)
    if example is None:
        return
    for name, body in _json_bodies(example):
        yield WorstRequest(name, body=body)
    for name, body in _form_bodies():
        yield WorstRequest(name, body=body, media_type=FORM)
    for name, body in _multipart_bodies():
        yield WorstRequest(name, body=body, media_type=MULTIPART)


def _queries(operation: DocumentedOperation) -> Iterator[WorstRequest]:
    for parameter in operation.parameters:
        if parameter["in"] == "query":
            for value in ("1000000", "x" * 30_000, "1," * 15_000):
                query = f"{quote(parameter['name'])}={quote(value)}"
                yield WorstRequest(f"?{parameter['name']}={value[:8]}", query)
    yield WorstRequest("?search, 7,000 times", "&".join(["search=x"] * 7_000))


def _json_bodies(example: Any) -> Iterator[tuple[str, bytes]]:
    yield "numbers", b"[" + b"1," * (LARGEST // 2 - 2) + b"1]"
    yield "deep", b"[" * LARGEST
    yield "escapes", b'{"a":"' + b"\\u0041" * (LARGEST // 6 - 9) + b'"}'
    yield "no end", b'{"a":"' + b"x" * (LARGEST - 20)
    yield "no UTF-8", b'{"a":"' + b"\xe9" * (LARGEST - 20) + b'"}'
    yield "spaces", b" " * LARGEST
    yield "names", _dump({f"name{number}": number for number in range(LENGTHS[-1])})
    for path, items in _lists(example, ()):
        named = ".".join(map(str, path)) or "the body"
        kinds = {"valid": items, "empty": [{}], "null": [None], "wrong": [{"id": "x"}]}
        for kind, repeated in kinds.items():
            for length in LENGTHS if repeated else ():
                many = repeated * (length // len(repeated) + 1)
                yield f"{length} {kind} items in {named}", _dump(_replaced(example, path, many))
    for path in list(_texts(example, ()))[:3]:
        text = "x " * (LARGEST // 2 - 50_000)
        yield f"long {path[-1]}", _dump(_replaced(example, path, text))


def _form_bodies() -> Iterator[tuple[str, bytes]]:
    numbered = "&".join(f"a[{number}]=1" for number in range(2_400, 4_800))
    yield "appended fields", f"{numbered}&{'a[]=1&' * 2_400}".encode()
    yield "many fields", b"a=1&" * (LARGEST // 4)
    yield "nested fields", "&".join(f"a[{number}][b]=1" for number in range(4_900)).encode()
    yield "deep fields", "&".join(f"a{number}{'[]' * 62}=1" for number in range(160)).encode()
    yield "brackets", b"a" + b"[" * (LARGEST - 2)
    yield "escapes of a form", b"a=" + b"%41" * 99_000


def _multipart_bodies() -> Iterator[tuple[str, bytes]]:
    part = '--edge\r\nContent-Disposition: form-data; name="a[{0}]"\r\n\r\n1\r\n'
    parts = "".join(part.format(number) for number in range(100_000))
    yield "many parts", parts.encode()[:LARGEST] + b"--edge--\r\n"
    yield "almost boundaries", b"--edge\r\n" + b"\r\n--edg" * (LARGEST // 8)
    head = b'--edge\r\nContent-Disposition: form-data; name="'
    yield "long name", head + b"x" * (LARGEST - 200) + b'"\r\n\r\n1\r\n--edge--\r\n'
    same = (head + b"x" * 3_000 + b'"\r\n\r\n1\r\n') * 999
    yield "equal names", same + b"--edge--\r\n"


def _lists(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], list[Any]]]:
    if isinstance(value, list):
        yield path, value
        if value:
            yield from _lists(value[0], (*path, 0))
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _lists(member, (*path, name))


def _texts(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, str) and path:
        yield path
    elif isinstance(value, list) and value:
        yield from _texts(value[0], (*path, 0))
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _texts(member, (*path, name))


def _replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """Return a value with another one at a path."""
    if not path:
        return new
    name, rest = path[0], path[1:]
    if isinstance(value, list):
        return [_replaced(value[0], rest, new), *value[1:]]
    return {**value, name: _replaced(value[name], rest, new)}


def _dump(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()[:LARGEST]
