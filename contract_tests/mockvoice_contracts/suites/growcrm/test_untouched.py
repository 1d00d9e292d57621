"""What a request leaves as it was: other parts of the record, its siblings and the outbox."""

from time import sleep
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.growcrm.categorized import CATEGORY_FIELDS, create_in
from mockvoice_contracts.suites.growcrm.factories import (
    UNKNOWN_ID,
    Factory,
    Record,
    id_parameter,
    line,
    required_header,
)
from mockvoice_contracts.suites.growcrm.updates import update_of


def act(api: Api, operation: str, record: Record, **body: Any) -> Record:
    kind = operation.partition(".")[0]
    path = id_parameter(kind, record)
    data: Record = api.call(operation, expect=(200, 201), body=body or None, **path)["data"]
    return data


def without(record: Record, *names: str) -> Record:
    return {name: value for name, value in record.items() if name not in names}


@rule(
    "PUT /categories/<id>/migrate changes nothing but the category of its {kind}, and adds them to the `count` of the target.",
    source="Documented: docs-api.growcrm.io/categories",
)
@pytest.mark.parametrize("kind", CATEGORY_FIELDS)
def test_a_migration_changes_only_the_category(api: Api, factory: Factory, kind: str) -> None:
    source, target = factory.category(kind[:-1]), factory.category(kind[:-1])
    create_in(factory, kind, target)
    records = [create_in(factory, kind, source) for _ in range(2)]
    before = [factory.read(kind, record) for record in records]
    act(api, "categories.migrate", source, target_id=target["id"])
    after = [factory.read(kind, record) for record in records]

    expected = {"id": target["id"], "name": target["name"]}
    assert [record["category"] for record in after] == [expected, expected]
    ignored = ("category", "dates")
    assert [without(record, *ignored) for record in after] == [
        without(record, *ignored) for record in before
    ]
    counts = [factory.read("categories", category)["count"] for category in (source, target)]
    assert counts == [0, 3]


@rule(
    "PATCH of {kind} changes `dates.updated` and keeps `dates.created`.",
    source="Documented: docs-api.growcrm.io/clients",
)
@pytest.mark.parametrize("kind", ["contacts", "projects", "categories"])
def test_an_update_changes_the_time_of_the_last_change_only(
    api: Api, factory: Factory, kind: str
) -> None:
    record = factory.record(kind)
    if not api.target.is_mock:
        sleep(1.1)  # A database may store times in whole seconds.
    updated = act(api, f"{kind}.update", record, **update_of(kind, record))

    assert updated["dates"]["created"] == record["dates"]["created"]
    assert updated["dates"]["updated"] > record["dates"]["updated"]


@rule(
    "PATCH of {kind} with the required fields only changes nothing but `dates.updated`.",
    source="Assumed: the reference marks absent fields of an update as a choice",
)
@pytest.mark.assumed
@pytest.mark.parametrize("kind", ["estimates", "projects", "categories", "contacts", "clients"])
def test_an_update_with_the_required_fields_keeps_the_rest(
    api: Api, factory: Factory, kind: str
) -> None:
    record = full_record(api, factory, kind)
    act(api, f"{kind}.update", record, **update_of(kind, record))
    after = factory.read(kind, record)

    assert without(after, "dates") == without(record, "dates")
    assert without(after["dates"], "updated") == without(record["dates"], "updated")


def full_record(api: Api, factory: Factory, kind: str) -> Record:
    """Create a record with values in the parts that the update does not require."""
    match kind:
        case "estimates":
            client = factory.client()
            record = factory.estimate(
                client,
                items=[line()],
                rates=["10"],
                bill_expiry_date=factory.day(20),
                bill_projectid=factory.project(client)["id"],
                bill_notes="Notes",
                bill_terms="Terms",
            )
            discount = {"bill_discount_type": "fixed", "bill_discount_amount": 5}
            act(api, "estimates.update", record, **required_header(record), **discount)
            act(api, "estimates.set_tags", record, tags=["big"])
        case "projects":
            record = factory.project(project_date_due=factory.day(9), project_billing_rate=75)
            act(api, "projects.assign", record, assigned=[1])
            act(api, "projects.set_manager", record, manager=1)
            act(api, "projects.set_status", record, status="on_hold")
            act(api, "projects.set_progress", record, progress=35)
            act(api, "projects.set_tags", record, tags=["big"])
            act(api, "projects.archive", record)
        case "categories":
            record = factory.category(
                category_description="Text", category_icon="star", category_visibility="team"
            )
            act(api, "categories.set_team", record, users=[1])
        case "contacts":
            record = factory.contact(factory.client(), phone="1", position="Board")
            act(api, "contacts.set_account_owner", record)
        case _:
            record = factory.client(
                client_phone="1", client_billing_city="Ulm", client_billing_invoice_due_days=9
            )
            act(api, "clients.set_status", record, status="suspended")
            act(api, "clients.set_tags", record, tags=["vip"])
    return factory.read(kind, record)


@rule(
    "A PATCH of {kind} does not change other records of the same client.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
@pytest.mark.parametrize("kind", ["invoices", "estimates", "projects", "contacts"])
def test_an_update_does_not_change_the_siblings(api: Api, factory: Factory, kind: str) -> None:
    client = factory.client()
    create = getattr(factory, kind[:-1])
    changed, sibling = create(client), create(client)
    before = factory.read(kind, sibling)
    extra = {
        "invoices": {"bill_notes": "New", "bill_adjustment_amount": 5},
        "estimates": {"bill_notes": "New", "bill_adjustment_amount": 5},
        "projects": {"project_title": "New"},
        "contacts": {"first_name": "New"},
    }[kind]
    act(api, f"{kind}.update", changed, **{**update_of(kind, changed), **extra})
    if kind in ("invoices", "estimates"):
        act(api, f"{kind}.set_items", changed, items=[line(rate=7)])
        act(api, f"{kind}.publish", changed)
    if kind != "contacts":
        act(api, f"{kind}.set_tags", changed, tags=["only-this"])

    assert factory.read(kind, sibling) == before


@rule(
    "A refused request about {kind} queues no e-mail: send-email of a draft, and a second publish.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@pytest.mark.needs("outbox")
@pytest.mark.parametrize("kind", ["invoices", "estimates"])
def test_a_refused_send_or_publish_queues_no_email(
    api: Api, target: Target, factory: Factory, kind: str
) -> None:
    control = target.control
    assert control is not None
    bill = getattr(factory, kind[:-1])()
    path = id_parameter(kind, bill)
    before = len(control.outbox())
    api.call(f"{kind}.send_email", expect=409, **path)
    after_send = len(control.outbox())
    api.call(f"{kind}.publish", expect=200, **path)
    api.call(f"{kind}.publish", expect=409, **path)

    assert (after_send - before, len(control.outbox()) - before) == (0, 1)


@rule(
    "A refused migration, team, owner, project member or deletion (409 or 422) leaves category, client and project, and their records, as they were.",
    source="Documented: docs-api.growcrm.io/categories",
)
def test_a_refused_action_changes_nothing(api: Api, factory: Factory) -> None:
    category, client = factory.category(), factory.client()
    invoice = factory.invoice(client, bill_categoryid=category["id"])
    foreign = factory.contact(factory.client())
    project = factory.project(client)
    kept = {"categories": category, "clients": client, "invoices": invoice, "projects": project}
    before = {kind: factory.read(kind, record) for kind, record in kept.items()}
    refused = (
        ("categories.migrate", category, 422, {"target_id": category["id"]}),
        ("categories.migrate", category, 422, {"target_id": UNKNOWN_ID}),
        ("categories.set_team", category, 422, {"users": [1, foreign["id"]]}),
        ("categories.delete", category, 409, None),
        ("clients.set_owner", client, 422, {"owner": foreign["id"]}),
        ("projects.assign", project, 422, {"assigned": [1, foreign["id"]]}),
        ("projects.set_manager", project, 422, {"manager": foreign["id"]}),
        ("projects.set_progress", project, 422, {"progress": 101}),
    )
    for operation, record, status, body in refused:
        path = id_parameter(operation.partition(".")[0], record)
        api.call(operation, expect=status, body=body, **path)

    assert {kind: factory.read(kind, record) for kind, record in kept.items()} == before
