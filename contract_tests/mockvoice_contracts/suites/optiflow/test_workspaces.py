"""Workspaces, the selection of the current workspace, and members."""

from collections.abc import Iterator

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.optiflow.factories import (
    UNKNOWN_ID,
    Factory,
    Record,
    workspace_header,
)
from mockvoice_contracts.suites.optiflow.same_records import check_same


@pytest.fixture
def current_workspace(api: Api, factory: Factory) -> Iterator[Record]:
    """The current workspace; it is selected again after the test."""
    workspace = factory.current_workspace()
    yield workspace
    api.call("workspaces.select", expect=200, workspaceId=workspace["id"])


@rule(
    "A new workspace has its creator as owner and only member, and is in the list.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/workspaces",
)
def test_a_new_workspace_belongs_to_its_creator(api: Api, factory: Factory) -> None:
    created = factory.workspace(code="EST", address="Av. 1", phone="809", description="Este")

    assert created["is_owner"] is True
    assert (created["code"], created["address"], created["phone"], created["description"]) == (
        "EST",
        "Av. 1",
        "809",
        "Este",
    )
    assert [(row["id"], row["role"]) for row in created["members"]] == [
        (created["owner_id"], "owner")
    ]
    assert (created["members_count"], created["is_default"]) == (1, False)
    result = api.call("workspaces.search", expect=200)["data"]
    check_same([row for row in result if row["id"] == created["id"]], [created])
    if api.target.is_mock:  # The order of the list is not documented.
        assert [row["id"] for row in result] == sorted(row["id"] for row in result)


@rule(
    "A workspace's name is unique: a taken one gets 422 on name; an update keeps the other fields.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/workspaces",
)
@pytest.mark.parametrize("operation", ["workspaces.update", "workspaces.replace"])
def test_a_new_name_changes_the_slug_and_must_be_unique(
    api: Api, factory: Factory, operation: str
) -> None:
    created, name = factory.workspace(code="A"), factory.unique_name("Sucursal Ñandú")
    path_params = {"workspaceId": created["id"]}
    changed = api.call(operation, expect=200, body={"name": name}, **path_params)["data"]

    assert changed["slug"] != created["slug"]
    if api.target.is_mock:  # How a slug is made from the name is not documented.
        assert changed["slug"].startswith("sucursal-nandu")
    assert (changed["name"], changed["code"]) == (name, "A")
    assert factory.error_fields("workspaces.create", {"name": name}) == ["name"]
    other = factory.workspace()
    assert factory.error_fields(operation, {"name": name}, workspaceId=other["id"]) == ["name"]
    assert (
        api.call(operation, expect=200, body={"name": name}, **path_params)["data"]["slug"]
        == changed["slug"]
    )


@rule(
    "An unknown workspace in the path gets 404.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/overview",
)
def test_an_unknown_workspace_is_not_found(api: Api) -> None:
    for operation in ("select", "deselect"):
        api.call(f"workspaces.{operation}", expect=404, workspaceId=UNKNOWN_ID)
    api.call("workspaces.update", expect=404, workspaceId="x", body={})


@rule(
    "X-Workspace-ID: {value} names no workspace and gets 404.",
    source="Assumed: 404 is documented for records, not for the header",
)
@pytest.mark.assumed
@pytest.mark.parametrize("value", [UNKNOWN_ID, "x", 0])
def test_an_unknown_workspace_in_the_header_is_not_found(api: Api, value: object) -> None:
    headers = {"X-Workspace-ID": str(value)}

    api.call("invoices.search", expect=404, headers=headers)
    api.call("invoices.create", expect=404, headers=headers, body={})


@rule(
    "PATCH /workspace-context/ID makes a workspace current for later requests; X-Workspace-ID selects another one for a single request.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/workspaces and api/authentication",
)
def test_a_selected_workspace_stays_current_and_the_header_applies_to_one_request(
    api: Api, factory: Factory, current_workspace: Record
) -> None:
    other = factory.workspace()
    selected = api.call("workspaces.select", expect=200, workspaceId=other["id"])["data"]
    check_same(selected, other)

    assert factory.invoice()["workspace_id"] == other["id"]
    assert (
        factory.create(
            "invoices.create", factory.invoice_body(), headers=workspace_header(current_workspace)
        )["workspace_id"]
        == current_workspace["id"]
    )
    assert factory.invoice()["workspace_id"] == other["id"]


@rule(
    "DELETE /workspace-context/ID forgets the current workspace, and the first membership takes its place; another workspace's id changes nothing.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/workspaces (the source's SetWorkspaceContext chooses the first membership)",
)
def test_deselecting_a_workspace_keeps_the_membership(
    api: Api, factory: Factory, current_workspace: Record
) -> None:
    other = factory.workspace()
    api.call("workspaces.select", expect=200, workspaceId=other["id"])
    api.call("workspaces.deselect", expect=204, workspaceId=current_workspace["id"])
    assert factory.invoice()["workspace_id"] == other["id"]
    api.call("workspaces.deselect", expect=204, workspaceId=other["id"])

    first = api.call("workspaces.search", expect=200)["data"][0]
    assert factory.invoice()["workspace_id"] == first["id"]
    assert other["id"] in [row["id"] for row in api.call("workspaces.search", expect=200)["data"]]


def find_viewer(api: Api, viewer_workspace: dict[str, str]) -> Record:
    """Return the viewer as a member of the workspace of which the viewer is one."""
    result = api.call("members.search", expect=200, headers=viewer_workspace)["data"]
    return next(row for row in result if row["role"] == "viewer")


@rule(
    "GET /workspace/members returns the members of the current workspace, of which one is the owner.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/workspaces",
)
def test_the_members_of_a_workspace_are_listed(
    api: Api, viewer: Api, factory: Factory, viewer_workspace: dict[str, str]
) -> None:
    result, seen_by_viewer = (
        client.call("members.search", expect=200, headers=viewer_workspace)["data"]
        for client in (api, viewer)
    )

    check_same(seen_by_viewer, result)
    assert [row["role"] for row in result].count("owner") == 1
    assert (
        len(
            api.call("members.search", expect=200, headers=workspace_header(factory.workspace()))[
                "data"
            ]
        )
        == 1
    )


@rule(
    "A token has the permissions of its user: as admin a user may write and enter every workspace, as viewer a write gets 403.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/authentication",
)
def test_a_token_has_the_permissions_of_its_users_role(
    api: Api, viewer: Api, factory: Factory, viewer_workspace: dict[str, str]
) -> None:
    member = find_viewer(api, viewer_workspace)
    path_params = {"memberId": member["id"]}

    def change_role(role: str) -> Record:
        body = {"role": role}
        result: Record = api.call(
            "members.change_role", expect=200, headers=viewer_workspace, body=body, **path_params
        )["data"]
        return result

    def create_contact(expect: int) -> None:
        body = {"name": factory.unique_name("Ana"), "contact_type": "customer"}
        viewer.call("contacts.create", expect=expect, headers=viewer_workspace, body=body)

    create_contact(403)
    try:
        check_same(change_role("admin"), {**member, "role": "admin"})
        create_contact(201)
        # An administrator can access every workspace.
        viewer.call("invoices.search", expect=200, headers=workspace_header(factory.workspace()))
    finally:
        change_role("viewer")
    create_contact(403)


@rule(
    "Removing the owner of a workspace, or changing the owner's role, gets 422 on error.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_the_owner_cannot_be_removed_or_change_role(api: Api, factory: Factory) -> None:
    owner = next(
        row for row in api.call("members.search", expect=200)["data"] if row["role"] == "owner"
    )
    path_params = {"memberId": owner["id"]}

    assert factory.error_fields("members.change_role", {"role": "viewer"}, **path_params) == [
        "error"
    ]
    assert factory.error_fields("members.delete", None, **path_params) == ["error"]
    api.call("members.delete", expect=404, memberId=UNKNOWN_ID)
    api.call("members.change_role", expect=404, memberId=UNKNOWN_ID, body={})


@rule(
    "The role owner gets 422 on role, from a change of a member's role and from an invitation.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_workspace_has_only_one_owner(
    api: Api, factory: Factory, viewer_workspace: dict[str, str]
) -> None:
    path_params = {"memberId": find_viewer(api, viewer_workspace)["id"]}

    errors = factory.error_fields(
        "members.change_role", {"role": "owner"}, headers=viewer_workspace, **path_params
    )
    assert errors == ["role"]
    invitation = {"email": "x@contract.example", "role": "Owner"}
    assert factory.error_fields("members.invite", invitation) == ["role"]


@rule(
    "An invitation is pending with the role member; a second one to the address, or one to a member, gets 422 on email.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_invitation_is_sent_once_and_never_to_a_member(
    api: Api, target: Target, factory: Factory
) -> None:
    email = factory.unique_name("carla").replace(" ", ".") + "@contract.example"
    created = factory.create("members.invite", {"email": email})
    member = api.call("members.search", expect=200)["data"][0]

    assert (created["email"], created["role"], created["status"]) == (email, "member", "pending")
    for taken_email in (email.upper(), member["email"]):
        assert factory.error_fields("members.invite", {"email": taken_email}) == ["email"]
    if target.control is not None:
        assert target.control.outbox()[-1]["to"] == email
