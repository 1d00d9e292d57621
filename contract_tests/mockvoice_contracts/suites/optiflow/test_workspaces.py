"""Workspaces, the choice of one, and who may use it."""

from collections.abc import Iterator

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.optiflow.factories import (
    UNKNOWN_ID,
    Factory,
    Record,
    workspace_header,
)


@pytest.fixture
def current_workspace(api: Api, make: Factory) -> Iterator[Record]:
    """The present workspace; a test that has chosen another finds it back in place."""
    workspace = make.current_workspace()
    yield workspace
    api.call("workspaces.select", expect=200, workspaceId=workspace["id"])


def test_a_new_workspace_belongs_to_who_made_it(api: Api, make: Factory) -> None:
    made = make.workspace(code="EST", address="Av. 1", phone="809", description="Este")

    assert made["is_owner"] is True
    assert (made["code"], made["address"], made["phone"], made["description"]) == (
        "EST",
        "Av. 1",
        "809",
        "Este",
    )
    assert [(m["id"], m["role"]) for m in made["members"]] == [(made["owner_id"], "owner")]
    assert (made["members_count"], made["is_default"]) == (1, False)
    found = api.call("workspaces.search", expect=200)["data"]
    assert found[-1] == made
    assert [each["id"] for each in found] == sorted(each["id"] for each in found)


@pytest.mark.parametrize("operation", ["workspaces.update", "workspaces.replace"])
def test_a_new_name_makes_a_new_slug_and_is_unique(api: Api, make: Factory, operation: str) -> None:
    made, name = make.workspace(code="A"), make.name("Sucursal Ñandú")
    where = {"workspaceId": made["id"]}
    changed = api.call(operation, expect=200, body={"name": name}, **where)["data"]

    assert changed["slug"].startswith("sucursal-nandu")
    assert (changed["name"], changed["code"]) == (name, "A")
    assert make.error_fields("workspaces.create", {"name": name}) == ["name"]
    other = make.workspace()
    assert make.error_fields(operation, {"name": name}, workspaceId=other["id"]) == ["name"]
    assert (
        api.call(operation, expect=200, body={"name": name}, **where)["data"]["slug"]
        == changed["slug"]
    )


def test_what_is_no_workspace_is_not_found(api: Api) -> None:
    for headers in (
        {"X-Workspace-ID": str(UNKNOWN_ID)},
        {"X-Workspace-ID": "x"},
        {"X-Workspace-ID": "0"},
    ):
        api.call("invoices.search", expect=404, headers=headers)
        api.call("invoices.create", expect=404, headers=headers, body={})
    for operation in ("select", "deselect"):
        api.call(f"workspaces.{operation}", expect=404, workspaceId=UNKNOWN_ID)
    api.call("workspaces.update", expect=404, workspaceId="x", body={})


def test_the_choice_holds_for_later_requests_and_the_header_for_one(
    api: Api, make: Factory, current: Record
) -> None:
    other = make.workspace()
    assert api.call("workspaces.select", expect=200, workspaceId=other["id"])["data"] == other

    assert make.invoice()["workspace_id"] == other["id"]
    assert (
        make.create("invoices.create", make.invoice_body(), headers=workspace_header(current))[
            "workspace_id"
        ]
        == current["id"]
    )
    assert make.invoice()["workspace_id"] == other["id"]


def test_clearing_the_choice_keeps_the_membership(api: Api, make: Factory, current: Record) -> None:
    other = make.workspace()
    api.call("workspaces.select", expect=200, workspaceId=other["id"])
    api.call("workspaces.deselect", expect=204, workspaceId=current["id"])
    assert make.invoice()["workspace_id"] == other["id"]
    api.call("workspaces.deselect", expect=204, workspaceId=other["id"])

    first = api.call("workspaces.search", expect=200)["data"][0]
    assert make.invoice()["workspace_id"] == first["id"]
    assert other["id"] in [each["id"] for each in api.call("workspaces.search", expect=200)["data"]]


def find_viewer(api: Api, viewer: Api) -> Record:
    """The user who may only look, as a member of the present workspace."""
    found = api.call("members.search", expect=200)["data"]
    return next(each for each in found if each["role"] == "viewer")


def test_the_members_of_a_workspace_are_listed(api: Api, viewer: Api, make: Factory) -> None:
    found = api.call("members.search", expect=200)["data"]

    assert viewer.call("members.search", expect=200)["data"] == found
    assert sorted(each["role"] for each in found)[:1] == ["owner"]
    assert (
        len(
            api.call("members.search", expect=200, headers=workspace_header(make.workspace()))[
                "data"
            ]
        )
        == 1
    )


def test_a_token_may_what_its_users_role_may(api: Api, viewer: Api, make: Factory) -> None:
    member = find_viewer(api, viewer)
    where = {"memberId": member["id"]}
    viewer.call("contacts.create", expect=403, body={"name": "Ana", "contact_type": "customer"})
    changed = api.call("members.change_role", expect=200, body={"role": "admin"}, **where)["data"]
    try:
        assert changed == {**member, "role": "admin"}
        viewer.call("contacts.create", expect=201, body={"name": "Ana", "contact_type": "customer"})
        # An administrator may enter any workspace.
        viewer.call("invoices.search", expect=200, headers=workspace_header(make.workspace()))
    finally:
        api.call("members.change_role", expect=200, body={"role": "viewer"}, **where)
    viewer.call("contacts.create", expect=403, body={"name": "Ana", "contact_type": "customer"})


def test_the_owner_keeps_the_role_and_stays(api: Api, make: Factory) -> None:
    owner = next(m for m in api.call("members.search", expect=200)["data"] if m["role"] == "owner")
    where = {"memberId": owner["id"]}

    assert make.error_fields("members.change_role", {"role": "viewer"}, **where) == ["error"]
    assert make.error_fields("members.delete", None, **where) == ["error"]
    api.call("members.delete", expect=404, memberId=UNKNOWN_ID)
    api.call("members.change_role", expect=404, memberId=UNKNOWN_ID, body={})


def test_there_is_one_owner(api: Api, viewer: Api, make: Factory) -> None:
    where = {"memberId": find_viewer(api, viewer)["id"]}

    assert make.error_fields("members.change_role", {"role": "owner"}, **where) == ["role"]
    invited = {"email": "x@contract.example", "role": "Owner"}
    assert make.error_fields("members.invite", invited) == ["role"]


@pytest.mark.assumed
def test_an_invitation_is_sent_once_and_never_to_a_member(
    api: Api, target: Target, make: Factory
) -> None:
    email = make.name("carla").replace(" ", ".") + "@contract.example"
    made = make.create("members.invite", {"email": email})
    member = api.call("members.search", expect=200)["data"][0]

    assert (made["email"], made["role"], made["status"]) == (email, "member", "pending")
    for again in (email.upper(), member["email"]):
        assert make.error_fields("members.invite", {"email": again}) == ["email"]
    if target.control is not None:
        assert target.control.outbox()[-1]["to"] == email
