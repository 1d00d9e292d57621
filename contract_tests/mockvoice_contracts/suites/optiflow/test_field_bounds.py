"""The longest texts and the least and greatest numbers of each field, and the fields that are required."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import Factory, Record, id_parameter
from mockvoice_contracts.suites.optiflow.new_records import new_record
from mockvoice_contracts.suites.optiflow.same_records import check_same

LENGTHS = [
    ("contacts", "name", 255),
    ("contacts", "phone_primary", 20),
    ("contacts", "phone_secondary", 20),
    ("contacts", "mobile", 20),
    ("contacts", "fax", 20),
    ("contacts", "identification_number", 50),
    ("products", "name", 255),
    ("products", "sku", 255),
    ("products", "description", 1000),
    ("taxes", "name", 255),
    ("currencies", "name", 255),
    ("currencies", "symbol", 10),
    ("document_subtypes", "name", 255),
    ("payments", "note", 1000),
    ("invoices", "notes", 1000),
    ("quotations", "notes", 1000),
]


def text(factory: Factory, length: int) -> str:
    """Return a text of this length in characters, which is unique if it is long."""
    beginning = factory.unique_name("ñ") if length > 100 else ""
    return (beginning + "ñ" * length)[:length]


@rule(
    "{field} of {kind} has up to {length} characters, whatever their number of bytes; one more gets 422 on {field} from a creation and from an update, which changes nothing.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests",
)
@pytest.mark.parametrize(("kind", "field", "length"), LENGTHS)
def test_a_text_may_have_its_whole_length(
    factory: Factory, kind: str, field: str, length: int
) -> None:
    longest, other = text(factory, length), text(factory, length)
    created, plain = new_record(factory, kind, **{field: longest}), new_record(factory, kind)
    too_long = {field: f"{text(factory, length)}x"}

    assert created[field] == longest
    check_rejected(factory, kind, plain, too_long)
    assert factory.update(kind, plain, **{field: other})[field] == other


def check_rejected(factory: Factory, kind: str, record: Record, invalid: Record) -> None:
    """Check that an update with one invalid field, among valid ones, gets 422 and changes nothing."""
    before, (field,) = factory.read(kind, record), invalid
    errors = factory.error_fields(f"{kind}.update", invalid, **id_parameter(kind, record))
    assert errors == [field]
    check_same(factory.read(kind, record), before)


NUMBERS = [
    ("contacts", "credit_limit", "0.00", "99999999.99", [-1, "-0.01"]),
    ("products", "price", "0.00", "99999999.99", [-1, "-0.01"]),
    ("products", "cost", "0.00", "99999999.99", [-1, "-0.01"]),
    ("taxes", "rate", "0.00", "100.00", [-1, "-0.01", "100.01", 101]),
    ("payments", "amount", "0.01", "100.00", [0, "-0.01", "0.001", "100.01"]),
]


@rule(
    "{field} of {kind} may be {least} and {most}, in a creation and in an update; beyond its bounds it gets 422 on {field}, and an update changes nothing.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests",
)
@pytest.mark.parametrize(("kind", "field", "least", "most", "invalid"), NUMBERS)
def test_a_number_may_be_at_its_bounds(
    factory: Factory, kind: str, field: str, least: str, most: str, invalid: list[Any]
) -> None:
    record = new_record(factory, kind)

    for value in (least, most):
        assert new_record(factory, kind, **{field: value})[field] == value
        assert factory.update(kind, record, **{field: value})[field] == value
        assert factory.read(kind, record)[field] == value
    for value in invalid:
        check_rejected(factory, kind, record, {field: value})


CHOICES = [
    ("contacts", "contact_type", ["customer", "supplier", "optometrist", "both"]),
    ("contacts", "identification_type", ["rnc", "cedula", "passport", "other"]),
    ("contacts", "status", ["active", "inactive"]),
    ("contacts", "gender", ["male", "female", "other"]),
    ("products", "product_type", ["physical", "service", "digital"]),
    ("taxes", "type", ["itbis", "isc", "propina_legal", "exento", "no_facturable", "other"]),
    ("bank_accounts", "type", ["bank", "credit_card", "cash", "other"]),
    ("payments", "payment_method", ["cash", "check", "credit_card", "bank_transfer", "mobile_payment", "transfer", "other"]),
]  # fmt: skip


@rule(
    "{field} of {kind} may be each of {values}, in a creation and in an update; another word gets 422 on {field}.",
    source="Documented: mintlify.com/luisscruza/optiflow/api (the object tables), else app/Http/Requests of the source",
)
@pytest.mark.parametrize(("kind", "field", "values"), CHOICES)
def test_every_choice_is_accepted(
    factory: Factory, kind: str, field: str, values: list[str]
) -> None:
    record = new_record(factory, kind)

    for value in values:
        assert factory.update(kind, record, **{field: value})[field] == value
        assert factory.read(kind, record)[field] == value
    assert new_record(factory, kind, **{field: values[-1]})[field] == values[-1]
    check_rejected(factory, kind, record, {field: "nothing"})


REQUIRED = {
    "contacts": ["name", "contact_type"],
    "products": ["name", "sku", "product_type", "price"],
    "taxes": ["name", "type", "rate"],
    "currencies": ["name", "code", "symbol", "initial_rate"],
    "document_subtypes": ["name", "type", "prefix", "start_number"],
    "salesmen": ["name", "surname"],
    "bank_accounts": ["name", "type", "currency_id", "initial_balance", "initial_balance_date"],
    "stock_transfers": ["product_id", "from_workspace_id", "to_workspace_id", "quantity"],
    "payments": ["bank_account_id", "payment_date", "payment_method", "amount"],
    "workspaces": ["name"],
}


def complete_body(factory: Factory, kind: str) -> Record:
    """Return a body with all required fields, of which each is valid."""
    name = factory.unique_name("Todo")
    currency = factory.default_currency["id"]
    match kind:
        case "currencies":
            return factory.currency_body()
        case "stock_transfers":
            here = {"from_workspace_id": factory.current_workspace()["id"]}
            there = {"to_workspace_id": factory.workspace()["id"]}
            return {"product_id": factory.product(5)["id"], "quantity": 1, **here, **there}
        case "payments":
            return factory.payment_body(factory.invoice())
    bodies: dict[str, Record] = {
        "contacts": {"contact_type": "customer"},
        "products": {"sku": name, "product_type": "service", "price": 1},
        "taxes": {"type": "other", "rate": 1},
        "document_subtypes": {
            "type": "invoice",
            "prefix": factory.unused_prefix(),
            "start_number": 1,
        },
        "salesmen": {"surname": "Gil"},
        "bank_accounts": {
            "type": "cash",
            "currency_id": currency,
            "initial_balance": 0,
            "initial_balance_date": "2020-01-01",
        },
        "workspaces": {},
    }
    return {"name": name, **bodies[kind]}


@rule(
    "A new record of {kind} without one of its required fields, or with null or an empty text in it, gets 422 on that field; without all of them, on each.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests",
)
@pytest.mark.parametrize("kind", REQUIRED)
def test_each_required_field_is_missed(factory: Factory, kind: str) -> None:
    body, required = complete_body(factory, kind), REQUIRED[kind]

    for field in required:
        absent = {name: value for name, value in body.items() if name != field}
        for invalid in (absent, {**body, field: None}, {**body, field: ""}):
            assert factory.error_fields(f"{kind}.create", invalid) == [field]
    if kind != "payments":
        assert sorted(factory.error_fields(f"{kind}.create", {})) == sorted(required)
    factory.create(f"{kind}.create", body)


@rule(
    "The workspace's code has up to 50 characters, description 1000, address 500 and phone 50; one more gets 422 on the field.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests",
)
def test_the_texts_of_a_workspace_are_limited(api: Api, factory: Factory) -> None:
    lengths = {"code": 50, "description": 1000, "address": 500, "phone": 50}
    longest = {field: "ñ" * length for field, length in lengths.items()}
    workspace = factory.workspace(**longest)
    path = {"workspaceId": factory.workspace()["id"]}
    updated = api.call("workspaces.update", expect=200, body=longest, **path)["data"]

    for record in (workspace, updated):
        assert {field: record[field] for field in lengths} == longest
    for field, value in longest.items():
        invalid = {"name": factory.unique_name("Larga"), field: f"{value}x"}
        assert factory.error_fields("workspaces.create", invalid) == [field]
        assert factory.error_fields("workspaces.update", invalid, **path) == [field]
    (row,) = [
        row
        for row in api.call("workspaces.search", expect=200)["data"]
        if row["id"] == updated["id"]
    ]
    check_same(row, updated)
