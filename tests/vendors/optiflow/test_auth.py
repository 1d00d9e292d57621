"""Permissions: an operation that needs one needs the header of the workspace too."""

import copy

import pytest

from mockvoice.sandboxes.registry import SandboxRegistry
from mockvoice.vendors.optiflow import VENDOR
from mockvoice.web.build import build, start
from mockvoice.web.document import InvalidContract


def test_a_permission_without_the_workspace_header_ends_the_start() -> None:
    document = copy.deepcopy(VENDOR.contract.data)
    item = document["paths"]["/api/v1/salesmen"]
    assert item["get"]["x-permission"]
    for node in (item, item["get"], item["post"]):
        node["parameters"] = [
            parameter
            for parameter in node.get("parameters", ())
            if not parameter.get("$ref", "").endswith("/Workspace")
        ]

    with pytest.raises(InvalidContract, match=r"salesmen\.search has x-permission, but not"):
        start(build(VENDOR, SandboxRegistry(), document))
