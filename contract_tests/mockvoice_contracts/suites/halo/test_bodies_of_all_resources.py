"""The form of bodies and responses of every operation that saves: arrays, several elements, values of other types."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import (
    UNKNOWN_ID,
    Factory,
    Record,
    assert_same,
    line,
)

NO_LINE = [{"value_type": 4, "value": str(UNKNOWN_ID)}]
# The name of each operation, and a property that is a number with it.
NUMBERS = {
    "invoice.save": "client_id", "recurring_invoice.save": "client_id", "invoice.update_lines": "ihid",
    "recurring_invoice.update_lines": "ihid", "recurring_invoice.add_lines": "ihid", "invoice.view": "id",
    "invoice_change.save": "invoice_id", "invoice_payment.save": "amount", "tax.save": "value", "tax_rule.save": "taxid",
    "currency.save": "conversion_rate", "cost_centres.save": "id", "budget_type.save": "defaultrate",
    "expense.save": "amount", "client.save": "toplevel_id", "item.save": "baseprice", "template.save": "period",
}  # fmt: skip


@rule(
    "An empty array as the body of {operation} is 400 with a text.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("operation", [*NUMBERS, "recurring_invoice.process"])
def test_an_empty_array_is_rejected(api: Api, operation: str) -> None:
    assert isinstance(api.call(operation, expect=400, body=[]), str)


@rule(
    "An object instead of an array as the body of {operation} is 400 with an object, and so is a text in place of a number, with its path as key.",
    source="Assumed: observed for Invoice only",
)
@pytest.mark.assumed
@pytest.mark.parametrize("operation", NUMBERS)
def test_a_body_of_another_type_is_rejected(api: Api, operation: str) -> None:
    name = NUMBERS[operation]
    no_array = api.call(operation, expect=400, body={name: 1})
    no_number = api.call(operation, expect=400, body=[{"id": 1, name: "abc"}])

    assert isinstance(no_array, dict)
    assert list(no_number) == [f"[0].{name}"]


def _named(factory: Factory) -> Record:
    return {"name": factory.unique_name("Several")}


def _with_client(factory: Factory) -> Record:
    return {"client_id": factory.client()["id"], "lines": [line(5)]}


def _payment(factory: Factory) -> Record:
    return {"invoice_id": factory.invoice(line(5))["id"], "amount": 2}


def _rule(factory: Factory) -> Record:
    return {**_named(factory), "taxid": factory.tax()["id"], "tax_conditions": NO_LINE}


SAVED: dict[str, Callable[[Factory], Record]] = {
    "invoice": _with_client, "recurring_invoice": _with_client, "invoice_payment": _payment,
    "invoice_change": lambda factory: {"invoice_id": factory.invoice()["id"], "field_name": "x"},
    "tax": _named, "tax_rule": _rule, "currency": lambda factory: {**_named(factory), "conversion_rate": 3},
    "cost_centres": _named, "budget_type": _named, "expense": lambda factory: {"amount": 5, "description": "Taxi"},
    "client": _named, "item": _named,
}  # fmt: skip


@rule(
    "POST of one {resource} returns an object, of several an array in their order, also of new and stored ones together.",
    source="Assumed: documented and observed for one Invoice only",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", SAVED)
def test_several_records_are_returned_in_their_order(
    api: Api, factory: Factory, resource: str
) -> None:
    bodies = [SAVED[resource](factory) for _ in range(3)]
    first = factory.save(resource, bodies[0])
    known = {"id": first["id"]} if resource != "invoice_change" else bodies[0]
    answers = factory.save(resource, bodies[1], known, bodies[2])
    if resource == "tax_rule":
        for answer in answers:
            api.call("tax_rule.delete", expect=200, taxRuleId=answer["id"])

    assert isinstance(first, dict)
    ids = [answer["id"] for answer in answers]
    assert len({first["id"], *ids}) == (4 if resource == "invoice_change" else 3)
    for answer, body in zip(answers, (bodies[1], bodies[0], bodies[2]), strict=True):
        assert {name: answer[name] for name in body if name in IDENTIFYING} == {
            name: body[name] for name in body if name in IDENTIFYING
        }
    if resource != "invoice_change":
        assert ids[1] == first["id"]


IDENTIFYING = {"name", "client_id", "invoice_id"}


@rule(
    "id 0 of a new {resource} counts as none: it is created with an id of its own.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", SAVED)
def test_an_id_of_zero_creates(api: Api, factory: Factory, resource: str) -> None:
    answer = factory.save(resource, {**SAVED[resource](factory), "id": 0})
    if resource == "tax_rule":
        api.call("tax_rule.delete", expect=200, taxRuleId=answer["id"])

    assert answer["id"] < -1 if resource == "recurring_invoice" else answer["id"] > 0


PARAMETERS = {
    "invoice": "invoiceId", "recurring_invoice": "recurringInvoiceId", "invoice_payment": "paymentId", "tax": "taxId",
    "tax_rule": "taxRuleId", "currency": "currencyId", "cost_centres": "costCentreId", "budget_type": "budgetTypeId",
    "client": "clientId", "item": "itemId",
}  # fmt: skip


@rule(
    "An update of {resource} that names nothing but the id changes nothing, and DELETE returns the deleted record.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", PARAMETERS)
def test_an_empty_update_changes_nothing(api: Api, factory: Factory, resource: str) -> None:
    created = factory.save(resource, SAVED[resource](factory))
    path = {PARAMETERS[resource]: created["id"]}
    before = api.call(f"{resource}.get", expect=200, **path)
    factory.save(resource, {"id": created["id"]})
    after = api.call(f"{resource}.get", expect=200, **path)
    deleted = api.call(f"{resource}.delete", expect=200, **path)

    changing = ("change_seq", "last_modified")
    assert_same(_without(after, *changing), _without(before, *changing))
    assert deleted["id"] == created["id"]


def _without(record: Record, *names: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}


@rule(
    "{media_type} is accepted as the type of a body of {operation}.",
    source="Documented: usehalo.com/swagger, request bodies",
)
@pytest.mark.parametrize("media_type", ["text/json", "application/json-patch+json"])
@pytest.mark.parametrize(
    "operation", ["invoice.save", "recurring_invoice.save", "tax.save", "expense.save"]
)
def test_other_media_types_are_json(
    api: Api, factory: Factory, operation: str, media_type: str
) -> None:
    body = [SAVED[operation.removesuffix(".save")](factory)]
    headers = {"Content-Type": media_type}
    saved = api.call(operation, expect=(200, 201), body=body, headers=headers)

    assert saved["id"]
