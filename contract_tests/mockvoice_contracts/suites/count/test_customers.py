"""Customers: unique e-mails, partial changes, searches and many at once."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.count.factories import NOBODY, Factory, Record

ADDRESS = {
    "street": "1 Quay",
    "city": "Portland",
    "state": "ME",
    "zipCode": "04101",
    "country": "US",
}


def test_a_customer_shows_what_was_sent_and_reads_the_same(api: Api, make: Factory) -> None:
    body = {
        "customer": make.name("Cafe"), "email": make.mail(), "mainPhone": "+1 207 555 0142",
        "website": "https://cafe.example", "status": "inactive", "billingAddress": ADDRESS,
        "shippingAddress": {"city": "Bath"}, "notes": "Early", "paymentTerm": "Net 30",
        "taxNumber": "12-3", "taxAutoCalculate": True, "taxExcluded": True,
        "taxes": [make.taxes[0]["id"]],
        "contacts": [
            {"firstName": "Mara", "lastName": "Lind", "email": make.mail(), "isPrimary": True},
            {"name": "Desk", "phone": "1"},
        ],
    }  # fmt: skip
    made = api.call("customers.create", expect=201, body=body)["data"]

    assert made["id"] == made["uuid"]
    plain = body.keys() - {"contacts", "shippingAddress"}
    assert {name: made[name] for name in plain} == {name: body[name] for name in plain}
    assert made["shippingAddress"] == dict.fromkeys(ADDRESS) | {"city": "Bath"}
    assert [(each["name"], each["isPrimary"]) for each in made["contacts"]] == [
        ("Mara Lind", True),
        ("Desk", False),
    ]
    assert api.call("customers.get", expect=200, customerId=made["id"])["data"] == made


def test_a_name_is_all_that_is_needed(api: Api, make: Factory) -> None:
    made = make.customer()
    assert (made["email"], made["status"], made["contacts"], made["taxes"]) == (
        None,
        "active",
        [],
        [],
    )

    for body in ({}, {"customer": " "}, {"customer": None}):
        refusal = api.call("customers.create", expect=400, body=body)
        assert refusal["errors"][0]["field"] == "customer"


def test_an_email_belongs_to_one_customer_whatever_its_case(api: Api, make: Factory) -> None:
    email = make.mail()
    first, other = make.customer(email=email), make.customer()
    body = {"customer": "Twin", "email": email.upper()}
    refusal = api.call("customers.create", expect=409, body=body)
    assert refusal["code"] == "customer_email_exists"
    where = {"customerId": other["id"]}
    api.call("customers.update", expect=409, body={"email": email}, **where)
    same = {"customerId": first["id"]}
    api.call("customers.update", expect=200, body={"email": email.upper()}, **same)

    api.call("customers.delete", expect=200, **same)
    api.call("customers.update", expect=200, body={"email": email}, **where)


def test_a_customer_is_found_by_its_whole_email(api: Api, make: Factory) -> None:
    email = make.mail()
    made = make.customer(email=email)

    found = api.call("customers.find_by_email", expect=200, query={"email": email.upper()})
    assert found["data"] == made
    refusal = api.call("customers.find_by_email", expect=404, query={"email": "x" + email})
    assert refusal["code"] == "not_found"
    for query in ({}, {"email": "nobody"}):
        refusal = api.call("customers.find_by_email", expect=400, query=query)
        assert refusal["code"] == "invalid_email"


def test_one_bad_contact_fails_the_whole_call(api: Api, make: Factory) -> None:
    name = make.name("Lost")
    for contacts in (
        [{"name": "A", "email": "nobody"}],
        [{"name": "A", "isPrimary": True}, {"name": "B", "isPrimary": True}],
    ):
        body = {"customer": name, "contacts": contacts}
        refusal = api.call("customers.create", expect=400, body=body)
        assert refusal["code"] == "validation_error"

    found = api.call("customers.search", expect=200, query={"search": name})["data"]
    assert found["totalRecords"] == 0


def test_a_change_is_partial_and_replaces_addresses_as_a_whole(api: Api, make: Factory) -> None:
    made = make.customer(
        email=make.mail(), mainPhone="1", website="w", billingAddress=ADDRESS, notes="Kept"
    )
    where = {"customerId": made["id"]}
    body = {"billingAddress": {"city": "Bath"}, "mainPhone": "", "website": None}
    changed = api.call("customers.update", expect=200, body=body, **where)["data"]

    assert changed["billingAddress"] == dict.fromkeys(ADDRESS) | {"city": "Bath"}
    assert (changed["mainPhone"], changed["website"]) == (None, None)
    assert (changed["email"], changed["notes"]) == (made["email"], "Kept")
    assert changed["updatedAt"] > made["updatedAt"]
    body = {"billingAddress": None}
    assert (
        api.call("customers.update", expect=200, body=body, **where)["data"]["billingAddress"]
        is None
    )


def test_contacts_are_not_changed_one_by_one(api: Api, make: Factory) -> None:
    made = make.customer(contacts=[{"name": "Mara"}])
    where = {"customerId": made["id"]}
    body = {"contacts": [], "colour": 1, "notes": "x"}
    changed = api.call("customers.update", expect=200, body=body, **where)["data"]

    assert changed["contacts"] == made["contacts"]
    assert {each["field"]: each["reason"] for each in changed["_partnerWarnings"]} == {
        "contacts": "internal_only",
        "colour": "unknown_field",
    }
    empty = api.call("customers.update", expect=200, body={}, **where)["data"]
    assert empty["_partnerWarnings"][0]["field"] == ""


def test_a_deleted_customer_is_gone(api: Api, make: Factory) -> None:
    made = make.customer()
    where = {"customerId": made["id"]}
    assert api.call("customers.delete", expect=200, **where)["data"] == {"id": made["id"]}

    api.call("customers.get", expect=404, **where)
    api.call("customers.update", expect=404, body={"notes": "x"}, **where)
    api.call("customers.delete", expect=404, **where)
    found = api.call("customers.search", expect=200, query={"search": made["customer"]})["data"]
    assert found["totalRecords"] == 0


def test_lists_are_searched_sorted_and_paged(api: Api, make: Factory) -> None:
    word = make.name("sorted").split()[1]
    made = [
        make.customer(customer=f"{letter} {word}", email=make.mail(), mainPhone=f"{n}{word}")
        for n, letter in enumerate("bCa")
    ]

    def names(**query: object) -> list[str]:
        page = api.call("customers.search", expect=200, query={"search": word.upper(), **query})
        assert page["data"]["records"] == page["data"]["customers"]
        return [each["customer"][0] for each in page["data"]["records"]]

    assert names() == ["a", "b", "C"]
    assert names(orderDirection="DESC") == ["C", "b", "a"]
    assert names(orderBy="createdAt") == ["b", "C", "a"] == names(orderBy="updatedAt")
    by_mail = sorted(made, key=lambda each: each["email"])
    assert names(orderBy="email") == [each["customer"][0] for each in by_mail]
    assert names(limit=2, page=2) == ["C"]
    assert names(search=f"1{word}") == ["C"]
    assert names(search=made[2]["email"]) == ["a"]
    for query in ({"orderBy": "phone"}, {"orderDirection": "asc"}, {"search": "x" * 256}):
        api.call("customers.search", expect=400, query=query)


def test_many_are_created_and_each_stands_alone(api: Api, make: Factory) -> None:
    email = make.mail()
    rows = [
        {"customer": make.name("Bulk"), "email": email},
        {"customer": make.name("Bulk"), "email": email},
        {"email": "nobody"},
        {"customer": make.name("Bulk"), "taxes": [2147483647]},
        None,
    ]
    outcome = api.call("customers.bulk_create", expect=201, body={"customers": rows})["data"]

    assert (outcome["successCount"], outcome["errorCount"]) == (1, 4)
    first, *rest = outcome["results"]
    assert first["customer"]["email"] == email
    assert all(isinstance(each["error"], str) for each in rest)
    assert rest[0]["error"] == "A customer with this email already exists."
    assert "customer is required." in rest[1]["error"]


def test_many_are_changed_and_each_stands_alone(api: Api, make: Factory) -> None:
    one = make.customer(contacts=[{"name": "Old"}])
    rows: list[Record] = [
        {"uuid": one["id"], "notes": "Changed", "contacts": [{"name": "New"}]},
        {"uuid": NOBODY, "notes": "Lost"},
        {"notes": "Lost"},
    ]
    outcome = api.call("customers.bulk_update", expect=201, body={"customers": rows})["data"]

    assert [each["success"] for each in outcome["results"]] == [True, False, False]
    changed = outcome["results"][0]["customer"]
    assert (changed["notes"], [each["name"] for each in changed["contacts"]]) == (
        "Changed",
        ["New"],
    )


@pytest.mark.parametrize("operation", ["get", "delete"])
def test_an_id_that_is_no_uuid_is_refused(api: Api, operation: str) -> None:
    refusal = api.call(f"customers.{operation}", expect=400, customerId="7")

    assert refusal["code"] == "invalid_uuid"
