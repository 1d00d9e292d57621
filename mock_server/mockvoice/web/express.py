"""Express's behaviour, with its own JSON parser in the default settings."""

from typing import Any

from mockvoice.web.bodies import charset_of
from mockvoice.web.errors import MalformedBody, UnsupportedCharset, UnsupportedMediaType
from mockvoice.web.framework import Framework

_BOM = "\ufeff"
# Replacing millions of invalid bytes takes most of a second.
_MAX_REPAIRED_BYTES = 256 * 1024


def decode_text(body: bytes, content_type: str) -> bytes:
    """Return the UTF-8 text of a JSON body in UTF-8, UTF-16 or UTF-32, without a byte order mark.

    Observed: invalid bytes are replaced; other character sets are rejected.
    """
    charset = charset_of(content_type)
    if charset == "utf-8" and body.isascii():
        return body
    if not charset.startswith("utf-"):
        raise UnsupportedCharset(charset)
    try:
        text = body.decode(charset, "replace" if len(body) <= _MAX_REPAIRED_BYTES else "strict")
    except UnicodeDecodeError as error:
        raise MalformedBody(f"The body is large and not in {charset}") from error
    except (LookupError, ValueError) as error:
        raise UnsupportedCharset(charset) from error
    return text.removeprefix(_BOM).encode("utf-8", "replace")


def ignore_body(error: MalformedBody | UnsupportedMediaType) -> dict[str, Any]:
    """Return no members for a body of another media type. Raises ``MalformedBody``.

    Assumed: the parser for JSON leaves a body of another type alone, so the request has no fields.
    """
    if isinstance(error, MalformedBody):
        raise error
    return {}


def require_json_container(body: Any) -> Any:
    """Return an object or array. Raises ``MalformedBody`` for another JSON value, as ``strict``."""
    if isinstance(body, dict | list):
        return body
    raise MalformedBody("The body is neither a JSON object nor an array")


def canonical_path(path: str) -> str:
    """Return the path in lower case and without one trailing slash, as Express's router reads it."""
    return path.lower().removesuffix("/") or "/"


EXPRESS = Framework(decompresses=True, decode_text=decode_text, empty_body={}, encoded_slash="/")
