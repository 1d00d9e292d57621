"""Who may do what, and what is said in which order."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api, Bearer
from mockvoice_contracts.harness.contract import Contract
from mockvoice_contracts.suites.optiflow.factories import (
    UNKNOWN_ID,
    Factory,
    id_parameter,
    workspace_header,
)

UNAUTHENTICATED = {"message": "Unauthenticated."}
FORBIDDEN = {"message": "This action is unauthorized."}


def authenticated_operations(contract: Contract) -> list[Any]:
    return [
        each
        for each in contract.operations.values()
        if each.id != "invoices.validate_ncf_unversioned"
    ]


def unknown_ids(operation: Any) -> dict[str, int]:
    """Path parameters that name nothing."""
    return dict.fromkeys(operation.path_names, UNKNOWN_ID)


def test_every_operation_needs_a_token(api: Api, anonymous: Api, contract: Contract) -> None:
    stranger = api.acting_as(Bearer("1|nobody-knows-this"))

    for operation in authenticated_operations(contract):
        for caller in (anonymous, stranger):
            answer = caller.call(operation.id, expect=401, **unknown_ids(operation))
            assert answer == UNAUTHENTICATED


@pytest.mark.parametrize(
    "scheme", ["Basic 1|optiflow", "Bearer", "Bearer ", "1|optiflow-demo-owner"]
)
def test_a_token_must_be_sent_as_bearer(anonymous: Api, scheme: str) -> None:
    class Raw(Bearer):
        def __call__(self, request: Any) -> Any:
            request.headers["Authorization"] = scheme
            return request

    assert anonymous.acting_as(Raw("")).call("invoices.search", expect=401) == UNAUTHENTICATED


def test_who_may_only_look_changes_nothing(viewer: Api, contract: Contract) -> None:
    free = {"workspaces.search", "workspaces.select", "workspaces.deselect", "members.search"}

    for operation in authenticated_operations(contract):
        if (
            operation.id not in free
            and operation.method != "GET"
            and operation.id != "invoices.validate_ncf"
        ):
            answer = viewer.call(operation.id, expect=403, body={}, **unknown_ids(operation))
            assert answer == FORBIDDEN


def test_who_may_look_sees_what_there_is(viewer: Api, make: Factory) -> None:
    invoice = make.invoice()
    found = viewer.call("invoices.get", expect=200, **id_parameter("invoices", invoice))["data"]

    assert found == make.read("invoices", invoice)
    viewer.call("invoices.validate_ncf", expect=200, body={"ncf": "B0100000001"})


def test_a_workspace_that_one_is_no_member_of_is_closed(viewer: Api, make: Factory) -> None:
    workspace = make.workspace()

    assert (
        viewer.call("invoices.search", expect=403, headers=workspace_header(workspace)) == FORBIDDEN
    )
    viewer.call("workspaces.select", expect=403, workspaceId=workspace["id"])
    assert workspace["id"] not in [
        each["id"] for each in viewer.call("workspaces.search", expect=200)["data"]
    ]


@pytest.mark.assumed
def test_workspace_comes_before_right_and_right_before_record(viewer: Api, make: Factory) -> None:
    body = {"notes": 5}
    unknown = {"X-Workspace-ID": str(UNKNOWN_ID)}
    where = id_parameter("invoices", make.invoice())

    viewer.call("invoices.update", expect=404, headers=unknown, body=body, **where)
    viewer.call("invoices.update", expect=403, body=body, invoiceId=UNKNOWN_ID)
    viewer.call("invoices.update", expect=403, body=body, invoiceId="x")
    viewer.call("invoices.update", expect=403, body=body, **where)


@pytest.mark.assumed
def test_the_record_comes_before_the_body(api: Api, contract: Contract, make: Factory) -> None:
    for operation in contract.operations.values():
        if operation.path_names and operation.method in ("PUT", "PATCH", "POST"):
            path = f"/api/v1{operation.path.removeprefix('/api/v1')}"
            reply = api.send(
                operation.method, operation.fill(unknown_ids(operation)), data=b"{",
                headers={"Content-Type": "application/json"},
            )  # fmt: skip
            assert reply.status == 404, path
    where = id_parameter("invoices", make.invoice())
    reply = api.send("PATCH", contract.find("invoices.update").fill(where), data=b"{",
                     headers={"Content-Type": "application/json"})  # fmt: skip
    assert (reply.status, list(reply.body)) == (400, ["message"])


def test_a_known_path_says_which_methods_it_has(api: Api) -> None:
    reply = api.send("PATCH", "/api/v1/invoices")

    assert reply.status == 405
    named = reply.headers.get("allow", "").replace(" ", "").split(",")
    assert {"GET", "POST"} <= set(named), "a 405 names the methods of its path in Allow"
    assert list(reply.body) == ["message"]
    assert api.send("GET", "/api/v1/nothing").status == 404
    assert api.send("GET", "/api/v1/invoices/").status == 200


def test_a_summary_of_what_is_wrong_stands_before_the_fields(make: Factory, api: Api) -> None:
    refused = api.call("contacts.create", expect=422, body={})

    assert refused["message"] == "The name field is required. (and 1 more error)"
    assert refused["errors"] == {
        "name": ["The name field is required."],
        "contact_type": ["The contact type field is required."],
    }
    assert make.error_fields("contacts.create", [1]) == ["body"]
