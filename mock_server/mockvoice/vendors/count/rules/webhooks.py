"""Webhook subscriptions, and the payloads of their events."""

from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.integration_models import Webhook
from mockvoice.vendors.count.rules.lists import PageResult, Query, paginate
from mockvoice.vendors.count.rules.records import Body, attributes_from, find

_COLUMNS = {"event": "event", "callbackUrl": "url", "signingSecret": "secret", "status": "status"}


def search(backend: CountBackend, query: Query) -> PageResult[Webhook]:
    """Return a page of subscriptions, oldest first."""
    return paginate(backend.webhooks, query, order="created")


def create(backend: CountBackend, body: Body) -> Webhook:
    """Create a subscription to one event. Documented. Assumed: duplicates are allowed."""
    now = backend.now()
    backend.undo.defer(backend.prepare_deliveries)
    return backend.webhooks.put(
        Webhook(
            id=backend.new_id("webhook"),
            serial=backend.ids.next("webhook.serial"),
            created=now,
            updated=now,
            **attributes_from(body, _COLUMNS),
        )
    )


def update(backend: CountBackend, webhook_id: str, body: Body) -> Webhook:
    """Update a subscription; omitted fields are unchanged."""
    before = find(backend.webhooks, webhook_id)
    attributes = attributes_from(body, _COLUMNS)
    return backend.webhooks.put(replace(before, updated=backend.now(), **attributes))


def delete(backend: CountBackend, webhook_id: str) -> Webhook:
    """Delete a subscription."""
    webhook = find(backend.webhooks, webhook_id)
    backend.webhooks.delete(webhook.id)
    return webhook


def active_subscriptions(backend: CountBackend, event: str) -> list[Webhook]:
    """Return the active subscriptions to exactly this event. Documented."""
    return backend.webhooks.find_by("subscribed_event", event)


def payload(event: str, uuid: str, at: str, team: dict[str, str], data: Any) -> dict[str, Any]:
    """Return the body of a delivery. Documented: every key."""
    return {
        "id": uuid,
        "event": event,
        "apiVersion": "1",
        "occurredAt": at,
        "team": team,
        "data": data,
    }
