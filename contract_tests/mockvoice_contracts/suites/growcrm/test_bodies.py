"""Bodies that cannot be read: each counts as an empty one, which what it lacks refuses."""

import json

import pytest

from mockvoice_contracts.harness.client import FORM, JSON, Api, Reply
from mockvoice_contracts.suites.growcrm.factories import Factory, Record, line

MIB = 1024 * 1024

BROKEN = {
    "nothing": b"",
    "no JSON": b"{",
    "bare text": b"invoice",
    "trailing text": b'{"items": []} x',
    "two values": b'{"items": []}{"items": []}',
    "single quotes": b"{'items': []}",
    "a comma too many": b'{"items": [],}',
    "NaN": b'{"items": [{"description": "x", "quantity": NaN, "rate": 1}]}',
    "Infinity": b'{"items": [{"description": "x", "quantity": Infinity, "rate": 1}]}',
    "a number beyond all doubles": b'{"items": [], "x": 1e400}',
    "bad UTF-8": b'{"items": [], "x": "\xff\xfe"}',
    "a lone surrogate": b'{"items": [], "x": "\\ud800"}',
    "UTF-16": '{"items": []}'.encode("utf-16"),
    "20,000 brackets": b"[" * 20_000 + b"]" * 20_000,
    "20,000 open brackets": b'{"items": ' + b"[" * 20_000,
    "20,000 levels of objects": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "5,000 digits": b'{"items": [], "x": ' + b"9" * 5000 + b"}",
    "null": b"null",
    "a list": b"[]",
    "a number": b"7",
    "a text": b'"items"',
}


def put_items(api: Api, invoice: Record, data: bytes, media_type: str = JSON) -> Reply:
    headers = {"Content-Type": media_type} if media_type else {}
    return api.send("PUT", f"/api/invoices/{invoice['id']}/items", data=data, headers=headers)


@pytest.fixture
def invoice(make: Factory) -> Record:
    return make.invoice(items=[line()])


@pytest.mark.assumed
@pytest.mark.parametrize("name", BROKEN)
def test_a_body_that_cannot_be_read_counts_as_empty(
    api: Api, make: Factory, invoice: Record, name: str
) -> None:
    reply = put_items(api, invoice, BROKEN[name])

    assert reply.status == 422, reply.curl
    assert reply.body["message"] == "The given data was invalid."
    assert set(reply.body) == {"message", "errors"}
    assert make.read("invoices", invoice) == invoice


@pytest.mark.assumed
@pytest.mark.parametrize(
    "media_type",
    [
        "",
        "text/plain",
        "application/xml",
        "multipart/form-data; boundary=x",
        "application/octet-stream",
        "nonsense",
    ],
)
def test_a_body_of_another_type_counts_as_empty(
    api: Api, make: Factory, invoice: Record, media_type: str
) -> None:
    reply = put_items(api, invoice, b'{"items": []}', media_type)

    assert reply.status == 422
    assert list(reply.body["errors"]) == ["items"]
    assert make.read("invoices", invoice) == invoice


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_parameters_and_letter_case_of_the_type_do_not_matter(
    api: Api, invoice: Record, media_type: str
) -> None:
    reply = put_items(api, invoice, b'{"items": []}', media_type)

    assert reply.status == 200
    assert reply.body["data"]["line_items"] == []


@pytest.mark.assumed
@pytest.mark.parametrize(
    "data",
    [
        b"items[0][description]=%FF",
        b"%",
        b"items[" * 5000,
        b"&&&=&=",
        b"a[" + b"[]" * 3000 + b"=1",
        b"\x00=\x00",
    ],
)
def test_a_form_that_makes_no_sense_is_refused(
    api: Api, make: Factory, invoice: Record, data: bytes
) -> None:
    reply = put_items(api, invoice, data, FORM)

    assert reply.status == 422
    assert make.read("invoices", invoice) == invoice


@pytest.mark.assumed
@pytest.mark.parametrize("media_type", [JSON, FORM])
def test_a_body_of_eleven_mebibytes_is_too_large(
    api: Api, make: Factory, invoice: Record, media_type: str
) -> None:
    reply = put_items(api, invoice, b" " * (11 * MIB), media_type)

    assert reply.status == 413
    assert set(reply.body) == {"message"}
    assert make.read("invoices", invoice) == invoice


@pytest.mark.assumed
def test_a_body_of_one_mebibyte_is_taken(api: Api, invoice: Record) -> None:
    reply = put_items(api, invoice, json.dumps({"items": [line()], "x": "y" * MIB}).encode())

    assert reply.status == 200


def test_five_hundred_lines_are_taken_and_one_more_is_not(
    api: Api, make: Factory, invoice: Record
) -> None:
    where = {"invoiceId": invoice["id"]}
    body = {"items": [line(rate=1)] * 500}
    filled = api.call("invoices.set_items", expect=200, body=body, **where)["data"]
    refused = api.call("invoices.set_items", expect=422, body={"items": [line()] * 501}, **where)

    assert filled["totals"]["final_amount"] == "500.00"
    assert list(refused["errors"]) == ["items"]
    assert make.read("invoices", invoice)["totals"] == filled["totals"]


def test_the_largest_figures_are_computed_exactly(api: Api, invoice: Record) -> None:
    body = {"items": [line(quantity=999999.999999, rate=99999999.999999)] * 500}
    filled = api.call("invoices.set_items", expect=200, invoiceId=invoice["id"], body=body)["data"]

    assert filled["line_items"][0]["total"] == "99999999999899.00"
    assert filled["totals"]["final_amount"] == "49999999999949500.00"


def test_of_a_key_that_is_sent_twice_the_last_counts(api: Api, invoice: Record) -> None:
    reply = put_items(api, invoice, b'{"items": "x", "items": []}')

    assert reply.status == 200
    assert reply.body["data"]["line_items"] == []


@pytest.mark.parametrize(
    "text", ["Ünï©ødé 🧾", "a\u0000b", "<b>bold</b>", "' OR 1=1 --", "{{7*7}}", "../../etc"]
)
def test_text_is_kept_as_it_is(api: Api, make: Factory, text: str) -> None:
    invoice = make.invoice(items=[line(description=text)], bill_notes=text)

    assert (invoice["notes"] or make.read("invoices", invoice)["notes"]) == text
    assert invoice["line_items"][0]["description"] == text
