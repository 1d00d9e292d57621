"""The caller."""

from typing import Any

from mockvoice.vendors.halo.auth import CLIENT_ID, VENDOR, Principal
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.web.sandboxes import Sandbox


def me(backend: HaloBackend, principal: str, sandbox: Sandbox) -> dict[str, Any]:
    who = Principal.parse(principal)
    client_id = sandbox.credentials[VENDOR][CLIENT_ID]
    out: dict[str, Any] = {
        "claims": [
            {"type": "client_id", "value": client_id},
            {"type": "scope", "value": who.scope},
        ]
    }
    agent = backend.agents.get(who.agent_id)
    return {"id": agent.id, "name": agent.name, **out} if agent else out
