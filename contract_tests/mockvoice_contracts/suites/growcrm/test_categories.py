"""Categories: what is filed in them, and moving it."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.growcrm.factories import (
    INVOICE_CATEGORY,
    ITEM_CATEGORY,
    UNKNOWN_ID,
    Factory,
    Record,
)

# Records that are filed in a category, and the field that files them.
FILED = {
    "invoices": "bill_categoryid",
    "estimates": "bill_categoryid",
    "clients": "client_categoryid",
    "projects": "project_categoryid",
    "items": "item_categoryid",
}


def file_one(make: Factory, kind: str, category: Record) -> Record:
    record: Record = getattr(make, kind[:-1])(**{FILED[kind]: category["id"]})
    return record


def test_a_new_category_shows_what_was_sent(api: Api, make: Factory) -> None:
    body = {
        "category_name": make.name("Spring Offers"),
        "category_type": "invoice",
        "category_description": "Until May",
        "category_visibility": "team",
        "category_icon": "sl-icon-star",
    }
    category = api.call("categories.create", expect=201, body=body)["data"]

    assert (category["name"], category["type"]) == (body["category_name"], "invoice")
    assert (category["description"], category["visibility"]) == ("Until May", "team")
    assert (category["icon"], category["system_default"]) == ("sl-icon-star", "no")
    assert (category["count"], category["users_count"]) == (0, 0)
    assert make.read("categories", category) == category


@pytest.mark.assumed
def test_a_category_is_for_everyone_unless_said_otherwise(make: Factory) -> None:
    category = make.category()

    assert category["visibility"] == "everyone"
    assert (category["description"], category["icon"]) == (None, None)


def test_the_slug_is_made_of_id_and_name(api: Api, make: Factory) -> None:
    name = make.name("Big Deals")
    category = make.category(category_name=name)

    assert category["slug"] == f"{category['id']}-{name.lower().replace(' ', '-')}"


@pytest.mark.parametrize(("category_id", "kind"), [(1, "project"), (2, "client"), (4, "invoice"), (5, "estimate"), (8, "item")])  # fmt: skip
def test_the_system_has_a_category_of_its_own_for_each_kind(
    api: Api, category_id: int, kind: str
) -> None:
    category = api.call("categories.get", expect=200, categoryId=category_id)["data"]

    assert (category["type"], category["system_default"]) == (kind, "yes")


def test_a_name_is_taken_once_in_its_type(api: Api, make: Factory) -> None:
    name = make.category("invoice")["name"]
    body = {"category_name": name, "category_type": "invoice"}
    refused = api.call("categories.create", expect=422, body=body)
    other_type = api.call(
        "categories.create", expect=201, body={**body, "category_type": "expense"}
    )

    assert refused["errors"] == {"category_name": ["The category name has already been taken."]}
    assert other_type["data"]["name"] == name


@pytest.mark.assumed
def test_letter_case_makes_no_other_name(api: Api, make: Factory) -> None:
    body = {"category_name": make.category("invoice")["name"].upper(), "category_type": "invoice"}

    api.call("categories.create", expect=422, body=body)


@pytest.mark.parametrize("missing", ["category_name", "category_type"])
def test_a_new_category_needs_name_and_type(api: Api, make: Factory, missing: str) -> None:
    body = {"category_name": make.name("Category"), "category_type": "invoice"}
    del body[missing]
    refused = api.call("categories.create", expect=422, body=body)

    assert refused["errors"] == {missing: [f"The {missing.replace('_', ' ')} field is required."]}


def test_an_update_changes_name_and_texts_but_not_the_type(api: Api, make: Factory) -> None:
    category = make.category("invoice")
    body = {
        "category_name": make.name("Renamed"),
        "category_description": "New",
        "category_type": "expense",
        "category_visibility": "team",
        "category_icon": "ti-x",
    }
    updated = api.call("categories.update", expect=200, categoryId=category["id"], body=body)[
        "data"
    ]

    assert updated["name"] == body["category_name"]
    assert (updated["description"], updated["visibility"], updated["icon"]) == (
        "New",
        "team",
        "ti-x",
    )
    assert updated["type"] == "invoice"
    assert make.read("categories", category) == updated


def test_the_same_name_may_be_sent_again_and_that_of_another_may_not(
    api: Api, make: Factory
) -> None:
    category, other = make.category("invoice"), make.category("invoice")
    where = {"categoryId": category["id"]}
    kept = api.call(
        "categories.update", expect=200, body={"category_name": category["name"]}, **where
    )
    refused = api.call(
        "categories.update", expect=422, body={"category_name": other["name"]}, **where
    )

    assert kept["data"]["name"] == category["name"]
    assert list(refused["errors"]) == ["category_name"]


def test_a_new_name_is_shown_wherever_the_category_is_named(api: Api, make: Factory) -> None:
    category = make.category("invoice")
    invoice = make.invoice(bill_categoryid=category["id"])
    body = {"category_name": make.name("Renamed")}
    api.call("categories.update", expect=200, categoryId=category["id"], body=body)

    assert make.read("invoices", invoice)["category"]["name"] == body["category_name"]


@pytest.mark.parametrize("kind", FILED)
def test_records_of_its_type_are_counted(api: Api, make: Factory, kind: str) -> None:
    category = make.category(kind[:-1])
    file_one(make, kind, category)
    file_one(make, kind, category)

    assert make.read("categories", category)["count"] == 2


def test_records_of_another_type_are_not_counted(make: Factory) -> None:
    category = make.category("estimate")
    make.invoice(bill_categoryid=category["id"])

    assert make.read("categories", category)["count"] == 0


@pytest.mark.parametrize("kind", FILED)
def test_a_category_that_holds_something_is_not_deleted(api: Api, make: Factory, kind: str) -> None:
    category = make.category(kind[:-1])
    file_one(make, kind, category)
    refused = api.call("categories.delete", expect=409, categoryId=category["id"])

    assert set(refused) == {"message"}
    assert refused["message"]
    assert make.read("categories", category)["count"] == 1


@pytest.mark.parametrize("category_id", [1, 2, 3, 4, 5, 6, 7, 8, 9])
def test_a_category_of_the_system_is_not_deleted(api: Api, category_id: int) -> None:
    api.call("categories.delete", expect=409, categoryId=category_id)

    api.call("categories.get", expect=200, categoryId=category_id)


@pytest.mark.parametrize("kind", FILED)
def test_a_migration_moves_every_record_so_that_the_category_can_be_deleted(
    api: Api, make: Factory, kind: str
) -> None:
    source, destination = make.category(kind[:-1]), make.category(kind[:-1])
    records = [file_one(make, kind, source) for _ in range(2)]
    where = {"categoryId": source["id"]}
    body = {"target_id": destination["id"]}
    emptied = api.call("categories.migrate", expect=200, body=body, **where)["data"]

    assert (emptied["id"], emptied["count"]) == (source["id"], 0)
    assert make.read("categories", destination)["count"] == 2
    link = {"id": destination["id"], "name": destination["name"]}
    assert [make.read(kind, each)["category"] for each in records] == [link, link]
    api.call("categories.delete", expect=200, **where)


def test_a_migration_leaves_what_is_filed_elsewhere(api: Api, make: Factory) -> None:
    source, other = make.category(), make.category()
    invoice = make.invoice(bill_categoryid=other["id"])
    body = {"target_id": INVOICE_CATEGORY}
    api.call("categories.migrate", expect=200, categoryId=source["id"], body=body)

    assert make.read("invoices", invoice) == invoice


@pytest.mark.parametrize("to", ["itself", UNKNOWN_ID, None, "x"])
def test_a_migration_needs_another_category_that_exists(
    api: Api, make: Factory, to: object
) -> None:
    category = make.category()
    invoice = make.invoice(bill_categoryid=category["id"])
    body = {"target_id": category["id"] if to == "itself" else to}
    refused = api.call("categories.migrate", expect=422, categoryId=category["id"], body=body)

    assert list(refused["errors"]) == ["target_id"]
    assert make.read("invoices", invoice) == invoice


def test_a_team_takes_the_place_of_the_old_one(api: Api, make: Factory) -> None:
    category = make.category()
    where = {"categoryId": category["id"]}
    counts = [
        api.call("categories.set_team", expect=200, body={"users": users}, **where)["data"][
            "users_count"
        ]
        for users in ([1], [1, "1", 1], [])
    ]

    assert counts == [1, 1, 0]
    assert make.read("categories", category)["users_count"] == 0


@pytest.mark.parametrize("user", ["contact", UNKNOWN_ID])
def test_a_team_is_made_of_members_of_the_team(api: Api, make: Factory, user: object) -> None:
    category = make.category()
    user_id = make.contact(make.client())["id"] if user == "contact" else user
    body = {"users": [1, user_id]}
    refused = api.call("categories.set_team", expect=422, categoryId=category["id"], body=body)

    assert list(refused["errors"]) == ["users.1"]
    assert make.read("categories", category)["users_count"] == 0


def test_a_category_that_is_not_there_is_not_found(api: Api, make: Factory) -> None:
    where = {"categoryId": UNKNOWN_ID}
    name = {"category_name": make.name("Category")}

    api.call("categories.get", expect=404, **where)
    api.call("categories.update", expect=404, body=name, **where)
    api.call("categories.set_team", expect=404, body={"users": []}, **where)
    api.call("categories.migrate", expect=404, body={"target_id": ITEM_CATEGORY}, **where)
