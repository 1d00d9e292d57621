"""Catalogue items."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import (
    INVOICE_CATEGORY,
    ITEM_CATEGORY,
    UNKNOWN_ID,
    Factory,
    Record,
)
from mockvoice_contracts.suites.growcrm.messages import check_errors, required, unknown


def body_of(item: Record, **fields: object) -> Record:
    """Return the fields that every create and update of an item must send."""
    return {
        "item_description": item["description"],
        "item_rate": item["rate"],
        "item_categoryid": item["category"]["id"],
        "item_default_tax": item["default_tax"]["id"],
        "item_unit": item["unit"]["id"],
        **fields,
    }


@rule(
    "POST /items returns the fields that were sent, `type` `standard`, `tax_status` `taxable`, and `rate` with two decimals.",
    source="Documented: docs-api.growcrm.io/items",
)
def test_a_new_item_has_the_fields_that_were_sent(api: Api, factory: Factory) -> None:
    rate = factory.tax_rate_id("10")
    body = {
        "item_description": factory.unique_name("Hour"),
        "item_rate": 99.5,
        "item_categoryid": ITEM_CATEGORY,
        "item_default_tax": rate,
        "item_unit": "hours",
        "item_notes": "Notes",
        "item_notes_estimatation": "For estimates",
    }
    item = api.call("items.create", expect=201, body=body)["data"]

    assert (item["description"], item["rate"], item["type"]) == (
        body["item_description"],
        "99.50",
        "standard",
    )
    assert (item["category"]["id"], item["default_tax"]["id"]) == (ITEM_CATEGORY, rate)
    assert item["unit"]["name"] == "hours"
    assert (item["notes"], item["estimation_notes"]) == ("Notes", "For estimates")
    assert (item["tax_status"], item["creator_id"]) == ("taxable", 1)
    assert {field["value"] for field in item["custom_fields"]} <= {None}
    assert factory.read("items", item) == item


@rule(
    "POST and PATCH of an item without `{missing}` get 422 with an error for it.",
    source="Documented: docs-api.growcrm.io/items",
)
@pytest.mark.parametrize(
    "missing", ["item_description", "item_rate", "item_categoryid", "item_default_tax", "item_unit"]
)
def test_an_item_requires_description_rate_category_tax_and_unit(
    api: Api, factory: Factory, missing: str
) -> None:
    item = factory.item()
    body = body_of(item)
    del body[missing]
    created = api.call("items.create", expect=422, body=body)
    updated = api.call("items.update", expect=422, itemId=item["id"], body=body)

    check_errors(api, created, required(missing))
    check_errors(api, updated, required(missing))


@rule(
    "An item whose `{field}` does not exist gets 422 with an error for it.",
    source="Documented: docs-api.growcrm.io/items",
)
@pytest.mark.parametrize("field", ["item_categoryid", "item_default_tax", "item_unit"])
def test_the_references_of_an_item_must_exist(api: Api, factory: Factory, field: str) -> None:
    item = factory.item()
    response = api.call("items.create", expect=422, body=body_of(item, **{field: UNKNOWN_ID}))

    check_errors(api, response, unknown(field))


@rule(
    "`item_categoryid` must be a category of the type `item`, else 422.",
    source="Documented: docs-api.growcrm.io/items",
)
def test_an_item_requires_a_category_for_items(api: Api, factory: Factory) -> None:
    item = factory.item()
    response = api.call(
        "items.create", expect=422, body=body_of(item, item_categoryid=INVOICE_CATEGORY)
    )

    assert list(response["errors"]) == ["item_categoryid"]


@rule(
    "`item_unit` accepts the id of an existing unit, as a number or as text.",
    source="Documented: docs-api.growcrm.io/items",
)
def test_a_unit_can_be_set_by_its_id(api: Api, factory: Factory) -> None:
    unit = factory.item()["unit"]

    assert factory.item(item_unit=unit["id"])["unit"] == unit
    assert factory.item(item_unit=str(unit["id"]))["unit"] == unit


@rule(
    "A new name in `item_unit` creates a unit; the same name later refers to that unit.",
    source="Documented: docs-api.growcrm.io/items",
)
def test_an_unknown_unit_name_creates_a_unit(factory: Factory) -> None:
    name = factory.unique_name("crate")
    first, second = factory.item(item_unit=name), factory.item(item_unit=name)

    assert first["unit"]["name"] == name
    assert second["unit"] == first["unit"]


@rule(
    "An item that is rejected with 422 does not create the unit that `item_unit` names.",
    source="Assumed: the test takes it that later units have higher ids",
)
@pytest.mark.assumed
def test_a_rejected_item_creates_no_unit(api: Api, factory: Factory) -> None:
    item, name = factory.item(), factory.unique_name("crate")
    api.call(
        "items.create", expect=422, body=body_of(item, item_unit=name, item_default_tax=UNKNOWN_ID)
    )
    first = factory.item(item_unit=factory.unique_name("crate"))
    second = factory.item(item_unit=name)

    assert second["unit"]["id"] > first["unit"]["id"]


@rule(
    "PATCH /items/<id> changes description, rate, category, default tax, unit and notes, and GET returns the new values.",
    source="Documented: docs-api.growcrm.io/items",
)
def test_an_update_changes_every_field(api: Api, factory: Factory) -> None:
    item, category = factory.item(), factory.category("item")
    body = {
        "item_description": factory.unique_name("Renamed"),
        "item_rate": "0.5",
        "item_categoryid": category["id"],
        "item_default_tax": factory.tax_rate_id("20"),
        "item_unit": "days",
        "item_notes": "New",
        "item_notes_estimatation": "Newer",
    }
    updated = api.call("items.update", expect=200, itemId=item["id"], body=body)["data"]

    assert (updated["description"], updated["rate"]) == (body["item_description"], "0.50")
    assert (updated["category"]["id"], updated["default_tax"]["id"]) == (
        category["id"],
        factory.tax_rate_id("20"),
    )
    assert (updated["unit"]["name"], updated["notes"], updated["estimation_notes"]) == (
        "days",
        "New",
        "Newer",
    )
    assert factory.read("items", item) == updated


@rule(
    "PATCH of an item keeps notes that are left out; null and blank text clear them.",
    source="Assumed: the reference marks absent fields of an update as a choice",
)
@pytest.mark.assumed
def test_an_update_keeps_texts_left_out_and_null_clears_them(api: Api, factory: Factory) -> None:
    item = factory.item(item_notes="Notes", item_notes_estimatation="More")
    path = {"itemId": item["id"]}
    unchanged = api.call("items.update", expect=200, body=body_of(item), **path)["data"]
    nulls = {"item_notes": None, "item_notes_estimatation": ""}
    cleared = api.call("items.update", expect=200, body=body_of(item, **nulls), **path)["data"]

    assert {**unchanged, "dates": None} == {**item, "dates": None}
    assert (cleared["notes"], cleared["estimation_notes"]) == (None, None)


@rule(
    "`item_rate` {rate} is accepted and returned as {expected}.",
    source="Assumed: the page gives no range for `item_rate`",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("rate", "expected"), [(0, "0.00"), ("1.005", "1.01"), (99999999.99, "99999999.99")]
)
def test_a_rate_of_zero_or_more_is_shown_with_two_decimals(
    factory: Factory, rate: object, expected: str
) -> None:
    assert factory.item(item_rate=rate)["rate"] == expected


@rule(
    "`item_rate` {rate} gets 422 with an error for `item_rate`.",
    source="Assumed: the page gives no range for `item_rate`",
)
@pytest.mark.assumed
@pytest.mark.parametrize("rate", [-0.01, "free", None, True])
def test_any_other_rate_is_rejected(api: Api, factory: Factory, rate: object) -> None:
    response = api.call("items.create", expect=422, body=body_of(factory.item(), item_rate=rate))

    assert list(response["errors"]) == ["item_rate"]


@rule(
    "`custom_fields` lists the enabled fields with the values of item_custom_field_1 to item_custom_field_10, and PATCH changes them.",
    source="Documented: docs-api.growcrm.io/items",
)
def test_the_custom_fields_that_the_settings_enable_are_shown_with_their_values(
    api: Api, factory: Factory
) -> None:
    values = {f"item_custom_field_{number}": f"value {number}" for number in range(1, 11)}
    item = factory.item(**values)
    changes = {**body_of(item), "item_custom_field_1": 7, "item_custom_field_2": None}
    updated = api.call("items.update", expect=200, itemId=item["id"], body=changes)["data"]

    shown = {field["id"]: field["value"] for field in item["custom_fields"]}
    assert shown == {number: f"value {number}" for number in shown}
    changed = {number: {1: "7", 2: None}.get(number, value) for number, value in shown.items()}
    assert {field["id"]: field["value"] for field in updated["custom_fields"]} == changed
    assert factory.read("items", item) == updated


@rule(
    "GET and PATCH of an item id that does not exist get 404.",
    source="Documented: docs-api.growcrm.io/items",
)
def test_an_unknown_item_is_not_found(api: Api, factory: Factory) -> None:
    body = body_of(factory.item())

    api.call("items.get", expect=404, itemId=UNKNOWN_ID)
    api.call("items.update", expect=404, itemId=UNKNOWN_ID, body=body)


@rule(
    "`item_unit` 2.0 is the unit with id 2.",
    source="Assumed: the reference gives no source; JSON has one kind of number",
)
@pytest.mark.assumed
def test_the_unit_of_an_item_can_be_a_number_with_a_zero_after_its_point(factory: Factory) -> None:
    unit = factory.item()["unit"]

    assert factory.item(item_unit=float(unit["id"]))["unit"] == unit
