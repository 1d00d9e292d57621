"""Decompress bodies with a ``Content-Encoding``."""

import zlib

from mockvoice.web.errors import BodyTooLarge, MalformedBody, UnsupportedContentEncoding

_IDENTITY = ("", "identity")
# Window bits of zlib: 16 more for the format of gzip.
_FORMATS = {"gzip": (16 + zlib.MAX_WBITS,), "deflate": (zlib.MAX_WBITS, -zlib.MAX_WBITS)}


def decompress(body: bytes, coding: str, limit: int) -> bytes:
    """Return the decompressed body.

    Raises ``BodyTooLarge`` beyond ``limit`` bytes, ``MalformedBody``, or
    ``UnsupportedContentEncoding``.
    """
    coding = coding.strip().lower()
    if coding in _IDENTITY or not body:
        return body
    if coding not in _FORMATS:
        raise UnsupportedContentEncoding(coding)
    for window_bits in _FORMATS[coding]:
        # A deflate body has a header of zlib or none.
        try:
            return _inflate(body, window_bits, limit)
        except zlib.error:
            continue
    raise MalformedBody(f"The body is not compressed by {coding}")


def _inflate(body: bytes, window_bits: int, limit: int) -> bytes:
    decompressor = zlib.decompressobj(window_bits)
    content = decompressor.decompress(body, limit + 1)
    if len(content) > limit:
        raise BodyTooLarge(limit)
    if not decompressor.eof:
        raise zlib.error("the end is missing")
    return content
