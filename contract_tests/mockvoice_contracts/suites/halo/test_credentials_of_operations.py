"""Every operation without a token, with tokens that only read, and with tokens that write."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Anonymous, Api, Bearer
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.halo.factories import UNKNOWN_ID, Factory, line

OPEN = {"token.grant", "auth_info.get", "instance_info.get"}


def operations(api: Api) -> list[tuple[str, str, dict[str, int]]]:
    """Return the name and method of each operation that needs a token, and unknown ids for its path."""
    return [
        (name, operation.method.upper(), dict.fromkeys(operation.path_parameters, UNKNOWN_ID))
        for name, operation in api.contract.operations.items()
        if name not in OPEN
    ]


@rule(
    "Each operation without a token is 401 with an empty body, and not 404 for an unknown record.",
    source="Observed: github.com/Midtown-Technology-Group/halocli, README",
)
def test_every_operation_needs_a_token(api: Api) -> None:
    anonymous = api.with_auth(Anonymous())
    assert len(operations(api)) > 50

    for name, method, path in operations(api):
        body = [{}] if method == "POST" else None
        rejected = anonymous.exchange(name, expect=401, body=body, **path)
        assert rejected.content == b"", name


@rule(
    "Each POST and DELETE with a token that only reads is 403 with an empty body, also if its record does not exist.",
    source="Assumed: 403 is observed, which scope opens what has no source",
)
@pytest.mark.assumed
def test_every_write_needs_a_scope_that_writes(api: Api, target: Target) -> None:
    reader = _with_scope(api, target, "read:invoices read:customers read:items")

    for name, method, path in operations(api):
        if method != "GET":
            body = [{}] if method == "POST" else None
            rejected = reader.exchange(name, expect=403, body=body, **path)
            assert rejected.content == b"", name


@rule(
    "edit:invoices, edit:customers and edit:items each read and write their own area, and neither read nor write the others.",
    source="Assumed: 403 is observed, which scope opens what has no source",
)
@pytest.mark.assumed
def test_a_writing_scope_has_its_own_area(api: Api, target: Target, factory: Factory) -> None:
    invoice = factory.invoice(line(5))
    # For each area: a list, and a save that changes nothing.
    areas: dict[str, tuple[str, list[dict[str, Any]]]] = {
        "invoices": ("invoice", [{"id": invoice["id"]}]),
        "customers": ("client", [{"id": invoice["client_id"]}]),
        "items": ("item", [{"id": factory.item()["id"]}]),
    }
    for area in areas:
        writer = _with_scope(api, target, f"edit:{area}")
        for other, (resource, body) in areas.items():
            own = other == area
            query = {"count": 1}
            writer.call(f"{resource}.search", expect=200 if own else 403, query=query)
            writer.call(f"{resource}.save", expect=(200, 201) if own else 403, body=body)


def _with_scope(api: Api, target: Target, scope: str) -> Api:
    """Return the API with a token of a scope."""
    body = {name: target.credentials.get(name, "") for name in ("client_id", "client_secret")}
    body |= {"grant_type": "client_credentials", "scope": scope}
    granted = api.with_auth(Anonymous()).call("token.grant", expect=200, body=body, form=True)
    return api.with_auth(Bearer(granted["access_token"]))
