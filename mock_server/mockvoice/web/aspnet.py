"""ASP.NET's behaviour, with Json.NET as the reader of bodies.

Messages have Json.NET's form: a sentence, the path of the value, and the line and position at which
the reader stood.
"""

import re
from collections.abc import Sequence
from typing import Any

from mockvoice.web.bodies import charset_of
from mockvoice.web.errors import MalformedBody, UnsupportedCharset, Violation, json_type
from mockvoice.web.framework import Framework
from mockvoice.web.json_positions import Span, find_span, line_and_column

# Positions in larger bodies are not searched for.
_MAX_SEARCHED = 256 * 1024
_TYPE_NAMES = {"integer": "integer", "number": "double", "boolean": "boolean", "string": "string"}
_CLR_TYPES = {"integer": "System.Int32", "number": "System.Double", "boolean": "System.Boolean"}
_INT32_BOUNDS = (-(2**31), 2**31 - 1)
_CODECS = {"utf-8": "utf-8", "utf-16": "utf-16-le"}


def decode_text(body: bytes, content_type: str) -> bytes:
    """Return the UTF-8 text of a JSON body in UTF-8 or, if the charset says so, in UTF-16.

    Assumed: a byte order mark is not skipped, so the text that it begins is no JSON.
    """
    charset = charset_of(content_type)
    if charset == "utf-8":
        # Observed: whitespace alone is an empty body.
        return b"" if body.isspace() else body
    if charset not in _CODECS:
        raise UnsupportedCharset(charset)
    return body.decode(_CODECS[charset], "replace").encode("utf-8", "replace")


ASP_NET = Framework(decode_text=decode_text, encoded_slash="%2F", reads_json_loosely=True)


def malformed_message(error: MalformedBody) -> str:
    """Return the message for a body that is not JSON. Assumed: its path is empty."""
    text = error.text.decode("utf-8", "replace")
    if error.position is None:
        return f"{error}."
    if error.position >= len(text.rstrip()):
        return f"Unexpected end when reading JSON. {_place(text, '', len(text))}"
    character = text[error.position]
    shown = character if character.isprintable() else f"\\u{ord(character):04x}"
    sentence = f"Unexpected character encountered while parsing value: {shown}."
    if error.position == 0:
        # Observed: the reader has no line yet.
        return f"{sentence} Path '', line 0, position 0."
    return f"{sentence} {_place(text, '', error.position)}"


def conversion_message(violation: Violation, body: bytes) -> str:
    """Return the message for a value of a body that does not fit its type.

    Observed: the form for text. Assumed: the others, which are those of the same reader.
    """
    text = body.decode("utf-8", "replace") if len(body) <= _MAX_SEARCHED else ""
    path = json_path(violation.field)
    span = find_span(text, violation.field)
    end = None if span is None else span.end
    kind, expected = json_type(violation.value), _expected_type(violation)
    match kind:
        case "string" if expected in ("array", "object"):
            sentence = f"Error converting value {_shorten(violation.value)} to an {expected}."
        case "string":
            name = _TYPE_NAMES.get(expected, expected)
            sentence = f"Could not convert string to {name}: {_shorten(violation.value)}."
        case "null" if expected in _CLR_TYPES:
            sentence = f"Error converting value {{null}} to type '{_CLR_TYPES[expected]}'."
        case "array" | "object" if expected in ("array", "object"):
            sentence = f"Cannot deserialize the current JSON {kind} into an {expected}."
        case "number" if expected == "integer":
            sentence = f"Input string '{_source(text, span, violation)}' is not a valid integer."
        case _ if expected in ("array", "object"):
            value = _source(text, span, violation)
            sentence = f"Error converting value {value} to an {expected}."
        case _:
            character = _source(text, span, violation)[:1]
            sentence = f"Unexpected character encountered while parsing value: {character}."
            end = None if span is None else span.start + 1
    return f"{sentence} {_place(text, path, end)}"


def out_of_bounds_message(violation: Violation, body: bytes) -> str:
    """Return the message for a value outside the contract's bounds.

    Observed: the one for whole numbers beyond 32 bits. Assumed: the other.
    """
    text = body.decode("utf-8", "replace") if len(body) <= _MAX_SEARCHED else ""
    span = find_span(text, violation.field)
    value = _shorten(_source(text, span, violation))
    sentence = f"The value {value} is out of bounds."
    if violation.limit in _INT32_BOUNDS:
        sentence = (
            f"Could not convert string to integer: {violation.value}."
            if value.startswith('"')
            else f"JSON integer {value} is too large or small for an Int32."
        )
    place = _place(text, json_path(violation.field), None if span is None else span.end)
    return f"{sentence} {place}"


def json_path(field: Sequence[str | int]) -> str:
    """Return the path of a value, such as ``[0].lines[1].qty_order``."""
    path = ""
    for step in field:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


def _place(text: str, path: str, index: int | None) -> str:
    if index is None:
        return f"Path '{path}'."
    line, column = line_and_column(text, index)
    return f"Path '{path}', line {line}, position {column}."


def _expected_type(violation: Violation) -> str:
    if violation.rule == "date":
        return "DateTime"
    limit: Any = violation.limit
    types = [limit] if isinstance(limit, str) else limit if isinstance(limit, list) else []
    return next((str(name) for name in types if name != "null"), "object")


def _source(text: str, span: Span | None, violation: Violation) -> str:
    """Return a value as it was sent; without its position, a name of its type."""
    return text[span.start : span.end] if span is not None else json_type(violation.value)


def _shorten(value: Any) -> str:
    return re.sub(r"\s+", " ", str(value))[:200]
