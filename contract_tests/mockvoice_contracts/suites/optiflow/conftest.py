"""Fixtures of OptiFlow's suite: users and a factory of records."""

from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.client import Anonymous, Api, Bearer
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.optiflow.factories import Factory, workspace_header


@pytest.fixture(scope="module")
def viewer(api: Api, target: Target) -> Api:
    """The same API for a user with view permissions only."""
    if "viewer" not in target.credentials:
        pytest.skip("the target has no credentials.viewer")
    return api.with_auth(Bearer(target.credentials["viewer"]))


@pytest.fixture(scope="module")
def viewer_workspace(api: Api, viewer: Api) -> dict[str, str]:
    """The header that selects a workspace in which the viewer has the role ``viewer``."""
    for workspace in viewer.call("workspaces.search", expect=200)["data"]:
        headers = workspace_header(workspace)
        members = api.call("members.search", expect=200, headers=headers)["data"]
        if any(member["role"] == "viewer" for member in members):
            return headers
    pytest.skip("the user of credentials.viewer has the role viewer in no workspace")


@pytest.fixture(scope="module")
def anonymous(api: Api) -> Api:
    """The same API without a token."""
    return api.with_auth(Anonymous())


@pytest.fixture(scope="module")
def factory(api: Api, target: Target, unique: Callable[[str], str]) -> Factory:
    """A factory of records with unique names."""
    return Factory(api, target, unique)
