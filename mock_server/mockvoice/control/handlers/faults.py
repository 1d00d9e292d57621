"""Faults of a sandbox."""

from typing import Any

from mockvoice.control import render
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import FaultNotFound, InvalidFault, TooManyFaults
from mockvoice.control.filters import event_problem, webhook_logs
from mockvoice.control.request_criteria import parse_match
from mockvoice.sandboxes.faults import ANY, MAX_FAULTS
from mockvoice.web.responses import Response
from mockvoice.web.stubbed_responses import InvalidAnswer, check_answer


def search(server: ServerContext, sandbox_name: str) -> list[dict[str, Any]]:
    return [render.fault(fault) for fault in server.sandbox(sandbox_name).faults]


def create(server: ServerContext, sandbox_name: str, body: dict[str, Any]) -> dict[str, Any]:
    sandbox = server.sandbox(sandbox_name)
    effects = _effects(body)
    if any(effect["kind"] == "webhook" for effect in effects):
        _check_webhook_fault(server, body, effects)
    operation = _resolve_operation(server, body, effects)
    match = parse_match(body["match"]) if "match" in body else None
    if len(sandbox.faults) >= MAX_FAULTS:
        raise TooManyFaults(MAX_FAULTS)
    if effects[0]["kind"] == "expire_tokens" and match is None:
        server.expire_tokens(sandbox, body["vendor"])
    fault = sandbox.faults.add(
        body["vendor"], operation, effects, body.get("times"), body.get("probability", 1.0),
        match, body.get("name"), in_turn="effects" in body,
    )  # fmt: skip
    return render.fault(fault)


def clear(server: ServerContext, sandbox_name: str) -> Response:
    server.sandbox(sandbox_name).faults.clear()
    return Response(status=204)


def delete(server: ServerContext, sandbox_name: str, fault_id: int) -> Response:
    if not server.sandbox(sandbox_name).faults.remove(fault_id):
        raise FaultNotFound(fault_id)
    return Response(status=204)


def _effects(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the effects of a new fault. Raises ``InvalidFault``."""
    if ("effect" in body) == ("effects" in body):
        raise InvalidFault("a fault needs either effect, or effects for several in turn")
    effects = body["effects"] if "effects" in body else [body["effect"]]
    if "effects" in body:
        if body.get("times") is not None:
            raise InvalidFault("effects are used once each, so times is not allowed beside them")
        for effect in effects:
            if effect["kind"] in ("rate_limit", "expire_tokens"):
                raise InvalidFault(f"effects must not contain {effect['kind']}; use effect")
    if "name" in body and any(effect["kind"] != "answer" for effect in effects):
        raise InvalidFault("only stubbed responses, which have the effect answer, have a name")
    return [_checked(effect) for effect in effects]


def _checked(effect: dict[str, Any]) -> dict[str, Any]:
    if effect["kind"] != "answer":
        return effect
    try:
        return check_answer(effect)
    except InvalidAnswer as error:
        raise InvalidFault(f"effect answer: {error}") from error


def _check_webhook_fault(
    server: ServerContext, body: dict[str, Any], effects: list[dict[str, Any]]
) -> None:
    """Raise ``InvalidFault`` unless webhook deliveries of the vendor can trigger all effects."""
    vendor = None if body["vendor"] == ANY else server.vendor(body["vendor"]).key
    if not webhook_logs(server, vendor):
        raise InvalidFault(f"{body['vendor']} sends no webhooks")
    if any(effect["kind"] != "webhook" for effect in effects):
        raise InvalidFault("effects of the kind webhook must not be mixed with effects on requests")
    if body.get("operation", ANY) != ANY or "match" in body:
        raise InvalidFault(
            "webhook deliveries trigger the effect webhook, so operation and match are not allowed; "
            "event in the effect narrows it"
        )
    for effect in effects:
        event = effect.get("event")
        problem = None if event is None else event_problem(server, event, vendor)
        if problem is not None:
            raise InvalidFault(problem)
        if effect["how"] == "delay" and "seconds" not in effect:
            raise InvalidFault("effect of the kind webhook needs seconds if how is delay")
        if effect["how"] in ("duplicate", "drop") and "seconds" in effect:
            raise InvalidFault(
                f"effect of the kind webhook has no seconds if how is {effect['how']}"
            )


def _resolve_operation(
    server: ServerContext, body: dict[str, Any], effects: list[dict[str, Any]]
) -> str:
    """Return the id of the operation, or ``*``. Raises ``InvalidFault`` and ``VendorNotFound``."""
    operation: str = body.get("operation", ANY)
    if body["vendor"] == ANY:
        known: list[str] = []
    else:
        known = server.operations(body["vendor"])
    if operation == ANY:
        return operation
    if effects[0]["kind"] == "expire_tokens" and "match" not in body:
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
