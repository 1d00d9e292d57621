"""Contacts: the users of a client."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import UNKNOWN_ID, Factory
from mockvoice_contracts.suites.growcrm.messages import check_errors, required, unknown


@rule(
    "POST /contacts returns the fields that were sent, `name` as first and last name, and `status` `active`.",
    source="Documented: docs-api.growcrm.io/contacts",
)
def test_a_new_contact_has_the_fields_that_were_sent(api: Api, factory: Factory) -> None:
    client = factory.client()
    body = {
        "first_name": "Grace",
        "last_name": "Hopper",
        "email": factory.email(),
        "clientid": client["id"],
        "phone": "+1 202 555 0100",
        "position": "Purchasing",
    }
    contact = api.call("contacts.create", expect=201, body=body)["data"]

    assert (contact["first_name"], contact["last_name"], contact["name"]) == (
        "Grace",
        "Hopper",
        "Grace Hopper",
    )
    assert (contact["email"], contact["phone"]) == (body["email"], "+1 202 555 0100")
    assert (contact["job_position"], contact["status"]) == ("Purchasing", "active")
    assert contact["client"] == {"id": client["id"], "company_name": client["company_name"]}
    assert set(contact["social"].values()) == {None}
    assert factory.read("contacts", contact) == contact


@rule(
    "A new contact has `account_owner` `no`, and its client keeps its owner.",
    source="Documented: docs-api.growcrm.io/contacts",
)
def test_a_new_contact_is_not_the_account_owner(factory: Factory) -> None:
    client = factory.client()
    contact = factory.contact(client)

    assert contact["account_owner"] == "no"
    assert factory.read("clients", client) == client


@rule(
    "POST /contacts without `{missing}` gets 422 with an error for it.",
    source="Documented: docs-api.growcrm.io/contacts",
)
@pytest.mark.parametrize("missing", ["first_name", "last_name", "email", "clientid"])
def test_a_new_contact_requires_names_email_and_client(
    api: Api, factory: Factory, missing: str
) -> None:
    client = factory.client()
    body = {"first_name": "A", "last_name": "B", "email": factory.email(), "clientid": client["id"]}
    del body[missing]
    response = api.call("contacts.create", expect=422, body=body)

    check_errors(api, response, required(missing))


@rule(
    "POST /contacts with a `clientid` that does not exist gets 422 with an error for it.",
    source="Documented: docs-api.growcrm.io/contacts",
)
def test_a_contact_requires_an_existing_client(api: Api, factory: Factory) -> None:
    body = {"first_name": "A", "last_name": "B", "email": factory.email(), "clientid": UNKNOWN_ID}
    response = api.call("contacts.create", expect=422, body=body)

    check_errors(api, response, unknown("clientid"))


@rule(
    "`email` {address} gets 422 with an error for `email`.",
    source="Documented: docs-api.growcrm.io/contacts",
)
@pytest.mark.parametrize("address", ["ada", "ada@", "@mail.example", "a b@mail.example", 7])
def test_an_invalid_email_address_is_rejected(api: Api, factory: Factory, address: object) -> None:
    client = factory.client()
    body = {"first_name": "A", "last_name": "B", "email": address, "clientid": client["id"]}
    response = api.call("contacts.create", expect=422, body=body)

    assert list(response["errors"]) == ["email"]


@rule(
    "PATCH of a contact changes names, e-mail address, phone and position, and ignores `clientid`.",
    source="Documented: docs-api.growcrm.io/contacts",
)
def test_an_update_changes_names_email_and_texts_but_not_the_client(
    api: Api, factory: Factory
) -> None:
    contact, other_client = factory.contact(factory.client()), factory.client()
    body = {
        "first_name": "Joan",
        "last_name": "Clarke",
        "email": factory.email(),
        "phone": "2",
        "position": "Board",
        "clientid": other_client["id"],
    }
    updated = api.call("contacts.update", expect=200, contactId=contact["id"], body=body)["data"]

    assert (updated["name"], updated["email"]) == ("Joan Clarke", body["email"])
    assert (updated["phone"], updated["job_position"]) == ("2", "Board")
    assert updated["client"] == contact["client"]
    assert factory.read("contacts", contact) == updated


@rule(
    "PATCH of a contact keeps phone and position if they are left out; null and blank text clear them.",
    source="Assumed: the reference marks absent fields of an update as a choice",
)
@pytest.mark.assumed
def test_an_update_keeps_texts_left_out_and_null_clears_them(api: Api, factory: Factory) -> None:
    contact = factory.contact(factory.client(), phone="1", position="Board")
    path = {"contactId": contact["id"]}
    body = {name: contact[name] for name in ("first_name", "last_name", "email")}
    unchanged = api.call("contacts.update", expect=200, body=body, **path)["data"]
    nulls = {"phone": None, "position": ""}
    cleared = api.call("contacts.update", expect=200, body={**body, **nulls}, **path)["data"]

    assert {**unchanged, "dates": None} == {**contact, "dates": None}
    assert (cleared["phone"], cleared["job_position"]) == (None, None)


@rule(
    "PATCH of a contact without `{missing}` gets 422 with an error for it, and changes nothing.",
    source="Documented: docs-api.growcrm.io/contacts",
)
@pytest.mark.parametrize("missing", ["first_name", "last_name", "email"])
def test_an_update_requires_names_and_email(api: Api, factory: Factory, missing: str) -> None:
    contact = factory.contact(factory.client())
    body = {name: contact[name] for name in ("first_name", "last_name", "email") if name != missing}
    response = api.call("contacts.update", expect=422, contactId=contact["id"], body=body)

    assert list(response["errors"]) == [missing]
    assert factory.read("contacts", contact) == contact


@rule(
    "PATCH of a contact accepts its own `email`, and rejects with 422 one that another user has.",
    source="Documented: docs-api.growcrm.io/contacts",
)
def test_an_update_accepts_the_same_email_and_rejects_a_taken_one(
    api: Api, factory: Factory
) -> None:
    client = factory.client()
    contact, other = factory.contact(client), factory.contact(client)
    body = {name: contact[name] for name in ("first_name", "last_name", "email")}
    path = {"contactId": contact["id"]}
    api.call("contacts.update", expect=200, body=body, **path)
    response = api.call(
        "contacts.update", expect=422, body={**body, "email": other["email"]}, **path
    )

    check_errors(api, response, {"email": ["The email has already been taken."]})


@rule(
    "PUT /contacts/<id>/account-owner makes the contact the owner of its client; the former owner has `account_owner` `no`.",
    source="Documented: docs-api.growcrm.io/contacts",
)
def test_a_contact_can_replace_the_account_owner(api: Api, factory: Factory) -> None:
    client = factory.client()
    contact = factory.contact(client)
    changed = api.call("contacts.set_account_owner", expect=200, contactId=contact["id"])["data"]

    assert changed["account_owner"] == "yes"
    assert factory.read("clients", client)["owner"] == {
        "id": contact["id"],
        "name": contact["name"],
    }
    assert factory.read("contacts", {"id": client["owner"]["id"]})["account_owner"] == "no"


@rule(
    "PUT /contacts/<id>/account-owner for the present owner gets 200 and changes nothing.",
    source="Documented: docs-api.growcrm.io/contacts",
)
def test_the_account_owner_can_be_set_again(api: Api, factory: Factory) -> None:
    client = factory.client()
    api.call("contacts.set_account_owner", expect=200, contactId=client["owner"]["id"])

    assert factory.read("clients", client)["owner"] == client["owner"]


@rule(
    "GET /contacts leaves out contacts that were deleted.",
    source="Documented: docs-api.growcrm.io/contacts",
)
def test_lists_leave_out_deleted_contacts(api: Api, factory: Factory) -> None:
    client = factory.client()
    contact = factory.contact(client)
    api.call("contacts.delete", expect=200, contactId=contact["id"])
    contacts = api.call("contacts.search", expect=200, query={"client_id": client["id"]})

    assert [row["id"] for row in contacts["data"]] == [client["owner"]["id"]]


@rule(
    "GET, PATCH, DELETE and account-owner of /contacts/1 get 404, since user 1 is a team member.",
    source="Documented: docs-api.growcrm.io/contacts",
)
def test_team_members_are_not_contacts(api: Api, factory: Factory) -> None:
    person = {"first_name": "A", "last_name": "B", "email": factory.email()}

    api.call("contacts.get", expect=404, contactId=1)
    api.call("contacts.update", expect=404, contactId=1, body=person)
    api.call("contacts.delete", expect=404, contactId=1)
    api.call("contacts.set_account_owner", expect=404, contactId=1)


@rule(
    "GET, PATCH and account-owner of a contact id that does not exist get 404.",
    source="Documented: docs-api.growcrm.io/contacts",
)
def test_an_unknown_contact_is_not_found(api: Api, factory: Factory) -> None:
    person = {"first_name": "A", "last_name": "B", "email": factory.email()}

    api.call("contacts.get", expect=404, contactId=UNKNOWN_ID)
    api.call("contacts.update", expect=404, contactId=UNKNOWN_ID, body=person)
    api.call("contacts.set_account_owner", expect=404, contactId=UNKNOWN_ID)
