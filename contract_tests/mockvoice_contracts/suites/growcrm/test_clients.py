"""Clients and their account owners."""

from time import sleep

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import (
    CLIENT_CATEGORY,
    UNKNOWN_ID,
    Factory,
    Record,
)
from mockvoice_contracts.suites.growcrm.messages import check_errors, required, unknown

OPTIONAL_FIELDS = {
    "client_description": "Since 2020",
    "client_phone": "+1 202 555 0100",
    "client_website": "https://www.client.example",
    "client_vat": "XX123",
    "client_billing_street": "1 Main Street",
    "client_billing_city": "Springfield",
    "client_billing_state": "Ohio",
    "client_billing_zip": "01234",
    "client_billing_country": "United States",
    "client_billing_invoice_due_days": 14,
}


def assert_has_optional_fields(client: Record) -> None:
    values = (client["description"], client["phone"], client["website"], client["vat"])
    assert values == ("Since 2020", "+1 202 555 0100", "https://www.client.example", "XX123")
    assert client["billing"] == {
        "street": "1 Main Street",
        "city": "Springfield",
        "state": "Ohio",
        "zip": "01234",
        "country": "United States",
        "invoice_due_days": "14",
    }


@rule(
    "POST /clients returns the fields that were sent, with `status` `active` and `invoice_due_days` as text.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_a_new_client_has_the_fields_that_were_sent(api: Api, factory: Factory) -> None:
    category, name = factory.category("client"), factory.unique_name("Company")
    body = {
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email": factory.email(),
        "client_company_name": name,
        "client_categoryid": category["id"],
        "tags": ["VIP", "Key Account"],
        **OPTIONAL_FIELDS,
    }
    client = api.call("clients.create", expect=201, body=body)["data"]

    assert (client["company_name"], client["status"]) == (name, "active")
    assert client["category"] == {"id": category["id"], "name": category["name"]}
    assert client["tags"] == ["vip", "key-account"]
    assert_has_optional_fields(client)
    assert factory.read("clients", client) == client


@rule(
    "POST /clients also creates its account owner, a contact with `account_owner` `yes` and the e-mail address that was sent.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_the_owner_of_a_new_client_is_a_contact(api: Api, factory: Factory) -> None:
    address = factory.email()
    client = factory.client(first_name="Ada", last_name="Lovelace", email=address)
    owner = api.call("contacts.get", expect=200, contactId=client["owner"]["id"])["data"]

    assert client["owner"]["name"] == owner["name"] == "Ada Lovelace"
    assert (owner["email"], owner["account_owner"]) == (address, "yes")
    assert owner["client"] == {"id": client["id"], "company_name": client["company_name"]}


@rule(
    "Without `client_company_name`, `company_name` is the first and last name of the owner.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_a_client_without_a_company_name_gets_the_name_of_its_owner(factory: Factory) -> None:
    client = factory.client(client_company_name=None, first_name="Ada", last_name="Lovelace")

    assert client["company_name"] == "Ada Lovelace"


@rule(
    "A client created with names and e-mail address only is in category 2, its other texts are null and it has no tags.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_optional_fields_of_a_client_are_empty_by_default(factory: Factory) -> None:
    client = factory.client()

    assert client["category"]["id"] == CLIENT_CATEGORY
    assert client["description"] is client["phone"] is client["website"] is client["vat"] is None
    assert set(client["billing"].values()) == set(client["shipping"].values()) == {None}
    assert client["tags"] == []


@rule(
    "POST /clients without `{missing}` gets 422 with an error for it.",
    source="Documented: docs-api.growcrm.io/clients",
)
@pytest.mark.parametrize("missing", ["first_name", "last_name", "email"])
def test_a_new_client_requires_names_and_email_of_its_owner(
    api: Api, factory: Factory, missing: str
) -> None:
    body = {"first_name": "Ada", "last_name": "Lovelace", "email": factory.email()}
    del body[missing]
    response = api.call("clients.create", expect=422, body=body)

    check_errors(api, response, required(missing), documented=True)


@rule(
    "An `email` that another user has gets 422 with an error for `email`, for a new client and for a new contact.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_an_email_address_is_unique_among_all_users(api: Api, factory: Factory) -> None:
    taken = factory.email()
    client = factory.client(email=taken)
    owner = {"first_name": "Ada", "last_name": "Lovelace"}
    other_client = api.call("clients.create", expect=422, body={**owner, "email": taken})
    contact = api.call(
        "contacts.create", expect=422, body={**owner, "email": taken, "clientid": client["id"]}
    )

    for response in (other_client, contact):
        check_errors(api, response, {"email": ["The email has already been taken."]})


@rule(
    "An `email` that differs from another user's only in letter case gets 422.",
    source="Assumed: the reference gives no source; MySQL's collation ignores case",
)
@pytest.mark.assumed
def test_email_addresses_that_differ_only_in_case_are_equal(api: Api, factory: Factory) -> None:
    taken = factory.email()
    factory.client(email=taken)
    body = {"first_name": "Ada", "last_name": "Lovelace", "email": taken.upper()}

    api.call("clients.create", expect=422, body=body)


@rule(
    "A `client_categoryid` that does not exist gets 422 with an error for it, on create and update.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_an_unknown_category_is_rejected(api: Api, factory: Factory) -> None:
    client = factory.client()
    category = {"client_categoryid": UNKNOWN_ID}
    person = {"first_name": "Ada", "last_name": "Lovelace", "email": factory.email()}
    name = {"client_company_name": client["company_name"]}
    created = api.call("clients.create", expect=422, body={**person, **category})
    updated = api.call(
        "clients.update", expect=422, clientId=client["id"], body={**name, **category}
    )

    check_errors(api, created, unknown("client_categoryid"), documented=True)
    check_errors(api, updated, unknown("client_categoryid"), documented=True)


@rule(
    "PATCH of a client changes the fields that were sent, and keeps owner, status and tags.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_an_update_changes_only_the_sent_fields(api: Api, factory: Factory) -> None:
    client, category = factory.client(), factory.category("client")
    body = {
        "client_company_name": factory.unique_name("Renamed"),
        "client_categoryid": category["id"],
        **OPTIONAL_FIELDS,
    }
    updated = api.call("clients.update", expect=200, clientId=client["id"], body=body)["data"]

    assert updated["company_name"] == body["client_company_name"]
    assert updated["category"]["id"] == category["id"]
    assert_has_optional_fields(updated)
    assert (updated["owner"], updated["status"], updated["tags"]) == (client["owner"], "active", [])
    assert factory.read("clients", client) == updated


@rule(
    "PATCH of a client keeps fields that are left out; null clears texts and billing data, but not the category.",
    source="Assumed: the reference marks absent fields of an update as a choice",
)
@pytest.mark.assumed
def test_an_update_keeps_fields_left_out_and_null_clears_them(api: Api, factory: Factory) -> None:
    client = factory.client(**OPTIONAL_FIELDS)
    path = {"clientId": client["id"]}
    name = {"client_company_name": client["company_name"]}
    unchanged = api.call("clients.update", expect=200, body=name, **path)["data"]
    body = {**name, **dict.fromkeys(OPTIONAL_FIELDS), "client_categoryid": None}
    cleared = api.call("clients.update", expect=200, body=body, **path)["data"]

    assert {**unchanged, "dates": None} == {**client, "dates": None}
    assert (
        cleared["description"] is cleared["phone"] is cleared["website"] is cleared["vat"] is None
    )
    assert set(cleared["billing"].values()) == {None}
    assert cleared["category"] == client["category"]


@rule(
    "PATCH of a client without `client_company_name` gets 422 with an error for it, and changes nothing.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_an_update_requires_the_company_name(api: Api, factory: Factory) -> None:
    client = factory.client()
    body = {"client_phone": "1"}
    response = api.call("clients.update", expect=422, clientId=client["id"], body=body)

    check_errors(api, response, required("client_company_name"), documented=True)
    assert factory.read("clients", client) == client


@rule(
    "After a client is renamed, its invoices, payments and contacts show the new company name.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_a_new_company_name_is_shown_on_invoices_payments_and_contacts(
    api: Api, factory: Factory
) -> None:
    client = factory.client()
    contact, invoice = factory.contact(client), factory.published_invoice(client)
    payment = factory.payment(invoice)
    name = factory.unique_name("Renamed")
    api.call(
        "clients.update", expect=200, clientId=client["id"], body={"client_company_name": name}
    )

    assert factory.read("invoices", invoice)["client"]["name"] == name
    assert factory.read("payments", payment)["client"]["name"] == name
    assert factory.read("contacts", contact)["client"]["company_name"] == name


@rule(
    "PUT /clients/<id>/status sets `suspended` and `active`, and changes nothing else.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_a_client_can_be_suspended_and_activated(api: Api, factory: Factory) -> None:
    client = factory.client()
    changed = [
        api.call("clients.set_status", expect=200, clientId=client["id"], body={"status": status})[
            "data"
        ]
        for status in ("suspended", "active")
    ]

    assert [client["status"] for client in changed] == ["suspended", "active"]
    assert {**changed[1], "dates": None} == {**client, "dates": None}


@rule(
    "PUT /clients/<id>/status with `status` {status} gets 422, and the client stays `active`.",
    source="Documented: docs-api.growcrm.io/clients",
)
@pytest.mark.parametrize("status", ["closed", "", None, 1])
def test_any_other_status_is_rejected(api: Api, factory: Factory, status: object) -> None:
    client = factory.client()
    response = api.call(
        "clients.set_status", expect=422, clientId=client["id"], body={"status": status}
    )

    assert list(response["errors"]) == ["status"]
    assert factory.read("clients", client)["status"] == "active"


@rule(
    "PUT /clients/<id>/owner makes a contact the account owner; the former owner then has `account_owner` `no`.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_a_contact_of_the_client_can_become_its_owner(api: Api, factory: Factory) -> None:
    client = factory.client()
    contact = factory.contact(client)
    body = {"owner": contact["id"]}
    changed = api.call("clients.set_owner", expect=200, clientId=client["id"], body=body)["data"]

    assert changed["owner"] == {"id": contact["id"], "name": contact["name"]}
    assert factory.read("contacts", contact)["account_owner"] == "yes"
    assert factory.read("contacts", {"id": client["owner"]["id"]})["account_owner"] == "no"


@rule(
    "`owner` that is not a contact of this client ({user}) gets 422 with an error for `owner`.",
    source="Documented: docs-api.growcrm.io/clients",
)
@pytest.mark.parametrize("user", ["contact of another client", "team member", "unknown user"])
def test_no_other_user_can_become_the_owner_of_a_client(
    api: Api, factory: Factory, user: str
) -> None:
    client = factory.client()
    user_ids = {
        "contact of another client": factory.contact(factory.client())["id"],
        "team member": 1,
        "unknown user": UNKNOWN_ID,
    }
    response = api.call(
        "clients.set_owner", expect=422, clientId=client["id"], body={"owner": user_ids[user]}
    )

    check_errors(api, response, unknown("owner"), documented=True)
    assert factory.read("clients", client) == client


@rule(
    "PATCH of a client changes `dates.updated` and keeps `dates.created`.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_an_update_changes_the_update_time_and_not_the_creation_time(
    api: Api, factory: Factory
) -> None:
    client = factory.client()
    if not api.target.is_mock:
        sleep(1.1)  # A database may store times in whole seconds.
    body = {"client_company_name": client["company_name"], "client_phone": "1"}
    updated = api.call("clients.update", expect=200, clientId=client["id"], body=body)["data"]

    assert updated["dates"]["created"] == client["dates"]["created"]
    assert updated["dates"]["updated"] > client["dates"]["updated"]


@rule(
    "GET, PATCH, status and owner of a client id that does not exist get 404.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_an_unknown_client_is_not_found(api: Api, factory: Factory) -> None:
    path = {"clientId": UNKNOWN_ID}
    owner = factory.client()["owner"]["id"]

    api.call("clients.get", expect=404, **path)
    api.call("clients.update", expect=404, body={"client_company_name": "X"}, **path)
    api.call("clients.set_status", expect=404, body={"status": "active"}, **path)
    api.call("clients.set_owner", expect=404, body={"owner": owner}, **path)
