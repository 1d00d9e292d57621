"""Pages of faults."""

from typing import Any

import flask
import orjson

from mockvoice.control.console.forms import (
    call_handler,
    field,
    number_field,
    present_fields,
    redirect_to,
    render_page,
    validate_body,
)
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import InvalidField
from mockvoice.control.handlers import faults

KINDS = {
    "status": "rejected with a status",
    "delay": "executed and answered later",
    "drop": "no response, nothing executed",
    "commit_then_drop": "executed, but no response",
    "malformed": "executed, JSON cut off",
    "rate_limit": "rejected beyond a number of requests",
    "expire_tokens": "all tokens expire",
    "answer": "a response of your choice",
    "webhook": "deliveries twice, late or never",
}
DEFAULT_STATUS = {"status": 503, "answer": 200}


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add the page of a sandbox's faults."""

    @pages.get("/sandboxes/<name>/faults")
    def show_faults(name: str) -> str:
        rows = call_handler(lambda: faults.search(server, name))
        operations = {key: server.operations(key) for key in server.vendors}
        return render_page(
            "faults.html",
            server,
            name,
            faults=rows,
            kinds=list(KINDS),
            meanings=KINDS,
            operations=operations,
        )

    @pages.post("/sandboxes/<name>/faults")
    def create_fault(name: str) -> Any:
        body = validate_body("faults.create", _form_body())
        call_handler(lambda: faults.create(server, name, body))
        return redirect_to("show_faults", name=name, done="fault")

    @pages.post("/sandboxes/<name>/faults/clear")
    def clear_faults(name: str) -> Any:
        call_handler(lambda: faults.clear(server, name))
        return redirect_to("show_faults", name=name, done="faults-deleted")

    @pages.post("/sandboxes/<name>/faults/<int:fault_id>/delete")
    def delete_fault(name: str, fault_id: int) -> Any:
        call_handler(lambda: faults.delete(server, name, fault_id))
        return redirect_to("show_faults", name=name, done="faults-deleted")


def _form_body() -> dict[str, Any]:
    """Return the form as a request body; parameters of other kinds are ignored."""
    kind = field("kind")
    params: dict[str, Any] = {}
    match kind:
        case "status":
            params = {"status": number_field("status", int) or DEFAULT_STATUS[kind]}
        case "delay":
            params = present_fields(seconds=number_field("seconds"))
        case "rate_limit":
            params = present_fields(
                limit=number_field("limit", int), window_seconds=number_field("window_seconds")
            )
        case "answer":
            params = {"status": number_field("status", int) or DEFAULT_STATUS[kind]}
            params |= _json_fields(body="answer", headers="answer_headers")
        case "webhook":
            how = field("how")
            waits = how in ("delay", "reorder")
            params = present_fields(
                how=how, event=field("event"), seconds=number_field("seconds") if waits else None
            )
    return present_fields(
        vendor=field("vendor"),
        operation=field("operation"),
        effect={"kind": kind, **params},
        name=field("stub_name"),
        times=number_field("times", int),
        probability=number_field("probability"),
    ) | _json_fields(match="match")


def _json_fields(**names: str) -> dict[str, Any]:
    """Return the values of form fields in JSON, without empty fields. Raises ``InvalidField``."""
    values = {}
    for member, name in names.items():
        if text := field(name):
            try:
                values[member] = orjson.loads(text)
            except orjson.JSONDecodeError as error:
                raise InvalidField(name, f"must be JSON: {error}") from error
    return values
