"""ASP.NET's behaviour, with Json.NET as the reader of bodies.

Messages have Json.NET's form: a sentence, the path of the value, and the line and position at which
the reader stood.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from mockvoice.web.bodies import charset_of
from mockvoice.web.errors import MalformedBody, UnsupportedCharset, Violation, json_type
from mockvoice.web.framework import Framework
from mockvoice.web.json_positions import find_span, line_and_column

# In larger bodies, invalid bytes are not replaced and positions not searched for.
_MAX_SEARCHED = 256 * 1024
_CONTAINERS = ("array", "object")
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
    errors = "replace" if len(body) <= _MAX_SEARCHED else "strict"
    try:
        return body.decode(_CODECS[charset], errors).encode("utf-8", "replace")
    except UnicodeDecodeError as error:
        raise MalformedBody(f"The body is large and not in {charset}") from error


ASP_NET = Framework(decode_text=decode_text, encoded_slash="%2F", converts_json_values=True)


def malformed_message(error: MalformedBody) -> str:
    """Return the message for a body that is not JSON. Assumed: its path is empty."""
    if error.position is None or len(error.text) > _MAX_SEARCHED:
        return f"{error}."
    text = error.text.decode("utf-8", "replace")
    if error.position >= len(text.rstrip()):
        return f"Unexpected end when reading JSON. {_position(text, '', len(text))}"
    character = text[error.position]
    shown = character if character.isprintable() else f"\\u{ord(character):04x}"
    sentence = f"Unexpected character encountered while parsing value: {shown}."
    if error.position == 0:
        # Observed: the reader has no line yet.
        return f"{sentence} Path '', line 0, position 0."
    return f"{sentence} {_position(text, '', error.position)}"


@dataclass(frozen=True, slots=True)
class _SentValue:
    """A value as it was sent: its source, and where the reader stood after its first and last character.

    Without a position in the body, the source is the name of the value's type.
    """

    source: str
    at_start: str
    at_end: str

    @classmethod
    def find(cls, violation: Violation, body: bytes) -> Self:
        text = body.decode("utf-8", "replace") if len(body) <= _MAX_SEARCHED else ""
        path, span = json_path(violation.field), find_span(text, violation.field)
        if span is None:
            return cls(json_type(violation.value), f"Path '{path}'.", f"Path '{path}'.")
        source = text[span.start : span.end]
        return cls(source, _position(text, path, span.start + 1), _position(text, path, span.end))


def conversion_message(violation: Violation, body: bytes) -> str:
    """Return the message for a value of a body that does not fit its type.

    Observed: the form for text. Assumed: the others, which are those of the same reader.
    """
    sent, expected = _SentValue.find(violation, body), _expected_type(violation)
    sentence = _conversion_sentence(violation, expected, sent.source)
    if sentence is None:
        character = sent.source[:1]
        return f"Unexpected character encountered while parsing value: {character}. {sent.at_start}"
    return f"{sentence} {sent.at_end}"


def _conversion_sentence(violation: Violation, expected: str, source: str) -> str | None:
    """Return the sentence about a whole value; ``None`` for one that fails at its first character."""
    match json_type(violation.value):
        case _ if not expected:
            return f"Error converting value {_shorten(source)}."
        case "array" | "object" as kind if expected in _CONTAINERS:
            return f"Cannot deserialize the current JSON {kind} into an {expected}."
        case "string" if expected not in _CONTAINERS:
            name = _TYPE_NAMES.get(expected, expected)
            return f"Could not convert string to {name}: {_shorten(violation.value)}."
        case "null" if expected in _CLR_TYPES:
            return f"Error converting value {{null}} to type '{_CLR_TYPES[expected]}'."
        case "number" if expected == "integer":
            return f"Input string '{source}' is not a valid integer."
        case kind if expected in _CONTAINERS:
            value = violation.value if kind == "string" else source
            return f"Error converting value {_shorten(value)} to an {expected}."
        case _:
            return None


def out_of_bounds_message(violation: Violation, body: bytes) -> str:
    """Return the message for a value outside the contract's bounds.

    Observed: the one for whole numbers beyond 32 bits. Assumed: the other.
    """
    sent = _SentValue.find(violation, body)
    if violation.limit not in _INT32_BOUNDS:
        return f"The value {_shorten(sent.source)} is out of bounds. {sent.at_end}"
    if sent.source.startswith('"'):
        return f"Could not convert string to integer: {violation.value}. {sent.at_end}"
    return f"JSON integer {sent.source} is too large or small for an Int32. {sent.at_end}"


def json_path(field: Sequence[str | int]) -> str:
    """Return the path of a value, such as ``[0].lines[1].qty_order``."""
    path = ""
    for step in field:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


def _position(text: str, path: str, index: int) -> str:
    line, column = line_and_column(text, index)
    return f"Path '{path}', line {line}, position {column}."


def _expected_type(violation: Violation) -> str:
    """Return the type that the contract has for a value; empty if the violation is about no type."""
    if violation.rule == "date":
        return "DateTime"
    if violation.rule != "type":
        return ""
    limit: Any = violation.limit
    types = [limit] if isinstance(limit, str) else limit
    return next((str(name) for name in types if name != "null"), "object")


def _shorten(value: Any) -> str:
    return re.sub(r"\s+", " ", str(value)[:400])[:200]
