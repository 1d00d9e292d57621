"""The token endpoint."""

from typing import Any

from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.vendors.halo.auth import VENDOR
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.rules import tokens
from mockvoice.vendors.halo.rules.records import Body


def grant(backend: HaloBackend, body: Body, sandbox: Sandbox) -> dict[str, Any]:
    pair = tokens.grant(backend, body, sandbox.credentials[VENDOR])
    return {
        "scope": pair.access.scope,
        "token_type": "Bearer",
        "access_token": pair.access.id,
        "expires_in": pair.expires_in,
        "refresh_token": pair.refresh.id,
    }
