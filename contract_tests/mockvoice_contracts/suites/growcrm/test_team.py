"""Members of the team, who are only read."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import UNKNOWN_ID, Factory, Record
from mockvoice_contracts.suites.growcrm.lists import ids, search

ALL = {"limit": 100}


def members(api: Api) -> list[Record]:
    rows: list[Record] = search(api, "team", ALL)["data"]
    return rows


@rule(
    "User 1 is an active team member with role 1, Administrator.",
    source="Documented: docs-api.growcrm.io/authentication",
)
def test_the_main_administrator_is_a_member_with_the_administrator_role(api: Api) -> None:
    administrator = api.call("team.get", expect=200, userId=1)["data"]

    assert administrator["role"] == {"id": 1, "name": "Administrator"}
    assert administrator["status"] == "active"
    assert administrator in members(api)


@rule(
    "Every member of GET /team can be assigned to a project, which then shows id and name.",
    source="Documented: docs-api.growcrm.io/projects",
)
def test_members_can_be_assigned_to_a_project_by_their_ids(api: Api, factory: Factory) -> None:
    people = members(api)
    project = factory.project()
    body = {"assigned": [person["id"] for person in people]}
    assigned = api.call("projects.assign", expect=200, projectId=project["id"], body=body)["data"]

    links = [{"id": person["id"], "name": person["name"]} for person in people]
    assert sorted(assigned["assigned"], key=lambda link: link["id"]) == sorted(
        links, key=lambda link: link["id"]
    )


@rule(
    "GET /team leaves out contacts, and GET /team/<id> of a contact gets 404.",
    source="Documented: docs-api.growcrm.io/team",
)
def test_contacts_are_not_members(api: Api, factory: Factory) -> None:
    contact = factory.contact(factory.client())

    assert contact["id"] not in [member["id"] for member in members(api)]
    api.call("team.get", expect=404, userId=contact["id"])
    api.call("team.get", expect=404, userId=UNKNOWN_ID)


@rule(
    "`status` and `role_id` of GET /team return only the matching members.",
    source="Documented: docs-api.growcrm.io/team",
)
def test_members_are_filtered_by_status_and_role(api: Api) -> None:
    people = members(api)
    for role in (1, 3):
        expected = [person["id"] for person in people if person["role"]["id"] == role]
        assert ids(search(api, "team", ALL, role_id=role)) == expected
    active = [person["id"] for person in people if person["status"] == "active"]

    assert ids(search(api, "team", ALL, status="active")) == active
    assert ids(search(api, "team", ALL, role_id=2)) == []


@rule(
    "GET /team with `status={status}` returns no active member.",
    source="Documented: docs-api.growcrm.io/team",
)
@pytest.mark.parametrize("status", ["suspended", "deleted"])
def test_active_members_are_not_listed_under_another_status(api: Api, status: str) -> None:
    active = {person["id"] for person in members(api) if person["status"] == "active"}
    rows = search(api, "team", ALL, status=status)["data"]

    assert active
    assert active.isdisjoint(row["id"] for row in rows)
    assert {row["status"] for row in rows} <= {status}


@rule(
    "`search` of GET /team finds members by first name, last name and e-mail address.",
    source="Assumed: the page does not list the fields that are searched",
)
@pytest.mark.assumed
def test_a_member_is_found_by_name_and_email(api: Api) -> None:
    for person in members(api):
        for term in (person["first_name"], person["last_name"].upper(), person["email"]):
            assert person["id"] in ids(search(api, "team", ALL, search=term))


@rule(
    "GET /team with `sort={field}` is sorted by that field, in both directions.",
    source="Documented: docs-api.growcrm.io/team",
)
@pytest.mark.parametrize("field", ["first_name", "last_name", "email"])
def test_members_are_sorted(api: Api, field: str) -> None:
    rising = search(api, "team", ALL, sort=field, order="asc")["data"]
    falling = search(api, "team", ALL, sort=field, order="desc")["data"]

    # How a real database sorts other characters is its own affair.
    values = [row[field].lower() for row in rising if api.target.is_mock or row[field].isalnum()]
    assert values == sorted(values)
    assert {row["id"] for row in falling} == {row["id"] for row in rising}
    assert [row[field] for row in falling] == [row[field] for row in rising][::-1]


@rule(
    "GET /team with `limit=1` has as many pages as members.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
def test_a_page_has_at_most_the_asked_number_of_members(api: Api) -> None:
    people = members(api)
    page = search(api, "team", {"limit": 1, "page": len(people)})

    assert page["meta"]["total"] == page["meta"]["last_page"] == len(people)
    assert ids(page) == [people[-1]["id"]]
