"""Decompress bodies with a ``Content-Encoding``."""

import zlib

from mockvoice.web.errors import BodyTooLarge, MalformedBody, UnsupportedContentEncoding

_IDENTITY = ("", "identity")
# Window bits of zlib: 16 more for the format of gzip. Observed: deflate needs the header of zlib.
_WINDOW_BITS = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


def decompress(body: bytes, coding: str, limit: int) -> bytes:
    """Return the decompressed body.

    Raises ``BodyTooLarge`` beyond ``limit`` bytes, ``MalformedBody``, or
    ``UnsupportedContentEncoding``.
    """
    coding = coding.strip().lower()
    if coding in _IDENTITY or not body:
        return body
    if coding not in _WINDOW_BITS:
        raise UnsupportedContentEncoding(coding)
    try:
        return _inflate(body, _WINDOW_BITS[coding], limit)
    except zlib.error as error:
        raise MalformedBody(f"The body is not compressed by {coding}") from error


def _inflate(body: bytes, window_bits: int, limit: int) -> bytes:
    decompressor = zlib.decompressobj(window_bits)
    content = decompressor.decompress(body, limit + 1)
    if len(content) > limit:
        raise BodyTooLarge(limit)
    if not decompressor.eof:
        raise zlib.error("the end is missing")
    return content
