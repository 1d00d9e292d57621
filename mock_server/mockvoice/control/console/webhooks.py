"""Page of the webhook deliveries."""

from typing import Any

import flask

from mockvoice.control.console.forms import (
    call_handler,
    field,
    redirect_to,
    render_page,
    validate_body,
)
from mockvoice.control.context import ServerContext
from mockvoice.control.handlers import settings, webhooks

DELIVERIES_SHOWN = 100


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add the page of a sandbox's webhook deliveries."""

    @pages.get("/sandboxes/<name>/webhooks")
    def show_webhooks(name: str) -> str:
        event = flask.request.args.get("event") or None
        rows = call_handler(
            lambda: webhooks.search(server, name, None, event, None, None, DELIVERIES_SHOWN)
        )
        mode = call_handler(lambda: settings.get(server, name))["webhooks"]
        return render_page(
            "webhooks.html", server, name, deliveries=rows, event=event, mode=mode,
            events=_events(server), limit=DELIVERIES_SHOWN,
        )  # fmt: skip

    @pages.post("/sandboxes/<name>/webhooks/<delivery_id>/redeliver")
    def redeliver(name: str, delivery_id: str) -> Any:
        body = {"sign_again": field("sign_again") == "yes"}
        call_handler(lambda: webhooks.redeliver(server, name, delivery_id, body))
        return redirect_to("show_webhooks", name=name)

    @pages.post("/sandboxes/<name>/webhooks/mode")
    def set_webhooks_mode(name: str) -> Any:
        body = validate_body("settings.set", {"webhooks": field("mode")})
        call_handler(lambda: settings.set(server, name, body))
        return redirect_to("show_webhooks", name=name)


def _events(server: ServerContext) -> list[str]:
    """Return the events of all vendors that send webhooks."""
    logs = [vendor.webhook_log for vendor in server.vendors.values()]
    return [event for log in logs if log is not None for event in log.events]
