"""Bodies that are refused: which field, in which words, and that nothing has changed."""

from typing import Any

import pytest

from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.contract import Contract, Operation
from mockvoice_contracts.suites.growcrm.factories import (
    INVOICE_CATEGORY,
    UNKNOWN_ID,
    Factory,
    Record,
    line,
    required_header,
)

CONTRACT = Contract(targets.document("growcrm"), closed=True)
WITH_BODY = [each for each in CONTRACT.operations.values() if each.body]
PRESENT = {"tags", "items", "assigned", "users", "manager"}  # which may be empty, but not left out


def required_of(operation: Operation) -> list[str]:
    schema = CONTRACT.resolve(operation.body["application/json"]["schema"])
    return list(schema["required"])


def spoken(field: str) -> str:
    return field.replace("_", " ")


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda each: each.id)
def test_an_empty_body_is_refused_and_every_missing_field_named(
    api: Api, operation: Operation
) -> None:
    path = dict.fromkeys(operation.path_names, UNKNOWN_ID)
    refused = api.call(operation.id, expect=422, body={}, **path)

    assert refused["message"] == "The given data was invalid."
    assert sorted(refused["errors"]) == sorted(required_of(operation))


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda each: each.id)
def test_a_missing_field_is_said_to_be_required(api: Api, operation: Operation) -> None:
    path = dict.fromkeys(operation.path_names, UNKNOWN_ID)
    errors = api.call(operation.id, expect=422, body={}, **path)["errors"]

    assert {field: errors[field] for field in errors if field not in PRESENT} == {
        field: [f"The {spoken(field)} field is required."]
        for field in required_of(operation)
        if field not in PRESENT
    }


@pytest.mark.assumed
@pytest.mark.parametrize(
    ("operation", "field"),
    [
        ("invoices.set_tags", "tags"), ("invoices.set_items", "items"), ("projects.assign", "assigned"),
        ("projects.set_manager", "manager"), ("categories.set_team", "users"),
    ],
)  # fmt: skip
def test_what_may_be_empty_must_still_be_present(api: Api, operation: str, field: str) -> None:
    path = dict.fromkeys(CONTRACT.find(operation).path_names, UNKNOWN_ID)
    refused = api.call(operation, expect=422, body={}, **path)

    assert refused["errors"] == {field: [f"The {field} field must be present."]}


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda each: each.id)
def test_null_and_blanks_do_not_fill_a_required_field(api: Api, operation: Operation) -> None:
    path = dict.fromkeys(operation.path_names, UNKNOWN_ID)
    fields = [field for field in required_of(operation) if field != "manager"]
    for nothing in (None, "", "   "):
        if fields:
            body = dict.fromkeys(required_of(operation), nothing)
            refused = api.call(operation.id, expect=422, body=body, **path)
            assert sorted(refused["errors"]) == sorted(fields)


def draft(make: Factory) -> Record:
    return {
        "bill_clientid": make.client()["id"],
        "bill_categoryid": INVOICE_CATEGORY,
        "bill_date": make.day(),
    }


@pytest.mark.parametrize("field", ["bill_clientid", "bill_categoryid", "bill_projectid"])
@pytest.mark.parametrize("operation", ["invoices.create", "estimates.create"])
def test_what_a_bill_refers_to_must_exist(
    api: Api, make: Factory, operation: str, field: str
) -> None:
    refused = api.call(operation, expect=422, body={**draft(make), field: UNKNOWN_ID})

    assert refused == {
        "message": "The given data was invalid.",
        "errors": {field: [f"The selected {spoken(field)} is invalid."]},
    }


@pytest.mark.parametrize("field", ["bill_categoryid", "bill_projectid"])
@pytest.mark.parametrize("kind", ["invoices", "estimates"])
def test_what_an_update_refers_to_must_exist(
    api: Api, make: Factory, kind: str, field: str
) -> None:
    bill = make.record(kind)
    body = {**required_header(bill), field: UNKNOWN_ID}
    operation = {"invoices": "invoices.update", "estimates": "estimates.update"}[kind]
    refused = api.call(operation, expect=422, body=body, **{f"{kind[:-1]}Id": bill["id"]})

    assert refused["errors"] == {field: [f"The selected {spoken(field)} is invalid."]}
    assert make.read(kind, bill) == bill


@pytest.mark.parametrize("field", ["bill_clientid", "bill_projectid"])
def test_what_a_copy_refers_to_must_exist(api: Api, make: Factory, field: str) -> None:
    invoice = make.invoice()
    body = {
        "bill_clientid": invoice["client"]["id"],
        "bill_date": make.day(),
        "bill_due_date": make.day(),
    }
    refused = api.call(
        "invoices.clone", expect=422, invoiceId=invoice["id"], body={**body, field: UNKNOWN_ID}
    )

    assert list(refused["errors"]) == [field]


@pytest.mark.parametrize("operation", ["invoices.create", "invoices.update", "invoices.clone"])
def test_an_invoice_is_not_due_before_its_date(api: Api, make: Factory, operation: str) -> None:
    invoice = make.invoice()
    body = {**draft(make), "bill_due_date": make.day(-1)}
    where = {} if operation == "invoices.create" else {"invoiceId": invoice["id"]}
    refused = api.call(operation, expect=422, body=body, **where)

    assert refused["errors"] == {"bill_due_date": ["Due Date must be after the Start Date"]}
    assert make.read("invoices", invoice) == invoice


def test_a_summary_takes_only_tax_rates_that_exist(api: Api, make: Factory) -> None:
    invoice = make.invoice()
    body = {"items": [line()], "tax_rate_ids": [make.tax_rate_id("10"), UNKNOWN_ID]}
    refused = api.call("invoices.set_items", expect=422, invoiceId=invoice["id"], body=body)

    assert refused["errors"] == {"tax_rate_ids.1": ["The selected tax rate ids.1 is invalid."]}


def test_an_inline_line_takes_only_a_tax_rate_that_exists(api: Api, make: Factory) -> None:
    invoice = make.invoice(bill_tax_type="inline")
    body = {"items": [line(), line(tax_rate_id=UNKNOWN_ID)]}
    refused = api.call("invoices.set_items", expect=422, invoiceId=invoice["id"], body=body)

    assert refused["errors"] == {
        "items.1.tax_rate_id": ["The selected items.1.tax rate id is invalid."]
    }


@pytest.mark.parametrize("missing", ["description", "quantity", "rate"])
def test_a_line_needs_description_quantity_and_rate(api: Api, make: Factory, missing: str) -> None:
    item = line()
    del item[missing]
    refused = api.call(
        "invoices.set_items",
        expect=422,
        invoiceId=make.invoice()["id"],
        body={"items": [line(), item]},
    )

    assert refused["errors"] == {
        f"items.1.{missing}": [f"The items.1.{missing} field is required."]
    }


# The field of a new invoice, a value, and the words that refuse it.
HEADER: list[tuple[str, Any, str]] = [
    ("bill_clientid", "x", "The bill clientid field must be an integer."),
    ("bill_clientid", 1.5, "The bill clientid field must be an integer."),
    ("bill_clientid", [1], "The bill clientid field must be an integer."),
    ("bill_projectid", "one", "The bill projectid field must be an integer."),
    ("bill_date", "tomorrow", "The bill date field must be a valid date."),
    ("bill_date", "2026-02-29", "The bill date field must be a valid date."),
    ("bill_date", "2026-13-01", "The bill date field must be a valid date."),
    ("bill_date", 20260101, "The bill date field must be a valid date."),
    ("bill_due_date", "31.12.2026", "The bill due date field must be a valid date."),
    ("bill_tax_type", "gross", "The selected bill tax type is invalid."),
    ("bill_tax_type", ["inline"], "The selected bill tax type is invalid."),
    ("bill_notes", {"a": 1}, "The bill notes field must be a string."),
    ("bill_terms", 7, "The bill terms field must be a string."),
    ("bill_notes", "x" * 10_001, "The bill notes field must not be greater than 10000 characters."),
]


@pytest.mark.assumed
@pytest.mark.parametrize(("field", "value", "words"), HEADER)
def test_a_field_of_the_header_is_refused_in_laravels_words(
    api: Api, make: Factory, field: str, value: object, words: str
) -> None:
    refused = api.call("invoices.create", expect=422, body={**draft(make), field: value})

    assert refused["errors"] == {field: [words]}


LINES: list[tuple[str, Any, str]] = [
    ("quantity", "many", "The items.0.quantity field must be a number."),
    ("quantity", 0, "The items.0.quantity field must be greater than 0."),
    ("quantity", "-1", "The items.0.quantity field must be greater than 0."),
    ("rate", "0.00", "The items.0.rate field must be greater than 0."),
    ("rate", True, "The items.0.rate field must be a number."),
    ("description", 7, "The items.0.description field must be a string."),
    (
        "description",
        "x" * 5001,
        "The items.0.description field must not be greater than 5000 characters.",
    ),
    ("unit", "x" * 51, "The items.0.unit field must not be greater than 50 characters."),
    ("discount_type", "some", "The selected items.0.discount type is invalid."),
    ("discount_value", -1, "The items.0.discount value field must be at least 0."),
    ("tax_rate_id", "VAT", "The items.0.tax rate id field must be an integer."),
]


@pytest.mark.assumed
@pytest.mark.parametrize(("field", "value", "words"), LINES)
def test_a_field_of_a_line_is_refused_in_laravels_words(
    api: Api, make: Factory, field: str, value: object, words: str
) -> None:
    body = {"items": [line(**{field: value})]}
    refused = api.call("invoices.set_items", expect=422, invoiceId=make.invoice()["id"], body=body)

    assert refused["errors"] == {f"items.0.{field}": [words]}


@pytest.mark.assumed
@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"items": "none"}, {"items": ["The items field must be an array."]}),
        ({"items": None}, {"items": ["The items field must be an array."]}),
        ({"items": {"a": line()}}, {"items": ["The items field must be an array."]}),
        ({"items": [7]}, {"items.0": ["The items.0 field must be an array."]}),
        (
            {"items": [], "tax_rate_ids": 4},
            {"tax_rate_ids": ["The tax rate ids field must be an array."]},
        ),
        (
            {"items": [], "tax_rate_ids": ["x"]},
            {"tax_rate_ids.0": ["The tax rate ids.0 field must be an integer."]},
        ),
    ],
)
def test_lists_must_be_lists(api: Api, make: Factory, body: Record, errors: Record) -> None:
    refused = api.call("invoices.set_items", expect=422, invoiceId=make.invoice()["id"], body=body)

    assert refused["errors"] == errors


@pytest.mark.assumed
def test_all_that_is_wrong_is_said_at_once(api: Api, make: Factory) -> None:
    body = {"items": [line(rate="x", quantity=0), {"rate": 1}], "tax_rate_ids": ["y"]}
    refused = api.call("invoices.set_items", expect=422, invoiceId=make.invoice()["id"], body=body)

    assert sorted(refused["errors"]) == [
        "items.0.quantity", "items.0.rate", "items.1.description", "items.1.quantity", "tax_rate_ids.0",
    ]  # fmt: skip


@pytest.mark.assumed
def test_text_is_trimmed_and_blank_text_is_null(make: Factory) -> None:
    invoice = make.invoice(bill_notes="  Thank you \n", bill_terms="   ", bill_due_date=" ")

    assert (invoice["notes"], invoice["terms"]) == ("Thank you", None)
    assert invoice["dates"]["due_date"] == make.day(7)


@pytest.mark.assumed
@pytest.mark.parametrize(
    "day",
    [
        "2028-02-29",
        " 2028-02-29 ",
        "2028-02-29T23:59:59Z",
        "2028-02-29 08:00",
        "2028-02-29T10:00:00.123+02:00",
    ],
)
def test_a_date_may_be_a_date_time_which_is_cut(make: Factory, day: str) -> None:
    assert make.invoice(bill_date=day)["dates"]["date"] == "2028-02-29"


@pytest.mark.assumed
def test_a_whole_number_may_be_a_text_of_digits(make: Factory) -> None:
    client = make.client()
    invoice = make.invoice(bill_clientid=f" {client['id']} ", bill_categoryid="04")

    assert (invoice["client"]["id"], invoice["category"]["id"]) == (client["id"], INVOICE_CATEGORY)


@pytest.mark.assumed
def test_the_body_is_checked_before_the_record_is_looked_for(api: Api, make: Factory) -> None:
    header = {"bill_categoryid": INVOICE_CATEGORY, "bill_date": make.day()}

    api.call("invoices.update", expect=422, invoiceId=UNKNOWN_ID, body={})
    api.call(
        "invoices.update",
        expect=422,
        invoiceId=UNKNOWN_ID,
        body={**header, "bill_projectid": UNKNOWN_ID},
    )
    api.call("invoices.update", expect=404, invoiceId=UNKNOWN_ID, body=header)
