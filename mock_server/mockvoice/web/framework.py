"""The web framework of a real service: how it reads a request before the API's own rules do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# Returns the UTF-8 text of a body; gets the body and the header ``Content-Type``. Raises
# ``MalformedBody`` or ``UnsupportedCharset``.
TextDecoder = Callable[[bytes, str], bytes]


def _as_sent(body: bytes, content_type: str) -> bytes:
    return body


def _none(media_type: str) -> bool:
    return False


@dataclass(frozen=True, kw_only=True)
class Framework:
    """How requests are read. The defaults are strict: JSON in UTF-8, as the contract says.

    ``docs/reference/frameworks`` describes the three frameworks of the built-in vendors.
    """

    # Whether a body with ``Content-Encoding: gzip`` or ``deflate`` is decompressed, as Express does;
    # other codings are rejected with 415. Without it, the header is ignored.
    decompresses: bool = False
    decode_text: TextDecoder = _as_sent  # for JSON bodies
    # Whether forms are read where the contract has other media types, as PHP does: URL-encoded ones,
    # and multipart ones of a POST.
    reads_forms: bool = False
    empty_body: Any = None  # the value of an empty body
    # The field that names another method of a POST, like the header ``X-HTTP-Method-Override``.
    method_field: str | None = None
    # Whether a media type that the contract does not have denotes JSON.
    reads_as_json: Callable[[str], bool] = _none
    # What ``%2F`` in a path stands for inside one segment. With ``None``, it separates segments.
    encoded_slash: str | None = None
    # Whether an object's members match the names of properties in any case, and values of other types
    # are converted, as Json.NET does.
    converts_json_values: bool = False


STRICT = Framework()
