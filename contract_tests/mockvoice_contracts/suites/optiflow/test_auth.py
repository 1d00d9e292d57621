"""Authentication, permissions, and the order of the checks."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api, Bearer
from mockvoice_contracts.harness.contract import Contract
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import (
    UNKNOWN_ID,
    Factory,
    id_parameter,
    workspace_header,
)
from mockvoice_contracts.suites.optiflow.same_records import check_same

UNAUTHENTICATED = "Unauthenticated."
FORBIDDEN = "This action is unauthorized."


def check_message(api: Api, body: Any, text: str) -> None:
    """Check that an error has a message. Its text is an assumption, which only a mock must keep."""
    assert body["message"]
    if api.target.is_mock:
        assert body == {"message": text}


def authenticated_operations(contract: Contract) -> list[Any]:
    return [
        operation
        for operation in contract.operations.values()
        if operation.id != "invoices.validate_ncf_unversioned"
    ]


def unknown_ids(operation: Any) -> dict[str, int]:
    """Return path parameters with unknown ids."""
    return dict.fromkeys(operation.path_parameters, UNKNOWN_ID)


@rule(
    "Every operation needs a token: without one, or with an unknown one, the status is 401 and the body has a message.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/authentication",
)
def test_every_operation_needs_a_token(api: Api, anonymous: Api, contract: Contract) -> None:
    unknown_token = api.with_auth(Bearer("1|unknown-token"))

    for operation in authenticated_operations(contract):
        for client in (anonymous, unknown_token):
            response = client.call(operation.id, expect=401, **unknown_ids(operation))
            check_message(api, response, UNAUTHENTICATED)


@rule(
    'A token counts only as "Authorization: Bearer TOKEN"; the header "{scheme}" gets 401.',
    source="Documented: mintlify.com/luisscruza/optiflow/api/authentication",
)
@pytest.mark.parametrize("scheme", ["Basic 1|optiflow", "Bearer", "1|optiflow-demo-owner"])
def test_a_token_without_the_bearer_scheme_is_rejected(anonymous: Api, scheme: str) -> None:
    class RawHeader(Bearer):
        def __call__(self, request: Any) -> Any:
            request.headers["Authorization"] = scheme
            return request

    response = anonymous.with_auth(RawHeader("")).call("invoices.search", expect=401)
    check_message(anonymous, response, UNAUTHENTICATED)


@rule(
    "A user with view permissions only gets 403 from every operation that writes.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/authentication",
)
def test_a_viewer_cannot_change_anything(viewer: Api, contract: Contract) -> None:
    allowed_for_viewers = {
        "workspaces.search",
        "workspaces.select",
        "workspaces.deselect",
        "members.search",
    }

    for operation in authenticated_operations(contract):
        if (
            operation.id not in allowed_for_viewers
            and operation.method != "GET"
            and operation.id != "invoices.validate_ncf"
        ):
            response = viewer.call(operation.id, expect=403, body={}, **unknown_ids(operation))
            check_message(viewer, response, FORBIDDEN)


@rule(
    "A user with the view permissions reads the same records as the owner, and may validate an NCF.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/authentication",
)
def test_a_viewer_can_read_records(
    viewer: Api, factory: Factory, viewer_workspace: dict[str, str]
) -> None:
    invoice = factory.create("invoices.create", factory.invoice_body(), headers=viewer_workspace)
    path_params = id_parameter("invoices", invoice)
    result = viewer.call("invoices.get", expect=200, headers=viewer_workspace, **path_params)

    check_same(result["data"], invoice)
    viewer.call("invoices.validate_ncf", expect=200, body={"ncf": "B0100000001"})


@rule(
    "X-Workspace-ID with a workspace of which the user is no member gets 403 if the user lacks view_all_locations, and GET /workspaces leaves it out.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/authentication",
)
def test_a_user_cannot_access_a_workspace_without_membership(viewer: Api, factory: Factory) -> None:
    workspace = factory.workspace()

    response = viewer.call("invoices.search", expect=403, headers=workspace_header(workspace))
    check_message(viewer, response, FORBIDDEN)
    viewer.call("workspaces.select", expect=403, workspaceId=workspace["id"])
    assert workspace["id"] not in [
        row["id"] for row in viewer.call("workspaces.search", expect=200)["data"]
    ]


@rule(
    "Responses to requests with Origin have Access-Control-Allow-Origin: *.",
    source="Assumed: Laravel's default CORS configuration applies to /api",
)
@pytest.mark.assumed
def test_pages_of_any_origin_may_read_responses(api: Api) -> None:
    for path, status in (("/api/v1/invoices", 200), ("/api/v1/unknown", 404)):
        response = api.send("GET", path, headers={"Origin": "https://elsewhere.example"})

        assert response.status == status
        assert response.headers["access-control-allow-origin"] == "*"


@rule(
    "An unknown X-Workspace-ID gets 404, then a missing permission gets 403, before the record and the body are checked.",
    source="Assumed: the reference states the order without a source",
)
@pytest.mark.assumed
def test_workspace_permission_and_record_are_checked_in_this_order(
    viewer: Api, factory: Factory
) -> None:
    body = {"notes": 5}
    unknown_workspace = {"X-Workspace-ID": str(UNKNOWN_ID)}
    path_params = id_parameter("invoices", factory.invoice())

    viewer.call("invoices.update", expect=404, headers=unknown_workspace, body=body, **path_params)
    viewer.call("invoices.update", expect=403, body=body, invoiceId=UNKNOWN_ID)
    viewer.call("invoices.update", expect=403, body=body, invoiceId="x")
    viewer.call("invoices.update", expect=403, body=body, **path_params)


@rule(
    "An unknown id in the path gets 404 even if the body is not JSON; for a known one, invalid JSON gets 400.",
    source="Assumed: the reference states the order without a source",
)
@pytest.mark.assumed
def test_the_record_is_checked_before_the_body(
    api: Api, contract: Contract, factory: Factory
) -> None:
    for operation in contract.operations.values():
        if operation.path_parameters and operation.method in ("PUT", "PATCH", "POST"):
            response = api.send(
                operation.method, operation.build_path(unknown_ids(operation)), data=b"{",
                headers={"Content-Type": "application/json"},
            )  # fmt: skip
            assert response.status == 404, operation.id
    path_params = id_parameter("invoices", factory.invoice())
    response = api.send("PATCH", contract.find("invoices.update").build_path(path_params), data=b"{",
                     headers={"Content-Type": "application/json"})  # fmt: skip
    assert response.status == 400
    assert response.body["message"]


@rule(
    "A method that a path does not have gets 405 with the path's methods in Allow, and an unknown path gets 404.",
    source="Assumed: the reference gives no source for 405",
)
@pytest.mark.assumed
def test_a_405_response_lists_the_allowed_methods(api: Api) -> None:
    response = api.send("PATCH", "/api/v1/invoices")

    assert response.status == 405
    allowed_methods = response.headers.get("allow", "").replace(" ", "").split(",")
    assert {"GET", "POST"} <= set(allowed_methods), (
        "the Allow header of a 405 response lacks methods of the path"
    )
    assert response.body["message"]
    assert api.send("GET", "/api/v1/nothing").status == 404
    assert api.send("GET", "/api/v1/invoices/").status == 200


@rule(
    "A 422 body has a message and errors, which lists texts under the name of each invalid field.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/overview",
)
def test_a_validation_error_has_a_summary_and_the_errors_of_each_field(
    factory: Factory, api: Api
) -> None:
    response = api.call("contacts.create", expect=422, body={})

    assert response["message"]
    assert sorted(response["errors"]) == ["contact_type", "name"]
    assert all(texts and all(texts) for texts in response["errors"].values())
    if api.target.is_mock:  # The documentation gives no texts; the mock has those of the framework.
        assert response["message"] == "The name field is required. (and 1 more error)"
        assert response["errors"]["contact_type"] == ["The contact type field is required."]
    assert sorted(factory.error_fields("contacts.create", [1])) == ["contact_type", "name"]
