"""Bodies by their content type, and what a call says of its caller's wishes."""

import pytest

from mockvoice.web.bodies import body_parser, parse_form, parse_json
from mockvoice.web.errors import MalformedForm
from mockvoice.web.request_context import RequestContext
from mockvoice.web.validation import _range_of


@pytest.mark.parametrize(
    "media_type",
    ["application/json", "text/json", "application/json-patch+json", "application/*+json"],
)
def test_every_kind_of_json_is_read_as_json(media_type):
    assert body_parser(media_type) is parse_json


def test_a_form_is_read_as_a_form_and_its_faults_are_told_apart():
    assert body_parser("application/x-www-form-urlencoded") is parse_form

    with pytest.raises(MalformedForm):
        parse_form(b"a=%FF")


def test_a_contract_with_a_type_that_no_one_reads_fails_at_start_up():
    with pytest.raises(ValueError, match="text/csv"):
        body_parser("text/csv")


@pytest.mark.parametrize(
    ("media_type", "media_range"),
    [("application/hal+json", "application/*+json"), ("application/json", ""), ("", "")],
)
def test_a_type_with_a_suffix_falls_into_the_range_of_that_suffix(media_type, media_range):
    assert _range_of(media_type) == media_range


def test_a_call_knows_its_address_and_what_its_caller_takes():
    headers = [(b"host", b"127.0.0.1:8083"), (b"accept", b"Application/PDF;q=0.9, text/html")]
    call = RequestContext({"headers": headers, "scheme": "http", "root_path": "/halo"}, "/x")

    assert call.base_url == "http://127.0.0.1:8083/halo"
    assert call.accept == ("application/pdf", "text/html")
