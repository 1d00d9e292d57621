"""Multipart forms with files."""

from datetime import UTC, datetime

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.web.errors import MalformedForm
from mockvoice.web.multipart import Upload, as_schema_value, parse_multipart
from mockvoice_contracts.suites.count.request_signer import SignedAuth

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
    ("options", "name"),
    [
        ('filename="a b.pdf"', "a b.pdf"),
        ('filename="é.pdf"', "é.pdf"),
        ("filename=plain.pdf", "plain.pdf"),
        ("filename*=UTF-8''%E2%82%AC.pdf", "€.pdf"),
        ('filename="a\\"b.pdf"', 'a"b.pdf'),
    ],
)
def test_the_name_of_a_file_is_read_in_every_form(options, name):
    head = f'--edge\r\nContent-Disposition: form-data; name="file"; {options}\r\n\r\n'
    parts = parse_multipart(head.encode() + b"x\r\n--edge--\r\n", TYPE)

    assert parts == {"file": Upload(name, "application/octet-stream", b"x")}


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


LONG_TEXT = b"secret-" * 100


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"no form at all", "a part or its end is missing"),
        (b"--edge\r\nX-Secret: " + LONG_TEXT + b"\r\n\r\nx\r\n--edge--\r\n", "Missing Content-Disposition header"),
        (b"--edge\r\n" + LONG_TEXT + b"\r\n\r\nx\r\n--edge--\r\n", "a part or its end is missing"),
        (b'--edge\r\nContent-Disposition: form-data; name="\xff' + LONG_TEXT + b'"\r\n\r\nx\r\n--edge--\r\n',
         "the head of a part is not UTF-8"),
        (FORM.removesuffix(b"--edge--\r\n") * 400 + b"--edge--\r\n", "it has more than 1000 parts"),
    ],
)  # fmt: skip
def test_the_message_says_why_a_form_is_rejected(body, reason):
    with pytest.raises(MalformedForm) as error:
        parse_multipart(body, TYPE)

    message = str(error.value)
    prefix = "The body is not a multipart form: "
    assert message.startswith(prefix)
    assert reason in message
    assert len(message) <= len(prefix) + 200
    assert "secret-" not in message


def test_the_journal_says_why_a_form_is_rejected():
    credentials = {"client_id": "count-demo-client", "client_secret": "count-demo-secret"}
    auth = SignedAuth(credentials, lambda: datetime.now(UTC), bearer="count-demo-token")
    with Server(Settings(port=0, vendors=("count",))) as server:
        response = requests.post(
            f"{server.urls['vendors']['count']['root_url']}/partners/invoices/1/attachments/upload",
            b"no form at all", headers={"Content-Type": TYPE}, auth=auth, timeout=30,
        )  # fmt: skip
        journal = f"{server.urls['main']}/_mock/sandboxes/default/journal"
        (entry,) = requests.get(journal, timeout=30).json()

    assert response.status_code == 400
    assert response.json()["message"] == "The body is not a multipart form."
    assert "The body is not a multipart form: a part or its end is missing" in entry["note"]
