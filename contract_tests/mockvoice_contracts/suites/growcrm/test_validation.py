"""Invalid bodies: the fields that get an error, and the messages."""

from typing import Any

import pytest

from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.contract import Contract, Operation
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import (
    INVOICE_CATEGORY,
    UNKNOWN_ID,
    Factory,
    Record,
    line,
    required_header,
)
from mockvoice_contracts.suites.growcrm.messages import (
    check_errors,
    required,
    skip_unless_wording_is_fixed,
    unknown,
)

CONTRACT = Contract(targets.document("growcrm"), closed=True)
WITH_BODY = [operation for operation in CONTRACT.operations.values() if operation.body]
# The vendor shows the texts of errors on its pages about projects and clients.
DOCUMENTED_TEXT = {"projects", "clients"}
WITH_DOCUMENTED_TEXT = [item for item in WITH_BODY if item.tags[0] in DOCUMENTED_TEXT]
WITH_OTHER_TEXT = [item for item in WITH_BODY if item.tags[0] not in DOCUMENTED_TEXT]
# Fields that must be present but can be empty.
CAN_BE_EMPTY = {"tags", "items", "assigned", "users", "manager"}


def required_of(operation: Operation) -> list[str]:
    schema = CONTRACT.resolve(operation.body["application/json"]["schema"])
    return list(schema["required"])


@rule(
    "A body without its required fields gets 422 with the message `The given data was invalid.` and an error for each missing field.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.id)
def test_an_empty_body_is_rejected_and_every_missing_field_is_reported(
    api: Api, operation: Operation
) -> None:
    path = dict.fromkeys(operation.path_parameters, UNKNOWN_ID)
    response = api.call(operation.id, expect=422, body={}, **path)

    assert response["message"] == "The given data was invalid."
    assert sorted(response["errors"]) == sorted(required_of(operation))


@rule(
    "The error text of a missing field is `The project title field is required.`, with the field's own name.",
    source="Documented: docs-api.growcrm.io/projects",
)
@pytest.mark.parametrize("operation", WITH_DOCUMENTED_TEXT, ids=lambda operation: operation.id)
def test_the_message_for_a_missing_field_says_that_it_is_required(
    api: Api, operation: Operation
) -> None:
    check_required_texts(api, operation)


@rule(
    "The error text of a missing field is like `The bill date field is required.` for `bill_date`.",
    source="Assumed: the pages of these resources give no texts; they follow those of projects and clients",
)
@pytest.mark.assumed
@pytest.mark.parametrize("operation", WITH_OTHER_TEXT, ids=lambda operation: operation.id)
def test_the_messages_of_other_resources_follow_the_pattern(api: Api, operation: Operation) -> None:
    skip_unless_wording_is_fixed(api)

    check_required_texts(api, operation)


def check_required_texts(api: Api, operation: Operation) -> None:
    path = dict.fromkeys(operation.path_parameters, UNKNOWN_ID)
    errors = api.call(operation.id, expect=422, body={}, **path)["errors"]

    assert {field: errors[field] for field in errors if field not in CAN_BE_EMPTY} == {
        field: required(field)[field]
        for field in required_of(operation)
        if field not in CAN_BE_EMPTY
    }


@rule(
    "{operation} without `{field}` gets 422 with an error for it, although it may be empty.",
    source="Assumed: the reference gives no text; it is Laravel's",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("operation", "field"),
    [
        ("invoices.set_tags", "tags"), ("invoices.set_items", "items"), ("projects.assign", "assigned"),
        ("projects.set_manager", "manager"), ("categories.set_team", "users"),
    ],
)  # fmt: skip
def test_a_field_that_can_be_empty_must_still_be_present(
    api: Api, operation: str, field: str
) -> None:
    path = dict.fromkeys(CONTRACT.find(operation).path_parameters, UNKNOWN_ID)
    response = api.call(operation, expect=422, body={}, **path)

    check_errors(api, response, {field: [f"The {field} field must be present."]})


@rule(
    "Null and blank text in a required field count as missing: 422 with an error for the field.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.id)
def test_null_and_blank_text_are_treated_as_missing(api: Api, operation: Operation) -> None:
    path = dict.fromkeys(operation.path_parameters, UNKNOWN_ID)
    fields = [field for field in required_of(operation) if field != "manager"]
    for blank in (None, "", "   "):
        if fields:
            body = dict.fromkeys(required_of(operation), blank)
            response = api.call(operation.id, expect=422, body=body, **path)
            assert sorted(response["errors"]) == sorted(fields)


def draft_body(factory: Factory) -> Record:
    return {
        "bill_clientid": factory.client()["id"],
        "bill_categoryid": INVOICE_CATEGORY,
        "bill_date": factory.day(),
    }


@rule(
    "{operation} with a `{field}` that does not exist gets 422 with an error for it.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@pytest.mark.parametrize("field", ["bill_clientid", "bill_categoryid", "bill_projectid"])
@pytest.mark.parametrize("operation", ["invoices.create", "estimates.create"])
def test_the_references_of_a_bill_must_exist(
    api: Api, factory: Factory, operation: str, field: str
) -> None:
    response = api.call(operation, expect=422, body={**draft_body(factory), field: UNKNOWN_ID})

    assert response["message"] == "The given data was invalid."
    check_errors(api, response, unknown(field))


@rule(
    "PATCH of {kind} with a `{field}` that does not exist gets 422 with an error for it, and changes nothing.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@pytest.mark.parametrize("field", ["bill_categoryid", "bill_projectid"])
@pytest.mark.parametrize("kind", ["invoices", "estimates"])
def test_the_references_of_an_update_must_exist(
    api: Api, factory: Factory, kind: str, field: str
) -> None:
    bill = factory.record(kind)
    body = {**required_header(bill), field: UNKNOWN_ID}
    operation = {"invoices": "invoices.update", "estimates": "estimates.update"}[kind]
    response = api.call(operation, expect=422, body=body, **{f"{kind[:-1]}Id": bill["id"]})

    check_errors(api, response, unknown(field))
    assert factory.read(kind, bill) == bill


@rule(
    "A clone with a `{field}` that does not exist gets 422 with an error for it.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@pytest.mark.parametrize("field", ["bill_clientid", "bill_projectid"])
def test_the_references_of_a_clone_must_exist(api: Api, factory: Factory, field: str) -> None:
    invoice = factory.invoice()
    body = {
        "bill_clientid": invoice["client"]["id"],
        "bill_date": factory.day(),
        "bill_due_date": factory.day(),
    }
    response = api.call(
        "invoices.clone", expect=422, invoiceId=invoice["id"], body={**body, field: UNKNOWN_ID}
    )

    assert list(response["errors"]) == [field]


@rule(
    "{operation} with a `bill_due_date` before `bill_date` gets 422 with an error for it.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@pytest.mark.parametrize("operation", ["invoices.create", "invoices.update", "invoices.clone"])
def test_a_due_date_before_the_invoice_date_is_rejected(
    api: Api, factory: Factory, operation: str
) -> None:
    invoice = factory.invoice()
    body = {**draft_body(factory), "bill_due_date": factory.day(-1)}
    path = {} if operation == "invoices.create" else {"invoiceId": invoice["id"]}
    response = api.call(operation, expect=422, body=body, **path)

    check_errors(api, response, {"bill_due_date": ["Due Date must be after the Start Date"]})
    assert factory.read("invoices", invoice) == invoice


@rule(
    "`tax_rate_ids` with an id that does not exist gets 422 with an error for `tax_rate_ids.1`, its position.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_summary_mode_accepts_only_existing_tax_rates(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()
    body = {"items": [line()], "tax_rate_ids": [factory.tax_rate_id("10"), UNKNOWN_ID]}
    response = api.call("invoices.set_items", expect=422, invoiceId=invoice["id"], body=body)

    check_errors(api, response, unknown("tax_rate_ids.1"))


@rule(
    "`tax_rate_id` of an inline line that does not exist gets 422 with an error for `items.1.tax_rate_id`.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_an_inline_line_accepts_only_an_existing_tax_rate(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(bill_tax_type="inline")
    body = {"items": [line(), line(tax_rate_id=UNKNOWN_ID)]}
    response = api.call("invoices.set_items", expect=422, invoiceId=invoice["id"], body=body)

    check_errors(api, response, unknown("items.1.tax_rate_id"))


@rule(
    "A line without `{missing}` gets 422 with an error for `items.1.{missing}`.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@pytest.mark.parametrize("missing", ["description", "quantity", "rate"])
def test_a_line_requires_description_quantity_and_rate(
    api: Api, factory: Factory, missing: str
) -> None:
    item = line()
    del item[missing]
    response = api.call(
        "invoices.set_items",
        expect=422,
        invoiceId=factory.invoice()["id"],
        body={"items": [line(), item]},
    )

    check_errors(api, response, required(f"items.1.{missing}"))


# A field of a new invoice, an invalid value, and the error message.
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


@rule(
    "`{field}` with a value of the wrong type or form gets 422 with the error `{message}` for it.",
    source="Assumed: the invoice page gives no texts; they are Laravel's",
)
@pytest.mark.assumed
@pytest.mark.parametrize(("field", "value", "message"), HEADER)
def test_an_invalid_header_field_gets_laravels_message(
    api: Api, factory: Factory, field: str, value: object, message: str
) -> None:
    response = api.call("invoices.create", expect=422, body={**draft_body(factory), field: value})

    check_errors(api, response, {field: [message]})


LINES: list[tuple[str, Any, str]] = [
    ("quantity", "many", "The items.0.quantity field must be a number."),
    ("quantity", 0, "The items.0.quantity field must be greater than 0."),
    ("quantity", "-1", "The items.0.quantity field must be greater than 0."),
    ("rate", "-", "The items.0.rate field must be a number."),
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


@rule(
    "`items.0.{field}` with an invalid value gets 422 with the error `{message}` for it.",
    source="Assumed: the invoice page gives no texts; they are Laravel's",
)
@pytest.mark.assumed
@pytest.mark.parametrize(("field", "value", "message"), LINES)
def test_an_invalid_line_field_gets_laravels_message(
    api: Api, factory: Factory, field: str, value: object, message: str
) -> None:
    body = {"items": [line(**{field: value})]}
    response = api.call(
        "invoices.set_items", expect=422, invoiceId=factory.invoice()["id"], body=body
    )

    check_errors(api, response, {f"items.0.{field}": [message]})


@rule(
    "`items`, each of its rows and `tax_rate_ids` must be arrays, and ids integers, else 422.",
    source="Assumed: the invoice page gives no texts; they are Laravel's",
)
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
def test_a_list_must_be_an_array(api: Api, factory: Factory, body: Record, errors: Record) -> None:
    response = api.call(
        "invoices.set_items", expect=422, invoiceId=factory.invoice()["id"], body=body
    )

    check_errors(api, response, errors)


@rule(
    "A 422 names all invalid fields at once, in all lines.",
    source="Assumed: the reference gives no source; Laravel does so",
)
@pytest.mark.assumed
def test_all_errors_are_reported_at_once(api: Api, factory: Factory) -> None:
    body = {"items": [line(rate="x", quantity=0), {"rate": 1}], "tax_rate_ids": ["y"]}
    response = api.call(
        "invoices.set_items", expect=422, invoiceId=factory.invoice()["id"], body=body
    )

    assert sorted(response["errors"]) == [
        "items.0.quantity", "items.0.rate", "items.1.description", "items.1.quantity", "tax_rate_ids.0",
    ]  # fmt: skip


@rule(
    "Text is trimmed, and blank text counts as null.",
    source="Assumed: observed in the CRM core for the web forms, assumed for the API",
)
@pytest.mark.assumed
def test_text_is_trimmed_and_blank_text_is_null(factory: Factory) -> None:
    invoice = factory.invoice(bill_notes="  Thank you \n", bill_terms="   ", bill_due_date=" ")

    assert (invoice["notes"], invoice["terms"]) == ("Thank you", None)
    assert invoice["dates"]["due_date"] == factory.day(7)


@rule(
    "`bill_date` {day} is stored as 2028-02-29.",
    source="Assumed: the reference accepts date-times by choice",
)
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
def test_only_the_date_of_a_date_time_is_stored(factory: Factory, day: str) -> None:
    assert factory.invoice(bill_date=day)["dates"]["date"] == "2028-02-29"


@rule(
    "An id can be sent as a text of digits.",
    source="Assumed: forms contain only text; the reference accepts digits everywhere by choice",
)
@pytest.mark.assumed
def test_an_integer_can_be_sent_as_a_string_of_digits(factory: Factory) -> None:
    client = factory.client()
    invoice = factory.invoice(bill_clientid=f" {client['id']} ", bill_categoryid="+4")

    assert (invoice["client"]["id"], invoice["category"]["id"]) == (client["id"], INVOICE_CATEGORY)


@rule(
    "An invalid body for an unknown invoice id gets 422, a valid one 404.",
    source="Assumed: derived from the form requests of api-development-guide.md",
)
@pytest.mark.assumed
def test_the_body_is_checked_before_the_record_is_looked_up(api: Api, factory: Factory) -> None:
    header = {"bill_categoryid": INVOICE_CATEGORY, "bill_date": factory.day()}

    api.call("invoices.update", expect=422, invoiceId=UNKNOWN_ID, body={})
    api.call(
        "invoices.update",
        expect=422,
        invoiceId=UNKNOWN_ID,
        body={**header, "bill_projectid": UNKNOWN_ID},
    )
    api.call("invoices.update", expect=404, invoiceId=UNKNOWN_ID, body=header)
