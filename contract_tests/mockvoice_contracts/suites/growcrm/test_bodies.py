"""Request bodies that are malformed, very large or of another media type."""

import json

import pytest

from mockvoice_contracts.harness.client import FORM, JSON, Api, Response
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import Factory, Record, line

MIB = 1024 * 1024

BROKEN = {
    "no bytes": b"",
    "not JSON": b"{",
    "bare text": b"invoice",
    "trailing text": b'{"items": []} x',
    "two values": b'{"items": []}{"items": []}',
    "single quotes": b"{'items': []}",
    "a trailing comma": b'{"items": [],}',
    "NaN": b'{"items": [{"description": "x", "quantity": NaN, "rate": 1}]}',
    "Infinity": b'{"items": [{"description": "x", "quantity": Infinity, "rate": 1}]}',
    "a number too large for a double": b'{"items": [], "x": 1e400}',
    "bad UTF-8": b'{"items": [], "x": "\xff\xfe"}',
    "a lone surrogate": b'{"items": [], "x": "\\ud800"}',
    "UTF-16": '{"items": []}'.encode("utf-16"),
    "20,000 brackets": b"[" * 20_000 + b"]" * 20_000,
    "20,000 open brackets": b'{"items": ' + b"[" * 20_000,
    "900 levels of objects": b'{"a":' * 900 + b"1" + b"}" * 900,
    "5,000 digits": b'{"items": [], "x": ' + b"9" * 5000 + b"}",
    "null": b"null",
    "a list": b"[]",
    "a number": b"7",
    "a string": b'"items"',
}


def put_items(api: Api, invoice: Record, data: bytes, media_type: str = JSON) -> Response:
    headers = {"Content-Type": media_type} if media_type else {}
    return api.send("PUT", f"/api/invoices/{invoice['id']}/items", data=data, headers=headers)


@pytest.fixture
def invoice(factory: Factory) -> Record:
    return factory.invoice(items=[line()])


@rule(
    "A body that is not a JSON object ({name}) counts as an empty one and gets 422.",
    source="Assumed: the reference gives no source; the API has no 400",
)
@pytest.mark.assumed
@pytest.mark.parametrize("name", BROKEN)
def test_an_unreadable_body_is_treated_as_empty(
    api: Api, factory: Factory, invoice: Record, name: str
) -> None:
    response = put_items(api, invoice, BROKEN[name])

    assert response.status == 422, response.curl
    assert response.body["message"] == "The given data was invalid."
    assert response.body["errors"]
    assert factory.read("invoices", invoice) == invoice


@rule(
    "A PUT body of the media type `{media_type}` counts as empty and gets 422 with an error for `items`.",
    source="Assumed: the reference gives no source; Laravel reads only JSON and forms",
)
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
def test_a_body_of_another_media_type_is_treated_as_empty(
    api: Api, factory: Factory, invoice: Record, media_type: str
) -> None:
    response = put_items(api, invoice, b'{"items": []}', media_type)

    assert response.status == 422
    assert list(response.body["errors"]) == ["items"]
    assert factory.read("invoices", invoice) == invoice


@rule(
    "A body with `Content-Type: {media_type}` is read as JSON.",
    source="Documented: RFC 9110, section 8.3.1",
)
@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_parameters_and_case_of_the_media_type_are_ignored(
    api: Api, invoice: Record, media_type: str
) -> None:
    response = put_items(api, invoice, b'{"items": []}', media_type)

    assert response.status == 200
    assert response.body["data"]["line_items"] == []


@rule(
    "A form body that cannot be parsed counts as an empty one and gets 422.",
    source="Assumed: the reference gives no source; the API has no 400",
)
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
def test_a_malformed_form_is_rejected(
    api: Api, factory: Factory, invoice: Record, data: bytes
) -> None:
    response = put_items(api, invoice, data, FORM)

    assert response.status == 422
    assert factory.read("invoices", invoice) == invoice


@rule(
    "A body of 11 MiB gets 413, and the invoice keeps its lines.",
    source="Assumed: the reference gives no limit",
)
@pytest.mark.assumed
@pytest.mark.parametrize("media_type", [JSON, FORM])
def test_a_body_of_eleven_mebibytes_is_too_large(
    api: Api, factory: Factory, invoice: Record, media_type: str
) -> None:
    response = put_items(api, invoice, b" " * (11 * MIB), media_type)

    assert response.status == 413
    assert response.body["message"]
    assert factory.read("invoices", invoice) == invoice


@rule("A JSON body of 1 MiB is accepted.", source="Assumed: the reference gives no limit")
@pytest.mark.assumed
def test_a_body_of_one_mebibyte_is_accepted(api: Api, invoice: Record) -> None:
    response = put_items(api, invoice, json.dumps({"items": [line()], "x": "y" * MIB}).encode())

    assert response.status == 200


@rule(
    "`items` has at most 500 lines: 501 get 422 with an error for `items`.",
    source="Assumed: the reference gives no limit",
)
@pytest.mark.assumed
def test_five_hundred_lines_are_accepted_and_one_more_is_rejected(
    api: Api, factory: Factory, invoice: Record
) -> None:
    path = {"invoiceId": invoice["id"]}
    body = {"items": [line(rate=1)] * 500}
    updated = api.call("invoices.set_items", expect=200, body=body, **path)["data"]
    response = api.call("invoices.set_items", expect=422, body={"items": [line()] * 501}, **path)

    assert updated["totals"]["final_amount"] == "500.00"
    assert list(response["errors"]) == ["items"]
    assert factory.read("invoices", invoice)["totals"] == updated["totals"]


@rule(
    "Totals are exact to the cent, also for 500 lines of 999999.999999 x 99999999.999999.",
    source="Assumed: the CRM core calculates with doubles, exact decimals are preferred here",
)
@pytest.mark.assumed
def test_the_largest_amounts_are_calculated_exactly(api: Api, invoice: Record) -> None:
    body = {"items": [line(quantity=999999.999999, rate=99999999.999999)] * 500}
    updated = api.call("invoices.set_items", expect=200, invoiceId=invoice["id"], body=body)["data"]

    assert updated["line_items"][0]["total"] == "99999999999899.00"
    assert updated["totals"]["final_amount"] == "49999999999949500.00"


@rule(
    "If a JSON object has a key twice, its last value counts.",
    source="Assumed: the reference gives no source; PHP's json_decode does so",
)
@pytest.mark.assumed
def test_the_last_value_of_a_repeated_key_is_used(api: Api, invoice: Record) -> None:
    response = put_items(api, invoice, b'{"items": "x", "items": []}')

    assert response.status == 200
    assert response.body["data"]["line_items"] == []


@rule(
    "`bill_notes` and a line's `description` are returned as they were sent, here {text}.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@pytest.mark.parametrize(
    "text", ["Ünï©ødé 🧾", "a\u0000b", "<b>bold</b>", "' OR 1=1 --", "{{7*7}}", "../../etc"]
)
def test_text_is_stored_unchanged(api: Api, factory: Factory, text: str) -> None:
    invoice = factory.invoice(items=[line(description=text)], bill_notes=text)

    assert invoice["notes"] == text
    assert invoice["line_items"][0]["description"] == text
    assert factory.read("invoices", invoice) == invoice
