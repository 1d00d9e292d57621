"""Body parsers by media type, and the Accept header and URL of a request."""

import pytest

from mockvoice.web.bodies import body_parser, parse_form, parse_json
from mockvoice.web.errors import MalformedForm
from mockvoice.web.request_context import RequestContext
from mockvoice.web.validation import _media_range


@pytest.mark.parametrize(
    "media_type",
    ["application/json", "text/json", "application/json-patch+json", "application/*+json"],
)
def test_every_json_media_type_is_parsed_as_json(media_type):
    assert body_parser(media_type) is parse_json


def test_a_form_is_parsed_as_a_form_and_an_invalid_one_is_rejected():
    assert body_parser("application/x-www-form-urlencoded") is parse_form

    with pytest.raises(MalformedForm):
        parse_form(b"a=%FF")


def test_a_media_type_without_a_parser_is_an_error():
    with pytest.raises(ValueError, match="text/csv"):
        body_parser("text/csv")


@pytest.mark.parametrize(
    ("media_type", "media_range"),
    [("application/hal+json", "application/*+json"), ("application/json", ""), ("", "")],
)
def test_a_media_type_with_a_suffix_belongs_to_the_range_of_that_suffix(media_type, media_range):
    assert _media_range(media_type) == media_range


def test_a_request_has_a_base_url_and_the_media_types_that_the_client_accepts():
    headers = [(b"host", b"127.0.0.1:8083"), (b"accept", b"Application/PDF;q=0.9, text/html")]
    context = RequestContext(
        {"method": "GET", "headers": headers, "scheme": "http", "root_path": "/halo"}, "/x"
    )

    assert context.base_url == "http://127.0.0.1:8083/halo"
    assert context.accept == ("application/pdf", "text/html")


def test_the_address_of_a_request_is_its_encoded_url_and_decoded_query():
    context = RequestContext(
        {
            "type": "http",
            "method": "GET",
            "scheme": "https",
            "path": "/v1/notes/ä",
            "query_string": b"page=2&a=%C3%A4",
            "headers": [(b"host", b"notes.example")],
        },
        "/notes/ä",
    )

    assert context.address.path == "https://notes.example/v1/notes/%C3%A4"
    assert list(context.address.query) == [("page", "2"), ("a", "ä")]
