"""Requests as criteria compare them: with the body as the vendor's framework reads it."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from mockvoice.sandboxes.request_match import ABSENT, RequestParts, UnreadableBody
from mockvoice.web.bodies import (
    FORM,
    BodyParser,
    check_values,
    media_type_of,
    parse_form,
    parse_json,
)
from mockvoice.web.errors import RequestError
from mockvoice.web.multipart import MULTIPART, parse_multipart_form
from mockvoice.web.parameters import parse_query
from mockvoice.web.vendor import Vendor

MAX_COMPARED_BYTES = 64 * 1024  # of a body; the journal keeps no more of it


def request_parts(
    vendor: Vendor,
    method: str,
    path: str,
    query: bytes,
    headers: Iterable[tuple[bytes, bytes]],
    body: bytes | None,
) -> RequestParts:
    """Return the parts of a request; ``path`` is below the vendor's prefix.

    A repeated header has its values joined by commas, as in the journal.
    """
    values: dict[str, list[str]] = {}
    for name, value in parse_query(query):
        values.setdefault(name, []).append(value)
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    content_type = joined.get("content-type", "")
    return RequestParts(
        method, path, values, joined, partial(_read_body, vendor, content_type, body),
        vendor.canonical_path, vendor.canonical_name,
        ignores_case=vendor.framework.converts_json_values,
    )  # fmt: skip


def _read_body(vendor: Vendor, content_type: str, body: bytes | None) -> Any:
    if not body:
        return ABSENT
    if len(body) > MAX_COMPARED_BYTES:
        return UnreadableBody(f"only bodies of up to {MAX_COMPARED_BYTES} bytes are compared")
    parser = _parser(vendor, media_type_of(content_type))
    if parser is None:
        return UnreadableBody(f"the media type {content_type[:100]!r} has no values to compare")
    try:
        if parser is parse_json:
            body = vendor.framework.decode_text(body, content_type)
        check_values(body, parser)
        return vendor.prepare_body(parser(body, content_type))
    except RequestError as error:
        return UnreadableBody(str(error)[:200])


def _parser(vendor: Vendor, media_type: str) -> BodyParser | None:
    if media_type == FORM:
        return parse_form
    if media_type == MULTIPART:
        return parse_multipart_form
    is_json = media_type.endswith(("/json", "+json"))
    return parse_json if is_json or vendor.framework.reads_as_json(media_type) else None
