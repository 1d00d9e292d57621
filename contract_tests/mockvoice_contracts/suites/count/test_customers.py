"""Customers: unique e-mail addresses, partial updates, searches and bulk requests."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.comparison import shared_members, to_instant
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory, Record

ADDRESS = {
    "street": "1 Quay",
    "city": "Portland",
    "state": "ME",
    "zipCode": "04101",
    "country": "US",
}


@rule(
    "POST /partners/customers stores every sent field, and GET returns the same customer.",
    source="Documented: developers.getcount.com/rest-api-reference/customers/create-customer",
)
def test_a_created_customer_has_the_sent_values(api: Api, factory: Factory) -> None:
    body = {
        "customer": factory.unique_name("Cafe"), "email": factory.email(), "mainPhone": "+1 207 555 0142",
        "website": "https://cafe.example", "status": "inactive", "billingAddress": ADDRESS,
        "shippingAddress": {"city": "Bath"}, "notes": "Early", "paymentTerm": "Net 30",
        "taxNumber": "12-3", "taxAutoCalculate": True, "taxExcluded": True,
        "taxes": [factory.taxes[0]["id"]],
        "contacts": [
            {"firstName": "Mara", "lastName": "Lind", "email": factory.email(), "isPrimary": True},
            {"name": "Desk", "phone": "1"},
        ],
    }  # fmt: skip
    created = api.call("customers.create", expect=201, body=body)["data"]

    assert created["id"] == created["uuid"]
    unchanged = body.keys() - {"contacts", "shippingAddress"}
    sent = {name: body[name] for name in unchanged}
    assert shared_members(created, sent) == sent
    address = {part: created["shippingAddress"][part] for part in ADDRESS}
    assert address == dict.fromkeys(ADDRESS) | {"city": "Bath"}
    assert [(row["name"], row["isPrimary"]) for row in created["contacts"]] == [
        ("Mara Lind", True),
        ("Desk", False),
    ]
    read = api.call("customers.get", expect=200, customerId=created["id"])["data"]
    assert shared_members(read, created) == shared_members(created, read)


@rule(
    'Only customer is required: without it the request returns 400; status is "active" by default.',
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_only_the_name_of_a_customer_is_required(api: Api, factory: Factory) -> None:
    created = factory.customer()
    assert (created["email"], created["status"], created["contacts"], created["taxes"]) == (
        None,
        "active",
        [],
        [],
    )

    for body in ({}, {"customer": " "}, {"customer": None}):
        error = api.call("customers.create", expect=400, body=body)
        assert error["errors"][0]["field"] == "customer"


@rule(
    "An email that another customer has, in any case, returns 409 on create and on update.",
    source="Documented: developers.getcount.com/rest-api-reference/customers/create-customer",
)
def test_an_email_is_unique_ignoring_case(api: Api, factory: Factory) -> None:
    email = factory.email()
    first, other = factory.customer(email=email), factory.customer()
    body = {"customer": "Other", "email": email.upper()}
    error = api.call("customers.create", expect=409, body=body)
    assert error["code"] == "customer_email_exists"
    path_of_other = {"customerId": other["id"]}
    api.call("customers.update", expect=409, body={"email": email}, **path_of_other)
    path = {"customerId": first["id"]}
    api.call("customers.update", expect=200, body={"email": email.upper()}, **path)


@rule(
    "The email of a deleted customer can be used again.",
    source="Assumed: the vendor states only that an email is unique",
)
@pytest.mark.assumed
def test_the_email_of_a_deleted_customer_is_free_again(api: Api, factory: Factory) -> None:
    email = factory.email()
    deleted, other = factory.customer(email=email), factory.customer()
    api.call("customers.delete", expect=200, customerId=deleted["id"])

    api.call("customers.find_by_email", expect=404, query={"email": email})
    changed = api.call(
        "customers.update", expect=200, body={"email": email}, customerId=other["id"]
    )["data"]
    assert changed["email"] == email


@rule(
    "find-by-email finds the exact email in any case; no match returns 404, a missing or malformed email 400.",
    source="Documented: developers.getcount.com/rest-api-reference/customers/find-customer-by-email",
)
def test_a_customer_is_found_by_its_full_email(api: Api, factory: Factory) -> None:
    email = factory.email()
    created = factory.customer(email=email)

    result = api.call("customers.find_by_email", expect=200, query={"email": email.upper()})
    customer = result["data"]
    assert shared_members(customer, created) == shared_members(created, customer)
    error = api.call("customers.find_by_email", expect=404, query={"email": "x" + email})
    assert error["code"] == "not_found"
    for query in ({}, {"email": "nobody"}):
        error = api.call("customers.find_by_email", expect=400, query=query)
        assert error["code"] == "invalid_email"


@rule(
    "An invalid contact or a second primary contact rejects the whole customer with 400.",
    source="Documented: developers.getcount.com/rest-api-reference/customers/create-customer",
)
def test_one_invalid_contact_rejects_the_whole_request(api: Api, factory: Factory) -> None:
    name = factory.unique_name("Lost")
    for contacts in (
        [{"name": "A", "email": "nobody"}],
        [{"name": "A", "isPrimary": True}, {"name": "B", "isPrimary": True}],
    ):
        body = {"customer": name, "contacts": contacts}
        error = api.call("customers.create", expect=400, body=body)
        assert error["code"] == "validation_error"

    result = api.call("customers.search", expect=200, query={"search": name})["data"]
    assert result["totalRecords"] == 0


@rule(
    "PUT of a customer keeps omitted fields, replaces an address as a whole, and clears it, website and mainPhone by null.",
    source="Documented: developers.getcount.com/rest-api-reference/customers/update-customer",
)
def test_an_update_is_partial_and_replaces_addresses_as_a_whole(api: Api, factory: Factory) -> None:
    created = factory.customer(
        email=factory.email(), mainPhone="1", website="w", billingAddress=ADDRESS, notes="Kept"
    )
    path = {"customerId": created["id"]}
    body = {"billingAddress": {"city": "Bath"}, "mainPhone": "", "website": None}
    changed = api.call("customers.update", expect=200, body=body, **path)["data"]

    address = {part: changed["billingAddress"][part] for part in ADDRESS}
    assert address == dict.fromkeys(ADDRESS) | {"city": "Bath"}
    assert (changed["mainPhone"], changed["website"]) == (None, None)
    assert (changed["email"], changed["notes"]) == (created["email"], "Kept")
    assert to_instant(changed["updatedAt"]) > to_instant(created["updatedAt"])
    body = {"billingAddress": None}
    assert (
        api.call("customers.update", expect=200, body=body, **path)["data"]["billingAddress"]
        is None
    )


@rule(
    "PUT of a customer ignores contacts and unknown fields and lists them in _partnerWarnings.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_an_update_ignores_contacts_with_a_warning(api: Api, factory: Factory) -> None:
    created = factory.customer(contacts=[{"name": "Mara"}])
    path = {"customerId": created["id"]}
    body = {"contacts": [], "colour": 1, "notes": "x"}
    changed = api.call("customers.update", expect=200, body=body, **path)["data"]

    contacts = changed["contacts"]
    assert shared_members(contacts, created["contacts"]) == shared_members(
        created["contacts"], contacts
    )
    assert {row["field"]: row["reason"] for row in changed["_partnerWarnings"]} == {
        "contacts": "internal_only",
        "colour": "unknown_field",
    }
    empty = api.call("customers.update", expect=200, body={}, **path)["data"]
    assert empty["_partnerWarnings"]


@rule(
    "A deleted customer returns 404 on get, update and delete, and is in no list.",
    source="Documented: developers.getcount.com/api-reference/customers/get-customer",
)
def test_a_deleted_customer_is_not_found(api: Api, factory: Factory) -> None:
    created = factory.customer()
    path = {"customerId": created["id"]}
    assert api.call("customers.delete", expect=200, **path)["data"]["id"] == created["id"]

    api.call("customers.get", expect=404, **path)
    api.call("customers.update", expect=404, body={"notes": "x"}, **path)
    api.call("customers.delete", expect=404, **path)
    result = api.call("customers.search", expect=200, query={"search": created["customer"]})["data"]
    assert result["totalRecords"] == 0


@rule(
    "Customers are searched in name, email and mainPhone in any case, and sorted by orderBy and orderDirection.",
    source="Documented: developers.getcount.com/api-reference/customers/list-customers",
)
def test_lists_are_searched_sorted_and_paged(api: Api, factory: Factory) -> None:
    word = factory.unique_name("sorted").split()[1]
    created = [
        factory.customer(customer=f"{letter} {word}", email=factory.email(), mainPhone=f"{n}{word}")
        for n, letter in enumerate("bCa")
    ]

    def names(**query: object) -> list[str]:
        page = api.call(
            "customers.search", expect=200, query={"search": word.upper(), "limit": 100, **query}
        )
        assert page["data"]["records"] == page["data"]["customers"]
        return [row["customer"][0] for row in page["data"]["records"]]

    assert names() == ["a", "b", "C"]
    assert names(orderDirection="DESC") == ["C", "b", "a"]
    assert names(orderBy="createdAt") == ["b", "C", "a"] == names(orderBy="updatedAt")
    by_email = sorted(created, key=lambda row: row["email"])
    assert names(orderBy="email") == [row["customer"][0] for row in by_email]
    assert names(limit=2, page=2) == ["C"]
    assert names(search=f"1{word}") == ["C"]
    assert names(search=created[2]["email"]) == ["a"]
    for query in ({"orderBy": "phone"}, {"orderDirection": "asc"}, {"search": "x" * 256}):
        api.call("customers.search", expect=400, query=query)


@rule(
    "customers/bulk POST returns 201 with success or error text for each row; one bad row does not affect the others.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_rows_of_a_bulk_creation_are_independent(api: Api, factory: Factory) -> None:
    email = factory.email()
    rows = [
        {"customer": factory.unique_name("Bulk"), "email": email},
        {"customer": factory.unique_name("Bulk"), "email": email},
        {"email": "nobody"},
        {"customer": factory.unique_name("Bulk"), "taxes": [2147483647]},
        None,
    ]
    result = api.call("customers.bulk_create", expect=201, body={"customers": rows})["data"]

    assert (result["successCount"], result["errorCount"]) == (1, 4)
    created, *rejected = result["results"]
    assert created["customer"]["email"] == email
    assert [row["success"] for row in rejected] == [False] * 4
    assert all(isinstance(row["error"], str) and row["error"] for row in rejected)


@rule(
    "customers/bulk PATCH updates rows by uuid, contacts included; unknown rows get an error and do not affect the others.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_rows_of_a_bulk_update_are_independent(api: Api, factory: Factory) -> None:
    customer = factory.customer(contacts=[{"name": "Old"}])
    rows: list[Record] = [
        {"uuid": customer["id"], "notes": "Changed", "contacts": [{"name": "New"}]},
        {"uuid": UNKNOWN_ID, "notes": "Lost"},
        {"notes": "Lost"},
    ]
    result = api.call("customers.bulk_update", expect=201, body={"customers": rows})["data"]

    assert [row["success"] for row in result["results"]] == [True, False, False]
    changed = result["results"][0]["customer"]
    assert (changed["notes"], [row["name"] for row in changed["contacts"]]) == (
        "Changed",
        ["New"],
    )


@rule(
    "customers.{operation} with an id that is not a UUID returns 400.",
    source="Documented: developers.getcount.com/api-reference/customers/get-customer",
)
@pytest.mark.parametrize("operation", ["get", "delete"])
def test_an_id_that_is_not_a_uuid_is_rejected(api: Api, operation: str) -> None:
    error = api.call(f"customers.{operation}", expect=400, customerId="7")

    assert error["code"] == "invalid_uuid"
