"""Odd values, and mutations of valid ones."""

import json
from random import Random
from typing import Any
from urllib.parse import quote

TEXTS = (
    "", " ", "\x00", "\r\nSet-Cookie: a=b", "é", "\U0001f4a9", "\u202e", "ﷺ" * 30, "x" * 300, "x" * 70_000,
    "../../etc/passwd", "%00", "%", "%zz", "{{7*7}}", "${7*7}", "' OR 1=1 --", "<script>alert(1)</script>",
    "NaN", "Infinity", "-0", "1e400", "9" * 40, "0x10", "١٢", "1,000", "1.5", "-1", "true", "null", "[]",
    "2026-02-30", "0000-01-01", "9999-12-31T23:59:60Z", "javascript://x", "http://a@b\\@127.0.0.1/",
    "00000000-0000-0000-0000-000000000000", "1|optiflow-demo-viewer", "\ufeff", "a\tb", "\u2028",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**53 + 1, 2**63, 10**30, -(10**30), 0.1, 1e308, -1e-308, 5e-324, [], {},
    [[]], [None], {"": None}, {"id": {}}, {"$ref": "#"}, ["x"] * 30, *TEXTS,
)  # fmt: skip
# Bodies that are not JSON, or not as JSON should be.
RAW_BODIES = (
    b"", b" ", b"{", b"[", b"nul", b"NaN", b'{"a":NaN}', b'{"a":1e999}', b'{"a":"\xff"}', b'{"a":"\\ud800"}',
    b"\xef\xbb\xbf{}", b"{}{}", b"[1,]", b"'x'", b"\x00" * 64, b"a=b", b"a[b][c]=d&a[b]=e", b"a[=1&]=2&[]=3",
    b"a%5B%5D=%ff", b"&&&", b"=", b'"' + b"x" * 5000, b"[" * 70 + b"]" * 70, b'{"a":' * 300, b"[" * 20_000,
    b"--edge--\r\n", b"--edge\r\n\r\n\r\n--edge--", b"\x1f\x8b\x08\x00", b'{"a":1,"a":2}', b"1", b"null",
)  # fmt: skip
CONTENT_TYPES = (
    "application/json", "application/json; charset=utf-16", "application/json;charset=\xff", "text/plain", "",
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=edge", "multipart/form-data", "a/b/c;;;=",
    "application/xml", "application/vnd.api+json", "APPLICATION/JSON ; Charset=UTF-8",
)  # fmt: skip


def odd_text(rng: Random) -> str:
    """Return an odd text, or random characters."""
    if rng.random() < 0.7:
        return rng.choice(TEXTS)
    return "".join(chr(rng.randrange(0x300)) for _ in range(rng.randrange(1, 20)))


def mutated(value: Any, rng: Random) -> Any:
    """Return a value with some of its parts replaced, removed, repeated or nested."""
    if rng.random() < 0.08:
        return rng.choice(VALUES)
    if isinstance(value, list):
        items = [mutated(item, rng) for item in value if rng.random() < 0.95]
        return items * rng.choice((1, 1, 1, 1, 2, 40))
    if isinstance(value, dict):
        members = {name: mutated(item, rng) for name, item in value.items() if rng.random() < 0.95}
        if rng.random() < 0.2:
            members[odd_text(rng)[:200]] = rng.choice(VALUES)
        return members
    return value


def encoded(value: Any) -> bytes:
    """Encode a value as JSON; lone surrogates and large numbers stay."""
    return json.dumps(value).encode()


def form(value: Any, prefix: str = "") -> bytes:
    """Encode a value as a form with bracketed names."""
    if isinstance(value, dict):
        parts = [
            form(item, f"{prefix}[{name}]" if prefix else name) for name, item in value.items()
        ]
    elif isinstance(value, list):
        parts = [form(item, f"{prefix}[{number}]") for number, item in enumerate(value)]
    else:
        text = "" if value is None else str(value)
        parts = [f"{quote(prefix)}={quote(text, errors='replace')}".encode()]
    return b"&".join(part for part in parts if part)
