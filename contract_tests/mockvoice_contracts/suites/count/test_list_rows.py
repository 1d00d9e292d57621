"""Lists: rows like the single records, bounds of texts, ties and directions of the order."""

from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.comparison import shared_members, to_instant
from mockvoice_contracts.suites.count.factories import Factory, Record

Create = Callable[[Factory], Record]


def _customer(factory: Factory) -> Record:
    return factory.customer(
        email=factory.email(), mainPhone="1", website="w.example", notes="Text",
        billingAddress={"city": "Bath"}, shippingAddress={"street": "1 Quay", "country": "US"},
        contacts=[{"name": "Mara", "isPrimary": True}, {"firstName": "Jo", "phone": "2"}],
        taxes=[factory.taxes[0]["id"]], taxExcluded=True, paymentTerm="30", taxNumber="T1",
    )  # fmt: skip


def _product(factory: Factory) -> Record:
    return factory.product(
        price=5.25, purchasePrice="3.10", description="Text", pricingMethod="hour",
        taxUuids=[factory.taxes[0]["uuid"]], taxExempt=True, currency="EUR",
        purchaseCategoryAccountUuid=factory.account("Expenses")["id"],
    )  # fmt: skip


def _tag(factory: Factory) -> Record:
    tag = factory.tag(color="#112233")
    factory.tag_group(tagUuids=[tag["id"]])
    return tag


def _tag_group(factory: Factory) -> Record:
    return factory.tag_group(
        color="#112233", tagUuids=[factory.tag(color="#445566")["id"], factory.tag()["id"]]
    )


RECORDS: dict[str, Create] = {
    "customers": _customer, "products": _product, "tags": _tag, "tag_groups": _tag_group,
}  # fmt: skip


@rule(
    "In the list, a record of {resource} with all its fields is as in GET by id, also after an update.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize("resource", RECORDS)
def test_rows_equal_their_records(api: Api, factory: Factory, resource: str) -> None:
    record = RECORDS[resource](factory)
    name = "customer" if resource == "customers" else "name"
    (parameter,) = api.contract.find(f"{resource}.get").path_parameters
    path = {parameter: record["id"]}
    for new_name in (record[name], factory.unique_name("Renamed")):
        api.call(f"{resource}.update", expect=200, body={name: new_name}, **path)
        query = {"search": new_name, "limit": 100}
        (row,) = api.call(f"{resource}.search", expect=200, query=query)["data"]["records"]
        single = api.call(f"{resource}.get", expect=200, **path)["data"]

        assert (row["id"], row[name]) == (record["id"], new_name)
        assert shared_members(row, single) == shared_members(single, row)


@rule(
    "find-by-email, and find-by-name of products and tags, return the record as GET by id does.",
    source="Documented: developers.getcount.com/rest-api-reference/customers/find-customer-by-email",
)
def test_found_records_equal_their_records(api: Api, factory: Factory) -> None:
    customer, product, tag = _customer(factory), _product(factory), _tag(factory)
    query = {"email": customer["email"]}
    found = [api.call("customers.find_by_email", expect=200, query=query)["data"]]
    query = {"name": product["name"]}
    found.append(api.call("products.find_by_name", expect=200, query=query)["data"])
    query = {"name": tag["name"]}
    found += api.call("tags.find_by_name", expect=200, query=query)["data"]["records"]
    singles = [
        api.call("customers.get", expect=200, customerId=customer["id"])["data"],
        api.call("products.get", expect=200, productId=product["id"])["data"],
        api.call("tags.get", expect=200, tagId=tag["id"])["data"],
    ]

    for row, single in zip(found, singles, strict=True):
        assert row["id"] == single["id"]
        assert shared_members(row, single) == shared_members(single, row)


@rule(
    "orderBy {order} sorts customers in both directions, and pages of equal values have no gaps or duplicates.",
    source="Documented: developers.getcount.com/api-reference/customers/list-customers",
)
@pytest.mark.parametrize("order", ["customer", "email", "createdAt", "updatedAt"])
def test_customers_are_ordered_in_both_directions(api: Api, factory: Factory, order: str) -> None:
    word = factory.unique_name("ordered").split()[1]
    names = [f"b {word}", f"a {word}", f"b {word}", f"c {word}"]
    created = [factory.customer(customer=name, email=factory.email()) for name in names]
    created.append(factory.customer(customer=f"b {word}"))
    created.append(factory.customer(customer=f"a {word}"))
    path = {"customerId": created[0]["id"]}
    api.call("customers.update", expect=200, body={"notes": "Last"}, **path)

    def listed(direction: str, **query: object) -> list[Record]:
        query = {"search": word, "orderBy": order, "orderDirection": direction, **query}
        rows: list[Record] = api.call("customers.search", expect=200, query=query)["data"][
            "records"
        ]
        return rows

    ids = {row["id"] for row in created}
    for direction in ("ASC", "DESC"):
        rows = listed(direction, limit=100)
        assert {row["id"] for row in rows} == ids
        texts = [row[order] for row in rows if row[order] is not None]
        values = [to_instant(text) if order.endswith("At") else text for text in texts]
        assert values == sorted(values, reverse=direction == "DESC")
        pages = [listed(direction, limit=2, page=page) for page in (1, 2, 3)]
        assert [row["id"] for page in pages for row in page] == [row["id"] for row in rows]
    if order == "updatedAt":
        assert rows[0]["id"] == created[0]["id"]


@rule(
    "search of {resource} can have {length} characters; one more returns 400.",
    source="Documented: developers.getcount.com/api-reference/customers/list-customers, github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize(("resource", "length"), [("customers", 255), ("accounts", 200)])
def test_a_search_has_a_length(api: Api, resource: str, length: int) -> None:
    query = {"search": "x" * length}
    assert api.call(f"{resource}.search", expect=200, query=query)["data"]["records"] == []
    error = api.call(f"{resource}.search", expect=400, query={"search": "x" * (length + 1)})

    assert [row["field"] for row in error["errors"]] == ["search"]


@rule(
    "{field} of a customer can have {length} characters in POST and PUT; one more returns 400 and changes nothing.",
    source="Documented: developers.getcount.com/rest-api-reference/customers/create-customer",
)
@pytest.mark.parametrize(
    ("field", "length"), [("customer", 255), ("mainPhone", 50), ("website", 255)]
)
def test_texts_of_a_customer_have_a_length(
    api: Api, factory: Factory, field: str, length: int
) -> None:
    text = factory.unique_name("x").ljust(length, "7")
    created = factory.customer(**{field: text})
    path = {"customerId": created["id"]}
    name = factory.unique_name("Long")
    changed = text[:-1] + "8"
    update = api.call("customers.update", expect=200, body={field: changed}, **path)["data"]
    body = {"customer": name, field: changed + "8"}
    for operation, parameters in (("customers.create", {}), ("customers.update", path)):
        error = api.call(operation, expect=400, body=body, **parameters)
        assert [row["field"] for row in error["errors"]] == [field]

    assert (created[field], update[field]) == (text, changed)
    after = api.call("customers.get", expect=200, **path)["data"]
    assert (after["customer"], after[field]) == (update["customer"], changed)
