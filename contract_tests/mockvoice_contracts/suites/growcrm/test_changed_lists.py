"""Lists after changes: sort orders, filters and searches use the present values."""

from collections.abc import Callable
from time import sleep
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import (
    CANCELLED,
    DUE,
    PAID,
    Factory,
    Record,
    id_parameter,
    line,
)
from mockvoice_contracts.suites.growcrm.lists import ids, search
from mockvoice_contracts.suites.growcrm.record_sets import record_set
from mockvoice_contracts.suites.growcrm.updates import update_of

# A record, a query that finds it before a change, and one that finds it afterwards.
Change = tuple[Record, Record, Record]


def update(api: Api, kind: str, record: Record, **fields: Any) -> None:
    body = {**update_of(kind, record), **fields}
    api.call(f"{kind}.update", expect=200, body=body, **id_parameter(kind, record))


def act(api: Api, operation: str, record: Record, **body: Any) -> None:
    kind = operation.partition(".")[0]
    api.call(operation, expect=(200, 201), body=body or None, **id_parameter(kind, record))


# Resource, sort field, and the fields of an update that makes a record the last in ascending order.
SORTS: list[tuple[str, str, Callable[[Factory, Record], Record]]] = [
    ("invoices", "bill_date", lambda f, _: {"bill_date": f.day(40), "bill_due_date": f.day(50)}),
    ("invoices", "bill_due_date", lambda f, _: {"bill_due_date": f.day(90)}),
    ("invoices", "bill_final_amount", lambda f, _: {"bill_adjustment_amount": 77}),
    ("estimates", "bill_date", lambda f, _: {"bill_date": f.day(40)}),
    ("estimates", "bill_expiry_date", lambda f, _: {"bill_expiry_date": f.day(90)}),
    ("estimates", "bill_final_amount", lambda f, _: {"bill_adjustment_amount": 77}),
    ("clients", "client_company_name", lambda f, row: {"client_company_name": f"z {row['company_name']}"}),
    ("clients", "client_updated", lambda f, _: {"client_phone": "1"}),
    ("contacts", "first_name", lambda f, _: {"first_name": "Zoe"}),
    ("contacts", "last_name", lambda f, _: {"last_name": "Zuse"}),
    ("contacts", "email", lambda f, row: {"email": f"zz{row['email']}"}),
    ("contacts", "updated", lambda f, _: {"phone": "1"}),
    ("projects", "project_title", lambda f, _: {"project_title": "Zenith"}),
    ("projects", "project_date_start", lambda f, _: {"project_date_start": f.day(40)}),
    ("projects", "project_date_due", lambda f, _: {"project_date_due": f.day(90)}),
    ("categories", "category_name", lambda f, row: {"category_name": f"z {row['name']}"}),
    ("payments", "payment_amount", lambda f, _: {"payment_amount": 500}),
    ("payments", "payment_date", lambda f, _: {"payment_date": f.day(40)}),
    ("refunds", "refund_date", lambda f, _: {"refund_date": f.day(40)}),
    ("items", "item_description", lambda f, _: {"item_description": "Zinc"}),
    ("items", "item_rate", lambda f, _: {"item_rate": 99999}),
]  # fmt: skip


@rule(
    "After PATCH of the field, GET /{kind} with `sort={sort}` and `order=desc` begins with the record that now has the highest value.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
@pytest.mark.parametrize(
    ("kind", "sort", "fields"), SORTS, ids=[f"{kind}-{sort}" for kind, sort, _ in SORTS]
)
def test_a_changed_record_is_sorted_by_its_new_value(
    api: Api, factory: Factory, kind: str, sort: str, fields: Callable[[Factory, Record], Record]
) -> None:
    records, query = record_set(factory, kind, 3)
    if sort.endswith("updated") and not api.target.is_mock:
        sleep(1.1)  # A database may store times in whole seconds.
    update(api, kind, records[0], **fields(factory, records[0]))
    falling = ids(search(api, kind, query, sort=sort, order="desc"))

    assert falling[0] == records[0]["id"]
    assert len(falling) == len(records)


def paid_invoice(api: Api, factory: Factory) -> Change:
    invoice = factory.published_invoice(amount=100)
    factory.payment(invoice, 100)
    return invoice, {"status": DUE}, {"status": PAID}


def refunded_invoice(api: Api, factory: Factory) -> Change:
    invoice = factory.published_invoice(amount=100)
    payment = factory.payment(invoice, 100)
    factory.refund(payment)
    return invoice, {"status": PAID}, {"status": DUE}


def cancelled_invoice(api: Api, factory: Factory) -> Change:
    invoice = factory.published_invoice()
    act(api, "invoices.set_status", invoice, status=CANCELLED)
    return invoice, {"status": DUE}, {"status": CANCELLED}


def published_estimate(api: Api, factory: Factory) -> Change:
    estimate = factory.estimate()
    act(api, "estimates.publish", estimate)
    return estimate, {"status": "draft"}, {"status": "new"}


def suspended_client(api: Api, factory: Factory) -> Change:
    client = factory.client()
    act(api, "clients.set_status", client, status="suspended")
    return client, {"status": "active"}, {"status": "suspended"}


def cancelled_project(api: Api, factory: Factory) -> Change:
    project = factory.project()
    act(api, "projects.set_status", project, status="cancelled")
    return project, {"status": "not_started"}, {"status": "cancelled"}


def new_account_owner(api: Api, factory: Factory) -> Change:
    contact = factory.contact(factory.client())
    act(api, "contacts.set_account_owner", contact)
    return contact, {"account_owner": "no"}, {"account_owner": "yes"}


def other_project(api: Api, factory: Factory) -> Change:
    client = factory.client()
    first, second = factory.project(client), factory.project(client)
    invoice = factory.invoice(client, bill_projectid=first["id"])
    update(api, "invoices", invoice, bill_projectid=second["id"])
    return invoice, {"project_id": first["id"]}, {"project_id": second["id"]}


def other_category(
    kind: str, field: str, *, by_migration: bool = False
) -> Callable[[Api, Factory], Change]:
    def change(api: Api, factory: Factory) -> Change:
        first, second = factory.category(kind[:-1]), factory.category(kind[:-1])
        record = getattr(factory, kind[:-1])(**{field: first["id"]})
        if by_migration:
            act(api, "categories.migrate", first, target_id=second["id"])
        else:
            update(api, kind, record, **{field: second["id"]})
        return record, {"category_id": first["id"]}, {"category_id": second["id"]}

    return change


def other_visibility(api: Api, factory: Factory) -> Change:
    category = factory.category()
    update(api, "categories", category, category_visibility="team")
    return category, {"visibility": "everyone"}, {"visibility": "team"}


def other_payment(
    fields: Record, before: Record, after: Record
) -> Callable[[Api, Factory], Change]:
    def change(api: Api, factory: Factory) -> Change:
        payment = factory.payment(factory.published_invoice(), 10, payment_date="2026-03-02")
        update(api, "payments", payment, **fields)
        return payment, before, after

    return change


def other_refund_date(api: Api, factory: Factory) -> Change:
    refund = factory.refund(factory.record("payments"), refund_date="2026-03-02")
    update(api, "refunds", refund, refund_date="2026-03-05")
    return refund, {"date_end": "2026-03-02"}, {"date_start": "2026-03-05"}


def other_tags(kind: str) -> Callable[[Api, Factory], Change]:
    def change(api: Api, factory: Factory) -> Change:
        record = factory.record(kind)
        tags = [factory.unique_name("tag").replace(" ", "-") for _ in range(2)]
        for tag in tags:
            act(api, f"{kind}.set_tags", record, tags=[tag])
        return record, {"tags[]": [tags[0]]}, {"tags[]": [tags[1]]}

    return change


def other_name(kind: str, field: str) -> Callable[[Api, Factory], Change]:
    def change(api: Api, factory: Factory) -> Change:
        names = factory.unique_name("Before"), factory.unique_name("After")
        create = factory.category if kind == "categories" else getattr(factory, kind[:-1])
        record = create(**{field: names[0]})
        update(api, kind, record, **{field: names[1]})
        return record, {"search": names[0]}, {"search": names[1]}

    return change


def other_lines(api: Api, factory: Factory) -> Change:
    texts = factory.unique_name("Before"), factory.unique_name("After")
    invoice = factory.invoice(items=[line(description=texts[0])])
    act(api, "invoices.set_items", invoice, items=[line(description=texts[1])])
    return invoice, {"search": texts[0]}, {"search": texts[1]}


def renamed_client(api: Api, factory: Factory) -> Change:
    names = factory.unique_name("Before"), factory.unique_name("After")
    client = factory.client(client_company_name=names[0])
    invoice = factory.invoice(client)
    update(api, "clients", client, client_company_name=names[1])
    return invoice, {"search": names[0]}, {"search": names[1]}


FILTERS: dict[str, tuple[str, Callable[[Api, Factory], Change]]] = {
    "status after a payment": ("invoices", paid_invoice),
    "status after a refund": ("invoices", refunded_invoice),
    "status set by hand": ("invoices", cancelled_invoice),
    "status after publish": ("estimates", published_estimate),
    "status of a client": ("clients", suspended_client),
    "status of a project": ("projects", cancelled_project),
    "account_owner": ("contacts", new_account_owner),
    "project_id": ("invoices", other_project),
    "category_id of an invoice": ("invoices", other_category("invoices", "bill_categoryid")),
    "category_id of an estimate": ("estimates", other_category("estimates", "bill_categoryid")),
    "category_id of a client": ("clients", other_category("clients", "client_categoryid")),
    "category_id of a project": ("projects", other_category("projects", "project_categoryid")),
    "category_id of an item": ("items", other_category("items", "item_categoryid")),
    "category_id after a migration": (
        "invoices", other_category("invoices", "bill_categoryid", by_migration=True)),
    "visibility": ("categories", other_visibility),
    "gateway": ("payments", other_payment({"payment_gateway": "cash"}, {"gateway": "bank"}, {"gateway": "cash"})),
    "amount": ("payments", other_payment({"payment_amount": 20}, {"amount_max": 10}, {"amount_min": 20})),
    "date of a payment": (
        "payments",
        other_payment({"payment_date": "2026-03-05"}, {"date_end": "2026-03-02"}, {"date_start": "2026-03-05"}),
    ),
    "date of a refund": ("refunds", other_refund_date),
    "tags of a payment": ("payments", other_tags("payments")),
    "tags of a refund": ("refunds", other_tags("refunds")),
    "search by company name": ("clients", other_name("clients", "client_company_name")),
    "search by title": ("projects", other_name("projects", "project_title")),
    "search by name": ("categories", other_name("categories", "category_name")),
    "search by description": ("items", other_name("items", "item_description")),
    "search by line": ("invoices", other_lines),
    "search by client": ("invoices", renamed_client),
}  # fmt: skip


@rule(
    "Filters and `search` of GET /{kind} use the present values after a change: {name}.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
@pytest.mark.parametrize(
    ("name", "kind", "change"), [(name, *case) for name, case in FILTERS.items()], ids=FILTERS
)
def test_a_filter_finds_a_changed_record_by_its_new_value_only(
    api: Api, factory: Factory, name: str, kind: str, change: Callable[[Api, Factory], Change]
) -> None:
    record, before, after = change(api, factory)
    newest = {"order": "desc", **({"sort": "created"} if kind == "contacts" else {})}

    assert record["id"] in ids(search(api, kind, newest, **after))
    assert record["id"] not in ids(search(api, kind, newest, **before))
