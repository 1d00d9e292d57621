"""Multipart forms with files."""

import pytest

from mockvoice.web.bodies import Upload, as_schema_value, parse_multipart
from mockvoice.web.errors import MalformedForm

TYPE = "multipart/form-data; boundary=edge"
FORM = (
    b'--edge\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'
    b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n'
    b"Content-Type: application/pdf\r\n\r\n\x00\xff\r\n"
    b'--edge\r\nContent-Disposition: form-data; name="file"; filename="b.bin"\r\n\r\n\r\n'
    b"--edge--\r\n"
)


def test_text_fields_and_files_are_distinguished_and_repeated_names_are_numbered():
    parts = parse_multipart(FORM, TYPE)

    assert parts == {
        "note": "hello",
        "file": Upload("a.bin", "application/pdf", b"\x00\xff"),
        "file.1": Upload("b.bin", "application/octet-stream", b""),
    }
    assert as_schema_value(parts) == {"note": "hello", "file": "", "file.1": ""}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (FORM, "multipart/form-data"),
        (FORM[:70], TYPE),
        (FORM[:-20], TYPE),
        (b"", TYPE),
        (b"no form at all", TYPE),
        (b"--edge\r\n\r\n\r\n", TYPE),
        (b'--edge\r\nContent-Disposition: form-data; name="x"\r\n', TYPE),
    ],
)
def test_an_incomplete_or_invalid_form_is_rejected(body, content_type):
    with pytest.raises(MalformedForm):
        parse_multipart(body, content_type)
