"""Values that become free after a change, and values that stay when others change."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.comparison import shared_members
from mockvoice_contracts.suites.count.factories import Factory, Record


def update_customer(api: Api, customer: Record, **body: object) -> Record:
    path = {"customerId": customer["id"]}
    result: Record = api.call("customers.update", expect=200, body=body, **path)["data"]
    return result


@rule(
    "The email that a customer had before an update can be used by another customer; the new one cannot.",
    source="Documented: developers.getcount.com/rest-api-reference/customers/create-customer",
)
def test_a_replaced_email_is_free_again(api: Api, factory: Factory) -> None:
    old, new = factory.email(), factory.email()
    customer = factory.customer(email=old)
    update_customer(api, customer, email=new)

    assert factory.customer(email=old)["email"] == old
    body = {"customer": factory.unique_name("Other"), "email": new.upper()}
    assert api.call("customers.create", expect=409, body=body)["code"] == "customer_email_exists"


@rule(
    "The name that a record of {resource} had before an update or its deletion can be used again.",
    source="Assumed: the vendor states only that the name is unique",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("resource", "parameter"), [("products", "productId"), ("tag_groups", "tagGroupId")]
)
def test_a_replaced_or_deleted_name_is_free_again(
    api: Api, factory: Factory, resource: str, parameter: str
) -> None:
    create = getattr(factory, resource.removesuffix("s"))
    record, name = create(), factory.unique_name("Renamed")
    path = {parameter: record["id"]}
    api.call(f"{resource}.update", expect=200, body={"name": name}, **path)

    assert create(name=record["name"])["name"] == record["name"]
    api.call(f"{resource}.create", expect=409, body={"name": name.upper()})
    api.call(f"{resource}.delete", expect=200, **path)
    assert create(name=name)["name"] == name


@rule(
    "tagUuids of an update replaces all members of a tag group, and those that left can join another group.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_an_update_replaces_the_members_of_a_group(api: Api, factory: Factory) -> None:
    first, second, third = (factory.tag()["id"] for _ in range(3))
    group = factory.tag_group(tagUuids=[first, second])
    path, body = {"tagGroupId": group["id"]}, {"tagUuids": [second, third]}
    changed = api.call("tag_groups.update", expect=200, body=body, **path)["data"]
    read = api.call("tag_groups.get", expect=200, **path)["data"]

    for record in (changed, read):
        assert {*record["tagUuids"]} == {second, third} == {tag["id"] for tag in record["tags"]}
    assert api.call("tags.get", expect=200, tagId=first)["data"]["groups"] == []
    assert factory.tag_group(tagUuids=[first])["tagUuids"] == [first]


@rule(
    "The invoiceNumber that a draft had before an update can be used again; the new one returns 409.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_a_replaced_number_is_free_again(api: Api, factory: Factory, draft: Record) -> None:
    number = factory.unique_name("No")
    body = {"invoiceNumber": number}
    api.call("invoices.update", expect=200, body=body, invoiceId=draft["id"])

    assert factory.invoice(invoiceNumber=draft["invoiceNumber"])["id"] != draft["id"]
    api.call("invoices.create", expect=409, body=factory.invoice_body(**body))


@rule(
    "PUT of {field} replaces this address as a whole and null removes it; the other address stays.",
    source="Documented: developers.getcount.com/rest-api-reference/customers/update-customer",
)
@pytest.mark.parametrize(
    ("field", "other"),
    [("shippingAddress", "billingAddress"), ("billingAddress", "shippingAddress")],
)
def test_each_address_is_replaced_on_its_own(
    api: Api, factory: Factory, field: str, other: str
) -> None:
    address = {"street": "1 Quay", "city": "Bath", "country": "US"}
    customer = factory.customer(**{field: address, other: address})
    changed = update_customer(api, customer, **{field: {"city": "Portland"}})
    removed = update_customer(api, customer, **{field: None})

    assert (changed[field]["city"], changed[field]["street"]) == ("Portland", None)
    assert removed[field] is None
    for after in (changed, removed):
        assert shared_members(after[other], customer[other]) == shared_members(
            customer[other], after[other]
        )


@rule(
    "mainPhone and website of a customer are each cleared by null or an empty text, and the other one stays.",
    source="Documented: developers.getcount.com/rest-api-reference/customers/update-customer",
)
@pytest.mark.parametrize("value", ["", None])
def test_phone_and_website_are_cleared_on_their_own(
    api: Api, factory: Factory, value: str | None
) -> None:
    customer = factory.customer(mainPhone="1", website="w.example")
    without_phone = update_customer(api, customer, mainPhone=value)
    update_customer(api, customer, mainPhone="2")
    without_website = update_customer(api, customer, website=value)

    assert (without_phone["mainPhone"], without_phone["website"]) == (None, "w.example")
    assert (without_website["mainPhone"], without_website["website"]) == ("2", None)


@rule(
    "A row of a customers/bulk PATCH keeps the fields that it omits, contacts included.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_bulk_update_keeps_omitted_fields(api: Api, factory: Factory) -> None:
    customer = factory.customer(
        email=factory.email(), mainPhone="1", billingAddress={"city": "Bath"},
        contacts=[{"name": "Mara"}], taxes=[factory.taxes[0]["id"]],
    )  # fmt: skip
    body = {"customers": [{"uuid": customer["id"], "notes": "New"}]}
    api.call("customers.bulk_update", expect=201, body=body)
    after = api.call("customers.get", expect=200, customerId=customer["id"])["data"]

    assert after["notes"] == "New"
    kept = {name: customer[name] for name in customer if name not in ("notes", "updatedAt")}
    assert shared_members(after, kept) == shared_members(kept, after)


@rule(
    "PATCH of one field of a product, and of a transaction, keeps all others.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize(
    ("resource", "parameter", "field"),
    [("products", "productId", "description"), ("transactions", "transactionId", "notes")],
)
def test_an_update_keeps_omitted_fields(
    api: Api, factory: Factory, resource: str, parameter: str, field: str
) -> None:
    if resource == "products":
        record = factory.product(
            price=5, purchasePrice=3, pricingMethod="hour", taxExempt=True, currency="EUR",
            purchaseCategoryAccountUuid=factory.account("Expenses")["id"],
            taxUuids=[factory.taxes[0]["uuid"]],
        )  # fmt: skip
    else:
        record = factory.transaction(
            currency="EUR", description="Kept", authorizedDate=factory.day(-1),
            customerUuid=factory.untaxed_customer["id"], tagUuids=[factory.tag()["id"]],
            taxes=[factory.taxes[0]["id"]], categoryAccountUuid=factory.income_account_id,
        )  # fmt: skip
    path = {parameter: record["id"]}
    after = api.call(f"{resource}.update", expect=200, body={field: "New"}, **path)["data"]

    assert after[field] == "New"
    kept = {name: record[name] for name in record if name not in (field, "updatedAt")}
    assert shared_members(after, kept) == shared_members(kept, after)
