"""Faults of a sandbox."""

from typing import Any

from mockvoice.control import render
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import FaultNotFound, InvalidFault, TooManyFaults
from mockvoice.sandboxes.faults import ANY, MAX_FAULTS
from mockvoice.web.responses import Response


def search(server: ServerContext, sandbox_name: str) -> list[dict[str, Any]]:
    return [render.fault(fault) for fault in server.sandbox(sandbox_name).faults]


def create(server: ServerContext, sandbox_name: str, body: dict[str, Any]) -> dict[str, Any]:
    sandbox = server.sandbox(sandbox_name)
    operation = _resolve_operation(server, body)
    if len(sandbox.faults) >= MAX_FAULTS:
        raise TooManyFaults(MAX_FAULTS)
    if body["effect"]["kind"] == "expire_tokens":
        server.expire_tokens(sandbox, body["vendor"])
    fault = sandbox.faults.add(
        body["vendor"], operation, body["effect"], body.get("times"), body.get("probability", 1.0)
    )
    return render.fault(fault)


def clear(server: ServerContext, sandbox_name: str) -> Response:
    server.sandbox(sandbox_name).faults.clear()
    return Response(status=204)


def delete(server: ServerContext, sandbox_name: str, fault_id: int) -> Response:
    if not server.sandbox(sandbox_name).faults.remove(fault_id):
        raise FaultNotFound(fault_id)
    return Response(status=204)


def _resolve_operation(server: ServerContext, body: dict[str, Any]) -> str:
    """Return the id of the operation, or ``*``. Raises ``InvalidFault`` and ``VendorNotFound``."""
    operation: str = body.get("operation", ANY)
    if body["vendor"] == ANY:
        known: list[str] = []
    else:
        known = server.operations(body["vendor"])
    if operation == ANY:
        return operation
    if body["effect"]["kind"] == "expire_tokens":
        raise InvalidFault(
            "expire_tokens applies to every operation; omit operation, or set it to *"
        )
    if body["vendor"] == ANY:
        raise InvalidFault("an operation belongs to one vendor; name the vendor, or omit operation")
    if operation not in known:
        raise InvalidFault(
            f"{body['vendor']} has no operation {operation!r}; expected * or one of "
            f"{', '.join(known)}"
        )
    return operation
