"""The token endpoint."""

from typing import Any

from mock_server.vendors.halo.auth import VENDOR
from mock_server.vendors.halo.backend import HaloBackend
from mock_server.vendors.halo.rules import tokens
from mock_server.vendors.halo.rules.records import Body
from mock_server.web.sandboxes import Sandbox


def grant(backend: HaloBackend, body: Body, sandbox: Sandbox) -> dict[str, Any]:
    granted = tokens.grant(backend, body, sandbox.credentials[VENDOR])
    return {
        "scope": granted.access.scope,
        "token_type": "Bearer",
        "access_token": granted.access.id,
        "expires_in": granted.seconds,
        "refresh_token": granted.refresh.id,
    }
