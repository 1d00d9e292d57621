"""Pages of faults."""

from typing import Any

import flask

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
from mockvoice.control.handlers import faults

KINDS = (
    "status", "delay", "drop", "commit_then_drop", "malformed", "rate_limit", "expire_tokens",
    "webhook",
)  # fmt: skip


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add the page of a sandbox's faults."""

    @pages.get("/sandboxes/<name>/faults")
    def show_faults(name: str) -> str:
        rows = call_handler(lambda: faults.search(server, name))
        operations = {key: server.operations(key) for key in server.vendors}
        return render_page(
            "faults.html", server, name, faults=rows, kinds=KINDS, operations=operations
        )

    @pages.post("/sandboxes/<name>/faults")
    def create_fault(name: str) -> Any:
        body = validate_body("faults.create", _form_body())
        call_handler(lambda: faults.create(server, name, body))
        return redirect_to("show_faults", name=name)

    @pages.post("/sandboxes/<name>/faults/clear")
    def clear_faults(name: str) -> Any:
        call_handler(lambda: faults.clear(server, name))
        return redirect_to("show_faults", name=name)

    @pages.post("/sandboxes/<name>/faults/<int:fault_id>/delete")
    def delete_fault(name: str, fault_id: int) -> Any:
        call_handler(lambda: faults.delete(server, name, fault_id))
        return redirect_to("show_faults", name=name)


def _form_body() -> dict[str, Any]:
    """Return the form as a request body; parameters of other kinds are ignored."""
    kind = field("kind")
    params: dict[str, Any] = {}
    match kind:
        case "status":
            params = present_fields(status=number_field("status", int))
        case "delay":
            params = present_fields(seconds=number_field("seconds"))
        case "rate_limit":
            params = present_fields(
                limit=number_field("limit", int), window_seconds=number_field("window_seconds")
            )
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
        times=number_field("times", int),
        probability=number_field("probability"),
    )
