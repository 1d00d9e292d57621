"""Updates of every field of reference data and payments, one at a time: what changes, and what stays."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import Factory, Record, id_parameter
from mockvoice_contracts.suites.optiflow.new_records import new_record
from mockvoice_contracts.suites.optiflow.same_records import check_same

# For each kind: a full record, and another value for each of its fields.
FULL: dict[str, Record] = {
    "contacts": {
        "contact_type": "supplier", "email": "a@contract.example", "phone_primary": "809-1", "phone_secondary": "809-2",
        "mobile": "809-3", "fax": "809-4", "identification_type": "rnc", "identification_number": "131000001",
        "status": "inactive", "credit_limit": "50.00", "observations": "A", "birth_date": "1980-01-31", "gender": "female",
        "addresses": [{"description": "Calle 1", "municipality": "Moca", "province": "Espaillat", "country": "RD"}],
    },
    "products": {
        "description": "A", "product_type": "physical", "price": "10.50", "cost": "4.00", "track_stock": True,
        "allow_negative_stock": True, "is_active": True,
    },
    "taxes": {"type": "other", "rate": "1.25"},
    "currencies": {"symbol": "A$", "is_active": True},
    "document_subtypes": {"end_number": 500},
    "salesmen": {"surname": "Gil"},
    "bank_accounts": {
        "type": "cash", "account_number": "A-1", "description": "A", "initial_balance": "12.34",
        "initial_balance_date": "2026-01-10",
    },
    "payments": {"note": "A", "payment_method": "check", "payment_date": "2026-01-31", "amount": "12.50"},
}  # fmt: skip
CHANGES: dict[str, Record] = {
    "contacts": {
        "contact_type": "both", "email": "b@contract.example", "phone_primary": "829-1", "phone_secondary": "829-2",
        "mobile": "829-3", "fax": "829-4", "identification_type": "cedula", "identification_number": "00112345678",
        "status": "active", "credit_limit": "0.00", "observations": "B", "birth_date": "1990-02-28", "gender": "male",
    },
    "products": {
        "description": "B", "product_type": "digital", "price": "0.00", "cost": "0.00", "track_stock": False,
        "allow_negative_stock": False, "is_active": False,
    },
    "taxes": {"type": "itbis", "rate": "0.00"},
    "currencies": {"symbol": "B$", "is_active": False},
    "document_subtypes": {"start_number": 7, "end_number": 900, "is_active": False},
    "salesmen": {"surname": "Sosa"},
    "bank_accounts": {"type": "other", "account_number": "B-2", "description": "B", "is_active": False},
    "payments": {"note": "B", "payment_method": "transfer", "payment_date": "2026-02-28", "amount": "0.01"},
}  # fmt: skip
# Members that follow from others; other tests check them.
DERIVED: dict[str, tuple[str, ...]] = {
    "contacts": ("phone",),
    "products": ("profit", "profit_margin"),
    "taxes": ("rate_percentage",),
    "salesmen": ("full_name",),
    "document_subtypes": ("next_number",),
    "payments": ("subtotal_amount",),
}
every_kind = pytest.mark.parametrize("kind", CHANGES)


def full_record(factory: Factory, kind: str) -> Record:
    return new_record(factory, kind, **FULL[kind])


def row_of(api: Api, factory: Factory, kind: str, record: Record) -> Record:
    """Return a record's row in the list of its kind."""
    query: dict[str, Any] = {"sort": "-created_at", "per_page": 100}
    if kind == "products":
        query |= {"search": record["sku"], "filter[is_active]": "true,false"}
    elif kind == "contacts":
        query["search"] = record["name"]
    elif kind == "payments":
        query = {"filter[invoice_id]": record["invoice_id"]}
    else:
        return next(row for row in factory.all_rows(kind) if row["id"] == record["id"])
    rows = api.call(f"{kind}.search", expect=200, query=query)["data"]
    return next(row for row in rows if row["id"] == record["id"])


@rule(
    "A new record of {kind} has every field that was sent, in the response, in a later read and in its row of the list.",
    source="Documented: mintlify.com/luisscruza/optiflow/api (the object tables), else app/Http/Requests of the source",
)
@every_kind
def test_every_sent_field_is_kept(api: Api, factory: Factory, kind: str) -> None:
    created = full_record(factory, kind)

    for record in (created, factory.read(kind, created), row_of(api, factory, kind, created)):
        check_same(record, FULL[kind])
        assert (FULL[kind].keys() - record.keys()) == set()


@rule(
    "An update of {kind} by any one field, also to 0 or false, changes this field and keeps all others, in the response, in a later read and in its row; other records stay.",
    source="Documented: mintlify.com/luisscruza/optiflow/api (updates are partial)",
)
@every_kind
def test_each_field_changes_alone(api: Api, factory: Factory, kind: str) -> None:
    record, neighbour = full_record(factory, kind), full_record(factory, kind)
    ignored = ("updated_at", *DERIVED.get(kind, ()))

    for field, value in CHANGES[kind].items():
        before = factory.read(kind, record)
        changed = factory.update(kind, record, **{field: value})
        check_same(changed, {**before, field: value}, ignoring=ignored)
        check_same(factory.read(kind, record), changed)
    check_same(row_of(api, factory, kind, record), changed)
    check_same(changed, CHANGES[kind])
    check_same(factory.read(kind, neighbour), neighbour)


@rule(
    "An update of {kind} with an empty body, and a second update with the same values, change nothing but updated_at.",
    source="Documented: mintlify.com/luisscruza/optiflow/api (updates are partial)",
)
@every_kind
def test_an_empty_or_repeated_update_changes_nothing(factory: Factory, kind: str) -> None:
    record = full_record(factory, kind)
    empty = factory.update(kind, record)
    once, twice = (factory.update(kind, record, **CHANGES[kind]) for _ in range(2))

    check_same(empty, record, ignoring=["updated_at"])
    check_same(twice, once, ignoring=["updated_at"])
    check_same(factory.read(kind, record), twice)


NULLABLE = {
    "contacts": [
        "email", "phone_primary", "phone_secondary", "mobile", "fax", "identification_type", "identification_number",
        "observations", "birth_date", "gender",
    ],
    "products": ["description", "cost"],
    "document_subtypes": ["end_number"],
    "bank_accounts": ["account_number", "description"],
    "payments": ["note"],
}  # fmt: skip


@rule(
    "In an update of {kind}, null clears each field that may be null, as an empty text does, and keeps all others.",
    source="Assumed: the reference gives no source for null",
)
@pytest.mark.assumed
@pytest.mark.parametrize("kind", NULLABLE)
@pytest.mark.parametrize("empty", [None, ""])
def test_null_clears_each_field_alone(factory: Factory, kind: str, empty: str | None) -> None:
    record = full_record(factory, kind)
    ignored = ("updated_at", *DERIVED.get(kind, ()))

    for field in NULLABLE[kind]:
        before = factory.read(kind, record)
        assert before[field] is not None
        changed = factory.update(kind, record, **{field: empty})
        assert changed[field] is None
        check_same(changed, {**before, field: None}, ignoring=ignored)
    check_same(factory.read(kind, record), changed)


@rule(
    "default_tax_id of a product, user_id of a salesman, and is_default of a tax change alone; null clears the first two.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests",
)
def test_references_change_alone(api: Api, factory: Factory) -> None:
    first, second = (new_record(factory, "taxes")["id"] for _ in range(2))
    product = factory.service(default_tax_id=first, price="3.00")
    user_id = api.call("workspaces.search", expect=200)["data"][0]["owner_id"]
    salesman = factory.salesman()
    seen = []
    for tax in (second, None, first):
        changed = factory.update("products", product, default_tax_id=tax)
        check_same(changed, product, ignoring=("default_tax_id", "updated_at"))
        seen.append(factory.read("products", product)["default_tax_id"])
    users = []
    for user in (user_id, None):
        changed = factory.update("salesmen", salesman, user_id=user)
        check_same(changed, salesman, ignoring=("user_id", "updated_at"))
        users.append(factory.read("salesmen", salesman)["user_id"])

    assert seen == [second, None, first]
    assert users == [user_id, None]


@rule(
    "An update of {kind} with one invalid field among valid ones gets 422 on that field only and changes nothing.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/overview",
)
@every_kind
def test_a_rejected_update_changes_no_field(factory: Factory, kind: str) -> None:
    record = full_record(factory, kind)
    if kind == "payments":
        field, value = "bank_account_id", 9_007_199_254_740_991
    else:
        field, value = "name", ""
    body = {**CHANGES[kind], field: value}

    assert factory.error_fields(f"{kind}.update", body, **id_parameter(kind, record)) == [field]
    check_same(factory.read(kind, record), record)
