"""Projects: header, people, status, progress and clones."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import (
    PROJECT_CATEGORY,
    UNKNOWN_ID,
    Factory,
    Record,
    line,
)
from mockvoice_contracts.suites.growcrm.messages import check_errors, required, unknown
from mockvoice_contracts.suites.growcrm.updates import PROJECT_ACTIONS

PERMISSIONS = (
    "clientperm_tasks_view",
    "clientperm_tasks_collaborate",
    "clientperm_tasks_create",
    "clientperm_timesheets_view",
    "clientperm_expenses_view",
    "assignedperm_tasks_collaborate",
)


def header(project: Record, **fields: Any) -> Record:
    """Return the fields that every update must send."""
    return {
        "project_title": project["title"],
        "project_date_start": project["dates"]["start"],
        "project_categoryid": project["category"]["id"],
        **fields,
    }


def change(api: Api, operation: str, project: Record, **body: Any) -> Record:
    response = api.call(operation, expect=200, projectId=project["id"], body=body or None)
    changed: Record = response["data"]
    return changed


@rule(
    "POST /projects returns the fields that were sent, amounts with two decimals, and GET the same.",
    source="Documented: docs-api.growcrm.io/projects",
)
def test_a_new_project_has_the_fields_that_were_sent(api: Api, factory: Factory) -> None:
    client, category = factory.client(), factory.category("project")
    body = {
        "project_clientid": client["id"],
        "project_title": factory.unique_name("Project"),
        "project_date_start": "2026-03-02",
        "project_date_due": "2026-06-30",
        "project_categoryid": category["id"],
        "project_creatorid": 1,
        "project_description": "All of it",
        "project_billing_type": "fixed",
        "project_billing_rate": 4800.5,
        "project_billing_estimated_hours": 60,
        "project_billing_costs_estimate": "120.25",
    }
    project = api.call("projects.create", expect=201, body=body)["data"]

    assert project["title"] == body["project_title"]
    assert project["client"] == {"id": client["id"], "name": client["company_name"]}
    assert project["category"] == {"id": category["id"], "name": category["name"]}
    assert (project["dates"]["start"], project["dates"]["due"]) == ("2026-03-02", "2026-06-30")
    assert project["description"] == "All of it"
    assert project["billing"] == {
        "type": "fixed",
        "rate": "4800.50",
        "estimated_hours": 60,
        "costs_estimate": "120.25",
    }
    assert factory.read("projects", project) == project


@rule(
    "A new project is `not_started` and `active`, with progress 0, `hourly` billing, and no people, tags and permissions.",
    source="Assumed: the page gives no defaults",
)
@pytest.mark.assumed
def test_a_new_project_is_active_and_not_started_and_has_no_people(factory: Factory) -> None:
    project = factory.project()

    assert (project["status"], project["active_state"]) == ("not_started", "active")
    assert (project["progress"], project["progress_manually"]) == (0, "no")
    assert project["assigned"] == project["managers"] == project["tags"] == []
    assert set(project["permissions"].values()) == {"no"}
    assert project["billing"]["type"] == "hourly"
    assert project["dates"]["due"] is None


@rule(
    "POST /projects without `{missing}` gets 422 with an error for it.",
    source="Documented: docs-api.growcrm.io/projects",
)
@pytest.mark.parametrize(
    "missing", ["project_clientid", "project_title", "project_date_start", "project_categoryid"]
)
def test_a_new_project_requires_client_title_start_and_category(
    api: Api, factory: Factory, missing: str
) -> None:
    body = {
        "project_clientid": factory.client()["id"],
        "project_title": "Title",
        "project_date_start": factory.day(),
        "project_categoryid": PROJECT_CATEGORY,
    }
    del body[missing]
    response = api.call("projects.create", expect=422, body=body)

    check_errors(api, response, required(missing), documented=True)


@rule(
    "POST /projects with a `{field}` that does not exist gets 422 with an error for it.",
    source="Documented: docs-api.growcrm.io/projects",
)
@pytest.mark.parametrize("field", ["project_clientid", "project_categoryid", "project_creatorid"])
def test_the_references_of_a_project_must_exist(api: Api, factory: Factory, field: str) -> None:
    body = {
        "project_clientid": factory.client()["id"],
        "project_title": "Title",
        "project_date_start": factory.day(),
        "project_categoryid": PROJECT_CATEGORY,
        field: UNKNOWN_ID,
    }
    response = api.call("projects.create", expect=422, body=body)

    check_errors(api, response, unknown(field), documented=True)


@rule(
    "A `project_date_due` before `project_date_start` gets 422; the same day is accepted.",
    source="Documented: docs-api.growcrm.io/projects",
)
def test_a_due_date_before_the_start_is_rejected(api: Api, factory: Factory) -> None:
    project = factory.project()
    body = header(project, project_date_due=factory.day(-1))
    response = api.call("projects.update", expect=422, projectId=project["id"], body=body)
    same_day = header(project, project_date_due=project["dates"]["start"])

    assert list(response["errors"]) == ["project_date_due"]
    assert change(api, "projects.update", project, **same_day)["dates"]["due"] == factory.day()


@rule(
    "`{permission}` `on` sets the permission to `yes`, an update without it keeps it, and null sets it to `no`.",
    source="Assumed: the page does not say what an absent or blank permission does",
)
@pytest.mark.assumed
@pytest.mark.parametrize("permission", PERMISSIONS)
def test_a_permission_can_be_enabled_and_disabled_and_is_kept_when_left_out(
    api: Api, factory: Factory, permission: str
) -> None:
    project = factory.project(**{permission: "on"})
    unchanged = change(api, "projects.update", project, **header(project))
    disabled = change(api, "projects.update", project, **header(project, **{permission: None}))

    expected = {name: "yes" if name == permission else "no" for name in PERMISSIONS}
    assert project["permissions"] == unchanged["permissions"] == expected
    assert set(disabled["permissions"].values()) == {"no"}


@rule(
    "PATCH of a project changes title, dates, category, description and billing, and ignores `project_clientid`.",
    source="Documented: docs-api.growcrm.io/projects",
)
def test_an_update_changes_the_header_but_not_the_client(api: Api, factory: Factory) -> None:
    project, category = factory.project(), factory.category("project")
    other_client = factory.client()
    body = {
        "project_title": factory.unique_name("Renamed"),
        "project_date_start": factory.day(1),
        "project_date_due": factory.day(2),
        "project_categoryid": category["id"],
        "project_description": "New",
        "project_billing_type": "fixed",
        "project_billing_rate": 7,
        "project_clientid": other_client["id"],
    }
    updated = change(api, "projects.update", project, **body)

    assert updated["title"] == body["project_title"]
    assert (updated["dates"]["start"], updated["dates"]["due"]) == (factory.day(1), factory.day(2))
    assert (updated["category"]["id"], updated["description"]) == (category["id"], "New")
    assert (updated["billing"]["type"], updated["billing"]["rate"]) == ("fixed", "7.00")
    assert updated["client"] == project["client"]
    assert factory.read("projects", project) == updated


@rule(
    "PATCH of a project keeps fields that are left out; null clears description and due date.",
    source="Assumed: the reference marks absent fields of an update as a choice",
)
@pytest.mark.assumed
def test_an_update_keeps_fields_left_out_and_null_clears_description_and_due_date(
    api: Api, factory: Factory
) -> None:
    project = factory.project(
        project_description="Text", project_date_due=factory.day(9), project_billing_rate=5
    )
    unchanged = change(api, "projects.update", project, **header(project))
    nulls = dict.fromkeys(("project_description", "project_date_due", "project_billing_rate"))
    cleared = change(api, "projects.update", project, **header(project, **nulls))

    assert {**unchanged, "dates": None} == {**project, "dates": None}
    assert unchanged["dates"]["due"] == factory.day(9)
    assert (cleared["description"], cleared["dates"]["due"]) == (None, None)
    assert cleared["billing"]["rate"] == "5.00"


@rule(
    "PUT /projects/<id>/assign replaces the assigned users, counts a repeated one once, and `assigned: []` removes all.",
    source="Documented: docs-api.growcrm.io/projects",
)
def test_new_assignees_replace_the_old_ones(api: Api, factory: Factory) -> None:
    project = factory.project()
    assigned = change(api, "projects.assign", project, assigned=[1, 1, "1"])["assigned"]

    assert [user["id"] for user in assigned] == [1]
    assert factory.read("projects", project)["assigned"] == assigned
    assert change(api, "projects.assign", project, assigned=[])["assigned"] == []


@rule(
    "PUT /projects/<id>/manager sets the manager, and null removes it.",
    source="Documented: docs-api.growcrm.io/projects",
)
def test_a_project_has_one_manager_or_none(api: Api, factory: Factory) -> None:
    project = factory.project()
    managers = change(api, "projects.set_manager", project, manager=1)["managers"]

    assert [user["id"] for user in managers] == [1]
    assert factory.read("projects", project)["managers"] == managers
    assert change(api, "projects.set_manager", project, manager=None)["managers"] == []


@rule(
    "`assigned` and `manager` accept only team members: {user} gets 422, and the project stays as it was.",
    source="Documented: docs-api.growcrm.io/projects",
)
@pytest.mark.parametrize("user", ["a contact", "an unknown user"])
def test_only_team_members_can_be_assigned_or_manage(api: Api, factory: Factory, user: str) -> None:
    project = factory.project()
    user_id = factory.contact(factory.client())["id"] if user == "a contact" else UNKNOWN_ID
    path = {"projectId": project["id"]}
    assigned = api.call("projects.assign", expect=422, body={"assigned": [1, user_id]}, **path)
    manager = api.call("projects.set_manager", expect=422, body={"manager": user_id}, **path)

    assert list(assigned["errors"]) == ["assigned.1"]
    assert list(manager["errors"]) == ["manager"]
    assert factory.read("projects", project) == project


@rule(
    "assign without `assigned`, and manager without `manager`, get 422, here {operation}.",
    source="Documented: api-development-guide.md of nextloopdevs/growcrm-modules-docs-api",
)
@pytest.mark.parametrize("operation", ["projects.assign", "projects.set_manager"])
def test_assignees_or_manager_must_be_present(api: Api, factory: Factory, operation: str) -> None:
    api.call(operation, expect=422, projectId=factory.project()["id"], body={})


@rule(
    "PUT /projects/<id>/status sets any of not_started, in_progress, on_hold, cancelled and completed.",
    source="Documented: docs-api.growcrm.io/projects",
)
def test_any_status_can_follow_any_other(api: Api, factory: Factory) -> None:
    project = factory.project()
    for status in ("completed", "not_started", "cancelled", "in_progress", "on_hold"):
        assert change(api, "projects.set_status", project, status=status)["status"] == status
        assert factory.read("projects", project)["status"] == status


@rule(
    "PUT /projects/<id>/status with {status} gets 422 with an error for `status`.",
    source="Documented: docs-api.growcrm.io/projects",
)
@pytest.mark.parametrize("status", ["done", "archived", "", None])
def test_any_other_status_is_rejected(api: Api, factory: Factory, status: object) -> None:
    body = {"status": status}
    response = api.call(
        "projects.set_status", expect=422, projectId=factory.project()["id"], body=body
    )

    assert list(response["errors"]) == ["status"]


@rule(
    "PUT /projects/<id>/progress with {progress} sets `progress`, and `progress_manually` to `yes`.",
    source="Documented: docs-api.growcrm.io/projects",
)
@pytest.mark.parametrize("progress", [0, 50, "100"])
def test_progress_can_be_set_by_hand(api: Api, factory: Factory, progress: object) -> None:
    project = factory.project()
    changed = change(api, "projects.set_progress", project, progress=progress)

    assert (changed["progress"], changed["progress_manually"]) == (int(str(progress)), "yes")
    assert factory.read("projects", project) == changed


@rule(
    "PUT /projects/<id>/progress with {progress} gets 422 with an error for `progress`.",
    source="Documented: docs-api.growcrm.io/projects",
)
@pytest.mark.parametrize("progress", [-1, 101, "50%", None, 0.5])
def test_progress_outside_0_to_100_is_rejected(
    api: Api, factory: Factory, progress: object
) -> None:
    body = {"progress": progress}
    response = api.call(
        "projects.set_progress", expect=422, projectId=factory.project()["id"], body=body
    )

    assert list(response["errors"]) == ["progress"]


@rule(
    "archive sets active_state to `archived` and restore to `active`; a second call changes nothing.",
    source="Assumed: the page writes `archive` and `archived`",
)
@pytest.mark.assumed
def test_archiving_or_restoring_twice_has_no_further_effect(api: Api, factory: Factory) -> None:
    project = factory.project()
    states = [
        change(api, f"projects.{action}", project)["active_state"]
        for action in ("archive", "archive", "restore", "restore")
    ]

    assert states == ["archived", "archived", "active", "active"]
    assert {**factory.read("projects", project), "dates": None} == {**project, "dates": None}


@rule(
    "PUT /projects/<id>/stop-timers returns `data.id` and does not change the project.",
    source="Documented: docs-api.growcrm.io/projects",
)
def test_stopping_timers_returns_the_id_and_changes_nothing(api: Api, factory: Factory) -> None:
    project = factory.project()

    assert change(api, "projects.stop_timers", project) == {"id": project["id"]}
    assert factory.read("projects", project) == project


@rule(
    "A project id that does not exist gets 404, here {operation}.",
    source="Documented: docs-api.growcrm.io/projects",
)
@pytest.mark.parametrize("operation", ["projects.get", "projects.update", *PROJECT_ACTIONS])
def test_an_unknown_project_is_not_found(api: Api, factory: Factory, operation: str) -> None:
    body = (
        header(factory.project())
        if operation == "projects.update"
        else PROJECT_ACTIONS.get(operation)
    )

    assert api.call(operation, expect=404, projectId=UNKNOWN_ID, body=body)["message"]


def clone(api: Api, project: Record, **fields: Any) -> Record:
    body = {"project_title": "Copy", **fields}
    created: Record = api.call("projects.clone", expect=201, projectId=project["id"], body=body)[
        "data"
    ]
    return created


@rule(
    "POST /projects/<id>/clone creates a project with the title of the body and client, category, dates, description, billing and permissions of its source.",
    source="Documented: docs-api.growcrm.io/projects",
)
def test_a_clone_has_the_title_of_the_request_and_the_other_fields_of_its_source(
    api: Api, factory: Factory
) -> None:
    source = factory.project(
        project_description="Text", project_billing_type="fixed", project_billing_rate=5,
        project_date_due=factory.day(9), clientperm_tasks_view="on",
    )  # fmt: skip
    cloned = clone(api, source)

    assert cloned["id"] != source["id"]
    assert cloned["title"] == "Copy"
    for name in ("client", "category", "description", "billing", "permissions"):
        assert cloned[name] == source[name]
    assert (cloned["dates"]["start"], cloned["dates"]["due"]) == (
        source["dates"]["start"],
        source["dates"]["due"],
    )
    assert factory.read("projects", source) == source


@rule(
    "A clone of a project has the client, category and dates of the body if they are sent.",
    source="Documented: docs-api.growcrm.io/projects",
)
def test_a_clone_uses_the_fields_of_the_request(api: Api, factory: Factory) -> None:
    source, client, category = factory.project(), factory.client(), factory.category("project")
    cloned = clone(
        api, source,
        project_clientid=client["id"], project_categoryid=category["id"],
        project_date_start=factory.day(5), project_date_due=factory.day(6),
    )  # fmt: skip

    assert (cloned["client"]["id"], cloned["category"]["id"]) == (client["id"], category["id"])
    assert (cloned["dates"]["start"], cloned["dates"]["due"]) == (factory.day(5), factory.day(6))


@rule(
    "A clone of a project has no people and tags, progress 0, and is `not_started` and `active`.",
    source="Assumed: the page does not say what is not copied",
)
@pytest.mark.assumed
def test_a_clone_has_no_people_tags_or_progress(api: Api, factory: Factory) -> None:
    source = factory.project()
    change(api, "projects.assign", source, assigned=[1])
    change(api, "projects.set_manager", source, manager=1)
    change(api, "projects.set_tags", source, tags=["a"])
    change(api, "projects.set_progress", source, progress=50)
    change(api, "projects.set_status", source, status="completed")
    change(api, "projects.archive", source)
    cloned = clone(api, source)

    assert cloned["assigned"] == cloned["managers"] == cloned["tags"] == []
    assert (cloned["progress"], cloned["progress_manually"]) == (0, "no")
    assert (cloned["status"], cloned["active_state"]) == ("not_started", "active")


@rule(
    "A clone of a project copies its {kind} only with `copy_{kind}=on`, and the source keeps its own.",
    source="Documented: docs-api.growcrm.io/projects",
)
@pytest.mark.parametrize("kind", ["invoices", "estimates"])
def test_bills_are_cloned_only_on_request(api: Api, factory: Factory, kind: str) -> None:
    client = factory.client()
    source = factory.project(client)
    bill = getattr(factory, kind[:-1])(client, items=[line(rate=33)], bill_projectid=source["id"])
    without_bills = clone(api, source)
    with_bills = clone(api, source, **{f"copy_{kind}": "on"})
    copies = [
        api.call(f"{kind}.search", expect=200, query={"project_id": project["id"]})["data"]
        for project in (without_bills, with_bills)
    ]

    assert copies[0] == []
    assert [row["totals"]["final_amount"] for row in copies[1]] == ["33.00"]
    assert copies[1][0]["id"] != bill["id"]
    assert factory.read(kind, bill) == bill


@rule(
    "A clone of a project without `project_title` gets 422 with an error for it.",
    source="Documented: docs-api.growcrm.io/projects",
)
def test_a_clone_requires_a_title(api: Api, factory: Factory) -> None:
    response = api.call(
        "projects.clone",
        expect=422,
        projectId=factory.project()["id"],
        body={"copy_invoices": "on"},
    )

    check_errors(api, response, required("project_title"), documented=True)
