"""Parse multipart forms: texts and files."""

import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser
from python_multipart.multipart import parse_options_header as parse_simple_options
from werkzeug.http import parse_options_header

from mockvoice.web.bodies import nest_fields
from mockvoice.web.errors import MalformedForm

# The parser logs what is wrong with a form, which the response says anyway.
logging.getLogger("python_multipart").setLevel(logging.ERROR)

MULTIPART = "multipart/form-data"
MAX_PARTS = 1_000
MAX_HEAD_LENGTH = 2_048  # bytes of each header of a part


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart form."""

    name: str  # the sender's file name; never to be used as a path
    media_type: str
    content: bytes


Parts = dict[str, str | Upload]


def parse_multipart(body: bytes, content_type: str) -> Parts:
    """Parse a multipart form into its parts by name: text, or files.

    A repeated name gets a number: ``file``, ``file.1``. Bytes of a text that are not UTF-8 become
    U+FFFD. Raises ``MalformedForm``.
    """
    parts: Parts = {}
    numbers: Counter[str] = Counter()
    for part in _read_parts(body, content_type):
        base = unique = part.name or "part"
        while unique in parts:
            numbers[base] += 1
            unique = f"{base}.{numbers[base]}"
        parts[unique] = part.value("replace")
    return parts


def parse_multipart_form(body: bytes, content_type: str) -> dict[str, Any]:
    """Parse the texts of a multipart form like those of a URL-encoded form; files are left out.

    Raises ``MalformedForm``, also for a text that is not UTF-8.
    """
    parts = _read_parts(body, content_type)
    return nest_fields(
        (part.name, part.value("strict")) for part in parts if part.name and part.file_name is None
    )


def as_schema_value(parts: Parts) -> dict[str, str]:
    """Convert a form's parts for validation by a schema: a file becomes an empty text."""
    return {name: part if isinstance(part, str) else "" for name, part in parts.items()}


@dataclass(slots=True)
class _Part:
    """One part, as it is being read."""

    name: str = ""
    file_name: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""

    def read_headers(self) -> None:
        """Set the names from the part's headers. Raises ``MalformedForm``."""
        if "content-disposition" not in self.headers:
            raise _malformed("Missing Content-Disposition header")
        disposition = self.headers["content-disposition"]
        # The parser's own function is faster, but does not know the encoded form of file names.
        if "filename*" in disposition:
            options = parse_options_header(disposition)[1]
        else:
            parsed = parse_simple_options(disposition.encode())[1]
            options = {name.decode(): value.decode() for name, value in parsed.items()}
        self.name, self.file_name = options.get("name", ""), options.get("filename")

    def value(self, errors: str) -> str | Upload:
        """Return the text, or the file if the part has the name of one. Raises ``MalformedForm``."""
        if self.file_name is not None:
            media_type = self.headers.get("content-type") or "application/octet-stream"
            return Upload(self.file_name, media_type, self.content)
        try:
            return self.content.decode("utf-8", errors)
        except UnicodeDecodeError as error:
            raise MalformedForm(f"The part {self.name} of the form is not UTF-8") from error


class _PartReader:
    """Collects the pieces that the parser reports by its callbacks, whose names it prescribes."""

    def __init__(self) -> None:
        self.parts: list[_Part] = []
        self.is_complete = False
        self._header = (bytearray(), bytearray())
        self._content = bytearray()

    def on_part_begin(self) -> None:
        if len(self.parts) >= MAX_PARTS:
            raise _malformed(f"it has more than {MAX_PARTS} parts")
        self.parts.append(_Part())
        self._content = bytearray()

    def on_header_begin(self) -> None:
        self._header = (bytearray(), bytearray())

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def on_header_end(self) -> None:
        try:
            name, value = (text.decode("utf-8") for text in self._header)
        except UnicodeDecodeError as error:
            raise _malformed("the head of a part is not UTF-8") from error
        self.parts[-1].headers[name.lower()] = value.strip()

    def on_headers_finished(self) -> None:
        self.parts[-1].read_headers()

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._content.extend(data[start:end])

    def on_part_end(self) -> None:
        self.parts[-1].content = bytes(self._content)

    def on_end(self) -> None:
        self.is_complete = True


def _read_parts(body: bytes, content_type: str) -> list[_Part]:
    boundary = parse_options_header(content_type)[1].get("boundary", "")
    if not boundary:
        raise MalformedForm(f"The content type {content_type[:200]!r} has no boundary")
    reader = _PartReader()
    callbacks: Any = {name: getattr(reader, name) for name in dir(reader) if name.startswith("on_")}
    try:
        parser = MultipartParser(
            boundary.encode("latin-1", "replace"), callbacks, max_header_size=MAX_HEAD_LENGTH
        )
        parser.write(body)
    except FormParserError as error:
        raise _malformed("a part or its end is missing") from error
    if not reader.is_complete:
        raise _malformed("a part or its end is missing")
    return reader.parts


def _malformed(reason: str) -> MalformedForm:
    return MalformedForm(f"The body is not a multipart form: {reason}")
