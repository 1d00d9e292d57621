"""The four forms of a 400 body, and error responses without a body."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory

RESOURCES = [
    "Invoice", "RecurringInvoice", "InvoicePayment", "Tax", "TaxRule", "Currency", "ChargeRate", "CostCentres", "BudgetType", "Client", "Item", "Template", "InvoiceStatus",
]  # fmt: skip


@rule(
    "GET /{resource}/{value} is 400 with an object whose id is a list of one text: The value '{value}' is not valid.",
    source="Observed: github.com/Midtown-Technology-Group/halocli, sweep_results.json",
)
@pytest.mark.parametrize(
    ("resource", "value"),
    [*((resource, "probe") for resource in RESOURCES), ("Tax", "1.5")],
)
def test_an_id_that_is_not_an_integer_is_reported(api: Api, resource: str, value: str) -> None:
    response = api.send("GET", f"/api/{resource}/{value}")

    assert (response.status, response.body) == (400, {"id": [f"The value '{value}' is not valid."]})


@rule(
    "A query parameter or path id of the wrong type is 400 with an object of the parameter's name and a list of texts.",
    source="Assumed: observed for path ids only",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/API/recurringinvoice/UPDATELINES", "id"),
        ("/api/Invoice?client_id=abc", "client_id"),
        ("/api/Invoice?Start_Date=01/02/2026", "start_date"),
        ("/api/RecurringInvoice?client_id=abc", "client_id"),
        ("/api/InvoicePayment?invoice_id=abc", "invoice_id"),
        ("/api/InvoiceChange?line_id=1.5", "line_id"),
        ("/api/Tax?related_to=abc", "related_to"),
        ("/api/ChargeRate?contract_id=abc", "contract_id"),
        ("/api/BudgetType?ticket_id=abc", "ticket_id"),
    ],
)
def test_an_invalid_parameter_is_reported(api: Api, path: str, name: str) -> None:
    response = api.send("GET", path)

    assert (response.status, list(response.body)) == (400, [name])


@rule(
    "A body value of the wrong JSON type is 400 with an object whose key is the JSON path {key}.",
    source="Observed: github.com/Midtown-Technology-Group/halocli, dev_write_results.json",
)
@pytest.mark.parametrize(
    ("body", "key"),
    [([{"client_id": "abc"}], "[0].client_id"), ([{}, {"client_id": "abc"}], "[1].client_id"),
     ([{"lines": [{}, {"unit_price": "much"}]}], "[0].lines[1].unit_price")],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_a_value_of_another_type_is_reported_with_its_path(api: Api, body: Any, key: str) -> None:
    error = api.call("invoice.save", expect=400, body=body)

    assert list(error) == [key]


@rule(
    "A body that is no array, or has an invalid or too large value, is 400 with an object whose key is the JSON path of the value.",
    source="Assumed: observed for values of the wrong type only",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("body", "key"),
    [({"client_id": 1}, ""), ([{"invoice_date": "2026-02-30"}], "[0].invoice_date"), ([1], "[0]"),
     ([{"reference": "x" * 256}], "[0].reference"), ([{"client_id": 2**31}], "[0].client_id"), (None, "")],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_an_invalid_value_is_reported_with_its_path(api: Api, body: Any, key: str) -> None:
    error = api.call("invoice.save", expect=400, body=body)

    assert list(error) == [key]


@rule(
    "Malformed JSON is 400 with an object whose key is the empty path.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_malformed_json_is_reported_without_a_path(api: Api) -> None:
    response = api.send(
        "POST", "/api/Invoice", data=b"[{", headers={"Content-Type": "application/json"}
    )

    assert (response.status, list(response.body)) == (400, [""])


@rule(
    "A body that breaks a business rule, such as a missing name or an empty array, is 400 with a JSON string.",
    source="Assumed: the string is observed, these rules have no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("operation", "body"),
    [("invoice.save", []), ("invoice.view", [{}]), ("template.save", [{}]), ("currency.save", [{}]), ("tax.save", [{}]),
     ("cost_centres.save", [{}]), ("client.save", [{}]), ("item.save", [{"name": None}]),
     ("tax.save", [{"name": "x", "linked_rates": [{}]}])],
    ids=str,
)  # fmt: skip
def test_a_rule_violation_is_reported_as_text(api: Api, operation: str, body: Any) -> None:
    assert isinstance(api.call(operation, expect=400, body=body), str)


@rule(
    'POST /BudgetType without a name is 400 with an exception object: its Message starts with "A database error occurred (515)", its HResult is -2146233088.',
    source="Observed: github.com/Midtown-Technology-Group/halocli, dev_write_results.json",
)
def test_a_missing_column_is_reported_as_a_database_exception(api: Api) -> None:
    error = api.call("budget_type.save", expect=400, body=[{"defaultrate": 1}])

    assert error["Message"].startswith("A database error occurred (515)")
    assert error["HResult"] == -2146233088


@rule(
    "JSON responses, also errors, have the Content-Type application/json; charset=utf-8.",
    source="Observed: github.com/Midtown-Technology-Group/halocli, sweep_results.json",
)
@pytest.mark.parametrize("path", ["Tax", "Tax/probe", "AuthInfo", "Invoice?idonly=true"])
def test_json_is_sent_with_its_charset(api: Api, path: str) -> None:
    response = api.send("GET", f"/api/{path}")

    media_type, _, charset = response.headers["content-type"].lower().partition(";")
    assert (media_type.strip(), charset.strip()) == ("application/json", "charset=utf-8")


@rule(
    "A POST body is accepted with Content-Type {media_type}.",
    source="Documented: usehalo.com/swagger, request bodies",
)
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


@rule(
    "GET /{path} does not exist: 404 with an empty body.",
    source="Observed: github.com/Midtown-Technology-Group/halocli, sweep_results.json",
)
@pytest.mark.parametrize("path", ["Nothing", "Expense/1"])
def test_an_unknown_path_is_404_without_a_body(api: Api, path: str) -> None:
    response = api.send("GET", f"/api/{path}")

    assert (response.status, response.content) == (404, b"")


@rule(
    "A method that the path lacks is 405, a Content-Type that is not JSON is 415, both with an empty body.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_method_or_media_type_that_is_not_accepted_is_an_error_without_a_body(api: Api) -> None:
    method = api.send("PUT", "/api/Invoice")
    media_type = api.send("POST", "/api/Invoice", data=b"x", headers={"Content-Type": "text/csv"})

    assert (method.status, method.content) == (405, b"")
    assert (media_type.status, media_type.content) == (415, b"")


@rule(
    "A date in a body may have a zone, a fraction of a second or no time; a zone is converted to UTC and dropped.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_dates_may_have_a_zone_a_fraction_or_no_time(factory: Factory) -> None:
    for sent, stored in (("2026-01-31", "2026-01-31T00:00:00"), ("2026-01-31T23:30:00-02:00", "2026-02-01T01:30:00"),
                       ("2026-01-31T10:00:00.123456789Z", "2026-01-31T10:00:00")):  # fmt: skip
        assert factory.invoice(invoice_date=sent)["invoice_date"] == stored
    assert (
        factory.invoice(invoice_date="9999-12-31", due_date_int=3660)["duedate"]
        == "9999-12-31T00:00:00"
    )
