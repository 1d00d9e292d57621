"""Categories, their records and migration."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.categorized import CATEGORY_FIELDS, create_in
from mockvoice_contracts.suites.growcrm.factories import (
    INVOICE_CATEGORY,
    ITEM_CATEGORY,
    UNKNOWN_ID,
    Factory,
)
from mockvoice_contracts.suites.growcrm.messages import check_errors, required


@rule(
    "POST /categories returns the fields that were sent, with `system_default` `no`, `count` 0 and `users_count` 0.",
    source="Documented: docs-api.growcrm.io/categories",
)
def test_a_new_category_has_the_fields_that_were_sent(api: Api, factory: Factory) -> None:
    body = {
        "category_name": factory.unique_name("Spring Offers"),
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
    assert factory.read("categories", category) == category


@rule(
    "A category created without them has `visibility` `everyone`, and no description and icon.",
    source="Assumed: the page gives no defaults",
)
@pytest.mark.assumed
def test_a_category_is_visible_to_everyone_by_default(factory: Factory) -> None:
    category = factory.category()

    assert category["visibility"] == "everyone"
    assert (category["description"], category["icon"]) == (None, None)


@rule(
    "`slug` of a category is its id, a hyphen, and its name in lower case with hyphens for spaces.",
    source="Documented: docs-api.growcrm.io/categories",
)
def test_the_slug_consists_of_id_and_name(api: Api, factory: Factory) -> None:
    name = factory.unique_name("Big Deals")
    category = factory.category(category_name=name)

    assert category["slug"] == f"{category['id']}-{name.lower().replace(' ', '-')}"


@rule(
    "Category {category_id} exists with `type` `{kind}` and `system_default` `yes`.",
    source="Observed: the CRM core 3.2, Abdulkaderr/factuuren",
)
@pytest.mark.parametrize(("category_id", "kind"), [(1, "project"), (2, "client"), (4, "invoice"), (5, "estimate"), (8, "item")])  # fmt: skip
def test_each_type_has_a_system_default_category(api: Api, category_id: int, kind: str) -> None:
    category = api.call("categories.get", expect=200, categoryId=category_id)["data"]

    assert (category["type"], category["system_default"]) == (kind, "yes")


@rule(
    "A `category_name` that another category of the type has gets 422; a category of another type may have it.",
    source="Documented: docs-api.growcrm.io/categories",
)
def test_a_name_is_unique_within_its_type(api: Api, factory: Factory) -> None:
    name = factory.category("invoice")["name"]
    body = {"category_name": name, "category_type": "invoice"}
    response = api.call("categories.create", expect=422, body=body)
    other_type = api.call(
        "categories.create", expect=201, body={**body, "category_type": "expense"}
    )

    check_errors(api, response, {"category_name": ["A category with this name already exists."]})
    assert other_type["data"]["name"] == name


@rule(
    "A `category_name` that differs from an existing one of its type only in letter case gets 422.",
    source="Assumed: the reference gives no source; MySQL's collation ignores case",
)
@pytest.mark.assumed
def test_names_that_differ_only_in_case_are_equal(api: Api, factory: Factory) -> None:
    body = {
        "category_name": factory.category("invoice")["name"].upper(),
        "category_type": "invoice",
    }

    api.call("categories.create", expect=422, body=body)


@rule(
    "POST /categories without `{missing}` gets 422 with an error for it.",
    source="Documented: docs-api.growcrm.io/categories",
)
@pytest.mark.parametrize("missing", ["category_name", "category_type"])
def test_a_new_category_requires_name_and_type(api: Api, factory: Factory, missing: str) -> None:
    body = {"category_name": factory.unique_name("Category"), "category_type": "invoice"}
    del body[missing]
    response = api.call("categories.create", expect=422, body=body)

    check_errors(api, response, required(missing))


@rule(
    "PATCH of a category changes name, description, visibility and icon, and ignores `category_type`.",
    source="Documented: docs-api.growcrm.io/categories",
)
def test_an_update_changes_name_and_texts_but_not_the_type(api: Api, factory: Factory) -> None:
    category = factory.category("invoice")
    body = {
        "category_name": factory.unique_name("Renamed"),
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
    assert factory.read("categories", category) == updated


@rule(
    "PATCH of a category accepts its own `category_name`, and rejects with 422 one that another of its type has.",
    source="Documented: docs-api.growcrm.io/categories",
)
def test_an_update_accepts_the_same_name_and_rejects_a_taken_one(
    api: Api, factory: Factory
) -> None:
    category, other = factory.category("invoice"), factory.category("invoice")
    path = {"categoryId": category["id"]}
    unchanged = api.call(
        "categories.update", expect=200, body={"category_name": category["name"]}, **path
    )
    response = api.call(
        "categories.update", expect=422, body={"category_name": other["name"]}, **path
    )

    assert unchanged["data"]["name"] == category["name"]
    assert list(response["errors"]) == ["category_name"]


@rule(
    "After a category is renamed, `category.name` of its invoices is the new name.",
    source="Documented: docs-api.growcrm.io/categories",
)
def test_a_new_name_is_shown_in_the_records_of_the_category(api: Api, factory: Factory) -> None:
    category = factory.category("invoice")
    invoice = factory.invoice(bill_categoryid=category["id"])
    body = {"category_name": factory.unique_name("Renamed")}
    api.call("categories.update", expect=200, categoryId=category["id"], body=body)

    assert factory.read("invoices", invoice)["category"]["name"] == body["category_name"]


@rule(
    "`count` of a category is the number of its {kind}.",
    source="Documented: docs-api.growcrm.io/categories",
)
@pytest.mark.parametrize("kind", CATEGORY_FIELDS)
def test_records_of_its_type_are_counted(api: Api, factory: Factory, kind: str) -> None:
    category = factory.category(kind[:-1])
    create_in(factory, kind, category)
    create_in(factory, kind, category)

    assert factory.read("categories", category)["count"] == 2


@rule(
    "An invoice in a category of the type `estimate` does not change the category's `count`.",
    source="Documented: docs-api.growcrm.io/categories",
)
def test_records_of_another_type_are_not_counted(factory: Factory) -> None:
    category = factory.category("estimate")
    factory.invoice(bill_categoryid=category["id"])

    assert factory.read("categories", category)["count"] == 0


@rule(
    "DELETE of a category that has {kind} gets 409, and the category stays.",
    source="Documented: docs-api.growcrm.io/categories",
)
@pytest.mark.parametrize("kind", CATEGORY_FIELDS)
def test_a_category_with_records_cannot_be_deleted(api: Api, factory: Factory, kind: str) -> None:
    category = factory.category(kind[:-1])
    create_in(factory, kind, category)
    response = api.call("categories.delete", expect=409, categoryId=category["id"])

    assert set(response) == {"message"}
    assert response["message"]
    assert factory.read("categories", category)["count"] == 1


@rule(
    "DELETE of category {category_id}, a system default, gets 409, and the category stays.",
    source="Documented: docs-api.growcrm.io/categories",
)
@pytest.mark.parametrize("category_id", [1, 2, 3, 4, 5, 6, 7, 8, 9])
def test_a_system_default_category_cannot_be_deleted(api: Api, category_id: int) -> None:
    api.call("categories.delete", expect=409, categoryId=category_id)

    api.call("categories.get", expect=200, categoryId=category_id)


@rule(
    "PUT /categories/<id>/migrate moves all {kind} to `target_id`; then the category has `count` 0 and can be deleted.",
    source="Documented: docs-api.growcrm.io/categories",
)
@pytest.mark.parametrize("kind", CATEGORY_FIELDS)
def test_a_migration_moves_every_record_and_the_category_can_be_deleted(
    api: Api, factory: Factory, kind: str
) -> None:
    source, destination = factory.category(kind[:-1]), factory.category(kind[:-1])
    records = [create_in(factory, kind, source) for _ in range(2)]
    path = {"categoryId": source["id"]}
    body = {"target_id": destination["id"]}
    emptied = api.call("categories.migrate", expect=200, body=body, **path)["data"]

    assert (emptied["id"], emptied["count"]) == (source["id"], 0)
    assert factory.read("categories", destination)["count"] == 2
    link = {"id": destination["id"], "name": destination["name"]}
    assert [factory.read(kind, record)["category"] for record in records] == [link, link]
    api.call("categories.delete", expect=200, **path)


@rule(
    "PUT /categories/<id>/migrate does not change records of other categories.",
    source="Documented: docs-api.growcrm.io/categories",
)
def test_a_migration_keeps_records_of_other_categories(api: Api, factory: Factory) -> None:
    source, other = factory.category(), factory.category()
    invoice = factory.invoice(bill_categoryid=other["id"])
    body = {"target_id": INVOICE_CATEGORY}
    api.call("categories.migrate", expect=200, categoryId=source["id"], body=body)

    assert factory.read("invoices", invoice) == invoice


@rule(
    "`target_id` {target_id} gets 422, and the records of the category stay in it.",
    source="Documented: docs-api.growcrm.io/categories",
)
@pytest.mark.parametrize("target_id", ["itself", UNKNOWN_ID, None, "x"])
def test_a_migration_requires_another_existing_category(
    api: Api, factory: Factory, target_id: object
) -> None:
    category = factory.category()
    invoice = factory.invoice(bill_categoryid=category["id"])
    body = {"target_id": category["id"] if target_id == "itself" else target_id}
    response = api.call("categories.migrate", expect=422, categoryId=category["id"], body=body)

    assert list(response["errors"]) == ["target_id"]
    assert factory.read("invoices", invoice) == invoice


@rule(
    "PUT /categories/<id>/team replaces the users, counts a repeated one once, and `users: []` removes all.",
    source="Documented: docs-api.growcrm.io/categories",
)
def test_a_new_team_replaces_the_old_one(api: Api, factory: Factory) -> None:
    category = factory.category()
    path = {"categoryId": category["id"]}
    counts = [
        api.call("categories.set_team", expect=200, body={"users": users}, **path)["data"][
            "users_count"
        ]
        for users in ([1], [1, "1", 1], [])
    ]

    assert counts == [1, 1, 0]
    assert factory.read("categories", category)["users_count"] == 0


@rule(
    "`users` with an id that is not a team member's gets 422 with an error for `users.1`, and the team stays.",
    source="Documented: docs-api.growcrm.io/categories",
)
@pytest.mark.parametrize("user", ["contact", UNKNOWN_ID])
def test_only_team_members_can_be_in_the_team_of_a_category(
    api: Api, factory: Factory, user: object
) -> None:
    category = factory.category()
    user_id = factory.contact(factory.client())["id"] if user == "contact" else user
    body = {"users": [1, user_id]}
    response = api.call("categories.set_team", expect=422, categoryId=category["id"], body=body)

    assert list(response["errors"]) == ["users.1"]
    assert factory.read("categories", category)["users_count"] == 0


@rule(
    "GET, PATCH, team and migrate of a category id that does not exist get 404.",
    source="Documented: docs-api.growcrm.io/categories",
)
def test_an_unknown_category_is_not_found(api: Api, factory: Factory) -> None:
    path = {"categoryId": UNKNOWN_ID}
    name = {"category_name": factory.unique_name("Category")}

    api.call("categories.get", expect=404, **path)
    api.call("categories.update", expect=404, body=name, **path)
    api.call("categories.set_team", expect=404, body={"users": []}, **path)
    api.call("categories.migrate", expect=404, body={"target_id": ITEM_CATEGORY}, **path)
