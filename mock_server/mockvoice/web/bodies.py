"""Parse request bodies: strict JSON, and forms whose bracketed keys denote lists and objects."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import orjson
from werkzeug.http import parse_options_header

from mockvoice.web.errors import MalformedBody, MalformedForm, TooManyValues

# The bytes and brackets above which a body is parsed and validated in a thread.
LARGE_BODY = 64 * 1024
_MANY_BRACKETS = 500
# Deeper than any vendor's data, and far below the depth at which a parser or validator fails.
MAX_DEPTH = 64

# The end of a number with a point that only zeros follow, or with an exponent. Texts may match too.
_WHOLE_FLOAT = re.compile(rb"[0-9](?:\.0++(?![0-9])|[eE])")
_MAX_SEARCHED = 64 * 1024  # bytes; numbers with an exponent are not searched for in larger bodies
_MAX_EXACT = 2**53  # greater floats have no exact value

_PHP_KEY_CHARACTERS = str.maketrans(". ", "__")

T = TypeVar("T")

# Parses a body; gets the header ``Content-Type`` too.
BodyParser = Callable[[bytes, str], Any]


def is_large(body: bytes) -> bool:
    """Whether a body may take long to be read: it has many bytes, or many lists or objects."""
    size = len(body)
    if size <= _MANY_BRACKETS:
        return False
    # Forms may have escaped brackets.
    return size > LARGE_BODY or sum(map(body.count, (b"[", b"{", b"%5"))) > _MANY_BRACKETS


def load_json(body: bytes) -> Any:
    """Return the value of a JSON text as it was sent.

    Raises ``MalformedBody`` for anything that is not JSON: NaN, numbers beyond a double, invalid
    UTF-8, lone surrogates, trailing text, more than 64 levels.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if "UTF-8:" in error.msg:  # the parser does not say where
            raise MalformedBody("The body is not JSON: it is not UTF-8", body) from error
        raise MalformedBody(f"The body is not JSON: {error}", body, error.pos) from error
    # Only a body with many opening brackets can be deep, so most need no check of every level.
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _deeper_than(value, MAX_DEPTH):
        raise MalformedBody(f"The body is nested deeper than {MAX_DEPTH} levels")
    return value


def parse_json(body: bytes, _: str = "") -> Any:
    """Parse a JSON body; an empty one is ``None``. A number such as ``8.0`` is a whole number.

    Raises ``MalformedBody``, as ``load_json``.
    """
    if not body:
        return None
    value = load_json(body)
    # The values of a body without such a number are not visited.
    large = len(body) > _MAX_SEARCHED
    may_have_zeros = b".0" in body if large else _WHOLE_FLOAT.search(body)
    return _with_whole_numbers(value) if may_have_zeros else value


def as_whole_number(number: float) -> int | float:
    """Return a float without a fraction as an integer, if it is small enough to be exact."""
    return int(number) if number.is_integer() and abs(number) < _MAX_EXACT else number


def _with_whole_numbers(value: Any) -> Any:
    """Convert floats without a fraction to integers, which responses would show as ``8.0``.

    Objects and lists are changed in place.
    """
    if isinstance(value, float):
        return as_whole_number(value)
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(item, float | dict | list):
                value[key] = _with_whole_numbers(item)
    return value


def _deeper_than(value: Any, levels: int) -> bool:
    nodes = [value]
    for _ in range(levels + 1):
        nodes = [
            child
            for node in nodes
            if isinstance(node, (dict, list))
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not nodes:
            return False
    return True


def parse_form(body: bytes, _: str = "") -> dict[str, Any]:
    """Parse a URL-encoded form; every leaf is text.

    Keys may have brackets as in PHP: ``items[0][rate]`` is a field of the first item, ``tags[]``
    appends; dots and spaces before the brackets become underscores. If a plain key is repeated, the
    last value is used. An object whose keys are all whole numbers becomes a list in their order.
    Bytes beyond ASCII are UTF-8, escaped or not. Raises ``MalformedForm`` for invalid UTF-8 and for
    keys of more than 64 levels.
    """
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise MalformedForm("The body is not a URL-encoded form in UTF-8") from error
    return nest_fields(pairs)


def nest_fields(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Convert fields with bracketed keys to nested objects and lists. Raises ``MalformedForm``."""
    root = _Fields()
    for key, value in pairs:
        if key.count("[") >= MAX_DEPTH:
            raise MalformedForm(f"A field is nested deeper than {MAX_DEPTH} levels")
        parts = _key_parts(key)
        node = root
        for part in parts[:-1]:
            child = node.get(part)
            node = child if isinstance(child, _Fields) else node.put(part, _Fields())
        node.put(parts[-1], value)
    return {key: _with_lists(value) for key, value in root.items()}


def _key_parts(key: str) -> list[str]:
    """Return the names in a key: ``items``, ``0`` and ``rate`` for ``items[0][rate]``."""
    first, *brackets = key.split("[")
    if not first or "]" in first or any(part.find("]") + 1 != len(part) for part in brackets):
        first, brackets = key, []
    return [first.lstrip(" ").translate(_PHP_KEY_CHARACTERS), *(part[:-1] for part in brackets)]


class _Fields(dict[str, Any]):
    """Fields by name, and the number that the next field without a name gets.

    Observed: it is above all numbers so far.
    """

    __slots__ = ("_next",)

    def __init__(self) -> None:
        self._next = 0

    def put(self, name: str, value: T) -> T:
        """Set a field, and return its value."""
        if not name:
            name = str(self._next)
        if name.isascii() and name.isdigit():
            self._next = max(self._next, int(name[:18]) + 1)
        self[name] = value
        return value


def _with_lists(node: Any) -> Any:
    if not isinstance(node, _Fields):
        return node
    if all(key.isascii() and key.isdigit() for key in node):
        return [_with_lists(node[key]) for key in sorted(node, key=lambda k: int(k[:18]))]
    return {key: _with_lists(value) for key, value in node.items()}


FORM = "application/x-www-form-urlencoded"


def media_type_of(content_type: str) -> str:
    """Return the media type of a content type, in lower case and without parameters."""
    return content_type.partition(";")[0].strip().lower()


def charset_of(content_type: str) -> str:
    """Return the lower-case charset of a content type, ``utf-8`` if it names none."""
    if ";" not in content_type:
        return "utf-8"
    return parse_options_header(content_type)[1].get("charset", "utf-8").lower()


# What makes a body expensive, the mark by which it is counted, and how many there may be. The limits
# are above the largest bodies that the contracts of COUNT and Grow CRM admit; those of Halo and
# OptiFlow do not limit their lists.
_LIMITS: Mapping[BodyParser, Sequence[tuple[str, bytes, int]]] = {
    parse_json: (("values", b",", 50_000), ("objects", b"{", 6_000)),
    parse_form: (
        ("fields", b"&", 5_000),
        ("brackets", b"[", 10_000),
        ("escapes", b"%", 100_000),
    ),
}


# An import has the rows of many records: it may have this many times as many values.
IMPORT_FACTOR = 20


def check_values(body: bytes, parser: BodyParser, factor: int = 1) -> None:
    """Raise ``TooManyValues`` for a body that may have too many values to be read quickly.

    Their marks are counted before the body is parsed, also those in texts. ``factor`` raises the limits.
    """
    for name, mark, usual_limit in _LIMITS.get(parser, ()):
        limit = usual_limit * factor
        if len(body) > limit and body.count(mark) > limit:
            raise TooManyValues(limit, name)


def body_parser(media_type: str) -> BodyParser:
    """Return the parser of a media type. Raises ``ValueError`` for an unsupported one."""
    if media_type == FORM:
        return parse_form
    if media_type.endswith(("/json", "+json")):
        return parse_json
    raise ValueError(f"request bodies of media type {media_type} are not supported")
