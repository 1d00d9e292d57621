"""Request bodies as data: strict JSON, and forms whose bracketed keys make lists and objects."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from mockvoice.web.errors import MalformedBody, MalformedForm

# Deeper than any vendor's data, and far from the depth at which a parser or a validator breaks.
DEPTH_TAKEN = 64
FORM_FIELDS_TAKEN = 20_000

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_PART = re.compile(r"\[([^\[\]]*)\]")

BodyParser = Callable[[bytes], Any]


def parse_json(body: bytes) -> Any:
    """The value of a JSON text; of an empty one, ``None``.

    Raises ``MalformedBody`` for anything that is not JSON: NaN and numbers beyond a double, bytes
    that are no UTF-8, lone surrogates, trailing text, more than 64 levels.
    """
    if not body:
        return None
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedBody(f"The body is not JSON: {error}") from error
    # Only a body with many opening brackets can be deep, so most are not walked.
    if body.count(b"[") + body.count(b"{") > DEPTH_TAKEN and _deeper_than(value, DEPTH_TAKEN):
        raise MalformedBody(f"The body is nested deeper than {DEPTH_TAKEN} levels")
    return value


def _deeper_than(value: Any, levels: int) -> bool:
    layer = [value]
    for _ in range(levels + 1):
        layer = [
            child
            for node in layer
            if isinstance(node, (dict, list))
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not layer:
            return False
    return True


def parse_form(body: bytes) -> dict[str, Any]:
    """The fields of a URL-encoded form; every leaf is text.

    Keys may be bracketed as PHP does it: ``items[0][rate]`` is a field of the first item,
    ``tags[]`` appends. Of a plain key sent twice the last counts. An object whose keys are
    all whole numbers is a list in their order. Raises ``MalformedForm`` for bytes that are no UTF-8 and for keys that
    go deeper than 64 levels.
    """
    try:
        text = body.decode("ascii")
        pairs = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=FORM_FIELDS_TAKEN
        )
    except ValueError as error:
        raise MalformedForm(f"The body is not a URL-encoded form: {error}") from error
    return unbracket(pairs)


def unbracket(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Fields with bracketed keys, as nested objects and lists. Raises ``MalformedForm``."""
    root: dict[str, Any] = {}
    for key, value in pairs:
        match = _KEY.fullmatch(key)
        parts = [match[1], *_PART.findall(match[2])] if match else [key]
        if len(parts) > DEPTH_TAKEN:
            raise MalformedForm(f"A field is nested deeper than {DEPTH_TAKEN} levels")
        node = root
        for part in parts[:-1]:
            name = part or _free(node)
            child = node.get(name)
            if not isinstance(child, dict):
                child = node[name] = {}
            node = child
        node[parts[-1] or _free(node)] = value
    return {key: _listed(value) for key, value in root.items()}


def _free(node: dict[str, Any]) -> str:
    """The next whole number that is no key yet, as ``[]`` asks for."""
    number = len(node)
    while str(number) in node:
        number += 1
    return str(number)


def _listed(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if all(key.isascii() and key.isdigit() for key in node):
        return [_listed(node[key]) for key in sorted(node, key=lambda k: int(k[:18]))]
    return {key: _listed(value) for key, value in node.items()}


MULTIPART = "multipart/form-data"
PARTS_TAKEN = 1_000


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart form."""

    name: str  # as the sender calls it; never a path to open
    media_type: str
    content: bytes


Parts = dict[str, str | Upload]


def parse_multipart(body: bytes, content_type: str) -> Parts:
    """The parts of a multipart form by name: text, or files.

    A name that comes again is numbered: ``file``, ``file.1``. Raises ``MalformedForm``.
    """
    boundary = parse_options_header(content_type)[1].get("boundary", "")
    if not boundary:
        raise MalformedForm("The content type names no boundary")
    decoder = MultipartDecoder(boundary.encode("latin-1", "replace"), max_parts=PARTS_TAKEN)
    parts: Parts = {}
    try:
        decoder.receive_data(body)
        decoder.receive_data(None)
        while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
            if isinstance(event, Field | File):
                parts[_unused(event.name, parts)] = _part(event, decoder)
    except (ValueError, HTTPException) as error:
        raise MalformedForm("The body is not a multipart form") from error
    return parts


def _part(head: Field | File, decoder: MultipartDecoder) -> str | Upload:
    chunks: list[bytes] = []
    more = True
    while more:
        event = decoder.next_event()
        if not isinstance(event, Data):
            raise MalformedForm("A part of the form has no end")
        chunks.append(event.data)
        more = event.more_data
    content = b"".join(chunks)
    if isinstance(head, File):
        media_type = head.headers.get("content-type") or "application/octet-stream"
        return Upload(head.filename, media_type, content)
    return content.decode("utf-8", "replace")


def _unused(name: str | None, parts: Mapping[str, Any]) -> str:
    wanted = name or "part"
    number, free = 0, wanted
    while free in parts:
        number += 1
        free = f"{wanted}.{number}"
    return free


def as_schema_value(parts: Parts) -> dict[str, str]:
    """What a contract can say of a form's parts: a file counts as text."""
    return {name: part if isinstance(part, str) else "" for name, part in parts.items()}


def body_parser(media_type: str) -> BodyParser:
    """How a body of one of a contract's media types is read. Raises ``ValueError`` if it cannot be."""
    if media_type == "application/x-www-form-urlencoded":
        return parse_form
    if media_type.endswith(("/json", "+json")):
        return parse_json
    raise ValueError(f"bodies of type {media_type} cannot be read")
