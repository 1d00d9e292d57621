"""The authenticated agent or application."""

from typing import Any

from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.vendors.halo.auth import CLIENT_ID, VENDOR, Principal
from mockvoice.vendors.halo.backend import HaloBackend


def me(backend: HaloBackend, principal: str, sandbox: Sandbox) -> dict[str, Any]:
    caller = Principal.parse(principal)
    client_id = sandbox.credentials[VENDOR][CLIENT_ID]
    body: dict[str, Any] = {
        "claims": [
            {"type": "client_id", "value": client_id},
            {"type": "scope", "value": caller.scope},
        ]
    }
    agent = backend.agents.get(caller.agent_id)
    return {"id": agent.id, "name": agent.name, **body} if agent else body
