"""The four forms of a 400 body, and error responses without a body."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.halo.factories import Factory


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/Invoice/probe", {"id": ["The value 'probe' is not valid."]}),
        ("/API/recurringinvoice/UPDATELINES", {"id": ["The value 'UPDATELINES' is not valid."]}),
        ("/api/Template/probe", {"id": ["The value 'probe' is not valid."]}),
        ("/api/InvoiceStatus/probe", {"id": ["The value 'probe' is not valid."]}),
        ("/api/Tax/1.5", {"id": ["The value '1.5' is not valid."]}),
        ("/api/Invoice?client_id=abc", {"client_id": ["The value 'abc' is not valid."]}),
        (
            "/api/Invoice?Start_Date=01/02/2026",
            {"start_date": ["The value '01/02/2026' is not valid."]},
        ),
    ],
)
def test_an_invalid_parameter_is_reported(api: Api, path: str, body: Any) -> None:
    response = api.send("GET", path)

    assert (response.status, response.body) == (400, body)


@pytest.mark.parametrize(
    ("body", "key"),
    [([{"client_id": "abc"}], "[0].client_id"), ([{"lines": [{}, {"unit_price": "much"}]}], "[0].lines[1].unit_price"),
     ({"client_id": 1}, ""), ([{"invoice_date": "2026-02-30"}], "[0].invoice_date"), ([1], "[0]"),
     ([{"reference": "x" * 256}], "[0].reference"), ([{"client_id": 2**31}], "[0].client_id"), (None, "")],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_an_invalid_value_is_reported_with_its_path(api: Api, body: Any, key: str) -> None:
    error = api.call("invoice.save", expect=400, body=body)

    assert list(error) == [key]


def test_malformed_json_is_reported_without_a_path(api: Api) -> None:
    response = api.send(
        "POST", "/api/Invoice", data=b"[{", headers={"Content-Type": "application/json"}
    )

    assert (response.status, list(response.body)) == (400, [""])


@pytest.mark.parametrize(
    ("operation", "body"),
    [("invoice.save", []), ("invoice.view", [{}]), ("template.save", [{}]), ("currency.save", [{}]), ("tax.save", [{}]),
     ("cost_centres.save", [{}]), ("client.save", [{}]), ("item.save", [{"name": None}]),
     ("tax.save", [{"name": "x", "linked_rates": [{}]}])],
    ids=str,
)  # fmt: skip
def test_a_rule_violation_is_reported_as_text(api: Api, operation: str, body: Any) -> None:
    assert isinstance(api.call(operation, expect=400, body=body), str)


def test_a_missing_column_is_reported_as_a_database_exception(api: Api) -> None:
    error = api.call("budget_type.save", expect=400, body=[{"defaultrate": 1}])

    assert error["Message"].startswith("A database error occurred (515)")
    assert error["HResult"] == -2146233088


@pytest.mark.parametrize("path", ["Tax", "Tax/probe", "AuthInfo", "Invoice?idonly=true"])
def test_json_is_sent_with_its_charset(api: Api, path: str) -> None:
    response = api.send("GET", f"/api/{path}")

    assert response.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    "media_type", ["text/json", "application/json-patch+json", "application/vnd.x+json"]
)
def test_several_media_types_are_accepted_as_json(
    api: Api, factory: Factory, media_type: str
) -> None:
    client = factory.client()

    response = api.send(
        "POST",
        "/api/client/",
        data=b'[{"id": %d}]' % client["id"],
        headers={"Content-Type": media_type},
    )

    assert response.body["id"] == client["id"]


def test_other_error_responses_have_no_body(api: Api) -> None:
    requests = [("PUT", "/api/Invoice", {}, 405), ("GET", "/api/Nothing", {}, 404), ("GET", "/api/Expense/1", {}, 404),
             ("POST", "/api/Invoice", {"Content-Type": "text/csv"}, 415)]  # fmt: skip

    for method, path, headers, status in requests:
        response = api.send(method, path, data=b"x" if headers else None, headers=headers)
        assert (response.status, response.content) == (status, b""), path


def test_dates_may_have_a_zone_a_fraction_or_no_time(factory: Factory) -> None:
    for sent, stored in (("2026-01-31", "2026-01-31T00:00:00"), ("2026-01-31T23:30:00-02:00", "2026-02-01T01:30:00"),
                       ("2026-01-31T10:00:00.123456789Z", "2026-01-31T10:00:00")):  # fmt: skip
        assert factory.invoice(invoice_date=sent)["invoice_date"] == stored
    assert (
        factory.invoice(invoice_date="9999-12-31", due_date_int=3660)["duedate"]
        == "9999-12-31T00:00:00"
    )
