"""The token endpoint."""

from typing import Any

from mockvoice.vendors.halo.auth import VENDOR
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.rules import tokens
from mockvoice.vendors.halo.rules.records import Body
from mockvoice.web.sandboxes import Sandbox


def grant(backend: HaloBackend, body: Body, sandbox: Sandbox) -> dict[str, Any]:
    granted = tokens.grant(backend, body, sandbox.credentials[VENDOR])
    return {
        "scope": granted.access.scope,
        "token_type": "Bearer",
        "access_token": granted.access.id,
        "expires_in": granted.seconds,
        "refresh_token": granted.refresh.id,
    }
