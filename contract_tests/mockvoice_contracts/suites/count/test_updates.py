"""Creation and updates of every resource: ignored fields, empty bodies, times and spellings of ids."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.comparison import shared_members, to_instant
from mockvoice_contracts.suites.count.factories import Factory, Record

# For each resource: the factory's method, and a change by an update.
RESOURCES: dict[str, tuple[str, Record]] = {
    "invoices": ("invoice", {"notes": "New"}),
    "recurring_invoice_templates": ("template", {"notes": "New"}),
    "customers": ("customer", {"notes": "New"}),
    "products": ("product", {"description": "New"}),
    "tags": ("tag", {"color": "#123456"}),
    "tag_groups": ("tag_group", {"color": "#123456"}),
    "accounts": ("account", {"description": "New"}),
    "transactions": ("transaction", {"notes": "New"}),
}
every_resource = pytest.mark.parametrize("resource", RESOURCES)


def create(factory: Factory, resource: str, **fields: object) -> Record:
    record: Record = getattr(factory, RESOURCES[resource][0])(**fields)
    return record


def path_of(api: Api, resource: str, record_id: str) -> dict[str, str]:
    (parameter,) = api.contract.find(f"{resource}.update").path_parameters
    return {parameter: record_id}


def read(api: Api, resource: str, record: Record) -> Record:
    """Return the current record; accounts can only be listed."""
    if resource == "accounts":
        query = {"search": record["name"], "limit": 100}
        rows = api.call("accounts.search", expect=200, query=query)["data"]["accounts"]
        return next(row for row in rows if row["id"] == record["id"])
    result: Record = api.call(
        f"{resource}.get", expect=200, **path_of(api, resource, record["id"])
    )["data"]
    return result


def warnings(record: Record) -> set[tuple[str, str]]:
    return {(row["field"], row["reason"]) for row in record["_partnerWarnings"]}


@rule(
    "Creation and update of {resource} ignore an unknown field and list it in _partnerWarnings as unknown_field; later reads have no warnings.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@every_resource
def test_unknown_fields_are_listed_in_warnings(api: Api, factory: Factory, resource: str) -> None:
    created = create(factory, resource, colourOfIt="red")
    path = path_of(api, resource, created["id"])
    body = {"colourOfIt": "blue", "shape": 1, **RESOURCES[resource][1]}
    changed = api.call(f"{resource}.update", expect=200, body=body, **path)["data"]
    after = read(api, resource, created)

    assert ("colourOfIt", "unknown_field") in warnings(created)
    assert warnings(changed) == {("colourOfIt", "unknown_field"), ("shape", "unknown_field")}
    assert not after.keys() & {"_partnerWarnings", "colourOfIt", "shape"}
    for name, value in RESOURCES[resource][1].items():
        assert changed[name] == value == after[name]


@rule(
    "An empty update of a record of {resource}, or one with unknown fields only, returns 200 with a warning and changes nothing.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize("resource", [name for name in RESOURCES if name != "accounts"])
def test_an_update_without_known_fields_changes_nothing(
    api: Api, factory: Factory, resource: str
) -> None:
    before = read(api, resource, create(factory, resource))
    path = path_of(api, resource, before["id"])
    for body in ({}, {"shape": 1}):
        changed = api.call(f"{resource}.update", expect=200, body=body, **path)["data"]
        assert changed["_partnerWarnings"]

    after = read(api, resource, before)
    known = {name: value for name, value in before.items() if name != "updatedAt"}
    assert shared_members(after, known) == shared_members(known, after)


@rule(
    "An update of a record of {resource} keeps createdAt and id, and sets updatedAt, which reads do not.",
    source="Assumed: the vendor states it for customers",
)
@pytest.mark.assumed
@every_resource
def test_an_update_changes_only_the_time_of_the_update(
    api: Api, factory: Factory, resource: str
) -> None:
    created = create(factory, resource)
    before = read(api, resource, created)
    assert to_instant(before["updatedAt"]) == to_instant(created["updatedAt"])
    path = path_of(api, resource, created["id"])
    body = RESOURCES[resource][1]
    changed = api.call(f"{resource}.update", expect=200, body=body, **path)["data"]
    after = read(api, resource, created)

    assert changed["id"] == created["id"]
    for record in (changed, after):
        assert to_instant(record["createdAt"]) == to_instant(created["createdAt"])
        assert to_instant(record["updatedAt"]) > to_instant(created["updatedAt"])


@rule(
    "Ids of {resource} are accepted in upper case and returned in lower case; braces and a form without hyphens return 400.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
@every_resource
def test_ids_are_accepted_in_upper_case(api: Api, factory: Factory, resource: str) -> None:
    record = create(factory, resource)
    operation, body = f"{resource}.update", RESOURCES[resource][1]
    path = path_of(api, resource, record["id"].upper())
    changed = api.call(operation, expect=200, body=body, **path)["data"]
    for spelling in (f"{{{record['id']}}}", record["id"].replace("-", "")):
        path = path_of(api, resource, spelling)
        assert api.call(operation, expect=400, body=body, **path)["code"] == "invalid_uuid"
    path = path_of(api, resource, record["id"].upper())
    deleted: Any = api.call(f"{resource}.delete", expect=200, **path)["data"]

    assert changed["id"] == record["id"] == deleted["id"]


@rule(
    "A repeated creation of a record of {resource} with the same content makes a second record.",
    source="Assumed: the vendor documents no idempotency",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["customers", "transactions", "recurring_invoice_templates"])
def test_a_repeated_creation_makes_a_second_record(
    api: Api, factory: Factory, resource: str
) -> None:
    text = factory.unique_name("Twice")
    fields = {"customer": text} if resource == "customers" else {"notes": text}
    first, second = (create(factory, resource, **fields) for _ in range(2))
    query = {"search": text, "limit": 100}
    if resource == "recurring_invoice_templates":
        query["isDraft"] = "all"
    rows = api.call(f"{resource}.search", expect=200, query=query)["data"]["records"]

    assert first["id"] != second["id"]
    assert {row["id"] for row in rows} == {first["id"], second["id"]}
