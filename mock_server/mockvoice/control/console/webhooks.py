"""Pages of the webhook deliveries: the list, and each delivery with its attempts."""

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
from mockvoice.control.curl import joined
from mockvoice.control.handlers import settings, webhooks
from mockvoice.web.bodies import load_json
from mockvoice.web.errors import MalformedBody

DELIVERIES_SHOWN = 100
TONES = {
    "waiting": "info", "sending": "info", "delivered": "good", "failed": "bad",
    "not_attempted": "warning", "collected": "neutral", "dropped": "warning",
}  # fmt: skip


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add the pages of a sandbox's webhook deliveries."""

    @pages.get("/sandboxes/<name>/webhooks")
    def show_webhooks(name: str) -> str:
        args = flask.request.args
        filters = {part: args.get(part) or None for part in ("vendor", "event", "state")}
        vendor, event, state = filters.values()
        rows = call_handler(
            lambda: webhooks.search(server, name, vendor, event, state, None, DELIVERIES_SHOWN)
        )
        mode = call_handler(lambda: settings.get(server, name))["webhooks"]
        return render_page(
            "webhooks.html", server, name, deliveries=rows, filters=filters, mode=mode,
            events=_events(server), tones=TONES, senders=_senders(server), limit=DELIVERIES_SHOWN,
        )  # fmt: skip

    @pages.get("/sandboxes/<name>/webhooks/<delivery_id>")
    def show_delivery(name: str, delivery_id: str) -> str:
        delivery = call_handler(lambda: webhooks.get(server, name, delivery_id))
        return render_page(
            "delivery.html",
            server,
            name,
            delivery=delivery,
            tones=TONES,
            curl=_curl(delivery),
            data=_json(delivery["request"]["body"]),
        )

    @pages.post("/sandboxes/<name>/webhooks/<delivery_id>/redeliver")
    def redeliver(name: str, delivery_id: str) -> Any:
        body = {"sign_again": field("sign_again") == "yes"}
        call_handler(lambda: webhooks.redeliver(server, name, delivery_id, body))
        return redirect_to("show_delivery", name=name, delivery_id=delivery_id, done="redelivered")

    @pages.post("/sandboxes/<name>/webhooks/mode")
    def set_webhooks_mode(name: str) -> Any:
        body = validate_body("settings.set", {"webhooks": field("mode")})
        call_handler(lambda: settings.set(server, name, body))
        return redirect_to("show_webhooks", name=name)


def _events(server: ServerContext) -> list[str]:
    """Return the events of all vendors that send webhooks."""
    logs = [vendor.webhook_log for vendor in server.vendors.values()]
    return [event for log in logs if log is not None for event in log.events]


def _senders(server: ServerContext) -> dict[str, str]:
    """Return the titles of the vendors that send webhooks, by their keys."""
    return {
        key: vendor.title
        for key, vendor in server.vendors.items()
        if vendor.webhook_log is not None
    }


def _json(body: str) -> Any:
    """Return a body as JSON data; ``None`` if it is something else."""
    try:
        return load_json(body.encode())
    except MalformedBody:
        return None


def _curl(delivery: dict[str, Any]) -> str:
    """Return a command that sends the same bytes to the receiver."""
    request = delivery["request"]
    parts = ["curl", "-X", request["method"], request["url"]]
    for name, value in request["headers"].items():
        if name.lower() not in ("host", "content-length"):
            parts += ["-H", f"{name}: {value}"]
    return joined([*parts, "--data-raw", request["body"]])
